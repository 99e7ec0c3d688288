"""Feedback in an SQL database, SQLite or PostgreSQL: beside the conversations it belongs to."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from twitchwise.database import INSERTS, Database, UtcDateTime
from twitchwise.feedback.record import Rating, Unanswered

logger = logging.getLogger(__name__)

#: How long SQLite waits for another writer, in seconds: Rasa writes to the same file.
_BUSY_SECONDS = 1.0
#: A forgotten row belongs to no conversation, and there may be any number of them.
_BELONGS = sa.text("conversation_hash <> ''")
_TURN = ("conversation_hash", "message_id")

_METADATA = sa.MetaData()


def _table(name: str, *columns: sa.Column) -> sa.Table:
    """Return a table that holds a turn once, for as long as it is known whose turn it was."""
    return sa.Table(
        name,
        _METADATA,
        # Random, not the turn: who knows a turn must not find its row again once it is forgotten.
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation_hash", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False, index=True),
        *columns,
        sa.Index(
            f"{name}_turn",
            *_TURN,
            unique=True,
            sqlite_where=_BELONGS,
            postgresql_where=_BELONGS,
        ),
    )


_RATINGS = _table(
    "feedback_ratings",
    # Lists in JSON.
    sa.Column("answer_ids", sa.Text, nullable=False),
    sa.Column("responses", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("question", sa.Text),
)
_UNANSWERED = _table(
    "feedback_unanswered",
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("question", sa.Text),
)
#: What ties a row to a person, and what it is replaced with when the person is forgotten.
_FORGOTTEN = {
    _RATINGS: {"conversation_hash": "", "message_id": "", "comment": None, "question": None},
    _UNANSWERED: {"conversation_hash": "", "message_id": "", "question": None},
}


@dataclass(frozen=True)
class Filters:
    """Which feedback to find; what is left out lets everything through.

    Attributes:
        since: from this time on.
        until: before this time.
        rating: "up" or "down" (ratings only).
        answer: with an answer whose id begins so (ratings only).
        with_texts: only ratings with a comment, and unanswered turns whose question was kept.
        limit: so many at most; 0 for all.
    """

    since: datetime | None = None
    until: datetime | None = None
    rating: str | None = None
    answer: str | None = None
    with_texts: bool = False
    limit: int = 0


class FeedbackStore:
    """The database of feedback. Methods may be called from any thread.

    It takes what it gets: `record.permitted` says which texts it may get. All methods raise
    ``sqlalchemy.exc.SQLAlchemyError`` where the database cannot be reached or is locked for longer
    than a second.
    """

    def __init__(self, url: str) -> None:
        """Take the address of the database; nothing is opened yet.

        Raises:
            TwitchwiseError: the address is none, or of another kind of database.
        """
        self._database = Database(
            url, _METADATA, setting="tracker_store_url", busy_seconds=_BUSY_SECONDS
        )

    def exists(self) -> bool:
        """Say whether there is anything to read, without making a database."""
        return self._database.has(_RATINGS)

    def errors_told(self) -> AbstractContextManager[None]:
        """Return what turns errors of the database into a `TwitchwiseError` (for commands)."""
        return self._database.errors_told("The database of feedback")

    def rate(self, rating: Rating) -> None:
        """Keep a thumb in place of an earlier one for the same turn.

        Raises:
            ValueError: it belongs to no turn.
        """
        row = _rating_row(rating)
        new = {name: value for name, value in row.items() if name != "id"}
        # One statement: between a deletion and an insertion another process could come in.
        self._run(
            self._insert(_RATINGS)
            .values(row)
            .on_conflict_do_update(index_elements=_TURN, index_where=_BELONGS, set_=new)
        )

    def withdraw(self, conversation_hash: str, message_id: str) -> None:
        """Remove the thumb of a turn, which was taken back; nothing happens where there is none."""
        self._run(
            _RATINGS.delete().where(
                _belongs_to(_RATINGS, conversation_hash), _RATINGS.c.message_id == message_id
            )
        )

    def note_unanswered(self, unanswered: Unanswered) -> None:
        """Keep that a turn was not answered; the first note of a turn stays.

        Raises:
            ValueError: it belongs to no turn.
        """
        self._run(
            self._insert(_UNANSWERED)
            .values(_unanswered_row(unanswered))
            .on_conflict_do_nothing(index_elements=_TURN, index_where=_BELONGS)
        )

    def forget(self, conversation_hash: str) -> None:
        """Remove what ties feedback to the person who talked; what is counted stays.

        With SQLite no byte of the texts is left in the file or its log, except where somebody
        reads or writes for more than a second; then the next call sees to it.
        """
        self._forget(
            {table: table.c.conversation_hash == conversation_hash for table in _FORGOTTEN}
        )

    def forget_older_than(self, moment: datetime) -> None:
        """Do as `forget` for all feedback from before the moment, which has a time zone."""
        self._forget({table: table.c.at < moment for table in _FORGOTTEN})

    def ratings_of(self, conversation_hash: str) -> dict[str, str]:
        """Return the ratings of a conversation ("up" or "down") by message id."""
        query = sa.select(_RATINGS.c.message_id, _RATINGS.c.rating)
        with self._database.writing() as connection:
            rows = connection.execute(query.where(_belongs_to(_RATINGS, conversation_hash)))
            return {row.message_id: row.rating for row in rows}

    def ratings(self, filters: Filters) -> Iterator[Rating]:
        """Give ratings, newest first, as they are read."""
        query = _in_time(sa.select(_RATINGS), _RATINGS, filters)
        if filters.rating is not None:
            query = query.where(_RATINGS.c.rating == filters.rating)
        if filters.with_texts:
            query = query.where(_RATINGS.c.comment.is_not(None))
        found = 0
        for row in self._rows(query, _RATINGS):
            rating = _rating(row)
            # Here, not in the query: what LIKE takes for the same differs between databases.
            if filters.answer is None or any(
                answer_id.startswith(filters.answer) for answer_id in rating.answer_ids
            ):
                yield rating
                found += 1
            if found == filters.limit != 0:
                return

    def unanswered(self, filters: Filters) -> Iterator[Unanswered]:
        """Give turns that were not answered, newest first, as they are read."""
        query = _in_time(sa.select(_UNANSWERED), _UNANSWERED, filters)
        if filters.with_texts:
            query = query.where(_UNANSWERED.c.question.is_not(None))
        if filters.limit:
            query = query.limit(filters.limit)
        return (_unanswered(row) for row in self._rows(query, _UNANSWERED))

    def unanswered_counts(self, filters: Filters) -> dict[tuple[str, str], int]:
        """Return how many turns were not answered, by kind and what they were about."""
        columns = (_UNANSWERED.c.kind, _UNANSWERED.c.about)
        query = sa.select(*columns, sa.func.count().label("turns")).group_by(*columns)
        with self._database.engine.connect() as connection:
            rows = connection.execute(_in_time(query, _UNANSWERED, filters))
            return {(row.kind, row.about): row.turns for row in rows}

    def is_empty(self) -> bool:
        """Say whether there is no feedback at all."""
        with self._database.engine.connect() as connection:
            return not any(
                connection.execute(sa.select(table.c.id).limit(1)).first() for table in _FORGOTTEN
            )

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def _insert(self, table: sa.Table) -> Any:
        return INSERTS[self._database.engine.dialect.name](table)

    def _run(self, *statements: Any) -> None:
        """Run the statements in one transaction."""
        with self._database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def _forget(self, conditions: dict[sa.Table, Any]) -> None:
        self._run(
            *(
                # What is forgotten already is not written again.
                table.update().where(_BELONGS, condition).values(_FORGOTTEN[table])
                for table, condition in conditions.items()
            )
        )
        if not self._database.empty_log():
            logger.warning("What was forgotten is still in the database's log: it is in use.")

    def _rows(self, query: Any, table: sa.Table) -> Iterator[Any]:
        ordered = query.order_by(table.c.at.desc(), table.c.id.desc())
        with self._database.engine.connect() as connection:
            streaming = connection.execution_options(stream_results=True)
            yield from streaming.execute(ordered).yield_per(500)


def _belongs_to(table: sa.Table, conversation_hash: str) -> Any:
    """Return the condition: the row is of this conversation, and not forgotten."""
    return sa.and_(_BELONGS, table.c.conversation_hash == conversation_hash)


def _in_time(query: Any, table: sa.Table, filters: Filters) -> Any:
    if filters.since is not None:
        query = query.where(table.c.at >= filters.since)
    if filters.until is not None:
        query = query.where(table.c.at < filters.until)
    return query


def _row(record: Rating | Unanswered, table: sa.Table) -> dict[str, Any]:
    if not (record.conversation_hash and record.message_id):
        raise ValueError("feedback needs a conversation and a message")
    return {"id": str(uuid.uuid4()), **_values(record, table)}


def _rating_row(rating: Rating) -> dict[str, Any]:
    return {
        **_row(rating, _RATINGS),
        "answer_ids": json.dumps(rating.answer_ids),
        "responses": json.dumps(rating.responses),
    }


def _unanswered_row(unanswered: Unanswered) -> dict[str, Any]:
    return _row(unanswered, _UNANSWERED)


def _values(found: Any, table: sa.Table) -> dict[str, Any]:
    """Return what a record or a row holds for the table, without the row's id."""
    return {column.name: getattr(found, column.name) for column in table.c if column.name != "id"}


def _rating(row: Any) -> Rating:
    lists = {name: tuple(json.loads(getattr(row, name))) for name in ("answer_ids", "responses")}
    return Rating(**{**_values(row, _RATINGS), **lists})


def _unanswered(row: Any) -> Unanswered:
    return Unanswered(**_values(row, _UNANSWERED))
