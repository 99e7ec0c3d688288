"""Numbers that choose a suggested reply."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.rendering.choices import numbered_lines, read_choice, reply_buttons
from twitchwise.rendering.turn import Button


@pytest.mark.parametrize(
    "text",
    ["2", " 2. ", "#2", "(2)", "2)", "no. 2", "No 2", "number two", "option 2", "two", "TWO!",
     "２", "２．", "②", "2️⃣", "# 2", "option (two)", "٢", "02"],
)  # fmt: skip
def test_a_choice(text: str) -> None:
    assert read_choice(text, 3) == 1


@pytest.mark.parametrize(
    "text",
    ["", " ", "2 bananas", "20", "0", "-1", "1.5", "number", "option", "4", "two three", "2 2", "½",
     "2nd", "(2", "#", "vitamin 2", "2?", "one of them", "²³", "9" * 5000, "２０", "\x00", "2\n3",
     "no", "nothing", "noone", "b1"],
)  # fmt: skip
def test_no_choice(text: str) -> None:
    assert read_choice(text, 3) is None


@given(st.integers(1, 999), st.integers(0, 999))
def test_every_number_that_is_offered_can_be_chosen(number: int, count: int) -> None:
    assert read_choice(str(number), count) == (number - 1 if number <= count else None)


@given(st.text(alphabet="0123456789#().! -onetwumbrp２②\u0660", max_size=12), st.integers(0, 20))
def test_any_text_is_a_number_that_is_offered_or_none(text: str, count: int) -> None:
    chosen = read_choice(text, count)
    assert chosen is None or 0 <= chosen < count


@given(st.text(max_size=30).filter(lambda text: any(c.isalpha() for c in text)), st.integers(0, 9))
def test_words_around_a_number_are_no_choice(words: str, number: int) -> None:
    assert read_choice(f"I take {number} of {words}", 9) is None


def test_replies_are_numbered_in_order_and_links_are_not() -> None:
    messages: list[dict[str, Any]] = [
        {"buttons": [{"title": "Call", "payload": "", "url": "tel:112"}]},
        {"buttons": [{"title": "A", "payload": "q:a", "url": None}]},
        {"text": "no buttons"},
        {"buttons": [{"title": "B", "payload": "q:b", "url": None}]},
    ]
    assert reply_buttons(messages) == (Button("A", "q:a"), Button("B", "q:b"))


@pytest.mark.parametrize(
    ("count", "request_"),
    [
        (1, "Reply 1."),
        (2, "Reply 1 or 2."),
        (3, "Reply 1, 2 or 3."),
        (5, "Reply 1, 2, 3, 4 or 5."),
        (14, "Reply with a number from 1 to 14."),
    ],
)
def test_what_to_do_with_the_numbers(count: int, request_: str) -> None:
    lines = numbered_lines([Button(f"T{number}", "q") for number in range(count)])
    assert lines[0] == "1. T0"
    assert lines[-2:] == [f"{count}. T{count - 1}", request_]
    assert len(lines) == count + 1
