"""The worker: every record reaches the receiver, once by id, whatever fails in between."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.escalation_tools import (
    SECRET,
    Receiver,
    eventually,
    locked,
    receiving,
    record,
)
from twitchwise.escalations import webhook as webhook_module
from twitchwise.escalations import worker as module
from twitchwise.escalations.record import Escalation, utc_now
from twitchwise.escalations.spool import Spool
from twitchwise.escalations.store import DELIVERED, EscalationStore, Filters
from twitchwise.escalations.webhook import Answer, Webhook
from twitchwise.escalations.worker import DeliveryWorker


class Workshop:
    """A database, a spool, and workers that are stopped in the end."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "escalations.sqlite3"
        self.spool = Spool(folder / "escalations.spool.jsonl")
        self.store = self.new_store()
        self._workers: list[DeliveryWorker] = []

    def new_store(self, lease_seconds: float = 30.0) -> EscalationStore:
        return EscalationStore(f"sqlite:///{self.database}", lease_seconds)

    def worker(self, url: str | None, store: EscalationStore | None = None) -> DeliveryWorker:
        webhook = Webhook(url, SECRET) if url else None
        worker = DeliveryWorker(
            store or self.new_store(), self.spool, webhook, idle_seconds=0.2, trouble_seconds=0.1
        )
        self._workers.append(worker)
        return worker

    def add(self, *numbers: int) -> None:
        for number in numbers:
            self.store.add(record(number), deliver=True)

    def states(self) -> list[str]:
        found = self.store.find(Filters()) if self.store.exists() else ()
        return [listed.delivery.state for listed in found if listed.delivery]

    def all_delivered(self, count: int) -> bool:
        return self.states() == [DELIVERED] * count

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    workshop = Workshop(tmp_path)
    yield workshop
    workshop.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short."""
    monkeypatch.setattr(webhook_module, "_FIRST_WAIT", 0.05)
    monkeypatch.setattr(webhook_module, "_LONGEST_WAIT", 0.2)
    monkeypatch.setattr(webhook_module, "_TIMEOUTS", (1.0, 1.0))


def ids(*numbers: int) -> list[str]:
    return [record(number).id for number in numbers]


def test_what_is_recorded_is_delivered(workshop: Workshop) -> None:
    workshop.add(1, 2, 3)
    with receiving() as receiver:
        workshop.worker(receiver.url).start()
        assert eventually(lambda: workshop.all_delivered(3))
    assert sorted(receiver.accepted) == sorted(ids(1, 2, 3))
    assert all(got.is_signed_with(SECRET) for got in receiver.got)


def test_a_new_record_wakes_the_worker(workshop: Workshop) -> None:
    with receiving() as receiver:
        worker = workshop.worker(receiver.url)
        worker._idle_seconds = 3600
        worker.start()
        assert eventually(lambda: not worker._woken.is_set())
        workshop.add(1)
        worker.wake()
        assert eventually(lambda: workshop.all_delivered(1))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "answers",
    [
        [500, 503, 404, 410, 429],
        [(302, {"Location": "http://127.0.0.1:1/"})],
        ["hang"],
        [(503, {"Retry-After": "0"})],
    ],
)
def test_a_receiver_that_fails_and_recovers(workshop: Workshop, answers: list[Any]) -> None:
    workshop.add(1)
    with receiving(*answers) as receiver:
        workshop.worker(receiver.url).start()
        assert eventually(lambda: workshop.all_delivered(1))
    assert receiver.accepted == ids(1)
    assert {got.key for got in receiver.got} == set(ids(1))
    assert len(receiver.got) == len(answers) + 1
    (listed,) = workshop.store.find(Filters())
    assert listed.delivery is not None
    assert listed.delivery.attempts == len(answers) + 1


@pytest.mark.usefixtures("impatient")
def test_a_receiver_that_is_down_for_long_loses_nothing(workshop: Workshop) -> None:
    with receiving() as receiver:
        url = receiver.url
    worker = workshop.worker(url)
    worker.start()
    workshop.add(*range(20))
    assert eventually(lambda: all(d.delivery and d.delivery.attempts > 1 for d in found(workshop)))
    assert workshop.states() == ["pending"] * 20
    worker.stop()
    with receiving() as up:
        workshop.worker(up.url).start()
        assert eventually(lambda: workshop.all_delivered(20))
    assert sorted(up.accepted) == sorted(ids(*range(20)))


def found(workshop: Workshop) -> list[Any]:
    return list(workshop.store.find(Filters()))


def test_a_failure_is_noted_and_tried_again_later(workshop: Workshop) -> None:
    workshop.add(1)
    with receiving(500) as receiver:
        left = workshop.worker(receiver.url)
        left._idle_seconds = 3600
        assert 1 < left.work() < 10
        assert left.work() > 0
    assert len(receiver.got) == 1
    (listed,) = workshop.store.find(Filters())
    assert listed.delivery is not None
    assert (listed.delivery.attempts, listed.delivery.last_error) == (1, "HTTP 500")


def test_a_receiver_that_asks_for_time_gets_it(workshop: Workshop) -> None:
    workshop.add(1)
    with receiving((429, {"Retry-After": "600"})) as receiver:
        worker = workshop.worker(receiver.url)
        worker._idle_seconds = 3600
        assert 500 < worker.work() <= 660


def test_without_a_webhook_nothing_is_sent_and_the_spool_is_moved_on(workshop: Workshop) -> None:
    workshop.spool.append(record(1))
    workshop.worker(None).start()
    assert eventually(lambda: workshop.spool.is_empty())
    (listed,) = workshop.store.find(Filters())
    assert listed.escalation == record(1)
    assert listed.delivery is None


def test_what_was_spooled_is_delivered_once(workshop: Workshop) -> None:
    """Also where the database took the record after all."""
    workshop.add(1)
    for number in (1, 2):
        workshop.spool.append(record(number))
    with receiving() as receiver:
        workshop.worker(receiver.url).start()
        assert eventually(lambda: workshop.all_delivered(2))
        assert workshop.spool.is_empty()
    assert sorted(receiver.accepted) == sorted(ids(1, 2))


def test_two_workers_on_one_database_send_once(workshop: Workshop) -> None:
    with receiving() as receiver:
        for _ in range(2):
            workshop.worker(receiver.url).start()
        workshop.add(*range(30))
        assert eventually(lambda: workshop.all_delivered(30))
    assert sorted(receiver.accepted) == sorted(ids(*range(30)))
    assert len(receiver.got) == 30


def test_a_locked_database_is_waited_for(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    workshop.add(1)
    workshop.spool.append(record(2, keep_text=True))
    with receiving() as receiver:
        with locked(workshop.database):
            worker = workshop.worker(receiver.url)
            worker.start()
            assert eventually(lambda: "OperationalError" in caplog.text)
            assert receiver.got == []
        assert eventually(lambda: workshop.all_delivered(2))
    assert sorted(receiver.accepted) == sorted(ids(1, 2))
    assert "Zebulon" not in caplog.text
    assert record(2).conversation not in caplog.text


def test_what_could_not_be_noted_is_not_sent_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver has the record, but the database failed just then."""
    store = workshop.new_store(lease_seconds=0)
    failures = ["no", "no"]

    def delivered(key: str) -> None:
        if failures:
            raise ConnectionError(failures.pop())
        really(key)

    really = store.delivered
    monkeypatch.setattr(store, "delivered", delivered)
    workshop.add(1)
    with receiving() as receiver:
        workshop.worker(receiver.url, store).start()
        assert eventually(lambda: workshop.all_delivered(1))
    assert len(receiver.got) == 1


def test_nothing_ends_the_thread(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        calls = 0

        def send(self, _: Escalation) -> Answer:
            self.calls += 1
            raise RuntimeError("Zebulon")

    store = workshop.new_store(lease_seconds=0)
    worker = workshop.worker(None, store)
    broken = Broken()
    monkeypatch.setattr(worker, "_webhook", broken)
    workshop.add(1)
    worker.start()
    assert eventually(lambda: broken.calls > 2)
    assert worker._thread is not None
    assert worker._thread.is_alive()
    assert "RuntimeError" in caplog.text
    assert "Zebulon" not in caplog.text
    # Once, not once a try.
    assert caplog.text.count("RuntimeError") == 1


def test_it_stops_quickly_also_where_the_next_try_is_far_away(workshop: Workshop) -> None:
    workshop.add(1)
    workshop.store.failed(record(1).id, "HTTP 500", utc_now() + timedelta(hours=1))
    worker = workshop.worker("http://127.0.0.1:1/")
    worker._idle_seconds = 3600
    worker.start()
    time.sleep(0.1)
    worker.stop(timeout=20)
    assert worker._thread is not None
    assert not worker._thread.is_alive()


def test_starting_twice_starts_one_thread(workshop: Workshop) -> None:
    before = threading.active_count()
    worker = workshop.worker(None)
    worker.start()
    worker.start()
    assert threading.active_count() == before + 1
    assert worker._thread is not None
    assert worker._thread.daemon


def test_a_clock_that_is_set_back_holds_nothing_up_for_long(workshop: Workshop) -> None:
    workshop.add(1)
    workshop.store.failed(record(1).id, "HTTP 500", utc_now() + timedelta(days=300))
    assert workshop.worker("http://127.0.0.1:1/").work() <= 0.2


def started(code: str, workshop: Workshop, root: Path, url: str = "") -> subprocess.Popen[bytes]:
    """Run code in a process of its own; ``die()`` ends it as with kill -9."""
    start = f"""
import os, signal, time
from pathlib import Path
from tests.unit.escalation_tools import SECRET, record
from twitchwise.escalations.spool import Spool
from twitchwise.escalations.store import EscalationStore
from twitchwise.escalations.webhook import Webhook
from twitchwise.escalations.worker import DeliveryWorker
store = EscalationStore("sqlite:///{workshop.database}", lease_seconds=1)
spool = Spool(Path({str(workshop.spool.path)!r}))
url = {url!r}
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
"""
    return subprocess.Popen([sys.executable, "-c", start + code], cwd=root)


def killed_after(code: str, workshop: Workshop, root: Path, url: str = "") -> None:
    """Run code that kills itself."""
    assert started(code, workshop, root, url).wait(60) == -signal.SIGKILL


def deliver_the_rest(workshop: Workshop, receiver: Receiver, count: int) -> None:
    workshop.worker(receiver.url).start()
    assert eventually(lambda: workshop.all_delivered(count))
    assert sorted(set(receiver.accepted)) == sorted(ids(*range(count)))


def test_killed_between_recording_and_delivery(workshop: Workshop, root: Path) -> None:
    killed_after("for n in range(5): store.add(record(n), deliver=True)\ndie()", workshop, root)
    with receiving() as receiver:
        deliver_the_rest(workshop, receiver, 5)
        assert len(receiver.accepted) == 5


def test_killed_with_records_in_the_spool(workshop: Workshop, root: Path) -> None:
    killed_after("for n in range(5): spool.append(record(n))\ndie()", workshop, root)
    with receiving() as receiver:
        deliver_the_rest(workshop, receiver, 5)
        assert len(receiver.accepted) == 5


def test_killed_while_sending(workshop: Workshop, root: Path) -> None:
    """The receiver may have seen one request twice then, with the same id."""
    code = """
for n in range(5): store.add(record(n), deliver=True)
DeliveryWorker(store, spool, Webhook(url, SECRET)).start()
time.sleep(60)
"""
    with receiving(204, 204, "hang") as receiver:
        process = started(code, workshop, root, receiver.url)
        assert eventually(lambda: len(receiver.got) == 3)
        process.kill()
        process.wait()
        assert len(receiver.accepted) == 2
        deliver_the_rest(workshop, receiver, 5)
        assert len(receiver.accepted) == 5


def test_killed_after_the_receiver_accepted(workshop: Workshop, root: Path) -> None:
    """A duplicate, which the receiver knows by its id."""
    code = """
store.add(record(0), deliver=True)
store.delivered = lambda key: die()
DeliveryWorker(store, spool, Webhook(url, SECRET)).work()
"""
    with receiving() as receiver:
        killed_after(code, workshop, root, receiver.url)
        deliver_the_rest(workshop, receiver, 1)
        assert receiver.accepted == ids(0, 0)
        assert receiver.got[0].body == receiver.got[1].body


def test_trouble_is_logged_anew_after_a_quiet_time(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker = workshop.worker(None)
    caplog.set_level(logging.ERROR, logger=module.__name__)

    def fail(_: object) -> int:
        raise OSError

    for _ in range(2):
        with monkeypatch.context() as broken:
            broken.setattr(workshop.spool, "import_into", fail)
            worker.work()
            worker.work()
        worker.work()
    assert caplog.text.count("OSError") == 2


def test_due_times_in_the_past_are_no_negative_wait(workshop: Workshop) -> None:
    workshop.add(1)
    worker = workshop.worker("http://127.0.0.1:1/")
    past = datetime(2020, 1, 1, tzinfo=utc_now().tzinfo)
    workshop.store.failed(record(1).id, "HTTP 500", past)
    assert worker._seconds_left() == 0
