"""The client of the HTTP channel: what it sends, and what it makes of all that can come back."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.terminal import hostile, replies
from tests.terminal.fake_server import (
    FakeServer,
    Fault,
    bad_body,
    cut_off,
    hang_up,
    refusal,
    running_server,
    web_page,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.turn import SourceCard
from twitchwise.terminal.client import ChatClient, CommentIsUrgent
from twitchwise.terminal.failures import ExitCode, NoTwitchwise, ServerFailed, Unreachable, WrongUse
from twitchwise.terminal.message import Message

CONVERSATION = "conversation-0123456789"
NUMB = {"kind": "escalation", "text": "Please see a doctor."}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def client(server: FakeServer) -> ChatClient:
    return ChatClient(server.url, seconds=10)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client waited before it sent again; it takes no time here."""
    waits: list[float] = []
    monkeypatch.setattr("twitchwise.terminal.client.time.sleep", waits.append)
    return waits


def message(text: str = "low magnesium") -> Message:
    return Message(text, text)


def turn_as_sent(**changed: Any) -> dict[str, Any]:
    """Return a turn as the server sends it."""
    whole = replies.turn(CONVERSATION, "id-12345", "hello", replies.reply_to("hello"))
    return {**whole, **changed}


def as_body(given: Any) -> Fault:
    return bad_body(json.dumps(given).encode())


def free_port() -> int:
    """Return a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# What it sends.


def test_a_message_travels_with_its_id_and_the_conversation(
    server: FakeServer, client: ChatClient
) -> None:
    sent = message()
    turn = client.send(CONVERSATION, sent)
    (seen,) = server.sent()
    assert seen.body == {"message": "low magnesium", "id": sent.id}
    assert seen.conversation == CONVERSATION
    assert seen.headers["content-type"] == "application/json"
    assert "text/event-stream" not in seen.headers["accept"]
    assert turn.id == sent.id


def test_a_choice_travels_with_its_title(server: FakeServer, client: ChatClient) -> None:
    client.send(CONVERSATION, Message("2", "q:mg.foods", "Which foods?"))
    (seen,) = server.sent()
    assert (seen.body["message"], seen.body["title"]) == ("q:mg.foods", "Which foods?")


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL.keys())
def test_any_text_arrives_as_it_was_typed(
    server: FakeServer, client: ChatClient, text: str
) -> None:
    client.send(CONVERSATION, message(text))
    assert server.texts() == [text]


def test_forgetting_names_what_may_still_come(server: FakeServer, client: ChatClient) -> None:
    client.forget(CONVERSATION, ["id-1", "id-2"])
    (seen,) = server.seen("DELETE", "/conversation")
    assert (seen.conversation, seen.body) == (CONVERSATION, {"pending": ["id-1", "id-2"]})


def test_forgetting_names_no_more_than_the_contract_has(
    server: FakeServer, client: ChatClient
) -> None:
    ids = [f"id-{number}" for number in range(150)]
    client.forget(CONVERSATION, ids)
    assert server.seen("DELETE", "/conversation")[0].body == {"pending": ids[-100:]}


@pytest.mark.parametrize(("comment", "given"), [("", {}), ("it helped", {"comment": "it helped"})])
def test_a_thumb_names_the_turn(
    server: FakeServer, client: ChatClient, comment: str, given: dict[str, str]
) -> None:
    turn = client.send(CONVERSATION, message())
    assert client.rate(CONVERSATION, turn.id, "up", comment) is None
    (seen,) = server.seen("POST", "/feedback")
    assert seen.body == {"id": turn.id, "rating": "up", **given}


def test_the_token_goes_to_the_server_it_is_for(server: FakeServer) -> None:
    ChatClient(server.url, seconds=10, token="secret").about()
    ChatClient(server.url, seconds=10).about()
    seen = [one.headers.get("x-operator-token") for one in server.seen("GET", "/about")]
    assert seen == ["secret", None]


def test_a_proxy_is_not_asked_for_this_machine(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert ChatClient(server.url, seconds=10).about().name == "Twitchwise"


# What it reads.


def test_it_reads_what_the_server_says_of_itself(server: FakeServer, client: ChatClient) -> None:
    about, sent = json.loads(client.about().json()), json.loads(json.dumps(server.about))
    assert about == {name: sent[name] for name in about}
    assert {"name", "disclaimer", "starters", "questions", "days", "comments"} <= set(about)


def test_it_reads_what_was_said(client: ChatClient) -> None:
    said = [client.send(CONVERSATION, message(text)) for text in ("hello", "low magnesium")]
    assert list(client.history(CONVERSATION)) == said


def test_what_a_newer_server_adds_is_left_aside(server: FakeServer, client: ChatClient) -> None:
    server.about["mood"] = {"good": True}
    assert client.about().name == "Twitchwise"


@pytest.mark.parametrize("text", hostile.SEQUENCES.values(), ids=hostile.SEQUENCES.keys())
def test_no_text_that_comes_back_does_anything_to_a_terminal(
    server: FakeServer, client: ChatClient, text: str
) -> None:
    server.reply = lambda _: [
        {
            **replies.answer(text, [text], [SourceCard(text, text, text)], [(text, text)]),
            "text": text,
        }
    ]
    turn = client.send(CONVERSATION, message(text))
    assert set(turn.json(ensure_ascii=False)) & set("\x1b\x9b\x9d\x9c\x07\x08\r\x7f\x00") == set()
    assert '"\\u00' not in turn.json(ensure_ascii=False)


def test_lines_of_a_text_stay_lines(server: FakeServer, client: ChatClient) -> None:
    server.reply = lambda _: [replies.said("one\ntwo\tthree")]
    assert client.send(CONVERSATION, message()).texts[0] == "one\ntwo three"


@pytest.mark.parametrize("text", ["half \ud83e there", "\ud800"])
def test_half_a_character_that_comes_back_can_be_printed(
    server: FakeServer, client: ChatClient, text: str
) -> None:
    server.reply = lambda _: [replies.said(text)]
    client.send(CONVERSATION, message()).texts[0].encode("utf-8")


# What goes wrong.


def test_nothing_listens(server: FakeServer) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Unreachable, match=url):
        ChatClient(url, seconds=5).about()


@pytest.mark.parametrize(
    "host",
    ["nosuch.invalid", "a..b", "a" * 70 + ".invalid", "ü.invalid", "xn--zzzzzz.invalid"],
    ids=["unknown", "without a part", "too long", "ü", "bad ASCII form"],
)
def test_there_is_no_such_host(host: str) -> None:
    with pytest.raises(Unreachable):
        ChatClient(f"http://{host}", seconds=5).about()


def test_a_password_in_the_address_is_shown_to_nobody() -> None:
    with pytest.raises(Unreachable) as failure:
        ChatClient(f"http://me:secret@127.0.0.1:{free_port()}", seconds=5).about()
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("fault", [hang_up, cut_off])
def test_a_connection_that_breaks_is_told(
    server: FakeServer, client: ChatClient, fault: Callable[[], Fault]
) -> None:
    server.fail(fault())
    with pytest.raises(Unreachable, match="broke off"):
        client.send(CONVERSATION, message())


def test_a_reset_is_told() -> None:
    with speaking(b"", then_reset=True) as url, pytest.raises(Unreachable, match="broke off"):
        ChatClient(url, seconds=5).about()


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x16\x03\x01\x00\x00"])
def test_what_speaks_no_http_is_told(said: bytes) -> None:
    with speaking(said) as url, pytest.raises(Unreachable, match="broke off"):
        ChatClient(url, seconds=5).about()


def test_a_server_without_an_answer_is_not_waited_for_any_longer(server: FakeServer) -> None:
    client = ChatClient(server.url, seconds=0.05)
    with server.holding(), pytest.raises(Unreachable, match="in time"):
        client.send(CONVERSATION, message())


def test_an_answer_that_stops_half_way_is_not_waited_for_any_longer() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    with speaking(half, stays=True) as url, pytest.raises(Unreachable, match="in time"):
        ChatClient(url, seconds=0.05).about()


def test_an_answer_that_comes_in_drops_is_not_waited_for_any_longer() -> None:
    """The time is for all of the reply, not from one byte to the next."""
    drops = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with speaking(drops, drips=True) as url, pytest.raises(Unreachable, match="in time"):
        ChatClient(url, seconds=0.2).about()


def test_a_reply_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twitchwise.terminal.client._LARGEST", 1000)
    much = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b" " * 2000
    with speaking(much) as url, pytest.raises(TwitchwiseError):
        ChatClient(url, seconds=5).about()


def test_forgetting_may_have_less_time_than_a_message(
    server: FakeServer, client: ChatClient
) -> None:
    released = threading.Event()

    def wait(*_: object) -> None:
        released.wait(10)

    server.fail(Fault(wait), at="/conversation")
    try:
        with pytest.raises(Unreachable, match="in time"):
            client.forget(CONVERSATION, seconds=0.05)
    finally:
        released.set()


def test_a_server_that_came_back_is_answered(server: FakeServer, client: ChatClient) -> None:
    client.about()
    server.stop()
    with pytest.raises(Unreachable):
        client.about()
    server.start()
    assert client.about().name == "Twitchwise"


NO_TWITCHWISE = {
    "a web page": web_page(),
    "nothing": bad_body(b"", 204),
    "an empty body": bad_body(b""),
    "null": bad_body(b"null"),
    "a list": bad_body(b"[]"),
    "a number": bad_body(b"1e999"),
    "no UTF-8": bad_body(b'{"id": "\xff"}'),
    "half an object": bad_body(b'{"id": '),
    "an empty object": bad_body(b"{}"),
    "a deep list": bad_body(b"[" * 100_000),
    "a deep list that ends": bad_body(b"[" * 900 + b"]" * 900),
    "another status": bad_body(b'{"ok": true}', 201),
    "no texts": as_body(turn_as_sent(texts=None)),
    "a text for a list": as_body(turn_as_sent(messages="hello")),
    "a number for a message": as_body(turn_as_sent(messages=[1])),
    "no day": as_body(turn_as_sent(at="yesterday")),
    "another rating": as_body(turn_as_sent(rating="sideways")),
    "a button without title": as_body(
        turn_as_sent(messages=[{"kind": "text", "text": "x", "buttons": [{"payload": "y"}]}])
    ),
}


@pytest.mark.parametrize("fault", NO_TWITCHWISE.values(), ids=NO_TWITCHWISE.keys())
def test_what_is_no_reply_of_a_twitchwise_is_told(
    server: FakeServer, client: ChatClient, fault: Fault
) -> None:
    server.fail(fault)
    with pytest.raises(NoTwitchwise, match="no Twitchwise"):
        client.send(CONVERSATION, message())


BROKEN = {
    "a web page": bad_body(b"<h1>Bad Gateway</h1>", 502, "text/html"),
    "nothing": bad_body(b"", 503),
    "a deep list": bad_body(b"[" * 100_000, 500),
    "an error of another form": bad_body(b'{"error": {"code": 5}}', 500),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN.keys())
def test_an_error_without_words_is_told_with_its_status(
    server: FakeServer, client: ChatClient, fault: Fault
) -> None:
    server.fail(fault)
    with pytest.raises(ServerFailed, match=r"\(status 50[023]\)") as failure:
        client.send(CONVERSATION, message())
    # The message may have come to a server behind it.
    assert not isinstance(failure.value, NoTwitchwise)


@pytest.mark.parametrize("name", ["name", "days", "disclaimer"])
@pytest.mark.parametrize("value", [None, [], {}])
def test_wrong_types_are_told(
    server: FakeServer, client: ChatClient, name: str, value: Any
) -> None:
    server.about[name] = value
    with pytest.raises(ServerFailed, match="no Twitchwise"):
        client.about()


@pytest.mark.parametrize("number", [b"1e999", b"NaN", b"9" * 5_000], ids=["1e999", "NaN", "long"])
def test_numbers_that_nobody_can_count_are_told(
    server: FakeServer, client: ChatClient, number: bytes
) -> None:
    body = json.dumps({**server.about, "days": 0}).encode()
    server.fail(bad_body(body.replace(b'"days": 0', b'"days": ' + number)), at="/about")
    with pytest.raises(ServerFailed):
        client.about()


def test_a_body_that_cannot_be_unpacked_is_told(server: FakeServer, client: ChatClient) -> None:
    server.fail(bad_body(b"no gzip", Content_Encoding="gzip"))
    with pytest.raises(TwitchwiseError) as failure:
        client.send(CONVERSATION, message())
    assert failure.value.exit_code in (ExitCode.UNREACHABLE, ExitCode.SERVER_ERROR)


def test_a_large_packed_reply_is_read(server: FakeServer, client: ChatClient) -> None:
    text = "word " * 400_000
    body = json.dumps(turn_as_sent(messages=[{"kind": "text", "text": text}])).encode()
    server.fail(bad_body(gzip.compress(body), Content_Encoding="gzip"))
    assert client.send(CONVERSATION, message()).messages[0].text == text


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_server_that_moved_is_not_followed(
    server: FakeServer, client: ChatClient, status: int
) -> None:
    server.fail(bad_body(b"", status, Location=f"{server.url}/webhooks/rest/elsewhere"))
    with pytest.raises(ServerFailed, match="elsewhere"):
        client.send(CONVERSATION, message())
    assert len(server.sent()) == 1
    assert server.seen("POST", "/elsewhere") == server.seen("GET", "/elsewhere") == []


@pytest.mark.parametrize("status", [403, 404, 405, 410, 500, 503])
def test_a_refusal_is_told_in_the_server_s_words(
    server: FakeServer, client: ChatClient, status: int
) -> None:
    server.fail(refusal(status, "The database is asleep."))
    with pytest.raises(ServerFailed, match="The database is asleep"):
        client.send(CONVERSATION, message())


@pytest.mark.parametrize("status", [400, 413])
def test_a_message_that_is_refused_is_a_wrong_use(
    server: FakeServer, client: ChatClient, status: int
) -> None:
    server.fail(refusal(status, "The message is too long."))
    with pytest.raises(WrongUse, match="The message is too long"):
        client.send(CONVERSATION, message())


def test_a_message_that_is_refused_without_words_is_a_wrong_use(
    server: FakeServer, client: ChatClient
) -> None:
    server.fail(bad_body(b"<h1>Too large</h1>", 413, "text/html"))
    with pytest.raises(WrongUse, match="413"):
        client.send(CONVERSATION, message())


@pytest.mark.parametrize("status", [400, 413, 500])
@pytest.mark.parametrize("error", ["two\nlines", "\x1b[31mred", "\u2028x", "\u202e"])
def test_what_went_wrong_is_one_line_without_commands(
    server: FakeServer, client: ChatClient, status: int, error: str
) -> None:
    server.fail(refusal(status, error))
    with pytest.raises(TwitchwiseError) as failure:
        client.send(CONVERSATION, message())
    assert str(failure.value).isprintable()


def test_a_moved_server_s_address_does_nothing_to_a_terminal(
    server: FakeServer, client: ChatClient
) -> None:
    server.fail(bad_body(b"", 302, Location="/\x1b[31mred"))
    with pytest.raises(ServerFailed) as failure:
        client.send(CONVERSATION, message())
    assert str(failure.value).isprintable()


def test_an_id_that_no_header_can_hold_is_told(client: ChatClient) -> None:
    with pytest.raises(TwitchwiseError):
        client.history("two\nlines")


# Too many messages.


def test_a_message_that_came_too_early_is_sent_again(
    server: FakeServer, waits: list[float]
) -> None:
    told: list[int] = []
    client = ChatClient(server.url, seconds=10)
    server.fail(refusal(429, Retry_After="7"), refusal(429, Retry_After="1"))
    sent = message()
    assert client.send(CONVERSATION, sent, told.append).id == sent.id
    assert waits == told == [7, 1]
    assert [one.body["id"] for one in server.sent()] == [sent.id] * 3


SILLY_TIMES = {
    "nothing": "",
    "below 0": "-5",
    "a part of a second": "1.5",
    "a word": "soon",
    "a day": "Wed, 21 Oct 2026 07:28:00 GMT",
    "too long": "99999999999",
    "too long to count": "9" * 5_000,
}


@pytest.mark.parametrize("given", SILLY_TIMES.values(), ids=SILLY_TIMES.keys())
def test_a_silly_time_to_wait_becomes_a_bearable_one(
    server: FakeServer, client: ChatClient, waits: list[float], given: str
) -> None:
    server.fail(refusal(429, Retry_After=given))
    client.send(CONVERSATION, message())
    assert len(waits) == 1
    assert 1 <= waits[0] <= 300


def test_a_message_is_sent_again_where_no_time_is_named(
    server: FakeServer, client: ChatClient, waits: list[float]
) -> None:
    server.fail(refusal(429))
    client.send(CONVERSATION, message())
    assert len(waits) == 1


def test_a_message_is_not_sent_for_ever(
    server: FakeServer, client: ChatClient, waits: list[float]
) -> None:
    server.fail(*[refusal(429, "Too many messages.", Retry_After="1")] * 100)
    with pytest.raises(ServerFailed, match="Too many messages"):
        client.send(CONVERSATION, message())
    assert len(server.sent()) <= 30


def test_each_wait_ends_with_another_try(
    server: FakeServer, client: ChatClient, waits: list[float]
) -> None:
    server.fail(*[refusal(429, Retry_After="1")] * 100)
    with pytest.raises(ServerFailed):
        client.send(CONVERSATION, message())
    assert len(server.sent()) == len(waits) + 1


# Comments that tell of weakness, numbness or an emergency.


def test_an_urgent_comment_is_answered(server: FakeServer, client: ChatClient) -> None:
    server.urgent = NUMB
    turn = client.send(CONVERSATION, message())
    urgent = client.rate(CONVERSATION, turn.id, "down", "my foot is numb")
    assert urgent is not None
    assert urgent.dict() == NUMB


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_urgent_comment_is_answered_where_it_is_refused(
    server: FakeServer, client: ChatClient, status: int
) -> None:
    server.fail(refusal(status, "It is not kept.", NUMB), at="/feedback")
    with pytest.raises(CommentIsUrgent, match="It is not kept") as answered:
        client.rate(CONVERSATION, "id-12345", "down", "my foot is numb")
    assert answered.value.urgent.dict() == NUMB


def test_a_comment_that_is_refused_otherwise_is_told(
    server: FakeServer, client: ChatClient
) -> None:
    server.fail(refusal(503, "It is not kept."), at="/feedback")
    with pytest.raises(ServerFailed, match="It is not kept"):
        client.rate(CONVERSATION, "id-12345", "down", "well")


class speaking:  # noqa: N801 - read as words where it is used
    """A program at a port of this machine that says the same to whoever asks."""

    def __init__(
        self, said: bytes, *, stays: bool = False, drips: bool = False, then_reset: bool = False
    ) -> None:
        self._said, self._stays, self._drips, self._then_reset = said, stays, drips, then_reset
        self._is_over = threading.Event()

    def __enter__(self) -> str:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(self._said)
            while self._drips and not self._is_over.wait(0.01):
                with contextlib.suppress(OSError):
                    connection.sendall(b" ")
            if self._stays:
                self._is_over.wait(20)
            if self._then_reset:
                # What is closed at once, without waiting, is reset.
                linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._listener.close()
