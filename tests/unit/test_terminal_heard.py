"""Nothing about weakness or numbness goes unheard, however a message fails to get its reply."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.terminal import replies
from tests.terminal.fake_server import FakeServer, Fault, hang_up, refusal, running_server
from tests.unit.chatting import Session
from twitchwise.dialogue import names
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving.ready import ready_line
from twitchwise.terminal import interactive, script, servers
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.commands import COMMANDS
from twitchwise.terminal.conversation import Conversation, new_id
from twitchwise.terminal.failures import ExitCode, ServerFailed
from twitchwise.terminal.own_server import OwnServer
from twitchwise.terminal.run import run_ask
from twitchwise.terminal.script import answer_lines
from twitchwise.terminal.servers import StartedServer
from twitchwise.terminal.signals import leaving_on_signals, uninterrupted
from twitchwise.terminal.view import PlainView

#: How long to wait for what has to come; only reached where something is broken.
PATIENCE_SECONDS = 5
NUMB = "my foot is numb"
THUMB = f"/feedback - {NUMB}"
KEPT = "Your message is kept: press Enter to send it again."
LABEL = "SEE A DOCTOR: "
ADVICE = "Please see a doctor about any weakness or numbness."
READY = f"echo '{ready_line('http://127.0.0.1:1')}'"


class Ear:
    """What was told, and whether it was there while something else had not come yet."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.was_first: list[bool] = []
        self._is_told = threading.Event()

    def hear(self, text: str) -> None:
        self.told.append(text)
        self._is_told.set()

    def hold(self) -> None:
        """Wait until something was told."""
        self.was_first.append(self._is_told.wait(PATIENCE_SECONDS))

    def held(self) -> Fault:
        """Return a reply that does not come before something was told."""

        def write(connection: Any, body: bytes) -> None:
            self.hold()
            connection.send(body)

        return Fault(write, is_handled=True)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def talk(server: FakeServer) -> Session:
    return Session(server)


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What the person reads."""
    return lambda: capsys.readouterr().out


Shown = Callable[[], str]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


# At the prompt.


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Ear:
    """What hears the urgent texts at the prompt, where nothing is waited for."""
    ear = Ear()
    monkeypatch.setattr(interactive, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(PlainView, "urgent", lambda _, kind, text: ear.hear(text))
    return ear


def test_the_advice_is_there_before_a_reply_that_takes_long(
    talk: Session, server: FakeServer, ear: Ear, shown: Shown
) -> None:
    server.fail(ear.held())
    talk.type(NUMB)
    assert ear.was_first == [True]
    assert ear.told == [replies.ESCALATION]
    assert replies.ESCALATION in shown()


def test_a_server_that_takes_long_to_start_is_inside_the_patience(talk: Session, ear: Ear) -> None:
    talk.before_sending = ear.hold
    talk.type(NUMB)
    assert ear.was_first == [True]


def test_a_comment_is_heard_before_a_reply_that_takes_long(
    talk: Session, server: FakeServer, ear: Ear
) -> None:
    server.fail(ear.held(), at="/feedback")
    talk.type("hello", THUMB)
    assert ear.was_first == [True]
    assert ear.told == [replies.ESCALATION]


def test_the_advice_is_told_before_a_wait_that_the_server_asks_for(
    talk: Session, server: FakeServer, shown: Shown
) -> None:
    server.fail(refusal(429, Retry_After="0"))
    talk.type(NUMB)
    text = shown()
    assert 0 <= text.find(LABEL) < text.find("takes no more messages")


def test_a_comment_is_heard_where_the_server_breaks_off(
    talk: Session, server: FakeServer, shown: Shown
) -> None:
    server.fail(hang_up(), at="/feedback")
    talk.type("hello", THUMB)
    assert shown().count(LABEL) == 1


def test_a_comment_is_heard_where_ctrl_c_stops_it(
    talk: Session, monkeypatch: pytest.MonkeyPatch, shown: Shown
) -> None:
    monkeypatch.setattr(ChatClient, "rate", interrupt)
    talk.type("hello", THUMB)
    assert shown().count(LABEL) == 1


def test_a_comment_is_heard_where_there_is_no_answer_yet(talk: Session, shown: Shown) -> None:
    talk.type(THUMB)
    text = shown()
    assert 0 <= text.find(LABEL) < text.find("There is no answer yet.")


def test_a_message_is_heard_where_ctrl_c_stops_it(
    talk: Session, monkeypatch: pytest.MonkeyPatch, shown: Shown
) -> None:
    monkeypatch.setattr(ChatClient, "send", interrupt)
    talk.type(NUMB)
    text = shown()
    assert text.count(LABEL) == 1
    assert text.index(LABEL) < text.index(f"Stopped waiting. {KEPT}")


@pytest.mark.parametrize("line", [f"/feedbck - {NUMB}", f"/export {NUMB}.md", "/seizures"])
def test_what_tells_of_it_is_a_message_whatever_it_looks_like(
    talk: Session, server: FakeServer, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    talk.type(line)
    assert server.texts() == [line]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", ["/feedbck - no", "/export my notes.md"])
def test_other_commands_and_slips_are_no_messages(
    talk: Session, server: FakeServer, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    talk.type(line)
    assert server.sent() == []


def remembering(text: str) -> list[replies.Message]:
    """Ask whether there is any weakness, until somebody begins anew."""
    if text == "/restart":
        return [replies.said("What else?", names.RESTARTED)]
    return [replies.said("Is there any weakness or numbness?", names.CONDITIONAL)]


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        (["my calf twitches", "yes"], 1),
        (["my calf twitches", "/restart", "yes"], 0),
        (["yes"], 0),
    ],
)
def test_yes_is_a_mention_where_that_was_asked(
    talk: Session, server: FakeServer, shown: Shown, lines: list[str], times: int
) -> None:
    server.reply = remembering
    server.fail(*[None] * (len(lines) - 1), hang_up())
    talk.type(*lines)
    text = shown()
    assert KEPT in text
    assert text.count(f"{LABEL}{replies.ESCALATION}") == times


def test_a_reply_that_came_just_before_ctrl_c_is_shown_and_nothing_is_kept(
    talk: Session, monkeypatch: pytest.MonkeyPatch, shown: Shown
) -> None:
    send = Conversation.send

    def send_and_interrupt(*given: Any) -> None:
        send(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(Conversation, "send", send_and_interrupt)
    assert talk.type("hello") == ExitCode.FINE
    text = shown()
    assert replies.GREETING in text
    assert KEPT not in text
    assert talk.prompt.kept == ["", ""]


def test_each_command_of_the_help_does_something(talk: Session) -> None:
    assert talk.commands() == {command.name for command in COMMANDS}


# In a script.


@pytest.fixture
def conversation(server: FakeServer) -> Conversation:
    return Conversation(ChatClient(server.url, seconds=10), new_id())


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> Ear:
    """What hears standard error."""
    ear = Ear()
    monkeypatch.setattr(script, "to_stderr", ear.hear)
    return ear


def answer(conversation: Conversation, *lines: tuple[int, str]) -> None:
    answer_lines(lines, conversation, lambda _: None, exit_on_escalation=False)


def failure_of(conversation: Conversation, *lines: tuple[int, str]) -> str:
    with pytest.raises(TwitchwiseError) as failure:
        answer(conversation, *lines)
    return str(failure.value)


def test_a_line_is_heard_before_a_reply_that_takes_long(
    conversation: Conversation, server: FakeServer, errors: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "PATIENCE_SECONDS", 0.0)
    server.fail(errors.held())
    answer(conversation, (3, NUMB))
    assert errors.was_first == [True]
    assert errors.told == [f"line 3: {ADVICE}"]


def test_a_line_is_heard_before_a_wait_that_the_server_asks_for(
    conversation: Conversation, server: FakeServer, errors: Ear
) -> None:
    server.fail(refusal(429, Retry_After="0"))
    answer(conversation, (3, NUMB))
    first, second = errors.told
    assert first == f"line 3: {ADVICE}"
    assert second.startswith("line 3: The server takes no more messages")


def test_a_line_is_heard_where_ctrl_c_stops_it(
    conversation: Conversation, errors: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChatClient, "send", interrupt)
    with pytest.raises(KeyboardInterrupt):
        answer(conversation, (3, NUMB))
    assert errors.told == [f"line 3: {ADVICE}"]


def test_who_wants_to_die_reads_of_a_crisis_line_where_nobody_answers(
    conversation: Conversation, server: FakeServer
) -> None:
    server.stop()
    line = failure_of(conversation, (0, "I want to end my life"))
    assert "crisis line" in line
    assert "weakness" not in line
    assert line.isprintable()


def test_what_was_said_before_counts_in_a_script_too(
    conversation: Conversation, server: FakeServer
) -> None:
    server.reply = remembering
    server.fail(None, hang_up())
    assert ADVICE in failure_of(conversation, (1, "my calf twitches"), (2, "yes"))


def test_a_choice_is_judged_by_its_title(conversation: Conversation, server: FakeServer) -> None:
    server.reply = lambda _: [replies.answer(choices=[(NUMB, "q:numbness")])]
    server.fail(None, hang_up())
    assert ADVICE in failure_of(conversation, (1, "hello"), (2, "1"))


# A server of one's own.


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """What makes a shell script that is started in place of the server."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(servers, "find_server", lambda: None)

    def make(script: str) -> Path:
        path = tmp_path / "program"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(path))
        return path

    return make


Program = Callable[[str], Path]


def ask(*words: str) -> int:
    options: dict[str, Any] = {"url": None, "timeout": 10.0, "plain": True, "json": False}
    options |= {"exit_on_escalation": False, "words": list(words)}
    return run_ask(argparse.Namespace(**options))


@pytest.mark.parametrize("is_there", [True, False], ids=["it ends", "it cannot be started"])
def test_a_question_is_heard_where_no_server_starts(program: Program, is_there: bool) -> None:
    path = program("echo 'Port in use.'; exit 1")
    if not is_there:
        path.unlink()
    with pytest.raises(ServerFailed) as failure:
        ask(NUMB)
    assert ADVICE in str(failure.value)
    assert str(failure.value).isprintable()


def test_a_question_that_is_not_urgent_gets_the_failure_alone(program: Program) -> None:
    program("echo 'Port in use.'; exit 1")
    with pytest.raises(ServerFailed) as failure:
        ask("hello")
    assert str(failure.value) == "Port in use."


def test_a_question_is_heard_while_a_server_takes_long_to_start(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    monkeypatch.setattr(script, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(script, "to_stderr", lambda line: told.write_text(line, encoding="utf-8"))
    # It ends when the advice is there, or after all that time.
    steps = PATIENCE_SECONDS * 100
    program(
        f'for _ in $(seq {steps}); do [ -s "{told}" ] && echo heard && exit 1; sleep 0.01; done'
    )
    with pytest.raises(ServerFailed, match=r"^heard$"):
        ask(NUMB)
    assert told.read_text(encoding="utf-8") == ADVICE


def is_gone(pid: int) -> bool:
    """Say whether a process ends soon, even if nobody has asked how it ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.005)
    return False


def test_what_a_server_has_started_ends_with_it(program: Program) -> None:
    program(f"sleep 60 & echo $!; {READY}; wait")
    server = OwnServer()
    told: list[str] = []
    try:
        server.wait_until_ready(told.append)
    finally:
        server.stop()
    child = int(told[0])
    try:
        assert is_gone(child)
    finally:
        if psutil.pid_exists(child):
            psutil.Process(child).kill()


def test_a_server_that_nobody_has_waited_for_is_waited_for(program: Program) -> None:
    program(f"echo 'Training …'; {READY}; exec sleep 60")
    server = StartedServer()
    told: list[str] = []
    try:
        server.start_again_if_it_ended(told.append)
        server.start_again_if_it_ended(told.append)
    finally:
        server.stop()
    assert told == ["Training …"]


# Signals.


@pytest.fixture
def ignored_hang_up() -> Iterator[None]:
    """What nohup does."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


def test_who_was_started_with_nohup_goes_on(ignored_hang_up: None) -> None:
    left: list[BaseException] = []

    def leave(error: BaseException) -> bool:
        left.append(error)
        return True

    with leaving_on_signals(leave):
        signal.raise_signal(signal.SIGHUP)
        assert left == []
        signal.raise_signal(signal.SIGTERM)
    assert len(left) == 1
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_another_thread_changes_no_signal() -> None:
    before = signal.getsignal(signal.SIGINT)
    inside: list[object] = []

    def work() -> None:
        with uninterrupted():
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    assert inside == [before]
