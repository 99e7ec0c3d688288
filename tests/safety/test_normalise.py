"""Normalised text."""

from __future__ import annotations

import pytest

from twitchwise.safety import default_rules, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MY Foot", "my foot"),
        ("can't, can not, cannot, unable to", "cant , cant , cant , cant"),
        ("I’m not able to walk", "im cant walk"),
        ("it is not only this", "it is not only this"),
        ("do not", "dont"),
        ("n u m b hands", "numb hands"),
        ("nu mb", "numb"),
        ("w.e.a.k", "weak"),
        ("nuuumb feeeet", "numb feet"),
        ("w3ak b12 d3 24/7", "weak b12 d3 24 7"),
        ("ｎｕｍｂ", "numb"),
        ("nu\u200bmb", "numb"),
        ("nùmb", "numb"),
        ("n\u0443mb", "nymb"),
        ("weak/numb & tired", "weak or numb and tired"),
        ("1.5 litres. ok?!", "1 5 litres . ok ?"),
        ("one\ntwo", "one | two"),
        ("a – b (c)", "a , b , c ,"),
        ("dad's", "dads"),
        ("", ""),
        ("!!!", "!"),
        ("x" * 100, "x"),
        ("xy" * 100, "xy" * 20),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text, default_rules().vocabulary).text == expected


def test_spans_point_at_tokens() -> None:
    text = normalise("My foot, is NUMB")
    start, end = text.span(4, 5)
    assert text.text[start:end] == "numb" == text.tokens[4]
