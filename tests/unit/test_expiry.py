"""Conversations are deleted after the days that the settings allow."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from twitchwise.channels.expiry import expire, expire_conversations
from twitchwise.conversations.store import ConversationStore, KeptTurn
from twitchwise.escalations.record import utc_now
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
    assert expire(store, feedback) == 1
    assert left(store) == [0, 29]
    assert feedback.ratings_of("hash29") == {"message-1": "up"}
    assert feedback.ratings_of("hash31") == {}


async def test_the_server_begins_with_it(store: ConversationStore) -> None:
    app = App()
    await expire_conversations(store, app)
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
    await expire_conversations(store, app)
    assert not app.tasks
    assert left(store) == [0, 29, 31]
