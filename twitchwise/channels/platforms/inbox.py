"""Messages of platforms that were acknowledged, until they are answered.

A platform that is told "received" does not send the message again. So it is written down first:
what was not answered when the server died is answered when it is back, and what comes twice is
known, also after a restart. Texts are dropped as soon as the reply is delivered.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from twitchwise.channels.platforms.inbound import Inbound
from twitchwise.database import INSERTS, Database, UtcDateTime
from twitchwise.escalations.record import utc_now

logger = logging.getLogger(__name__)

#: How long SQLite waits for another writer, in seconds.
_BUSY_SECONDS = 1.0
_METADATA = sa.MetaData()
_INBOX = sa.Table(
    "inbox",
    _METADATA,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    # What Rasa calls the conversation.
    sa.Column("sender", sa.Text, nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    # The message in JSON; null when it was answered.
    sa.Column("inbound", sa.Text),
    # How many parts of the reply were delivered.
    sa.Column("delivered", sa.Integer, nullable=False, default=0),
)


class Inbox:
    """The table of them; methods may be called from any thread.

    All raise ``sqlalchemy.exc.SQLAlchemyError`` where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        """Take the SQLAlchemy address of the database.

        Raises:
            TwitchwiseError: it is no address of an SQLite or PostgreSQL database.
        """
        self._database = Database(
            url, _METADATA, setting="tracker_store_url", busy_seconds=_BUSY_SECONDS
        )

    def add(self, channel: str, sender: str, inbound: Inbound) -> bool:
        """Write a message down; return False where it is there already."""
        insert = INSERTS[self._database.engine.dialect.name]
        row = {
            "channel": channel,
            "id": inbound.id,
            "sender": sender,
            "at": utc_now(),
            "inbound": inbound.as_json(),
            "delivered": 0,
        }
        with self._database.writing() as connection:
            done = connection.execute(insert(_INBOX).values(row).on_conflict_do_nothing())
        return bool(done.rowcount)

    def delivered(self, channel: str, message_id: str, parts: int) -> None:
        """Keep how many parts of a reply were delivered."""
        with self._database.writing() as connection:
            connection.execute(_one(channel, message_id).values(delivered=parts))

    def done(self, channel: str, message_id: str) -> None:
        """Drop a message that needs nothing more; its id stays known."""
        with self._database.writing() as connection:
            connection.execute(_one(channel, message_id).values(inbound=None))

    def unanswered(self, since: datetime) -> list[tuple[str, Inbound, int]]:
        """Return what came after ``since`` and is not done, oldest first.

        Returns:
            Channel, message, and how many parts of the reply were delivered.
        """
        if not self._database.has(_INBOX):
            return []
        query = (
            sa.select(_INBOX.c.channel, _INBOX.c.inbound, _INBOX.c.delivered)
            .where(_INBOX.c.inbound.is_not(None), _INBOX.c.at >= since)
            .order_by(_INBOX.c.at)
        )
        with self._database.engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        found = [(row, _read(row.inbound)) for row in rows]
        return [
            (row.channel, inbound, row.delivered) for row, inbound in found if inbound is not None
        ]

    def forget_before(self, sender: str, channel: str, message_id: str) -> None:
        """Drop the texts of what came in a conversation before a message.

        What has come since may not be answered yet.
        """
        came = sa.select(_INBOX.c.at).where(_is(channel, message_id))
        with self._database.writing() as connection:
            # Where it could not be written down, it came a moment ago.
            until = connection.execute(came).scalar() or utc_now()
            connection.execute(
                sa.update(_INBOX)
                .where(_INBOX.c.sender == sender, _INBOX.c.at <= until)
                .where(~_is(channel, message_id))
                .values(inbound=None)
            )
        self._database.empty_log()

    def expire(self, texts_before: datetime, ids_before: datetime) -> None:
        """Drop what is of no more use.

        Args:
            texts_before: messages that came before that time are not answered any more.
            ids_before: messages that came before that time do not come again.
        """
        if self._database.has(_INBOX):
            old = sa.update(_INBOX).where(_INBOX.c.at < texts_before, _INBOX.c.inbound.is_not(None))
            with self._database.writing() as connection:
                connection.execute(old.values(inbound=None))
                connection.execute(sa.delete(_INBOX).where(_INBOX.c.at < ids_before))
            # SQLite's log holds texts and numbers that were dropped since.
            self._database.empty_log()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


def _is(channel: str, message_id: str) -> Any:
    return sa.and_(_INBOX.c.channel == channel, _INBOX.c.id == message_id)


def _one(channel: str, message_id: str) -> sa.sql.Update:
    return sa.update(_INBOX).where(_is(channel, message_id))


def _read(line: str) -> Inbound | None:
    try:
        return Inbound.from_json(line)
    except (KeyError, TypeError, ValueError) as error:
        # Written by another version; the others are answered all the same.
        logger.error("A message in the inbox cannot be read: %s.", type(error).__name__)
        return None
