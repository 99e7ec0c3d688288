"""Turns of conversations in the database that Rasa's tracker store uses.

Rasa's events say what Rasa did. People are shown what was sent: with what the guard added, and
with a button's title in place of its payload. Forgetting deletes both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from twitchwise.database import INSERTS, Database, UtcDateTime

#: How long SQLite waits for another writer, in seconds.
_BUSY_SECONDS = 1.0
#: So many conversations are deleted in one transaction: others need not wait for long.
_BATCH = 200

_METADATA = sa.MetaData()
_TURNS = sa.Table(
    "turns",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("said", sa.Text, nullable=False),
    # A list of messages in JSON.
    sa.Column("messages", sa.Text, nullable=False),
    sa.UniqueConstraint("conversation", "id"),
)
#: Rasa's own table (`rasa.core.tracker_store.SQLTrackerStore.SQLEvent`); Rasa makes it.
_EVENTS = sa.table("events", sa.column("sender_id", sa.String), sa.column("timestamp", sa.Float))


@dataclass(frozen=True)
class KeptTurn:
    """A message and what was replied.

    Attributes:
        conversation: the conversation, as Rasa knows it (its sender).
        id: of the message, unique in the conversation.
        at: when the reply was complete, in UTC.
        said: what the person typed, or what stood on the button.
        messages: the reply, as dicts with ``text`` and perhaps ``buttons`` and ``metadata``.
    """

    conversation: str
    id: str
    at: datetime
    said: str
    messages: tuple[dict[str, Any], ...]


class ConversationStore:
    """Keeps turns; methods may be called from any thread.

    All raise ``sqlalchemy.exc.SQLAlchemyError`` where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        """Take the SQLAlchemy address of the tracker store.

        Raises:
            TwitchwiseError: it is no address of an SQLite or PostgreSQL database.
        """
        self._database = Database(
            url, _METADATA, setting="tracker_store_url", busy_seconds=_BUSY_SECONDS
        )

    def keep(self, turn: KeptTurn) -> None:
        """Add a turn; a turn of this id that is there already stays as it is."""
        row = {
            "conversation": turn.conversation,
            "id": turn.id,
            "at": turn.at,
            "said": turn.said,
            "messages": json.dumps(turn.messages),
        }
        insert = INSERTS[self._database.engine.dialect.name]
        with self._database.writing() as connection:
            connection.execute(insert(_TURNS).values(row).on_conflict_do_nothing())

    def turn(self, conversation: str, message_id: str) -> KeptTurn | None:
        """Return the turn of a message, or None where it is not there."""
        found = self._select((_TURNS.c.conversation == conversation) & (_TURNS.c.id == message_id))
        return found[0] if found else None

    def turns(self, conversation: str) -> list[KeptTurn]:
        """Return all turns of a conversation, oldest first."""
        return self._select(_TURNS.c.conversation == conversation)

    def _select(self, condition: Any) -> list[KeptTurn]:
        if not self._database.has(_TURNS):
            return []
        query = sa.select(_TURNS).where(condition).order_by(_TURNS.c.number)
        with self._database.engine.connect() as connection:
            return [_turn(row) for row in connection.execute(query)]

    def forget(self, conversation: str) -> None:
        """Delete a conversation: its turns, and what Rasa keeps of it."""
        self._delete([conversation])
        self._database.empty_log()

    def forget_older_than(self, moment: datetime) -> int:
        """Delete the conversations whose last message came before ``moment`` (UTC).

        Those are included that have no turns here, only events of Rasa's.

        Returns:
            How many were deleted.
        """
        old = self._quiet_since(moment)
        for start in range(0, len(old), _BATCH):
            self._delete(old[start : start + _BATCH])
        if old:
            self._database.empty_log()
        return len(old)

    def _quiet_since(self, moment: datetime) -> list[str]:
        found: dict[str, bool] = {}
        sources = (
            (_TURNS, _TURNS.c.conversation, _TURNS.c.at, moment),
            (_EVENTS, _EVENTS.c.sender_id, _EVENTS.c.timestamp, moment.timestamp()),
        )
        for table, conversation, time, limit in sources:
            if not self._database.has(table):
                continue
            query = sa.select(conversation, sa.func.max(time) < limit).group_by(conversation)
            with self._database.engine.connect() as connection:
                for name, is_old in connection.execute(query):
                    found[name] = found.get(name, True) and bool(is_old)
        return [name for name, is_old in found.items() if is_old]

    def _delete(self, conversations: Iterable[str]) -> None:
        names = list(conversations)
        events_are_there = self._database.has(_EVENTS)
        with self._database.writing() as connection:
            connection.execute(_TURNS.delete().where(_TURNS.c.conversation.in_(names)))
            if events_are_there:
                connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.sender_id.in_(names)))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


def _turn(row: Any) -> KeptTurn:
    return KeptTurn(row.conversation, row.id, row.at, row.said, tuple(json.loads(row.messages)))
