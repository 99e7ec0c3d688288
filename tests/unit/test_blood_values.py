"""Values of blood tests in what people tell."""

from __future__ import annotations

import pytest

from twitchwise.nlu.blood_values import is_value_after, tells_a_value, value_of_a_test


@pytest.mark.parametrize(
    "text",
    [
        "mine was 0.68 in march",
        "and if it was 190?",
        "came back 214",
        "came back as 12.5",
        "last reading 5.4",
        "my latest result was 3.1",
        "3.1, last Tuesday",
        "mine's 22",
        "mine was 38 is that low",
        "pg/mL, LabCorp",
        "it was 31 on friday",
        "well 2.2 apparently",
        "is 3.3 bad",
    ],
)
def test_a_value_of_what_was_talked_of(text: str) -> None:
    assert tells_a_value(text)


@pytest.mark.parametrize(
    "text",
    [
        "it was 36 on that roof",
        "its been 3 weeks now",
        "50 mg",
        "maybe 6 puffs a day lately",
        "she is 66",
        "mine is every 2 days",
        "it was at 3 in the morning",
        "I had 4 coffees",
        "that was 2 years ago",
        "6.5 hours of sleep",
        "it's 30 degrees",
        "it was 2 coffees",
        "it goes 3 times a day",
        "it's day 5",
        "mine came back after 3 days",
        "is it 2 or 3 bananas",
        "2.5 litres",
        "",
    ],
)
def test_other_numbers(text: str) -> None:
    assert not tells_a_value(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("potassium 3.4", "potassium"),
        ("calcium was 1.9 on friday, the lab said", "calcium"),
        ("her sodium was 129", "sodium"),
        ("my b12 came back at 214", "b12"),
        ("magnesium level of 2 is that low", "magnesium"),
    ],
)
def test_a_value_after_a_name(text: str, name: str) -> None:
    assert is_value_after(text, text.index(name) + len(name)) is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("magnesium 400", "magnesium"),
        ("vitamin d 1000 iu is that too high", "vitamin d"),
        ("magnesium was 4 tablets", "magnesium"),
        ("potassium is in 5 foods", "potassium"),
        ("calcium", "calcium"),
    ],
)
def test_no_value_after_a_name(text: str, name: str) -> None:
    assert is_value_after(text, text.index(name) + len(name)) is None


def test_a_value_told_with_a_test() -> None:
    assert value_of_a_test("did my calcium in A&E, 2.35") == len("did my calcium in A&E, 2.35")
    assert value_of_a_test("calcium, 2.35") is None
    assert value_of_a_test("the surgery said 2.5 litres") is None
