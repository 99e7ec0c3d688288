"""When an answer is given as a best guess."""

from __future__ import annotations

import pytest

from twitchwise.faq.sureness import SURE, SURE_IF_LONG, SURE_IN_A_POST, is_post, is_sure
from twitchwise.faq.understood import Clause

QUESTION = "which foods have magnesium"
LONG = "which foods have the most magnesium in them, my calf jumps a lot"
POST = "my calf jumps " * 6


def clause(confidence: float, *, asked: bool = True) -> Clause:
    return Clause("ask_foods", asked=asked, topics=("magnesium",), confidence=confidence)


@pytest.mark.parametrize(
    ("text", "least"),
    [(QUESTION, SURE), (LONG, SURE_IF_LONG), (POST, SURE_IN_A_POST)],
)
def test_a_threshold_is_reached_or_not(text: str, least: float):
    assert is_sure([clause(least)], text)
    assert not is_sure([clause(least - 0.01)], text)


def test_a_clause_that_names_nothing_must_be_surer():
    assert is_sure([Clause("ask_foods", body_parts=("leg",), confidence=SURE)], QUESTION)
    assert is_sure([Clause("ask_foods", foods=("bananas",), confidence=SURE)], QUESTION)
    assert not is_sure([Clause("ask_foods", confidence=SURE)], QUESTION)
    assert is_sure([Clause("ask_foods", confidence=SURE_IF_LONG)], QUESTION)
    assert not is_sure([Clause("ask_foods", confidence=SURE_IF_LONG)], POST)


def test_the_least_sure_of_what_is_asked_decides():
    assert not is_sure([clause(0.99), clause(0.5)], QUESTION)


def test_what_is_only_told_makes_no_difference():
    assert is_sure([clause(0.99), clause(0.1, asked=False)], QUESTION)


def test_a_clause_without_a_confidence_is_sure():
    assert is_sure([Clause("ask_foods")], POST)


def test_a_post_is_longer_than_sixteen_words():
    assert not is_post("word " * 16)
    assert is_post("word " * 17)
