"""Bodies, headers and methods that nobody means to send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from tests.unit.http_tools import http_app, start
from twitchwise.channels.body import heard_in, read_json
from twitchwise.channels.incoming import LONGEST_METADATA, Refused, metadata_of, new_conversation

WEBHOOK, TURN = "/webhooks/rest/webhook", "/webhooks/rest/turn"
DEEP = "[" * 100_000 + "]" * 100_000
received: list[UserMessage] = []


async def keep(message: UserMessage) -> None:
    received.append(message)
    await message.output_channel.send_response(message.sender_id, {"text": "heard"})


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sanic]:
    variables = {"TWITCHWISE_MESSAGES_PER_MINUTE": "0"}
    with http_app("bodies_under_test", tmp_path_factory.mktemp("http"), keep, variables) as made:
        asyncio.run(start(made))
        yield made


@pytest.fixture
async def bot(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    received.clear()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as made:
        yield made


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"message=hello",
        b'{"message": "hello"',
        b'{"message": "\xe9"}',
        '{"message": "hello"}'.encode("utf-16"),
        b'{"message": "hello", "metadata": ' + DEEP.encode() + b"}",
        b'{"message": NaN, "message": [1]}',
    ],
    ids=["empty", "a form", "cut off", "Latin-1", "UTF-16", "deep", "a list"],
)
async def test_what_is_no_message_is_refused(
    bot: httpx.AsyncClient, path: str, body: bytes
) -> None:
    reply = await bot.post(path, content=body)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    assert not received


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.parametrize(
    "body",
    [
        b"message=my foot is numb",
        b'{"message": "my foot is numb"',
        b'{"message": "my foot is numb"\n "sender": "me"}',
        b'{"message": "my foot is numb \xe9"}',
        b'{"message": ["my foot is numb"]}',
        b'{"message": "my foot is numb", "metadata": ' + DEEP.encode() + b"}",
        b"my foot is numb",
    ],
    ids=["a form", "cut off", "no comma", "Latin-1", "a list", "deep", "plain"],
)
async def test_what_is_urgent_is_heard_also_where_it_is_refused(
    bot: httpx.AsyncClient, path: str, body: bytes
) -> None:
    reply = await bot.post(path, content=body)
    assert (reply.status_code, list(reply.json())) == (400, ["error", "urgent"])
    assert reply.json()["urgent"]["kind"] == "escalation"


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
async def test_json_is_taken_under_any_content_type(
    bot: httpx.AsyncClient, path: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    reply = await bot.post(path, content=b'{"message": "hello"}', headers=headers)
    assert reply.status_code == 200


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.parametrize(
    ("metadata", "kept"),
    [
        ('{"n": NaN, "i": -Infinity, "f": 1e999}', {"n": None, "i": None, "f": None}),
        ('{"n": 1' + "0" * 5000 + "}", {"n": None}),
        ('{"a": "\\ud800"}', {"a": "\ud800"}),
        ('{"a": {"b": [1]}}', {"a": {"b": [1]}}),
        ("[1]", None),
        ('"text"', None),
        ('{"a":' * 40 + "1" + "}" * 40, None),
        ('{"a": "' + "x" * LONGEST_METADATA + '"}', None),
    ],
    ids=["no numbers", "huge", "surrogate", "nested", "list", "text", "deep", "large"],
)
async def test_metadata_is_kept_or_left_out(
    bot: httpx.AsyncClient, path: str, metadata: str, kept: Any
) -> None:
    body = f'{{"message": "hello", "metadata": {metadata}}}'.encode()
    assert (await bot.post(path, content=body)).status_code == 200
    assert received[0].metadata == kept or (kept is None and not received[0].metadata)


@pytest.mark.parametrize(
    ("named", "kept"),
    [("my-app", "my-app"), ("", "rest"), (["x"], "rest"), (7, "rest"), ("x" * 101, "rest")],
)
async def test_the_channel_that_an_app_names(bot: httpx.AsyncClient, named: Any, kept: str) -> None:
    await bot.post(WEBHOOK, json={"message": "hello", "input_channel": named})
    assert received[0].input_channel == kept


@pytest.mark.parametrize("sender", [True, False, 1.5, 10**299])
async def test_no_such_sender(bot: httpx.AsyncClient, sender: Any) -> None:
    reply = await bot.post(WEBHOOK, json={"message": "hello", "sender": sender})
    assert reply.status_code == 400


async def test_a_header_that_is_there_twice_names_nothing(bot: httpx.AsyncClient) -> None:
    twice = [("X-Conversation-Id", new_conversation()) for _ in range(2)]
    reply = await bot.get("/webhooks/rest/history", headers=twice)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    begun = await bot.post(TURN, headers=twice, json={"message": "hello"})
    assert begun.json()["conversation"] not in {value for _, value in twice}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"])
async def test_another_method_is_refused(bot: httpx.AsyncClient, method: str) -> None:
    reply = await bot.request(method, TURN)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["", "about", "openapi.yml"])
async def test_head_is_get(bot: httpx.AsyncClient, path: str) -> None:
    got, asked = [await bot.request(m, f"/webhooks/rest/{path}") for m in ("GET", "HEAD")]
    assert (asked.status_code, asked.headers["content-type"]) == (200, got.headers["content-type"])


async def test_there_is_nothing_elsewhere(bot: httpx.AsyncClient) -> None:
    reply = await bot.post("/webhooks/rest/nothing", json={"message": "my foot is numb"})
    assert (reply.status_code, list(reply.json())) == (404, ["error"])


async def test_a_stream_says_what_fails(
    bot: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("Zebulon")

    monkeypatch.setattr("twitchwise.channels.guard.complete_turn", broken)
    for text, more in (("hello", []), ("my foot is numb", ["urgent"])):
        reply = await bot.post(f"{WEBHOOK}?stream=true", json={"sender": "me", "message": text})
        (line,) = reply.text.splitlines()
        assert (reply.status_code, list(json.loads(line))) == (200, ["error", *more])
        assert "Zebulon" not in reply.text
        plain = await bot.post(WEBHOOK, json={"sender": "me", "message": text})
        assert (plain.status_code, list(plain.json())) == (500, ["error", *more])


# What is read of a body.


@pytest.mark.parametrize("raw", [b"{", b"\xff", DEEP.encode(), b"[1,]", b"'x'", b"01"])
def test_what_is_no_json(raw: bytes) -> None:
    with pytest.raises(Refused) as raised:
        read_json(raw)
    assert raised.value.status == 400


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_json("\ufeff{}".encode()) == {}


@pytest.mark.parametrize(
    ("raw", "heard"),
    [
        (b'{"message": " hello\\u0000 "}', "hello"),
        (b'{"message": "two\nlines"}', "two\nlines"),
        (b'{"message": null, "sender": "me"}', ""),
        (b"{}", ""),
        (b"", ""),
        (b"[1]", "[1]"),
        (b'{"message": 7}', '{"message": 7}'),
        (b"\xffhello", "\ufffdhello"),
    ],
)
def test_what_is_heard(raw: bytes, heard: str) -> None:
    assert heard_in(raw, "message") == heard


def test_no_more_is_heard_than_of_a_message() -> None:
    text = "x" * 300_000
    for raw in (text.encode(), json.dumps({"message": text}).encode()):
        assert len(heard_in(raw, "message")) == 200_000


def test_metadata_may_be_as_deep_and_as_large_as_is_said() -> None:
    deep: Any = {}
    for _ in range(31):
        deep = {"a": deep}
    assert metadata_of({"metadata": deep}) == deep
    assert metadata_of({"metadata": {"a": deep}}) is None
    large = {"a": "x" * (LONGEST_METADATA - len('{"a": ""}'))}
    assert metadata_of({"metadata": large}) == large
    assert metadata_of({"metadata": {"a": large["a"] + "x"}}) is None
