"""The FAQ's questions that are nearest in wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_question
from twitchwise.faq import Faq
from twitchwise.faq.retrieval import QuestionIndex

QUESTIONS = [
    make_question("foods", "Which foods have zinc?", "what to eat for zinc", "zinc rich foods"),
    make_question("cause", "Can low zinc cause twitching?"),
    make_question("doctor", "When should I see a doctor?"),
]
INDEX = QuestionIndex(QUESTIONS)


def found(text: str, **options: float) -> list[str]:
    return [match.question.id for match in INDEX.nearest(text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which foods have zinc?", "foods"),
        ("wich fods have zink", "foods"),
        ("ZINC RICH FOODS", "foods"),
        ("low zinc and twiching", "cause"),
        ("when do I see the doctor", "doctor"),
    ],
)
def test_the_nearest_question_comes_first(text: str, expected: str) -> None:
    assert found(text)[0] == expected


def test_the_same_words_are_as_near_as_can_be() -> None:
    match = INDEX.nearest("zinc rich foods")[0]
    assert match.score == pytest.approx(1.0)


def test_a_question_is_named_once_and_nearest_first() -> None:
    matches = INDEX.nearest("which zinc foods to eat", limit=3, at_least=0.01)
    ids = [match.question.id for match in matches]
    assert ids[0] == "foods"
    assert len(set(ids)) == len(ids)
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)


def test_limit_and_least_score() -> None:
    assert len(found("zinc foods doctor", limit=1, at_least=0.01)) == 1
    assert found("low zinc and twiching", at_least=0.99) == []


@pytest.mark.parametrize("text", ["", "   ", "日本語", "🙂", "xqj"])
def test_what_shares_no_letters_is_near_to_nothing(text: str) -> None:
    assert found(text) == []


@given(st.text(max_size=80))
def test_scores_lie_within_their_limits(text: str) -> None:
    for match in INDEX.nearest(text, at_least=0.2):
        assert 0.2 <= match.score <= 1.000001


def test_every_wording_of_the_faq_finds_its_own_question(faq: Faq) -> None:
    index = QuestionIndex(faq.questions)
    missed = [
        wording
        for question in faq.questions
        for wording in (question.ask, *question.also)
        if index.nearest(wording, limit=1)[0].question.id != question.id
    ]
    assert missed == []
