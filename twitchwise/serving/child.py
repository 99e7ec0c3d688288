"""A server process: started in a group of its own, logged to a file, stopped for certain."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from twitchwise.paths import project_root
from twitchwise.serving.environment import process_environment

_STOP_SECONDS = 8
_PR_SET_PDEATHSIG = 1


class Child:
    """One process of the supervisor."""

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Take what to run.

        Args:
            name: how the process is called in messages, and its log.
            module: what ``python -m`` runs.
            arguments: of the module.
            variables: of the environment, for this process alone.
        """
        self.name = name
        self._variables = dict(variables or {})
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0
        self.log = log_folder() / f"{name.replace(' ', '-')}.log"

    async def start(self) -> None:
        """Start the process; Ctrl-C of the terminal does not reach it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=project_root(),
                env=dict(process_environment(**self._variables)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    async def wait(self) -> int:
        """Wait until the process ends; return its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask the process and its children to stop; after some seconds, make them."""
        if self._process is None or self._process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
        except asyncio.TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def kill(self) -> None:
        """End the process and its children at once."""
        self._signal(signal.SIGKILL)

    def last_words(self) -> str:
        """Return the last line that the process wrote in this run."""
        written = self.log.read_bytes()[self._log_start :].decode("utf-8", "replace")
        lines = [line.strip() for line in written.splitlines() if line.strip()]
        return lines[-1] if lines else "it wrote nothing."

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def log_folder() -> Path:
    """Return the folder of the servers' logs."""
    return project_root() / "var" / "log"


def _die_with_parent() -> None:
    """Ask Linux to end this process with its parent, should that be killed outright."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
