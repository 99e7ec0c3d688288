"""A server for one conversation: started where none runs, and stopped after."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

from twitchwise.paths import HOME_VARIABLE, code_root, project_root
from twitchwise.printable import printable
from twitchwise.serving.environment import process_environment
from twitchwise.serving.ready import ready_url
from twitchwise.serving.supervisor import free_port
from twitchwise.terminal.failures import ServerFailed

_STOP_SECONDS = 15


class OwnServer:
    """``twitchwise serve`` as a process of its own; Ctrl-C of the terminal does not reach it."""

    def __init__(self) -> None:
        """Start it."""
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it, at the same address as before.

        Raises:
            ServerFailed: there is no memory for it, or the like.
        """
        command = [sys.executable, "-m", "twitchwise.cli", "serve", "--for-one-conversation"]
        own = {
            HOME_VARIABLE: str(project_root()),
            # Nobody else talks to it: limits would only be in the way of a script.
            "TWITCHWISE_MESSAGES_PER_MINUTE": "0",
        }
        try:
            self._process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self._port)],
                # Not the person's folder: Python would take modules from there.
                cwd=code_root(),
                env={**process_environment(), **own},
                # It ends when this ends, however that happens.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise ServerFailed(
                f"No server could be started: {error.strerror}. Mend: see the README."
            ) from error

    def wait_until_ready(self, tell: Callable[[str], None]) -> None:
        """Return when it answers.

        Args:
            tell: given what it says until then, line by line.

        Raises:
            ServerFailed: it ended instead.
        """
        said = ""
        output = self._output()
        for line in output:
            if ready_url(line) is not None:
                # What it says later must not stand in the middle of the conversation.
                threading.Thread(target=_drain, args=(output,), daemon=True).start()
                return
            shown = printable(line.rstrip())
            said = shown.strip() or said
            # What went wrong is told when it has ended.
            if " Mend: " not in shown:
                tell(shown)
        code = self._process.wait()
        raise ServerFailed(said or f"The server ended (exit code {code}).")

    @property
    def is_running(self) -> bool:
        """Say whether it has not ended."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # The servers that it watches end with it.
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        # All that it has started in its session: it may be training.
        # macOS forbids to signal a group of dead processes.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout


def _drain(output: IO[str]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for _ in output:
            pass
