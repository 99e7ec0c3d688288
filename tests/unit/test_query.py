"""From what was understood to what has to be answered: :func:`resolve`, on names and an aspect."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.asking import shown
from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.query import MAX_REQUESTS, resolve

MAGNESIUM = Context("magnesium", "foods", None)
#: Aspects that only say something of nutrients, and not of each.
OF_NUTRIENTS = {"foods_low", "medicines"}


def asked(
    faq: Faq,
    aspect: str | None,
    topics: str = "",
    body_part: str | None = None,
    context: Context | None = None,
) -> list[str]:
    """Return the requests as ``topic.aspect`` or ``topic.aspect.body_part``."""
    requests = resolve(
        faq,
        aspect,
        [faq.topics[topic] for topic in topics.split()],
        faq.body_parts[body_part] if body_part else None,
        context or Context(),
    )
    return [shown(request) for request in requests]


def test_one_topic(faq: Faq) -> None:
    assert asked(faq, "foods", "magnesium") == ["magnesium.foods"]


def test_several_topics_are_answered_in_order(faq: Faq) -> None:
    assert asked(faq, "foods", "calcium magnesium") == ["calcium.foods", "magnesium.foods"]


def test_a_topic_named_twice_is_answered_once(faq: Faq) -> None:
    assert asked(faq, "foods", "magnesium calcium magnesium") == [
        "magnesium.foods",
        "calcium.foods",
    ]


def test_there_is_an_end_to_what_is_answered_at_once(faq: Faq) -> None:
    found = asked(faq, "link", "magnesium calcium potassium vitamin_d stress")
    assert found == ["magnesium.link", "calcium.link", "potassium.link"]


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        ("twitch magnesium", "magnesium.link"),
        ("cramp stress", "stress.link"),
        ("twitch peripheral_neuropathy", "peripheral_neuropathy.link"),
        ("diet magnesium", "magnesium.link"),
        ("deficiency magnesium", "magnesium.link"),
        ("twitch diet", "diet.link"),
        ("diet deficiency", "diet.link"),
        ("twitch deficiency", "twitch.link"),
        ("deficiency", "deficiency.link"),
    ],
)
def test_the_strongest_kind_is_what_is_asked_about(faq: Faq, topics: str, expected: str) -> None:
    assert asked(faq, "link", topics) == [expected]


def test_nutrients_factors_and_conditions_are_equally_strong(faq: Faq) -> None:
    assert asked(faq, "link", "magnesium stress") == ["magnesium.link", "stress.link"]


@pytest.mark.parametrize(
    ("aspect", "expected"),
    [
        ("causes", "twitch.causes"),
        ("harmless", "twitch.harmless"),
        ("see_doctor", "twitch.see_doctor"),
        ("foods", "twitch.foods"),
        ("supplements", "twitch.supplements"),
        ("help", "diet.help"),
        ("risk_groups", "diet.risk_groups"),
    ],
)
def test_some_aspects_are_asked_of_the_movement_even_where_diet_is_named(
    faq: Faq, aspect: str, expected: str
) -> None:
    assert asked(faq, aspect, "diet twitch") == [expected]


def test_a_cause_is_still_asked_of_the_nutrient(faq: Faq) -> None:
    assert asked(faq, "causes", "diet magnesium twitch") == ["magnesium.causes"]


def test_apart_from_diet_what_makes_feet_twitch(faq: Faq) -> None:
    assert asked(faq, "causes", "diet twitch", "foot") == ["foot_twitch.causes.foot"]


@pytest.mark.parametrize(
    ("topics", "body_part", "expected"),
    [
        ("twitch", None, "twitch.causes"),
        ("twitch", "foot", "foot_twitch.causes.foot"),
        ("twitch", "eyelid", "eyelid_twitch.causes.eyelid"),
        ("twitch", "hand", "twitch.causes.hand"),
        ("cramp", "leg", "cramp.causes.leg"),
        ("twitch cramp", None, "cramp.causes"),
        ("cramp twitch", "calf", "cramp.causes.calf"),
        ("cramp tetany", None, "cramp.causes"),
    ],
)
def test_a_movement_and_where_it_is(
    faq: Faq, topics: str, body_part: str | None, expected: str
) -> None:
    assert asked(faq, "causes", topics, body_part) == [expected]


@pytest.mark.parametrize(
    ("topics", "aspect", "expected"),
    [
        ("foot_twitch", "causes", "foot_twitch.causes.foot"),
        ("magnesium foot_twitch", "link", "magnesium.link.foot"),
        ("magnesium calf_twitch", "link", "magnesium.link.calf"),
        ("magnesium twitch", "link", "magnesium.link"),
    ],
)
def test_a_body_part_may_be_in_the_name_of_a_movement(
    faq: Faq, topics: str, aspect: str, expected: str
) -> None:
    assert asked(faq, aspect, topics) == [expected]


def test_the_body_part_named_wins_over_the_one_in_a_name(faq: Faq) -> None:
    assert asked(faq, "link", "magnesium foot_twitch", "leg") == ["magnesium.link.leg"]


def test_nutrient_and_body_part(faq: Faq) -> None:
    assert asked(faq, "link", "magnesium twitch", "foot") == ["magnesium.link.foot"]


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        ("twitch cramp", ["cramp.difference"]),
        ("cramp twitch", ["cramp.difference"]),
        ("cramp tetany", ["cramp.difference"]),
        ("twitch", ["twitch.difference"]),
        ("magnesium cramp twitch", ["cramp.difference"]),
        ("tremor twitch", ["twitch.difference"]),
        ("magnesium calcium", ["magnesium.difference", "calcium.difference"]),
    ],
)
def test_a_difference_is_told_once(faq: Faq, topics: str, expected: list[str]) -> None:
    assert asked(faq, "difference", topics) == expected


@pytest.mark.parametrize("body_part", ["foot", "leg", "calf", "eyelid"])
def test_which_deficiency_and_a_body_part(faq: Faq, body_part: str) -> None:
    expected = f"{body_part}_twitch.nutrients.{body_part}"
    assert asked(faq, "nutrients", "deficiency", body_part) == [expected]


def test_which_nutrients_is_no_question_about_a_nutrient(faq: Faq) -> None:
    assert asked(faq, "nutrients", "magnesium") == ["magnesium.link"]
    assert asked(faq, "nutrients", "stress") == ["stress.nutrients"]


# What the message lacks comes from the conversation.


def test_an_aspect_alone_keeps_the_topic(faq: Faq) -> None:
    assert asked(faq, "signs", context=MAGNESIUM) == ["magnesium.signs"]


def test_an_aspect_alone_and_no_conversation_is_about_twitching(faq: Faq) -> None:
    assert asked(faq, "signs") == ["twitch.signs"]
    assert asked(faq, "signs", context=Context("no_such_topic", "signs")) == ["twitch.signs"]


def test_the_body_part_is_kept_with_the_topic(faq: Faq) -> None:
    context = Context("magnesium", "link", "foot")
    assert asked(faq, "foods", context=context) == ["magnesium.foods.foot"]
    assert asked(faq, "link", "calcium", context=context) == ["calcium.link.foot"]


def test_a_movement_named_anew_drops_the_body_part(faq: Faq) -> None:
    context = Context("foot_twitch", "causes", "foot")
    assert asked(faq, "causes", "cramp", context=context) == ["cramp.causes"]
    assert asked(faq, "link", "magnesium twitch", context=context) == ["magnesium.link"]


def test_a_topic_alone_keeps_the_aspect_within_its_kind(faq: Faq) -> None:
    assert asked(faq, None, "calcium", context=MAGNESIUM) == ["calcium.foods"]


@pytest.mark.parametrize("aspect", ["signs", "deficiency_name", "food_amounts"])
def test_a_topic_of_another_kind_gets_its_own_aspect(faq: Faq, aspect: str) -> None:
    assert asked(faq, None, "stress", context=Context("magnesium", aspect)) == ["stress.link"]


@pytest.mark.parametrize("aspect", ["help", "outlook"])
def test_some_aspects_are_asked_of_everything(faq: Faq, aspect: str) -> None:
    context = Context("magnesium", aspect)
    assert asked(faq, None, "stress", context=context) == [f"stress.{aspect}"]


def test_an_aspect_that_the_new_topic_cannot_answer_is_dropped(faq: Faq) -> None:
    context = Context("magnesium", "no_such_aspect")
    assert asked(faq, None, "calcium", context=context) == ["calcium.link"]


@pytest.mark.parametrize(
    ("topic", "expected"),
    [("magnesium", "magnesium.link"), ("twitch", "twitch.causes"), ("diet", "diet.help")],
)
def test_a_topic_alone_without_conversation_gets_its_kinds_aspect(
    faq: Faq, topic: str, expected: str
) -> None:
    assert asked(faq, None, topic) == [expected]


def test_a_body_part_alone_keeps_the_nutrient(faq: Faq) -> None:
    context = Context("magnesium", "link", "foot")
    assert asked(faq, None, body_part="calf", context=context) == ["magnesium.link.calf"]


def test_a_body_part_alone_moves_a_movement_there(faq: Faq) -> None:
    context = Context("foot_twitch", "nutrients", "foot")
    assert asked(faq, None, body_part="calf", context=context) == ["calf_twitch.nutrients.calf"]


def test_a_body_part_alone_without_conversation(faq: Faq) -> None:
    assert asked(faq, None, body_part="calf") == ["calf_twitch.causes.calf"]


def test_a_question_with_a_body_part_is_about_its_twitch(faq: Faq) -> None:
    assert asked(faq, "causes", body_part="calf", context=MAGNESIUM) == ["calf_twitch.causes.calf"]


def test_whatever_is_named_there_is_an_answer(faq: Faq) -> None:
    one_of_each = ("", "magnesium", "stress", "tremor", "diet", "cramp", "twitch", "deficiency")
    contexts = [Context(), MAGNESIUM, Context("foot_twitch", "causes", "foot")]
    aspects = [None, *faq.aspects]
    parts = [None, faq.body_parts["foot"], faq.body_parts["hand"]]
    pairs = list(itertools.combinations(one_of_each, 2))
    for aspect, pair, part, context in itertools.product(aspects, pairs, parts, contexts):
        topics = [faq.topics[topic] for topic in pair if topic]
        requests = resolve(faq, aspect, topics, part, context)
        assert 1 <= len(requests) <= MAX_REQUESTS
        for request in requests:
            answer = faq.find_answer(request.topic, request.aspect, request.body_part)
            assert answer is not None or request.aspect in OF_NUTRIENTS
