"""A bot whose parts can be made to fail, one at a time, while it runs.

Two processes, as in operation: ``python -m tests.live.faults rasa …`` and ``… actions …`` are the
project's own servers, with a switch in front of the parts that may fail. Which fault is on stands
in a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.live.servers import ROOT, Plan, Server, environment, free_port

#: Each is a part that fails in every message while the fault is on.
FAULTS = (
    "action server stopped",
    "action raising",
    "action hanging",
    "classifier blind",
    "NLU raising",
    "tracker store failing",
    "assessment raising",
    "database locked",
    "webhook receiver down",
)
_SWITCH = "TWITCHWISE_TEST_FAULT_FILE"
_SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cywgbm90IG9mIGFueWJvZHk="
_HANGS_SECONDS = 60
_START_SECONDS = 60


class FaultyBot:
    """The bot with its switch, its webhook receiver, and files of its own."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        """Start it.

        Args:
            folder: for its files.
            variables: what its servers are given beside their own.
        """
        self._given = dict(variables)
        self.home = _home(folder / "home")
        self.receiver = Receiver()
        self._fault = folder / "fault"
        self._fault.write_text("", encoding="utf-8")
        self._folder = folder
        self._starts = 0
        self._actions_port = free_port()
        self._actions = self._start_actions()
        self.server = self._start_rasa()

    def _variables(self) -> dict[str, str]:
        return {
            **self._given,
            _SWITCH: str(self._fault),
            # The same file for each server of this bot.
            "TWITCHWISE_ESCALATIONS_PATH": str(self.database),
            "TWITCHWISE_ESCALATION_WEBHOOK_URL": self.receiver.url,
            "TWITCHWISE_ESCALATION_WEBHOOK_SECRET": _SECRET,
        }

    def _start_actions(self) -> subprocess.Popen[bytes]:
        with (self._folder / "actions.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.live.faults", "actions", str(self._actions_port)],
                cwd=self.home,
                env={**environment(self.home), **self._variables()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(self._actions_port):
            assert process.poll() is None, (self._folder / "actions.log").read_text("utf-8")
            assert time.monotonic() < deadline, "the action server does not start"
            time.sleep(0.1)
        return process

    def _start_rasa(self) -> Server:
        actions = f"http://127.0.0.1:{self._actions_port}/webhook"
        plan = Plan(
            self.home,
            lambda port: ["-m", "tests.live.faults", "rasa", "127.0.0.1", str(port), actions],
            variables=self._variables(),
        )
        self._starts += 1
        return Server(plan, self._folder / f"server-{self._starts}")

    @contextlib.contextmanager
    def failing(self, fault: str) -> Iterator[None]:
        """Let a part fail for a while."""
        with self._outer_fault(fault):
            self._fault.write_text(fault, encoding="utf-8")
            yield
            self._fault.write_text("", encoding="utf-8")

    def _outer_fault(self, fault: str) -> contextlib.AbstractContextManager[None]:
        """Return what makes a part fail that is no code of the servers."""
        outer: dict[str, Callable[[], contextlib.AbstractContextManager[None]]] = {
            "action server stopped": self._without_actions,
            "database locked": self._locked_database,
            "webhook receiver down": self.receiver.down,
        }
        return outer.get(fault, contextlib.nullcontext)()

    @contextlib.contextmanager
    def _without_actions(self) -> Iterator[None]:
        self._actions.kill()
        self._actions.wait()
        yield
        self._actions = self._start_actions()

    @contextlib.contextmanager
    def _locked_database(self) -> Iterator[None]:
        connection = sqlite3.connect(self.database, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    @property
    def database(self) -> Path:
        """The file of the escalations."""
        return self.home / "var" / "escalations.sqlite3"

    def recorded(self) -> set[str]:
        """Return the ids in the database."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return {str(row[0]) for row in connection.execute("SELECT id FROM escalations")}
        finally:
            connection.close()

    def kill_rasa(self) -> None:
        """End the Rasa server as a power cut would, and wait until it is gone."""
        for process in self.server.processes():
            process.send_signal(signal.SIGKILL)
            process.wait(30)

    def restart_rasa(self) -> None:
        """Start the Rasa server again, on the same files."""
        self.server = self._start_rasa()

    def close(self) -> None:
        """Stop everything."""
        self.server.stop()
        self._actions.kill()
        self._actions.wait()
        self.receiver.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _home(folder: Path) -> Path:
    """Return a project folder like the project's, with the same model and a ``var`` of its own."""
    folder.mkdir(parents=True)
    for name in ("config.yml", "credentials.yml", "domain.yml", "endpoints.yml", "settings.yml"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("data", "models", "build", "requirements.lock"):
        (folder / name).symlink_to(ROOT / name)
    return folder


class Receiver:
    """Receives webhooks; while it is down, its port is closed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/escalations"
        self.ids: list[str] = []
        self._server: ThreadingHTTPServer | None = None
        self.up()

    def up(self) -> None:
        """Listen."""
        received = self.ids

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                received.append(self.headers["webhook-id"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Write nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Do not listen for a while."""
        self.close()
        yield
        self.up()

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


# What follows runs in the servers.


def _is_on(fault: str) -> bool:
    return Path(os.environ[_SWITCH]).read_text(encoding="utf-8") == fault


def _failing_when(fault: str, owner: Any, name: str) -> None:
    """Let a function raise while a fault is on."""
    works = getattr(owner, name)

    @functools.wraps(works)  # Rasa looks at the arguments.
    def switched(*arguments: Any, **options: Any) -> Any:
        if _is_on(fault):
            raise RuntimeError(fault)
        return works(*arguments, **options)

    setattr(owner, name, switched)


def _break_rasa() -> None:
    from tests.live.blind_classifier import BlindClassifier
    from twitchwise.dialogue import assessing as module
    from twitchwise.dialogue.tracker_store import SettingsTrackerStore
    from twitchwise.nlu.question_reader import QuestionReader

    assessing: Any = module  # so that its parts can be replaced
    reader: Any = QuestionReader
    _failing_when("assessment raising", assessing, "_assess")
    _failing_when("NLU raising", QuestionReader, "process")
    for name in ("retrieve", "save"):
        _failing_when("tracker store failing", SettingsTrackerStore, name)
    reads, classifier = reader.process, assessing.project_classifier

    @functools.wraps(reads)  # Rasa looks at the arguments.
    def blind(self: Any, messages: list[Any], **inputs: Any) -> list[Any]:
        if not _is_on("classifier blind"):
            return list(reads(self, messages, **inputs))
        return BlindClassifier().process(messages)

    reader.process = blind
    assessing.project_classifier = lambda: None if _is_on("classifier blind") else classifier()


def _break_actions() -> None:
    from rasa_sdk.executor import ActionExecutor

    works = ActionExecutor.run

    async def switched(self: Any, call: Any) -> Any:
        if _is_on("action raising"):
            raise RuntimeError("action raising")
        if _is_on("action hanging"):
            await asyncio.sleep(_HANGS_SECONDS)
        return await works(self, call)

    ActionExecutor.run = switched


def main(which: str, *arguments: str) -> None:
    """Run a server of the project with the switch in it."""
    if which == "actions":
        from twitchwise.serving import action_process

        _break_actions()
        action_process.main(int(arguments[0]))
    else:
        from twitchwise.serving import rasa_process

        _break_rasa()
        host, port, actions = arguments
        rasa_process.main(host, int(port), actions)


if __name__ == "__main__":
    main(*sys.argv[1:])
