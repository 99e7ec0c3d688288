"""Asks a running bot a real question."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request

WEBHOOK = "/webhooks/rest/webhook"
_HEALTH = "/webhooks/rest/"
_QUESTION = "which foods have magnesium"
_SECONDS = 10


def ask(url: str, message: str, sender: str | None = None) -> list[dict[str, object]]:
    """Return the bot's messages; ``url`` is the server's address without a path.

    Raises:
        OSError: nothing answers there.
        ValueError: what answers is no bot.
    """
    body = {"message": message, **({"sender": sender} if sender else {})}
    request = urllib.request.Request(
        url + WEBHOOK,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as reply:
        messages = json.loads(reply.read())
    if not isinstance(messages, list):
        raise ValueError("what answers there is no bot")
    return messages


def responds(url: str) -> bool:
    """Say whether the server answers at all, whatever it says."""
    try:
        with urllib.request.urlopen(url + _HEALTH, timeout=_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError, http.client.HTTPException):
        return False


def bot_answers(url: str) -> bool:
    """Say whether the bot answers a question from its FAQ (action server included)."""
    try:
        messages = ask(url, _QUESTION)
    except (OSError, ValueError, urllib.error.URLError, http.client.HTTPException):
        return False
    return any("Source" in str(message.get("text")) for message in messages)
