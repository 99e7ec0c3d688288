"""The foods that a text names, and what no source tells of."""

from __future__ import annotations

import pytest

from twitchwise.faq import Faq
from twitchwise.faq.models import Food
from twitchwise.nlu.plain_names import PlainNames

FOODS = PlainNames(
    [
        Food("potato", ("potato", "spuds"), ("magnesium",)),
        Food("sweet potato", ("sweet potato",), ("potassium",)),
        Food("egg", ("egg", "eggs"), ("vitamin_b12",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("are Eggs any good", ("egg",)),
        ("spuds, then eggs and an egg", ("potato", "egg")),
        # The longest name counts, however it is written.
        ("a sweet  potato or a sweet-potato", ("sweet potato",)),
        ("sweet potato and potato", ("sweet potato", "potato")),
        ("an eggplant", ()),
        ("", ()),
    ],
)
def test_foods_are_found_in_order(text: str, found: tuple[str, ...]) -> None:
    assert FOODS.named_in(text) == found


def test_without_foods_none_is_found() -> None:
    assert PlainNames().named_in("eggs") == ()


def test_every_food_is_found_by_each_of_its_names(faq: Faq) -> None:
    names = PlainNames(faq.foods.values())
    assert len(faq.foods) > 30
    for food in faq.foods.values():
        assert [names.named_in(name) for name in food.names] == [(food.id,)] * len(food.names)


def test_what_no_source_tells_of_is_found_by_each_of_its_names(faq: Faq) -> None:
    names = PlainNames(faq.unmentioned.values())
    assert len(faq.unmentioned) > 50
    for each in faq.unmentioned.values():
        # A longer name may hold that of something else.
        assert all(each.id in names.named_in(name) for name in each.names), each.id
