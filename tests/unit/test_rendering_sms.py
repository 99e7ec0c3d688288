"""Segments of text messages, and what keeps them few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.rendering.sms import sms_segments, to_gsm
from twitchwise.rendering.units import characters, utf8_bytes, utf16


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # 153 is odd: an extension character does not begin in the last septet of a segment.
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("é" * 160, 1),
        ("ê" + "a" * 69, 1),
        ("ê" + "a" * 70, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
        ("@£$\n\r", 1),
    ],
)
def test_segments(text: str, segments: int) -> None:
    assert sms_segments(text) == segments


@given(st.text(max_size=400), st.text(max_size=50))
def test_a_longer_text_is_never_cheaper(text: str, more: str) -> None:
    assert sms_segments(text) <= sms_segments(text + more)
    assert sms_segments(text) <= sms_segments(more + text)


def test_typographic_english_is_gsm() -> None:
    text = "“It’s” – well — it … • one\u00a0two → ‘three’ ½"
    assert to_gsm(text) == "\"It's\" - well - it ... - one two -> 'three' 1/2"
    assert sms_segments(to_gsm(text) * 3) == 1 < sms_segments(text * 3)


@pytest.mark.parametrize("text", ["שלום", "👨‍👩‍👧‍👦", "Zürich", "日本"])
def test_other_scripts_and_emoji_stay(text: str) -> None:
    assert to_gsm(text) == text


def test_units() -> None:
    assert (characters("a😀é"), utf16("a😀é"), utf8_bytes("a😀é")) == (3, 4, 7)
    assert utf8_bytes("\ud83d") == 3
