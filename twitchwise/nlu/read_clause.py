"""A clause as it was read, and what it says by its names. No Rasa in here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from twitchwise.nlu.aspect_model import Prediction
from twitchwise.nlu.forms import rules_out
from twitchwise.nlu.names_in_text import BODY_PART, Name

FALLBACK = "nlu_fallback"
DESCRIBE = "describe"
CAUSES = "ask_causes"
OUT_OF_SCOPE = "out_of_scope"
#: Without the form of a question, a clause in a longer message must be this sure to be one.
SURE = 0.6
_MOST_MOVEMENTS = 10
#: What is said with a part of the body to tell where it is.
_OF_PLACES = frozenset(
    {
        *("left", "right", "both", "upper", "lower", "bottom", "top", "inner", "outer", "side"),
        *("sides", "front", "back", "middle", "end", "part", "under", "above", "behind", "inside"),
        *("outside", "around", "near", "next", "between", "in", "on", "at", "of", "to", "and"),
        *(
            "or",
            "just",
            "only",
            "mostly",
            "mainly",
            "sometimes",
            "usually",
            "always",
            "too",
            "also",
        ),
        *("my", "his", "her", "the", "a", "it", "its", "is", "thats", "one", "no", "ok", "yes"),
    }
)
#: Kinds of names that people say they have not ("I am not diabetic, I gave up coffee").
_RULED_OUT = frozenset({"factor", "condition"})


@dataclass
class ReadClause:
    """A clause with what it was taken for; ``names`` have their places in the whole message.

    Attributes:
        text: its words, repaired.
        start: where it stands in the message.
        seen: its words as the classifier sees them, with names replaced.
        asks: whether it has the form of a question.
        ranking: what it asks, the likeliest first.
        names: what it names.
        others: whether it asks for something besides what it names.
    """

    text: str
    start: int
    seen: str
    asks: bool
    ranking: list[Prediction]
    names: list[Name] = field(default_factory=list)
    others: bool = False

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return self.ranking[0].label if self.ranking else FALLBACK

    @property
    def confidence(self) -> float:
        """How sure it is, 0 to 1."""
        return self.ranking[0].confidence if self.ranking else 0.0


def moves(clause: ReadClause) -> bool:
    """Say whether a clause names a part of the body with what it does ("back spasm").

    Not "jerk chicken", nor "twitch" alone.
    """
    movements = [name for name in clause.names if name.kind == "movement"]
    told = any(name.label == BODY_PART for name in clause.names)
    together = (clause.text[n.start - clause.start : n.end - clause.start] for n in movements)
    return bool(movements) and (told or any(" " in words.strip() for words in together))


def tells_of_a_part(clause: ReadClause) -> bool:
    """Say whether a clause surely tells what a part of the body does, whatever the verb is."""
    told = clause.intent in {DESCRIBE, CAUSES} and clause.confidence >= SURE
    return told and any(name.label == BODY_PART for name in clause.names)


def tells_only_a_place(clause: ReadClause) -> bool:
    """Say whether a clause says nothing but where it is ("the lower lid, right side")."""
    if not clause.names or any(name.label != BODY_PART for name in clause.names):
        return False
    rest = list(clause.text)
    for name in clause.names:
        first, last = name.start - clause.start, name.end - clause.start
        rest[first:last] = " " * (last - first)
    words = re.findall(r"[^\W\d]+", "".join(rest).lower())
    return "?" not in rest and all(word in _OF_PLACES for word in words)


def takes_away(clause: ReadClause) -> bool:
    """Say whether a clause names a medicine with a nutrient: "I read that metformin lowers B12".

    A doubt after it is about just that, whatever twitches.
    """
    kinds = {name.kind for name in clause.names}
    return "medicine" in kinds and bool(kinds & {"nutrient", "deficiency"})


def is_mostly_a_name(clause: ReadClause) -> bool:
    """Say whether a clause is hardly more than the name of a condition ("nocturnal tremors")."""
    named = sum(n.end - n.start for n in clause.names if n.kind == "condition")
    return 2 * named >= len(clause.text) - 1


def nearest_first(names: Sequence[Name]) -> list[Name]:
    """Return the names with the parts of the body that stand next to a movement first.

    In "all day on my feet, and now both calves are jumping", the calves jump.
    """
    # A list of hundreds must not take time by its square.
    movements = [name for name in names if name.kind == "movement"][:_MOST_MOVEMENTS]
    if not movements:
        return list(names)

    def distance(name: Name) -> int:
        return min(max(m.start - name.end, name.start - m.end, 0) for m in movements)

    return sorted(names, key=lambda name: distance(name) if name.label == BODY_PART else 0)


def not_ruled_out(clause: ReadClause) -> list[Name]:
    """Return the names of a clause without what somebody says they have not, or do not do."""
    kept = []
    for name in clause.names:
        said = name.start - clause.start, name.end - clause.start
        if name.kind not in _RULED_OUT or not rules_out(clause.text, *said):
            kept.append(name)
    return kept
