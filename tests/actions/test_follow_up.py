"""The actions for messages that name nothing: "yes", "more", "the second one", "say that again"."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Action

from actions.answer import ActionAnswer
from actions.follow_up import (
    ActionAnswerOffered,
    ActionChoose,
    ActionMore,
    ActionRepeat,
    ActionSources,
)
from tests.actions.running import Ask
from twitchwise.faq import Faq
from twitchwise.faq.payloads import parse_payload

OFFERED = ["q:mg.foods", "q:mg.signs", "q:ca.role"]
NOTHING = {"answered": "nothing", "answer_names_red_flag": False}
#: Actions that answer something offered, and what they say where nothing is.
TAKING = [
    (ActionAnswerOffered(), "utter_ask_what"),
    (ActionMore(), "utter_no_more"),
    (ActionChoose(), "utter_ask_what"),
]


# "Yes", and "more".


@pytest.mark.parametrize("action", [ActionAnswerOffered(), ActionMore()])
def test_yes_and_more_answer_the_first_offer(ask: Ask, action: Action):
    said = ask(action, slots={"offered": OFFERED})

    assert said.answer_ids == ["magnesium.foods"]
    assert (said.slots["topic"], said.slots["aspect"]) == ("magnesium", "foods")


@pytest.mark.parametrize("text", ["ok", "Hm, right."])
def test_ok_offers_the_same_again(ask: Ask, text: str):
    said = ask(ActionAnswerOffered(), text=text, slots={"offered": [*OFFERED, "q:gone.foods"]})

    assert said.responses == ["utter_ask_what"]
    assert [button["payload"] for button in said.buttons] == OFFERED
    assert "offered" not in said.slots


@pytest.mark.parametrize("action", [ActionAnswerOffered(), ActionMore()])
def test_an_answer_that_names_weakness_is_reported(ask: Ask, action: Action):
    said = ask(action, slots={"offered": ["q:mg.signs"]})

    assert said.slots["answer_names_red_flag"] is True


@pytest.mark.parametrize("action", [ActionAnswerOffered(), ActionMore()])
def test_again_and_again_something_new_is_said(ask: Ask, action: Action):
    slots: dict[str, Any] = {"offered": ["q:mg.foods"], "recent_answers": ["magnesium.link"]}
    given = []
    for _ in range(4):
        said = ask(action, slots=slots)
        given += said.answer_ids
        slots.update(said.slots)
        assert parse_payload(slots["offered"][0])

    assert len(set(given)) == len(given) == 4


@pytest.mark.parametrize(("action", "response"), TAKING)
@pytest.mark.parametrize(
    "offered", [None, [], ["q:zz.foods"], ["q:mg.horoscope"], ["no payload"], [""]]
)
def test_where_nothing_is_offered_there_is_nothing_to_take(
    ask: Ask, action: Action, response: str, offered: list[str] | None
):
    said = ask(action, text="the first one", slots={"offered": offered})

    assert said.responses == [response]
    assert said.slots == NOTHING


@pytest.mark.parametrize("action", [ActionAnswerOffered(), ActionMore(), ActionRepeat()])
def test_the_movement_that_was_talked_of_is_kept(ask: Ask, action: Action):
    slots = {"movement": "leg_twitch", "offered": OFFERED, "last_answers": ["magnesium.role"]}
    said = ask(action, slots=slots)

    assert said.slots.get("movement", "leg_twitch") == "leg_twitch"


def test_a_movement_that_is_taken_up_becomes_the_one_talked_of(ask: Ask):
    said = ask(ActionAnswerOffered(), slots={"offered": ["q:ct.help"], "movement": "leg_twitch"})

    assert said.slots["movement"] == "calf_twitch"


# "The second one".


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("the first one", ["magnesium.foods"]),
        ("2", ["magnesium.signs"]),
        ("the last one please", ["calcium.role"]),
        ("both", ["magnesium.foods", "magnesium.signs"]),
        ("all of them", ["magnesium.foods", "magnesium.signs", "calcium.role"]),
    ],
)
def test_what_is_picked_is_answered_in_order(ask: Ask, text: str, answers: list[str]):
    said = ask(ActionChoose(), text=text, slots={"offered": OFFERED})

    assert said.answer_ids == answers
    assert said.slots["answered"] == " ".join(answers)
    assert all(not message["buttons"] for message in said.messages[:-1])


@pytest.mark.parametrize("text", ["", "the other one", "4", None])
def test_what_picks_nothing_is_asked_about(ask: Ask, text: str | None):
    said = ask(ActionChoose(), text=text, slots={"offered": OFFERED})

    assert said.responses == ["utter_ask_what"]
    assert said.slots["answered"] == "nothing"


# "Say that again".


def test_the_last_answers_are_said_again(ask: Ask):
    first = ask(ActionAnswer(), "ask_foods", topics=["magnesium", "calcium"])
    again = ask(ActionRepeat(), slots=first.slots)

    assert again.answer_ids == first.answer_ids
    assert again.texts == first.texts
    assert again.slots["answered"] == first.slots["answered"]


def test_an_answer_for_a_body_part_is_said_again_as_such(ask: Ask):
    said = ask(ActionRepeat(), slots={"last_answers": ["magnesium.link.foot"]})

    assert said.answer_ids == ["magnesium.link.foot"]


def test_saying_it_again_leaves_what_it_is_about(ask: Ask, faq: Faq):
    # What is said on seeing a doctor for low magnesium is said of all nutrients.
    first = ask(ActionAnswer(), "ask_see_doctor", topics=["magnesium"])
    assert first.answer_ids == ["deficiency.see_doctor"]
    slots = {**first.slots, **ask(ActionRepeat(), slots=first.slots).slots}
    then = ask(ActionAnswer(), "ask_foods", slots=slots)

    assert then.answer_ids == ["magnesium.foods"]


@pytest.mark.parametrize("last", [None, [], ["gone.foods"]])
def test_there_may_be_nothing_to_say_again(ask: Ask, last: list[str] | None):
    said = ask(ActionRepeat(), slots={"last_answers": last})

    assert said.responses == ["utter_ask_what"]
    assert said.slots["answered"] == "nothing"


# "Where is that from?"


def test_the_sources_of_the_last_answers_are_named(ask: Ask, faq: Faq):
    last = ["magnesium.foods", "calcium.foods"]
    (reply,) = ask(ActionSources(), slots={"last_answers": last}).messages
    answers = [faq.answer_with_id(answer) for answer in last]

    assert reply["response"] == "utter_sources"
    assert answers
    for answer in answers:
        assert answer is not None
        assert all(source.title in reply["sources"] for source in answer.sources)
    assert "Last checked on" in reply["sources"]
    # Rasa's channels would part the message at a blank line.
    assert "\n\n" not in reply["sources"]


@pytest.mark.parametrize("last", [None, [], ["gone.foods"]])
def test_without_an_answer_the_sources_come_later(ask: Ask, last: list[str] | None):
    said = ask(ActionSources(), slots={"last_answers": last})

    assert said.responses == ["utter_sources_later"]
    assert said.slots["answered"] == "nothing"


def test_what_was_offered_can_be_taken_up_after_the_sources(ask: Ask):
    first = ask(ActionAnswer(), "ask_foods", topics=["magnesium"])
    slots = {**first.slots, **ask(ActionSources(), slots=first.slots).slots}
    then = ask(ActionAnswerOffered(), slots=slots)

    assert then.answer_ids == ["magnesium.supplements"]


# Whatever it is, Rasa is told that the action worked.


@pytest.mark.parametrize(
    "action",
    [ActionAnswerOffered(), ActionMore(), ActionChoose(), ActionRepeat(), ActionSources()],
)
@pytest.mark.parametrize("slots", [{}, {"offered": OFFERED, "last_answers": ["magnesium.foods"]}])
def test_it_is_always_reported_what_was_answered(ask: Ask, action: Action, slots: dict[str, Any]):
    said = ask(action, text="2", slots=slots)

    assert said.messages
    assert said.slots["answered"]
    assert "answer_names_red_flag" in said.slots


def test_the_other_of_two_things_compared_is_answered(ask: Ask):
    slots = {
        "topic": "magnesium",
        "aspect": "signs",
        "last_answers": ["magnesium.signs"],
        "recent_answers": ["potassium.link", "magnesium.link", "magnesium.signs"],
        "offered": OFFERED,
    }
    said = ask(ActionChoose(), text="and the other one", slots=slots)

    assert said.answer_ids == ["potassium.signs"]
    assert said.slots["topic"] == "potassium"
