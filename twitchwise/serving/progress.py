"""Shows what is going on in long steps, on standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show ``title`` with the seconds it takes; the line moves only on a terminal."""
    started = time.monotonic()
    done = threading.Event()
    if sys.stderr.isatty():
        ticker = threading.Thread(target=_tick, args=(title, started, done), daemon=True)
        ticker.start()
    else:
        print(f"{title} …", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        done.set()
    _show(f"{title}: {time.monotonic() - started:.1f} s\n")


def _tick(title: str, started: float, done: threading.Event) -> None:
    while not done.wait(0.5):
        _show(f"{title} … {time.monotonic() - started:.0f} s")


def _show(line: str) -> None:
    start = "\r\033[K" if sys.stderr.isatty() else ""
    print(f"{start}{line}", end="", file=sys.stderr, flush=True)
