"""Cramps and spasms of other organs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from twitchwise.nlu.names_in_text import TOPIC, names_in
from twitchwise.nlu.other_organs import is_of_another_organ


def movements(pipeline: Language, text: str) -> list[str]:
    return [
        name.id
        for name in names_in(pipeline(text))
        if name.label == TOPIC and name.kind == "movement"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "awful belly cramps since lunch",
        "cramps in my lower tummy",
        "cramping before my periods",
        "my bowels feel crampy",
        "what is a spasm of the oesophagus",
        "bladder spasm medicine",
        "coronary artery spasm",
        "treatments for atrial flutter",
        "why does my heart flutter",
        "light cramps around the ovaries",
        "pelvic cramping and spotting",
        "my bladder went into spasm",
        "menstrual cramps or period-like cramps",
    ],
)
def test_those_of_another_organ_name_nothing_of_ours(pipeline: Language, text: str) -> None:
    assert movements(pipeline, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("leg cramps at night", "cramp"),
        ("an upset stomach and cramps in my calves", "cramp"),
        ("my stomach muscle cramps after sit-ups", "cramp"),
        ("spasms of the muscles round my heart", "spasm"),
        ("something flutters in my thigh", "twitch"),
        ("a twitch in my stomach", "twitch"),
        ("muscle cramps the week before my period", "cramp"),
        ("back spasms", "spasm"),
    ],
)
def test_those_of_muscles_are_ours(pipeline: Language, text: str, expected: str) -> None:
    assert expected in movements(pipeline, text)


@given(st.text(alphabet="stomach cramp in my leg\n,.é ", max_size=200), st.integers(0, 200))
def test_any_text_can_be_looked_at(text: str, start: int) -> None:
    start = min(start, len(text))
    end = min(start + 5, len(text))
    assert is_of_another_organ(text, start, end, "cramp") in (True, False)


def test_the_work_grows_with_the_length_not_with_its_square() -> None:
    text = "word " * 20_000
    found = [match.start() for match in re.finditer("word", text)][:50]
    assert not any(is_of_another_organ(text, at, at + 4, "cramp") for at in found)
