"""Which of the offered follow-ups a short message picks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.faq.choosing import acknowledges, chosen, chosen_topic
from twitchwise.faq.context import Context, topics_together


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
        ("the other one", 2, [1]),
        ("the other one", 1, []),
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


BOTH = Context(topic="magnesium", aspect="foods", together=("calcium", "magnesium"))


@pytest.mark.parametrize(
    ("text", "context", "topic"),
    [
        ("the other one", BOTH, "calcium"),
        ("and the first", BOTH, "calcium"),
        ("what about the second one", BOTH, "magnesium"),
        # Without "and", a button is meant.
        ("the first one", BOTH, None),
        ("and both", BOTH, None),
        ("and the third", BOTH, None),
        ("the other one", Context(topic="magnesium", together=("magnesium",)), None),
        ("the other one", Context(), None),
    ],
)
def test_one_of_two_topics_is_picked(text: str, context: Context, topic: str | None) -> None:
    assert chosen_topic(text, context) == topic


@pytest.mark.parametrize(
    ("last", "recent", "together"),
    [
        (["calcium.link", "magnesium.link"], [], ("calcium", "magnesium")),
        # One after the other, with the same question, now or some turns ago.
        (["calcium.foods"], ["magnesium.foods", "calcium.foods"], ("magnesium", "calcium")),
        (
            ["magnesium.foods"],
            ["calcium.link", "magnesium.link", "magnesium.foods"],
            ("calcium", "magnesium"),
        ),
        (["zinc.foods"], ["calcium.link", "magnesium.link", "zinc.foods"], ("zinc",)),
        (["magnesium.link.foot", "magnesium.link"], ["magnesium.link"], ("magnesium",)),
        ([], ["magnesium.link"], ()),
    ],
)
def test_what_was_talked_of_side_by_side(
    last: list[str], recent: list[str], together: tuple[str, ...]
) -> None:
    assert topics_together(last, recent) == together


LISTED = ("magnesium", "calcium", "vitamin_d")


@pytest.mark.parametrize(
    ("text", "topic", "picked"),
    [
        ("tell me about the second one", "foot_twitch", "calcium"),
        ("explain the third", "foot_twitch", "vitamin_d"),
        # Once one of the list was told, "and" goes on with the list.
        ("and the third?", "calcium", "vitamin_d"),
        ("and the third?", "foot_twitch", None),
        # A button.
        ("the second one", "foot_twitch", None),
        ("tell me about both", "foot_twitch", None),
    ],
)
def test_one_of_a_list_is_picked(text: str, topic: str, picked: str | None) -> None:
    assert chosen_topic(text, Context(topic=topic, listed=LISTED)) == picked


def test_back_to_what_was_talked_of_first() -> None:
    context = Context(topic="calcium", earlier=("vitamin_b12", "calcium"))
    assert context.at_place(-2) == "vitamin_b12"
    assert context.at_place(-1) == "vitamin_b12"
    assert Context(topic="calcium").at_place(-2) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ok", True),
        ("Hmm...", True),
        ("ow. ok", True),
        ("oh right, i see", True),
        ("yes", False),
        ("sure", False),
        ("ok?", False),
        ("ok and which foods", False),
        ("k 3.2", False),
        ("", False),
        ("...", False),
    ],
)
def test_what_only_says_that_it_was_heard(text: str, said: bool) -> None:
    assert acknowledges(text) is said
