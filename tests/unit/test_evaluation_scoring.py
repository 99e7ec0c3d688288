"""The judge of the evaluation: what is accepted, what is right, and the figures."""

from __future__ import annotations

import pytest

from evaluation.held_out import Dialogue, Question, Turn, is_accepted
from evaluation.results import Share
from evaluation.scoring import (
    Delivered,
    Replies,
    is_properly_declined,
    is_right,
    is_wrong_and_confident,
    measure,
    says_more_than_asked,
)


def question(*accept: str, outcome: str = "answer", kind: str = "search") -> Question:
    """Return a question with one asked part for each text: its accepted ids."""
    return Question("?", kind, outcome, tuple(tuple(part.split()) for part in accept))


def turn(accept: str, reject: str = "") -> Turn:
    return Turn("?", (tuple(accept.split()),), tuple(reject.split()))


def gave(*ids: str, suggested: tuple[str, ...] = ()) -> Delivered:
    return Delivered(ids, suggested)


@pytest.mark.parametrize(
    ("delivered", "accepted"),
    [
        ("magnesium.link", "magnesium.link"),
        ("magnesium.link.foot", "magnesium.link"),
        ("magnesium.link.foot", "magnesium.*"),
        ("no_source.potassium.excess", "no_source.potassium.excess"),
        ("utter_escalation_child", "utter_escalation"),
        ("utter_fallback", "utter_fallback"),
    ],
)
def test_an_id_is_accepted(delivered: str, accepted: str):
    assert is_accepted(delivered, accepted)


@pytest.mark.parametrize(
    ("delivered", "accepted"),
    [
        ("magnesium.link", "magnesium.link.foot"),
        ("magnesium.link", "magnesium.lin"),
        ("magnesium.foods_low", "magnesium.foods"),
        ("no_source.magnesium.excess", "magnesium.*"),
        ("potassium.link", "magnesium.*"),
        ("utter_escalations", "utter_escalation"),
    ],
)
def test_another_id_is_not_accepted(delivered: str, accepted: str):
    assert not is_accepted(delivered, accepted)


def test_one_of_several_accepted_answers_is_enough():
    assert is_right(gave("twitch.link"), question("twitch.causes twitch.link"))


def test_every_part_must_be_answered():
    both = question("magnesium.foods", "magnesium.signs")

    assert is_right(gave("magnesium.signs", "magnesium.foods"), both)
    assert not is_right(gave("magnesium.foods"), both)


def test_one_answer_may_answer_two_parts():
    assert is_right(gave("cramp.nutrients"), question("magnesium.link cramp.nutrients", "cramp.*"))


def test_a_safety_text_makes_no_turn_wrong():
    given = gave("utter_escalation", "twitch.causes", "utter_see_doctor")

    assert is_right(given, question("twitch.causes"))
    assert not is_wrong_and_confident(given, question("twitch.causes"))


def test_a_safety_text_can_be_what_is_asked_for():
    assert is_right(gave("utter_escalation"), question("utter_escalation utter_emergency"))


def test_nothing_rejected_may_be_said():
    asked = turn("stress.link", "magnesium.*")

    assert is_right(gave("stress.link"), asked)
    assert not is_right(gave("stress.link", "magnesium.link"), asked)
    assert is_wrong_and_confident(gave("stress.link", "magnesium.link"), asked)


@pytest.mark.parametrize("given", ["magnesium.foods", "no_source.statins"])
def test_a_wrong_answer_is_confident(given: str):
    assert is_wrong_and_confident(gave(given), question("calcium.foods"))


def test_part_of_an_answer_is_confident():
    assert is_wrong_and_confident(gave("calcium.foods"), question("calcium.foods", "iron.foods"))


@pytest.mark.parametrize(
    "honest", ["utter_suggestions", "utter_fallback", "utter_ask_what", "utter_no_answer"]
)
def test_who_owns_up_is_not_confident(honest: str):
    assert not is_wrong_and_confident(gave(honest, "magnesium.foods"), question("calcium.foods"))
    assert not is_wrong_and_confident(gave(honest), question("calcium.foods"))


def test_small_talk_is_not_confident():
    assert not is_wrong_and_confident(gave("utter_greet"), question("calcium.foods"))


def test_an_answer_that_nobody_asked_for_is_seen():
    asked = question("calcium.foods", "calcium.signs")

    assert says_more_than_asked(gave("calcium.foods", "magnesium.foods"), asked)
    assert not says_more_than_asked(gave("calcium.foods.foot", "utter_see_doctor"), asked)


def test_declining_with_an_answer_is_no_declining():
    asked = question("utter_out_of_scope", outcome="out_of_scope")

    assert is_properly_declined(gave("utter_out_of_scope"), asked)
    assert not is_properly_declined(gave("utter_out_of_scope", "twitch.causes"), asked)
    assert not is_properly_declined(gave("utter_fallback"), asked)


def test_noise_may_get_a_fallback():
    asked = question("utter_fallback utter_out_of_scope", outcome="fallback")

    assert is_properly_declined(gave("utter_fallback"), asked)


QUESTIONS = [
    question("magnesium.foods"),
    question("calcium.foods", kind="typo"),
    question("calcium.signs", "calcium.foods"),
    question("calcium.foods"),
    question("no_source.statins", outcome="no_source"),
    question("utter_out_of_scope", outcome="out_of_scope"),
    question("utter_other_language", outcome="other_language"),
    question("utter_thanks", outcome="chat"),
]
GIVEN = [
    gave("magnesium.foods"),
    gave("utter_suggestions", suggested=("iron.foods", "calcium.foods")),
    gave("calcium.foods"),
    gave("utter_fallback"),
    gave("utter_out_of_scope"),
    gave("utter_out_of_scope"),
    gave("twitch.causes"),
    gave("utter_thanks"),
]


def test_the_figures_of_questions():
    metrics = measure(QUESTIONS, GIVEN)

    assert metrics.accuracy == Share(hits=3, out_of=8)
    assert metrics.by_kind == {"search": Share(hits=3, out_of=7), "typo": Share(hits=0, out_of=1)}
    assert metrics.real_accuracy == Share(hits=2, out_of=6)
    assert metrics.wrong_and_confident == Share(hits=2, out_of=8)
    assert metrics.suggests == Share(hits=1, out_of=6)
    assert metrics.right_among_suggestions == Share(hits=1, out_of=1)
    assert metrics.falls_back == Share(hits=1, out_of=6)
    assert metrics.real_declined == Share(hits=1, out_of=6)
    assert metrics.out_of_scope_recall == Share(hits=1, out_of=2)
    assert metrics.out_of_scope_precision == Share(hits=1, out_of=2)
    assert metrics.says_more == Share(hits=1, out_of=3)
    assert metrics.dialogue_turns.rate is None


def test_the_figures_of_dialogues():
    dialogues = [
        Dialogue("good", (turn("twitch.*"), turn("utter_thanks"))),
        Dialogue("bad", (turn("twitch.*"), turn("calcium.foods"))),
    ]
    turns = [
        [gave("twitch.causes"), gave("utter_thanks")],
        [gave("twitch.help"), gave("magnesium.foods")],
    ]
    metrics = measure([], [], dialogues, turns)

    assert metrics.dialogue_turns == Share(hits=3, out_of=4)
    assert metrics.dialogues == Share(hits=1, out_of=2)
    assert metrics.dialogue_wrong_and_confident == Share(hits=1, out_of=4)
    assert metrics.accuracy.rate is None


def test_what_is_missed_is_told():
    dialogues = [Dialogue("foods", (turn("twitch.*"), turn("calcium.foods")))]
    turns = [[gave("twitch.help"), gave("magnesium.foods")]]
    misses = Replies(QUESTIONS[:2], GIVEN[:2], dialogues, turns).misses()

    assert [miss.line for miss in misses] == [
        "[typo] '?': utter_suggestions (suggested iron.foods, calcium.foods); "
        "accepted calcium.foods",
        "[turn 2 of 'foods'] CONFIDENT '?': magnesium.foods; accepted calcium.foods",
    ]


def test_as_many_replies_as_questions_are_needed():
    with pytest.raises(ValueError, match="shorter"):
        measure(QUESTIONS, GIVEN[:-1])
