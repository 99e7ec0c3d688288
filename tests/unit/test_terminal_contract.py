"""What comes over the channel, as the terminal reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from tests.terminal import replies
from twitchwise.terminal.contract import About, Button, Refusal, Turn, Urgent, as_json, is_choice

OPEN_AND_CHOOSE = {"title": "Both", "payload": "q:both", "url": "https://health.example"}
NEITHER = {"title": "Neither"}


def turn_of(*messages: replies.Message, shown: str = "hello", **changed: Any) -> Turn:
    """Return the turn that the server would send for these messages."""
    sent = replies.turn("conversation-0123456789", "id-12345", shown, messages)
    return Turn.parse_obj({**sent, **changed})


def with_buttons(*buttons: dict[str, str], text: str = "What now?") -> replies.Message:
    return {**replies.said(text), "buttons": list(buttons)}


def titles(buttons: Sequence[Button]) -> list[str]:
    return [button.title for button in buttons]


@pytest.mark.parametrize(
    ("message", "is_urgent"),
    [(replies.emergency(), True), (replies.escalation(), True), (replies.answer(), False)],
)
def test_a_turn_is_urgent_by_its_outcome(message: replies.Message, is_urgent: bool) -> None:
    assert turn_of(message).is_urgent == is_urgent


@pytest.mark.parametrize("outcome", ["none", "advise", "conditional", "reminder", "", "new"])
def test_other_outcomes_are_not_urgent(outcome: str) -> None:
    assert not turn_of(replies.escalation(), outcome=outcome).is_urgent


def test_the_disclaimer_is_no_part_of_what_was_said() -> None:
    turn = turn_of(replies.said("one"), replies.said("two"))
    assert [said.text for said in turn.parts()] == ["one", "two"]
    assert turn.disclaimer == replies.DISCLAIMER


def test_choices_are_numbered_over_the_whole_turn() -> None:
    first = with_buttons(replies.choice("A", "a"), replies.choice("B", "b"))
    turn = turn_of(first, replies.said("no choice"), with_buttons(replies.choice("C", "c")))
    numbers = [[number for number, _ in choices] for _, choices, _ in turn.numbered_parts()]
    assert numbers == [[1, 2], [], [3]]
    assert titles(turn.choices) == ["A", "B", "C"]


def test_the_number_shown_is_the_choice_that_it_picks() -> None:
    turn = turn_of(
        with_buttons(replies.link("Call 112", "tel:112"), replies.choice("A", "a")),
        with_buttons(replies.choice("B", "b"), replies.link("Open", "https://x.example")),
    )
    shown = [pair for _, choices, _ in turn.numbered_parts() for pair in choices]
    assert shown == list(enumerate(turn.choices, start=1))
    assert titles(turn.choices) == ["A", "B"]


def test_links_are_opened_not_chosen() -> None:
    turn = turn_of(replies.emergency())
    assert turn.choices == ()
    ((_, choices, links),) = turn.numbered_parts()
    assert (choices, titles(links)) == ([], ["Call 112"])


@pytest.mark.parametrize("given", [OPEN_AND_CHOOSE, NEITHER, {"title": "Empty", "payload": ""}])
def test_only_a_button_that_sends_and_opens_nothing_is_a_choice(given: dict[str, str]) -> None:
    assert not is_choice(Button.parse_obj(given))


def test_a_button_that_sends_is_a_choice() -> None:
    assert is_choice(Button(title="A", payload="a"))


@pytest.mark.parametrize("kind", ["escalation", "advice", "new", "", None, 5])
def test_what_is_urgent_and_no_emergency_is_an_escalation(kind: object) -> None:
    """A newer server may have more kinds; none of them is passed over."""
    assert Urgent.parse_obj({"kind": kind, "text": "Go."}).kind == "escalation"
    assert Urgent.parse_obj({"kind": "emergency", "text": "Call."}).kind == "emergency"


@pytest.mark.parametrize("error", ["two\nlines", " two \n\n lines ", "two lines"])
def test_a_refusal_is_one_line(error: str) -> None:
    assert Refusal(error=error).error == "two lines"


def test_a_script_gets_what_the_contract_has() -> None:
    given = as_json(turn_of(replies.answer(), shown="low magnesium"))
    # As it is written down.
    assert json.loads(json.dumps(given)) == {
        "message": "low magnesium",
        "texts": [replies.answer()["text"]],
        "bullets": list(replies.BULLETS),
        "sources": [
            {"title": one.title, "publisher": one.publisher, "url": one.url}
            for one in replies.SOURCES
        ],
        "buttons": [
            {"title": title, "payload": payload, "url": None} for title, payload in replies.CHOICES
        ],
        "outcome": "none",
        "answer_ids": ["magnesium.link"],
        "disclaimer": replies.DISCLAIMER,
    }


def test_lists_that_are_empty_are_there() -> None:
    given = as_json(turn_of(replies.said("hello")))
    assert [given[name] for name in ("bullets", "sources", "buttons", "answer_ids")] == [()] * 4


def test_what_was_received_does_not_change() -> None:
    with pytest.raises(TypeError):
        turn_of(replies.said("hello")).outcome = "none"


@pytest.mark.parametrize("missing", ["id", "messages", "outcome", "texts", "disclaimer", "at"])
def test_a_turn_without_what_is_needed_is_refused(missing: str) -> None:
    given = replies.turn("conversation-0123456789", "id-12345", "hello", [])
    del given[missing]
    with pytest.raises(ValidationError):
        Turn.parse_obj(given)


@pytest.mark.parametrize("missing", ["contact", "crisis_phone", "starters", "questions"])
def test_a_server_may_have_nobody_to_reach_and_nothing_to_begin_with(missing: str) -> None:
    given = {**replies.ABOUT.as_dict()}
    del given[missing]
    assert not getattr(About.parse_obj(given), missing)
