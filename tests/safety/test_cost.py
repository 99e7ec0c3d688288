"""The work for a message grows with its length, not with its square: counted in calls."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from twitchwise.safety import assess
from twitchwise.safety.classifier import SignClassifier

PIECES = [
    "numb ", "no numb ", "foot ", "can't ", "lost ", "if my leg ", "what is tetany ", "wek ",
    "suddenly numb ", "no pain or ", "n.u.m.", "?!,", "the ", "feel my foot and ", "wifi is ",
    "a3", "I ",
]  # fmt: skip


def calls(text: str, classifier: SignClassifier | None = None) -> int:
    """How many Python and C calls one assessment makes."""
    count = 0

    def tally(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tally)
    try:
        assess(text, classifier=classifier)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_work_grows_with_length_only(piece: str) -> None:
    assess(piece * 10)
    once, twice = calls(piece * 400), calls(piece * 800)
    assert twice <= 2.3 * once + 200


@pytest.mark.parametrize("piece", [*PIECES, "my foot is numb. ", "cups slip from my hand, "])
def test_so_does_the_work_of_the_classifier(piece: str, classifier: SignClassifier) -> None:
    assess(piece * 10, classifier=classifier)
    once, twice = (calls(piece * times, classifier) for times in (400, 800))
    assert twice <= 2.3 * once + 200


def test_an_ordinary_message_costs_little() -> None:
    text = "my calf twitches at night and my foot is numb since monday, is it magnesium?"
    assess(text)
    assert calls(text) < 2000
