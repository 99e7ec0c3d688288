"""Rules and classifier on descriptions that were written apart from both: figures and floors."""

from __future__ import annotations

import pytest

from evaluation.safety import Figures, measure, read_first_run, read_questions, read_set
from twitchwise.safety.classifier import project_classifier
from twitchwise.safety.training import build_if_needed

#: Just below what is reached (docs/safety.md has the figures and the aims).
FLOORS = {"paraphrases": 0.93, "posts": 0.86, "emergencies": 0.93, "emergencies_exact": 0.9}
CEILINGS = {
    "plain": 0.01,
    "near_misses": 0.055,
    "elsewhere": 0.02,
    "figures_of_speech": 0.14,
    "questions": 0.04,
}


@pytest.fixture(scope="module")
def figures() -> Figures:
    build_if_needed()
    return measure(read_set("held_out"), read_questions("held_out"), project_classifier())


@pytest.mark.parametrize("name", FLOORS)
def test_enough_is_found(figures: Figures, name: str) -> None:
    assert getattr(figures, name).rate >= FLOORS[name], str(getattr(figures, name))
    assert getattr(figures, name).rate > getattr(read_first_run(), name).rate


@pytest.mark.parametrize("name", CEILINGS)
def test_little_is_raised_falsely(figures: Figures, name: str) -> None:
    assert getattr(figures, name).rate <= CEILINGS[name], str(getattr(figures, name))
