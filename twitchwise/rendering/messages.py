"""One message of a turn as clients of the HTTP channel get it (see docs/http.md)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from twitchwise.dialogue import names
from twitchwise.rendering.turn import Button

#: What each response is called; all others are a "text", or an "answer" where they have a card.
_KINDS = (
    (names.EMERGENCY, "emergency"),
    (names.ESCALATION, "escalation"),
    (names.CONDITIONAL, "conditional"),
    (names.SEE_DOCTOR, "advice"),
    (names.REMINDER, "reminder"),
    (names.DISCLAIMER, "disclaimer"),
)


def shown_message(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message for a client.

    Args:
        message: as the channel collected it: ``text``, and perhaps ``buttons``, and ``metadata``
            with ``utter_action`` or ``answer``.

    Returns:
        ``kind``, ``response``, ``text``, ``buttons`` and ``answer``; all are always there.
    """
    metadata = message.get("metadata") or {}
    response = metadata.get("utter_action")
    card = metadata.get("answer")
    # What no source covers comes with a card, too, but nothing is answered by it.
    answer = card if card and card["sources"] else None
    return {
        "kind": _kind(response or "", answer is not None),
        "response": response,
        "text": message.get("text") or "",
        "buttons": [asdict(Button.of(button)) for button in message.get("buttons") or []],
        "answer": answer,
    }


def _kind(response: str, is_answer: bool) -> str:
    for name, kind in _KINDS:
        if names.is_response(response, name):
            return kind
    return "answer" if is_answer else "text"
