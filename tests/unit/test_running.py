"""Which server runs on the project: announced in a file, found there, and withdrawn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving.running import (
    RunningServer,
    announce,
    new_token,
    running_server,
    server_file,
    withdraw,
)

URL = "http://127.0.0.1:5005"
OURS = RunningServer(URL, os.getpid(), "a token")
#: Another process that runs for as long as this one.
ANOTHER = RunningServer("http://127.0.0.1:5006", os.getppid(), "another token")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def write(content: bytes) -> None:
    server_file().parent.mkdir(exist_ok=True)
    server_file().write_bytes(content)


def test_a_server_is_found_while_it_runs(home: Path) -> None:
    assert running_server() is None
    announce(OURS)
    assert running_server() == OURS
    assert server_file() == home / "var" / "server.json"
    assert json.loads(server_file().read_text("utf-8")) == {
        "url": URL,
        "pid": os.getpid(),
        "token": "a token",
    }
    withdraw(OURS)
    assert running_server() is None
    assert list((home / "var").iterdir()) == []
    withdraw(OURS)


def test_only_its_own_user_can_read_the_file() -> None:
    mask = os.umask(0)
    try:
        announce(OURS)
        server_file().chmod(0o644)
        announce(OURS)
    finally:
        os.umask(mask)
    assert server_file().stat().st_mode & 0o777 == 0o600


def test_the_last_one_to_start_is_found_and_left_alone_by_the_other() -> None:
    announce(OURS)
    announce(ANOTHER)
    withdraw(OURS)
    assert running_server() == ANOTHER
    withdraw(ANOTHER)
    assert running_server() is None


def test_a_server_that_was_killed_is_not_found() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    announce(RunningServer(URL, ended.pid, "a token"))
    assert running_server() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'"http://127.0.0.1:5005"',
        b"{}",
    ],
    ids=["empty", "cut off", "not UTF-8", "deep", "null", "a list", "a text", "no fields"],
)
def test_a_damaged_file_names_no_server(content: bytes) -> None:
    write(content)
    assert running_server() is None
    withdraw(OURS)
    assert server_file().read_bytes() == content


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": None},
        {"url": 5005},
        {"token": None},
        {"token": ["x"]},
        {"pid": str(os.getpid())},
        {"pid": float(os.getpid())},
        {"pid": True},
        {"pid": None},
        # These would name groups of processes, or all of them.
        {"pid": 0},
        {"pid": -1},
        {"pid": -os.getpid()},
        {"pid": 10**30},
    ],
    # The same in each worker: it has a process id of its own.
    ids=range(12),
)
def test_what_is_of_the_wrong_type_names_no_server(wrong: dict[str, Any]) -> None:
    good = {"url": URL, "pid": os.getpid(), "token": "a token"}
    write(json.dumps({**good, **wrong}).encode())
    assert running_server() is None
    write(json.dumps({**good, "more": 1}).encode())
    assert running_server() == OURS


def test_a_file_that_cannot_be_written_is_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server_file().mkdir(parents=True)
    announce(OURS)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("var/server.json cannot be written (IsADirectoryError)")
    assert "Mend: " in said.err
    assert said.err.count("\n") == 1
    assert "a token" not in said.err
    assert running_server() is None
    withdraw(OURS)
    assert [path.name for path in (home / "var").iterdir()] == ["server.json"]


def test_a_folder_that_cannot_be_made_is_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "var").write_text("no folder", encoding="utf-8")
    announce(OURS)
    assert capsys.readouterr().err.count("\n") == 1
    assert running_server() is None
    withdraw(OURS)


def test_tokens_cannot_be_guessed() -> None:
    tokens = {new_token() for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 and token.isascii() for token in tokens)


def test_it_is_quick_to_import() -> None:
    script = (
        "import sys; before = set(sys.modules); import twitchwise.serving.running; "
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before}"
        " - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("['twitchwise']", 0), done.stderr
