"""Kept turns: history, forgetting, and expiry, on real databases."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError

from twitchwise.conversations import store as module
from twitchwise.conversations.store import ConversationStore, KeptTurn

NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
SECRET = "quokkaberry"


def kept(conversation: str, message_id: str, at: datetime = NOW, said: str = "hello") -> KeptTurn:
    messages = ({"text": f"reply to {said} 🦶", "metadata": {"utter_action": "utter_greet"}},)
    return KeptTurn(conversation, message_id, at, said, messages)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[ConversationStore]:
    made = ConversationStore(f"sqlite:///{path}")
    yield made
    made.close()


async def rasa_keeps(path: Path, conversation: str, text: str) -> None:
    """Let Rasa's own store write a conversation."""
    store = SQLTrackerStore(domain=Domain.empty(), host=f"sqlite:///{path}")
    tracker = DialogueStateTracker(conversation, [])
    tracker.update(UserUttered(text))
    await store.save(tracker)
    store.engine.dispose()


def events_of(path: Path, conversation: str) -> int:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(
            "SELECT count(*) FROM events WHERE sender_id = ?", (conversation,)
        ).fetchone()
        return int(found[0])
    finally:
        connection.close()


def test_nothing_is_read_or_made_before_something_is_kept(
    store: ConversationStore, path: Path
) -> None:
    assert store.turns("a") == []
    assert store.turn("a", "1") is None
    assert not path.exists()


def test_turns_come_back_as_they_were_in_order(store: ConversationStore) -> None:
    first, second = kept("a", "1"), kept("a", "2", NOW - timedelta(hours=1))
    for turn in (first, second, kept("b", "1", said="another")):
        store.keep(turn)
    assert store.turns("a") == [first, second]
    assert store.turn("a", "2") == second
    assert store.turn("a", "3") is None


def test_a_message_is_kept_once(store: ConversationStore) -> None:
    store.keep(kept("a", "1", said="first"))
    store.keep(kept("a", "1", said="second"))
    assert [turn.said for turn in store.turns("a")] == ["first"]


async def test_forgetting_leaves_no_byte(store: ConversationStore, path: Path) -> None:
    for number in range(30):
        store.keep(kept("a", str(number), said=f"{SECRET} {number}"))
    store.keep(kept("b", "1", said="stays"))
    await rasa_keeps(path, "a", SECRET)
    await rasa_keeps(path, "b", "stays")
    assert any(SECRET.encode() in file.read_bytes() for file in path.parent.iterdir())
    store.forget("a")
    assert store.turns("a") == []
    assert events_of(path, "a") == 0
    assert [turn.said for turn in store.turns("b")] == ["stays"]
    assert events_of(path, "b") == 1
    assert not any(SECRET.encode() in file.read_bytes() for file in path.parent.iterdir())
    store.forget("a")


def test_what_was_quiet_for_long_is_deleted_whole(store: ConversationStore) -> None:
    old = NOW - timedelta(days=31)
    store.keep(kept("quiet", "1", old))
    store.keep(kept("alive", "1", old))
    store.keep(kept("alive", "2", NOW))
    assert store.forget_older_than(NOW - timedelta(days=30)) == 1
    assert store.turns("quiet") == []
    assert len(store.turns("alive")) == 2


async def test_what_only_rasa_keeps_expires_too(store: ConversationStore, path: Path) -> None:
    await rasa_keeps(path, "me", "hello")
    later = datetime.now(timezone.utc) + timedelta(days=1)
    assert store.forget_older_than(datetime.now(timezone.utc) - timedelta(days=1)) == 0
    assert events_of(path, "me") == 1
    assert store.forget_older_than(later) == 1
    assert events_of(path, "me") == 0


def test_many_conversations_expire(store: ConversationStore) -> None:
    for number in range(450):
        store.keep(kept(f"c{number}", "1", NOW - timedelta(days=number % 2)))
    assert store.forget_older_than(NOW - timedelta(hours=1)) == 225
    assert store.turns("c1") == []
    assert len(store.turns("c2")) == 1


def test_a_locked_database_is_no_long_wait(store: ConversationStore, path: Path) -> None:
    store.keep(kept("a", "1"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    with pytest.raises(SQLAlchemyError):
        store.keep(kept("a", "2"))
    # Not 5 s, as SQLite's driver would wait by itself.
    assert time.monotonic() - began < 4
    other.execute("ROLLBACK")
    other.close()
    store.keep(kept("a", "2"))
    assert len(store.turns("a")) == 2


def test_who_comes_back_while_old_conversations_are_deleted_keeps_theirs(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(kept("quiet", "1", NOW - timedelta(days=31)))
    store.keep(kept("back", "1", NOW - timedelta(days=31)))
    found = store._quiet_since

    def meanwhile(moment: datetime) -> list[str]:
        names = found(moment)
        store.keep(kept("back", "2", NOW, "my foot is numb"))
        return names

    monkeypatch.setattr(store, "_quiet_since", meanwhile)
    store.forget_older_than(NOW - timedelta(days=30))
    assert store.turns("quiet") == []
    assert [turn.id for turn in store.turns("back")] == ["1", "2"]


def test_of_a_very_long_conversation_the_end_is_read(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        store.keep(kept("a", str(number), said="x" * 100))
    monkeypatch.setattr(module, "_MOST_TURNS", 6)
    assert [turn.id for turn in store.turns("a")] == ["4", "5", "6", "7", "8", "9"]
    monkeypatch.setattr(module, "_MOST_CHARACTERS", 700)
    assert [turn.id for turn in store.turns("a")][-1] == "9"
    assert len(store.turns("a")) < 6
    monkeypatch.setattr(module, "_MOST_CHARACTERS", 1)
    assert [turn.id for turn in store.turns("a")] == ["9"]


def test_the_log_is_emptied_as_soon_as_nobody_reads(
    store: ConversationStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twitchwise.database._EMPTY_AGAIN_SECONDS", 0.1)
    store.keep(kept("a", "1", said=SECRET))
    store.keep(kept("b", "1"))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM turns").fetchall()
    store.forget("a")
    log = path.with_name(f"{path.name}-wal")
    assert SECRET.encode() in log.read_bytes()
    reader.execute("COMMIT")
    end = time.monotonic() + 20
    while SECRET.encode() in log.read_bytes() and time.monotonic() < end:
        time.sleep(0.05)
    assert SECRET.encode() not in log.read_bytes()
    reader.close()
