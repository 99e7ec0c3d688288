"""Each message is handled once, however often it is sent; and forgetting waits for what runs."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from twitchwise.channels import database_thread
from twitchwise.channels import turns as module
from twitchwise.channels.incoming import Incoming, Refused
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import ConversationStore


class Rasa:
    """Stands for the guarded handler; waits while its gate is closed."""

    def __init__(self) -> None:
        self.heard: list[UserMessage] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.raises = False

    async def __call__(self, message: UserMessage) -> None:
        self.heard.append(message)
        await self.gate.wait()
        if self.raises:
            raise RuntimeError(message.text)
        await message.output_channel.send_response(
            message.sender_id, {"text": f"{len(self.heard)}: {message.text}"}
        )


def incoming(
    message_id: str = "message-1", text: str = "hello", sender: str = "chat-a"
) -> Incoming:
    return Incoming("a", sender, message_id, text, text)


async def forget(turns: Turns, sender: str = "chat-a") -> None:
    async with turns.forgetting(sender):
        pass


class Lock:
    """Another process that keeps the database for itself."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    made = ConversationStore(f"sqlite:///{tmp_path / 'conversations.sqlite3'}")
    yield made
    made.close()


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
def turns(rasa: Rasa, store: ConversationStore) -> Turns:
    return restarted(rasa, store)


def restarted(rasa: Rasa, store: ConversationStore) -> Turns:
    return Turns(rasa, store, channel="rest", seconds=5.0)


async def test_the_message_reaches_rasa_as_it_came(turns: Turns, rasa: Rasa) -> None:
    given = Incoming("a", "chat-a", "message-1", "q:mg.foods", "Which foods?", {"from": "page"})
    turn = await turns.take(given)
    heard = rasa.heard[0]
    assert (heard.text, heard.sender_id, heard.message_id) == ("q:mg.foods", "chat-a", "message-1")
    assert (heard.input_channel, heard.metadata) == ("rest", {"from": "page"})
    assert turn.said == "Which foods?"
    assert turn.messages == ({"text": "1: q:mg.foods"},)
    assert await turns.history("chat-a") == [turn]


async def test_a_message_sent_again_while_it_is_handled(turns: Turns, rasa: Rasa) -> None:
    rasa.gate.clear()
    both = [asyncio.ensure_future(turns.take(incoming())) for _ in range(2)]
    await asyncio.sleep(0.05)
    rasa.gate.set()
    assert await both[0] == await both[1]
    assert len(rasa.heard) == 1


async def test_a_message_sent_again_after_a_restart(
    turns: Turns, rasa: Rasa, store: ConversationStore
) -> None:
    first = await turns.take(incoming())
    again = await restarted(rasa, store).take(incoming())
    assert again == first
    assert len(rasa.heard) == 1
    assert len(await turns.history("chat-a")) == 1


async def test_the_same_id_in_another_conversation_is_another_message(
    turns: Turns, rasa: Rasa
) -> None:
    await turns.take(incoming())
    await turns.take(incoming(sender="chat-b"))
    assert len(rasa.heard) == 2


async def test_a_caller_that_goes_away_does_not_end_the_turn(turns: Turns, rasa: Rasa) -> None:
    rasa.gate.clear()

    async def call() -> None:
        await asyncio.shield(turns.take(incoming()))

    caller = asyncio.create_task(call())
    await asyncio.sleep(0.05)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    rasa.gate.set()
    await turns.take(incoming())
    assert len(rasa.heard) == 1
    assert len(await turns.history("chat-a")) == 1


async def test_a_turn_that_failed_is_tried_again(turns: Turns, rasa: Rasa) -> None:
    rasa.raises = True
    with pytest.raises(RuntimeError):
        await turns.take(incoming())
    rasa.raises = False
    assert (await turns.take(incoming())).messages[0]["text"] == "2: hello"


async def test_without_a_database_there_is_an_answer(
    rasa: Rasa, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no folder").write_text("a file", encoding="utf-8")
    broken = ConversationStore(f"sqlite:///{tmp_path / 'no folder' / 'x.sqlite3'}")
    turns = restarted(rasa, broken)
    with caplog.at_level(logging.DEBUG):
        turn = await turns.take(incoming(text="Zebulon twitches"))
    assert turn.messages[0]["text"] == "1: Zebulon twitches"
    assert "Zebulon" not in caplog.text
    # It waits in memory, and is not handled again.
    assert await turns.take(incoming(text="Zebulon twitches")) == turn
    assert len(rasa.heard) == 1
    assert await turns.history("chat-a") == [turn]


async def test_turns_wait_for_a_locked_database_and_are_stored_later(
    turns: Turns,
    rasa: Rasa,
    store: ConversationStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(database_thread, "_PAUSE_SECONDS", 0.2)
    await turns.take(incoming("message-0"))
    lock = Lock(tmp_path / "conversations.sqlite3")
    for number in (1, 2, 3):
        turn = await turns.take(incoming(f"message-{number}"))
        assert turn.messages
    lock.release()
    for _ in range(200):
        # In the database first, and a moment later known to be there.
        if len(store.turns("chat-a")) == 4 and not turns._unstored:
            break
        await asyncio.sleep(0.05)
    assert [turn.id for turn in store.turns("chat-a")] == [f"message-{n}" for n in range(4)]
    assert not turns._unstored


async def test_what_waits_in_memory_is_bounded(
    rasa: Rasa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 1000)
    (tmp_path / "no folder").write_text("a file", encoding="utf-8")
    turns = restarted(rasa, ConversationStore(f"sqlite:///{tmp_path / 'no folder' / 'x.sqlite3'}"))
    for number in range(10):
        await turns.take(incoming(f"message-{number}", "x" * 100))
    assert 0 < len(turns._unstored) < 10
    assert ("chat-a", "message-9") in turns._unstored


async def test_another_message_under_the_same_id_is_heard(
    turns: Turns, rasa: Rasa, store: ConversationStore
) -> None:
    """An id that a client uses twice must not hide what was said."""
    await turns.take(incoming(text="hello"))
    turn = await turns.take(incoming(text="my foot is numb"))
    assert turn.messages[0]["text"] == "2: my foot is numb"
    assert turn.id != "message-1"
    assert [kept.said for kept in store.turns("chat-a")] == ["hello", "my foot is numb"]
    rasa.gate.clear()
    both = [turns.take(incoming("message-2", text)) for text in ("one", "two")]
    await asyncio.sleep(0.05)
    rasa.gate.set()
    assert {(await task).said for task in both} == {"one", "two"}
    assert len(store.turns("chat-a")) == 4


async def test_a_conversation_without_an_id_is_not_stored(
    turns: Turns, rasa: Rasa, store: ConversationStore
) -> None:
    await turns.take(Incoming(None, "me", "message-1", "hello", "hello"))
    assert store.turns("me") == []
    await turns.take(incoming())
    assert len(store.turns("chat-a")) == 1


async def test_forgetting_waits_for_what_is_being_handled(turns: Turns, rasa: Rasa) -> None:
    rasa.gate.clear()
    turns.take(incoming())
    await asyncio.sleep(0.05)
    forgetting = asyncio.create_task(forget(turns))
    await asyncio.sleep(0.05)
    assert not forgetting.done()
    rasa.gate.set()
    await forgetting
    assert await turns.history("chat-a") == []
    await turns.take(incoming())
    assert len(rasa.heard) == 2


async def test_what_comes_while_it_is_forgotten_begins_a_conversation(
    turns: Turns, rasa: Rasa
) -> None:
    await turns.take(incoming())
    async with turns.forgetting("chat-a"):
        late = turns.take(incoming("message-2", "late"))
        other = turns.take(incoming(sender="chat-b"))
        await other
        await asyncio.sleep(0.05)
        assert not late.done()
        assert len(rasa.heard) == 2
    await late
    assert [turn.said for turn in await turns.history("chat-a")] == ["late"]


async def test_nothing_is_left_at_hand(turns: Turns) -> None:
    for number in range(12):
        await turns.take(incoming(f"message-{number}"))
    await asyncio.sleep(0)
    assert not turns._running
    assert not turns._unstored


async def test_forgetting_does_not_wait_for_what_waits_for_it(turns: Turns, rasa: Rasa) -> None:
    """Both come at once: the message has a task, but has not begun."""
    message = turns.take(incoming())
    await asyncio.wait_for(forget(turns), 10)
    await asyncio.wait_for(message, 10)
    await asyncio.wait_for(asyncio.gather(forget(turns), forget(turns)), 10)
    assert await turns.history("chat-a") == []


async def test_a_message_on_its_way_to_a_forgotten_conversation_is_refused(
    turns: Turns, rasa: Rasa
) -> None:
    async with turns.forgetting("chat-a", ["message-1"]):
        late = turns.take(incoming())
    with pytest.raises(Refused):
        await late
    with pytest.raises(Refused):
        await turns.take(incoming())
    await turns.take(incoming("message-2"))
    assert [message.message_id for message in rasa.heard] == ["message-2"]
    assert [turn.id for turn in await turns.history("chat-a")] == ["message-2"]
