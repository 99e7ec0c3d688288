"""What the desk promises whatever the platform: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.channels.texts import is_urgent_texts, text_of
from twitchwise.channels.guard import guarded
from twitchwise.channels.incoming import Refused
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.platforms import desk as desk_module
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.desk import MessageDesk
from twitchwise.channels.platforms.inbound import Address, Event, Inbound
from twitchwise.channels.platforms.inbox import Inbox
from twitchwise.channels.platforms.platform import Platform, Route
from twitchwise.channels.platforms.received import Received
from twitchwise.channels.platforms.replies import Messages, Replies
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import ConversationStore
from twitchwise.escalations.record import utc_now
from twitchwise.rendering.dialects import PLAIN
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.settings import settings

NUMBER = "+49 170 0000000"


class Paper(Platform):
    """A platform that writes on paper."""

    name = "paper"
    limits = Limits(PLAIN, 400)

    def __init__(self) -> None:
        super().__init__({}, None)  # type: ignore[arg-type]
        self.written: list[tuple[int, str]] = []
        self.fails: list[Exception] = []

    def routes(self) -> Sequence[Route]:
        return []

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.written.append((number, part.text))

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.written]


@pytest.fixture
def paper() -> Paper:
    return Paper()


def make_desk(per_minute: int = 0) -> MessageDesk:
    memory = ConversationMemory()

    async def handle(message: Any) -> None:
        said = {"text": (message.text or "") + " and so on" * 60 * ("long" in message.text)}
        await message.output_channel.send_response(message.sender_id, said)

    replies = Replies(
        memory,
        turns=Turns(
            guarded(handle, memory),
            ConversationStore(settings().database_url()),
            channel="platforms",
            seconds=1.0,
        ),
        limit=RateLimit(per_minute, 0),
    )
    return MessageDesk(replies, Inbox(settings().database_url()), b"a key of the tests")


@pytest.fixture
async def desk(home: pytest.MonkeyPatch) -> AsyncIterator[MessageDesk]:
    made = make_desk()
    yield made
    await made.stop()


def inbound(text: str, message_id: str = "1", **more: Any) -> Inbound:
    return Inbound(message_id, NUMBER, "here", {"to": NUMBER}, text=text, **more)


async def quiet(desk: MessageDesk) -> None:
    for _ in range(2_000):
        if not len(desk._lanes):
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never ends")


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if is_so():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to be so")


def rows() -> list[Any]:
    engine = sa.create_engine(settings().database_url())
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM inbox").fetchall()
    engine.dispose()
    return list(found)


async def test_texts_and_numbers_are_dropped_once_answered(
    desk: MessageDesk, paper: Paper, tmp_path: Path
) -> None:
    await desk.take(paper, [inbound("my leg is numb")])
    assert NUMBER in str(rows()), "until then they are kept, as the server may die"
    await quiet(desk)
    assert is_urgent_texts(paper.texts)
    assert len(rows()) == 1
    assert NUMBER not in str(rows())
    assert "numb" not in str(rows())
    assert desk.sender(paper, inbound("x")).startswith("paper-")
    assert "170" not in desk.sender(paper, inbound("x"))


@pytest.mark.parametrize("broken", ["add", "done", "delivered"])
async def test_without_the_inbox_people_are_answered_all_the_same(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: Any) -> None:
        raise sa.exc.OperationalError("x", None, Exception("no database"))

    monkeypatch.setattr(desk._inbox, broken, fail)
    await desk.take(paper, [inbound("my leg is numb, tell me at long length")])
    await desk.take(paper, [inbound("my leg is numb, tell me at long length")])
    await quiet(desk)
    assert is_urgent_texts(paper.texts)
    assert [number for number, _ in paper.written] == list(range(len(paper.written)))


async def test_more_than_can_be_handled_is_not_acknowledged(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "MOST_WAITING", 2)
    many = [inbound("hello", str(number)) for number in range(3)]
    with pytest.raises(Refused) as raised:
        await desk.take(paper, many)
    assert raised.value.status == 503
    assert raised.value.headers["Retry-After"]
    await quiet(desk)
    assert not paper.written
    await desk.take(paper, many[:2])
    await quiet(desk)
    assert len(paper.written) == 2


async def test_a_part_that_was_not_delivered_is_sent_later_and_no_other_again(
    desk: MessageDesk, paper: Paper
) -> None:
    deliver, fails = paper.deliver, [Undelivered("paper is wet")]

    async def second_fails(address: Address, part: Part, number: int) -> None:
        if number == 1 and fails:
            raise fails.pop()
        await deliver(address, part, number)

    paper.deliver = second_fails  # type: ignore[method-assign]
    await desk.take(paper, [inbound("at long length")])
    await quiet(desk)
    assert [number for number, _ in paper.written] == [0]
    for _ in range(400):
        if len(paper.written) > 1 and not len(desk._lanes):
            break
        await asyncio.sleep(0.01)
    assert [number for number, _ in paper.written] == list(range(len(paper.written)))
    assert text_of("utter_disclaimer") in paper.texts[-1]


async def test_what_is_left_of_a_reply_goes_out_after_a_restart(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "_FIRST_PAUSE", 600.0)
    paper.fails = [Undelivered("paper is wet")]
    await desk.take(paper, [inbound("my leg is numb, at long length")])
    await quiet(desk)
    assert not paper.written
    await desk.stop()
    again = make_desk()
    await again.resume({"paper": paper})
    await again.resume({"paper": paper})
    await quiet(again)
    await again.stop()
    assert is_urgent_texts(paper.texts)
    assert [number for number, _ in paper.written] == list(range(len(paper.written)))


async def test_who_has_blocked_the_bot_is_left_alone(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "_FIRST_PAUSE", 0.01)
    paper.fails = [Undelivered("blocked", is_final=True)]
    await desk.take(paper, [inbound("hello")])
    await quiet(desk)
    assert not desk._later
    assert not paper.written
    assert NUMBER not in str(rows())


async def test_a_platform_that_breaks_is_asked_again(desk: MessageDesk, paper: Paper) -> None:
    paper.fails = [RuntimeError("broken")] * 2
    await desk.take(paper, [inbound("my leg is numb")])
    await until(lambda: is_urgent_texts(paper.texts))
    await quiet(desk)
    paper.fails = [RuntimeError("broken")] * 9
    await desk.take(paper, [inbound("hello", "2")])
    await until(lambda: len(paper.fails) == 5)
    await quiet(desk)
    assert not desk._later, "not for ever"
    assert NUMBER not in str(rows())


async def test_a_platform_that_breaks_is_named_by_the_kind_of_its_error(
    desk: MessageDesk, paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    paper.fails = [RuntimeError("Zebulon")]
    with caplog.at_level(logging.DEBUG, "twitchwise"):
        await desk.take(paper, [inbound("Zebulon twitches")])
        await quiet(desk)
    assert "paper failed: RuntimeError" in caplog.text
    assert "Zebulon" not in caplog.text


async def test_a_platform_without_its_person_holds_up_nobody_else(
    desk: MessageDesk, paper: Paper
) -> None:
    never = asyncio.Event()
    deliver = paper.deliver

    async def hangs(address: Address, part: Part, number: int) -> None:
        if address["to"] == NUMBER:
            await never.wait()
        await deliver(address, part, number)

    paper.deliver = hangs  # type: ignore[method-assign]
    await desk.take(paper, [inbound("hello", str(number)) for number in range(40)])
    other = replace(inbound("hello", "other"), person="bob", address={"to": "bob"})
    await desk.take(paper, [other])
    for _ in range(400):
        if paper.written:
            break
        await asyncio.sleep(0.01)
    assert len(paper.written) == 1
    never.set()
    await quiet(desk)
    assert len(paper.written) == 41


@pytest.mark.parametrize("text", ["STOP", "forget me"])
async def test_nothing_that_waits_is_sent_after_it(
    desk: MessageDesk, paper: Paper, text: str
) -> None:
    paper.fails = [Undelivered("paper is wet")]
    await desk.take(paper, [inbound("Zebulon twitches", "1")])
    await quiet(desk)
    event = Event.STOP if text == "STOP" else Event.MESSAGE
    await desk.take(paper, [inbound(text, "2", event=event)])
    await quiet(desk)
    # Longer than the pause after which it would be tried again.
    await asyncio.sleep(0.3)
    await quiet(desk)
    assert "Zebulon" not in str(paper.texts)
    assert "Zebulon" not in str(rows())
    assert not desk._later


async def test_stop_is_followed_by_nothing(desk: MessageDesk, paper: Paper) -> None:
    await desk.take(paper, [inbound("STOP", event=Event.STOP)])
    await quiet(desk)
    assert not paper.written


async def test_an_answer_in_the_response_is_the_same_the_second_time(
    desk: MessageDesk, paper: Paper
) -> None:
    first = await desk.answer(paper, inbound("my leg is numb"))
    assert await desk.answer(paper, inbound("my leg is numb")) == first
    assert is_urgent_texts([part.text for part in first])


async def test_an_answer_in_the_response_comes_in_time(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "_ANSWER_SECONDS", 0.05)
    replies, made = desk._replies, asyncio.Event()
    to = replies.to

    async def slow(received: Received) -> Messages:
        await made.wait()
        return await to(received)

    monkeypatch.setattr(replies, "to", slow)
    parts = await desk.answer(paper, inbound("my leg is numb"))
    assert is_urgent_texts([part.text for part in parts])
    parts = await desk.answer(paper, inbound("hello", "2"))
    assert text_of("utter_answer_unavailable") in parts[0].text
    made.set()
    await quiet(desk)
    assert not desk._waiting[paper.name]


async def test_an_answer_that_breaks_says_what_is_urgent(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_: Received) -> Messages:
        raise RuntimeError

    monkeypatch.setattr(desk._replies, "to", breaks)
    parts = await desk.answer(paper, inbound("my leg is numb"))
    assert is_urgent_texts([part.text for part in parts])


async def test_the_pictures_of_an_album_get_one_reply(desk: MessageDesk, paper: Paper) -> None:
    album = [inbound("", str(number), event=Event.MEDIA) for number in range(4)]
    other = replace(inbound("", "5", event=Event.MEDIA), person="bob")
    await desk.take(paper, [*album, other])
    await quiet(desk)
    assert len(paper.texts) == 2
    await desk.take(paper, [inbound("my leg is numb", "6")])
    await quiet(desk)
    assert is_urgent_texts(paper.texts[2:])


async def test_a_number_beyond_the_choices(desk: MessageDesk, paper: Paper) -> None:
    await desk.take(paper, [inbound("", "1", event=Event.JOIN), inbound("7", "2")])
    await quiet(desk)
    assert text_of("utter_no_such_choice") in " ".join(paper.texts[-1].split())
    await desk.take(paper, [inbound("2", "3")])
    await quiet(desk)
    assert paper.texts[-1].startswith("q:tw.nutrients"), "the choices are still there"


async def test_forget_me_is_heard_above_the_limit(paper: Paper, home: pytest.MonkeyPatch) -> None:
    desk = make_desk(per_minute=1)
    await desk.take(paper, [inbound("hello", str(number)) for number in range(4)])
    await quiet(desk)
    assert len(paper.texts) == 2
    await desk.take(paper, [inbound("forget me", "5")])
    await quiet(desk)
    await desk.stop()
    assert text_of("utter_forgotten") in " ".join(paper.texts[-1].split())


async def test_numbers_are_those_of_the_last_turn(desk: MessageDesk, paper: Paper) -> None:
    await desk.take(paper, [inbound("", "1", event=Event.JOIN)])
    await quiet(desk)
    assert "1. Why do muscles twitch?" in paper.texts[-1]
    await desk.take(paper, [inbound("2", "2")])
    await quiet(desk)
    assert paper.texts[-1].startswith("q:tw.nutrients")
    await desk.take(paper, [inbound("2", "3")])
    await quiet(desk)
    assert paper.texts[-1].startswith("2")


async def test_old_texts_and_ids_are_dropped(desk: MessageDesk, paper: Paper) -> None:
    paper.fails = [Undelivered("paper is wet")]
    await desk.take(paper, [inbound("Zebulon twitches")])
    await quiet(desk)
    now = utc_now()
    day = timedelta(days=1)
    desk._inbox.expire(now - day, now - day)
    assert "Zebulon" in str(rows()), "it may still be answered"
    desk._inbox.expire(now + day, now - day)
    assert len(rows()) == 1
    assert "Zebulon" not in str(rows())
    desk._inbox.expire(now + day, now + day)
    assert not rows()


async def test_forgetting_takes_what_waits_as_well(desk: MessageDesk, paper: Paper) -> None:
    paper.fails = [Undelivered("paper is wet")] * 3
    await desk.take(paper, [inbound("Zebulon twitches", "1")])
    await quiet(desk)
    assert "Zebulon" in str(rows())
    paper.fails = []
    await desk.take(paper, [inbound("forget me", "2")])
    await quiet(desk)
    assert "Zebulon" not in str(rows())


async def test_who_hangs_up_is_answered_all_the_same(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = desk._inbox.add

    def slow(*given: Any) -> bool:
        time.sleep(0.1)
        return add(*given)

    monkeypatch.setattr(desk._inbox, "add", slow)
    call = asyncio.create_task(desk.take(paper, [inbound("my leg is numb")]))
    await asyncio.sleep(0.02)
    again = asyncio.create_task(desk.take(paper, [inbound("my leg is numb")]))
    call.cancel()
    await asyncio.sleep(0)
    assert not again.done(), "what is not written down is not acknowledged"
    await again
    await desk.take(paper, [inbound("my leg is numb")])
    await quiet(desk)
    assert is_urgent_texts(paper.texts)
    assert len(paper.written) == len({number for number, _ in paper.written})


async def died(desk: MessageDesk, paper: Paper, *inbounds: Inbound) -> None:
    """Take messages in, and die before a word is delivered."""
    paper.fails = [Undelivered("paper is wet")] * len(inbounds)
    await desk.take(paper, inbounds)
    await quiet(desk)
    await desk.stop()
    assert not paper.written


async def test_what_comes_again_just_after_a_restart_is_answered_once(
    desk: MessageDesk, paper: Paper
) -> None:
    await died(desk, paper, inbound("my leg is numb"))
    again = make_desk()
    await asyncio.gather(
        again.resume({"paper": paper}), again.take(paper, [inbound("my leg is numb")])
    )
    await quiet(again)
    await again.take(paper, [inbound("my leg is numb")])
    await quiet(again)
    await again.stop()
    assert is_urgent_texts(paper.texts)
    assert len(paper.written) == len({number for number, _ in paper.written})


async def test_what_is_left_is_answered_once_the_database_can_be_read(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await died(desk, paper, inbound("my leg is numb"))
    again = make_desk()
    unanswered, fails = again._inbox.unanswered, [True, True]

    def locked(since: Any) -> Any:
        if fails:
            fails.pop()
            raise sa.exc.OperationalError("x", None, Exception("locked"))
        return unanswered(since)

    monkeypatch.setattr(again._inbox, "unanswered", locked)
    monkeypatch.setattr(again._database, "_pause", lambda: None)
    monkeypatch.setattr(desk_module, "_AGAIN_SECONDS", 0.01)
    await again.resume({"paper": paper})
    await quiet(again)
    await again.stop()
    assert is_urgent_texts(paper.texts)


async def test_a_row_of_another_version_keeps_no_other_unanswered(
    desk: MessageDesk, paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    await died(desk, paper, inbound("Zebulon", "1"), inbound("my leg is numb", "2"))
    with sa.create_engine(settings().database_url()).begin() as connection:
        connection.exec_driver_sql(
            "UPDATE inbox SET inbound = replace(inbound, 'place', 'spot')"
            " WHERE inbound LIKE '%Zebulon%'"
        )
    again = make_desk()
    await again.resume({"paper": paper})
    await quiet(again)
    await again.stop()
    assert is_urgent_texts(paper.texts)
    assert "cannot be read: TypeError" in caplog.text
    assert "Zebulon" not in caplog.text


async def test_what_was_taken_in_before_a_restart_is_not_too_much(
    desk: MessageDesk, paper: Paper
) -> None:
    await died(desk, paper, *(inbound(f"message {n}", str(n)) for n in range(5)))
    again = make_desk(per_minute=2)
    await again.resume({"paper": paper})
    await quiet(again)
    await again.stop()
    assert [n for n in range(5) if f"message {n}" in str(paper.texts)] == list(range(5))


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_number_that_is_answered_later_stands_for_what_it_stood_for(
    desk: MessageDesk, paper: Paper, is_restarted: bool
) -> None:
    await desk.take(paper, [inbound("", "1", event=Event.JOIN)])
    await quiet(desk)
    paper.written.clear()
    if is_restarted:
        await died(desk, paper, inbound("2", "2"))
        desk = make_desk()
        await desk.resume({"paper": paper})
    else:
        paper.fails = [Undelivered("paper is wet")]
        await desk.take(paper, [inbound("2", "2")])
    await until(lambda: bool(paper.written))
    await quiet(desk)
    await desk.stop()
    assert [text.startswith("q:tw.nutrients") for text in paper.texts] == [True]


async def test_a_number_answered_in_the_response_gets_the_same_reply_again(
    desk: MessageDesk, paper: Paper
) -> None:
    await desk.answer(paper, inbound("", "1", event=Event.JOIN))
    first = await desk.answer(paper, inbound("2", "2"))
    assert first[-1].text.startswith("q:tw.nutrients")
    assert await desk.answer(paper, inbound("2", "2")) == first


async def test_what_is_said_after_forget_me_is_not_forgotten(
    desk: MessageDesk, paper: Paper
) -> None:
    paper.fails = [Undelivered("paper is wet")] * 2
    await desk.take(paper, [inbound("forget me", "1")])
    await quiet(desk)
    await desk.take(paper, [inbound("my leg is numb", "2")])
    await until(lambda: len(paper.written) >= 2 and not len(desk._lanes) and not desk._later)
    assert text_of("utter_forgotten") in str(paper.texts)
    assert is_urgent_texts([text for text in paper.texts if text_of("utter_forgotten") not in text])
    sender = desk.sender(paper, inbound(""))
    assert [turn.said for turn in await desk._replies._turns.history(sender)] == ["my leg is numb"]


@pytest.mark.parametrize("text", ["STOP", "forget me"])
async def test_what_has_come_meanwhile_is_still_written_down(
    desk: MessageDesk, paper: Paper, text: str
) -> None:
    event = Event.STOP if text == "STOP" else Event.MESSAGE
    paper.fails = [Undelivered("paper is wet")] * 3
    many = [inbound("Zebulon", "1"), inbound(text, "2", event=event), inbound("numb", "3")]
    await desk.take(paper, many)
    await quiet(desk)
    assert "Zebulon" not in str(rows())
    assert "numb" in str(rows())


async def test_no_id_that_a_platform_gave_is_kept(desk: MessageDesk, paper: Paper) -> None:
    # WhatsApp's ids hold the number, Telegram's the person's id.
    await desk.take(paper, [inbound("hello", f"wamid.{NUMBER}")])
    await desk.answer(paper, inbound("hello", f"answer.{NUMBER}"))
    await quiet(desk)
    with sa.create_engine(settings().database_url()).connect() as connection:
        turns = connection.exec_driver_sql("SELECT * FROM turns").fetchall()
    assert len(turns) == 2
    assert NUMBER not in str([*turns, *rows()])


async def test_an_edit_without_words_is_left_alone(desk: MessageDesk, paper: Paper) -> None:
    await desk.take(paper, [inbound("", "1", event=Event.MEDIA)])
    await quiet(desk)
    said = list(paper.texts)
    assert said
    # A live location is edited every few seconds.
    await desk.take(paper, [inbound("", "1:2", event=Event.MEDIA, edits="1")])
    await quiet(desk)
    assert paper.texts == said


async def test_a_platform_with_too_much_waiting_leaves_room_for_others(
    desk: MessageDesk, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "MOST_WAITING", 2)
    never = asyncio.Event()

    async def hangs(*_: Any) -> None:
        await never.wait()

    full = Paper()
    full.name = "full"  # type: ignore[misc]
    full.deliver = hangs  # type: ignore[method-assign,assignment]
    await desk.take(full, [inbound("hello", str(number)) for number in range(2)])
    with pytest.raises(Refused):
        await desk.take(full, [inbound("hello", "3")])
    await desk.take(paper, [inbound("my leg is numb")])
    await until(lambda: is_urgent_texts(paper.texts))
    never.set()
    await quiet(desk)
    await desk.take(full, [inbound("hello", "3")])
