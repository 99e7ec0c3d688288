"""Ends tasks for sure."""

from __future__ import annotations

import asyncio
from typing import Any

#: How long a task may take to notice that it is cancelled before it is told again, in seconds.
_AGAIN_SECONDS = 0.5


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task and wait until it has ended, however it ends.

    It is told again until it does: ``asyncio.wait_for`` of Python 3.10 loses a cancellation that
    comes in the moment in which what it waits for is done (bugs.python.org/issue37658).
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_AGAIN_SECONDS)
