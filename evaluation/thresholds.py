"""The thresholds that the bot answers by, read from where it keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from twitchwise.faq import reply, sureness
from twitchwise.paths import project_root

CONFIG = project_root() / "config.yml"


@dataclass(frozen=True)
class Thresholds:
    """Below ``answer_confidence`` the bot holds back; from ``same_question`` on it answers anyway.

    ``same_question`` is the similarity to a question of the FAQ; None where there is no such rule.
    Below ``sure``, or ``sure_in_a_post``, an answer is given as a best guess.
    """

    answer_confidence: float
    same_question: float | None
    sure: float = sureness.SURE
    sure_in_a_post: float = sureness.SURE_IN_A_POST


def load_thresholds(config: Path = CONFIG) -> Thresholds:
    """Return the thresholds of the bot that ``config`` describes."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    same_question = getattr(reply, "SAME_QUESTION", None)
    return Thresholds(
        _answer_confidence(pipeline), None if same_question is None else float(same_question)
    )


def _answer_confidence(pipeline: Sequence[Mapping[str, Any]]) -> float:
    for component in pipeline:
        # Rasa's own component calls it "threshold".
        for key in ("answer_confidence", "threshold"):
            if key in component:
                return float(component[key])
    raise ValueError(f"No component of {CONFIG.name} gives a threshold for answering")
