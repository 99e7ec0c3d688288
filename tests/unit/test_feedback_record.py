"""Ratings and turns without an answer: what is kept of them, and which turns those are."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.feedback_tools import START, rating, unanswered
from twitchwise.feedback.record import UNANSWERED_KINDS, permitted, unanswered_kind


def test_texts_are_kept_only_where_that_is_turned_on() -> None:
    thumb = rating(comment="too long", question="which foods?")
    turn = unanswered(question="which foods?", about="a.b")
    assert permitted(thumb, keep_texts=True) == thumb
    assert permitted(turn, keep_texts=True) == turn
    assert permitted(thumb, keep_texts=False) == rating()
    assert permitted(turn, keep_texts=False) == unanswered(about="a.b")


@pytest.mark.parametrize(
    ("responses", "answer_ids", "expected"),
    [
        ([], [], None),
        (["utter_disclaimer", "utter_ask_what"], ["magnesium.foods"], None),
        (["utter_fallback"], [], ("not_understood", "")),
        (["utter_fallback_again"], [], ("not_understood", "")),
        (["utter_fallbacks"], [], None),
        (["utter_suggestions"], [], ("suggested", "")),
        (["utter_best_guess"], ["magnesium.foods"], ("guessed", "")),
        (["utter_out_of_scope"], [], ("out_of_scope", "")),
        (["utter_other_language"], [], ("other_language", "")),
        (["utter_answer_unavailable"], [], ("unavailable", "")),
        ([], ["no_source.zinc.dose"], ("no_source", "zinc.dose")),
        ([], ["zinc.no_source.dose", "no_sources.x"], None),
        ([], ["iron.dose", "no_source.zinc.dose", "no_source.b.c"], ("no_source", "zinc.dose")),
        # What comes first of several.
        (["utter_best_guess", "utter_suggestions"], [], ("suggested", "")),
        (["utter_suggestions"], ["no_source.a.b"], ("no_source", "a.b")),
        (["utter_out_of_scope"], ["no_source.a.b"], ("out_of_scope", "")),
        (["utter_out_of_scope", "utter_other_language"], [], ("other_language", "")),
        (["utter_other_language", "utter_fallback"], [], ("not_understood", "")),
        (["utter_fallback", "utter_answer_unavailable"], [], ("unavailable", "")),
    ],
)
def test_in_what_way_a_turn_goes_unanswered(
    responses: list[str], answer_ids: list[str], expected: tuple[str, str] | None
) -> None:
    assert unanswered_kind(responses, answer_ids) == expected


def test_the_domain_has_the_responses_that_are_looked_for(root: Path) -> None:
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    found = [unanswered_kind([name], []) for name in domain["responses"]]
    assert {each[0] for each in found if each} == set(UNANSWERED_KINDS) - {"no_source"}


@pytest.mark.parametrize(
    ("make", "given"),
    [
        (rating, {"rating": "sideways"}),
        (rating, {"at": datetime(2026, 5, 31)}),
        (unanswered, {"kind": "bored"}),
        (unanswered, {"at": datetime(2026, 5, 31)}),
    ],
)
def test_what_is_no_record(make: Any, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"sideways|bored|time zone"):
        make(**given)


def test_records_are_brought_into_a_form_that_databases_take() -> None:
    made = rating(comment=" \ud800\0x ", question=" \n", at=START.astimezone(_far_east()))
    assert (made.comment, made.question) == ("? x", None)
    assert made.at.isoformat() == START.isoformat()
    assert unanswered(channel="a\0b").channel == "a b"


def test_plain_values() -> None:
    values = json.loads(json.dumps(rating(2).as_dict()))
    assert values["at"] == "2026-05-31T12:02:00.123456+00:00"
    assert values["answer_ids"] == ["magnesium.foods"]
    assert json.loads(json.dumps(unanswered().as_dict()))["kind"] == "not_understood"


def _far_east() -> timezone:
    return timezone(timedelta(hours=9))


def test_rasa_is_not_imported(root: Path) -> None:
    code = (
        "import sys; import twitchwise.feedback.store\n"
        "print(sorted({'rasa', 'tensorflow', 'sklearn', 'spacy', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout == "[]\n"
