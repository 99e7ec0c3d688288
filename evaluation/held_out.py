"""The held-out and the development questions and dialogues, and what counts as an accepted reply.

Nobody who writes phrases or rules looks at what is held out, or at its misses: it says how well
strangers are understood. What goes wrong is read in the development set, which was held out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from twitchwise.paths import project_root

FOLDER = project_root() / "tests" / "nlu"
QUESTIONS = FOLDER / "held_out_questions.yml"
DIALOGUES = FOLDER / "held_out_dialogues.yml"
DEVELOPMENT_QUESTIONS = FOLDER / "development_questions.yml"
DEVELOPMENT_DIALOGUES = FOLDER / "development_dialogues.yml"

#: What should happen with a question.
OUTCOMES = ("answer", "no_source", "chat", "out_of_scope", "other_language", "fallback")
_RESPONSE = "utter_"


@dataclass(frozen=True)
class Question:
    """A question that begins a conversation.

    Attributes:
        ask: its words.
        kind: the way it is asked ("search", "post", "typo" …).
        outcome: what should happen, one of :data:`OUTCOMES`.
        accept: for each asked part, the ids that a fair judge accepts.
    """

    ask: str
    kind: str
    outcome: str
    accept: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Turn:
    """A turn of a dialogue; ``reject`` holds ids that must not be said in it."""

    say: str
    accept: tuple[tuple[str, ...], ...]
    reject: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dialogue:
    """A conversation of several turns."""

    name: str
    turns: tuple[Turn, ...]


def load_questions(path: Path = QUESTIONS) -> tuple[Question, ...]:
    """Return the questions of a file.

    Raises:
        ValueError: an outcome that is none, or a question that accepts nothing.
    """
    return tuple(_question(entry) for entry in _read(path, "questions"))


def load_dialogues(path: Path = DIALOGUES) -> tuple[Dialogue, ...]:
    """Return the dialogues of a file.

    Raises:
        ValueError: a turn that accepts nothing.
    """
    return tuple(
        Dialogue(str(entry["name"]), tuple(_turn(turn) for turn in entry["turns"]))
        for entry in _read(path, "dialogues")
    )


def is_accepted(delivered: str, accepted: str) -> bool:
    """Say whether a delivered id is an accepted one.

    ``magnesium.link`` also accepts an answer of it for one body part (``magnesium.link.foot``),
    ``magnesium.*`` any answer of the topic, ``utter_escalation`` its variants
    (``utter_escalation_child``).
    """
    if "*" in accepted:
        return fnmatchcase(delivered, accepted)
    joint = "_" if accepted.startswith(_RESPONSE) else "."
    return delivered == accepted or delivered.startswith(accepted + joint)


def any_accepted(delivered: Iterable[str], accepted: Iterable[str]) -> bool:
    """Say whether one of the delivered ids is one of the accepted ones."""
    wanted = tuple(accepted)
    return any(is_accepted(given, one) for given in delivered for one in wanted)


def is_response(delivered: str) -> bool:
    """Say whether an id names a response of the domain rather than an answer."""
    return delivered.startswith(_RESPONSE)


def _read(path: Path, key: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))[key]
    return entries


def _question(entry: Mapping[str, Any]) -> Question:
    question = Question(
        str(entry["ask"]), str(entry["kind"]), str(entry["outcome"]), _accept(entry)
    )
    if question.outcome not in OUTCOMES:
        raise ValueError(f"{question.ask!r}: there is no outcome {question.outcome!r}")
    return question


def _turn(entry: Mapping[str, Any]) -> Turn:
    return Turn(str(entry["say"]), _accept(entry), tuple(entry.get("reject") or ()))


def _accept(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    parts = tuple(tuple(str(accepted) for accepted in part) for part in entry["accept"])
    if not parts or not all(parts):
        raise ValueError(f"{entry.get('ask') or entry.get('say')!r}: a part accepts nothing")
    return parts
