"""``twitchwise escalations``: finds records and writes them out."""

from __future__ import annotations

import argparse
import contextlib
import sys

from twitchwise.escalations.formats import WRITERS
from twitchwise.escalations.options import require_outcomes
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.spool import Spool, spool_path
from twitchwise.escalations.store import EscalationStore, Filters
from twitchwise.listings import read_time, require_limit
from twitchwise.output import until_the_reader_goes, write_out
from twitchwise.settings import settings


def run(options: argparse.Namespace) -> int:
    """List what the options ask for; return the exit code.

    Raises:
        TwitchwiseError: an option is wrong, the database cannot be read, or the file not written.
    """
    filters = _filters(options)
    store = EscalationStore(settings().escalations_database_url())
    try:
        with until_the_reader_goes(), store.errors_told():
            _tell_of_spool()
            if options.retry:
                _retry(store)
            else:
                _list(store, filters, options)
    finally:
        store.close()
    return 0


def _filters(options: argparse.Namespace) -> Filters:
    now = utc_now()
    return Filters(
        since=read_time("--since", options.since, now),
        until=read_time("--until", options.until, now),
        outcomes=require_outcomes(options.outcome),
        sign=options.sign,
        channel=options.channel,
        conversation=options.conversation,
        undelivered=options.undelivered,
        limit=require_limit(options.limit),
    )


def _list(store: EscalationStore, filters: Filters, options: argparse.Namespace) -> None:
    there = store.exists()
    if not there or (options.format == "table" and not store.count(filters)):
        _tell_of_nothing(store, there, options)
        if options.format == "table":
            return
    found = store.find(filters) if there else iter(())
    write_out(WRITERS[options.format](found), options.output)


def _tell_of_nothing(store: EscalationStore, there: bool, options: argparse.Namespace) -> None:
    empty = not there or not store.count(Filters())
    # A program that reads JSON or CSV gets an empty list, and a person this beside it.
    where = sys.stdout if options.format == "table" else sys.stderr
    print("No escalations yet." if empty else "No escalations match.", file=where, flush=True)


def _retry(store: EscalationStore) -> None:
    count = store.retry_all() if store.exists() else 0
    noun = "escalation is" if count == 1 else "escalations are"
    print(f"{count} {noun} due now. A running server sends what is due within half a minute.")


def _tell_of_spool() -> None:
    """Say where records are not in the database yet, as they are not listed."""
    with contextlib.suppress(OSError):
        waiting = Spool(spool_path()).waiting()
        if waiting:
            noun = "record waits" if waiting == 1 else "records wait"
            print(
                f"{waiting} {noun} in {spool_path()}; a running server takes them in.",
                file=sys.stderr,
            )
