"""Which topics the lists of answers name."""

from __future__ import annotations

from twitchwise.faq import Faq
from twitchwise.faq.context import nutrients_talked_of
from twitchwise.faq.listed import topics_listed, topics_listed_lately
from twitchwise.faq.models import Answer


def answer(faq: Faq, answer_id: str) -> Answer:
    found = faq.answer_with_id(answer_id)
    assert found is not None
    return found


def test_a_list_of_nutrients_names_them_in_order(faq: Faq) -> None:
    listed = topics_listed(faq, [answer(faq, "leg_twitch.nutrients")])
    assert listed[:2] == ("magnesium", "calcium")


def test_each_topic_has_one_place(faq: Faq) -> None:
    both = [answer(faq, "leg_twitch.nutrients"), answer(faq, "twitch.nutrients")]
    listed = topics_listed(faq, both)
    assert len(listed) == len(set(listed))


def test_a_list_of_something_else_points_to_no_topic(faq: Faq) -> None:
    assert topics_listed(faq, [answer(faq, "twitch.help"), answer(faq, "magnesium.foods")]) == ()


def test_no_answers_list_nothing(faq: Faq) -> None:
    assert topics_listed(faq, []) == ()


def test_the_last_list_is_remembered_for_some_answers(faq: Faq) -> None:
    recent = ["leg_twitch.nutrients", "magnesium.link"]
    assert topics_listed_lately(faq, recent)[:2] == ("magnesium", "calcium")
    assert topics_listed_lately(faq, ["twitch.help", "gone.nutrients"]) == ()
    long_ago = [*recent, "calcium.foods", "calcium.help", "calcium.signs"]
    assert topics_listed_lately(faq, long_ago) == ()


def test_nutrients_are_remembered_in_their_order(faq: Faq) -> None:
    recent = [
        "vitamin_b12.testing",
        "stress.link",
        "calcium.foods",
        "vitamin_b12.foods",
        "gone.help",
    ]
    assert nutrients_talked_of(faq, recent) == ("vitamin_b12", "calcium")
