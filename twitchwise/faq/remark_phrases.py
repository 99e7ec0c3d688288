"""The phrases of ``remarks.yml``: what people tell of their lives, and what it points to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from twitchwise.faq import schema
from twitchwise.faq.loader import REMARKS, ContentFile, read_required
from twitchwise.faq.models import AFRAID, CHECKED, LASTING
from twitchwise.faq.problems import ContentError, Problem

#: What points to nothing.
NOTHING = "nothing"
#: What a remark can point to besides a topic.
_NO_TOPICS = frozenset({LASTING, CHECKED, AFRAID, NOTHING})


@dataclass(frozen=True)
class Remark:
    """A phrase, and the id of the topic that it points to (or one of ``lasting`` …)."""

    text: str
    about: str


def read_remarks(folder: Path, topics: Collection[str]) -> list[Remark]:
    """Return the phrases in a folder of content.

    Args:
        folder: the folder of the FAQ.
        topics: ids of its topics.

    Raises:
        ContentError: the file is missing or wrong; all mistakes are listed.
    """
    problems: list[Problem] = []
    file = read_required(folder / REMARKS, schema.RemarksFile, problems)
    if file is not None:
        problems += _problems(file, topics)
    if file is None or problems:
        raise ContentError(problems)
    return [Remark(text, e.about) for e in file.model.remarks for text in e.phrases]


def _problems(file: ContentFile[schema.RemarksFile], topics: Collection[str]) -> Iterator[Problem]:
    others = ", ".join(sorted(_NO_TOPICS))
    seen: set[str] = set()
    for number, entry in enumerate(file.model.remarks):
        if entry.about not in _NO_TOPICS and entry.about not in topics:
            yield file.problem(
                ("remarks", number, "about"),
                f"there is no topic {entry.about!r}.",
                f"name one that has a file, or one of {others}.",
            )
        for place, phrase in enumerate(entry.phrases):
            if phrase in seen:
                yield file.problem(
                    ("remarks", number, "phrases", place),
                    f"{phrase!r} stands there twice.",
                    "keep it in one place only.",
                )
            seen.add(phrase)
