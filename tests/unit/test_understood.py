"""What the pipeline hands to the action: clauses, as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.faq import Faq
from twitchwise.faq.understood import CLAUSES, Clause, aspect_of, clauses_of

IDS = st.lists(st.sampled_from(["magnesium", "calf_twitch", "foot"]), max_size=3).map(tuple)
ANY_CLAUSE = st.builds(
    Clause,
    intent=st.none() | st.sampled_from(["ask_foods", "describe"]),
    asked=st.booleans(),
    topics=IDS,
    body_parts=IDS,
    subjects=IDS,
    refers=st.booleans(),
    together=st.booleans(),
    stops=st.booleans(),
    others=st.booleans(),
    aspects=IDS,
    count=st.none() | st.integers(2, 20),
    level=st.sampled_from([None, "low", "high"]),
)


@given(ANY_CLAUSE)
def test_a_clause_travels_as_json(clause: Clause) -> None:
    assert Clause.from_data(json.loads(json.dumps(clause.as_data()))) == clause


def test_what_is_empty_does_not_travel() -> None:
    assert Clause("ask_foods", topics=("magnesium",)).as_data() == {
        "intent": "ask_foods",
        "asked": True,
        "topics": ("magnesium",),
    }
    # False is the unusual value of it, and would be lost.
    assert Clause(None, asked=False).as_data() == {"asked": False}


def test_a_clause_of_nothing_asks() -> None:
    assert Clause.from_data({}) == Clause(None, asked=True)


@pytest.mark.parametrize(
    ("intent", "aspect"),
    [
        ("ask_foods", "foods"),
        ("ask_see_doctor", "see_doctor"),
        ("describe", None),
        ("task_foods", None),
        ("", None),
        (None, None),
    ],
)
def test_an_intent_may_name_an_aspect(intent: str | None, aspect: str | None) -> None:
    assert aspect_of(intent) == aspect
    assert Clause(intent).aspect == aspect


def test_the_clauses_of_the_pipeline_are_taken_as_they_are(faq: Faq) -> None:
    clauses = [Clause("ask_foods", topics=("calcium",)), Clause("describe", asked=False)]
    data = {
        CLAUSES: [clause.as_data() for clause in clauses],
        "intent": {"name": "greet"},
        "entities": [{"entity": "topic", "value": "magnesium"}],
    }
    assert clauses_of(data, faq) == clauses


def entity(label: str, value: Any, start: int | None = None) -> dict[str, Any]:
    return {"entity": label, "value": value, **({} if start is None else {"start": start})}


@pytest.mark.parametrize("data", [{}, {CLAUSES: []}, {CLAUSES: None}])
def test_a_message_past_the_pipeline_is_one_clause(faq: Faq, data: dict[str, Any]) -> None:
    entities = [
        entity("topic", "Low Magnesium", 20),
        entity("topic", "calcium", 5),
        entity("topic", "magnesuim", 30),
        entity("body_part", "big toe"),
        entity("subject", "statines"),
    ]
    message = {**data, "intent": {"name": "ask_foods"}, "entities": entities}
    assert clauses_of(message, faq) == [
        Clause(
            "ask_foods",
            topics=("calcium", "magnesium"),
            body_parts=("foot",),
            subjects=("statins",),
        )
    ]


@pytest.mark.parametrize("value", [None, 1, ["magnesium", 1], {"a": None}, "unobtainium", ""])
def test_a_name_that_is_none_is_passed_over(faq: Faq, value: Any) -> None:
    message = {"intent": {"name": "ask_foods"}, "entities": [entity("topic", value)]}
    assert clauses_of(message, faq) == [Clause("ask_foods")]


@pytest.mark.parametrize("message", [{}, {"intent": None, "entities": None}])
def test_a_message_without_anything_asks_all_the_same(faq: Faq, message: dict[str, Any]) -> None:
    assert clauses_of(message, faq) == [Clause(None)]
