"""What a short message picks: a button ("the first one", "2", "both"), or one of two topics."""

from __future__ import annotations

import re

from twitchwise.faq.context import Context

_PLACES = (
    (r"first|1st|one|1|former|top", 0),
    (r"second|2nd|two|2|middle", 1),
    (r"third|3rd|three|3", 2),
)
_LAST = re.compile(r"\b(?:last|latter|bottom|final)\b", re.IGNORECASE)
_OTHER = re.compile(r"\bothers?\b", re.IGNORECASE)
#: "and the first": goes on with what was talked of rather than with a button.
_GOES_ON = re.compile(r"\W*(?:and|what about|how about|same for)\b", re.IGNORECASE)
#: "tell me about the second one": of the things that the answer lists, not of the buttons.
_OF_THE_LIST = re.compile(
    r"\W*(?:(?:ok|okay|so|please|pls|can you|could you)\s+)*(?:tell me|explain|what is|"
    r"what's|whats|more (?:on|about))\b",
    re.IGNORECASE,
)
#: "ok", "hm, right": heard, and no yes to anything.
_ACKNOWLEDGES = re.compile(
    r"\W*(?:(?:ok|okay|okey|k|kk|right|righto|oh|ah|ow|aha|hm+|mm+|huh|i see|fair enough|got it|"
    r"noted|alright|all right|good to know|makes sense)\b\W*)+",
    re.IGNORECASE,
)
_TWO = 2
_BOTH = re.compile(r"\b(?:both|either)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|everything|any)\b", re.IGNORECASE)
#: "the second one": the "one" counts nothing.
_ONE_AS_NOUN = re.compile(
    r"\b(?!(?:number|option|no|nr|button|answer|question)\b)(\w+)\s+ones?\b", re.IGNORECASE
)


def acknowledges(text: str) -> bool:
    """Say whether ``text`` only says that something was heard ("ok", "hm, i see")."""
    return bool(_ACKNOWLEDGES.fullmatch(text)) and "?" not in text


def chosen(text: str, offered: int) -> list[int]:
    """Return the places (from 0) that ``text`` picks out of ``offered`` ones; may be empty."""
    words = _ONE_AS_NOUN.sub(r"\1", text)
    if _ALL.search(words):
        return list(range(offered))
    if _BOTH.search(words):
        return list(range(min(_TWO, offered)))
    places = [place for pattern, place in _PLACES if re.search(rf"\b(?:{pattern})\b", words, re.I)]
    if _LAST.search(words) and offered:
        places.append(offered - 1)
    if not places and offered == _TWO and _OTHER.search(words):
        places = [1]
    return [place for place in dict.fromkeys(places) if place < offered]


def chosen_topic(text: str, context: Context) -> str | None:
    """Return the topic that ``text`` picks out of two talked of side by side, if it does.

    After "magnesium or potassium", "the other one" is the one that was not talked of last, and
    "and the first" goes on with magnesium; "the first one" alone means the first button.
    """
    if len(context.together) < _TWO:
        # "and the third?" after the second one was told.
        goes_on = context.topic in context.listed and _GOES_ON.match(text)
        of_the_list = goes_on or _OF_THE_LIST.match(text)
        places = chosen(text, len(context.listed)) if of_the_list else []
        return context.at_place(places[0]) if len(places) == 1 else None
    if _OTHER.search(text):
        return context.at_place(-1)
    places = chosen(text, len(context.together)) if _GOES_ON.match(text) else []
    return context.at_place(places[0]) if len(places) == 1 else None
