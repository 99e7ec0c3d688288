"""What is wrong with a content file: where it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twitchwise.errors import TwitchwiseError


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in the content."""

    file: str
    line: int
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} Mend: {self.mend}"


class ContentError(TwitchwiseError):
    """The content cannot be used; ``problems`` holds every mistake found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
