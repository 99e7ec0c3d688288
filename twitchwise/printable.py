"""Text that does nothing to a terminal."""

from __future__ import annotations

import unicodedata

#: What a terminal takes for a command, what ends a line, and what no encoding can hold.
_COMMANDS = {"Cc", "Cs", "Zl", "Zp"}
#: They turn what is shown after them around, so that a text looks like another one.
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str, *, keep: str = "") -> str:
    """Return the text with a "?" for each character that a terminal would act on.

    Args:
        text: any text.
        keep: characters that stay, such as a line break where lines are shown as lines.
    """
    if text.isprintable():
        return text
    return "".join(c if c in keep or _is_harmless(c) else "?" for c in text)


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in _COMMANDS and character not in _TURNING
