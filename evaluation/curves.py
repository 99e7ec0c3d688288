"""The numbers behind the pictures: right against wrong, by how sure the bot was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """What happens if everything from ``threshold`` on is answered: shares of all questions."""

    threshold: float
    right: float
    wrong: float

    @property
    def coverage(self) -> float:
        """The share that is answered at all."""
        return self.right + self.wrong

    @property
    def risk(self) -> float:
        """The share of what is answered that is wrong."""
        return self.wrong / self.coverage if self.coverage else 0.0


def at(threshold: float, sure: Sequence[float], right: Sequence[bool]) -> Point:
    """Return what happens at one threshold."""
    answered = [good for value, good in zip(sure, right, strict=True) if value >= threshold]
    everything = len(right) or 1
    hits = sum(answered)
    return Point(threshold, hits / everything, (len(answered) - hits) / everything)


def over_thresholds(sure: Sequence[float], right: Sequence[bool], steps: int = 100) -> list[Point]:
    """Return what happens at thresholds from 0 to 1."""
    return [at(step / steps, sure, right) for step in range(steps + 1)]


def by_coverage(sure: Sequence[float], right: Sequence[bool]) -> list[Point]:
    """Return what happens at each threshold that makes a difference, the strictest first."""
    return [at(value, sure, right) for value in sorted(set(sure), reverse=True)]
