"""Starts bots as processes of their own, one at a time, and stops them for certain."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.live.client import Client
from twitchwise.serving.environment import process_environment

ROOT = Path(__file__).resolve().parents[2]

_START_SECONDS = 300
#: Training, on a slow machine that also runs a bot under test.
_COMMAND_SECONDS = 1200
_STOP_SECONDS = 30


def free_port() -> int:
    """Return a port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, store: Path | None = None) -> dict[str, str]:
    """Return the variables of a process that works on the project folder ``home``."""
    own = {"TWITCHWISE_HOME": str(home), "PYTHONPATH": str(ROOT), "TWITCHWISE_HOST": "127.0.0.1"}
    # Nobody's own .env.
    own["TWITCHWISE_ENV_FILE"] = ""
    if store is not None:
        own["TWITCHWISE_TRACKER_STORE_PATH"] = str(store)
        own["TWITCHWISE_ESCALATIONS_PATH"] = str(store.with_name("escalations.sqlite3"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TWITCHWISE_")}
    return {**process_environment(), **kept, **own}


def run_command(
    home: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``twitchwise …`` on the project folder ``home`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "twitchwise.cli", *arguments],
        cwd=home,
        env={**environment(home), **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_COMMAND_SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Plan:
    """How to start a bot: its project folder, its command, and what its output says when ready.

    Where ``ready`` is empty, the bot is ready when its port answers.
    """

    home: Path
    command: Callable[[int], Sequence[str]]
    ready: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stopped:
    """What was left when a server had been told to stop."""

    exit_code: int | None
    left: list[str]
    port_is_free: bool


@dataclass
class Server:
    """A started bot."""

    plan: Plan
    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = self.folder / "conversations.sqlite3"
        self.output = self.folder / "output.log"
        self.client = Client(f"http://127.0.0.1:{self.port}")
        self._logs = {path: path.stat().st_size for path in self._log_files()}
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *self.plan.command(self.port)],
                cwd=self.plan.home,
                env={**environment(self.plan.home, self.store), **self.plan.variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def processes(self) -> list[psutil.Process]:
        """Return the server's process and all that it has started."""
        try:
            parent = psutil.Process(self._process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def process_of(self, module: str) -> psutil.Process | None:
        """Return the process that runs ``python -m module``."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                if module in process.cmdline():
                    return process
        return None

    def written(self) -> str:
        """Return everything that the server's processes have written since the start."""
        parts = [self.output.read_bytes()]
        parts += [path.read_bytes()[self._logs.get(path, 0) :] for path in self._log_files()]
        return b"\n".join(parts).decode("utf-8", "replace")

    def stop(self) -> Stopped:
        """Press Ctrl-C, and say what is left; what is left is killed."""
        started = self.processes()
        self.client.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        left = [p for p in started if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
        names = [str(p) for p in left]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return Stopped(self._process.poll(), names, _is_free(self.port))

    def _log_files(self) -> list[Path]:
        return sorted((self.plan.home / "var" / "log").glob("*.log"))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._is_ready():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        code = self._process.poll()
        raise RuntimeError(f"No bot (exit code {code}):\n{self.written()[-3000:]}")

    def _is_ready(self) -> bool:
        if self.plan.ready:
            return self.plan.ready in self.output.read_text(encoding="utf-8")
        with contextlib.suppress(httpx.HTTPError, AssertionError):
            return bool(self.client.ask("hello"))
        return False


class Stage:
    """Holds the one bot that runs; the next one starts when it has stopped."""

    def __init__(self, plans: dict[str, Callable[[], Plan]], folder: Path) -> None:
        self._plans = plans
        self._folder = folder
        self._kind = ""
        self._starts = 0
        self._failed: dict[str, Exception] = {}
        self.server: Server | None = None

    def running(self, kind: str) -> Server:
        """Return the bot of this kind, started if need be; what failed to start is left alone."""
        if kind in self._failed:
            raise self._failed[kind]
        if self.server is None or self._kind != kind:
            self.clear()
            self._starts += 1
            try:
                plan = self._plans[kind]()
                self.server = Server(plan, self._folder / f"{self._starts}-{kind}")
            except Exception as error:
                self._failed[kind] = error
                raise
            self._kind = kind
        return self.server

    def clear(self) -> Stopped | None:
        """Stop the bot that runs, and make sure that nothing of it is left."""
        server, self.server = self.server, None
        if server is None:
            return None
        stopped = server.stop()
        assert not stopped.left, f"still running after Ctrl-C: {stopped.left}"
        return stopped


@contextlib.contextmanager
def busy_port() -> Iterator[int]:
    """Yield a port that something listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
