"""Messages of a platform that are no questions: exactly these words, and nothing beside them."""

from __future__ import annotations

import re

_EDGES = re.compile(r"^[\s!.,/“”\"']+|[\s!.,“”\"']+$")
_FORGET = frozenset(
    {
        "forget",
        "forget me",
        "forget me please",
        "please forget me",
        "forget this conversation",
        "forget everything",
        "delete me",
        "delete my data",
        "delete my messages",
        "delete everything",
        "delete this conversation",
    }
)


def asks_to_be_forgotten(text: str) -> bool:
    """Say whether somebody wants what they wrote to be deleted ("forget me", "/forget")."""
    return " ".join(_EDGES.sub("", text.casefold()).split()) in _FORGET
