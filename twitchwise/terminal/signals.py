"""Signals: the program ends in order, and what matters is not broken off."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

#: The system, or a window that was closed, wants the program to end.
_ENDING = (signal.SIGTERM, signal.SIGHUP)
_ALL = (signal.SIGINT, *_ENDING)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let no signal break off what is inside, which takes seconds at most; then they count."""
    if threading.current_thread() is not threading.main_thread():
        # Signals reach the main thread alone.
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in _ALL}
    for number in _ALL:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, lambda which, _: came.append(which))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for each in dict.fromkeys(came):
        signal.raise_signal(each)


@contextlib.contextmanager
def leaving_on_signals(leave: Callable[[BaseException], bool]) -> Iterator[None]:
    """Let SIGTERM and SIGHUP (the window was closed) end the program in order.

    Args:
        leave: ends what reads from the terminal with an error; False where nothing does.
    """

    def on_signal(number: int, _: FrameType | None) -> None:
        # Once is enough: another one must not break off what is put in order.
        for each in _ALL:
            signal.signal(each, signal.SIG_IGN)
        leaving = SystemExit(128 + number)
        if not leave(leaving):
            raise leaving

    before = {number: signal.getsignal(number) for number in _ALL}
    for number in _ENDING:
        # Whoever started us with nohup wants us to go on.
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
