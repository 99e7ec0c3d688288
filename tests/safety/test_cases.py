"""The outcome of each message in cases.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.safety.memories import memory_of
from twitchwise.safety import Outcome, assess

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("cases.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{group}-{case['text']}")
        for group, cases in CASES.items()
        for case in cases
    ],
)
def test_outcome(case: dict[str, Any]) -> None:
    found = assess(case["text"], memory_of(case))
    assert found.outcome is Outcome(case["outcome"]), (found.signs, found.context)
    assert found.outcomes[0] is found.outcome
    if "context" in case:
        assert found.context.value == case["context"]
    if "person" in case:
        assert found.person.value == case["person"]


def test_there_are_enough_cases_of_every_outcome() -> None:
    outcomes = [case["outcome"] for cases in CASES.values() for case in cases]
    assert len(CASES["agreed"]) == 62
    for outcome in Outcome:
        assert outcomes.count(outcome.value) >= 10
