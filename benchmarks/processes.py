"""A bot's processes: start them, count what they use, stop them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import psutil
from typing_extensions import Self

from benchmarks.results import MemoryFigures

STOP_SECONDS = 20.0


class ProcessTree:
    """A process and all its descendants, stopped at the end of a ``with`` block."""

    def __init__(
        self, command: Sequence[str], folder: Path, env: Mapping[str, str], log: Path
    ) -> None:
        """Start ``command`` in ``folder``; what it prints goes to ``log``."""
        self.log = log
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches the benchmark alone, which then stops the bot.
            self._popen = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._root = psutil.Process(self._popen.pid)

    def __enter__(self) -> Self:
        """Return the running tree."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all processes."""
        self.stop()

    def exit_code(self) -> int | None:
        """Return the exit code of the first process, None while it runs."""
        return self._popen.poll()

    def processes(self) -> list[psutil.Process]:
        """Return the running processes of the tree."""
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def cpu_seconds(self) -> float:
        """Return the processor seconds (user and system) used by all processes so far.

        A child that has ended is counted in its parent's ``children_…`` fields.
        """
        total = 0.0
        for process in self.processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
        return total

    def memory(self) -> MemoryFigures:
        """Return the memory in bytes that all processes hold now."""
        processes, rss = 0, 0
        pss: int | None = 0
        for process in self.processes():
            try:
                rss += process.memory_info().rss
                processes += 1
                if pss is not None:
                    pss += process.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
            except (psutil.AccessDenied, AttributeError):
                pss = None
        return MemoryFigures(processes=processes, rss_bytes=rss, pss_bytes=pss)

    def stop(self) -> None:
        """Ask the first process to end; end whatever is left after ``STOP_SECONDS``."""
        processes = self.processes()
        if self._popen.poll() is None:
            self._popen.terminate()
        _, left = psutil.wait_procs(processes, timeout=STOP_SECONDS)
        for process in left:
            print(f"  warning: process {process.pid} did not end by itself and is killed")
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=STOP_SECONDS)
        self._popen.wait()
