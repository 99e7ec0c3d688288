"""Where the five articles differ: what must be said, and what must not."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.live.client import Client, text
from tests.live.servers import ROOT

_FILE = ROOT / "tests" / "data" / "contradictions.yml"
ENTRIES: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["contradictions"]
QUESTIONS = [(entry["id"], ask, entry) for entry in ENTRIES for ask in entry["ask"]]


def test_all_sixteen_contradictions_are_asked_about() -> None:
    assert {entry["id"] for entry in ENTRIES} == {f"c-{n:02}" for n in range(1, 17)}


@pytest.mark.parametrize(
    ("ask", "entry"),
    [(ask, entry) for _, ask, entry in QUESTIONS],
    ids=[f"{name} {ask}" for name, ask, _ in QUESTIONS],
)
def test_what_is_said_and_what_is_not(bot: Client, ask: str, entry: dict[str, Any]) -> None:
    said = text(bot.ask(ask)).lower()
    wanted = [[words] if isinstance(words, str) else words for words in entry["must_contain"]]
    missing = [words for words in wanted if not any(word in said for word in words)]
    assert not missing, said
    assert [words for words in entry["must_not_contain"] if words in said] == [], said
