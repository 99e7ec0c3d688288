"""The command line: what a person can mend ends in one line and an exit code, never a traceback."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from twitchwise import __version__, cli
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving import supervisor, training, web_build


class Finished:
    """How a command ended, and what it said."""

    def __init__(self, code: object, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err
        assert "Traceback" not in out + err, err


@pytest.fixture
def stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands change the working folder; this changes it back."""
    monkeypatch.chdir(Path.cwd())


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Finished:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    printed = capsys.readouterr()
    return Finished(stopped.value.code, printed.out, printed.err)


def run_as_command(root: Path, *arguments: str, **variables: str) -> Finished:
    finished = subprocess.run(
        [sys.executable, "-m", "twitchwise.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **variables},
    )
    return Finished(finished.returncode, finished.stdout, finished.stderr)


def one_line(finished: Finished) -> str:
    """Return the line on standard error; there must be one, and a way to mend things in it."""
    assert finished.code == 1
    (line,) = finished.err.splitlines()
    assert "Mend: " in line
    return line


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.usefixtures("stay")
def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    finished = run(capsys, "--version")
    assert (finished.code, finished.out) == (0, f"twitchwise {__version__}\n")


@pytest.mark.usefixtures("stay")
@pytest.mark.parametrize("arguments", [[], ["dance"], ["serve", "--port", "many"], ["train", "x"]])
def test_what_is_no_command_shows_how_to_call_it(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    finished = run(capsys, *arguments)
    assert finished.code == 2
    assert finished.err.startswith("usage: twitchwise")
    assert finished.err.splitlines()[-1].startswith("twitchwise")


@pytest.mark.usefixtures("stay")
def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    overview = run(capsys, "--help")
    assert overview.code == 0
    for command in ("serve", "train", "build-nlp", "build-safety", "check", "escalations"):
        assert command in overview.out
        assert run(capsys, command, "--help").code == 0


def test_a_busy_port(root: Path, busy_port: int) -> None:
    line = one_line(run_as_command(root, "serve", "--port", str(busy_port)))
    assert line.startswith(f"Port {busy_port} on 127.0.0.1 cannot be used")
    assert f"make serve PORT={busy_port + 1}" in line


def test_a_port_that_is_none(root: Path) -> None:
    assert "70000" in one_line(run_as_command(root, "serve", "--port", "70000"))


def test_the_busy_port_is_noticed_before_any_training(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    busy_port: int,
    stay: None,
) -> None:
    trained: list[str] = []
    monkeypatch.setattr(training, "train_if_needed", lambda: trained.append("trained"))
    finished = run(capsys, "serve", "--host", "127.0.0.1", "--port", str(busy_port))
    one_line(finished)
    assert trained == []


def test_serving_trains_and_builds_first_and_says_when_it_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stay: None
) -> None:
    steps: list[str] = []

    async def serve(self: supervisor.Supervisor) -> None:
        steps.append("served")
        self._on_ready("http://127.0.0.1:1")

    monkeypatch.setattr(training, "train_if_needed", lambda: steps.append("trained"))
    monkeypatch.setattr(web_build, "build_if_needed", lambda: steps.append("built"))
    monkeypatch.setattr(supervisor.Supervisor, "run", serve)
    finished = run(capsys, "serve", "--port", str(supervisor.free_port()))
    assert steps == ["trained", "built", "served"]
    assert (finished.code, finished.err) == (0, "Stopped.\n")
    assert finished.out.startswith("Twitchwise is ready at http://127.0.0.1:1\n")
    assert "http://127.0.0.1:1/chat\n" in finished.out
    assert "/webhooks/rest/webhook" in finished.out


def test_without_its_web_page_the_bot_is_served_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stay: None
) -> None:
    async def serve(self: supervisor.Supervisor) -> None:
        self._on_ready("http://127.0.0.1:1")

    def fail() -> bool:
        raise TwitchwiseError("No network. Mend: check it.")

    monkeypatch.setattr(training, "train_if_needed", lambda: False)
    monkeypatch.setattr(web_build, "build_if_needed", fail)
    monkeypatch.setattr(supervisor.Supervisor, "run", serve)
    finished = run(capsys, "serve", "--port", str(supervisor.free_port()))
    assert finished.code == 0
    assert finished.err.startswith("No network. Mend: check it. The bot starts all the same.\n")
    assert finished.out.startswith("Twitchwise is ready at ")


def test_a_web_page_where_nothing_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stay: None
) -> None:
    monkeypatch.setattr(web_build, "build_if_needed", lambda: False)
    finished = run(capsys, "build-web")
    assert (finished.code, finished.err) == (0, "The web page is up to date.\n")


def test_training_where_nothing_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stay: None
) -> None:
    monkeypatch.setattr(training, "model_is_current", lambda: True)
    finished = run(capsys, "train")
    assert (finished.code, finished.err) == (0, "The model is up to date.\n")


def test_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stay: None
) -> None:
    def interrupt(**_: bool) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train_if_needed", interrupt)
    finished = run(capsys, "train")
    assert (finished.code, finished.err) == (130, "")


def test_checking_the_content(root: Path) -> None:
    finished = run_as_command(root, "check")
    assert finished.code == 0
    assert re.fullmatch(
        r"The content is fine: \d+ topics, \d+ answers, \d+ questions\.\n", finished.out
    )


def test_checking_a_folder_that_is_not_there(root: Path, tmp_path: Path) -> None:
    line = one_line(run_as_command(root, "check", str(tmp_path / "nowhere")))
    assert "nowhere is no folder" in line


def test_checking_an_empty_folder(root: Path, tmp_path: Path) -> None:
    finished = run_as_command(root, "check", str(tmp_path))
    assert finished.code == 1
    assert "sources.yml:1: the file is missing. Mend: " in finished.out
    assert finished.err == "10 mistakes found.\n"


def test_a_folder_is_meant_from_where_the_command_is_given(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(tmp_path)
    finished = run(capsys, "check", "content")
    assert "sources.yml:1: the file is missing." in finished.out


@pytest.mark.parametrize(
    "command", ["serve", "train", "build-nlp", "build-safety", "check", "escalations"]
)
def test_a_project_folder_that_is_not_there(root: Path, tmp_path: Path, command: str) -> None:
    arguments = [command, "--port", "0"] if command == "serve" else [command]
    missing = {HOME_VARIABLE: str(tmp_path / "nowhere")}
    assert "nowhere" in one_line(run_as_command(root, *arguments, **missing))


def test_a_project_folder_with_nothing_in_it(root: Path, tmp_path: Path) -> None:
    line = one_line(run_as_command(root, "train", **{HOME_VARIABLE: str(tmp_path)}))
    assert "holds no Twitchwise project" in line


def test_a_wrong_setting(root: Path) -> None:
    line = one_line(run_as_command(root, "serve", TWITCHWISE_TURN_SECONDS="soon"))
    assert "'turn_seconds' is wrong" in line
