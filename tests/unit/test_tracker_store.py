"""The tracker store: nothing is lost, nothing is stored twice, nobody else's turn is overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from twitchwise.dialogue.tracker_store import SettingsTrackerStore
from twitchwise.settings import settings

DOMAIN = Domain.from_dict({"slots": {"topic": {"type": "text", "mappings": [{"type": "custom"}]}}})


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TWITCHWISE_TRACKER_STORE_PATH", str(tmp_path / "some" / "talks.sqlite3"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def turn(number: int) -> list[Event]:
    return [
        UserUttered(f"question {number}", {"name": "ask_foods"}),
        SlotSet("topic", f"topic {number}"),
        BotUttered(f"answer {number}"),
        ActionExecuted("action_listen"),
    ]


async def add(store: SettingsTrackerStore, *events: Event, sender: str = "me") -> None:
    tracker = await store.get_or_create_tracker(sender)
    tracker.update_with_events(list(events), DOMAIN)
    await store.save(tracker)


async def texts(store: SettingsTrackerStore, sender: str = "me") -> list[str | None]:
    tracker = await store.retrieve_full_tracker(sender)
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_every_turn_is_stored_once() -> None:
    store = SettingsTrackerStore(DOMAIN)
    for number in range(7):
        await add(store, *turn(number))
    assert await texts(store) == [f"question {number}" for number in range(7)]


async def test_an_unknown_conversation_has_no_tracker() -> None:
    assert await SettingsTrackerStore(DOMAIN).retrieve("nobody") is None


async def test_another_store_reads_what_was_stored() -> None:
    await add(SettingsTrackerStore(DOMAIN), *turn(1))
    tracker = await SettingsTrackerStore(DOMAIN).retrieve("me")
    assert tracker is not None
    assert tracker.get_slot("topic") == "topic 1"


async def test_a_turn_of_another_process_is_seen() -> None:
    here, there = SettingsTrackerStore(DOMAIN), SettingsTrackerStore(DOMAIN)
    await add(here, *turn(1))
    await add(there, *turn(2))
    await add(here, *turn(3))
    assert await texts(here) == ["question 1", "question 2", "question 3"]


async def test_a_turn_that_failed_leaves_nothing() -> None:
    store = SettingsTrackerStore(DOMAIN)
    await add(store, *turn(1))
    lost = await store.get_or_create_tracker("me")
    lost.update_with_events(turn(2), DOMAIN)  # The turn fails before it is saved.
    await add(store, *turn(3))
    assert await texts(store) == ["question 1", "question 3"]


async def test_a_new_session_begins_with_its_own_events_alone() -> None:
    store = SettingsTrackerStore(DOMAIN)
    await add(store, *turn(1))
    await add(store, *turn(2), SessionStarted(), SlotSet("topic", "kept"))
    tracker = await store.retrieve("me")
    assert isinstance(tracker, DialogueStateTracker)
    assert not any(isinstance(event, UserUttered) for event in tracker.events)
    assert tracker.get_slot("topic") == "kept"
    await add(store, *turn(3))
    assert await texts(store) == ["question 1", "question 2", "question 3"]


async def test_conversations_do_not_mix() -> None:
    store = SettingsTrackerStore(DOMAIN)
    for sender in ("me", "you", "me"):
        await add(store, *turn(len(sender)), sender=sender)
    assert len(await texts(store, "me")) == 2
    assert len(await texts(store, "you")) == 1
