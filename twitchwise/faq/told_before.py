"""A follow-up is not told the very words of the turn before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twitchwise.faq.models import Answer
from twitchwise.faq.understood import DESCRIBE, MENTION, Clause


@dataclass(frozen=True)
class ToldBefore:
    """Said in place of answers that the last turn gave: that they are all there is on it."""

    answers: tuple[Answer, ...]

    @property
    def id(self) -> str:
        """The ids of the answers."""
        return " ".join(answer.id for answer in self.answers)


def leans_on_the_last_turn(clauses: Sequence[Clause]) -> bool:
    """Say whether a message asks something that its own words say nothing of ("is that bad").

    Whoever names the thing again ("foods with magnesium?") wants to hear it again, and a remark ("I
    am sixty") may change what somebody looks for in the same list.
    """
    asked = [clause for clause in clauses if clause.asked]
    names = any(
        clause.names_something or clause.examples or clause.unmentioned or clause.implies
        for clause in clauses
    )
    remarks = all(clause.intent in {DESCRIBE, MENTION} for clause in asked)
    return bool(asked) and not (names or remarks or any(clause.count for clause in asked))


def told_before(answers: Sequence[Answer], last: Sequence[str]) -> ToldBefore | None:
    """Return that ``answers`` were given already, None where one is new.

    Args:
        answers: what would be said.
        last: ids of the answers of the last turn that had one.
    """
    if not answers or any(answer.id not in last for answer in answers):
        return None
    return ToldBefore(tuple(answers))
