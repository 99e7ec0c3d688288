"""The recorder: the reply never waits for long, and the record is never lost."""

from __future__ import annotations

import asyncio
import base64
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.escalation_tools import KEY, SECRET, TEXT, eventually, locked, receiving, record
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations import recorder as module
from twitchwise.escalations.hash_key import HASH_KEY_VARIABLE
from twitchwise.escalations.record import Escalation
from twitchwise.escalations.recorder import Recorder, project_recorder, require_settings
from twitchwise.escalations.spool import Spool
from twitchwise.escalations.store import EscalationStore, Filters
from twitchwise.escalations.webhook import SECRET_VARIABLE
from twitchwise.escalations.worker import DeliveryWorker
from twitchwise.paths import HOME_VARIABLE
from twitchwise.settings import settings

#: Far more than any of these takes, far less than a database that is locked for good.
BOUND = 20.0


class Desk:
    """A recorder with everything below it, and a worker that only runs when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "escalations.sqlite3"
        self.store = EscalationStore(f"sqlite:///{self.database}")
        self.spool = Spool(folder / "escalations.spool.jsonl")
        self.worker = DeliveryWorker(self.store, self.spool, None)
        self.recorder = Recorder(
            self.store, self.spool, self.worker, key=KEY, deliver=True, seconds=0.3
        )

    def recorded(self) -> list[str]:
        return sorted(listed.escalation.id for listed in self.store.find(Filters()))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def ids(*numbers: int) -> list[str]:
    return sorted(record(number).id for number in numbers)


async def test_a_record_is_in_the_database_when_the_reply_goes_out(desk: Desk) -> None:
    await desk.recorder.record(record(1))
    assert desk.recorded() == ids(1)
    assert desk.spool.is_empty()
    assert desk.worker._woken.is_set()
    (listed,) = desk.store.find(Filters())
    assert listed.delivery is not None


async def test_a_message_handled_twice_is_one_record(desk: Desk) -> None:
    await asyncio.gather(*(desk.recorder.record(record(1)) for _ in range(4)))
    assert desk.recorded() == ids(1)


async def test_a_locked_database_holds_no_reply_up_and_loses_no_record(desk: Desk) -> None:
    await desk.recorder.record(record(0))
    with locked(desk.database):
        await asyncio.wait_for(desk.recorder.record(record(1)), BOUND)
        assert not desk.spool.is_empty()
        await asyncio.wait_for(
            asyncio.gather(*(desk.recorder.record(record(n)) for n in range(2, 30))), BOUND
        )
    desk.worker.work()
    assert desk.recorded() == ids(*range(30))
    assert desk.spool.is_empty()


async def test_writes_do_not_pile_up_while_the_database_is_locked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    release = threading.Event()

    def add(escalation: Escalation, _deliver: bool) -> None:
        asked.append(escalation.id)
        release.wait(60)

    monkeypatch.setattr(desk.store, "add", add)
    try:
        await asyncio.gather(*(desk.recorder.record(record(n)) for n in range(50)))
        for number in range(50, 100):
            await desk.recorder.record(record(number))
        assert len(asked) <= module._MOST_WRITES
        assert desk.spool.waiting() == 100
    finally:
        release.set()


async def test_after_a_while_the_database_is_asked_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.recorder.record(record(0))
    with locked(desk.database):
        await desk.recorder.record(record(1))
    await desk.recorder.record(record(2))
    assert desk.recorded() == ids(0)
    monkeypatch.setattr(desk.recorder, "_paused_until", 0.0)
    await desk.recorder.record(record(3))
    assert desk.recorded() == ids(0, 3)
    desk.worker.work()
    assert desk.recorded() == ids(0, 1, 2, 3)


async def test_a_write_that_comes_late_is_the_same_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = desk.store.add
    release = threading.Event()

    def add(escalation: Escalation, deliver: bool) -> None:
        release.wait(60)
        really(escalation, deliver)

    monkeypatch.setattr(desk.store, "add", add)
    await desk.recorder.record(record(1))
    assert desk.spool.waiting() == 1
    release.set()
    assert eventually(lambda: desk.store.exists() and desk.recorded() == ids(1))
    desk.worker.work()
    assert desk.recorded() == ids(1)


@pytest.mark.parametrize("error", [sqlite3.Error, OSError, RuntimeError, MemoryError])
async def test_any_error_of_the_database_goes_to_the_spool(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def add(*_: object) -> None:
        raise error(TEXT)

    monkeypatch.setattr(desk.store, "add", add)
    await desk.recorder.record(record(1))
    assert desk.spool.waiting() == 1
    assert error.__name__ in caplog.text
    assert "Zebulon" not in caplog.text


async def test_where_everything_fails_the_reply_goes_out_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OSError(TEXT)

    monkeypatch.setattr(desk.store, "add", fail)
    monkeypatch.setattr(desk.spool, "append", fail)
    await desk.recorder.record(record(1))
    (lost,) = [entry for entry in caplog.records if entry.levelno == logging.CRITICAL]
    assert lost.getMessage() == f"The escalation {record(1).id} may be lost (OSError)."
    assert "Zebulon" not in caplog.text


async def test_where_everything_hangs_the_reply_goes_out_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()

    def hang(*_: object) -> None:
        release.wait(60)

    monkeypatch.setattr(desk.store, "add", hang)
    monkeypatch.setattr(desk.spool, "append", hang)
    try:
        await asyncio.wait_for(
            asyncio.gather(*(desk.recorder.record(record(n)) for n in range(10))), BOUND
        )
    finally:
        release.set()
    assert caplog.text.count("may be lost") == 10


async def test_the_event_loop_goes_on_meanwhile(desk: Desk) -> None:
    await desk.recorder.record(record(0))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    with locked(desk.database):
        await desk.recorder.record(record(1))
    ticking.cancel()
    assert ticks > 5


async def test_a_caller_that_goes_away_loses_no_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        time.sleep(0.1)
        raise OSError

    monkeypatch.setattr(desk.store, "add", fail)
    task = asyncio.create_task(desk.recorder.record(record(1)))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.gather(*desk.recorder._running)
    assert desk.spool.waiting() == 1


@pytest.mark.parametrize("keep_text", [False, True])
def test_texts_are_kept_only_where_that_was_turned_on(desk: Desk, keep_text: bool) -> None:
    recorder = Recorder(desk.store, desk.spool, desk.worker, key=KEY, keep_text=keep_text)
    made = recorder.describe(
        channel="rest",
        sender="+49 151 23456789",
        message_id="message-1",
        outcome="escalate",
        signs=["weakness"],
        person="self",
        rules_version="rules-1",
        model_version="model-1",
        text=TEXT,
    )
    assert made.text == (TEXT if keep_text else None)
    assert (made.id, made.conversation) == (record(1).id, record(1).conversation)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    for name in (HASH_KEY_VARIABLE, SECRET_VARIABLE, "TWITCHWISE_ESCALATION_WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    project_recorder.cache_clear()
    yield tmp_path
    if project_recorder.cache_info().currsize:
        project_recorder()._worker.stop()
    project_recorder.cache_clear()
    settings.cache_clear()


async def test_the_projects_recorder_delivers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        monkeypatch.setenv("TWITCHWISE_ESCALATION_WEBHOOK_URL", receiver.url)
        monkeypatch.setenv(SECRET_VARIABLE, base64.b64encode(SECRET).decode())
        recorder = project_recorder()
        assert project_recorder() is recorder
        await recorder.record(record(1))
        assert eventually(lambda: receiver.accepted == ids(1))
    assert receiver.got[0].is_signed_with(SECRET)
    assert {path.name for path in (home / "var").iterdir()} >= {"escalations.sqlite3", "hash.key"}


async def test_without_a_webhook_records_are_kept(home: Path) -> None:
    await project_recorder().record(record(1))
    (listed,) = EscalationStore(settings().escalations_database_url()).find(Filters())
    assert listed.escalation == record(1)
    assert listed.delivery is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWITCHWISE_ESCALATION_WEBHOOK_URL", "https://example.org"),
        ("TWITCHWISE_ESCALATIONS_URL", "nonsense"),
        (HASH_KEY_VARIABLE, "short"),
    ],
)
def test_wrong_settings_are_said_at_the_start(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    require_settings()
    assert not (home / "var").exists()
    settings.cache_clear()
    monkeypatch.setenv(name, value)
    for check in (require_settings, project_recorder):
        with pytest.raises(TwitchwiseError, match="Mend: "):
            check()


def test_a_damaged_key_is_said_at_the_start(home: Path) -> None:
    (home / "var").mkdir()
    (home / "var" / "hash.key").write_text("short")
    with pytest.raises(TwitchwiseError, match="Mend: "):
        require_settings()
