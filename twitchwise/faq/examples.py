"""Whether what is said of a topic tells of the very illness or medicine that was named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from twitchwise.faq.index import Faq
from twitchwise.faq.models import MEDICATION, Answer, Example
from twitchwise.faq.query import Request, Unsourced
from twitchwise.faq.understood import Clause

#: What holds for any illness and any medicine.
_HOLDS_FOR_ALL = {"see_doctor", "cautions"}


def not_told_of(
    faq: Faq,
    asked: Sequence[Request | Unsourced],
    clauses: Sequence[Clause],
    answers: Sequence[Answer],
) -> str | None:
    """Return the example of a topic that was named, and that the answers on it do not tell of.

    "Can lupus make me twitch" gets what is known of illnesses.

    Args:
        faq: the FAQ.
        asked: what was asked.
        clauses: the clauses of the message.
        answers: what is said.
    """
    about = {
        item.topic.id
        for item in asked
        if isinstance(item, Request) and item.aspect not in _HOLDS_FOR_ALL
    }
    if any(isinstance(item, Request) and item.aspect == "medicines" for item in asked):
        about.add(MEDICATION)
    named = dict.fromkeys(each for clause in clauses for each in clause.examples)
    known = [faq.examples[each] for each in named if each in faq.examples]
    text = " ".join(_texts(answers)).lower()
    missing = [e.name for e in known if e.topic in about and not _tells_of(text, e)]
    return " or ".join(missing) if missing and answers else None


def _texts(answers: Sequence[Answer]) -> Iterable[str]:
    for answer in answers:
        yield answer.text
        yield from answer.bullets


def _tells_of(text: str, example: Example) -> bool:
    words = "|".join(re.escape(word.lower()) for word in (*example.names, *example.told_as))
    return re.search(rf"\b(?:{words})(?:e?s)?\b", text) is not None
