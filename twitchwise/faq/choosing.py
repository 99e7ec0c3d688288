"""Which of the offered follow-ups a short message picks: "the first one", "2", "both"."""

from __future__ import annotations

import re

_PLACES = (
    (r"first|1st|one|1|former|top", 0),
    (r"second|2nd|two|2|middle", 1),
    (r"third|3rd|three|3", 2),
)
_LAST = re.compile(r"\b(?:last|latter|bottom|final)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:both|either)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|everything|any)\b", re.IGNORECASE)
#: "the second one": the "one" counts nothing.
_ONE_AS_NOUN = re.compile(
    r"\b(?!(?:number|option|no|nr|button|answer|question)\b)(\w+)\s+ones?\b", re.IGNORECASE
)


def chosen(text: str, offered: int) -> list[int]:
    """Return the places (from 0) that ``text`` picks out of ``offered`` ones; may be empty."""
    words = _ONE_AS_NOUN.sub(r"\1", text)
    if _ALL.search(words):
        return list(range(offered))
    if _BOTH.search(words):
        return list(range(min(2, offered)))
    places = [place for pattern, place in _PLACES if re.search(rf"\b(?:{pattern})\b", words, re.I)]
    if _LAST.search(words) and offered:
        places.append(offered - 1)
    return [place for place in dict.fromkeys(places) if place < offered]
