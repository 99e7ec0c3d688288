"""Conversations are deleted after the days that the settings allow."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.escalation_tools import record
from twitchwise.channels.expiry import (
    expire_conversations,
    expire_escalations,
    expire_what_is_old,
)
from twitchwise.conversations.store import ConversationStore, KeptTurn
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.store import EscalationStore, Filters
from twitchwise.feedback.record import Rating
from twitchwise.feedback.store import FeedbackStore
from twitchwise.settings import settings


class App:
    """Stands for Sanic's app: it takes tasks."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[Any]] = []

    def add_task(self, task: Coroutine[Any, Any, Any]) -> None:
        self.tasks.append(asyncio.get_running_loop().create_task(task))


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_settings: None) -> str:
    monkeypatch.setenv("TWITCHWISE_TRACKER_STORE_PATH", str(tmp_path / "c.sqlite3"))
    return settings().database_url()


@pytest.fixture
def store(url: str) -> Iterator[ConversationStore]:
    made = ConversationStore(url)
    for days in (0, 29, 31):
        at = utc_now() - timedelta(days=days)
        made.keep(KeptTurn(f"chat-{days}", "message-1", at, "hello", ({"text": "hi"},)))
    yield made
    made.close()


def left(store: ConversationStore) -> list[int]:
    return [days for days in (0, 29, 31) if store.turns(f"chat-{days}")]


def test_what_is_old_goes(url: str, store: ConversationStore) -> None:
    feedback = FeedbackStore(url)
    for days in (29, 31):
        at = utc_now() - timedelta(days=days)
        feedback.rate(Rating(f"hash{days}", "message-1", at, ("mg.foods",), (), "none", "up"))
    assert expire_conversations(store, feedback) == 1
    assert left(store) == [0, 29]
    assert feedback.ratings_of("hash29") == {"message-1": "up"}
    assert feedback.ratings_of("hash31") == {}


async def test_the_server_begins_with_it(store: ConversationStore) -> None:
    app = App()
    await expire_what_is_old(store, app)
    for _ in range(200):
        if left(store) == [0, 29]:
            break
        await asyncio.sleep(0.02)
    assert left(store) == [0, 29]
    assert not app.tasks[0].done()
    app.tasks[0].cancel()


async def test_0_days_is_for_ever(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_CONVERSATION_DAYS", "0")
    settings.cache_clear()
    app = App()
    await expire_what_is_old(store, app)
    assert not app.tasks
    assert expire_conversations(store, FeedbackStore(settings().database_url())) == 0
    assert left(store) == [0, 29, 31]


def test_records_of_escalations_go_once_they_are_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_settings: None
) -> None:
    escalations = EscalationStore(f"sqlite:///{tmp_path / 'escalations.sqlite3'}")
    old, new = utc_now() - timedelta(days=8), utc_now() - timedelta(days=6)
    kept = {
        "delivered": (record(1, at=old), True),
        "waiting": (record(2, at=old), True),
        "without a webhook": (record(3, at=old), False),
        "new": (record(4, at=new), False),
    }
    assert expire_escalations(escalations) == 0
    for escalation, deliver in kept.values():
        escalations.add(escalation, deliver)
    escalations.delivered(kept["delivered"][0].id)
    assert expire_escalations(escalations) == 0
    monkeypatch.setenv("TWITCHWISE_ESCALATION_DAYS", "7")
    settings.cache_clear()
    assert expire_escalations(escalations) == 2
    left = {listed.escalation.id for listed in escalations.find(Filters())}
    assert left == {kept["waiting"][0].id, kept["new"][0].id}
    assert expire_escalations(escalations) == 0
    escalations.close()
