"""Which topics the lists of answers name: what "the first one" may point to."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from twitchwise.faq.index import Faq
from twitchwise.faq.models import Answer

#: What is answered with a list of topics; elsewhere a name in a list is an aside.
_LISTS = ("nutrients", "causes")
#: Kinds of topic that a list of what the body may lack, or of triggers, consists of.
_KINDS = ("nutrient", "factor")


def topics_listed(faq: Faq, answers: Sequence[Answer]) -> tuple[str, ...]:
    """Return ids of the topics that the bullets of the answers begin with, in order, each once.

    A bullet that names none ("a doctor can test for this") has no place in the count.
    """
    names = _names(faq)
    bullets = [bullet for answer in answers if answer.aspect in _LISTS for bullet in answer.bullets]
    first = [names.search(bullet.lower()) for bullet in bullets]
    found = (faq.topic_named(match[0]) for match in first if match is not None)
    return tuple(dict.fromkeys(topic.id for topic in found if topic is not None))


@functools.lru_cache(maxsize=2)
def _names(faq: Faq) -> re.Pattern[str]:
    words = {
        name.lower()
        for topic in faq.topics.values()
        if topic.kind in _KINDS
        for name in (topic.name, *topic.names)
    }
    longest_first = sorted(map(re.escape, words), key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b")
