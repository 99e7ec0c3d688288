"""Look-up in the FAQ: names to topics, and topic, aspect and body part to an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from twitchwise.faq.models import (
    Answer,
    Aspect,
    BodyPart,
    Diet,
    Example,
    Food,
    FoodGroup,
    Question,
    Topic,
    Unmentioned,
    UnsourcedSubject,
)


def name_key(name: str) -> str:
    """Return the form in which names are compared: lower case, single spaces."""
    return " ".join(name.lower().split())


class Faq:
    """The whole FAQ; immutable once built."""

    def __init__(
        self,
        topics: Sequence[Topic],
        aspects: Sequence[Aspect],
        body_parts: Sequence[BodyPart],
        questions: Sequence[Question],
        default_aspects: Mapping[str, str],
        follow_ups: Mapping[str, tuple[str, ...]],
        subjects: Mapping[str, UnsourcedSubject] = MappingProxyType({}),
        foods: Sequence[Food] = (),
        food_groups: Sequence[FoodGroup] = (),
        diets: Sequence[Diet] = (),
        unmentioned: Sequence[Unmentioned] = (),
    ) -> None:
        self.topics: Mapping[str, Topic] = {topic.id: topic for topic in topics}
        self.aspects: Mapping[str, Aspect] = {aspect.id: aspect for aspect in aspects}
        self.body_parts: Mapping[str, BodyPart] = {part.id: part for part in body_parts}
        self.questions: tuple[Question, ...] = tuple(questions)
        self._default_aspects = default_aspects
        self._follow_ups = follow_ups
        self._topic_by_code = {topic.code: topic for topic in topics}
        self._topic_by_name = {
            name_key(name): topic
            for topic in topics
            for name in (
                *topic.names,
                *topic.misspellings,
                *topic.beside_body_part,
                *topic.names_alone,
                topic.name,
                topic.id,
            )
        }
        self.examples: Mapping[str, Example] = {
            example.id: example for topic in topics for example in topic.examples
        }
        self._example_by_name = {
            name_key(name): example for example in self.examples.values() for name in example.names
        }
        self.abbreviations: Mapping[str, str] = {
            name_key(name): topic.id for topic in topics for name in topic.abbreviations
        }
        self._body_part_by_name = {
            name_key(name): part for part in body_parts for name in (*part.names, part.id)
        }
        self.foods: Mapping[str, Food] = {food.id: food for food in foods}
        self.food_groups: Mapping[str, FoodGroup] = {group.id: group for group in food_groups}
        self.diets: tuple[Diet, ...] = tuple(diets)
        self.unmentioned: Mapping[str, Unmentioned] = {each.id: each for each in unmentioned}
        self.subjects = subjects
        self._subject_by_name = {
            name_key(name): subject
            for subject in subjects.values()
            for name in (*subject.names, *subject.misspellings)
        }

    def subject_named(self, name: str) -> UnsourcedSubject | None:
        """Return the subject without a reliable source that people call ``name``."""
        return self._subject_by_name.get(name_key(name))

    def example_named(self, name: str) -> Example | None:
        """Return the example of a topic that people call ``name``."""
        return self._example_by_name.get(name_key(name))

    def topic_named(self, name: str) -> Topic | None:
        """Return the topic that people call ``name``."""
        return self._topic_by_name.get(name_key(name))

    def body_part_named(self, name: str) -> BodyPart | None:
        """Return the body part that people call ``name``."""
        return self._body_part_by_name.get(name_key(name))

    def topic_with_code(self, code: str) -> Topic | None:
        """Return the topic whose short code is ``code`` (as in ``q:mg.foods``)."""
        return self._topic_by_code.get(code)

    def default_aspect(self, topic: Topic) -> str:
        """Return the aspect to answer where only ``topic`` was named."""
        return self._default_aspects[topic.kind]

    def answers(self) -> Iterable[Answer]:
        """Yield every answer, those for single body parts included."""
        for topic in self.topics.values():
            yield from topic.answers.values()

    def answer_with_id(self, answer_id: str) -> Answer | None:
        """Return the answer whose id is ``answer_id``; nothing is inherited."""
        topic_id, _, key = answer_id.partition(".")
        topic = self.topics.get(topic_id)
        return topic.answers.get(key) if topic else None

    def find_answer(self, topic: Topic, aspect: str, body_part: str | None = None) -> Answer | None:
        """Return the best answer there is, or None.

        Parents of the topic's own kind answer for it as it would itself (leg twitching, and
        twitching in general). A parent of another kind only comes after the aspects that may
        stand in for this one (``instead``): "what is stress" must not tell what a twitch is.
        """
        known = self.aspects.get(aspect)
        wanted = [aspect, *(known.instead if known else ())]
        relatives = list(self._with_parents(topic))
        family = [relative for relative in relatives if relative.kind == topic.kind]
        searches = [(family, wanted), (relatives, wanted)]
        if known is not None and known.parent_first:
            searches.insert(0, (relatives, [aspect]))
        for group, candidates in searches:
            for candidate in candidates:
                for relative in group:
                    answer = relative.answers.get(f"{candidate}.{body_part}")
                    answer = answer or relative.answers.get(candidate)
                    if answer is not None:
                        return answer
        return None

    def has_answer(self, topic: Topic, aspect: str) -> bool:
        """Say whether the topic or a parent of it answers exactly this aspect."""
        return any(aspect in relative.answers for relative in self._with_parents(topic))

    def follow_ups(
        self, topic: Topic, given: Answer, already: Iterable[str] = (), limit: int = 3
    ) -> list[tuple[Topic, Aspect]]:
        """Return what to offer after ``given``: at most ``limit`` pairs of topic and aspect.

        Args:
            topic: the topic that was asked about (the answer may be its parent's).
            given: the answer just given.
            already: ids (``topic.aspect``) answered lately, not to be offered again.
            limit: how many at most.
        """
        skip = {*already, f"{topic.id}.{given.aspect}", given.id}
        offered: list[tuple[Topic, Aspect]] = []
        pairs = [target.split(".")[:2] for target in given.follow_ups]
        pairs += [[topic.id, aspect] for aspect in self._follow_ups[topic.kind]]
        for topic_id, aspect_id in pairs:
            candidate = self.topics[topic_id]
            pair = (candidate, self.aspects[aspect_id])
            found = self.has_answer(candidate, aspect_id)
            if found and pair not in offered and f"{topic_id}.{aspect_id}" not in skip:
                offered.append(pair)
        return offered[:limit]

    def _with_parents(self, topic: Topic) -> Iterable[Topic]:
        seen: set[str] = set()
        relative: Topic | None = topic
        while relative is not None and relative.id not in seen:
            seen.add(relative.id)
            yield relative
            relative = self.topics.get(relative.parent) if relative.parent else None
