"""Which of the offered follow-ups a short message picks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.faq.choosing import chosen


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("the first one", [0]),
        ("First please", [0]),
        ("1", [0]),
        ("number one", [0]),
        ("the top one", [0]),
        ("the second one please", [1]),
        ("2.", [1]),
        ("no, the 2nd", [1]),
        ("the middle one", [1]),
        ("option 3", [2]),
        ("the third", [2]),
        ("the last one", [2]),
        ("the latter", [2]),
        ("both", [0, 1]),
        ("both of them", [0, 1]),
        ("all of them", [0, 1, 2]),
        ("ALL THREE", [0, 1, 2]),
        ("the first two", [0, 1]),
        ("2 and 3", [1, 2]),
        ("the third and the first one", [0, 2]),
        # Nothing is picked.
        ("that one", []),
        ("the other one", []),
        ("4", []),
        ("the fourth one", []),
        ("someone", []),
        ("12", []),
        ("which?", []),
        ("", []),
    ],
)
def test_what_is_picked_of_three(text: str, places: list[int]) -> None:
    assert chosen(text, 3) == places


@pytest.mark.parametrize(
    ("text", "offered", "places"),
    [
        ("the last one", 2, [1]),
        ("the last one", 1, [0]),
        ("the third one", 2, []),
        ("both", 1, [0]),
        ("all", 2, [0, 1]),
        ("the second and the last", 2, [1]),
        ("first", 0, []),
        ("the last", 0, []),
        ("all", 0, []),
    ],
)
def test_what_was_not_offered_cannot_be_picked(text: str, offered: int, places: list[int]) -> None:
    assert chosen(text, offered) == places


WORDS = st.sampled_from(["first", "one", "the", "last", "both", "all", "3", "and", "other", "two"])


@given(st.lists(WORDS | st.text(max_size=5), max_size=8).map(" ".join), st.integers(0, 3))
def test_each_place_is_picked_once_and_is_there(text: str, offered: int) -> None:
    places = chosen(text, offered)
    assert len(set(places)) == len(places)
    assert set(places) <= set(range(offered))
