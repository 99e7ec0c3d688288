"""Messages whose words have to be fetched before they are complete.

A platform that only tells "there is a message" does not tell it again once it is acknowledged. So
the notice is written down first, without words, and fetched for as long as it takes: also after a
restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from twitchwise.channels.database_thread import SECONDS, DatabaseThread, DatabaseUnavailable
from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Inbound
from twitchwise.channels.platforms.inbox import Inbox
from twitchwise.channels.platforms.tasks import end
from twitchwise.escalations.record import utc_now
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: How long an acknowledgement waits for the words, in seconds: most messages are complete by then.
WAIT_SECONDS = 3.0
#: How long to wait before it is tried again, in seconds: twice as long each time.
FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 600.0
_DAY = timedelta(hours=24)
#: With so many on their way, more are refused.
_MOST = 1_000
_BUSY = "Too many messages are waiting."


@dataclass(frozen=True)
class _Waiting:
    """A notice, until when it is tried, and what is done when it is over."""

    notice: Inbound
    until: float
    over: asyncio.Future[None]


@dataclass
class _Line:
    """What one person has written at one place and is not fetched, by id, oldest first."""

    waiting: dict[str, _Waiting] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Fetching:
    """Completes notices, those of one person at a place in the order in which they came.

    One that cannot be fetched does not keep the next one unheard. Where the database cannot be
    used, a notice is lost only if the server dies now.
    """

    def __init__(
        self,
        name: str,
        complete: Callable[[Inbound], Awaitable[Inbound | None]],
        take: Callable[[Inbound], Awaitable[None]],
    ) -> None:
        """Take what is to be done.

        Args:
            name: of the platform.
            complete: returns the whole message, or None where there is nothing to answer; may
                raise `Undelivered`.
            take: takes the whole message in; may raise `Refused`.
        """
        self._name = name
        self._channel = f"{name} notices"
        self._complete = complete
        self._take = take
        self._inbox = Inbox(settings().database_url())
        self._database = DatabaseThread(f"{name}-notices", SECONDS)
        self._lines: dict[str, _Line] = {}
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Return how many are not completed."""
        return sum(len(line.waiting) for line in self._lines.values())

    async def add(self, notice: Inbound) -> None:
        """Take a notice in; when this returns, it can be acknowledged.

        Raises:
            Refused: too many are waiting.
        """
        if len(self) >= _MOST:
            raise Refused(503, _BUSY, {"Retry-After": "30"})
        # Shielded: Sanic cancels whoever has hung up, and a notice that was written down would be
        # known when it comes again, and not completed.
        await asyncio.shield(self._added(notice))

    async def _added(self, notice: Inbound) -> None:
        add = functools.partial(self._inbox.add, self._channel, "", notice)
        if await self._ask(add) is not False:
            await asyncio.wait({self._put(notice)}, timeout=WAIT_SECONDS)

    async def resume(self) -> None:
        """Take up what an earlier process has not completed.

        Raises:
            Undelivered: the database does not tell what that is.
        """
        found = await self._ask(functools.partial(self._inbox.unanswered, utc_now() - _DAY))
        if found is None:
            raise Undelivered("what is left to be fetched cannot be read")
        for channel, notice, _ in found:
            if channel == self._channel:
                self._put(notice)

    async def stop(self) -> None:
        """End; what is left is completed at the next start."""
        await asyncio.gather(*map(end, list(self._running)))

    def _put(self, notice: Inbound) -> asyncio.Future[None]:
        """Put a notice at the end of its line; return what is done when it is over."""
        loop = asyncio.get_running_loop()
        name = f"{notice.place}\n{notice.person}"
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line()
            task = loop.create_task(self._serve(name, line))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        until = time.monotonic() + _DAY.total_seconds()
        waiting = _Waiting(notice, until, loop.create_future())
        line.news.set()
        return line.waiting.setdefault(notice.id, waiting).over

    async def _serve(self, name: str, line: _Line) -> None:
        pause = FIRST_PAUSE_SECONDS
        while line.waiting:
            line.news.clear()
            if not await self._try_all(line, in_order=True):
                await self._try_all(line, in_order=False)
            if line.waiting:
                # Another message is a reason to try again at once.
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(line.news.wait(), pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        del self._lines[name]

    async def _try_all(self, line: _Line, *, in_order: bool) -> bool:
        """Complete what can be completed.

        Args:
            line: of one person at one place.
            in_order: stop and return False where one can be completed and one before it could not:
                the platform may have come back in between, and then that one goes first.
        """
        is_behind = False
        for one in list(line.waiting.values()):
            is_known, whole = await self._fetched(one)
            if whole is not None and is_behind and in_order:
                return False
            if not (is_known and await self._is_taken(whole)):
                is_behind = True
                continue
            await self._ask(functools.partial(self._inbox.done, self._channel, one.notice.id))
            del line.waiting[one.notice.id]
            one.over.set_result(None)
        return True

    async def _fetched(self, one: _Waiting) -> tuple[bool, Inbound | None]:
        """Return whether a notice needs no other try, and its message where there is one."""
        is_old = time.monotonic() >= one.until
        try:
            return True, await self._complete(one.notice)
        except Undelivered as error:
            logger.error("A message of %s was not fetched: %s.", self._name, error.reason)
            return is_old or error.is_final, None
        except Exception as error:
            # The type alone: a message could hold what the person wrote.
            logger.error("A message of %s failed: %s.", self._name, type(error).__name__)
            return is_old, None

    async def _is_taken(self, whole: Inbound | None) -> bool:
        try:
            if whole is not None:
                await self._take(whole)
        except Refused:
            return False
        except Exception as error:
            logger.error("A message of %s was not taken: %s.", self._name, type(error).__name__)
            return False
        return True

    async def _ask(self, job: Callable[[], T]) -> T | None:
        with contextlib.suppress(DatabaseUnavailable):
            return await self._database.run(job)
        logger.error("The notices of %s cannot be written down.", self._name)
        return None
