"""Texts that a terminal shows and does not act on."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal import hostile
from twitchwise.printable import printable

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT)
def test_nothing_that_a_terminal_acts_on_is_left(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set(TURNING)


@given(ANY_TEXT)
def test_each_character_stays_or_becomes_a_question_mark(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(new in (old, "?") for old, new in zip(text, shown, strict=True))


@given(ANY_TEXT)
def test_what_is_printable_stays_so(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(ANY_TEXT)
def test_any_encoding_of_unicode_can_hold_the_text(text: str) -> None:
    printable(text).encode("utf-8")


@pytest.mark.parametrize("text", hostile.SEQUENCES.values(), ids=hostile.SEQUENCES.keys())
def test_escape_sequences_lose_what_begins_them(text: str) -> None:
    assert not set(printable(text)) & set("\x1b\x9b\x9d\x9c\x07\x08\r\x7f\x00")


@pytest.mark.parametrize("mark", TURNING)
def test_marks_that_turn_a_text_around_are_shown(mark: str) -> None:
    assert printable(f"abc{mark}def") == "abc?def"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "Wadenkrämpfe",
        "שלום",
        "e\u0301",
        "👩‍⚕️ 🦵🏽",
        "ｗｉｄｅ",
        "non\u00a0breaking",
        "soft\u00adhyphen",
    ],
)
def test_people_may_write_in_their_own_script(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("text", ["tab\there", "two\nlines", "two\u2028lines", "two\x85lines"])
def test_a_text_stays_on_one_line_unless_asked_otherwise(text: str) -> None:
    assert len(printable(text).splitlines()) == 1
    assert "\t" not in printable(text)


def test_only_what_is_kept_is_kept() -> None:
    assert printable("one\ntwo\r\x1b", keep="\n") == "one\ntwo??"
