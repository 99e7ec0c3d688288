"""What is said to a remark that points to something and does not name it ("36 on that roof")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twitchwise.faq.context import FEARED, Context
from twitchwise.faq.index import Faq
from twitchwise.faq.models import AFRAID, CHECKED, GENERAL_TOPIC, LASTING, Topic

#: What is told of a topic that a remark brings up.
_OF_A_NEW_TOPIC = ("link", "help", "nutrients", "cautions")
#: What somebody wants to hear who tells how long it has gone on, or that it was looked at.
_OF_THE_MOVEMENT = {
    LASTING: ("see_doctor", "outlook", "harmless"),
    CHECKED: ("harmless", "outlook", "help"),
    AFRAID: ("harmless", "outlook", "help"),
}
_OF_WHAT_IS_FEARED = ("harmless", "help", "difference")


def told_of(
    faq: Faq, implied: str, context: Context, recent: Sequence[str]
) -> tuple[Topic, str] | None:
    """Return the topic and aspect that a remark brings up; None where that is nothing new.

    Args:
        faq: the FAQ.
        implied: what the remark points to.
        context: what the conversation was about.
        recent: ids (``topic.aspect``) of the answers given lately.
    """
    before = faq.topics.get(context.topic or "")
    if implied in _OF_THE_MOVEMENT:
        if implied == AFRAID and before is not None and before.id in FEARED:
            return _first_new(faq, before, _OF_WHAT_IS_FEARED, recent)
        movement = faq.topics.get(context.movement or "") or faq.topics[GENERAL_TOPIC]
        return _first_new(faq, movement, _OF_THE_MOVEMENT[implied], recent)
    topic = faq.topics.get(implied)
    if topic is None or topic is before:
        return None
    own = [aspect for aspect in _OF_A_NEW_TOPIC if aspect in topic.answers]
    return _first_new(faq, topic, own, recent)


def _first_new(
    faq: Faq, topic: Topic, aspects: Iterable[str], recent: Sequence[str]
) -> tuple[Topic, str] | None:
    """Return the first aspect that was not told lately, or else the first one."""
    found = [aspect for aspect in aspects if faq.has_answer(topic, aspect)]
    new = (aspect for aspect in found if f"{topic.id}.{aspect}" not in recent)
    first = next(new, next(iter(found), None))
    return None if first is None else (topic, first)
