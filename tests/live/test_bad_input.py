"""Input that nobody means to send, and wrong requests: an answer that helps, no traceback."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from tests.live.client import (
    DISCLAIMER,
    Client,
    Message,
    answer_ids,
    new_sender,
    response_of,
    responses,
    shape,
)
from tests.live.servers import Server

MISUNDERSTOOD = {
    "empty": "",
    "blanks": " \t\n ",
    "emoji": "🦶😀❤️",
    "100 kB": "lorem ipsum " * 8400,
    "control characters": "\x00\x01\x1b[31m\x07\x7f\x85",
    "lone surrogate": "\ud800",
    "invisible characters": "\u200b\u2060\ufeff",
    "unknown intent": "/unknown_intent",
    "broken entities": "/greet{broken json",
    "slash": "/",
    "back": "/back",
    "session start": "/session_start",
    "payload of no topic": "q:xx.foods",
    "payload of no aspect": "q:mg.nonsense",
    "empty payload": "q:",
    "payload with noise": "q:mg.foods; DROP TABLE",
}
#: What is said where a message was not understood.
HELP = {
    "utter_fallback",
    "utter_suggestions",
    "utter_ask_what",
    "utter_greet",
    "utter_other_language",
    "utter_out_of_scope",
}


def assert_helpful(said: list[Message]) -> None:
    """One text that helps on, then the disclaimer."""
    names = shape(said)
    assert names[-1] == DISCLAIMER
    assert names.count(DISCLAIMER) == 1
    assert set(names[:-1]) <= HELP, names
    assert len(names) == 2


@pytest.mark.parametrize("name", MISUNDERSTOOD)
def test_what_cannot_be_understood_gets_help(bot: Client, name: str) -> None:
    assert_helpful(bot.ask(MISUNDERSTOOD[name]))


@pytest.mark.parametrize("name", MISUNDERSTOOD)
def test_it_helps_in_the_middle_of_a_conversation_too(bot: Client, name: str) -> None:
    sender = new_sender()
    bot.say(sender, "which foods have magnesium")
    assert_helpful(bot.say(sender, MISUNDERSTOOD[name]))
    assert answer_ids(bot.say(sender, "and calcium?")) == ["calcium.foods"]


@pytest.mark.parametrize(
    "said", ['/ask_foods{"topic": ["magnesium", 1]}', '/ask_foods{"topic": {"a": null}}', "/affirm"]
)
def test_odd_commands_are_answered_by_the_actions(bot: Client, said: str) -> None:
    names = shape(bot.ask(said))
    assert names[-1] == DISCLAIMER
    assert "utter_answer_unavailable" not in names


def test_restart_forgets_what_was_talked_about(bot: Client) -> None:
    sender = new_sender()
    bot.say(sender, "which foods have magnesium")
    assert shape(bot.say(sender, "/restart")) == ["utter_restarted", DISCLAIMER]
    after = shape(bot.say(sender, "which foods have it"))
    assert "magnesium.foods" not in after
    assert after[-1] == DISCLAIMER


def test_a_button_can_be_pressed(bot: Client) -> None:
    sender = new_sender()
    said = bot.say(sender, "hello")
    payloads = [button["payload"] for m in said for button in m.get("buttons") or []]
    assert payloads
    for payload in payloads:
        assert len(answer_ids(bot.say(sender, payload))) == 1


@pytest.mark.parametrize("length", ["-1", "-5", "-99999999999999999999"])
def test_a_negative_length_stops_nobody(server: Server, length: str) -> None:
    """Sanic alone would read that body for ever, and answer nobody else."""
    head = f"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head.encode() + b'{"message": "hello"}')
        assert b" 400 " in connection.recv(4096).splitlines()[0]
    assert shape(server.client.ask("hello"))[-1] == DISCLAIMER


def test_no_traceback_is_written(server: Server) -> None:
    for text in MISUNDERSTOOD.values():
        server.client.ask(text)
    server.client.post_raw(b"{broken")
    assert "Traceback" not in server.written()


@pytest.mark.parametrize(
    "body",
    [b"", b"{broken", b"null", b"[]", b'"hello"', b"42", b"\xff\xfe", b"message=hello"],
)
def test_a_body_that_is_no_json_object_is_refused(bot: Client, body: bytes) -> None:
    reply = bot.post_raw(body)
    assert reply.status_code == 400
    assert reply.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        {"sender": "a", "message": 42},
        {"sender": "a", "message": ["hello"]},
        {"sender": "a", "message": {"text": "hello"}},
        {"sender": ["a"], "message": "hello"},
        {"sender": "a" * 300, "message": "hello"},
    ],
)
def test_fields_of_the_wrong_kind_are_refused(bot: Client, body: dict[str, Any]) -> None:
    reply = bot.post(body)
    assert reply.status_code == 400
    assert reply.json()["error"]


@pytest.mark.parametrize(
    "extra",
    [{"metadata": "text"}, {"metadata": {"a": [1]}}, {"input_channel": "nowhere"}, {"more": 1}],
)
def test_other_fields_do_no_harm(bot: Client, extra: dict[str, Any]) -> None:
    reply = bot.post({"sender": new_sender(), "message": "hello", **extra})
    assert reply.status_code == 200
    assert shape(reply.json()) == ["utter_greet", DISCLAIMER]


def test_a_message_over_the_limit_is_refused(bot: Client) -> None:
    reply = bot.post({"sender": new_sender(), "message": "a" * 200_001})
    assert reply.status_code == 413
    assert "200000" in reply.json()["error"]


def test_a_missing_message_is_an_empty_one(bot: Client) -> None:
    reply = bot.post({"sender": new_sender()})
    assert reply.status_code == 200
    assert_helpful(reply.json())


@pytest.mark.parametrize("sender", [{}, {"sender": ""}, {"sender": None}])
def test_callers_without_a_name_share_no_conversation(bot: Client, sender: dict[str, Any]) -> None:
    first = bot.post({**sender, "message": "which foods have magnesium"}).json()
    second = bot.post({**sender, "message": "and calcium?"}).json()
    assert answer_ids(first) == ["magnesium.foods"]
    assert first[0]["recipient_id"] != second[0]["recipient_id"]
    assert answer_ids(second) != ["calcium.foods"], "the second caller saw the first one's subject"


def test_a_caller_without_a_name_can_go_on(bot: Client) -> None:
    first = bot.post({"message": "which foods have magnesium"}).json()
    assert answer_ids(bot.say(first[0]["recipient_id"], "and calcium?")) == ["calcium.foods"]


def test_the_stream_is_one_json_message_a_line(bot: Client) -> None:
    body = {"sender": new_sender(), "message": "what foods have magnesium, my hand is numb"}
    reply = bot.post(body, stream="true")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/event-stream")
    streamed = [json.loads(line) for line in reply.text.splitlines()]
    plain = bot.ask(body["message"])
    assert [m["text"] for m in streamed] == [m["text"] for m in plain]
    assert {m["recipient_id"] for m in streamed} == {body["sender"]}


def test_the_contract_of_rasas_rest_channel_is_kept(bot: Client) -> None:
    sender = new_sender()
    said = bot.say(sender, "can dehydration cause leg twitching")
    assert {m["recipient_id"] for m in said} == {sender}
    assert all(isinstance(m["text"], str) for m in said)
    assert [response_of(m) for m in said[-1:]] == responses(said)[-1:] == [DISCLAIMER]
    buttons = [button for m in said for button in m.get("buttons") or []]
    assert 1 <= len(buttons) <= 3
    assert all(set(button) == {"title", "payload"} for button in buttons)
