"""The training phrases of the project, read without Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

MARK = re.compile(r"\[(?P<words>[^\]]+)\](?:\((?P<label>[^)]*)\)|\{(?P<json>[^}]*)\})")
_NLU = Path(__file__).resolve().parent.parent / "data" / "nlu"


def without_marks(phrase: str) -> str:
    """Return a phrase as people type it: without the marks of its names."""
    return MARK.sub(lambda match: match["words"], phrase)


def marked_phrases(*paths: Path) -> Iterator[tuple[str, str]]:
    """Yield intent and phrase of every example of Rasa's training files, names marked."""
    for path in paths:
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in entry["examples"].splitlines():
                if line.strip():
                    assert line.startswith("- "), f"{path.name}: {line}"
                    yield entry["intent"], line[2:].strip()


def training_phrases() -> list[tuple[str, str]]:
    """Return intent and phrase of the project's training data, names marked."""
    return list(marked_phrases(*sorted(_NLU.glob("*.yml"))))


def plain_phrases() -> list[str]:
    """Return the phrases of the project's training data as people type them."""
    return [without_marks(phrase) for _, phrase in training_phrases()]
