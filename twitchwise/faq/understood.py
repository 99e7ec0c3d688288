"""What the NLU pipeline hands to the action: the clauses of a message, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from twitchwise.faq.index import Faq

#: The key in a message's parse data.
CLAUSES = "clauses"
#: Another one: true where a part of the message seems to be about something else.
FOREIGN = "foreign"
#: Another one: true where all of it is, unless it goes on with what was talked of.
GOES_ON = "goes_on"
#: Another one: a list of ``{"id", "score"}`` of the FAQ's nearest questions, nearest first.
SIMILAR_QUESTIONS = "similar_questions"
#: The intent of a statement: what somebody feels, or has done so far.
DESCRIBE = "describe"
#: The intent of a message that only names something.
MENTION = "mention_topic"
#: Places that count from no end: "the other one", and "back to the first one" that was talked of.
OTHER_ONE, TALKED_OF_FIRST = -1, -2
_ASPECT_INTENT = "ask_"
_LISTS = (
    *("topics", "body_parts", "subjects", "foods", "left_out", "taken_up", "examples"),
    *("unmentioned", "aspects"),
)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


@dataclass(frozen=True)
class Clause:
    """A part of a message, as it was understood.

    Attributes:
        intent: what it asks or does; None where that is not known.
        asked: whether it is to be answered; the other clauses only say what it is about.
        topics: ids of the topics named, in order.
        body_parts: ids of the body parts named, in order.
        subjects: ids of the subjects named that no source covers.
        foods: ids of the foods named.
        left_out: ids of the groups of foods that it rules out ("no dairy", "I'm vegan").
        taken_up: ids of those that it says are eaten after all.
        examples: ids of the examples of topics named (multiple sclerosis, of an illness).
        unmentioned: ids of what it brings up that no source tells of.
        refers: whether a pronoun ("it", "that") points back.
        together: whether it asks of several things talked of ("foods for both").
        aspects: what else it asks ("causes and treatment").
        count: how many things it asks for ("5 causes").
        level: ``low`` or ``high`` where it says so ("hypokalemia", "too much of it").
        stops: whether it is about stopping to take something.
        others: whether it asks for something besides what was talked of ("what else").
        contains: whether it asks what holds the thing talked of ("which fish has it").
        ends: whether it asks if something goes away.
        place: which of several things talked of it is about: 0 for "the first one", -1 for "the
            other one", -2 for "back to the first one"; None where it does not say.
        oneself: whether it is about who writes, and nobody else ("can I take some").
        another: whether it is about him or her, and not about who writes ("is it safe for her").
        value: whether it gives the value of a blood test, of what was talked of ("mine was 0.68").
        implies: what a remark points to that it does not name: a topic's id, or ``lasting``,
            ``checked`` or ``afraid``.
        confidence: how sure the intent is, 0 to 1; no part of what was said.
    """

    intent: str | None
    asked: bool = True
    topics: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    foods: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    taken_up: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    unmentioned: tuple[str, ...] = ()
    refers: bool = False
    together: bool = False
    aspects: tuple[str, ...] = ()
    count: int | None = None
    level: str | None = None
    stops: bool = False
    others: bool = False
    contains: bool = False
    ends: bool = False
    place: int | None = None
    oneself: bool = False
    another: bool = False
    value: bool = False
    implies: str | None = None
    confidence: float = field(default=1.0, compare=False)

    def as_data(self) -> dict[str, Any]:
        """Return what JSON can hold, without what is empty: each message is stored."""
        return {
            key: value
            for key, value in asdict(self).items()
            if key == "asked" or value != _NOTHING_SAID[key]
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Clause:
        """Return the clause that :meth:`as_data` wrote."""
        lists = {key: tuple(data.get(key) or ()) for key in _LISTS}
        return cls(
            intent=data.get("intent"),
            asked=bool(data.get("asked", True)),
            refers=bool(data.get("refers")),
            together=bool(data.get("together")),
            count=data.get("count"),
            level=data.get("level"),
            stops=bool(data.get("stops")),
            others=bool(data.get("others")),
            contains=bool(data.get("contains")),
            ends=bool(data.get("ends")),
            place=data.get("place"),
            oneself=bool(data.get("oneself")),
            another=bool(data.get("another")),
            value=bool(data.get("value")),
            implies=data.get("implies"),
            confidence=float(data.get("confidence", 1.0)),
            **lists,
        )

    @property
    def names_something(self) -> bool:
        """Whether it names a topic, a body part, a subject or a food."""
        return bool(self.topics or self.body_parts or self.subjects or self.foods)

    @property
    def aspect(self) -> str | None:
        """The aspect that the intent names, None for other intents."""
        return aspect_of(self.intent)


_NOTHING_SAID: Mapping[str, Any] = asdict(Clause(intent=None))


def aspect_of(intent: str | None) -> str | None:
    """Return ``foods`` for ``ask_foods``; None for an intent that asks no aspect."""
    if intent and intent.startswith(_ASPECT_INTENT):
        return intent[len(_ASPECT_INTENT) :]
    return None


def clauses_of(parse_data: Mapping[str, Any], faq: Faq) -> list[Clause]:
    """Return the clauses of a message.

    A message that bypassed the pipeline (``/ask_foods{"topic": "magnesium"}``) is one clause
    made of its intent and entities.
    """
    known = parse_data.get(CLAUSES)
    if known:
        return [Clause.from_data(data) for data in known]
    entities = parse_data.get("entities") or []
    return [
        Clause(
            intent=(parse_data.get("intent") or {}).get("name"),
            topics=_ids(faq.topic_named, _values(entities, "topic")),
            body_parts=_ids(faq.body_part_named, _values(entities, "body_part")),
            subjects=_ids(faq.subject_named, _values(entities, "subject")),
            examples=_ids(faq.example_named, _values(entities, "topic")),
        )
    ]


def _ids(look_up: Callable[[str], _Named | None], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.id for name in names if (found := look_up(name))))


def _values(entities: Iterable[Mapping[str, Any]], label: str) -> list[str]:
    found = [e for e in entities if e.get("entity") == label]
    return [str(e.get("value")) for e in sorted(found, key=lambda e: e.get("start") or 0)]
