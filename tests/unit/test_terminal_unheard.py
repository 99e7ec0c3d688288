"""What is said to a text that the server did not answer."""

from __future__ import annotations

import threading

import pytest

from twitchwise.dialogue import assessing
from twitchwise.terminal.contract import Urgent
from twitchwise.terminal.unheard import Unheard, told_after, urgent_reply

TEXTS = {
    "utter_escalation": "Please see a doctor.",
    "utter_emergency": "Call 112 now.",
    "utter_emergency_crisis": "Call somebody who listens.",
}
NUMB = "my foot is numb"
CHEST = "I cannot breathe and my chest hurts"


def told(text: str) -> tuple[str, str] | None:
    """Return what is said to a text, and of which kind it is."""
    urgent = urgent_reply(text, TEXTS)
    return (urgent.kind, urgent.text) if urgent is not None else None


@pytest.mark.parametrize("text", [NUMB, "My legs are getting weaker", "/numb", "/help\nnumb"])
def test_weakness_and_numbness_are_spoken_to(text: str) -> None:
    assert told(text) == ("escalation", "Please see a doctor.")


def test_an_emergency_is_spoken_to() -> None:
    assert told(CHEST) == ("emergency", "Call 112 now.")


def test_thoughts_of_suicide_have_words_of_their_own() -> None:
    assert told("I want to kill myself") == ("emergency", "Call somebody who listens.")


@pytest.mark.parametrize("text", ["hello", "can stress cause twitching", "q:mg.foods", "", "🦵"])
def test_other_texts_are_not(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(("text", "kind"), [(NUMB, "escalation"), (CHEST, "emergency")])
def test_where_there_are_no_texts_there_is_one_of_our_own(text: str, kind: str) -> None:
    urgent = urgent_reply(text, {})
    assert urgent is not None
    assert urgent.kind == kind
    assert len(urgent.text) > 20
    # Scripts get it in the line that says what failed.
    assert urgent.text.isprintable()


def test_a_text_that_cannot_be_judged_gets_the_safe_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(assessing, "assess", fail)
    assert told("hello") == ("escalation", "Please see a doctor.")


def test_it_is_told_once() -> None:
    shown: list[Urgent] = []
    unheard = Unheard(NUMB, shown.append, texts=TEXTS)
    unheard.tell()
    unheard.tell()
    assert [each.text for each in shown] == ["Please see a doctor."]


def test_nothing_is_told_where_nothing_is_urgent() -> None:
    shown: list[Urgent] = []
    Unheard("hello", shown.append, texts=TEXTS).tell()
    assert shown == []


def test_it_is_told_while_the_reply_is_waited_for() -> None:
    is_told = threading.Event()
    with told_after(0.01, Unheard(NUMB, lambda _: is_told.set(), texts=TEXTS).tell):
        assert is_told.wait(20)


def test_it_is_not_told_where_the_reply_came_in_time() -> None:
    shown: list[Urgent] = []
    with told_after(3600, Unheard(NUMB, shown.append, texts=TEXTS).tell):
        pass
    assert shown == []
    assert not [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
