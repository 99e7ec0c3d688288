"""Spelling repair: the words that matter are put right, all others are left alone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process
from spacy.language import Language

from twitchwise.nlu.names_in_text import names_in
from twitchwise.nlu.spelling import Lexicon, SpellingRepair, allowed_edits, build_lexicon


def repair_with(names: str, words: str = "", common: str = "", kept: str = "") -> SpellingRepair:
    return SpellingRepair(
        Lexicon(
            names=tuple(names.split()),
            words=frozenset(words.split()),
            common=frozenset(common.split()),
            kept=frozenset(kept.split()),
        )
    )


#: Of a few words, so that it is plain what is near to what.
SMALL = repair_with(
    names="zinc twitch calcium leg cramps vitamin d",
    words="symptoms foods low which",
    common="with have sink switch tramps calculus",
    kept="zinkc",
)
NOTHING_KNOWN = repair_with(names="")


# What people really type.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pottasium", "potassium"),
        ("magnisium", "magnesium"),
        ("twiching", "twitching"),
        ("fasiculations", "fasciculations"),
        ("dehidration", "dehydration"),
        ("vitimin", "vitamin"),
        ("calciun", "calcium"),
        ("electrolites", "electrolytes"),
        ("eyelied", "eyelid"),
        ("cafeine", "caffeine"),
        ("deficency", "deficiency"),
        ("suplements", "supplements"),
        # Two words run together.
        ("legcramps", "leg cramps"),
        ("lowmagnesium", "low magnesium"),
        ("eyetwitch", "eye twitch"),
    ],
)
def test_typing_errors_in_the_names_that_matter(
    spelling: SpellingRepair, pipeline: Language, typed: str, meant: str
) -> None:
    # An error that the FAQ lists may stay as it is: the pipeline knows it.
    for text in (typed, f"Why {typed.upper()}?"):
        names = names_in(pipeline(spelling.repair(text)))
        assert [name.id for name in names] == [name.id for name in names_in(pipeline(meant))]
    assert names_in(pipeline(meant))


@pytest.mark.parametrize(
    ("typed", "meant"), [("symtoms", "symptoms"), ("diference", "difference"), ("fuods", "foods")]
)
def test_typing_errors_in_other_words_of_questions(
    spelling: SpellingRepair, typed: str, meant: str
) -> None:
    assert spelling.repair(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        *("twitter", "sodom", "potion", "switch", "stitch", "witch", "camp", "tramp", "clamp"),
        *("magazine", "magnet", "calculus", "vitality", "stream", "streamer", "deity", "muscat"),
        *("spam", "calm", "tremble", "lime", "police", "feat", "handy", "thump", "harm"),
        # Short words have too many neighbours.
        *("teh", "lol", "btw", "im", "ca"),
    ],
)
def test_other_words_are_no_typing_errors(spelling: SpellingRepair, word: str) -> None:
    assert spelling.repair(word) == word


@pytest.mark.parametrize(
    "noise",
    ["asdfghjkl", "ekfjslkdjf", "xzqwvb", "qwertyuiop", "zzzzzzzz", "quokkaberry", "Zebulon"],
)
def test_noise_and_names_of_people_stay_as_they_are(spelling: SpellingRepair, noise: str) -> None:
    assert spelling.repair(noise) == noise


@pytest.mark.parametrize(
    "text",
    [
        "b12, B-12 and vitamin d3",
        "vitb12",
        "q:mg.foods",
        "https://twitch.tv/x7magnezium9",
        "5mg of it… (mg/L)",
        "😀 日本語 мышцы",
        "",
        "\x00\n\t",
    ],
)
def test_numbers_and_what_holds_them_are_left_alone(spelling: SpellingRepair, text: str) -> None:
    assert spelling.repair(text) == text


# How it is decided.


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("zinck", "zinc"),
        ("zkkc", "zkkc"),  # two letters wrong are too many for a short word
        ("sink", "sink"),  # a word
        ("twicth", "twitch"),  # two letters swapped are one mistake
        ("xwitch", "twitch"),
        ("switch", "switch"),
        ("clacimu", "calcium"),
        ("symptomes", "symptoms"),
        ("zinc's", "zinc's"),  # a word, with its ending
        ("zinkc", "zinkc"),  # kept: whoever looks for names knows it
        ("Zinck with FOOODS!", "zinc with foods!"),
        ("whcih", "which"),
        ("lowzinc", "low zinc"),
        ("lowfoods", "lowfoods"),  # one of the two must be a name
        ("zinccalcium", "zinc calcium"),
        ("dzinc", "dzinc"),  # a wrong first letter counts twice
    ],
)
def test_small_examples(typed: str, repaired: str) -> None:
    assert SMALL.repair(typed) == repaired


@pytest.mark.parametrize(("length", "edits"), [(4, 1), (5, 1), (6, 2), (9, 2), (10, 3), (24, 3)])
def test_long_words_may_have_more_errors(length: int, edits: int) -> None:
    assert allowed_edits("a" * length) == edits


def test_a_name_wins_over_another_word_as_near() -> None:
    repair = repair_with(names="cramps", words="clamps cranes")
    assert repair.repair("cxamps") == "cramps"
    # One that is nearer wins.
    assert repair.repair("crane") == "cranes"


def test_of_names_as_near_the_commoner_one_is_meant() -> None:
    assert repair_with(names="cart cast").repair("caxt") == "cart"
    assert repair_with(names="cast cart").repair("caxt") == "cast"


def test_a_letter_is_forgotten_more_often_than_mistaken() -> None:
    assert repair_with(names="tumor tremor").repair("temor") == "tremor"
    assert repair_with(names="magnesia magnesium").repair("magnesim") == "magnesium"


# The lexicon.


@pytest.fixture(scope="module")
def built() -> Lexicon:
    """The lexicon of two topics, with the errors that are listed with them, and a few phrases."""
    return build_lexicon(
        [
            (["low Magnesium", "magnesia"], ["magnezium", "low magnisium", "vitmg"]),
            (["Lyme disease"], ["lime disease"]),
        ],
        ["what symptoms", "symptoms of magnezium", "qwzx", "qwzx", "once"],
    )


def test_typing_errors_in_phrases_and_names_are_no_words(built: Lexicon) -> None:
    assert set(built.names) == {"low", "magnesium", "magnesia", "lyme", "disease"}
    # Commonest first.
    assert built.names.index("magnesium") < built.names.index("magnesia")
    # Used twice, and ordinary English.
    assert built.words == {"symptoms"}
    assert {"potion", "symptoms", "because", "lime"} <= built.common


def test_errors_that_are_listed_are_put_right_or_left_alone(built: Lexicon) -> None:
    repair = SpellingRepair(built)
    assert repair.repair("magnisium sympotms qwzx") == "magnesium symptoms qwzx"
    # Neither an ordinary word nor what repair would take for something else is touched.
    for listed in ("lime disease", "vitmg"):
        assert repair.repair(listed) == listed


def test_a_lexicon_is_kept_as_json(spelling: SpellingRepair) -> None:
    for lexicon in (SMALL.lexicon, spelling.lexicon):
        kept = json.loads(json.dumps(lexicon.as_data()))
        assert Lexicon.from_data(kept) == lexicon


# Whatever is typed.


def test_a_long_text_is_not_looked_up_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = 0
    extract = process.extract

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal looked_up
        looked_up += 1
        return extract(*arguments, **options)

    monkeypatch.setattr(process, "extract", counted)
    letters = "bcdfghjklm"
    words = ["".join(letters[int(digit)] for digit in f"{n:08}") for n in range(12_000)]
    text = " ".join(words)
    assert len(text) > 100_000
    assert SpellingRepair(SMALL.lexicon).repair(text) == text
    assert 0 < looked_up <= 200


def test_a_word_of_100_kb_is_no_word() -> None:
    assert SMALL.repair("zinc" * 25_000) == "zinc" * 25_000


@given(st.text(max_size=200))
def test_any_text_can_be_repaired(text: str) -> None:
    repaired = SMALL.repair(text)
    # Only letters change; words that were run together are parted.
    assert re.sub(r"[^\W\d_]|['’ ]", "", repaired) == re.sub(r"[^\W\d_]|['’ ]", "", text)


@given(
    st.lists(st.sampled_from(sorted({*SMALL.lexicon.names, *SMALL.lexicon.common}))).map(" ".join)
)
def test_known_words_stay(text: str) -> None:
    assert SMALL.repair(text) == text
    assert SMALL.repair(text.upper()) == text.upper()


def test_every_known_word_of_the_project_stays(spelling: SpellingRepair) -> None:
    lexicon = spelling.lexicon
    known = sorted({*lexicon.names, *lexicon.words, *lexicon.common, *lexicon.kept})
    changed = {word: found for word in known if (found := spelling.repair(word)) != word}
    # But for what people shorten on phones, whatever the lexicon holds.
    assert {word: NOTHING_KNOWN.repair(word) for word in changed} == changed
    assert len(changed) < 20


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wat can u do abt it pls", "what can you do about it please"),
        ("WICH foods", "which foods"),
        ("y n hw", "why and hw"),
        ("you are watt", "you are watt"),
    ],
)
def test_what_people_shorten_on_phones(typed: str, meant: str) -> None:
    assert NOTHING_KNOWN.repair(typed) == meant


@given(st.text("abcdefghijklmnopqrstuvwxyz '", max_size=60))
def test_what_was_repaired_needs_no_more_repair(text: str) -> None:
    repaired = SMALL.repair(text)
    assert SMALL.repair(repaired) == repaired
