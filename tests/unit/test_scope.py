"""Whether a message is about our subject at all."""

from __future__ import annotations

import pytest

from tests.unit.asking import clause, told
from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.scope import is_of_another_illness, is_ours
from twitchwise.faq.understood import Clause

POST = " ".join(["word"] * 40)
SHORT = "a short question"
NOWHERE = Context()


@pytest.mark.parametrize("topic", ["calf_twitch", "magnesium", "deficiency", "restless_legs"])
@pytest.mark.parametrize("text", [POST, SHORT])
def test_a_movement_a_nutrient_or_a_condition_makes_it_ours(
    faq: Faq, topic: str, text: str
) -> None:
    about = told(topic)
    assert is_ours(faq, [about, clause("ask_harmless")], text, NOWHERE)


@pytest.mark.parametrize("topic", ["stress", "sleep", "medication", "medical_conditions", "diet"])
def test_a_post_that_only_tells_of_what_may_bring_it_on_is_not(faq: Faq, topic: str) -> None:
    about = told(topic, "leg")
    assert not is_ours(faq, [about, clause("ask_outlook")], POST, NOWHERE)


def test_in_a_conversation_it_goes_on_with_what_was_talked_of(faq: Faq) -> None:
    about = told("sleep")
    assert is_ours(faq, [about, clause("ask_outlook")], POST, Context(topic="twitch"))


def test_a_subject_without_a_source_is_answered_as_one(faq: Faq) -> None:
    assert is_ours(faq, [clause("ask_help", subjects=("pregnancy",))], POST, NOWHERE)


@pytest.mark.parametrize("topic", ["stress", "sleep", "medication", "medical_conditions", "diet"])
def test_a_question_on_a_trigger_is_ours(faq: Faq, topic: str) -> None:
    assert is_ours(faq, [clause("ask_definition", topic)], SHORT, NOWHERE)


@pytest.mark.parametrize("named", [(), ("topic.of.before",)])
def test_a_short_question_that_names_nothing_is_ours(faq: Faq, named: tuple[str, ...]) -> None:
    assert is_ours(faq, [Clause("ask_causes", topics=named)], SHORT, NOWHERE)


@pytest.mark.parametrize(
    ("intent", "topic"),
    [
        ("ask_testing", "medical_conditions"),
        ("ask_risk_groups", "medical_conditions"),
        ("ask_cautions", "medication"),
    ],
)
def test_an_illness_or_a_medicine_for_its_own_sake_is_none_of_ours(intent: str, topic: str) -> None:
    assert is_of_another_illness([clause(intent, topic)], NOWHERE)


@pytest.mark.parametrize(
    ("message", "context"),
    [
        # In a conversation it may be the cause.
        ([clause("ask_testing", "medical_conditions")], Context(topic="twitch")),
        # So may what is named beside anything of ours.
        ([told("twitch"), clause("ask_testing", "medical_conditions")], NOWHERE),
        ([clause("ask_testing", "medical_conditions", "leg")], NOWHERE),
        ([clause("ask_testing", "medical_conditions", subjects=("iron",))], NOWHERE),
        ([clause("ask_testing", "medical_conditions", refers=True)], NOWHERE),
        # Fear, and what has to do with nutrition, is ours.
        ([clause("ask_harmless", "medical_conditions")], NOWHERE),
        ([clause("ask_nutrients", "medical_conditions")], NOWHERE),
        ([clause("ask_link", "medication")], NOWHERE),
        ([clause("ask_testing", "magnesium")], NOWHERE),
        ([clause("ask_testing")], NOWHERE),
        ([], NOWHERE),
    ],
)
def test_otherwise_an_illness_is_ours(message: list[Clause], context: Context) -> None:
    assert not is_of_another_illness(message, context)


def test_a_post_that_tells_of_an_eyelid_is_ours(faq: Faq) -> None:
    eyelid = told("", "eyelid", confidence=0.95)
    assert is_ours(faq, [eyelid, clause("ask_outlook", "caffeine")], POST, NOWHERE)
    unsure = told("", "eyelid", confidence=0.5)
    assert not is_ours(faq, [unsure, clause("ask_outlook", "caffeine")], POST, NOWHERE)
    leg = told("", "leg", confidence=0.95)
    assert not is_ours(faq, [leg, clause("ask_outlook", "caffeine")], POST, NOWHERE)
