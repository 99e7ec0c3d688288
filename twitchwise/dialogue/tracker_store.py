"""Where conversations are kept: SQLite by default, any SQL database by setting."""

from __future__ import annotations

import json
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

from twitchwise.settings import settings

#: So many conversations are kept in memory; the others are read from the database again.
_CACHED_CONVERSATIONS = 500


class _Cached(NamedTuple):
    """A tracker as it was saved: how many events it had, and the database's last row then."""

    tracker: DialogueStateTracker
    events: int
    last_row: int


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
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
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
        cached = self._cache.get(sender_id)
        if cached is not None and self._is_current(sender_id, cached):
            return cached.tracker
        self._cache.pop(sender_id, None)
        return await super().retrieve(sender_id)

    def _is_current(self, sender_id: str, cached: _Cached) -> bool:
        """Say whether nobody changed the tracker (a turn that failed) or the database since."""
        if len(cached.tracker.events) != cached.events:
            return False
        with self.engine.connect() as connection:
            return self._last_row(connection, sender_id) == cached.last_row

    def _last_row(self, connection: Any, sender_id: str) -> int:
        table = self.SQLEvent.__table__
        query = sa.select(sa.func.max(table.c.id)).where(table.c.sender_id == sender_id)
        return int(connection.execute(query).scalar() or 0)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the tracker's new events to the database."""
        await self.stream_events(tracker)
        new = list(islice(tracker.events, self._stored_events(tracker), None))
        with self.engine.begin() as connection:
            if new:
                rows = [_row(tracker.sender_id, event) for event in new]
                connection.execute(self.SQLEvent.__table__.insert(), rows)
            last_row = self._last_row(connection, tracker.sender_id)
        # A tracker that began a new session still holds the old one: read it again then.
        if any(isinstance(event, SessionStarted) for event in new[1:]):
            self._cache.pop(tracker.sender_id, None)
        else:
            self._remember(tracker, last_row)

    def _stored_events(self, tracker: DialogueStateTracker) -> int:
        """Return how many of the tracker's events are in the database."""
        cached = self._cache.get(tracker.sender_id)
        if cached is not None and cached.tracker is tracker:
            return cached.events
        with self.session_scope() as session:
            return int(
                self._event_query(
                    session, tracker.sender_id, fetch_events_from_all_sessions=False
                ).count()
            )

    def _remember(self, tracker: DialogueStateTracker, last_row: int) -> None:
        self._cache[tracker.sender_id] = _Cached(tracker, len(tracker.events), last_row)
        self._cache.move_to_end(tracker.sender_id)
        while len(self._cache) > _CACHED_CONVERSATIONS:
            self._cache.popitem(last=False)


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
