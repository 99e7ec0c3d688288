"""A conversation with a person: what the lines do, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal import replies
from tests.terminal.fake_server import FakeServer, Fault, hang_up, refusal, running_server
from tests.unit.chatting import Session
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.conversation import Conversation, new_id
from twitchwise.terminal.failures import ExitCode, ServerFailed

KEPT = "Your message is kept: press Enter to send it again."


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def session(server: FakeServer) -> Session:
    return Session(server)


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What the person reads."""
    return lambda: capsys.readouterr().out


Shown = Callable[[], str]


def test_lines_are_sent_and_leaving_is_fine(session: Session, server: FakeServer) -> None:
    assert session.type("low magnesium", "  ", "1", "/my foot is numb") == ExitCode.FINE
    assert server.texts() == ["low magnesium", replies.CHOICES[0][1], "/my foot is numb"]


def test_a_starter_can_be_chosen(session: Session, server: FakeServer, shown: Shown) -> None:
    session.type("2")
    assert server.texts() == [replies.STARTERS[1][1]]
    assert "[2] Which nutrients matter?" in shown()


@pytest.mark.parametrize("line", ["/hlep", "/help", "/privacy", "/sources", "/feedback +"])
def test_commands_and_slips_are_not_sent(session: Session, server: FakeServer, line: str) -> None:
    session.type(line)
    assert server.sent() == []


@pytest.mark.parametrize("line", ["/sources\nmy foot is numb", "/sources\nnumb", "/help\nnumb"])
def test_what_was_pasted_after_a_command_is_heard(
    session: Session, server: FakeServer, line: str
) -> None:
    session.type(line)
    assert server.texts() == [line]


def test_a_line_without_an_answer_stands_there_again(
    session: Session, server: FakeServer, shown: Shown
) -> None:
    server.fail(hang_up())
    session.type("low magnesium", "")
    assert session.prompt.kept == ["", "low magnesium", ""]
    assert server.handled == ["low magnesium"]
    assert len({one.body["id"] for one in server.sent()}) == 1
    assert f"broke off before it had answered. {KEPT}" in shown()


def test_to_restart_without_an_answer_is_sent_again(session: Session, server: FakeServer) -> None:
    server.fail(hang_up())
    session.type("/restart", "")
    assert server.handled == ["/restart"]
    assert [one.body["title"] for one in server.sent()] == ["Start again"] * 2


def test_numbness_is_not_passed_over_where_there_is_no_answer(
    session: Session, server: FakeServer, shown: Shown
) -> None:
    server.fail(hang_up())
    session.type("my foot is numb")
    text = shown()
    assert "SEE A DOCTOR: " in text
    assert text.index("SEE A DOCTOR: ") < text.index(KEPT)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (hang_up(), ExitCode.UNREACHABLE),
        (refusal(500), ExitCode.SERVER_ERROR),
        # It was told, and is no message that waits.
        (refusal(413), ExitCode.FINE),
    ],
)
@pytest.mark.parametrize("leave", [EOFError, "/quit"])
def test_who_leaves_without_an_answer_is_told_what_happened(
    session: Session,
    server: FakeServer,
    fault: Fault,
    code: ExitCode,
    leave: str | type[BaseException],
) -> None:
    server.fail(fault)
    assert session.type("low magnesium", leave) == code


def test_who_leaves_after_another_answer_left_nothing_open(
    session: Session, server: FakeServer
) -> None:
    server.fail(hang_up())
    assert session.type("low magnesium", "low calcium") == ExitCode.FINE


def test_who_stopped_waiting_and_leaves_has_no_answer(
    session: Session, monkeypatch: pytest.MonkeyPatch, shown: Shown
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ChatClient, "send", interrupt)
    code = session.type("low magnesium")
    assert f"Stopped waiting. {KEPT}" in shown()
    assert code in (ExitCode.UNREACHABLE, ExitCode.SERVER_ERROR)


def test_who_leaves_because_there_is_no_server_has_no_answer(
    session: Session, server: FakeServer, shown: Shown
) -> None:
    def fail() -> None:
        raise ServerFailed("The server ended (exit code 1).")

    session.before_sending = fail
    assert session.type("low magnesium") == ExitCode.SERVER_ERROR
    assert server.sent() == []
    assert f"The server ended (exit code 1). {KEPT}" in shown()


def test_ctrl_c_leaves_the_second_time_in_a_row(session: Session, shown: Shown) -> None:
    assert session.type(KeyboardInterrupt, KeyboardInterrupt) == ExitCode.INTERRUPTED
    assert shown().count("Ctrl-C again leaves") == 1


def test_ctrl_c_twice_with_a_line_between_does_not_leave(session: Session) -> None:
    assert session.type(KeyboardInterrupt, "hello", KeyboardInterrupt) == ExitCode.FINE


def test_ctrl_c_clears_the_line_that_was_kept(session: Session, server: FakeServer) -> None:
    server.fail(hang_up())
    session.type("low magnesium", KeyboardInterrupt, "")
    assert session.prompt.kept == ["", "low magnesium", "", ""]
    assert len(server.sent()) == 1


@pytest.mark.parametrize("message", ["my foot is numb", "my chest hurts"])
def test_it_can_end_after_an_escalation(
    session: Session, server: FakeServer, message: str, shown: Shown
) -> None:
    code = session.type("hello", message, "never read", exit_on_escalation=True)
    assert code == ExitCode.ESCALATED
    assert server.texts() == ["hello", message]
    assert shown().rstrip().endswith(replies.DISCLAIMER)


def test_forgetting_begins_anew(session: Session, server: FakeServer) -> None:
    before = session.conversation.id
    session.type("low magnesium", "/forget", "hello")
    assert server.forgotten() == [before]
    assert session.histories_forgotten == 1
    assert server.sent()[-1].conversation == session.conversation.id != before


def test_what_could_not_be_forgotten_is_told_and_kept(
    session: Session, server: FakeServer, shown: Shown
) -> None:
    server.fail(refusal(503, "The database is asleep."), at="/conversation")
    session.type("low magnesium", "/forget")
    assert "The database is asleep." in shown()
    assert len(session.conversation.turns) == 1


def test_what_is_kept_here_is_forgotten_whatever_becomes_of_the_server(
    session: Session, server: FakeServer
) -> None:
    session.conversation = Conversation(session.client, new_id(), "calves")
    server.fail(refusal(503), at="/conversation")
    session.type("hello", "/forget")
    assert (session.histories_forgotten, session.names_forgotten) == (1, [])
    session.type("/forget")
    assert session.names_forgotten == ["calves"]
    assert session.conversation.name is None


@pytest.mark.parametrize(("line", "rating"), [("/feedback +", "up"), ("/feedback - no", "down")])
def test_a_thumb_is_for_the_last_answer(
    session: Session, server: FakeServer, line: str, rating: str
) -> None:
    session.type("hello", "low magnesium", line)
    (seen,) = server.seen("POST", "/feedback")
    assert (seen.body["id"], seen.body["rating"]) == (server.sent()[-1].body["id"], rating)


def test_an_urgent_comment_is_answered_with_the_disclaimer(
    session: Session, server: FakeServer, shown: Shown
) -> None:
    server.urgent = {"kind": "escalation", "text": "Please see a doctor today."}
    session.type("hello", "/feedback - my foot is numb")
    text = shown()
    assert f"SEE A DOCTOR: Please see a doctor today.\n{replies.DISCLAIMER}" in text


def test_a_thumb_is_saved_with_the_conversation(
    session: Session, server: FakeServer, tmp_path: Path
) -> None:
    file = tmp_path / "notes.json"
    session.type("hello", "/feedback +", f"/export {file}")
    assert '"rating": "up"' in file.read_text("utf-8")


def test_what_cannot_be_saved_does_not_end_the_conversation(
    session: Session, server: FakeServer
) -> None:
    lines = ["hello", "/export ~nobody-of-this-name/x.md", f"/export {'n' * 300}.md", "hello again"]
    session.type(*lines)
    assert server.texts() == ["hello", "hello again"]
