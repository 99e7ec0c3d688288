"""Where conversations are kept: SQLite by default, PostgreSQL by setting."""

from __future__ import annotations

import json
import weakref
from collections import OrderedDict
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Optional

import sqlalchemy as sa
import sqlalchemy.orm
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine.url import make_url

from twitchwise.database import make_private
from twitchwise.settings import settings

#: So many conversations are kept in memory; the others are read from the database again.
_CACHED_CONVERSATIONS = 500


_EVENTS = SQLTrackerStore.SQLEvent.__table__
_LAST_ROW = sa.select(sa.func.max(_EVENTS.c.id)).where(
    _EVENTS.c.sender_id == sa.bindparam("sender")
)


class _Cached(NamedTuple):
    """A conversation as it is in the database.

    ``tracker`` is None for a conversation without events; ``events`` says how many of the
    tracker's events are stored, ``last_row`` which row of the database is its last.
    """

    tracker: Optional[DialogueStateTracker]
    events: int
    last_row: int

    def is_current(self, last_row: int) -> bool:
        """Say whether neither a turn that failed nor another process has changed anything."""
        stored = self.tracker is not None and len(self.tracker.events) == self.events
        return stored and self.last_row == last_row


class SettingsTrackerStore(SQLTrackerStore):
    """Rasa's SQL store with the address of the settings; named in ``endpoints.yml``.

    Rasa reads all events of the session for each message, and turns each into an object. Here
    the tracker of the last message is used again where the database has nothing newer.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        url = settings().database_url()
        path = make_url(url).database
        if url.startswith("sqlite") and path and path != ":memory:":
            make_private(Path(path))
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
        _caches.append(weakref.ref(self))
        self.engine: sa.engine.Engine
        super().__init__(domain=domain, host=url, event_broker=event_broker)
        if self.engine.dialect.name == "sqlite":
            self._keep_connection_open()

    def _keep_connection_open(self) -> None:
        """Use one SQLite connection for good: closing the last one copies the whole log back."""
        url = self.engine.url
        self.engine.dispose()
        self.engine = sa.create_engine(
            url, poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
        )
        sa.event.listen(self.engine, "connect", _tune_sqlite)
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """Return the tracker of the conversation's latest session."""
        with self.engine.connect() as connection:
            last_row = _last_row(connection, sender_id)
        cached = self._cache.get(sender_id)
        if cached is not None and cached.is_current(last_row):
            return cached.tracker
        tracker = await super().retrieve(sender_id) if last_row else None
        self._remember(sender_id, tracker, last_row)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the tracker's new events to the database."""
        await self.stream_events(tracker)
        new = list(islice(tracker.events, self._stored_events(tracker), None))
        with self.engine.begin() as connection:
            if new:
                connection.execute(
                    _EVENTS.insert(), [_row(tracker.sender_id, event) for event in new]
                )
            last_row = _last_row(connection, tracker.sender_id)
        # A tracker that began a new session still holds the old one: read it again then.
        if any(isinstance(event, SessionStarted) for event in new[1:]):
            self._cache.pop(tracker.sender_id, None)
        else:
            self._remember(tracker.sender_id, tracker, last_row)

    def _stored_events(self, tracker: DialogueStateTracker) -> int:
        """Return how many of the tracker's events are in the database."""
        cached = self._cache.get(tracker.sender_id)
        if cached is not None and (cached.tracker is None or cached.tracker is tracker):
            return cached.events
        with self.session_scope() as session:
            return int(
                self._event_query(
                    session, tracker.sender_id, fetch_events_from_all_sessions=False
                ).count()
            )

    def _remember(
        self, sender_id: str, tracker: Optional[DialogueStateTracker], last_row: int
    ) -> None:
        self._cache[sender_id] = _Cached(tracker, len(tracker.events) if tracker else 0, last_row)
        self._cache.move_to_end(sender_id)
        while len(self._cache) > _CACHED_CONVERSATIONS:
            self._cache.popitem(last=False)


#: The stores of this process.
_caches: list[weakref.ref[SettingsTrackerStore]] = []


def drop_cached(sender_id: str) -> None:
    """Drop a conversation from memory: it was deleted in the database."""
    for reference in _caches:
        store = reference()
        if store is not None:
            store._cache.pop(sender_id, None)


def _last_row(connection: Any, sender_id: str) -> int:
    return int(connection.execute(_LAST_ROW, {"sender": sender_id}).scalar() or 0)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": (data.get("parse_data", {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Write ahead: readers do not wait, and a turn does not wait for the disk.

    A crash of the machine can lose the last turns, never the database.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
