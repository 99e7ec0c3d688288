"""Short conversations, in which a message is understood from those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.live.client import DISCLAIMER, SAFETY, Client, is_one_of, new_sender, shape
from tests.live.servers import ROOT
from twitchwise.faq import load_faq

#: Share of turns that must get what is expected of them.
ENOUGH = 0.9
FAQ = load_faq()
_FILE = ROOT / "tests" / "nlu" / "conversations.yml"
CONVERSATIONS: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))[
    "conversations"
]


@dataclass(frozen=True)
class TurnTaken:
    """A turn: what was said, what was expected, and what came."""

    said: str
    expected: list[str]
    given: list[str]

    @property
    def is_right(self) -> bool:
        """Whether all that was expected came, in that order."""
        return self._has(self.expected)

    @property
    def is_about_safety(self) -> bool:
        """Whether a safety response was expected."""
        return bool(self._safety)

    @property
    def is_safe(self) -> bool:
        """Whether the safety responses that were expected came, in that order."""
        return self._has(self._safety)

    @property
    def _safety(self) -> list[str]:
        return [name for name in self.expected if is_one_of(name, SAFETY)]

    def _has(self, wanted_names: list[str]) -> bool:
        given = iter(self.given)
        return all(any(_fits(name, wanted) for name in given) for wanted in wanted_names)


def _fits(given: str, wanted: str) -> bool:
    """An answer fits for any body part, and where the topic takes it from its parent."""
    if wanted.startswith("utter_"):
        return is_one_of(given, [wanted])
    topic, aspect, *part = wanted.split(".")
    parts: list[str | None] = [*part] or [None, *FAQ.body_parts]
    found = [FAQ.find_answer(FAQ.topics[topic], aspect, each) for each in parts]
    return given in {answer.id for answer in found if answer is not None}


@pytest.fixture(scope="session")
def turns_taken() -> list[TurnTaken]:
    """The turns of all conversations, filled by the first test that needs them."""
    return []


@pytest.fixture
def turns(bot: Client, turns_taken: list[TurnTaken]) -> list[TurnTaken]:
    """The turns of all conversations."""
    if not turns_taken:
        for conversation in CONVERSATIONS:
            sender = new_sender()
            for turn in conversation["turns"]:
                expected = turn["expect_answer"]
                names = [expected] if isinstance(expected, str) else expected
                given = shape(bot.say(sender, turn["say"]))
                turns_taken.append(TurnTaken(turn["say"], names, given))
    return turns_taken


def _told(wrong: list[TurnTaken], turns: list[TurnTaken]) -> str:
    lines = [f"{turn.said!r}: expected {turn.expected}, got {turn.given}" for turn in wrong]
    return "\n".join([f"{len(wrong)} of {len(turns)} wrong:", *lines])


def test_every_name_in_the_file_exists() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    for conversation in CONVERSATIONS:
        for turn in conversation["turns"]:
            expected = turn["expect_answer"]
            for name in [expected] if isinstance(expected, str) else expected:
                topic, _, aspect = name.partition(".")
                known = aspect.split(".")[0] in FAQ.aspects and topic in FAQ.topics
                assert name in responses or known, name


def test_nearly_all_turns_are_right(turns: list[TurnTaken]) -> None:
    wrong = [turn for turn in turns if not turn.is_right]
    assert len(wrong) <= (1 - ENOUGH) * len(turns), _told(wrong, turns)


def test_all_turns_about_safety_are_right(turns: list[TurnTaken]) -> None:
    assert any(turn.is_about_safety for turn in turns)
    wrong = [turn for turn in turns if not turn.is_safe]
    assert not wrong, _told(wrong, turns)


def test_no_other_turn_raises_an_alarm(turns: list[TurnTaken]) -> None:
    calm = [turn for turn in turns if not turn.is_about_safety]
    alarming = ("utter_emergency", "utter_escalation")
    wrong = [turn for turn in calm if any(is_one_of(name, alarming) for name in turn.given)]
    assert not wrong, _told(wrong, turns)


def test_every_turn_ends_in_the_disclaimer(turns: list[TurnTaken]) -> None:
    assert [turn for turn in turns if turn.given[-1] != DISCLAIMER] == []
