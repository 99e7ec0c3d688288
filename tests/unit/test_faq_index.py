"""Look-up: names to topics, and topic, aspect and body part to an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_answer, make_faq, make_topic
from twitchwise.faq import Faq
from twitchwise.faq.index import name_key

#: Aspects that only say something of nutrients, and not of each.
OF_NUTRIENTS = {"foods_low", "medicines"}


def id_of_found(faq: Faq, topic: str, aspect: str, body_part: str | None = None) -> str | None:
    answer = faq.find_answer(faq.topics[topic], aspect, body_part)
    return answer.id if answer else None


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("magnesium", "magnesium"),
        ("Magnesium", "magnesium"),
        ("LOW  Magnesium", "magnesium"),
        ("magnesuim", "magnesium"),
        ("hypomagnesaemia", "magnesium"),
        ("vitamin_b12", "vitamin_b12"),
        ("twitching feet", "foot_twitch"),
    ],
)
def test_a_topic_is_found_by_name_spelling_error_and_id(faq: Faq, name: str, topic: str) -> None:
    found = faq.topic_named(name)
    assert found is not None
    assert found.id == topic


def test_unknown_names_and_codes_give_nothing(faq: Faq) -> None:
    assert faq.topic_named("unobtainium") is None
    assert faq.body_part_named("tail") is None
    assert faq.topic_with_code("zz") is None
    assert faq.answer_with_id("unobtainium.foods") is None
    assert faq.answer_with_id("magnesium") is None


def test_a_body_part_is_found_by_name_and_id(faq: Faq) -> None:
    assert [faq.body_part_named(name) for name in ("Toes", "whole_body", "big  toe")] == [
        faq.body_parts["foot"],
        faq.body_parts["whole_body"],
        faq.body_parts["foot"],
    ]


def test_every_topic_is_found_by_its_code_and_all_its_names(faq: Faq) -> None:
    for topic in faq.topics.values():
        assert faq.topic_with_code(topic.code) is topic
        for name in (*topic.names, *topic.misspellings):
            assert faq.topic_named(name) is topic, name


def test_every_answer_is_found_by_its_id(faq: Faq) -> None:
    answers = list(faq.answers())
    assert len({answer.id for answer in answers}) == len(answers)
    assert all(faq.answer_with_id(answer.id) is answer for answer in answers)


def without_answer(faq: Faq, aspect: str) -> set[str]:
    return {t.id for t in faq.topics.values() if faq.find_answer(t, aspect) is None}


def test_every_aspect_of_every_topic_has_an_answer(faq: Faq) -> None:
    # But for the two that say something of nutrients alone; see below.
    missing = [
        f"{topic}.{aspect}"
        for aspect in sorted(set(faq.aspects) - OF_NUTRIENTS)
        for topic in without_answer(faq, aspect)
    ]
    assert missing == []


@pytest.mark.parametrize("aspect", sorted(OF_NUTRIENTS))
def test_what_no_source_covers_is_answered_by_nothing_near(faq: Faq, aspect: str) -> None:
    # A wrong stand-in would be worse than none: foods with much of it for foods with little.
    assert faq.aspects[aspect].instead == ()
    own = {topic.id for topic in faq.topics.values() if aspect in topic.answers}
    assert own
    assert {faq.topics[topic].kind for topic in own} == {"nutrient"}
    assert without_answer(faq, aspect) == set(faq.topics) - own


def test_a_subject_is_found_by_name_and_spelling_error(faq: Faq) -> None:
    found = [faq.subject_named(name) for name in ("statins", "Cholesterol  Tablets", "statines")]
    assert [subject.id for subject in found if subject] == ["statins"] * 3
    assert faq.subject_named("magnesium") is None


def test_an_abbreviation_stands_for_a_nutrient(faq: Faq) -> None:
    assert faq.abbreviations
    for short, topic in faq.abbreviations.items():
        assert faq.topics[topic].kind == "nutrient"
        # As a name it would be found in every text.
        assert faq.topic_named(short) is None, short


def test_the_default_aspect_depends_on_the_kind(faq: Faq) -> None:
    found = {topic: faq.default_aspect(faq.topics[topic]) for topic in ("magnesium", "twitch")}
    assert found == {"magnesium": "link", "twitch": "causes"}


def test_button_titles_are_complete_for_every_topic(faq: Faq) -> None:
    for topic in faq.topics.values():
        for aspect in faq.aspects.values():
            title = aspect.button_title(topic)
            assert title
            assert "{" not in title


def test_a_topic_may_have_titles_of_its_own(faq: Faq) -> None:
    causes, medication = faq.aspects["causes"], faq.topics["medication"]
    assert causes.button_title(medication) == medication.buttons["causes"]
    assert causes.button_title(faq.topics["tremor"]) == "What causes tremor?"


def test_the_answer_for_the_body_part_wins(faq: Faq) -> None:
    assert id_of_found(faq, "magnesium", "link", "foot") == "magnesium.link.foot"
    assert id_of_found(faq, "magnesium", "link", "hand") == "magnesium.link"
    assert id_of_found(faq, "magnesium", "link") == "magnesium.link"


@pytest.fixture
def family() -> Faq:
    """twitch <- foot_twitch (movements); twitch <- stress (a factor)."""
    twitch = make_topic(
        "twitch",
        "movement",
        [make_answer(f"twitch.{aspect}") for aspect in ("definition", "foods")],
    )
    foot = make_topic("foot_twitch", "movement", [make_answer("foot_twitch.link")], parent="twitch")
    stress = make_topic("stress", "factor", [make_answer("stress.link")], parent="twitch")
    return make_faq([twitch, foot, stress], instead={"definition": ["link"]})


@pytest.mark.parametrize(
    ("topic", "aspect", "expected"),
    [
        ("foot_twitch", "link", "foot_twitch.link"),  # its own
        ("foot_twitch", "foods", "twitch.foods"),  # its parent's
        ("foot_twitch", "definition", "twitch.definition"),  # parent of its kind before "instead"
        ("stress", "definition", "stress.link"),  # "instead" before a parent of another kind
        ("stress", "foods", "twitch.foods"),  # a parent of another kind at last
        ("twitch", "signs", None),
        ("twitch", "unheard_of", None),
    ],
)
def test_where_an_answer_is_taken_from(
    family: Faq, topic: str, aspect: str, expected: str | None
) -> None:
    assert id_of_found(family, topic, aspect) == expected


def test_has_answer_knows_parents_but_no_substitutes(family: Faq) -> None:
    stress = family.topics["stress"]
    assert family.has_answer(stress, "definition")
    assert not family.has_answer(stress, "signs")


def test_parents_in_a_circle_do_no_harm() -> None:
    one = make_topic("one", "factor", [make_answer("one.link")], parent="two")
    two = make_topic("two", "factor", parent="one")
    faq = make_faq([one, two])
    assert id_of_found(faq, "two", "link") == "one.link"
    assert id_of_found(faq, "two", "foods") is None


def offered(faq: Faq, answer_id: str, *already: str, limit: int = 3) -> list[str]:
    answer = faq.answer_with_id(answer_id)
    assert answer is not None
    pairs = faq.follow_ups(faq.topics[answer.topic], answer, already, limit)
    return [f"{topic.id}.{aspect.id}" for topic, aspect in pairs]


@pytest.fixture
def offering() -> Faq:
    zinc = make_topic(
        "zinc",
        "nutrient",
        [
            make_answer("zinc.definition", follow_ups=["iron.link", "zinc.foods"]),
            make_answer("zinc.link"),
            make_answer("zinc.foods"),
        ],
    )
    iron = make_topic("iron", "nutrient", [make_answer("iron.link")])
    order = {"nutrient": ["signs", "link", "foods", "definition"]}
    return make_faq([zinc, iron], follow_ups=order)


def test_an_answers_own_follow_ups_come_first_and_once(offering: Faq) -> None:
    assert offered(offering, "zinc.definition") == ["iron.link", "zinc.foods", "zinc.link"]


def test_what_was_just_or_lately_answered_is_not_offered(offering: Faq) -> None:
    assert offered(offering, "zinc.link") == ["zinc.foods", "zinc.definition"]
    assert offered(offering, "zinc.definition", "iron.link") == ["zinc.foods", "zinc.link"]


def test_no_more_is_offered_than_wanted(offering: Faq) -> None:
    assert offered(offering, "zinc.definition", limit=1) == ["iron.link"]


def test_every_answer_leads_on_to_answers(faq: Faq) -> None:
    for answer in faq.answers():
        topic = faq.topics[answer.topic]
        follow_ups = faq.follow_ups(topic, answer)
        assert 1 <= len(follow_ups) <= 3, answer.id
        assert all(faq.has_answer(topic, aspect.id) for topic, aspect in follow_ups), answer.id


@given(st.text(max_size=30))
def test_the_form_of_a_name_stays_when_formed_again(name: str) -> None:
    assert name_key(name_key(name)) == name_key(f"  {name_key(name)} ")
