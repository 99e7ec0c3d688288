"""Asks a database beside the event loop, and not for longer than a reply may wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

#: How long a reply waits for a database, in seconds.
SECONDS = 1.0

#: How long the database is left alone after it failed or was too slow, in seconds.
_PAUSE_SECONDS = 5.0


class DatabaseUnavailable(Exception):
    """The database cannot be used now; says why in a word, without anything private."""


class DatabaseThread:
    """One thread for one database: what is asked first is done first."""

    def __init__(self, name: str, seconds: float) -> None:
        """Take the thread's name, and how long to wait for an answer, in seconds."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._seconds = seconds
        self._paused_until = 0.0

    async def run(self, job: Callable[[], T], *, wait_longer: bool = False) -> T:
        """Return what the job returns.

        Args:
            job: what asks the database. Where it takes too long, it goes on and is not waited for.
            wait_longer: ask also while the database is left alone, and wait ten times as long:
                for what a person asked for and must not be told that it was done when it was not.

        Raises:
            DatabaseUnavailable: the job failed or took too long, or one did just before.
        """
        if not wait_longer and time.monotonic() < self._paused_until:
            raise DatabaseUnavailable("it failed a moment ago")
        future = asyncio.get_running_loop().run_in_executor(self._pool, job)
        # What comes of it when nobody waits any more is nobody's business; asyncio would complain.
        future.add_done_callback(lambda late: late.cancelled() or late.exception())
        seconds = self._seconds * (10 if wait_longer else 1)
        done, _ = await asyncio.wait({future}, timeout=seconds)
        if not done:
            self._pause()
            raise DatabaseUnavailable("too slow")
        error = future.exception()
        if error is not None:
            self._pause()
            # The type alone: a message could hold what a person wrote.
            raise DatabaseUnavailable(type(error).__name__)
        return future.result()

    def _pause(self) -> None:
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
