"""Starting, watching and stopping the servers; small scripts stand for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving import child as child_module
from twitchwise.serving import supervisor as supervisor_module
from twitchwise.serving.child import Child
from twitchwise.serving.running import (
    TOKEN_VARIABLE,
    RunningServer,
    announce,
    running_server,
    server_file,
)
from twitchwise.serving.supervisor import Supervisor, free_port, require_free_port

LOCAL = "127.0.0.1"
SLEEPS = "import time; time.sleep(600)"
#: How long to wait for something that is bound to happen; nothing here depends on how fast it is.
PATIENCE = 60


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((LOCAL, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_busy_port_is_one_clear_line(busy_port: int) -> None:
    with pytest.raises(TwitchwiseError) as raised:
        require_free_port(LOCAL, busy_port)
    message = str(raised.value)
    assert message.startswith(f"Port {busy_port} on {LOCAL} cannot be used")
    assert f"make serve PORT={busy_port + 1}" in message
    assert "\n" not in message


@pytest.mark.parametrize(("host", "port"), [(LOCAL, 70_000), (LOCAL, -1), ("192.0.2.1", 5005)])
def test_a_place_where_nobody_can_listen(host: str, port: int) -> None:
    with pytest.raises(TwitchwiseError, match="cannot be used"):
        require_free_port(host, port)


def test_a_free_port_is_left_free() -> None:
    port = free_port()
    require_free_port(LOCAL, port)
    require_free_port(LOCAL, port)


def scripted(name: str, script: str) -> Child:
    """Return a child that runs a script instead of a module."""
    made = Child(name, "no_module", [])
    made._command = [sys.executable, "-c", script]
    return made


async def until(happened: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not happened():
            await asyncio.sleep(0.02)

    await asyncio.wait_for(wait(), PATIENCE)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    # What nobody has waited for yet is dead all the same.
    return not (stat.exists() and stat.read_text("utf-8").rpartition(")")[2].split()[0] == "Z")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


async def test_a_child_logs_to_its_file_and_ends(home: Path) -> None:
    child = scripted("some server", "print('one'); print('two'); print(); raise SystemExit(3)")
    await child.start()
    assert await child.wait() == 3
    assert child.log == home / "var" / "log" / "some-server.log"
    assert child.last_words() == "two"
    await child.stop()


async def test_a_child_that_wrote_nothing(home: Path) -> None:
    child = scripted("silent", "pass")
    await child.start()
    await child.wait()
    assert child.last_words() == "it wrote nothing."


async def test_a_child_that_was_not_started_can_be_stopped(home: Path) -> None:
    child = scripted("never", SLEEPS)
    await child.stop()
    assert not child.log.exists()


async def test_a_child_runs_in_the_projects_folder_and_group_of_its_own(home: Path) -> None:
    child = scripted("where", "import os; print(os.getcwd(), os.getpgrp() == os.getpid())")
    await child.start()
    await child.wait()
    assert child.last_words() == f"{home.resolve()} True"


SAYS_VARIABLES = (
    f"import os; print(os.environ.get('EXTRA'), os.environ.get({TOKEN_VARIABLE!r}), flush=True)"
)


async def test_a_childs_variables_are_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "of whoever started us")
    words = []
    for variables in ({"EXTRA": "1", TOKEN_VARIABLE: "its own"}, None):
        child = Child("told", "no_module", [], variables)
        child._command = [sys.executable, "-c", SAYS_VARIABLES]
        await child.start()
        await child.wait()
        words.append(child.last_words())
    assert words == ["1 its own", "None None"]
    assert "EXTRA" not in os.environ


GRANDCHILD = f"""
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", {SLEEPS!r}])
print(grandchild.pid, flush=True)
time.sleep(600)
"""


async def test_stopping_stops_the_whole_group(home: Path) -> None:
    child = scripted("family", GRANDCHILD)
    await child.start()
    await until(lambda: text_of(child.log).endswith("\n"))
    grandchild = int(child.last_words())
    assert is_running(grandchild)
    await child.stop()
    assert await child.wait() == -signal.SIGTERM
    await until(lambda: not is_running(grandchild))
    await child.stop()


STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


async def test_a_child_that_will_not_stop_is_made_to(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "_STOP_SECONDS", 0.1)
    child = scripted("stubborn", STUBBORN)
    await child.start()
    await until(lambda: "ready" in text_of(child.log))
    await child.stop()
    assert await child.wait() == -signal.SIGKILL


# The supervisor.


class Servers:
    """A supervisor whose two servers are scripts."""

    def __init__(self, rasa: str, actions: str) -> None:
        self.ready: list[str] = []
        self.supervisor = Supervisor(LOCAL, 5999, self.ready.append)
        self.actions = self.supervisor._actions
        self.rasa = self.supervisor._rasa
        self.actions._command = [sys.executable, "-c", actions]
        self.rasa._command = [sys.executable, "-c", rasa]
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.get_running_loop().create_task(self.supervisor.run())

    async def end(self) -> None:
        assert self.task is not None
        await asyncio.wait_for(self.task, PATIENCE)


@pytest.fixture
async def run(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[str, str], Servers]]:
    """Start servers from scripts; whatever happens, they are stopped in the end."""
    started: list[Servers] = []
    monkeypatch.setattr(supervisor_module, "bot_answers", lambda url: True)

    def start(rasa: str = SLEEPS, actions: str = SLEEPS) -> Servers:
        servers = Servers(rasa, actions)
        started.append(servers)
        servers.start()
        return servers

    yield start
    loop = asyncio.get_running_loop()
    for servers in started:
        if servers.task is not None and not servers.task.done():
            servers.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await servers.task
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.remove_signal_handler(number)


SAYS_PID = "import os; print(os.getpid(), flush=True); " + SLEEPS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_both_servers(
    run: Callable[[str, str], Servers], number: signal.Signals
) -> None:
    servers = run(SAYS_PID, SAYS_PID)
    logs = (servers.actions.log, servers.rasa.log)
    await until(lambda: bool(servers.ready) and all(text_of(log) for log in logs))
    assert servers.ready == [f"http://{LOCAL}:5999"]
    pids = [int(text_of(log)) for log in logs]
    assert all(is_running(pid) for pid in pids)
    os.kill(os.getpid(), number)
    await servers.end()
    assert not any(is_running(pid) for pid in pids)


# What tells clients of it.

SAYS_TOKEN = f"import os; print('token', os.environ.get({TOKEN_VARIABLE!r}), flush=True); {SLEEPS}"


async def test_the_server_is_found_while_it_runs_by_who_may_read_its_token(
    run: Callable[[str, str], Servers],
) -> None:
    assert running_server() is None
    servers = run(SAYS_TOKEN, SAYS_TOKEN)
    logs = (servers.actions.log, servers.rasa.log)
    await until(lambda: bool(servers.ready) and all(text_of(log) for log in logs))
    found = running_server()
    assert found is not None
    assert (found.url, found.pid) == (f"http://{LOCAL}:5999", os.getpid())
    assert text_of(servers.rasa.log).split() == ["token", found.token]
    assert text_of(servers.actions.log).split() == ["token", "None"]
    os.kill(os.getpid(), signal.SIGTERM)
    await servers.end()
    assert not server_file().exists()


async def test_each_server_has_its_own_token(home: Path) -> None:
    tokens = {Supervisor(LOCAL, 5999, print)._server.token for _ in range(5)}
    assert len(tokens) == 5


async def test_a_server_that_was_started_later_stays_announced(
    run: Callable[[str, str], Servers],
) -> None:
    servers = run(SLEEPS, SLEEPS)
    await until(lambda: bool(servers.ready))
    later = RunningServer("http://127.0.0.1:5998", os.getppid(), "another token")
    announce(later)
    os.kill(os.getpid(), signal.SIGTERM)
    await servers.end()
    assert running_server() == later


async def test_a_server_that_never_answered_is_not_announced(
    run: Callable[[str, str], Servers],
) -> None:
    servers = run("raise SystemExit('no model')", SLEEPS)
    with pytest.raises(TwitchwiseError):
        await servers.end()
    assert not server_file().exists()


async def test_a_server_that_cannot_be_announced_runs_all_the_same(
    run: Callable[[str, str], Servers], capsys: pytest.CaptureFixture[str]
) -> None:
    server_file().mkdir(parents=True)
    servers = run(SLEEPS, SLEEPS)
    await until(lambda: bool(servers.ready))
    assert "var/server.json cannot be written" in capsys.readouterr().err
    os.kill(os.getpid(), signal.SIGTERM)
    await servers.end()


DIES_ONCE = """
import os, pathlib, time
print(os.getpid(), flush=True)
mark = pathlib.Path("died-once")
if not mark.exists():
    mark.touch()
    raise SystemExit("the reason it died")
time.sleep(600)
"""


async def test_an_action_server_that_dies_is_started_again(
    run: Callable[[str, str], Servers], capsys: pytest.CaptureFixture[str]
) -> None:
    servers = run(SLEEPS, DIES_ONCE)
    await until(lambda: len(re.findall(r"^\d+$", text_of(servers.actions.log), re.M)) == 2)
    await until(lambda: bool(servers.ready))
    said = capsys.readouterr().err
    assert "The action server ended (exit code 1): the reason it died" in said
    assert "started again" in said
    assert "Traceback" not in said
    assert servers.task is not None
    assert not servers.task.done()


ANSWERS_THEN_DIES_ONCE = """
import os, pathlib, time
print(os.getpid(), flush=True)
mark = pathlib.Path("rasa-died-once")
if not mark.exists():
    mark.touch()
    time.sleep(0.5)
    os.kill(os.getpid(), 9)
time.sleep(600)
"""


async def test_a_rasa_server_that_dies_after_it_answered_is_started_again(
    run: Callable[[str, str], Servers], capsys: pytest.CaptureFixture[str]
) -> None:
    servers = run(ANSWERS_THEN_DIES_ONCE, SLEEPS)
    await until(lambda: len(re.findall(r"^\d+$", text_of(servers.rasa.log), re.M)) == 2)
    said = ""
    for _ in range(200):
        said += capsys.readouterr().err
        if "answers again" in said:
            break
        await asyncio.sleep(0.05)
    assert "The Rasa server was killed (signal 9). It is started again in 1.0 s" in said
    assert "answers again" in said
    assert len(servers.ready) == 1
    assert servers.task is not None
    assert not servers.task.done()


async def test_a_rasa_server_that_answers_nobody_any_more_is_started_again(
    run: Callable[[str, str], Servers],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[bool] = []

    def responds_until_it_hangs(_: str) -> bool:
        # One failure is no hang; then it answers nobody, until it is started again.
        asked.append(len(asked) in (0, 2) or len(asked) > 6)
        return asked[-1]

    monkeypatch.setattr(supervisor_module, "responds", responds_until_it_hangs)
    monkeypatch.setattr(supervisor_module, "_WATCH_SECONDS", 0.05)
    servers = run(SAYS_PID, SLEEPS)
    await until(lambda: len(re.findall(r"^\d+$", text_of(servers.rasa.log), re.M)) == 2)
    await until(lambda: len(asked) > 10)
    said = capsys.readouterr().err
    assert asked[:7] == [True, False, True, False, False, False, False]
    assert said.count("answers nobody any more") == 1
    assert "The Rasa server was killed (signal 9)." in said
    first, second = (int(pid) for pid in re.findall(r"^\d+$", text_of(servers.rasa.log), re.M))
    assert not is_running(first)
    assert is_running(second)


async def test_a_rasa_server_that_ends_is_one_clear_line(
    run: Callable[[str, str], Servers],
) -> None:
    servers = run("raise SystemExit('no model')", SAYS_PID)
    with pytest.raises(TwitchwiseError) as raised:
        await servers.end()
    message = str(raised.value)
    assert message.startswith("The Rasa server ended (exit code 1): no model Mend: ")
    assert "rasa-server.log" in message
    assert "\n" not in message
    words = text_of(servers.actions.log)
    assert not words or not is_running(int(words))


async def test_a_bot_that_never_answers_is_given_up(
    run: Callable[[str, str], Servers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "bot_answers", lambda url: False)
    monkeypatch.setattr(supervisor_module, "_START_SECONDS", 0.1)
    servers = run(SAYS_PID, SLEEPS)
    with pytest.raises(TwitchwiseError, match=r"gave no answer .* Mend: "):
        await servers.end()
    assert servers.ready == []
    words = text_of(servers.rasa.log)
    assert not words or not is_running(int(words))


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", LOCAL), ("127.0.0.2", "127.0.0.2")])
def test_the_address_shown_can_be_reached(home: Path, host: str, shown: str) -> None:
    assert Supervisor(host, 5005, print)._url == f"http://{shown}:5005"
