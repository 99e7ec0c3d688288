"""A database beside the event loop: bounded waiting, and no text in what is said of errors."""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
import time

import pytest

from twitchwise.channels import database_thread as module
from twitchwise.channels.database_thread import DatabaseThread, DatabaseUnavailable


def fails() -> None:
    raise ValueError("Zebulon")


async def test_what_the_job_returns() -> None:
    assert await DatabaseThread("test", 5.0).run(lambda: 42) == 42


async def test_jobs_run_in_order_beside_the_event_loop() -> None:
    thread, done = DatabaseThread("test", 5.0), []

    def slowly(number: int) -> None:
        time.sleep(0.05 / (number + 1))
        done.append((number, threading.get_ident()))

    await asyncio.gather(*(thread.run(functools.partial(slowly, n)) for n in range(4)))
    assert [number for number, _ in done] == [0, 1, 2, 3]
    assert threading.get_ident() not in {thread_id for _, thread_id in done}


async def test_a_caller_that_goes_away_leaves_no_complaint(
    caplog: pytest.LogCaptureFixture,
) -> None:
    thread, free = DatabaseThread("test", 5.0), threading.Event()

    def fails_late() -> None:
        free.wait(10)
        raise ValueError("Zebulon")

    caller = asyncio.create_task(thread.run(fails_late))
    await asyncio.sleep(0.05)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    free.set()
    await asyncio.sleep(0.1)
    gc.collect()
    assert "Zebulon" not in caplog.text
    assert "never retrieved" not in caplog.text


async def test_an_error_is_told_without_its_text() -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        await DatabaseThread("test", 5.0).run(fails)
    assert str(raised.value) == "ValueError"


async def test_a_slow_job_is_not_waited_for() -> None:
    thread = DatabaseThread("test", 0.05)
    free = threading.Event()
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await thread.run(lambda: free.wait(10))
    assert time.monotonic() - began < 5
    free.set()


async def test_after_a_failure_the_database_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    thread, asked = DatabaseThread("test", 5.0), []
    with pytest.raises(DatabaseUnavailable):
        await thread.run(fails)
    with pytest.raises(DatabaseUnavailable):
        await thread.run(lambda: asked.append("now"))
    assert not asked
    # What a person asked for is tried all the same.
    await thread.run(lambda: asked.append("forget"), wait_longer=True)
    assert asked == ["forget"]
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.0)
    other = DatabaseThread("test", 5.0)
    with pytest.raises(DatabaseUnavailable):
        await other.run(fails)
    assert await other.run(lambda: "back") == "back"
