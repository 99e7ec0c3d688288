"""The two bots: how each is made, trained and started, and what is said to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import OURS, STOCK
from twitchwise.serving.running import TOKEN_HEADER, running_server

PROJECT = Path(__file__).resolve().parent.parent
# Where this Python's commands are; not resolved, since a virtual environment's Python is a link.
COMMANDS = Path(sys.executable).parent


class BenchmarkError(Exception):
    """A bot could not be made, trained or started."""


@dataclass(frozen=True)
class Bot:
    """A bot to be measured.

    Attributes:
        name: its name in the results.
        folder: the folder its commands run in.
        train_command: trains a model from nothing.
        serve_command: serves REST; the port is appended.
        messages: one five-turn conversation.
        headers: what a client of the running bot sends besides, so that its messages are not
            counted against a limit by the minute.
    """

    name: str
    folder: Path
    train_command: tuple[str, ...]
    serve_command: tuple[str, ...]
    messages: tuple[str, ...]
    headers: Callable[[], Mapping[str, str]] = dict


def operator_headers() -> dict[str, str]:
    """Return the headers of who runs our bot, which is not limited.

    Raises:
        BenchmarkError: it has not announced itself.
    """
    server = running_server()
    if server is None:
        raise BenchmarkError("var/server.json names no running server")
    return {TOKEN_HEADER: server.token}


def our_bot() -> Bot:
    """Return Twitchwise: supervisor, action server and Rasa server."""
    command = str(COMMANDS / "twitchwise")
    return Bot(
        name=OURS,
        folder=PROJECT,
        train_command=(command, "train", "--force"),
        serve_command=(command, "serve", "--port"),
        messages=(
            "can low magnesium cause leg twitching",
            "which foods have it",
            "and calcium?",
            "when should i see a doctor",
            "thanks",
        ),
        headers=operator_headers,
    )


def stock_bot(folder: Path) -> Bot:
    """Return the bot of ``rasa init`` in ``folder``; it has no custom actions to serve."""
    command = str(COMMANDS / "rasa")
    return Bot(
        name=STOCK,
        folder=folder,
        train_command=(command, "train", "--force"),
        serve_command=(command, "run", "--port"),
        messages=("hello", "i am sad", "great", "are you a bot", "bye"),
    )


def make_stock_bot(folder: Path, env: Mapping[str, str], log: Path) -> Bot:
    """Make the bot of ``rasa init`` in ``folder`` (this trains it too) and return it."""
    folder.mkdir(parents=True)
    command = (str(COMMANDS / "rasa"), "init", "--no-prompt", "--init-dir", str(folder))
    run_command(command, folder, env, log)
    return stock_bot(folder)


def environment(database: Path) -> dict[str, str]:
    """Return the variables for both bots; our conversations go to ``database``."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("TWITCHWISE_")}
    return {
        **own,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TWITCHWISE_TRACKER_STORE_PATH": str(database),
    }


def run_command(command: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> None:
    """Run ``command`` to its end; what it prints goes to ``log``.

    Raises:
        BenchmarkError: it failed; with the end of what it printed.
    """
    try:
        with log.open("wb") as output:
            done = subprocess.run(
                command,
                cwd=folder,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
    except OSError as error:
        raise BenchmarkError(f"{Path(command[0]).name} cannot be run: {error.strerror}") from error
    if done.returncode:
        shown = " ".join((Path(command[0]).name, *command[1:]))
        raise BenchmarkError(f"'{shown}' ended with {done.returncode}:\n{end_of(log)}")


def end_of(log: Path, lines: int = 20) -> str:
    """Return the last lines of ``log``."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
