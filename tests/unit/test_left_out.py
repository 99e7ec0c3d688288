"""What somebody leaves out of their food, and lists of foods told without it."""

from __future__ import annotations

import re

import pytest

from tests.unit.asking import clause, told
from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.left_out import (
    OF_FOODS,
    asked_about_all_the_same,
    fitting,
    left_out_after,
    note_on,
    with_foods_asked,
)
from twitchwise.faq.models import Answer, FoodGroup
from twitchwise.nlu.left_out import LeftOut

FROM_ANIMALS = ("meat", "fish", "eggs", "dairy")


@pytest.fixture(scope="module")
def left_out(faq: Faq) -> LeftOut:
    return LeftOut(faq.food_groups.values(), faq.diets)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("calcium without any milk", ("dairy",)),
        ("non-dairy calcium", ("dairy",)),
        ("magnesium, but no nuts or seeds", ("nuts", "seeds")),
        ("I'm allergic to fish", ("fish",)),
        ("my lad won't touch greens", ("greens",)),
        ("can't abide cheese", ("dairy",)),
        ("a nut-free list", ("nuts",)),
        ("eggs make me ill", ("eggs",)),
        ("tofu isn't an option", ("soy",)),
        ("foods that aren't meat", ("meat",)),
        ("I'm lactose intolerant", ("dairy",)),
        ("we are vegan", FROM_ANIMALS),
        ("she is coeliac", ("gluten",)),
        ("instead of a banana", ("bananas",)),
        ("what has calcium, like milk", ()),
        ("does milk have calcium", ()),
        ("no, the milk", ()),
        ("I'm not vegan", ()),
        ("not only nuts", ()),
        ("I don't eat enough fish", ()),
        ("no idea, milk perhaps", ()),
    ],
)
def test_what_is_left_out_is_found(left_out: LeftOut, text: str, groups: tuple[str, ...]) -> None:
    assert left_out.named_in(text) == groups


def test_what_is_left_out_is_not_asked_about(left_out: LeftOut) -> None:
    assert "banana" not in left_out.without_them("potassium besides bananas")
    assert "banana" in left_out.without_them("are bananas any good")


@pytest.mark.parametrize("text", ["but I do eat fish", "fish is fine", "we can still have fish"])
def test_what_is_eaten_after_all_is_found(left_out: LeftOut, text: str) -> None:
    assert left_out.taken_up_in(text) == ("fish",)
    assert left_out.named_in(text) == ()


def test_names_with_hyphens_are_found_however_they_are_written() -> None:
    soy = FoodGroup("soy", "soy", ("soy-milk",), ("soy",))
    for text in ("no soy-milk", "no soy milk", "I'm allergic to Soy-Milk"):
        assert LeftOut([soy]).named_in(text) == ("soy",)


def test_no_group_repeats_without_limit(left_out: LeftOut) -> None:
    # The time for a long list would grow with its square.
    patterns = [each for each in vars(left_out).values() if isinstance(each, re.Pattern)]
    assert len(patterns) == 5
    assert not [each.pattern for each in patterns if re.search(r"\)[*+]", each.pattern)]


def test_without_groups_nothing_is_left_out() -> None:
    assert LeftOut().named_in("no milk, and I am vegan") == ()


def answer(faq: Faq, answer_id: str) -> Answer:
    found = faq.answer_with_id(answer_id)
    assert found is not None
    return found


def bullets(faq: Faq, answer_id: str, *leaves_out: str) -> tuple[str, ...]:
    found = fitting(faq, answer(faq, answer_id), leaves_out)
    assert found is not None
    return found.bullets


def test_lists_lose_what_is_left_out_and_nothing_else(faq: Faq) -> None:
    whole = answer(faq, "magnesium.foods").bullets
    assert set(whole) - set(bullets(faq, "magnesium.foods", "nuts")) == {"nuts: cashews, almonds"}
    assert "leafy greens: kale" in bullets(faq, "magnesium.foods", "spinach")
    assert bullets(faq, "magnesium.foods", "fish") == whole
    assert bullets(faq, "b_vitamins.foods", "dairy")[1] == "eggs"
    assert "seeds, for magnesium" in bullets(faq, "dehydration.foods", "nuts")
    assert "fortified plant drinks, tofu: calcium" in bullets(faq, "twitch.foods", "dairy")


def test_figures_go_with_their_food(faq: Faq) -> None:
    kept = bullets(faq, "vitamin_b12.food_amounts", "dairy")
    assert not any("yogurt" in bullet or "milk" in bullet for bullet in kept)
    assert "Swiss chard, 1/2 cup: 80 mg" in bullets(faq, "magnesium.food_amounts", "spinach")


def test_warnings_and_whole_sentences_stay(faq: Faq) -> None:
    kept = bullets(faq, "potassium.foods", "bananas", "beans", "greens")
    assert any("kidney disease" in bullet for bullet in kept)
    assert "Nuts and seeds are not in this list, and the servings differ." in bullets(
        faq, "magnesium.food_amounts", "nuts"
    )


def test_the_words_above_a_list_do_not_praise_what_is_left_out(faq: Faq) -> None:
    found = fitting(faq, answer(faq, "vitamin_d.foods"), ["fish"])
    assert found is not None
    assert found.text == "Vitamin D comes from:"


def test_a_list_of_which_nothing_is_left_is_none(faq: Faq) -> None:
    assert fitting(faq, answer(faq, "vitamin_b12.food_amounts"), FROM_ANIMALS) is None


def test_other_answers_stay_as_they_are(faq: Faq) -> None:
    for answer_id in ("magnesium.link", "supplements.foods", "calcium.help"):
        assert fitting(faq, answer(faq, answer_id), FROM_ANIMALS) == answer(faq, answer_id)


def test_no_list_names_what_it_is_told_without(faq: Faq) -> None:
    lists = [a for a in faq.answers() if a.aspect in OF_FOODS and a.bullets]
    diets = [list(diet.leaves_out) for diet in faq.diets]
    for groups in [*([group] for group in faq.food_groups), *diets]:
        words = {word.lower() for group in groups for word in faq.food_groups[group].listed_as}
        for whole in lists:
            found = fitting(faq, whole, groups)
            for bullet in found.bullets if found else ():
                named = [word for word in words if f" {word}" in f" {bullet.lower()}"]
                # A whole sentence says what a list lacks.
                assert not named or bullet.endswith("."), (whole.id, groups, bullet)
                assert bullet == bullet.strip(" ,;:")


def test_what_was_taken_off_a_list_is_told(faq: Faq) -> None:
    note = note_on(faq, [answer(faq, "calcium.foods")], ("dairy", "soy", "fish"))
    assert note is not None
    assert (note.foods, note.check_label) == ("dairy, soy and fish", True)
    plain = note_on(faq, [answer(faq, "calcium.foods")], ("bananas",))
    assert plain is not None
    assert (plain.foods, plain.check_label) == ("bananas", False)
    assert note_on(faq, [answer(faq, "calcium.link")], ("dairy",)) is None
    assert note_on(faq, [answer(faq, "calcium.foods")], ()) is None


def test_a_nutrient_without_a_food_asks_for_its_foods(faq: Faq) -> None:
    said = clause("ask_foods_low", "calcium", left_out=("dairy",), confidence=0.4)
    (asked,) = with_foods_asked(faq, [said], Context())
    assert (asked.intent, asked.confidence) == ("ask_foods", 1.0)
    # What is asked otherwise stays asked.
    link = clause("ask_link", "calcium", left_out=("dairy",))
    assert with_foods_asked(faq, [link], Context()) == [link]


def test_a_food_ruled_out_goes_on_where_foods_were_talked_of(faq: Faq) -> None:
    said = clause("describe", "plant_diet", left_out=FROM_ANIMALS)
    (asked,) = with_foods_asked(faq, [said], Context("magnesium", "foods"))
    assert (asked.intent, asked.topics) == ("ask_foods", ())
    assert with_foods_asked(faq, [said], Context("magnesium", "signs")) == [said]
    assert with_foods_asked(faq, [said], Context()) == [said]


def test_it_is_remembered_until_it_is_eaten_after_all() -> None:
    before = Context(leaves_out=("nuts", "fish"))
    assert left_out_after([told(left_out=("dairy",))], before) == ("nuts", "fish", "dairy")
    assert left_out_after([clause("describe", taken_up=("fish",))], before) == ("nuts",)


def test_how_to_get_enough_without_a_food_asks_for_foods(faq: Faq) -> None:
    unsure = clause("ask_risk_groups", "calcium", left_out=("dairy",), confidence=0.6)
    (asked,) = with_foods_asked(faq, [unsure], Context())
    assert (asked.intent, asked.confidence) == ("ask_foods", 0.6)
    sure = clause("ask_risk_groups", "calcium", left_out=("dairy",))
    assert with_foods_asked(faq, [sure], Context()) == [sure]


def test_a_list_that_is_only_told_of_brings_nothing_back(faq: Faq) -> None:
    assert asked_about_all_the_same(faq, [told(foods=("milk",))]) == set()
    assert asked_about_all_the_same(faq, [clause("ask_foods", foods=("milk",))]) == {"dairy"}
