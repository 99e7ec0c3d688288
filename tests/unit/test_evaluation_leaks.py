"""The check for held-out messages that stand in the training data."""

from __future__ import annotations

import time

import pytest

from evaluation.held_out import Question
from evaluation.leaks import Phrase, find_leaks, held_out_phrases


def phrase(text: str, *, small_talk: bool = False, follow_up: bool = False) -> Phrase:
    return Phrase(text, "here", small_talk, follow_up)


@pytest.mark.parametrize(
    ("held_out", "training"),
    [
        ("Which foods have magnesium?", "which foods  have magnesium"),
        ("low potassium", "Low potassium!"),
        ("what's wrong with my foot", "whats wrong with my foot"),
        ("foods which have magnesium", "which foods have magnesium"),
        ("which foods are rich in magnesium then", "which foods are rich in magnesium"),
    ],
)
def test_a_copy_is_found(held_out: str, training: str):
    [leak] = find_leaks([phrase(held_out)], ["something else", training])

    assert (leak.held_out.text, leak.training) == (held_out, training)
    assert repr(held_out) in str(leak)


@pytest.mark.parametrize(
    ("held_out", "training"),
    [
        ("which foods have calcium in them", "which foods have iron in them"),
        ("what do i eat against cramps", "which foods have magnesium"),
        ("low potassium signs", "signs potassium low"),
        ("🦵", "🦵"),
    ],
)
def test_another_question_is_none(held_out: str, training: str):
    assert find_leaks([phrase(held_out)], [training]) == []


def test_short_small_talk_may_be_the_same():
    assert find_leaks([phrase("thanks a lot", small_talk=True)], ["Thanks a lot!"]) == []
    assert find_leaks(
        [phrase("can you say that again", small_talk=True)], ["can you say that again"]
    )


def test_follow_ups_of_two_words_may_be_the_same():
    assert find_leaks([phrase("and calcium?", follow_up=True)], ["and calcium"]) == []
    assert find_leaks([phrase("and what foods", follow_up=True)], ["and what foods"])
    assert find_leaks([phrase("leg cramps")], ["leg cramps"])


def test_a_message_is_told_once():
    training = ["which foods have magnesium", "which foods have magnesium?", "foods have magnesium"]

    assert len(find_leaks([phrase("which foods have magnesium")], training)) == 1


def post(text: str) -> Question:
    return Question(text, "post", "answer", (("magnesium.foods",),))


def test_a_clause_of_a_post_is_found():
    held_out = held_out_phrases(
        [post("My calf has been jumping for weeks. Is there a food that would calm it?")], (), ()
    )

    leak, *_ = find_leaks(held_out, ["is there a food that would calm it"])

    assert "clause of a question (post)" in str(leak)


def test_a_phrase_inside_a_post_without_full_stops_is_found():
    held_out = held_out_phrases(
        [post("so my calf jumps all night i wonder what would calm it down for good thanks")],
        (),
        (),
    )

    assert find_leaks(held_out, ["i wonder what would calm it down"])
    assert find_leaks(held_out, ["what would calm it down"]) == []


def test_a_short_clause_may_be_the_same():
    held_out = held_out_phrases(
        [post("My calf has been jumping for weeks. Is it serious?")], (), ()
    )

    assert find_leaks(held_out, ["is it serious"]) == []


def test_nothing_to_compare_is_no_leak():
    assert find_leaks([], ["a"]) == []
    assert find_leaks([phrase("which foods have magnesium")], []) == []


def test_many_phrases_are_compared_in_seconds():
    held_out = [phrase(f"what about number {n} and my calf") for n in range(1500)]
    training = [f"tell me of {n * 7919} things to eat" for n in range(10_000)]
    begun = time.monotonic()

    assert find_leaks(held_out, training) == []
    assert time.monotonic() - begun < 20
