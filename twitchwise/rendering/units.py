"""Units in which platforms measure the length of a text."""

from __future__ import annotations

from twitchwise.rendering.sms import sms_segments

__all__ = ["characters", "sms_segments", "utf8_bytes", "utf16"]


def characters(text: str) -> int:
    """Return the number of Unicode code points."""
    return len(text)


def utf16(text: str) -> int:
    """Return the number of UTF-16 units, as JavaScript and Telegram's entities count."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf8_bytes(text: str) -> int:
    """Return the number of bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))
