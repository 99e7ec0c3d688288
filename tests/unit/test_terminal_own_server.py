"""A server of one's own: started, waited for, and stopped; and the line by which it is ready."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving.ready import ready_line, ready_url
from twitchwise.serving.running import TOKEN_VARIABLE
from twitchwise.terminal import own_server
from twitchwise.terminal.failures import ServerFailed
from twitchwise.terminal.own_server import OwnServer

#: How long to wait for what has to come; only reached where something is broken.
PATIENCE_SECONDS = 10
READY = f"echo '{ready_line('http://127.0.0.1:1')}'"
STAYS = "exec sleep 60"

Start = Callable[[str], OwnServer]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """What starts a shell script in place of the server."""
    servers: list[OwnServer] = []

    def start_script(script: str) -> OwnServer:
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        # What would be run is "python -m twitchwise.cli serve …"; arguments stay as they are.
        monkeypatch.setattr(sys, "executable", str(program))
        servers.append(OwnServer())
        return servers[-1]

    yield start_script
    for server in servers:
        server.stop()


def wait_for(path: Path) -> str:
    """Return what a script wrote, as soon as it has written a whole line."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if path.exists() and (text := path.read_text()).endswith("\n"):
            return text.strip()
        time.sleep(0.005)
    raise AssertionError(f"{path.name} was not written")


def failure_of(server: OwnServer) -> str:
    with pytest.raises(ServerFailed) as failure:
        server.wait_until_ready(lambda line: None)
    return str(failure.value)


# The line.


@pytest.mark.parametrize("url", ["http://127.0.0.1:5005", "https://bot.example/twitch"])
def test_the_line_names_the_address(url: str) -> None:
    assert ready_url(ready_line(url)) == url
    assert ready_url(f"{ready_line(url)}\r\n") == url


@pytest.mark.parametrize(
    "line", ["", "\n", "Training …", "Twitchwise is ready", " Twitchwise is ready at http://x"]
)
def test_another_line_names_none(line: str) -> None:
    assert ready_url(line) is None


# Starting.


def test_it_is_ready_when_it_says_so(start: Start) -> None:
    told: list[str] = []
    server = start(f"echo 'Training …'; echo; {READY}; {STAYS}")
    server.wait_until_ready(told.append)
    assert told == ["Training …", ""]
    assert server.is_running


def test_it_serves_this_machine_alone_on_a_port_of_its_own(start: Start, tmp_path: Path) -> None:
    server = start(f'echo "$@" > "{tmp_path}/given"; {READY}')
    server.wait_until_ready(lambda line: None)
    given = wait_for(tmp_path / "given").split()
    assert given[:3] == ["-m", "twitchwise.cli", "serve"]
    assert "--for-one-conversation" in given
    assert given[given.index("--host") + 1] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{given[given.index('--port') + 1]}"


def test_it_counts_nobody_s_messages_and_inherits_no_token(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_MESSAGES_PER_MINUTE", "3")
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    start(f'echo "$TWITCHWISE_MESSAGES_PER_MINUTE [${TOKEN_VARIABLE}]" > "{tmp_path}/given"')
    assert wait_for(tmp_path / "given") == "0 []"


def test_it_reads_nothing_that_the_person_types(start: Start, tmp_path: Path) -> None:
    start(f'readlink "/proc/$$/fd/0" > "{tmp_path}/input"; {STAYS}')
    assert wait_for(tmp_path / "input") != str(Path("/proc/self/fd/0").readlink())


def test_its_input_ends_when_this_program_does(start: Start, tmp_path: Path) -> None:
    """By that it knows that nobody talks to it any more, however this program ended."""
    server = start(f'cat > "{tmp_path}/typed"; echo end >> "{tmp_path}/typed"')
    assert server._process.stdin is not None
    # As the system does it then.
    server._process.stdin.close()
    assert wait_for(tmp_path / "typed") == "end"


def test_ctrl_c_at_the_terminal_does_not_reach_it(start: Start, tmp_path: Path) -> None:
    start(f'echo $$ > "{tmp_path}/pid"; {STAYS}')
    pid = int(wait_for(tmp_path / "pid"))
    assert os.getpgid(pid) != os.getpgrp()
    assert os.getsid(pid) != os.getsid(0)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo 'Port in use. Mend: stop it.' >&2; exit 1", "Port in use. Mend: stop it."),
        ("echo one; echo two; echo; echo ' '; exit 1", "two"),
        ("echo '  indented  '", "indented"),
        ("exit 7", "The server ended (exit code 7)."),
        ("exit 0", "The server ended (exit code 0)."),
        ("kill -KILL $$", "The server ended (exit code -9)."),
        (f"echo ' {ready_line('http://x')}'; exit 3", ready_line("http://x")),
        ("printf 'no line end'", "no line end"),
        ("printf 'no UTF-8 \\377\\n'", "no UTF-8 \ufffd"),
    ],
)
def test_it_ended_instead_with_these_words(start: Start, script: str, told: str) -> None:
    assert failure_of(start(script)) == told


def test_what_it_says_at_its_end_does_nothing_to_a_terminal(start: Start) -> None:
    told: list[str] = []
    server = start("printf 'red \\033[31m\\a\\n'; exit 1")
    with pytest.raises(ServerFailed) as failure:
        server.wait_until_ready(told.append)
    assert str(failure.value).isprintable()
    assert all(line.isprintable() for line in told)


def test_a_program_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ServerFailed):
        OwnServer()


def test_it_does_not_take_modules_of_the_folder_that_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts a conversation may do so anywhere, next to a file called argparse.py."""
    folder, no_project = tmp_path / "folder", tmp_path / "no project"
    folder.mkdir()
    no_project.mkdir()
    (folder / "argparse.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(folder)
    # It ends before it loads much: there is nothing to serve.
    monkeypatch.setenv(HOME_VARIABLE, str(no_project))
    server = OwnServer()
    try:
        assert "holds no Twitchwise project" in failure_of(server)
    finally:
        server.stop()


# While it runs.


def test_what_it_says_later_neither_blocks_it_nor_is_told(start: Start, tmp_path: Path) -> None:
    told: list[str] = []
    much = "head -c 300000 /dev/zero | tr '\\0' '\\n'"
    start(f'{READY}; {much}; echo end > "{tmp_path}/end"; {STAYS}').wait_until_ready(told.append)
    assert wait_for(tmp_path / "end") == "end"
    assert told == []


def test_whether_it_runs_is_known(start: Start, tmp_path: Path) -> None:
    server = start(f'echo $$ > "{tmp_path}/pid"; {READY}; {STAYS}')
    server.wait_until_ready(lambda line: None)
    assert server.is_running
    os.kill(int(wait_for(tmp_path / "pid")), signal.SIGKILL)
    server._process.wait(PATIENCE_SECONDS)
    assert not server.is_running


def test_it_starts_again_at_the_same_address(start: Start, tmp_path: Path) -> None:
    server = start(f'echo "$@" >> "{tmp_path}/given"; {READY}')
    server.wait_until_ready(lambda line: None)
    before = server.url
    server._process.wait(PATIENCE_SECONDS)
    server.start()
    server.wait_until_ready(lambda line: None)
    first, second = wait_for(tmp_path / "given").splitlines()
    assert first == second
    assert server.url == before


# Stopping.


def test_it_is_gone_after_it_was_stopped(start: Start) -> None:
    server = start(f"{READY}; {STAYS}")
    server.wait_until_ready(lambda line: None)
    server.stop()
    assert not server.is_running
    assert server._process.returncode == -signal.SIGTERM


def test_it_is_asked_before_it_is_made_to_stop(start: Start, tmp_path: Path) -> None:
    server = start(
        f'trap "echo bye > {tmp_path}/bye; exit 5" TERM; {READY}; while :; do sleep 0.01; done'
    )
    server.wait_until_ready(lambda line: None)
    server.stop()
    assert wait_for(tmp_path / "bye") == "bye"
    assert server._process.returncode == 5


def test_one_that_does_not_stop_is_made_to(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_server, "_STOP_SECONDS", 0.05)
    server = start(f"trap '' TERM; {READY}; while :; do sleep 0.01; done")
    server.wait_until_ready(lambda line: None)
    server.stop()
    assert server._process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("script", ["exit 1", f"{READY}; {STAYS}"])
def test_to_stop_it_twice_does_nothing_more(start: Start, script: str) -> None:
    server = start(script)
    server.stop()
    code = server._process.returncode
    server.stop()
    assert server._process.returncode == code


def test_it_can_be_stopped_while_it_is_being_waited_for(start: Start) -> None:
    server = start(f"echo one; {STAYS}")

    def leave(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.wait_until_ready(leave)
    server.stop()
    assert not server.is_running
