"""Records escalations for the guard: before the reply goes out, and never longer than it may wait.

The database is written in a thread. Where it does not answer in time, the record goes to the
spool, and the worker moves it on later; a late write of the same record does no harm, since its
id is the same.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from twitchwise.escalations.hash_key import hash_key, require_hash_key
from twitchwise.escalations.record import Escalation, conversation_hash, describe
from twitchwise.escalations.spool import Spool, spool_path
from twitchwise.escalations.store import EscalationStore
from twitchwise.escalations.webhook import webhook_of_settings
from twitchwise.escalations.worker import DeliveryWorker
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

#: How long the database is not asked again after it failed or was too slow, in seconds.
_PAUSE_SECONDS = 5.0
#: How long to wait until texts are deleted, in seconds.
_FORGET_SECONDS = 10.0
#: So many writes may wait in memory: for the database, and for a disk that hangs.
_MOST_WRITES = 4
_MOST_SPOOLING = 1000


class Recorder:
    """Records escalations, and wakes the worker that delivers them."""

    def __init__(
        self,
        store: EscalationStore,
        spool: Spool,
        worker: DeliveryWorker,
        *,
        key: bytes,
        deliver: bool = False,
        keep_text: bool = False,
        seconds: float = 1.0,
    ) -> None:
        """Take what to record with.

        Args:
            store: the database.
            spool: where records go that the database does not take in time.
            worker: who delivers them; it is woken, not started.
            key: what senders are hashed with.
            deliver: whether a webhook is set.
            keep_text: whether the operator turned on that texts are kept.
            seconds: how long to wait for the database, and for the spool.
        """
        self._store = store
        self._spool = spool
        self._worker = worker
        self._deliver = deliver
        self._key = key
        #: Describes a message: `record.describe`, which needs no more than what was said.
        self.describe = functools.partial(describe, key=key, keep_text=keep_text)
        self._seconds = seconds
        self._writes = _Threads("escalation-write", _MOST_WRITES)
        self._spooling = _Threads("escalation-spool", _MOST_SPOOLING)
        self._paused_until = 0.0
        self._running: set[asyncio.Task[None]] = set()

    async def record(self, escalation: Escalation) -> None:
        """Record an escalation within twice the time allowed at most; never raises.

        Where the caller is cancelled, the record is still made.
        """
        task = asyncio.create_task(self._record(escalation))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def forget_texts(self, sender: str) -> str:
        """Delete the texts of a conversation's records.

        Returns:
            What went wrong, in a word; empty where nothing did.

        A record in the spool, which the database has not taken in yet, keeps its text.
        """
        conversation = conversation_hash(sender, self._key)
        return await self._writes.run(
            functools.partial(self._store.forget_texts, conversation), _FORGET_SECONDS
        )

    async def _record(self, escalation: Escalation) -> None:
        try:
            if not await self._write(escalation):
                await self._append(escalation)
        except Exception as error:
            _log_lost(escalation, type(error).__name__)
        self._worker.wake()

    async def _write(self, escalation: Escalation) -> bool:
        """Say whether the database has the record."""
        if time.monotonic() < self._paused_until:
            return False
        write = functools.partial(self._store.add, escalation, self._deliver)
        error = await self._writes.run(write, self._seconds)
        if error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            logger.error("An escalation goes to the spool (%s).", error)
        return not error

    async def _append(self, escalation: Escalation) -> None:
        error = await self._spooling.run(
            functools.partial(self._spool.append, escalation), self._seconds
        )
        if error:
            _log_lost(escalation, error)


class _Threads:
    """A few threads with a bounded queue."""

    def __init__(self, name: str, most_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix=name)
        self._most_waiting = most_waiting
        self._unfinished: set[Future[None]] = set()

    async def run(self, job: Callable[[], None], seconds: float) -> str:
        """Do the job; return what went wrong in a word, empty where nothing did.

        A job that takes longer than ``seconds`` goes on, and is not waited for.
        """
        self._unfinished = {future for future in self._unfinished if not future.done()}
        if len(self._unfinished) >= self._most_waiting:
            return "too many wait"
        future = self._pool.submit(job)
        self._unfinished.add(future)
        waiting = asyncio.wrap_future(future)
        done, _ = await asyncio.wait({waiting}, timeout=seconds)
        if not done:
            # What comes of it later is nobody's business: asyncio would complain of an error.
            waiting.add_done_callback(lambda late: late.cancelled() or late.exception())
            return "too slow"
        error = waiting.exception()
        return type(error).__name__ if error else ""


def _log_lost(escalation: Escalation, error: str) -> None:
    logger.critical("The escalation %s may be lost (%s).", escalation.id, error)


@functools.lru_cache(maxsize=1)
def project_recorder() -> Recorder:
    """Return the recorder of this installation; its worker is running.

    Call it when the server starts, not in a turn: what an earlier process did not deliver is
    delivered from then on, and wrong settings are said then.

    Raises:
        TwitchwiseError: a setting, the webhook's secret or the hash key is wrong.
    """
    store = EscalationStore(settings().escalations_database_url())
    spool = Spool(spool_path())
    webhook = webhook_of_settings()
    worker = DeliveryWorker(store, spool, webhook)
    recorder = Recorder(
        store,
        spool,
        worker,
        key=hash_key(),
        deliver=webhook is not None,
        keep_text=settings().escalation_texts,
        seconds=settings().escalation_seconds,
    )
    worker.start()
    return recorder


def require_settings() -> None:
    """Check everything that `project_recorder` needs, without starting or making anything.

    Raises:
        TwitchwiseError: as `project_recorder`.
    """
    EscalationStore(settings().escalations_database_url()).close()
    webhook_of_settings()
    require_hash_key()
