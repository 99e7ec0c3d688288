"""The HTTP channel: the contract of its messages, and its routes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from tests.builders import make_answer
from twitchwise.channels.http import BadRequest, HttpChannel, WithMetadata, read_message
from twitchwise.rendering.turn import AnswerCard, Button

WEBHOOK = "/webhooks/rest/webhook"


def refused(body: Any) -> BadRequest:
    with pytest.raises(BadRequest) as raised:
        read_message(body)
    return raised.value


def test_sender_and_message() -> None:
    assert read_message({"sender": "me", "message": "hello"}) == ("me", "hello")
    assert read_message({"sender": 42, "message": "hello", "more": 1}) == ("42", "hello")


@pytest.mark.parametrize("message", [{}, {"message": None}, {"message": ""}])
def test_a_message_may_be_empty(message: dict[str, Any]) -> None:
    assert read_message({"sender": "me", **message}) == ("me", "")


@pytest.mark.parametrize("sender", [{}, {"sender": None}, {"sender": ""}])
def test_who_sends_no_name_gets_one_of_their_own(sender: dict[str, Any]) -> None:
    senders = {read_message({"message": "hello", **sender})[0] for _ in range(20)}
    assert len(senders) == 20
    assert all(len(name) >= 20 for name in senders)


@pytest.mark.parametrize("body", [None, [], "hello", 1, True])
def test_the_body_must_be_an_object(body: Any) -> None:
    assert refused(body).status == 400


@pytest.mark.parametrize("message", [1, ["hello"], {"text": "hello"}, True])
def test_the_message_must_be_a_text(message: Any) -> None:
    assert refused({"sender": "me", "message": message}).status == 400


@pytest.mark.parametrize("sender", [["me"], {"id": 1}, 1.5, "m" * 256])
def test_the_sender_must_be_a_short_text(sender: Any) -> None:
    assert refused({"sender": sender, "message": "hello"}).status == 400
    assert read_message({"sender": "m" * 255, "message": ""})[0] == "m" * 255


@pytest.mark.usefixtures("fresh_settings")
def test_a_message_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWITCHWISE_LARGEST_MESSAGE", "10")
    assert read_message({"sender": "me", "message": "x" * 10})[1] == "x" * 10
    error = refused({"sender": "me", "message": "x" * 11})
    assert error.status == 413
    assert "10" in error.message


def test_what_is_refused_is_not_repeated() -> None:
    assert "Zebulon" not in refused({"sender": "me", "message": ["Zebulon"]}).message
    assert "Zebulon" not in refused({"sender": ["Zebulon"], "message": "x"}).message


@given(st.text(alphabet=st.characters(), min_size=1, max_size=50))
def test_any_text_becomes_one_that_can_be_stored(text: str) -> None:
    sender, message = read_message({"sender": text, "message": text})
    for kept in (sender, message):
        assert kept.encode("utf-8")
        assert "\0" not in kept


def test_lone_surrogates_and_nul_are_replaced() -> None:
    message = json.loads('{"sender": "me", "message": "a\\ud83d b\\u0000c é🙂"}')
    assert read_message(message)[1] == "a? b c é🙂"


# The structure of messages.


async def test_metadata_is_kept_beside_the_contract() -> None:
    channel = WithMetadata()
    card = AnswerCard.of(make_answer("zinc.link")).as_metadata()
    button = {"title": "Foods", "payload": "q:zi.foods"}
    await channel.send_response("me", {"text": "An answer.", "answer": card, "buttons": [button]})
    await channel.send_response("me", {"text": "General.", "utter_action": "utter_disclaimer"})
    await channel.send_response("me", {"text": "Plain."})
    assert channel.messages == [
        {
            "recipient_id": "me",
            "text": "An answer.",
            "buttons": [button],
            "metadata": {"answer": card},
        },
        {
            "recipient_id": "me",
            "text": "General.",
            "metadata": {"utter_action": "utter_disclaimer"},
        },
        {"recipient_id": "me", "text": "Plain."},
    ]
    turn = channel.turn()
    assert turn.answer_ids == ["zinc.link"]
    assert turn.buttons == [Button("Foods", "q:zi.foods")]
    assert turn.texts == ["An answer.", "Plain."]
    assert (turn.disclaimer, turn.outcome) == ("General.", "none")


# The routes.


async def echo(message: UserMessage) -> None:
    await message.output_channel.send_response(
        message.sender_id, {"text": f"heard: {message.text}"}
    )


async def fail(message: UserMessage) -> None:
    raise RuntimeError(message.text)


Handler = Callable[[UserMessage], Awaitable[None]]
Client = Callable[[Handler], httpx.AsyncClient]
#: What stands for Rasa in a test.
handlers: list[Handler] = []


@pytest.fixture(scope="module")
def app() -> Iterator[Sanic]:
    """An app that has nothing but the channel; Sanic can only start one in a process."""

    async def handle(message: UserMessage) -> None:
        await handlers[-1](message)

    made = Sanic("http_channel_under_test")
    made.blueprint(HttpChannel().blueprint(handle), url_prefix="/webhooks/rest")
    asyncio.run(made._startup())
    yield made
    del Sanic._app_registry[made.name]


@pytest.fixture
async def client(app: Sanic) -> AsyncIterator[Client]:
    """Make a client of the app, with a handler in the place of Rasa's."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as made:

        def with_handler(handler: Handler) -> httpx.AsyncClient:
            handlers.append(handler)
            return made

        yield with_handler
    handlers.clear()


def test_the_address_is_that_of_rasas_channel() -> None:
    assert HttpChannel.name() == "rest"


async def test_a_turn_over_http(client: Client) -> None:
    bot = client(echo)
    reply = await bot.post(WEBHOOK, json={"sender": "me", "message": "grüß dich"})
    assert reply.status_code == 200
    messages = reply.json()
    assert messages[0] == {"recipient_id": "me", "text": "heard: grüß dich"}
    assert messages[-1]["metadata"] == {"utter_action": "utter_disclaimer"}


async def test_a_turn_as_one_object(client: Client) -> None:
    bot = client(echo)
    reply = await bot.post("/webhooks/rest/turn", json={"sender": "me", "message": "hello"})
    refused = await bot.post("/webhooks/rest/turn", json={"message": 7})
    turn = reply.json()
    assert turn["sender"] == "me"
    assert turn["outcome"] == "none"
    assert "professional medical advice" in turn["disclaimer"]
    assert any("hello" in text for text in turn["texts"])
    assert refused.status_code == 400


async def test_visitors_without_a_name_do_not_share_a_conversation(client: Client) -> None:
    bot = client(echo)
    replies = [await bot.post(WEBHOOK, json={"message": "hello"}) for _ in range(2)]
    assert len({reply.json()[0]["recipient_id"] for reply in replies}) == 2


async def test_the_routes_are_guarded_and_quiet(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    bot = client(fail)
    with caplog.at_level(logging.DEBUG):
        reply = await bot.post(WEBHOOK, json={"sender": "me", "message": "Zebulon says foods"})
    assert reply.status_code == 200
    actions = [message["metadata"]["utter_action"] for message in reply.json()]
    assert actions == ["utter_answer_unavailable", "utter_disclaimer"]
    assert "Zebulon" not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'"hello"', 400),
        (b'{"sender": "me", "message": 5}', 400),
        (b'{"sender": "me", "message": "' + b"x" * 200_001 + b'"}', 413),
    ],
    ids=["empty", "cut off", "not UTF-8", "no object", "no text", "too long"],
)
async def test_what_cannot_be_answered_gets_an_error(
    client: Client, body: bytes, status: int
) -> None:
    bot = client(echo)
    reply = await bot.post(WEBHOOK, content=body)
    assert reply.status_code == status
    assert list(reply.json()) == ["error"]


async def test_a_turn_as_a_stream(client: Client) -> None:
    bot = client(echo)
    reply = await bot.post(f"{WEBHOOK}?stream=true", json={"sender": "me", "message": "hello"})
    assert reply.status_code == 200
    messages = [json.loads(line) for line in reply.text.splitlines() if line]
    assert messages[0] == {"recipient_id": "me", "text": "heard: hello"}
    assert len(messages) == 2


async def test_the_health_check(client: Client) -> None:
    bot = client(echo)
    reply = await bot.get("/webhooks/rest/")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
