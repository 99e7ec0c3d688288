"""``twitchwise escalations``: finds records and writes them out."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import sqlalchemy as sa

from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.formats import WRITERS
from twitchwise.escalations.options import read_time, require_limit, require_outcomes
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.spool import Spool, spool_path
from twitchwise.escalations.store import EscalationStore, Filters
from twitchwise.settings import settings


def run(options: argparse.Namespace) -> int:
    """List what the options ask for; return the exit code.

    Raises:
        TwitchwiseError: an option is wrong, the database cannot be read, or the file not written.
    """
    filters = _filters(options)
    store = EscalationStore(settings().escalations_database_url())
    try:
        _tell_of_spool()
        if options.retry:
            return _retry(store)
        return _list(store, filters, options)
    except BrokenPipeError:
        # Whoever read this has seen enough ("| head"). What is buffered must go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except sa.exc.SQLAlchemyError as error:
        raise TwitchwiseError(
            f"The database of escalations cannot be used: {_reason(error)} ({store.place}). "
            "Mend: see that it runs and may be read, or correct escalations_url in settings.yml."
        ) from error
    finally:
        store.close()


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


def _list(store: EscalationStore, filters: Filters, options: argparse.Namespace) -> int:
    there = store.exists()
    if not there or (options.format == "table" and not store.count(filters)):
        _tell_of_nothing(store, there, options)
        if options.format == "table":
            return 0
    found = store.find(filters) if there else iter(())
    with _opened(options.output) as output:
        for piece in WRITERS[options.format](found):
            output.write(piece)
        output.flush()
    return 0


def _tell_of_nothing(store: EscalationStore, there: bool, options: argparse.Namespace) -> None:
    empty = not there or not store.count(Filters())
    # A program that reads JSON or CSV gets an empty list, and a person this beside it.
    where = sys.stdout if options.format == "table" else sys.stderr
    print("No escalations yet." if empty else "No escalations match.", file=where, flush=True)


def _retry(store: EscalationStore) -> int:
    count = store.retry_all() if store.exists() else 0
    noun = "escalation is" if count == 1 else "escalations are"
    print(f"{count} {noun} due now. A running server sends what is due within half a minute.")
    return 0


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


def _reason(error: sa.exc.SQLAlchemyError) -> str:
    """Return the first line of what the database itself says."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return said.splitlines()[0].strip() if said else type(error).__name__


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    """Give standard output, or a file that appears only when it is complete.

    Raises:
        TwitchwiseError: the file cannot be written.
    """
    if path is None:
        yield sys.stdout
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # For its owner alone: there may be texts in it.
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise TwitchwiseError(
            f"{path} cannot be written: {error.strerror}. Mend: name a file in another folder."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
