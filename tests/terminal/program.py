"""How the client is started: its command, and surroundings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
#: The longest that a run may take; only reached where something is broken.
_PATIENCE_SECONDS = 120


def wait_until_it_waits(pid: int) -> None:
    """Wait until a program waits for something, as for its input.

    Python does not hear a signal that comes just before it begins to read. No person is that
    quick; a test is.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while psutil.Process(pid).status() == psutil.STATUS_RUNNING:
        assert time.monotonic() < deadline, "it never waits"
        time.sleep(0.001)


def command(*arguments: str) -> list[str]:
    """Return the command line of ``twitchwise …``."""
    return [sys.executable, "-m", "twitchwise.cli", *arguments]


@dataclass(frozen=True)
class Surroundings:
    """A person's home folder, from which the client is run."""

    folder: Path

    @property
    def state(self) -> Path:
        """The folder that the client may keep files in."""
        return self.folder / "state" / "twitchwise"

    @property
    def history(self) -> Path:
        """The file of what was typed."""
        return self.state / "history"

    def variables(self, **more: str) -> dict[str, str]:
        """Return the variables of a process; nothing of the machine's own but the path."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            **more,
        }


@dataclass(frozen=True)
class Finished:
    """What a run left."""

    exit_code: int
    out: str
    err: str


class Pipes:
    """Runs the client without a terminal."""

    def __init__(self, surroundings: Surroundings, url: str) -> None:
        self._surroundings = surroundings
        self._url = url

    def chat(self, given: str | bytes, *options: str, **variables: str) -> Finished:
        """Pipe lines into ``chat``."""
        return self.run(["chat", "--url", self._url, *options], given, **variables)

    def ask(self, *words: str, given: str | bytes = b"", **variables: str) -> Finished:
        """Run ``ask``."""
        return self.run(["ask", "--url", self._url, *words], given, **variables)

    def run(self, arguments: Sequence[str], given: str | bytes = b"", **variables: str) -> Finished:
        """Run any command to its end; what it writes has to be UTF-8."""
        done = subprocess.run(
            command(*arguments),
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            cwd=self._surroundings.folder,
            env=self._surroundings.variables(**variables),
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a command that the test feeds itself."""
        return subprocess.Popen(
            command(*arguments, "--url", self._url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._surroundings.folder,
            env=self._surroundings.variables(**variables),
        )
