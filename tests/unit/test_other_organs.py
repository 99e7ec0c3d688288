"""Cramps and spasms of other organs."""

from __future__ import annotations

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
    "text",
    ["i jump out of bed", "jumped out of the car", "I hop on the bus", "jumped off the wall"],
)
def test_a_leap_of_the_whole_person_is_no_twitch(pipeline: Language, text: str) -> None:
    assert movements(pipeline, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my calf jumps out of the blue", "calf_twitch"),
        ("the muscle in my calf jumps up and down", "calf_twitch"),
        ("leg cramps at night", "cramp"),
        ("an upset stomach and cramps in my calves", "cramp"),
        ("my stomach muscle cramps after sit-ups", "cramp"),
        ("spasms of the muscles round my heart", "spasm"),
        ("something flutters in my thigh", "twitch"),
        ("a twitch in my stomach", "twitch"),
        ("muscle cramps the week before my period", "cramp"),
        ("back spasms", "spasm"),
        ("cramps in legs during period", "cramp"),
    ],
)
def test_those_of_muscles_are_ours(pipeline: Language, text: str, expected: str) -> None:
    assert expected in movements(pipeline, text)


@given(st.text(alphabet="stomach cramp in my leg\n,.é ", max_size=200), st.integers(0, 200))
def test_any_text_can_be_looked_at(text: str, start: int) -> None:
    start = min(start, len(text))
    end = min(start + 5, len(text))
    assert is_of_another_organ(text, start, end, "cramp") in (True, False)


def test_only_what_is_near_is_looked_at() -> None:
    far = "stomach" + " and then" * 20 + " cramps"
    assert not is_of_another_organ(far, len(far) - 6, len(far), "cramp")
    assert is_of_another_organ("stomach cramps", 8, 14, "cramp")
