"""A nutrient is one new file: recognised and answered after training, with no other edit."""

from __future__ import annotations

import pytest

from tests.live.client import Client, answer_ids, shape, text


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("which foods have zinc", "zinc.foods", "oysters"),
        ("can low zinc cause twitching", "zinc.link", "shortages usually named"),
        ("zink rich food?", "zinc.foods", "oysters"),
        ("what is zinc", "zinc.definition", "mineral"),
        ("q:zn.foods", "zinc.foods", "oysters"),
    ],
)
def test_the_new_nutrient_is_answered(
    zinc_bot: Client, question: str, answer: str, words: str
) -> None:
    said = zinc_bot.ask(question)
    assert shape(said) == [answer, "utter_disclaimer"]
    assert words in text(said)
    assert "A page about zinc" in text(said)


def test_the_new_nutrient_is_understood_in_context(zinc_bot: Client) -> None:
    zinc_bot.say("zinc-1", "which foods have magnesium")
    assert answer_ids(zinc_bot.say("zinc-1", "and zinc?")) == ["zinc.foods"]
    assert answer_ids(zinc_bot.say("zinc-1", "what is it?")) == ["zinc.definition"]


def test_the_other_nutrients_are_answered_as_before(zinc_bot: Client) -> None:
    assert answer_ids(zinc_bot.ask("which foods have magnesium")) == ["magnesium.foods"]


def test_without_the_file_there_is_no_such_nutrient(bot: Client) -> None:
    said = bot.ask("what is zinc")
    assert shape(said) == ["utter_no_source", "utter_disclaimer"]
    assert answer_ids(said) == ["no_source.zinc"]
