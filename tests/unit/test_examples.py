"""What is told of the very illness that was named."""

from __future__ import annotations

import pytest

from tests.unit.asking import clause, shown, told
from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.examples import (
    about_what_is_eaten,
    minded,
    not_told_of,
    with_causes_of_movements,
    with_caution,
    with_illnesses_told,
)
from twitchwise.faq.models import Answer
from twitchwise.faq.query import KIDNEY_DISEASE, Request
from twitchwise.faq.understood import Clause

CAUTION = "medical_conditions.cautions"
KIDNEYS = (KIDNEY_DISEASE,)


def cautioned(
    faq: Faq, asked: str, *clauses: Clause, context: Context | None = None, recent: str = ""
) -> list[str]:
    topic, _, aspect = asked.partition(".")
    requests = [Request(faq.topics[topic], aspect)]
    found = with_caution(faq, requests, clauses, context or Context(), recent.split())
    return [shown(each) for each in found]


@pytest.mark.parametrize(
    "aspect", ["supplements", "amount", "foods", "food_amounts", "help", "cautions"]
)
def test_ill_kidneys_get_a_caution_before_what_to_take(faq: Faq, aspect: str) -> None:
    asks = clause(f"ask_{aspect}", "magnesium", examples=KIDNEYS)
    assert cautioned(faq, f"magnesium.{aspect}", asks) == [CAUTION, f"magnesium.{aspect}"]


def test_told_alone_they_get_the_caution_alone(faq: Faq) -> None:
    tells = clause("describe", "medical_conditions", examples=KIDNEYS)
    assert cautioned(faq, "medical_conditions.link", tells) == [CAUTION]


def test_whether_they_cause_it_is_answered(faq: Faq) -> None:
    asks = clause("ask_link", "medical_conditions", examples=KIDNEYS)
    assert cautioned(faq, "medical_conditions.link", asks) == ["medical_conditions.link"]


def test_later_questions_remember_them_once(faq: Faq) -> None:
    before = Context("magnesium", for_whom=KIDNEY_DISEASE)
    asks = clause("ask_supplements")
    assert cautioned(faq, "magnesium.supplements", asks, context=before) == [
        CAUTION,
        "magnesium.supplements",
    ]
    assert cautioned(faq, "magnesium.supplements", asks, context=before, recent=CAUTION) == [
        "magnesium.supplements"
    ]
    assert cautioned(faq, "magnesium.link", asks, context=before) == ["magnesium.link"]
    assert cautioned(faq, "magnesium.supplements", asks) == ["magnesium.supplements"]


@pytest.mark.parametrize(
    ("answers", "whom"),
    [
        ("potassium.foods", "kidney_disease children"),
        ("magnesium.definition", "kidney_disease"),
        ("cramp.help", "kidney_disease pregnancy children"),
        ("cramp.foods", "kidney_disease children"),
        # It tells of pregnancy itself.
        ("caffeine.amount", "kidney_disease children"),
        ("magnesium.amount", "kidney_disease children"),
        ("cramp.causes", "children"),
        ("cramp.see_doctor", ""),
        ("potassium.testing", ""),
        (f"potassium.foods {CAUTION}", ""),
        ("", ""),
    ],
)
def test_who_it_is_for_is_minded_later(faq: Faq, answers: str, whom: str) -> None:
    said = [answer for each in answers.split() if (answer := faq.answer_with_id(each))]
    for each in ("kidney_disease", "pregnancy", "children"):
        expected = each if each in whom.split() else None
        assert minded(faq, said, Context(for_whom=each)) == expected
    assert minded(faq, said, Context()) is None
    assert minded(faq, said, Context(for_whom="dialysis")) is None


def test_with_ill_kidneys_a_remark_on_a_nutrient_gets_what_to_mind(faq: Faq) -> None:
    before = Context("cramp", for_whom=KIDNEY_DISEASE)
    tells = clause("describe", "magnesium")
    assert cautioned(faq, "magnesium.link", tells, context=before, recent=CAUTION) == [
        "magnesium.cautions"
    ]
    assert cautioned(faq, "magnesium.link", tells) == ["magnesium.link"]


def test_what_to_eat_with_ill_kidneys_is_asked_of_the_cramp(faq: Faq) -> None:
    asks = clause("ask_foods", "cramp medical_conditions", examples=KIDNEYS)
    (found,) = about_what_is_eaten([asks])
    assert found.topics == ("cramp",)
    link = clause("ask_link", "cramp medical_conditions", examples=KIDNEYS)
    alone = clause("ask_foods", "medical_conditions", examples=KIDNEYS)
    assert about_what_is_eaten([link, alone]) == [link, alone]


def test_an_illness_told_with_a_twitch_is_told_of(faq: Faq) -> None:
    def of(example: str, intent: str = "describe") -> list[str]:
        said = clause(intent, "medical_conditions spasm", examples=(example,))
        found = with_illnesses_told(faq, [Request(faq.topics["spasm"], "causes")], [said])
        return [shown(each) for each in found]

    assert of("bariatric_surgery") == ["spasm.causes", "medical_conditions.nutrients"]
    assert of("bariatric_surgery", "ask_nutrients") == of("bariatric_surgery")
    # Nothing is told of it, or something else is asked.
    assert of("multiple_sclerosis") == ["spasm.causes"]
    assert of("bariatric_surgery", "ask_help") == ["spasm.causes"]
    assert of("multiple_sclerosis", "ask_nutrients") == ["spasm.causes"]


def test_ill_kidneys_told_with_a_mineral_get_the_caution_whatever_is_asked(faq: Faq) -> None:
    # "The low salt with potassium. He has kidney disease. Have I done something silly?"
    salt = told("potassium")
    kidneys = told("medical_conditions", examples=KIDNEYS)
    asks = clause("ask_harmless")
    assert cautioned(faq, "cramp.harmless", salt, kidneys, asks) == [CAUTION, "cramp.harmless"]
    assert cautioned(faq, "cramp.harmless", kidneys, asks) == ["cramp.harmless"]
    known = Context(for_whom=KIDNEY_DISEASE)
    assert cautioned(faq, "cramp.harmless", salt, asks, context=known) == ["cramp.harmless"]


def in_general(faq: Faq, answer_ids: str, *clauses: Clause) -> str | None:
    answers = [faq.answer_with_id(each) for each in answer_ids.split()]
    return not_told_of(faq, [], clauses, [a for a in answers if isinstance(a, Answer)])


SOCKS, ICE = ("compression socks",), ("heat or ice",)


def test_what_no_source_tells_of_is_said_to_be_missing(faq: Faq) -> None:
    assert in_general(faq, "cramp.help", clause("ask_help", unmentioned=SOCKS)) == SOCKS[0]
    both = clause("ask_help", unmentioned=(*SOCKS, *ICE))
    assert in_general(faq, "cramp.help", both) == "compression socks or heat or ice"
    # Nothing is said, or it is no more known.
    assert in_general(faq, "", clause("ask_help", unmentioned=SOCKS)) is None
    assert in_general(faq, "cramp.help", clause("ask_help", unmentioned=("gone",))) is None


def test_what_an_answer_tells_of_is_not_missing(faq: Faq) -> None:
    heat = clause("ask_causes", unmentioned=("hot weather",))
    assert in_general(faq, "dehydration.causes", heat) is None
    assert in_general(faq, "eyelid_twitch.help", heat) == "hot weather"


def test_what_is_only_told_by_the_way_is_none_of_the_question(faq: Faq) -> None:
    flew = clause("describe", unmentioned=("long flights",))
    assert in_general(faq, "cramp.help", flew, clause("ask_help")) is None
    assert in_general(faq, "cramp.help", told(unmentioned=SOCKS), clause("ask_help")) is None
    # A remark alone is all there is to go by.
    assert in_general(faq, "cramp.help", flew) == "long flights"


def test_what_no_source_tells_of_is_not_told_to_cause_a_shortage(faq: Faq) -> None:
    def given(topic: str, *clauses: Clause) -> list[str]:
        asked = [Request(faq.topics[topic], "link")]
        return [shown(each) for each in with_causes_of_movements(faq, asked, clauses)]

    sugar = clause("ask_link", unmentioned=("sugar",))
    assert given("twitch", sugar) == ["twitch.causes"]
    assert given("cramp", sugar) == ["cramp.causes"]
    assert given("magnesium", sugar) == ["magnesium.link"]
    assert given("twitch", clause("ask_link")) == ["twitch.link"]
    assert given("twitch", told(unmentioned=("sugar",)), clause("ask_link")) == ["twitch.link"]
