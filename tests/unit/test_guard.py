"""The guard: whatever Rasa does, the turn is complete and safe."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from twitchwise.channels import guard
from twitchwise.channels.guard import complete_turn, guarded
from twitchwise.dialogue import assessing, names
from twitchwise.dialogue.responses import project_responses
from twitchwise.dialogue.turn_plan import lead_response
from twitchwise.safety import Assessment, Memory, Outcome, Person

LEADS = (names.EMERGENCY, names.ESCALATION)
SECRET = "my cousin Zebulon feels peculiar"


class NamesAsTexts:
    """Texts that are easily told apart."""

    def message_of(self, utter_action: str) -> dict[str, Any]:
        return {"text": f"text of {utter_action}", "utter_action": utter_action}


def response(name: str) -> dict[str, Any]:
    return {"text": f"said {name}", "utter_action": name}


ANSWER: dict[str, Any] = {"text": "an answer", "answer": {"answer_id": "magnesium.foods"}}


def completed(
    said: Sequence[dict[str, Any]], outcome: Outcome, person: Person = Person.SELF
) -> list[dict[str, Any]]:
    return complete_turn(said, Assessment(outcome, person=person), NamesAsTexts())


def actions(messages: Sequence[dict[str, Any]]) -> list[str]:
    return [message.get("utter_action") or message["text"] for message in messages]


def is_lead(action: str) -> bool:
    return any(action == name or action.startswith(f"{name}_") for name in LEADS)


def test_a_complete_turn_is_left_alone() -> None:
    said = [ANSWER, response(names.DISCLAIMER)]
    assert completed(said, Outcome.NONE) == said


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.NONE, [names.UNAVAILABLE]),
        (Outcome.REMINDER, [names.UNAVAILABLE, names.REMINDER]),
        (Outcome.CONDITIONAL, [names.UNAVAILABLE, names.CONDITIONAL]),
        (Outcome.ADVISE, [names.UNAVAILABLE]),
        (Outcome.ESCALATE, [names.ESCALATION]),
        (Outcome.EMERGENCY, [names.EMERGENCY]),
    ],
)
def test_silence_is_filled(outcome: Outcome, expected: list[str]) -> None:
    messages = completed([], outcome)
    assert actions(messages) == [*expected, names.DISCLAIMER]
    assert [m["text"] for m in messages] == [f"text of {m['utter_action']}" for m in messages]


@pytest.mark.parametrize("person", [Person.OTHER, Person.CHILD])
def test_a_missing_lead_is_worded_for_the_person(person: Person) -> None:
    assert actions(completed([ANSWER], Outcome.EMERGENCY, person)) == [
        f"utter_emergency_{person.value}",
        "an answer",
        names.DISCLAIMER,
    ]


def test_a_lead_that_rasa_said_is_kept_as_it_is() -> None:
    said = [response("utter_escalation_child"), ANSWER, response(names.DISCLAIMER)]
    assert completed(said, Outcome.ESCALATE, Person.OTHER) == said


def test_an_emergency_takes_the_place_of_an_escalation() -> None:
    said = [response(names.ESCALATION), ANSWER, response(names.DISCLAIMER)]
    assert actions(completed(said, Outcome.EMERGENCY)) == [
        names.EMERGENCY,
        "an answer",
        names.DISCLAIMER,
    ]


def test_an_escalation_never_takes_the_place_of_an_emergency() -> None:
    said = [response(names.EMERGENCY), response(names.DISCLAIMER)]
    for outcome in Outcome:
        assert completed(said, outcome) == said


def test_wrong_order_is_put_right() -> None:
    said = [response(names.DISCLAIMER), ANSWER, response(names.ESCALATION)]
    assert completed(said, Outcome.ESCALATE) == [said[2], said[1], said[0]]


def test_of_two_disclaimers_one_is_kept() -> None:
    said = [response(names.DISCLAIMER), ANSWER, response(names.DISCLAIMER)]
    assert actions(completed(said, Outcome.NONE)) == ["an answer", names.DISCLAIMER]


def test_two_answers_and_their_order_are_kept() -> None:
    other = {"text": "another answer"}
    assert completed([other, ANSWER], Outcome.NONE)[:2] == [other, ANSWER]


def all_that_may_be_said() -> Iterator[tuple[dict[str, Any], ...]]:
    """Yield every ordered choice of up to four things."""
    things = [
        ANSWER,
        *map(response, (*LEADS, "utter_emergency_child", "utter_escalation_other")),
        *map(response, (names.CONDITIONAL, names.REMINDER, names.SEE_DOCTOR)),
        response(names.DISCLAIMER),
    ]
    for count in range(5):
        yield from itertools.permutations(things, count)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_turn_is_complete_and_in_order(outcome: Outcome) -> None:
    for said, person in itertools.product(all_that_may_be_said(), Person):
        turn = actions(completed(said, outcome, person))
        where = f"{actions(said)} became {turn}"
        assert turn[-1] == names.DISCLAIMER, where
        assert turn.count(names.DISCLAIMER) == 1, where
        assert len(turn) >= 2, where
        leads = [action for action in turn if is_lead(action)]
        assert leads == turn[: len(leads)], where
        assert len(leads) <= 1, where
        wanted = lead_response(outcome, person.value)
        assert leads or wanted is None, where
        emergencies = [a for a in actions(said) if a.startswith(names.EMERGENCY)]
        if emergencies or outcome is Outcome.EMERGENCY:
            assert leads[0].startswith(names.EMERGENCY), where
        if outcome is Outcome.CONDITIONAL:
            assert leads or names.CONDITIONAL in turn, where
        others = [a for a in actions(said) if not is_lead(a) and a != names.DISCLAIMER]
        assert [action for action in turn if action in others] == others, where


# The whole guard round a handler.


@pytest.fixture(autouse=True)
def no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is recorded of a turn has tests of its own (test_escalating.py)."""

    async def record(*_: Any) -> None:
        return

    monkeypatch.setattr(guard, "record_turn", record)


Handler = Callable[[UserMessage], Awaitable[None]]


async def says(message: UserMessage, *what: dict[str, Any]) -> None:
    for each in what:
        await message.output_channel.send_response(message.sender_id, each)


async def reply_through_guard(handler: Handler, text: str = SECRET) -> list[str]:
    """Return the texts that reach the channel."""
    channel = CollectingOutputChannel()
    await guarded(handler)(UserMessage(text, channel, "someone"))
    return [message["text"] for message in channel.messages]


@pytest.fixture
def texts() -> dict[str, str]:
    found = project_responses()
    return {
        name: found.message_of(name)["text"]
        for name in (names.EMERGENCY, names.ESCALATION, names.UNAVAILABLE, names.DISCLAIMER)
    }


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> Callable[[Outcome], None]:
    """Let the guard's own assessment have a given outcome."""

    def let_be(wanted: Outcome) -> None:
        monkeypatch.setattr(guard, "assess_safely", lambda *_: Assessment(wanted))

    return let_be


async def test_what_rasa_says_reaches_the_channel_in_order(
    outcome: Callable[[Outcome], None], texts: dict[str, str]
) -> None:
    outcome(Outcome.NONE)

    async def handler(message: UserMessage) -> None:
        assert message.output_channel.name() == CollectingOutputChannel.name()
        await says(message, {"text": "one"}, {"text": "two"})

    assert await reply_through_guard(handler) == ["one", "two", texts[names.DISCLAIMER]]


async def test_buttons_and_metadata_pass(outcome: Callable[[Outcome], None]) -> None:
    outcome(Outcome.NONE)
    button = {"title": "Foods", "payload": "q:mg.foods"}

    async def handler(message: UserMessage) -> None:
        await says(message, {"text": "one", "buttons": [button]})

    channel = CollectingOutputChannel()
    await guarded(handler)(UserMessage("foods", channel, "someone"))
    assert channel.messages[0]["buttons"] == [button]
    assert channel.messages[0]["recipient_id"] == "someone"


async def test_a_handler_that_says_nothing(
    outcome: Callable[[Outcome], None], texts: dict[str, str]
) -> None:
    outcome(Outcome.NONE)

    async def handler(_: UserMessage) -> None:
        return

    expected = [texts[names.UNAVAILABLE], texts[names.DISCLAIMER]]
    assert await reply_through_guard(handler) == expected


async def test_a_handler_that_raises_and_its_log(
    outcome: Callable[[Outcome], None],
    texts: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    outcome(Outcome.EMERGENCY)

    async def handler(message: UserMessage) -> None:
        raise ValueError(f"cannot read {message.text}")

    with caplog.at_level(logging.DEBUG):
        said = await reply_through_guard(handler)
    assert said == [texts[names.EMERGENCY], texts[names.DISCLAIMER]]
    assert "ValueError" in caplog.text
    assert "Zebulon" not in caplog.text


async def test_what_was_said_before_a_failure_is_kept(
    outcome: Callable[[Outcome], None], texts: dict[str, str]
) -> None:
    outcome(Outcome.ESCALATE)

    async def handler(message: UserMessage) -> None:
        await says(message, response(names.ESCALATION), {"text": "an answer"})
        raise RuntimeError

    assert await reply_through_guard(handler) == [
        f"said {names.ESCALATION}",
        "an answer",
        texts[names.DISCLAIMER],
    ]


@pytest.mark.usefixtures("fresh_settings")
async def test_a_handler_that_hangs(
    outcome: Callable[[Outcome], None],
    texts: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("TWITCHWISE_TURN_SECONDS", "0.01")
    outcome(Outcome.ESCALATE)
    ended: list[str] = []

    async def handler(_: UserMessage) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    with caplog.at_level(logging.DEBUG):
        said = await reply_through_guard(handler)
    assert said == [texts[names.ESCALATION], texts[names.DISCLAIMER]]
    assert ended == ["cancelled"]
    assert "longer than" in caplog.text
    assert "Zebulon" not in caplog.text


async def test_a_handler_that_says_things_in_the_wrong_order(
    outcome: Callable[[Outcome], None],
) -> None:
    outcome(Outcome.EMERGENCY)

    async def handler(message: UserMessage) -> None:
        await says(message, response(names.DISCLAIMER), ANSWER, response(names.EMERGENCY))

    assert await reply_through_guard(handler) == [
        f"said {names.EMERGENCY}",
        "an answer",
        f"said {names.DISCLAIMER}",
    ]


async def test_an_assessment_that_fails_leads_to_the_safe_text(
    monkeypatch: pytest.MonkeyPatch, texts: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def fails(text: str, _: Memory, **__: Any) -> Assessment:
        raise RuntimeError(text)

    async def handler(message: UserMessage) -> None:
        await says(message, ANSWER)

    monkeypatch.setattr(assessing, "assess", fails)
    with caplog.at_level(logging.DEBUG):
        said = await reply_through_guard(handler)
    assert len(said) == 3
    assert said[0] in (texts[names.EMERGENCY], texts[names.ESCALATION])
    assert said[1:] == ["an answer", texts[names.DISCLAIMER]]
    assert "Zebulon" not in caplog.text


async def test_a_crisis_has_words_of_its_own() -> None:
    async def handler(_: UserMessage) -> None:
        raise RuntimeError

    said = await reply_through_guard(handler, "i want to kill myself")
    assert said[0] == project_responses().message_of("utter_emergency_crisis")["text"]


async def test_a_message_without_text(texts: dict[str, str]) -> None:
    async def handler(_: UserMessage) -> None:
        return

    expected = [texts[names.UNAVAILABLE], texts[names.DISCLAIMER]]
    assert await reply_through_guard(handler, "") == expected


async def test_the_guard_assesses_by_the_real_rules(texts: dict[str, str]) -> None:
    async def handler(message: UserMessage) -> None:
        await says(message, ANSWER)

    assert (await reply_through_guard(handler, "my foot is numb"))[0] == texts[names.ESCALATION]
    assert (await reply_through_guard(handler, "foods with magnesium"))[0] == "an answer"


def test_every_text_of_the_guard_is_in_the_domain(texts: dict[str, str]) -> None:
    found = project_responses()
    needed = [
        *texts,
        names.CONDITIONAL,
        names.REMINDER,
        *(f"{lead}_{person}" for lead in LEADS for person in ("other", "child")),
        *(f"{names.ESCALATION}{kind}_{names.AGAIN}" for kind in ("", "_other", "_child")),
        "utter_emergency_crisis",
    ]
    for name in needed:
        text = found.message_of(name)["text"]
        assert text, name
        assert "{" not in text, name
