"""Turns of conversations in the database that Rasa's tracker store uses.

Rasa's events say what Rasa did. People are shown what was sent: with what the guard added, and
with a button's title in place of its payload. Forgetting deletes both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from twitchwise.database import INSERTS, Database, UtcDateTime

#: How long SQLite waits for another writer, in seconds.
_BUSY_SECONDS = 1.0
#: A history is no longer than this; characters are those of the JSON.
_MOST_TURNS = 500
_MOST_CHARACTERS = 2_000_000
#: So many conversations are deleted in one transaction: others need not wait for long.
_BATCH = 200

#: A time before all others.
_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)

_METADATA = sa.MetaData()
_TURNS = sa.Table(
    "turns",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("text_hash", sa.Text, nullable=False),
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
        text_hash: of what was sent: the same id with another text is another message.
    """

    conversation: str
    id: str
    at: datetime
    said: str
    messages: tuple[dict[str, Any], ...]
    text_hash: str = ""


def size_of(turn: KeptTurn) -> int:
    """Return about how many characters a turn has."""
    return len(turn.said) + sum(len(message.get("text") or "") for message in turn.messages)


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
            "text_hash": turn.text_hash,
        }
        insert = INSERTS[self._database.engine.dialect.name]
        with self._database.writing() as connection:
            connection.execute(insert(_TURNS).values(row).on_conflict_do_nothing())

    def turn(self, conversation: str, message_id: str) -> KeptTurn | None:
        """Return the turn of a message, or None where it is not there."""
        found = self._select((_TURNS.c.conversation == conversation) & (_TURNS.c.id == message_id))
        return found[0] if found else None

    def turns(self, conversation: str) -> list[KeptTurn]:
        """Return the turns of a conversation, oldest first.

        Of a very long one the last turns: as many as `_MOST_TURNS` and `_MOST_CHARACTERS` allow.
        """
        return self._select(_TURNS.c.conversation == conversation)

    def last_turn(self, conversation: str) -> KeptTurn | None:
        """Return the last turn of a conversation, or None where there is none."""
        found = self._select(_TURNS.c.conversation == conversation, most=1)
        return found[0] if found else None

    def _select(self, condition: Any, most: int | None = None) -> list[KeptTurn]:
        if not self._database.has(_TURNS):
            return []
        newest_first = sa.select(_TURNS).where(condition).order_by(_TURNS.c.number.desc())
        found: list[KeptTurn] = []
        left = _MOST_CHARACTERS
        with self._database.engine.connect() as connection:
            streaming = connection.execution_options(stream_results=True)
            rows = streaming.execute(newest_first.limit(most or _MOST_TURNS)).yield_per(20)
            for row in rows:
                left -= len(row.said) + len(row.messages)
                if left < 0 and found:
                    break
                found.append(_turn(row))
        return found[::-1]

    def forget(self, conversation: str) -> None:
        """Delete a conversation: its turns, and what Rasa keeps of it."""
        self._delete([conversation], None)
        self._database.empty_log()

    def forget_older_than(self, moment: datetime) -> int:
        """Delete the conversations whose last message came before ``moment`` (UTC).

        Those are included that have no turns here, only events of Rasa's.

        Returns:
            How many were deleted.
        """
        old = self._quiet_since(moment)
        for start in range(0, len(old), _BATCH):
            self._delete(old[start : start + _BATCH], moment)
        if old:
            self._database.empty_log()
        return len(old)

    def _quiet_since(self, moment: datetime) -> list[str]:
        found: dict[str, bool] = {}
        for _, conversation, time, limit in self._tables(moment):
            query = sa.select(conversation, sa.func.max(time) < limit).group_by(conversation)
            with self._database.engine.connect() as connection:
                for name, is_old in connection.execute(query):
                    found[name] = found.get(name, True) and bool(is_old)
        return [name for name, is_old in found.items() if is_old]

    def _tables(self, moment: datetime) -> list[tuple[Any, Any, Any, Any]]:
        """Return the tables that are there, with conversation, time, and ``moment`` as kept."""
        tables = (
            (_TURNS, _TURNS.c.conversation, _TURNS.c.at, moment),
            (_EVENTS, _EVENTS.c.sender_id, _EVENTS.c.timestamp, moment.timestamp()),
        )
        return [table for table in tables if self._database.has(table[0])]

    def _delete(self, conversations: Sequence[str], quiet_since: datetime | None) -> None:
        """Delete conversations; with a moment only those that are still quiet since then."""
        tables = self._tables(quiet_since or _EVER)
        with self._database.writing() as connection:
            names = list(conversations)
            if quiet_since is not None:
                # Nobody else writes from here to the end of the transaction.
                self._database.lock(connection, *(table for table, _, _, _ in tables))
                for _, conversation, time, limit in tables:
                    query = sa.select(conversation).where(conversation.in_(names), time >= limit)
                    back = {row[0] for row in connection.execute(query)}
                    names = [name for name in names if name not in back]
            for table, conversation, _, _ in tables:
                connection.execute(sa.delete(table).where(conversation.in_(names)))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


def _turn(row: Any) -> KeptTurn:
    messages = tuple(json.loads(row.messages))
    return KeptTurn(row.conversation, row.id, row.at, row.said, messages, row.text_hash)
