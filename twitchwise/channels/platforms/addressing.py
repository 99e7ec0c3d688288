"""Whether a message speaks to the bot, where mentions are words such as "@name"."""

from __future__ import annotations

import re


def mentions(text: str, username: str) -> bool:
    """Say whether a text has "@username"; an empty name is never mentioned."""
    return bool(username) and _mention(username).search(text) is not None


def without_mention(text: str, username: str) -> str:
    """Return the text without "@username", trimmed."""
    return _mention(username).sub("", text).strip() if username else text.strip()


def without_trigger(text: str, trigger: str) -> str:
    """Return the text without its trigger word; "twitch" takes nothing off "twitching"."""
    rest = text.lstrip()
    if not trigger or not rest.startswith(trigger):
        return text
    rest = rest[len(trigger) :]
    return text if rest[:1].isalnum() and trigger[-1].isalnum() else rest.lstrip(" \t:,")


def _mention(username: str) -> re.Pattern[str]:
    # Names have dots and dashes: "@name-two" and "@name.two" are others.
    name = re.escape(username)
    return re.compile(rf"[ \t]*(?<![\w@])@{name}(?![\w-])(?!\.\w)[:,]?", re.IGNORECASE)
