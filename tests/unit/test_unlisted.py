"""Foods asked about that what is said does not name."""

from __future__ import annotations

import pytest

from tests.unit.asking import clause, told
from twitchwise.faq import Faq
from twitchwise.faq.models import Answer
from twitchwise.faq.query import Request
from twitchwise.faq.understood import Clause
from twitchwise.faq.unlisted import UnlistedNote, not_listed, with_amounts_that_name


def note(faq: Faq, answer_ids: str, *clauses: Clause) -> UnlistedNote | None:
    answers = [faq.answer_with_id(each) for each in answer_ids.split()]
    return not_listed(faq, clauses, [a for a in answers if isinstance(a, Answer)])


@pytest.mark.parametrize(
    ("answers", "foods", "expected"),
    [
        ("potassium.foods", ("dates",), UnlistedNote("dates", False)),
        (
            "potassium.foods",
            ("dates", "prunes", "figs"),
            UnlistedNote("dates, prunes or figs", False),
        ),
        ("potassium.foods", ("banana",), None),
        ("magnesium.foods", ("banana",), UnlistedNote("banana", False)),
        # It is listed, but without a figure.
        ("potassium.food_amounts", ("avocado", "banana"), UnlistedNote("avocado", True)),
        ("potassium.foods potassium.food_amounts", ("avocado",), UnlistedNote("avocado", True)),
        # What is asked of a known food may be something else than what it holds.
        ("sleep.help", ("milk",), None),
        ("sleep.help", ("marmite",), UnlistedNote("marmite", False)),
        ("", ("dates",), None),
        ("potassium.foods", ("gone",), None),
    ],
)
def test_foods_that_are_not_named_are_told(
    faq: Faq, answers: str, foods: tuple[str, ...], expected: UnlistedNote | None
) -> None:
    assert note(faq, answers, clause("ask_foods", foods=foods)) == expected


def test_foods_that_are_only_told_of_are_not_asked_about(faq: Faq) -> None:
    assert note(faq, "potassium.foods", clause("ask_foods"), told(foods=("dates",))) is None
    eaten = clause("describe", foods=("cheese",), taken_up=("dairy",))
    assert note(faq, "magnesium.foods", eaten) is None


def test_the_list_that_names_a_food_is_told(faq: Faq) -> None:
    spinach = clause("mention_topic", foods=("spinach",))
    calcium = faq.topics["calcium"]
    (found,) = with_amounts_that_name(faq, [Request(calcium, "foods")], [spinach])
    assert found == Request(calcium, "food_amounts")
    # Where the own list names it, or none does, it stays.
    for nutrient in ("potassium", "vitamin_d"):
        request = Request(faq.topics[nutrient], "foods")
        assert with_amounts_that_name(faq, [request], [spinach]) == [request]
    link = Request(calcium, "link")
    assert with_amounts_that_name(faq, [link], [spinach]) == [link]
