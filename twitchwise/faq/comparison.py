"""Two topics side by side, from the answers that the FAQ has on each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twitchwise.faq.index import Faq
from twitchwise.faq.models import Answer, Source
from twitchwise.faq.query import Request

#: Words said on each topic; whole sentences only.
_WORDS_EACH = 45
#: Of a list, the first things in it.
_BULLETS_EACH = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Comparison:
    """The beginnings of two or three answers, one below the other."""

    answers: tuple[Answer, ...]
    bullets: tuple[str, ...]
    text: str = "Side by side:"

    @property
    def id(self) -> str:
        """The ids of the answers."""
        return " ".join(answer.id for answer in self.answers)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the answers, each once."""
        return tuple(dict.fromkeys(s for answer in self.answers for s in answer.sources))


def compare(faq: Faq, requests: Sequence[Request]) -> Comparison | None:
    """Return the comparison of what ``requests`` ask, None where they ask for none."""
    if len(requests) < 2 or not all(request.compared for request in requests):
        return None
    found = [(r.topic, faq.find_answer(r.topic, r.aspect, r.body_part)) for r in requests]
    answers = [(topic, answer) for topic, answer in found if answer is not None]
    if len({answer.id for _, answer in answers}) < 2:
        return None
    bullets = tuple(f"{topic.name}: {_beginning(answer)}" for topic, answer in answers)
    return Comparison(tuple(answer for _, answer in answers), bullets)


def _beginning(answer: Answer) -> str:
    """Return the first sentences of an answer, or what it lists first."""
    sentences = [s for s in _SENTENCE_END.split(answer.text) if not s.endswith(":")]
    if not sentences:
        return f"{answer.text} {'; '.join(answer.bullets[:_BULLETS_EACH])}."
    kept = sentences[:1]
    for sentence in sentences[1:]:
        if len(" ".join([*kept, sentence]).split()) > _WORDS_EACH:
            break
        kept.append(sentence)
    return " ".join(kept)
