"""The thread that moves spooled records into the database, and sends what is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from twitchwise.escalations.record import Escalation, utc_now
from twitchwise.escalations.spool import Spool
from twitchwise.escalations.store import Claimed, EscalationStore
from twitchwise.escalations.webhook import Webhook, wait_seconds

logger = logging.getLogger(__name__)

#: How often to look for what other processes left, in seconds.
_IDLE_SECONDS = 30.0
#: How long to wait where the database or the spool gives trouble, in seconds.
_TROUBLE_SECONDS = 5.0


class DeliveryWorker:
    """A daemon thread that works until it is told to stop, whatever goes wrong.

    Several may work on one database, in one process or many: each record is claimed before it
    is sent.
    """

    def __init__(
        self,
        store: EscalationStore,
        spool: Spool,
        webhook: Webhook | None,
        idle_seconds: float = _IDLE_SECONDS,
        trouble_seconds: float = _TROUBLE_SECONDS,
    ) -> None:
        """Take what to work with.

        Args:
            store: the database.
            spool: what the database did not take in time.
            webhook: where to send records; None to send none.
            idle_seconds: how often to look for what other processes left.
            trouble_seconds: how long to wait after an error.
        """
        self._store = store
        self._spool = spool
        self._webhook = webhook
        self._idle_seconds = idle_seconds
        self._trouble_seconds = trouble_seconds
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        # What the receiver has, but the database could not note: not to be sent again.
        self._to_note: set[str] = set()
        # What is in the log since everything was fine last.
        self._told: set[str] = set()

    def start(self) -> None:
        """Start the thread, once."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="twitchwise-escalations", daemon=True
            )
            self._thread.start()

    def wake(self) -> None:
        """Say that there is something new."""
        self._woken.set()

    def stop(self, timeout: float = 2.0) -> None:
        """Stop after the try that is under way; wait ``timeout`` seconds for it at most."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            self._woken.wait(self.work())

    def work(self) -> float:
        """Do what is to be done now; return how long there is nothing to do, in seconds."""
        fine = self._try(self._import_spool)
        if self._webhook is not None:
            fine = self._try(self._send_due) and fine
        if not fine:
            return self._trouble_seconds
        self._told.clear()
        return self._seconds_left()

    def _try(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except Exception as error:
            # The type alone: a database's message holds the values. And once: a database that
            # is away for a night would fill the log.
            trouble = f"{step.__name__.strip('_')}: {type(error).__name__}"
            if trouble not in self._told:
                logger.error("Escalations wait (%s).", trouble)
            self._told.add(trouble)
            return False
        return True

    def _import_spool(self) -> None:
        self._spool.import_into(self._add)

    def _add(self, escalation: Escalation) -> None:
        self._store.add(escalation, deliver=self._webhook is not None)

    def _send_due(self) -> None:
        for key in sorted(self._to_note):
            self._note_delivered(key)
        while not self._stopping.is_set():
            claimed = self._store.due(utc_now(), limit=1)
            if not claimed:
                return
            self._send(claimed[0])

    def _send(self, claimed: Claimed) -> None:
        assert self._webhook is not None
        key = claimed.escalation.id
        answer = self._webhook.send(claimed.escalation)
        if answer.accepted:
            self._to_note.add(key)
            self._note_delivered(key)
            return
        wait = wait_seconds(claimed.attempts + 1, answer)
        self._store.failed(key, answer.error, utc_now() + timedelta(seconds=wait))

    def _note_delivered(self, key: str) -> None:
        self._store.delivered(key)
        self._to_note.discard(key)

    def _seconds_left(self) -> float:
        if self._webhook is None:
            return self._idle_seconds
        try:
            due = self._store.next_due()
        except Exception:
            return self._trouble_seconds
        if due is None:
            return self._idle_seconds
        left = (due - utc_now()).total_seconds()
        return min(max(left, 0.0), self._idle_seconds)
