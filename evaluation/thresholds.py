"""The thresholds that the bot answers by, read from where it keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from twitchwise.faq import reply, sureness
from twitchwise.paths import project_root

CONFIG = project_root() / "config.yml"
#: How sure a clause that names something must be, by the length of its message.
SURE_BY_LENGTH = {
    "up to 10 words": sureness.SURE,
    "11 to 16 words": sureness.SURE_IF_LONG,
    "longer": sureness.SURE_IN_A_POST,
}


@dataclass(frozen=True)
class Thresholds:
    """Below ``answer_confidence`` the bot holds back; from ``same_question`` on it answers anyway.

    ``same_question`` is the similarity to a question of the FAQ; None where there is no such rule.
    Below ``sure``, which depends on a message's length, an answer is given as a best guess.
    """

    answer_confidence: float
    same_question: float | None
    sure: Mapping[str, float] = field(default_factory=lambda: dict(SURE_BY_LENGTH))


def load_thresholds(config: Path = CONFIG) -> Thresholds:
    """Return the thresholds of the bot that ``config`` describes."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    same_question = getattr(reply, "SAME_QUESTION", None)
    return Thresholds(
        _answer_confidence(pipeline), None if same_question is None else float(same_question)
    )


def length_of(text: str) -> str:
    """Return the kind of a message by its length: a key of :data:`SURE_BY_LENGTH`."""
    least = sureness.least_sure(text)
    return next(length for length, sure in SURE_BY_LENGTH.items() if sure == least)


def _answer_confidence(pipeline: Sequence[Mapping[str, Any]]) -> float:
    for component in pipeline:
        # Rasa's own component calls it "threshold".
        for key in ("answer_confidence", "threshold"):
            if key in component:
                return float(component[key])
    raise ValueError(f"No component of {CONFIG.name} gives a threshold for answering")
