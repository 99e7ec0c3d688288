"""An SQL database, SQLite or PostgreSQL, with tables that are made at first use."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.url import make_url

from twitchwise.errors import TwitchwiseError

#: How long PostgreSQL may take to be connected, and for a statement, in seconds.
_CONNECT_SECONDS = 3
_STATEMENT_SECONDS = 5
#: After how many seconds it is tried again to empty SQLite's log.
_EMPTY_AGAIN_SECONDS = 5.0
#: Begins a transaction that only one process can be in, until it ends.
_ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7405921)",
}
#: The statement that can say what happens where the row is there already, by kind of database.
INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class UtcDateTime(sa.types.TypeDecorator):
    """A time in UTC. SQLite has no time zones: there it is kept without, and read back with."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return the time as the database takes it."""
        if value is None:
            return None
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Return the time that the database gave, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


class Database:
    """Connections to a database, and tables in it. Methods may be called from any thread.

    All methods raise ``sqlalchemy.exc.SQLAlchemyError`` where the database cannot be reached or is
    locked for too long.
    """

    def __init__(self, url: str, tables: sa.MetaData, *, setting: str, busy_seconds: float) -> None:
        """Take the address of the database; nothing is opened yet.

        Args:
            url: an SQLAlchemy address.
            tables: the tables to make at first use.
            setting: the name of the setting that the address comes from.
            busy_seconds: how long SQLite waits for another writer.

        Raises:
            TwitchwiseError: the address is none, or of another kind of database.
        """
        self.engine = _engine(url, setting, busy_seconds)
        self._setting = setting
        self._tables = tables
        self._lock = threading.Lock()
        self._tables_are_there = False

    @property
    def place(self) -> str:
        """The address of the database without its password, to be shown."""
        return repr(self.engine.url)

    def has(self, table: sa.Table) -> bool:
        """Say whether there is such a table, without making a database."""
        path = _sqlite_file(self.engine.url)
        if path is not None and not path.is_file():
            return False
        return bool(sa.inspect(self.engine).has_table(table.name))

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Give a connection in a transaction; the tables are there."""
        if not self._tables_are_there:
            with self._lock:
                self._make_tables()
        with self.engine.begin() as connection:
            yield connection

    def empty_log(self) -> bool:
        """Copy what SQLite wrote ahead into its file, and empty the log: no old text stays in it.

        Returns:
            Whether that is done: not where others read or write for longer than ``busy_seconds``.
            Then it is tried again beside the caller until it is done, or the process ends.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        with self.engine.connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        if busy:
            self._empty_log_later()
        return not busy

    def _empty_log_later(self) -> None:
        def again() -> None:
            try:
                self.empty_log()
            except sa.exc.SQLAlchemyError:
                self._empty_log_later()

        timer = threading.Timer(_EMPTY_AGAIN_SECONDS, again)
        timer.daemon = True
        timer.start()

    def lock(self, connection: Any, *tables: Any) -> None:
        """Keep others from writing to the tables until the transaction ends, which begins here."""
        if self.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            names = ", ".join(table.name for table in tables)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def errors_told(self, what: str) -> Iterator[None]:
        """Say in one line why the database cannot be used.

        Args:
            what: what the database is called ("The database of escalations").

        Raises:
            TwitchwiseError: something inside raised an error of SQLAlchemy.
        """
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            raise TwitchwiseError(
                f"{what} cannot be used: {_reason(error)} ({self.place}). "
                "Mend: see that it runs and may be read, "
                f"or correct {self._setting} in settings.yml."
            ) from error

    def _make_tables(self) -> None:
        if self._tables_are_there:
            return
        path = _sqlite_file(self.engine.url)
        if path is not None:
            make_private(path)
        with self.engine.begin() as connection:
            # One process at a time makes them, and others see all of them or none.
            connection.exec_driver_sql(_ALONE[self.engine.dialect.name])
            self._tables.create_all(connection, checkfirst=True)
        self._tables_are_there = True


def _reason(error: sa.exc.SQLAlchemyError) -> str:
    """Return the first line of what the database itself says."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return said.splitlines()[0].strip() if said else type(error).__name__


def _engine(url: str, setting: str, busy_seconds: float) -> Any:
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind not in INSERTS:
            raise TwitchwiseError(
                f"{setting} names a database of the kind {kind!r}. "
                "Mend: use sqlite:///… or postgresql://…."
            )
        if kind == "sqlite":
            return _sqlite_engine(parsed, busy_seconds)
        return _postgresql_engine(parsed)
    except (sa.exc.ArgumentError, ValueError, ImportError) as error:
        # The address itself is not shown: it may hold a password.
        raise TwitchwiseError(
            f"{setting} is no address of a database. "
            "Mend: write one such as postgresql://name:password@host/database."
        ) from error


def _sqlite_engine(url: Any, busy_seconds: float) -> Any:
    engine = sa.create_engine(
        url,
        future=True,
        # Errors name what was asked, not with which texts and ids.
        hide_parameters=True,
        # Kept open: closing the last connection copies the whole log back.
        poolclass=sa.pool.QueuePool,
        pool_size=4,
        pool_timeout=busy_seconds,
        connect_args={"check_same_thread": False, "timeout": busy_seconds},
    )

    def tune(connection: Any, _record: Any) -> None:
        """Write ahead, so that nobody waits for readers; and to the disk: power may fail."""
        cursor = connection.cursor()
        _write_ahead(cursor, busy_seconds)
        cursor.execute("PRAGMA synchronous=FULL")
        # What is deleted is overwritten, not only marked as free.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    sa.event.listen(engine, "connect", tune)
    return engine


def _postgresql_engine(url: Any) -> Any:
    given: dict[str, Any] = {}
    if url.get_driver_name() == "psycopg2":
        # A database that has vanished from the network is noticed within seconds, not hours.
        given = {
            "connect_timeout": _CONNECT_SECONDS,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": 10_000,
        }
    engine = sa.create_engine(
        url,
        future=True,
        # Errors name what was asked, not with which texts and ids.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=4,
        pool_timeout=_CONNECT_SECONDS,
        connect_args=given,
    )
    sa.event.listen(engine, "connect", _tune_postgresql)
    return engine


def _write_ahead(cursor: Any, busy_seconds: float) -> None:
    """Set the journal mode.

    Two connections that set it at once in a new file fail at once: the time-out for a busy
    database does not hold here.
    """
    end = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.01)
        else:
            return


def _tune_postgresql(connection: Any, _record: Any) -> None:
    """Let no statement hold up a thread for good, behind a lock for instance."""
    cursor = connection.cursor()
    cursor.execute(f"SET statement_timeout = {_STATEMENT_SECONDS * 1000}")
    cursor.close()
    connection.commit()


def _sqlite_file(url: Any) -> Path | None:
    """Return the file of an SQLite database; None for another kind, or one in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(url.database)


def make_private(path: Path) -> None:
    """Make the file for its owner alone, as texts may be in it; SQLite's log takes over its mode.

    A file that is there already is not touched, not even opened: where this process has a
    connection to it, closing any other handle would drop the connection's locks (POSIX). Another
    process would then take itself for the last one, remove the log, and what is written later
    would be lost.

    Raises:
        sqlalchemy.exc.OperationalError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise sa.exc.OperationalError(None, None, error) from error
