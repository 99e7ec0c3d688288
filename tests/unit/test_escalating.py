"""Which turns of the guard make a record, and that the reply never depends on it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from twitchwise.channels import escalating
from twitchwise.channels.guard import guarded
from twitchwise.escalations import recorder as recording
from twitchwise.escalations.record import Escalation
from twitchwise.escalations.store import EscalationStore, Filters
from twitchwise.settings import settings


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EscalationStore]:
    monkeypatch.setenv("TWITCHWISE_ESCALATIONS_PATH", str(tmp_path / "escalations.sqlite3"))
    monkeypatch.setenv("TWITCHWISE_HASH_KEY", "a key that only this test has, long enough")
    settings.cache_clear()
    recording.project_recorder.cache_clear()
    store = EscalationStore(settings().escalations_database_url())
    yield store
    store.close()
    settings.cache_clear()
    recording.project_recorder.cache_clear()


async def says_nothing(_: UserMessage) -> None:
    return


async def say(text: str, message_id: str | None = None, sender: str = "someone") -> list[Any]:
    channel = CollectingOutputChannel()
    message = UserMessage(text, channel, sender, input_channel="rest", message_id=message_id)
    await guarded(says_nothing)(message)
    return list(channel.messages)


def found(store: EscalationStore) -> list[Escalation]:
    return [entry.escalation for entry in store.find(Filters())] if store.exists() else []


@pytest.mark.parametrize(
    ("text", "outcome", "signs"),
    [
        ("my foot is numb", "escalate", ("numbness",)),
        ("i can't breathe", "emergency", ("breathing",)),
        ("can low b12 cause numbness?", "conditional", ("numbness",)),
    ],
)
async def test_what_escalates_is_recorded(
    store: EscalationStore, text: str, outcome: str, signs: tuple[str, ...]
) -> None:
    await say(text)
    (record,) = found(store)
    assert (record.outcome, record.signs, record.channel) == (outcome, signs, "rest")
    assert record.text is None
    assert "someone" not in record.conversation
    assert len(record.rules_version) == 12


@pytest.mark.parametrize("text", ["foods with magnesium", "no numbness", "my calf hurts", ""])
async def test_nothing_else_is(store: EscalationStore, text: str) -> None:
    await say(text)
    assert found(store) == []


async def test_a_message_handled_twice_is_one_record(store: EscalationStore) -> None:
    for _ in range(2):
        await say("my foot is numb", message_id="the same")
    await say("my foot is numb", message_id="another")
    assert len(found(store)) == 2


async def test_the_text_is_kept_where_the_operator_says_so(
    store: EscalationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_ESCALATION_TEXTS", "true")
    settings.cache_clear()
    await say("my foot is numb")
    assert [record.text for record in found(store)] == ["my foot is numb"]


async def test_a_recorder_that_fails_does_not_keep_the_reply(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Any:
        raise OSError("my cousin Zebulon")

    monkeypatch.setattr(escalating, "project_recorder", fails)
    with caplog.at_level(logging.DEBUG):
        said = await say("my foot is numb")
    assert said[0]["text"].startswith("Please see a doctor")
    assert "OSError" in caplog.text
    assert "Zebulon" not in caplog.text


async def test_the_guard_remembers_on_its_own(store: EscalationStore) -> None:
    """Rasa says nothing here: what is remembered is the guard's."""
    channel = CollectingOutputChannel()
    handle = guarded(says_nothing)
    for text in ("my foot is numb", "now it is my whole left side"):
        await handle(UserMessage(text, channel, "someone", input_channel="rest"))
    assert {record.outcome for record in found(store)} == {"escalate", "emergency"}
