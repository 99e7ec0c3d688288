"""However a conversation ends, it is deleted from the server, and the signals are as before."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import replies
from tests.terminal.fake_server import FakeServer, hang_up, refusal, running_server
from twitchwise.paths import HOME_VARIABLE
from twitchwise.terminal.conversation import Conversation
from twitchwise.terminal.failures import ExitCode, ServerFailed, Unreachable, WrongUse
from twitchwise.terminal.run import run_ask

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
HANDLED = (*SIGNALS, signal.SIGINT)


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No project, and no files of whoever runs the tests."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Signals do after the test what they did before it, and are not ignored, as under nohup."""
    outside = {number: signal.getsignal(number) for number in HANDLED}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    before = {number: signal.getsignal(number) for number in HANDLED}
    yield
    after = {number: signal.getsignal(number) for number in HANDLED}
    for number, handler in outside.items():
        signal.signal(number, handler)
    assert after == before


def ask(server: FakeServer, *words: str, **changed: Any) -> int:
    options = {"url": server.url, "timeout": 10.0, "plain": True, "json": False}
    options |= {"exit_on_escalation": False, "words": list(words), **changed}
    return run_ask(argparse.Namespace(**options))


def raising(number: int) -> replies.Reply:
    """Return what signals this process while a reply is waited for."""

    def reply(_: str) -> list[replies.Message]:
        os.kill(os.getpid(), number)
        return [replies.said("Hello.")]

    return reply


def test_an_answered_question_leaves_nothing_on_the_server(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(server, "my", "foot", "is", "numb") == ExitCode.FINE
    (seen,) = server.sent()
    assert seen.body["message"] == "my foot is numb"
    assert server.forgotten() == [seen.conversation]
    assert capsys.readouterr().out.startswith("SEE A DOCTOR: ")


def test_an_escalation_can_be_the_exit_code(server: FakeServer) -> None:
    assert ask(server, "my foot is numb", exit_on_escalation=True) == ExitCode.ESCALATED
    assert len(server.forgotten()) == 1


@pytest.mark.parametrize("words", [[""], [" ", "\n"]])
def test_an_empty_question_is_not_sent(server: FakeServer, words: list[str]) -> None:
    with pytest.raises(WrongUse, match="There is no question"):
        ask(server, " ", *words)
    assert server.sent() == []


def test_a_question_without_an_answer_is_deleted_too(server: FakeServer) -> None:
    server.fail(hang_up())
    with pytest.raises(Unreachable):
        ask(server, "hello")
    (seen,) = server.sent()
    (forgotten,) = server.seen("DELETE", "/conversation")
    assert forgotten.conversation == seen.conversation
    assert forgotten.body == {"pending": [seen.body["id"]]}


def test_what_could_not_be_deleted_is_told(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.fail(refusal(503), at="/conversation")
    assert ask(server, "hello") == ExitCode.FINE
    assert "could not be deleted" in capsys.readouterr().err


def test_what_could_not_be_deleted_is_told_in_the_same_line_as_the_failure(
    server: FakeServer,
) -> None:
    server.fail(refusal(500, "It broke."))
    server.fail(refusal(503), at="/conversation")
    with pytest.raises(ServerFailed, match=r"It broke\..*could not be deleted") as failure:
        ask(server, "hello")
    assert str(failure.value).isprintable()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_in_order(server: FakeServer, number: signal.Signals) -> None:
    server.reply = raising(number)
    with pytest.raises(SystemExit) as left:
        ask(server, "hello")
    assert left.value.code == 128 + number
    assert server.forgotten() == [server.sent()[0].conversation]


def test_ctrl_c_ends_it_in_order(server: FakeServer) -> None:
    server.reply = raising(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        ask(server, "hello")
    assert len(server.forgotten()) == 1


@pytest.mark.parametrize("second", HANDLED)
@pytest.mark.parametrize("first", HANDLED)
def test_another_signal_does_not_leave_the_conversation_there(
    server: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
    first: signal.Signals,
    second: signal.Signals,
) -> None:
    """A window that is closed sends SIGHUP more than once: the shell does, and the system."""
    forget = Conversation.forget

    def forget_while_signalled(conversation: Conversation, *given: Any) -> None:
        signal.raise_signal(second)
        forget(conversation, *given)

    monkeypatch.setattr(Conversation, "forget", forget_while_signalled)
    server.reply = raising(first)
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        ask(server, "hello")
    assert len(server.forgotten()) == 1
