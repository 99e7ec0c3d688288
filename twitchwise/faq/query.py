"""From what was understood of a message to what has to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twitchwise.faq.index import Faq
from twitchwise.faq.models import GENERAL_TOPIC, BodyPart, Topic

#: More answers than this in one turn are too much to read on a phone.
MAX_REQUESTS = 3

#: Kinds of topic, strongest first: where several are named, the strongest kind is what is asked
#: about, and a movement only says where or how it twitches ("can low calcium cause leg cramps").
_STRENGTH = (("nutrient", "factor", "condition"), ("care",), ("movement",), ("general",))
#: What is asked of a movement even where diet or supplements are named with it ("apart from diet,
#: what makes feet twitch").
_OF_MOVEMENT = {"causes", "nutrients", "harmless", "outlook", "see_doctor", "signs", "definition"}


@dataclass(frozen=True)
class Context:
    """What the conversation was about so far."""

    topic: str | None = None
    aspect: str | None = None
    body_part: str | None = None


@dataclass(frozen=True)
class Request:
    """One thing to answer."""

    topic: Topic
    aspect: str
    body_part: str | None = None


def resolve(
    faq: Faq,
    aspect: str | None,
    topics: Sequence[Topic],
    body_part: BodyPart | None,
    context: Context,
) -> list[Request]:
    """Return what to answer, at most :data:`MAX_REQUESTS` requests.

    Args:
        faq: the FAQ.
        aspect: what is asked (None where only a topic or a body part was named).
        topics: the topics named, in order.
        body_part: the body part named.
        context: what the conversation was about; used only for what the message lacks.
    """
    body_part = body_part or _implied_body_part(faq, topics)
    about = _topics_asked_about(faq, aspect, topics, body_part, context)
    part = _body_part(topics, body_part, context)
    requests = []
    for topic in about:
        wanted = aspect or _carried_aspect(faq, topic, context)
        if wanted == "nutrients" and topic.kind == "nutrient":
            wanted = "link"
        requests.append(Request(topic, wanted, part))
    return requests[:MAX_REQUESTS]


def _implied_body_part(faq: Faq, topics: Sequence[Topic]) -> BodyPart | None:
    """Return the body part of a topic such as "foot twitching", whose name holds one."""
    named = {topic.id for topic in topics} - {GENERAL_TOPIC}
    return next((part for part in faq.body_parts.values() if part.topic in named), None)


def _topics_asked_about(
    faq: Faq,
    aspect: str | None,
    topics: Sequence[Topic],
    body_part: BodyPart | None,
    context: Context,
) -> list[Topic]:
    named = list(dict.fromkeys(topics))
    if aspect == "difference":
        movements = [topic for topic in named if topic.kind == "movement"]
        if movements:
            specific = [topic for topic in movements if topic.id != GENERAL_TOPIC]
            return (specific or movements)[:1]
    order = (_STRENGTH[0], _STRENGTH[2], _STRENGTH[1], _STRENGTH[3])
    for kinds in order if aspect in _OF_MOVEMENT else _STRENGTH:
        found = [topic for topic in named if topic.kind in kinds]
        if found and kinds == ("movement",):
            return [_movement(faq, found, body_part)]
        if found and (kinds != ("general",) or body_part is None):
            return found
    known = faq.topics.get(context.topic or "")
    if body_part is not None:
        # "what about my calf" keeps the nutrient that was talked about; a new question does not.
        keeps_topic = aspect is None and known is not None and known.kind != "movement"
        return [known] if keeps_topic and known else [faq.topics[body_part.topic]]
    return [known or faq.topics[GENERAL_TOPIC]]


def _movement(faq: Faq, movements: Sequence[Topic], body_part: BodyPart | None) -> Topic:
    specific = [topic for topic in movements if topic.id != GENERAL_TOPIC]
    if specific:
        return specific[0]
    return faq.topics[body_part.topic] if body_part else movements[0]


def _body_part(topics: Sequence[Topic], body_part: BodyPart | None, context: Context) -> str | None:
    if body_part is not None:
        return body_part.id
    if any(topic.kind == "movement" for topic in topics):
        return None
    return context.body_part


def _carried_aspect(faq: Faq, topic: Topic, context: Context) -> str:
    """Return the aspect for a message that only names a topic ("and calcium?")."""
    before = faq.topics.get(context.topic or "")
    same_kind = before is not None and before.kind == topic.kind
    if context.aspect and same_kind and faq.has_answer(topic, context.aspect):
        return context.aspect
    return faq.default_aspect(topic)
