"""Which server runs on this project, so that a client on this machine finds it.

``var/server.json`` is only for who runs the server: what stands in it makes a client its operator.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from twitchwise.errors import TwitchwiseError
from twitchwise.output import to_stderr, write_out
from twitchwise.paths import project_root

#: How the Rasa process is told the token, and how a client shows that it knows it.
TOKEN_VARIABLE = "TWITCHWISE_OPERATOR_TOKEN"
TOKEN_HEADER = "X-Operator-Token"


@dataclass(frozen=True)
class RunningServer:
    """A server that answers.

    Attributes:
        url: its address, without a path.
        pid: the process that runs it.
        token: what a client sends as ``X-Operator-Token``, so that it is not counted.
    """

    url: str
    pid: int
    token: str


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def announce(server: RunningServer) -> None:
    """Let clients find the server; one that was announced before is no longer found.

    Where the file cannot be written, standard error says so, and the server goes on.
    """
    try:
        server_file().parent.mkdir(parents=True, exist_ok=True)
        write_out([json.dumps(asdict(server)) + "\n"], server_file())
    except (OSError, TwitchwiseError) as error:
        cause = error.__cause__ or error
        to_stderr(
            f"var/server.json cannot be written ({type(cause).__name__}), so the terminal client "
            "does not find this server by itself. Mend: make that folder writable."
        )


def withdraw(server: RunningServer) -> None:
    """Let clients find the server no more; one that was announced after it is left alone."""
    announced = _announced()
    if announced is not None and announced.pid == server.pid:
        with contextlib.suppress(OSError):
            server_file().unlink()


def running_server() -> RunningServer | None:
    """Return the server that runs on this project, or None where none is known."""
    announced = _announced()
    return announced if announced is not None and _is_running(announced.pid) else None


def server_file() -> Path:
    """Return where the running server is named."""
    return project_root() / "var" / "server.json"


def _announced() -> RunningServer | None:
    try:
        return _read(json.loads(server_file().read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None


def _read(given: Any) -> RunningServer | None:
    """Return what stands in the file; None where that is not as it should be."""
    if not isinstance(given, Mapping):
        return None
    url, pid, token = given.get("url"), given.get("pid"), given.get("token")
    # Not isinstance for the number: true is a number, too. 0 and below name groups of processes.
    if not isinstance(url, str) or not isinstance(token, str) or type(pid) is not int or pid <= 0:
        return None
    return RunningServer(url, pid, token)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # It is somebody else's.
    except (OSError, OverflowError):
        return False
    return True
