"""Runs jobs of one lane one after the other, and those of different lanes side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Lanes:
    """Lanes by name: a person's messages are answered in order, whoever else has to wait."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[Any]] = {}
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        """Return how many jobs run or wait."""
        return len(self._running)

    def run(self, lane: str, job: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """Return the task that runs the job once all before it in its lane have ended."""
        task = asyncio.get_running_loop().create_task(_after(self._last.get(lane), job))
        self._last[lane] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(lane, done))
        return task

    def _ended(self, lane: str, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if self._last.get(lane) is task:
            del self._last[lane]

    async def finish(self, seconds: float) -> None:
        """Wait until all jobs have ended, for so many seconds at most; then end them."""
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _after(before: asyncio.Task[Any] | None, job: Callable[[], Awaitable[T]]) -> T:
    if before is not None:
        await asyncio.wait({before})
    return await job()
