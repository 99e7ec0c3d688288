"""Whether what is said of a topic tells of the very illness or medicine that was named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from twitchwise.faq.index import Faq
from twitchwise.faq.models import MEDICATION, Answer, Example
from twitchwise.faq.query import Request, Unsourced
from twitchwise.faq.understood import DESCRIBE, MENTION, Clause

#: What holds for any illness and any medicine.
_HOLDS_FOR_ALL = {"see_doctor", "cautions"}
#: What may be asked of an example and is told of the whole topic.
_OF_ANY = {"link", "role", "definition"}
#: Answers that may tell of an example, the likeliest first.
_TELLS_OF_EXAMPLES = ("nutrients", "causes", "supplements")


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


def with_what_tells(
    faq: Faq, asked: Sequence[Request | Unsourced], clauses: Sequence[Clause]
) -> list[Request | Unsourced]:
    """Return what is asked, with the answer that tells of the example named, where one does.

    "And metformin" is told what medicines take from the body, not that some can cause twitching;
    whoever asks for a link is told both.
    """
    replaces = all(clause.intent in {DESCRIBE, MENTION} for clause in clauses if clause.asked)
    named = dict.fromkeys(each for clause in clauses for each in clause.examples)
    examples = [faq.examples[each] for each in named if each in faq.examples]
    found: list[Request | Unsourced] = []
    for item in asked:
        better = _telling(faq, item, examples) if isinstance(item, Request) else None
        found += [better] if better and replaces else [item, *([better] if better else [])]
    return list(dict.fromkeys(found))


def _telling(faq: Faq, request: Request, examples: Sequence[Example]) -> Request | None:
    """Return the request for what tells of an example, where the request's own answer does not."""
    own = faq.find_answer(request.topic, request.aspect, request.body_part)
    about = [example for example in examples if example.topic == request.topic.id]
    if request.aspect not in _OF_ANY or own is None or not about:
        return None
    if any(_tells_of(_text(own), example) for example in about):
        return None
    answers = ((aspect, request.topic.answers.get(aspect)) for aspect in _TELLS_OF_EXAMPLES)
    telling = (
        aspect
        for aspect, answer in answers
        if answer is not None and any(_tells_of(_text(answer), example) for example in about)
    )
    aspect = next(telling, None)
    return None if aspect is None else replace(request, aspect=aspect)


def _text(answer: Answer) -> str:
    return " ".join(_texts([answer])).lower()


def _texts(answers: Sequence[Answer]) -> Iterable[str]:
    for answer in answers:
        yield answer.text
        yield from answer.bullets


def _tells_of(text: str, example: Example) -> bool:
    words = "|".join(re.escape(word.lower()) for word in (*example.names, *example.told_as))
    return re.search(rf"\b(?:{words})(?:e?s)?\b", text) is not None
