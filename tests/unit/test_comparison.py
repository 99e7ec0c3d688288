"""Two topics side by side."""

from __future__ import annotations

import itertools

import pytest

from tests.builders import ARTICLE, PAGE, make_answer, make_faq, make_topic
from twitchwise.faq import Faq
from twitchwise.faq.comparison import compare
from twitchwise.faq.query import Request

LONG = "One two three four five six seven eight nine ten. " * 6
SMALL = make_faq(
    [
        make_topic(
            "zinc",
            "nutrient",
            [
                make_answer("zinc.link", "It may. It heals.", bullets=["in meat"]),
                make_answer("zinc.foods", LONG),
                make_answer("zinc.signs", "It shows. Other signs:", bullets=["tiredness"]),
            ],
        ),
        make_topic(
            "iron",
            "nutrient",
            [
                make_answer("iron.link", "It carries. Does it? Yes!", sources=[PAGE, ARTICLE]),
                make_answer("iron.foods", f"{LONG.replace('.', ',')} End. More."),
                make_answer("iron.signs", "It shows, too."),
            ],
        ),
        make_topic("tin", "nutrient", parent="zinc"),
        make_topic("gold", "factor"),
    ]
)


def requests(faq: Faq, aspect: str, *topics: str, compared: bool = True) -> list[Request]:
    return [Request(faq.topics[topic], aspect, compared=compared) for topic in topics]


def test_a_bullet_for_each_with_the_name_first() -> None:
    found = compare(SMALL, requests(SMALL, "link", "zinc", "iron"))
    assert found is not None
    assert found.bullets == ("zinc: It may. It heals.", "iron: It carries. Does it? Yes!")
    assert found.id == "zinc.link iron.link"
    assert found.sources == (ARTICLE, PAGE)


def test_only_whole_sentences_and_few_are_said() -> None:
    found = compare(SMALL, requests(SMALL, "foods", "zinc", "iron"))
    assert found is not None
    zinc, iron = found.bullets
    assert zinc == "zinc: " + " ".join(["One two three four five six seven eight nine ten."] * 4)
    # One sentence is said at least, however long it is.
    assert iron.endswith("End.")


def test_a_list_that_is_not_said_is_not_begun() -> None:
    found = compare(SMALL, requests(SMALL, "signs", "zinc", "iron"))
    assert found is not None
    zinc, iron = found.bullets
    assert not zinc.endswith(":")
    assert iron == "iron: It shows, too."


@pytest.mark.parametrize("topics", [(), ("zinc",), ("zinc", "gold"), ("zinc", "zinc")])
def test_there_is_nothing_to_compare_with(topics: tuple[str, ...]) -> None:
    assert compare(SMALL, requests(SMALL, "link", *topics)) is None


def test_an_answer_is_not_compared_with_itself() -> None:
    # Tin has the answer of its parent.
    assert compare(SMALL, requests(SMALL, "link", "zinc", "tin")) is None
    found = compare(SMALL, requests(SMALL, "link", "zinc", "iron", "gold"))
    assert found is not None
    assert found.id == "zinc.link iron.link"


def test_what_is_only_asked_together_is_not_compared() -> None:
    together = requests(SMALL, "link", "zinc", "iron", compared=False)
    assert compare(SMALL, together) is None
    assert compare(SMALL, [together[0], *requests(SMALL, "link", "iron")]) is None


@pytest.mark.parametrize("aspect", ["role", "link", "signs"])
def test_every_pair_of_nutrients_reads_well(faq: Faq, aspect: str) -> None:
    nutrients = [topic.id for topic in faq.topics.values() if topic.kind == "nutrient"]
    for pair in itertools.combinations(nutrients, 2):
        found = compare(faq, requests(faq, aspect, *pair))
        assert found is not None, pair
        for bullet in found.bullets:
            assert bullet.endswith((".", "!", "?", ")")), bullet
            assert "\n" not in bullet
            assert len(bullet.split()) <= 70, bullet
