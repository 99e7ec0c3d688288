"""The foods that a text names, and that the FAQ's lists hold them."""

from __future__ import annotations

import pytest

from twitchwise.faq import Faq
from twitchwise.faq.models import Food
from twitchwise.nlu.food_names import FoodNames

FOODS = FoodNames(
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
    assert FoodNames().named_in("eggs") == ()


def test_every_food_is_found_by_each_of_its_names(faq: Faq) -> None:
    names = FoodNames(faq.foods.values())
    assert len(faq.foods) > 30
    for food in faq.foods.values():
        assert [names.named_in(name) for name in food.names] == [(food.id,)] * len(food.names)
