"""Stems: one for all forms of a word, and none that joins two words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from twitchwise.nlu.stemming import stem


@pytest.mark.parametrize(
    "forms",
    [
        "cramp cramps cramped cramping Cramps CRAMP",
        "twitch twitches twitched twitching",
        "eyelid eyelids",
        "supplement supplements",
        "medication medications",
        "fasciculation fasciculations",
        "calf calf's calf’s",
        "banana bananas",
        "muscle muscles",
    ],
)
def test_all_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("medical", "medication"),
        ("organ", "organic"),
        ("general", "generalize"),
        ("nervous", "nerve"),
        ("vegan", "vegetarian"),
        ("calcium", "calculus"),
        ("leg", "legal"),
        ("toe", "to"),
    ],
)
def test_other_words_have_others(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["b12", "als", "is", "this", "virus", "stress", "?", "", "12"])
def test_what_has_no_forms_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


@given(st.text(max_size=20))
def test_any_text_has_a_stem(text: str) -> None:
    word = text.lower().replace("’", "'")
    assert word.startswith(stem(text)) or stem(text) == word


def test_each_word_of_a_text_has_its_stem_as_its_lemma(pipeline: Language) -> None:
    text = "Cramping legs, medical"
    assert [token.lemma_ for token in pipeline(text)] == ["cramp", "leg", ",", "medical"]
