"""The FAQ as frozen values. What a file must look like is in :mod:`twitchwise.faq.schema`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: How far a source can be relied on, and an answer through its sources and facts.
Confidence = Literal["high", "medium", "low"]

#: Factors that are asked about in their own ways: medicines lower nutrients, and the others say
#: who somebody is.
MEDICATION = "medication"
PERSONAL = ("plant_diet", "older_age")
#: What a remark may point to besides a topic: that it goes on, that a doctor looked at it, fear.
LASTING, CHECKED, AFRAID = "lasting", "checked", "afraid"
#: The twitch topic that answers whatever names no topic at all.
GENERAL_TOPIC = "twitch"


@dataclass(frozen=True)
class Source:
    """An article or page that an answer cites; ``url`` only where the host is the publisher's."""

    id: str
    title: str
    publisher: str
    confidence: Confidence
    url: str | None = None


@dataclass(frozen=True)
class Answer:
    """One answer of the FAQ.

    ``id`` is ``topic.aspect`` or ``topic.aspect.body_part``. ``confidence`` is how far the answer
    can be relied on: never further than its best source. ``names_red_flag`` is true where the
    answer itself names weakness or numbness, so that advice to see a doctor must follow it.
    """

    id: str
    topic: str
    aspect: str
    text: str
    bullets: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[Source, ...]
    reviewed: datetime.date
    confidence: Confidence
    names_red_flag: bool = False
    body_part: str | None = None
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """One kind of what a topic is about: multiple sclerosis among illnesses.

    What is said of the topic may not hold for it, unless the text tells of it by one of its
    ``names``, or by a word of ``told_as``. ``name`` stands in the middle of a sentence.
    """

    id: str
    topic: str
    name: str
    names: tuple[str, ...]
    told_as: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)  # one object a topic: compared and hashed by identity
class Topic:
    """What is asked about: a nutrient, a trigger, a kind of movement, a condition.

    ``beside_body_part`` are words that mean it beside a part of the body only: a thigh that hops.
    ``names_alone`` mean it where nothing else of ours is named: "what causes tingling".
    ``buttons`` are titles, by aspect, where those of the aspect read oddly of this topic.
    """

    id: str
    code: str
    name: str
    kind: str
    parent: str | None
    names: tuple[str, ...]
    misspellings: tuple[str, ...]
    answers: Mapping[str, Answer]
    abbreviations: tuple[str, ...] = ()
    beside_body_part: tuple[str, ...] = ()
    names_alone: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    buttons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Aspect:
    """What is asked; the intent ``ask_<id>``.

    Where a topic has no answer to it, the aspects in ``instead`` may stand in: before those of
    a parent of another kind, or (``parent_first``) after them. ``heads`` are nouns that name the
    aspect by themselves, so that "causes and treatment of cramps" is understood as two questions.
    """

    id: str
    about: str
    buttons: Mapping[str, str]
    instead: tuple[str, ...]
    parent_first: bool = False
    heads: tuple[str, ...] = ()

    def button_title(self, topic: Topic) -> str:
        """Return the title of a button that asks for this aspect of ``topic``."""
        own = topic.buttons.get(self.id)
        if own is not None:
            return own
        title = self.buttons.get(topic.kind, self.buttons["default"])
        title = title.format(name=topic.name)
        plural = topic.name.endswith("s") and not topic.name.endswith(("ss", "is", "us"))
        return (
            f"Are {topic.name}{title[len(topic.name) + 3 :]}"
            if (plural and title.startswith(f"Is {topic.name}"))
            else title
        )


@dataclass(frozen=True)
class BodyPart:
    """A body part that people name, and the twitch topic that answers for it."""

    id: str
    topic: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class UnsourcedSubject:
    """A subject that people ask about and no reliable source covers; nothing is said on it.

    ``name`` stands in the middle of a sentence; ``ask`` says whom to ask instead; ``nearest``
    are answers to offer. ``aside`` is true where the subject only says for whom or when
    (pregnancy, children): a general answer may then be given beside it.
    """

    id: str
    name: str
    names: tuple[str, ...]
    misspellings: tuple[str, ...]
    ask: str
    nearest: tuple[str, ...]
    aside: bool = False


@dataclass(frozen=True)
class Food:
    """A food that people name, and the nutrients whose answers list it.

    ``id`` is its first name; the first nutrient is meant where nothing else tells. A food without
    nutrients is named by no answer.
    """

    id: str
    names: tuple[str, ...]
    nutrients: tuple[str, ...]


@dataclass(frozen=True)
class Unmentioned:
    """What people bring up with a question, and no source tells of: shoes, ice, a long flight.

    ``id`` stands in the middle of a sentence; ``told_as`` are words by which an answer tells of it
    all the same.
    """

    id: str
    names: tuple[str, ...]
    told_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoodGroup:
    """Foods that people leave out together: dairy, nuts, fish.

    ``name`` stands in the middle of a sentence, ``names`` are what people call it or its foods,
    and ``listed_as`` are the words by which answers name its foods. ``check_label`` is true where
    ready-made foods may hold it unseen.
    """

    id: str
    name: str
    names: tuple[str, ...]
    listed_as: tuple[str, ...]
    check_label: bool = False


@dataclass(frozen=True)
class Diet:
    """A way of eating, and the ids of the groups of foods that it leaves out."""

    names: tuple[str, ...]
    leaves_out: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question that people ask, with the answers it should get."""

    id: str
    ask: str
    also: tuple[str, ...]
    answers: tuple[str, ...]
    key_terms: tuple[str, ...]
    restored: bool
