"""The database: once by id, claimed once, nothing lost.

The tests run against SQLite, and against PostgreSQL too where TWITCHWISE_TEST_POSTGRES_URL names
an empty database of its own for them (its tables are dropped).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from tests.unit.escalation_tools import START, TEXT, locked, record
from twitchwise.database import INSERTS
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations import store as module
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.store import DELIVERED, PENDING, EscalationStore, Filters, RecordRefused

POSTGRES = os.environ.get("TWITCHWISE_TEST_POSTGRES_URL", "")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/some/escalations.sqlite3"
    engine = sa.create_engine(POSTGRES)
    module._METADATA.drop_all(engine)
    engine.dispose()
    return POSTGRES


@pytest.fixture
def store(url: str) -> Iterator[EscalationStore]:
    store = EscalationStore(url)
    yield store
    store.close()


def ids(store: EscalationStore, **filters: Any) -> list[str]:
    return [listed.escalation.id for listed in store.find(Filters(**filters))]


def test_a_record_comes_back_as_it_was(store: EscalationStore) -> None:
    made = record(keep_text=True, text="naïve \U0001f600 'text'", signs=("weakness", "numbness"))
    store.add(made, deliver=False)
    (listed,) = store.find(Filters())
    assert listed.escalation == made
    assert listed.delivery is None


def test_a_record_is_there_once(store: EscalationStore) -> None:
    for _ in range(3):
        store.add(record(1), deliver=True)
    store.add(record(1, outcome="emergency"), deliver=True)
    store.add(record(2), deliver=True)
    assert ids(store) == [record(2).id, record(1).id]
    assert store.count(Filters()) == 2
    (_, first) = store.find(Filters())
    assert first.escalation.outcome == "escalate"


def test_what_was_delivered_stays_so(store: EscalationStore) -> None:
    store.add(record(), deliver=True)
    store.delivered(record().id)
    store.add(record(), deliver=True)
    store.failed(record().id, "HTTP 500", utc_now())
    assert store.due(utc_now() + timedelta(days=1)) == []
    (listed,) = store.find(Filters())
    assert listed.delivery is not None
    assert (listed.delivery.state, listed.delivery.attempts) == (DELIVERED, 1)
    assert listed.delivery.delivered_at is not None


def test_only_what_is_to_be_delivered_is_due(store: EscalationStore) -> None:
    store.add(record(1), deliver=False)
    assert store.next_due() is None
    assert store.due(utc_now()) == []
    store.add(record(2), deliver=True)
    assert [claimed.escalation for claimed in store.due(utc_now())] == [record(2)]


def test_a_claimed_record_is_left_alone_until_the_lease_ends(url: str) -> None:
    here, there = EscalationStore(url, lease_seconds=60), EscalationStore(url)
    here.add(record(), deliver=True)
    now = utc_now()
    (claimed,) = here.due(now, limit=5)
    assert claimed.attempts == 0
    assert here.due(now) == there.due(now) == []
    assert there.next_due() == now + timedelta(seconds=60)
    (taken_over,) = there.due(now + timedelta(seconds=61))
    assert taken_over.escalation == record()
    for store in (here, there):
        store.close()


def test_a_failed_record_comes_back_when_it_is_time(store: EscalationStore) -> None:
    store.add(record(), deliver=True)
    now = utc_now()
    assert store.due(now)
    store.failed(record().id, "HTTP 500 " + "x" * 500, now + timedelta(hours=1))
    assert store.next_due() == now + timedelta(hours=1)
    assert store.due(now + timedelta(minutes=59)) == []
    (claimed,) = store.due(now + timedelta(minutes=61))
    assert claimed.attempts == 1
    (listed,) = store.find(Filters())
    assert listed.delivery is not None
    assert listed.delivery.state == PENDING
    assert listed.delivery.last_error is not None
    assert listed.delivery.last_error.startswith("HTTP 500")
    assert len(listed.delivery.last_error) <= 100


def test_everything_can_be_made_due(store: EscalationStore) -> None:
    for number in (1, 2, 3):
        store.add(record(number), deliver=True)
        store.failed(record(number).id, "HTTP 500", utc_now() + timedelta(hours=1))
    store.delivered(record(1).id)
    assert store.retry_all() == 2
    assert len(store.due(utc_now(), limit=9)) == 2


def test_many_who_claim_at_once_get_each_record_once(url: str) -> None:
    stores = [EscalationStore(url) for _ in range(4)]
    for number in range(12):
        stores[0].add(record(number), deliver=True)
    start = threading.Barrier(4)

    def claim(store: EscalationStore) -> list[str]:
        start.wait()
        return [got.escalation.id for _ in range(40) for got in store.due(utc_now())]

    with ThreadPoolExecutor(4) as pool:
        claimed = [key for keys in pool.map(claim, stores) for key in keys]
    assert sorted(claimed) == sorted(record(number).id for number in range(12))
    for store in stores:
        store.close()


def test_many_who_start_at_once_make_the_tables_once(url: str) -> None:
    for attempt in range(5):
        if attempt:
            engine = sa.create_engine(url)
            module._METADATA.drop_all(engine)
            engine.dispose()
        stores = [EscalationStore(url) for _ in range(6)]
        start = threading.Barrier(7)

        def add(number: int, stores: list[EscalationStore], start: threading.Barrier) -> None:
            start.wait()
            stores[number].add(record(number), deliver=True)

        def read(stores: list[EscalationStore], start: threading.Barrier) -> None:
            start.wait()
            while not stores[0].exists():
                pass
            stores[0].count(Filters(undelivered=True))

        with ThreadPoolExecutor(7) as pool:
            jobs = [pool.submit(add, number, stores, start) for number in range(6)]
            jobs.append(pool.submit(read, stores, start))
            for job in jobs:
                job.result()
        assert len(ids(stores[0])) == 6
        for store in stores:
            store.close()


def test_many_who_open_a_new_file_at_once_all_write(tmp_path: Path) -> None:
    """The journal mode of a new file is set by whoever comes first; the others wait."""
    for attempt in range(60):
        url = f"sqlite:///{tmp_path / f'{attempt}.sqlite3'}"
        stores = [EscalationStore(url) for _ in range(6)]
        start = threading.Barrier(6)

        def add(number: int, stores: list[EscalationStore], start: threading.Barrier) -> None:
            start.wait()
            stores[number].add(record(number), deliver=True)

        with ThreadPoolExecutor(6) as pool:
            for job in [pool.submit(add, number, stores, start) for number in range(6)]:
                job.result()
        assert len(ids(stores[0])) == 6
        for store in stores:
            store.close()


@pytest.fixture
def filled(store: EscalationStore) -> EscalationStore:
    store.add(record(1, outcome="emergency", signs=("weakness", "speech")), deliver=True)
    store.add(record(2, outcome="conditional", signs=("numbness",)), deliver=True)
    store.add(record(3, channel="telegram", sender="other", signs=("weak",)), deliver=False)
    store.delivered(record(1).id)
    return store


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [3, 2, 1]),
        ({"limit": 2}, [3, 2]),
        ({"since": START + timedelta(minutes=2)}, [3, 2]),
        ({"until": START + timedelta(minutes=2)}, [1]),
        ({"outcomes": ("emergency",)}, [1]),
        ({"outcomes": ("emergency", "conditional")}, [2, 1]),
        ({"sign": "weakness"}, [1]),
        ({"sign": "weak"}, [3]),
        ({"sign": "weak%"}, []),
        ({"sign": "w_ak"}, []),
        ({"channel": "telegram"}, [3]),
        ({"channel": "nowhere"}, []),
        ({"conversation": record(1).conversation[:6]}, [2, 1]),
        ({"conversation": "%"}, []),
        ({"undelivered": True}, [2]),
        ({"outcomes": ("emergency",), "channel": "telegram"}, []),
    ],
)
def test_filters(filled: EscalationStore, filters: dict[str, Any], expected: list[int]) -> None:
    found = [listed.escalation.at for listed in filled.find(Filters(**filters))]
    assert found == [START + timedelta(minutes=number) for number in expected]
    if "limit" not in filters:
        assert filled.count(Filters(**filters)) == len(expected)


def test_many_records_are_read_as_a_stream(store: EscalationStore) -> None:
    for number in range(1200):
        store.add(record(number), deliver=False)
    found = store.find(Filters())
    assert next(found).escalation == record(1199)
    # Others write on meanwhile.
    store.add(record(2000), deliver=True)
    assert sum(1 for _ in found) == 1199


def test_an_empty_database_is_not_made_by_looking(url: str, tmp_path: Path) -> None:
    store = EscalationStore(url)
    assert not store.exists()
    assert not (tmp_path / "some").exists()
    store.add(record(), deliver=False)
    assert store.exists()
    store.close()


def test_the_file_is_for_its_owner_alone_and_safe_against_power_failure(tmp_path: Path) -> None:
    store = EscalationStore(f"sqlite:///{tmp_path}/e.sqlite3")
    store.add(record(), deliver=False)
    with store._engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 2
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {0o600}
    store.close()


def test_a_locked_database_is_an_error_and_then_none(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite3"
    store = EscalationStore(f"sqlite:///{path}")
    store.add(record(1), deliver=True)
    with locked(path), pytest.raises(sa.exc.OperationalError):
        store.add(record(2), deliver=True)
    store.add(record(2), deliver=True)
    assert len(ids(store)) == 2
    store.close()


def test_a_record_and_its_delivery_come_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EscalationStore(f"sqlite:///{tmp_path}/e.sqlite3")
    store.add(record(1), deliver=True)
    with sqlite3.connect(tmp_path / "e.sqlite3") as connection:
        connection.execute(
            "CREATE TRIGGER no BEFORE INSERT ON escalation_deliveries "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    connection.close()
    with pytest.raises(sa.exc.SQLAlchemyError):
        store.add(record(2), deliver=True)
    assert ids(store) == [record(1).id]
    store.close()


def test_a_record_that_is_refused_for_good(
    store: EscalationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = record(keep_text=True)
    object.__setattr__(made, "text", "\ud800")
    with pytest.raises(RecordRefused) as raised:
        store.add(made, deliver=False)
    assert TEXT not in str(raised.value)


@pytest.mark.parametrize(
    "wrong", ["nonsense", "mysql://a:geheim@b/c", "sqlite", "postgresql+no://"]
)
def test_an_address_that_is_none_is_one_clear_line(wrong: str) -> None:
    with pytest.raises(TwitchwiseError, match="Mend: ") as raised:
        EscalationStore(wrong)
    assert "\n" not in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_the_password_is_not_shown() -> None:
    store = EscalationStore("postgresql://somebody:geheim@127.0.0.1:1/none")
    with pytest.raises(sa.exc.OperationalError):
        store.add(record(), deliver=True)
    with pytest.raises(TwitchwiseError, match="somebody:") as raised, store.errors_told():
        store.add(record(), deliver=True)
    assert "geheim" not in str(raised.value)


def test_statements_are_portable() -> None:
    """What SQLite runs in the other tests can be said to PostgreSQL, too."""
    now = utc_now()
    insert = INSERTS["postgresql"]
    for statement in (
        insert(module._ESCALATIONS).values(module._row(record())).on_conflict_do_nothing(),
        insert(module._DELIVERIES).values(id="1", state=PENDING).on_conflict_do_nothing(),
        module._DELIVERIES.update().where(module._is_free(now)).values(leased_until=now),
        module._filtered(
            module._LISTING,
            Filters(now, now, ("emergency",), "weakness", "rest", "ab", True, 5),
        ),
    ):
        assert str(statement.compile(dialect=postgresql.dialect()))
    compiled = str(
        insert(module._ESCALATIONS)
        .values(module._row(record()))
        .on_conflict_do_nothing()
        .compile(dialect=postgresql.dialect())
    )
    assert compiled.endswith("ON CONFLICT DO NOTHING")
