"""Does a message ask something, besides what it mentions?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.dialogue.question_shape import asks_something

ASKING = [
    "My foot is numb. Can low B12 cause that?",
    "my foot is numb can low b12 cause that?",
    "my leg feels weak, what should I eat",
    "numb toes and how is b12 tested",
    "why",
    "Which nutrients matter",
    "wich foods help",
    "whats magnesium",
    "My calf is weak. Is it magnesium",
    "my calf is weak and could it be magnesium",
    "my leg is weak, does stress do this",
    "my foot is numb, tell me about b12",
    "numb feet, show me foods",
    "I'd like to know about b12",
    "i want to know if b12 does this",
    "my foot went numb and I am wondering if b12 is low",
    "q:mg.foods",
    "/ask_foods",
]
TELLING = [
    "my foot is numb",
    "My left leg feels weak since this morning.",
    "I have numbness in my toes",
    "numb foot",
    "my son fell and his arm is weak",
    "",
    "weakness",
]


@pytest.mark.parametrize("text", ASKING)
def test_a_question(text: str) -> None:
    assert asks_something(text, "ask_link")


@pytest.mark.parametrize("text", TELLING)
def test_a_plain_mention(text: str) -> None:
    assert not asks_something(text, "ask_link")


@pytest.mark.parametrize("intent", [None, "", "greet", "mention_topic", "nlu_fallback"])
@pytest.mark.parametrize("text", ASKING[:3])
def test_only_what_the_faq_can_answer_counts(text: str, intent: str | None) -> None:
    assert not asks_something(text, intent)


def test_the_spelling_in_capitals_makes_no_difference() -> None:
    assert asks_something("WHAT HELPS", "ask_help")


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert asks_something(f"{text}?", "ask_link")
    assert not asks_something(text, "greet")


@pytest.mark.parametrize("piece", ["and ", "is ", "a, ", "can \n", "i want "])
def test_a_very_long_message_is_looked_at_all_the_same(piece: str) -> None:
    assert asks_something("why " + piece * 50_000, "ask_link")
    assert not asks_something("x" * 4000 + "?", "ask_link")
