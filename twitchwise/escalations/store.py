"""Escalations in an SQL database, with what is still to be delivered (an outbox).

SQLite and PostgreSQL. A record and its delivery are written in one transaction, so that neither
is there without the other, whenever the process is killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from twitchwise.database import INSERTS, Database, UtcDateTime
from twitchwise.escalations.record import Escalation, utc_now

PENDING = "pending"
DELIVERED = "delivered"
#: How long a claimed record is left alone by others, in seconds: longer than one try takes.
LEASE_SECONDS = 30.0
#: So many records are named in one statement.
_BATCH = 500
_LONGEST_ERROR = 100
#: How long SQLite waits for another writer, in seconds; less than the reply waits for the record.
_BUSY_SECONDS = 0.8


class RecordRefused(ValueError):
    """The database will never take this record, however often it is tried."""


_METADATA = sa.MetaData()
_ESCALATIONS = sa.Table(
    "escalations",
    _METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False, index=True),
    sa.Column("outcome", sa.Text, nullable=False),
    # A list in JSON.
    sa.Column("signs", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("rules_version", sa.Text, nullable=False),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("text", sa.Text),
)
_DELIVERIES = sa.Table(
    "escalation_deliveries",
    _METADATA,
    sa.Column("id", sa.ForeignKey("escalations.id"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime, nullable=False),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("last_error", sa.Text),
    sa.Index("escalation_deliveries_due", "state", "next_attempt_at"),
)


@dataclass(frozen=True)
class Delivery:
    """How far the delivery of a record is; times in UTC."""

    state: str
    attempts: int
    next_attempt_at: datetime
    delivered_at: datetime | None
    last_error: str | None


@dataclass(frozen=True)
class Listed:
    """A record with its delivery (None: it was recorded while no webhook was set)."""

    escalation: Escalation
    delivery: Delivery | None


@dataclass(frozen=True)
class Claimed:
    """A record that is this process's to send, and how often it was tried before."""

    escalation: Escalation
    attempts: int


@dataclass(frozen=True)
class Filters:
    """Which records to find; what is left out lets everything through.

    Attributes:
        since: from this time on.
        until: before this time.
        outcomes: one of these.
        sign: with this sign.
        channel: from this channel.
        conversation: whose hash begins so.
        undelivered: only those that are still to be delivered.
        limit: so many at most; 0 for all.
    """

    since: datetime | None = None
    until: datetime | None = None
    outcomes: Sequence[str] = field(default=())
    sign: str | None = None
    channel: str | None = None
    conversation: str | None = None
    undelivered: bool = False
    limit: int = 0


class EscalationStore:
    """The database of escalations. Methods may be called from any thread.

    All methods raise ``sqlalchemy.exc.SQLAlchemyError`` where the database cannot be reached or is
    locked for too long.
    """

    def __init__(self, url: str, lease_seconds: float = LEASE_SECONDS) -> None:
        """Take the address of the database; nothing is opened yet.

        Raises:
            TwitchwiseError: the address is none, or of another kind of database.
        """
        self._database = Database(
            url, _METADATA, setting="escalations_url", busy_seconds=_BUSY_SECONDS
        )
        self._engine = self._database.engine
        self._lease = timedelta(seconds=lease_seconds)

    def exists(self) -> bool:
        """Say whether there is anything to read, without making a database."""
        return self._database.has(_ESCALATIONS)

    def errors_told(self) -> AbstractContextManager[None]:
        """Return what turns errors of the database into a `TwitchwiseError` (for commands)."""
        return self._database.errors_told("The database of escalations")

    def add(self, escalation: Escalation, deliver: bool) -> None:
        """Record an escalation, once by id, and that it is to be delivered.

        Raises:
            RecordRefused: the database will never take this record.
        """
        insert = INSERTS[self._engine.dialect.name]
        try:
            with self._database.writing() as connection:
                connection.execute(
                    insert(_ESCALATIONS).values(_row(escalation)).on_conflict_do_nothing()
                )
                if deliver:
                    connection.execute(
                        insert(_DELIVERIES)
                        .values(
                            id=escalation.id, state=PENDING, attempts=0, next_attempt_at=utc_now()
                        )
                        .on_conflict_do_nothing()
                    )
        except (sa.exc.DataError, UnicodeError) as error:
            raise RecordRefused(type(error).__name__) from error

    def due(self, now: datetime, limit: int = 1) -> list[Claimed]:
        """Claim records that are to be sent now; others leave them alone until the lease ends."""
        free = _is_free(now)
        with self._database.writing() as connection:
            found = connection.execute(
                sa.select(_DELIVERIES.c.id)
                .where(free)
                .order_by(_DELIVERIES.c.next_attempt_at)
                .limit(limit)
            )
            # Another process may have been quicker: the update asks again.
            claimed = [
                key
                for key in found.scalars().all()
                if connection.execute(
                    _DELIVERIES.update()
                    .where(_DELIVERIES.c.id == key, free)
                    .values(leased_until=now + self._lease)
                ).rowcount
            ]
            rows = connection.execute(
                _LISTING.where(_ESCALATIONS.c.id.in_(claimed)).order_by(
                    _DELIVERIES.c.next_attempt_at
                )
            )
            return [Claimed(_escalation(row), row.attempts) for row in rows]

    def next_due(self) -> datetime | None:
        """Return when the next record is to be sent; None where none is waiting."""
        leased, planned = _DELIVERIES.c.leased_until, _DELIVERIES.c.next_attempt_at
        free_at = sa.case((leased > planned, leased), else_=planned)
        query = sa.select(sa.func.min(free_at, type_=UtcDateTime)).where(
            _DELIVERIES.c.state == PENDING
        )
        with self._database.writing() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def delivered(self, key: str) -> None:
        """Note that the receiver has the record of this id."""
        with self._database.writing() as connection:
            connection.execute(
                _DELIVERIES.update()
                .where(_DELIVERIES.c.id == key, _DELIVERIES.c.state == PENDING)
                .values(
                    state=DELIVERED,
                    attempts=_DELIVERIES.c.attempts + 1,
                    delivered_at=utc_now(),
                    leased_until=None,
                    last_error=None,
                )
            )

    def failed(self, key: str, error: str, next_at: datetime) -> None:
        """Note that a try failed, in a few words without texts, and when to try again."""
        with self._database.writing() as connection:
            connection.execute(
                _DELIVERIES.update()
                .where(_DELIVERIES.c.id == key, _DELIVERIES.c.state == PENDING)
                .values(
                    attempts=_DELIVERIES.c.attempts + 1,
                    next_attempt_at=next_at,
                    leased_until=None,
                    last_error=error[:_LONGEST_ERROR],
                )
            )

    def retry_all(self) -> int:
        """Make everything that is not delivered due now; return how many that are."""
        with self._database.writing() as connection:
            done = connection.execute(
                _DELIVERIES.update()
                .where(_DELIVERIES.c.state == PENDING)
                .values(next_attempt_at=utc_now())
            )
            return int(done.rowcount)

    def delete_older_than(self, moment: datetime) -> int:
        """Delete the records from before ``moment`` (UTC) that are not still to be delivered.

        Returns:
            How many were deleted.
        """
        if not self.exists():
            return 0
        pending = sa.select(_DELIVERIES.c.id).where(_DELIVERIES.c.state == PENDING)
        old = sa.select(_ESCALATIONS.c.id).where(
            _ESCALATIONS.c.at < moment, _ESCALATIONS.c.id.not_in(pending)
        )
        with self._database.writing() as connection:
            names = connection.execute(old).scalars().all()
            for start in range(0, len(names), _BATCH):
                batch = names[start : start + _BATCH]
                connection.execute(_DELIVERIES.delete().where(_DELIVERIES.c.id.in_(batch)))
                connection.execute(_ESCALATIONS.delete().where(_ESCALATIONS.c.id.in_(batch)))
        if names:
            self._database.empty_log()
        return len(names)

    def forget_texts(self, conversation: str) -> None:
        """Delete the texts of a conversation's records; the records stay.

        Args:
            conversation: the hash of the conversation.
        """
        if not self.exists():
            return
        with self._database.writing() as connection:
            connection.execute(
                _ESCALATIONS.update()
                .where(
                    _ESCALATIONS.c.conversation == conversation, _ESCALATIONS.c.text.is_not(None)
                )
                .values(text=None)
            )
        self._database.empty_log()

    def find(self, filters: Filters) -> Iterator[Listed]:
        """Give records, newest first, as they are read."""
        query = _filtered(_LISTING, filters).order_by(
            _ESCALATIONS.c.at.desc(), _ESCALATIONS.c.id.desc()
        )
        if filters.limit:
            query = query.limit(filters.limit)
        with self._engine.connect() as connection:
            streaming = connection.execution_options(stream_results=True)
            for row in streaming.execute(query).yield_per(500):
                yield Listed(_escalation(row), _delivery(row))

    def count(self, filters: Filters) -> int:
        """Return how many records there are, whatever the limit."""
        query = _filtered(sa.select(sa.func.count()).select_from(_JOINED), filters)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


_JOINED = _ESCALATIONS.outerjoin(_DELIVERIES, _ESCALATIONS.c.id == _DELIVERIES.c.id)
_LISTING = sa.select(
    _ESCALATIONS, *(column for column in _DELIVERIES.c if column.name != "id")
).select_from(_JOINED)


def _is_free(now: datetime) -> Any:
    """Return the condition: to be sent by now, and nobody is at it."""
    leased = _DELIVERIES.c.leased_until
    return sa.and_(
        _DELIVERIES.c.state == PENDING,
        _DELIVERIES.c.next_attempt_at <= now,
        sa.or_(leased.is_(None), leased <= now),
    )


def _filtered(query: Any, filters: Filters) -> Any:
    if filters.since is not None:
        query = query.where(_ESCALATIONS.c.at >= filters.since)
    if filters.until is not None:
        query = query.where(_ESCALATIONS.c.at < filters.until)
    if filters.outcomes:
        query = query.where(_ESCALATIONS.c.outcome.in_(list(filters.outcomes)))
    if filters.sign is not None:
        query = query.where(
            _ESCALATIONS.c.signs.contains(json.dumps(filters.sign), autoescape=True)
        )
    if filters.channel is not None:
        query = query.where(_ESCALATIONS.c.channel == filters.channel)
    if filters.conversation is not None:
        query = query.where(
            _ESCALATIONS.c.conversation.startswith(filters.conversation, autoescape=True)
        )
    if filters.undelivered:
        query = query.where(_DELIVERIES.c.state == PENDING)
    return query


def _row(escalation: Escalation) -> dict[str, Any]:
    values = {column.name: getattr(escalation, column.name) for column in _ESCALATIONS.c}
    return {**values, "signs": json.dumps(escalation.signs)}


def _escalation(row: Any) -> Escalation:
    values = {column.name: getattr(row, column.name) for column in _ESCALATIONS.c}
    return Escalation(**{**values, "signs": tuple(json.loads(row.signs))})


def _delivery(row: Any) -> Delivery | None:
    if row.state is None:
        return None
    return Delivery(row.state, row.attempts, row.next_attempt_at, row.delivered_at, row.last_error)
