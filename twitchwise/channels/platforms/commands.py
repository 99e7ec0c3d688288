"""Messages of a platform that are no questions: a few words, and nothing beside them."""

from __future__ import annotations

import re

#: Everything but letters, digits and apostrophes parts words: emoji, hyphens, a slash before it.
_BETWEEN = re.compile(r"[^\w'’]+")
_ASKING = r"(?:(?:please|pls|hey|ok|okay|now|can you|could you|would you|i want you to) )*"
_VERB = r"(?:forget|delete|erase|remove|clear|wipe)"
_AROUND = r"(?:all|about|of|the|this|please|pls|now|again|thanks|thank you|completely)"
_OWN = r"(?:data|messages?|chats?|conversations?|history|information|info|record|records)"
_TARGET = rf"(?:me|everything|our {_OWN}|my (?:{_OWN} ?)+|(?:this |the |all |chat )*{_OWN})"
_FORGET = re.compile(
    rf"{_ASKING}{_VERB}(?: {_AROUND})*(?: {_TARGET})(?: {_AROUND}| {_TARGET}| {_VERB})*"
)


def asks_to_be_forgotten(text: str) -> bool:
    """Say whether somebody wants what they wrote to be deleted ("forget me", "/forget")."""
    words = " ".join(word for word in _BETWEEN.split(text.casefold()) if word)
    # The command alone; two words more would be "forget it".
    return words == "forget" or _FORGET.fullmatch(words) is not None
