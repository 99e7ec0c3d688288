"""Which topics the lists of answers name: what "the first one" may point to."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from twitchwise.faq.index import Faq
from twitchwise.faq.models import Answer

#: What is answered with a list of topics; elsewhere a name in a list is an aside.
_LISTS = ("nutrients", "causes")
#: Of so many answers, the list is remembered.
_LATELY = 3
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


def topics_listed_lately(faq: Faq, recent: Sequence[str]) -> tuple[str, ...]:
    """Return the topics of the last list among the answers given lately; empty where there is none.

    After the first thing of a list was told, "and the second?" is still about that list.

    Args:
        faq: the FAQ.
        recent: ids (``topic.aspect``) of the answers given lately, the last one last.
    """
    for answer_id in reversed(recent[-_LATELY:]):
        topic, _, aspect = answer_id.partition(".")
        answer = faq.find_answer(faq.topics[topic], aspect) if topic in faq.topics else None
        if answer is not None and (found := topics_listed(faq, [answer])):
            return found
    return ()


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
