"""What is urgent is heard, and the exit code is right, whatever the surroundings do."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from tests.terminal import replies
from tests.terminal.conftest import Open
from tests.terminal.fake_server import FakeServer, hang_up, refusal
from tests.terminal.program import Pipes, Surroundings, command
from tests.terminal.screen import Person

_NUMB = "my foot is numb"
_ADVICE = "Please see a doctor about any weakness or numbness."


@pytest.mark.parametrize("seconds", [0.005, 0.1])
def test_two_ctrl_c_do_not_take_the_advice_away(
    chat: Person, server: FakeServer, seconds: float
) -> None:
    with server.holding() as held:
        chat.type(f"{_NUMB}\r")
        held.wait()
        chat.press("c")
        time.sleep(seconds)
        chat.press("c")
        assert chat.exit_code() == 130
    assert chat.count("SEE A DOCTOR") == 1
    assert chat.count(replies.ESCALATION) == 1
    assert "Traceback" not in chat.text()


def test_a_byte_that_is_no_utf_8_is_no_end(open_chat: Open, server: FakeServer) -> None:
    person = open_chat("--plain", PYTHONIOENCODING="utf-8:strict")
    person.wait_for_prompt()
    person.type(b"my foot is numb \xff\r")
    person.wait_for("SEE A DOCTOR")
    person.wait_for_prompt()
    assert "Traceback" not in person.text()
    assert server.texts() == ["my foot is numb \ufffd"]


def test_ctrl_c_in_a_script_names_the_advice_and_the_line(pipes: Pipes, server: FakeServer) -> None:
    with server.holding() as held, pipes.start("chat") as client:
        assert client.stdin and client.stderr
        client.stdin.write(f"\n{_NUMB}\n".encode())
        client.stdin.flush()
        held.wait()
        client.send_signal(signal.SIGINT)
        assert client.wait() == 130
        assert client.stderr.read().decode() == f"line 2: {_ADVICE}\n"


def test_who_was_started_with_nohup_goes_on(server: FakeServer, home: Surroundings) -> None:
    def hang_up_and_answer(_: str) -> list[replies.Message]:
        client.send_signal(signal.SIGHUP)
        return [replies.said(replies.GREETING)]

    server.reply = hang_up_and_answer
    client = subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "-", *command("ask", "--url", server.url, "hello")],
        stdout=subprocess.PIPE,
        cwd=home.folder,
        env=home.variables(),
    )
    out, _ = client.communicate()
    assert client.returncode == 0
    assert out.decode().startswith(replies.GREETING)


@pytest.fixture
def full() -> Iterator[IO[bytes]]:
    """A disk that is full."""
    with Path("/dev/full").open("wb", buffering=0) as device:
        yield device


@pytest.fixture
def closed() -> Iterator[IO[bytes]]:
    """A pipe whose reader has gone."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb", buffering=0) as pipe:
        yield pipe


def _run(home: Surroundings, *arguments: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        cwd=home.folder,
        env=home.variables(),
        check=False,
        **streams,
    )


@pytest.fixture
def named(pipes: Pipes) -> None:
    """A conversation that can be listed."""
    assert pipes.chat("hello\n", "--resume", "calf").exit_code == 0


def test_a_list_that_nobody_reads_is_no_failure(
    named: None, home: Surroundings, closed: IO[bytes]
) -> None:
    done = _run(home, "chat", "--list", stdout=closed, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_list_that_cannot_be_written_is_told_in_one_line(
    named: None, home: Surroundings, full: IO[bytes]
) -> None:
    done = _run(home, "chat", "--list", stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"Standard output cannot be written")


@pytest.mark.parametrize(
    ("case", "code"),
    [("fine", 0), ("not deleted", 0), ("urgent", 10), ("broken off", 3), ("failed", 4)],
)
def test_the_exit_code_is_right_where_standard_error_cannot_be_written(
    server: FakeServer, home: Surroundings, full: IO[bytes], case: str, code: int
) -> None:
    if case in ("broken off", "failed"):
        server.fail(hang_up() if case == "broken off" else refusal(500))
    if case != "fine":
        server.fail(refusal(503), at="/conversation")
    words = [_NUMB] if case == "urgent" else ["hello"]
    ask = ["ask", "--url", server.url, "--exit-on-escalation", *words]
    assert _run(home, *ask, stdout=subprocess.PIPE, stderr=full).returncode == code
