"""Messages from a pipe: which lines there are, what is printed, and where it stops."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator

import pytest

from tests.terminal import replies
from tests.terminal.fake_server import FakeServer, hang_up, refusal, running_server
from twitchwise.errors import TwitchwiseError
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.contract import Turn
from twitchwise.terminal.conversation import Conversation, new_id
from twitchwise.terminal.failures import ExitCode, ServerFailed, Unreachable, WrongUse
from twitchwise.terminal.script import (
    PlainTurns,
    answer_lines,
    encode_streams,
    lines_of,
    print_json,
)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def conversation(server: FakeServer) -> Conversation:
    return Conversation(ChatClient(server.url, seconds=10), new_id())


def turn(*messages: replies.Message, message: str = "hello") -> Turn:
    return Turn.parse_obj(replies.turn("conversation-0123456789", "id-12345", message, messages))


def lines(content: bytes) -> list[tuple[int, str]]:
    return list(lines_of(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", []),
        (b"\n\n \n\t\n", []),
        (b"one\n\n \ntwo\n", [(1, "one"), (4, "two")]),
        (b"one\r\n\r\ntwo", [(1, "one"), (3, "two")]),
        (b" one \n", [(1, " one ")]),
        (b"/quit\n1\n", [(1, "/quit"), (2, "1")]),
        # Files that were put one behind the other may each begin with a mark.
        (b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n", [(1, "one"), (2, "two")]),
        (b"\xef\xbb\xbf\n", []),
        ("Krämpfe 🦵".encode(), [(1, "Krämpfe 🦵")]),
        (b"bad \xff byte\n", [(1, "bad \ufffd byte")]),
        ("one\u2028two\x0bthree\n".encode(), [(1, "one\u2028two\x0bthree")]),
    ],
)
def test_lines_have_their_numbers(content: bytes, found: list[tuple[int, str]]) -> None:
    assert lines(content) == found


def test_lines_are_read_one_at_a_time() -> None:
    class Typing(io.BytesIO):
        """Fails where more is read than what has been typed."""

        def __next__(self) -> bytes:
            line = self.readline()
            assert line, "it waits for a line that nobody has typed yet"
            return line

    assert next(lines_of(Typing(b"one\n"))) == (1, "one")


def test_each_line_is_answered_in_its_turn(conversation: Conversation, server: FakeServer) -> None:
    shown: list[Turn] = []
    given = [(1, "low magnesium"), (2, "2"), (4, "/quit")]
    assert answer_lines(given, conversation, shown.append, exit_on_escalation=False) == 0
    assert server.texts() == ["low magnesium", replies.CHOICES[1][1], "/quit"]
    assert [each.message for each in shown] == ["low magnesium", replies.CHOICES[1][0], "/quit"]


def test_the_first_failure_ends_it_with_the_line_s_number(
    conversation: Conversation, server: FakeServer
) -> None:
    shown: list[Turn] = []
    server.fail(None, hang_up())
    given = iter([(1, "hello"), (3, "low magnesium"), (4, "never read")])
    with pytest.raises(Unreachable, match=r"^line 3: "):
        answer_lines(given, conversation, shown.append, exit_on_escalation=False)
    assert len(shown) == 1
    assert list(given) == [(4, "never read")]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, WrongUse), (413, WrongUse), (500, ServerFailed), (503, ServerFailed)],
)
def test_a_failure_keeps_its_kind(
    conversation: Conversation, server: FakeServer, status: int, kind: type[TwitchwiseError]
) -> None:
    server.fail(refusal(status, "No."))
    with pytest.raises(kind, match=r"^line 7: "):
        answer_lines([(7, "hello")], conversation, print_json, exit_on_escalation=False)


def test_a_question_that_is_no_line_has_no_number(
    conversation: Conversation, server: FakeServer
) -> None:
    server.fail(refusal(500, "No."))
    with pytest.raises(ServerFailed) as failure:
        answer_lines([(0, "hello")], conversation, print_json, exit_on_escalation=False)
    assert "line" not in str(failure.value)


@pytest.mark.parametrize("error", ["two\nlines", "\x1b[31mred"])
@pytest.mark.parametrize("message", ["hello", "my foot is numb"])
def test_a_failure_is_one_line(
    conversation: Conversation, server: FakeServer, error: str, message: str
) -> None:
    server.fail(refusal(500, error))
    with pytest.raises(ServerFailed) as failure:
        answer_lines([(1, message)], conversation, print_json, exit_on_escalation=False)
    assert str(failure.value).isprintable()


def test_numbness_is_not_passed_over_where_there_is_no_answer(
    conversation: Conversation, server: FakeServer
) -> None:
    server.fail(refusal(500), refusal(500))
    failures = []
    for message in ("my foot is numb", "hello"):
        with pytest.raises(ServerFailed) as failure:
            answer_lines([(1, message)], conversation, print_json, exit_on_escalation=False)
        failures.append(str(failure.value))
    assert "see a doctor" in failures[0]
    assert "see a doctor" not in failures[1]


@pytest.mark.parametrize("message", ["my foot is numb", "my chest hurts"])
def test_it_can_end_after_an_escalation(
    conversation: Conversation, server: FakeServer, message: str
) -> None:
    shown: list[Turn] = []
    given = iter([(1, "hello"), (2, message), (3, "never read")])
    code = answer_lines(given, conversation, shown.append, exit_on_escalation=True)
    assert code == ExitCode.ESCALATED
    assert [each.message for each in shown] == ["hello", message]
    assert list(given) == [(3, "never read")]


def test_an_escalation_is_no_end_unless_asked_for(
    conversation: Conversation, server: FakeServer
) -> None:
    given = [(1, "my foot is numb"), (2, "hello")]
    assert answer_lines(given, conversation, lambda _: None, exit_on_escalation=False) == 0
    assert server.texts() == ["my foot is numb", "hello"]


def test_turns_are_told_apart_by_an_empty_line(capsys: pytest.CaptureFixture[str]) -> None:
    turns = PlainTurns()
    for _ in range(2):
        turns.show(turn(replies.said("Hi.")))
    one = f"Hi.\n{replies.DISCLAIMER}\n"
    assert capsys.readouterr().out == f"{one}\n{one}"


def test_json_is_one_line_a_turn(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(turn(replies.said("Hällo.\nZwei Zeilen.")))
    print_json(turn(replies.answer(), message="🦵"))
    written = capsys.readouterr().out
    first, second = map(json.loads, written.splitlines())
    assert first["texts"] == ["Hällo.\nZwei Zeilen."]
    assert second["message"] == "🦵"
    assert "Hällo" in written and "🦵" in written


def redirected(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    """Let standard output go elsewhere, in an encoding of its own."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    return written


def test_what_an_encoding_lacks_becomes_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    written = redirected(monkeypatch, "ascii")
    encode_streams(as_utf8=False)
    print("Hällo \ud800", flush=True)
    assert written.getvalue() == b"H?llo ?\n"


def test_json_is_utf_8_whatever_the_surroundings_have(monkeypatch: pytest.MonkeyPatch) -> None:
    written = redirected(monkeypatch, "latin-1")
    encode_streams(as_utf8=True)
    print("Hällo 🦵 \ud800", flush=True)
    assert written.getvalue() == "Hällo 🦵 ?\n".encode()
