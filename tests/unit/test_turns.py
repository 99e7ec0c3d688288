"""Each message is handled once, however often it is sent; and forgetting waits for what runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from twitchwise.channels import turns as module
from twitchwise.channels.database_thread import DatabaseThread, DatabaseUnavailable
from twitchwise.channels.incoming import Incoming
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
    return Turns(rasa, store, DatabaseThread("test", 5.0), "rest")


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


async def test_without_a_database_there_is_an_answer_once(
    rasa: Rasa, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no folder").write_text("a file", encoding="utf-8")
    broken = ConversationStore(f"sqlite:///{tmp_path / 'no folder' / 'x.sqlite3'}")
    turns = restarted(rasa, broken)
    with caplog.at_level(logging.DEBUG):
        turn = await turns.take(incoming(text="Zebulon twitches"))
    assert turn.messages[0]["text"] == "1: Zebulon twitches"
    assert await turns.take(incoming()) == turn
    assert len(rasa.heard) == 1
    assert "Zebulon" not in caplog.text
    with pytest.raises(DatabaseUnavailable):
        await turns.history("chat-a")


async def test_forgetting_waits_for_what_is_being_handled(turns: Turns, rasa: Rasa) -> None:
    rasa.gate.clear()
    turns.take(incoming())
    await asyncio.sleep(0.05)
    forgetting = asyncio.create_task(turns.forget("chat-a"))
    await asyncio.sleep(0.05)
    assert not forgetting.done()
    rasa.gate.set()
    await forgetting
    assert await turns.history("chat-a") == []
    await turns.take(incoming())
    assert len(rasa.heard) == 2


async def test_turns_at_hand_are_bounded(
    turns: Turns, rasa: Rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RECENT", 5)
    for number in range(12):
        await turns.take(incoming(f"message-{number}"))
    assert len(turns._recent) == 5
    # What is no longer at hand is in the database.
    await turns.take(incoming("message-0"))
    assert len(rasa.heard) == 12
