"""Suggested replies as numbers, and the numbers that come back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from twitchwise.rendering.passages import clean
from twitchwise.rendering.turn import Button

#: Up to so many numbers are named one by one.
_NAMED = 5
#: No choice is longer; what is longer need not be looked at.
_LONGEST = 40

_WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_CHOICE = re.compile(
    r"(?:(?:no|nr|num|number|option|choice|answer)(?:\.\s*|\s+|(?=[\d#(])))?(?:#\s*)?"
    rf"(?:\((?P<inner>\d{{1,4}}|{'|'.join(_WORDS)})\)|(?P<bare>\d{{1,4}}|{'|'.join(_WORDS)})\)?)"
    r"\s*[.!]?"
)
#: What turns a digit into a key on some keyboards.
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")


def reply_buttons(messages: Sequence[Mapping[str, Any]]) -> tuple[Button, ...]:
    """Return the suggested replies of a turn in order: number n is the n-th of them.

    Args:
        messages: shown messages (see :mod:`twitchwise.rendering.messages`).
    """
    return tuple(button for message in messages for button in buttons_of(message) if button.payload)


def buttons_of(message: Mapping[str, Any]) -> tuple[Button, ...]:
    """Return the buttons of a shown message, with titles of one line."""
    return tuple(
        Button(
            " ".join(clean(button.get("title") or "").split("\n")).strip(),
            button.get("payload") or "",
            button.get("url"),
        )
        for button in message.get("buttons") or ()
    )


def read_choice(text: str, count: int) -> int | None:
    """Return which of ``count`` numbered replies a message chooses, from 0; or ``None``.

    The whole message must be a choice ("2", "#2", "(2)", "no. 2", "option two").
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text.translate(_KEYCAP)).casefold().strip()
    found = _CHOICE.fullmatch(plain)
    if found is None:
        return None
    chosen = found["inner"] or found["bare"]
    number = _WORDS.index(chosen) + 1 if chosen in _WORDS else int(chosen)
    return number - 1 if 1 <= number <= count else None


def numbered_lines(buttons: Sequence[Button]) -> list[str]:
    """Return the replies as a numbered list, and what to do with the numbers."""
    lines = [f"{number}. {button.title}" for number, button in enumerate(buttons, 1)]
    return [*lines, _request(len(buttons))]


def _request(count: int) -> str:
    if count == 1:
        return "Reply 1."
    if count <= _NAMED:
        return f"Reply {', '.join(map(str, range(1, count)))} or {count}."
    return f"Reply with a number from 1 to {count}."
