"""The HTTP channel: the contract of its messages, and its routes."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from tests.builders import make_answer
from tests.live.client import read_events
from tests.unit.http_tools import Handler, answer, forget_what_was_read, http_app, start
from twitchwise.channels.about import project_about
from twitchwise.channels.collecting import WithMetadata, turn_of
from twitchwise.channels.database_thread import DatabaseUnavailable
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.http import HttpChannel
from twitchwise.channels.incoming import Refused, new_conversation, read_message
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import ConversationStore
from twitchwise.dialogue.responses import project_responses
from twitchwise.escalations.record import Escalation
from twitchwise.escalations.store import EscalationStore
from twitchwise.escalations.store import Filters as EscalationFilters
from twitchwise.feedback.store import FeedbackStore, Filters
from twitchwise.rendering.turn import AnswerCard, Button
from twitchwise.serving.running import TOKEN_HEADER, TOKEN_VARIABLE, new_token
from twitchwise.settings import settings

WEBHOOK = "/webhooks/rest/webhook"


def refused(body: Any) -> Refused:
    with pytest.raises(Refused) as raised:
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
    turn = turn_of(channel.without_recipient())
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


Client = Callable[[Handler], httpx.AsyncClient]
MESSAGES_PER_MINUTE = 20
MESSAGES_PER_MINUTE_AND_ADDRESS = 40
TOKEN = new_token()
#: What stands for Rasa in a test.
handlers: list[Handler] = []


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sanic]:
    """An app that has nothing but the channel; Sanic can only start one in a process."""
    variables = {
        "TWITCHWISE_MESSAGES_PER_MINUTE": str(MESSAGES_PER_MINUTE),
        "TWITCHWISE_MESSAGES_PER_MINUTE_AND_ADDRESS": str(MESSAGES_PER_MINUTE_AND_ADDRESS),
        TOKEN_VARIABLE: TOKEN,
    }

    async def handle(message: UserMessage) -> None:
        await handlers[-1](message)

    with http_app(
        "http_channel_under_test", tmp_path_factory.mktemp("http"), handle, variables
    ) as made:
        asyncio.run(start(made))
        yield made


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


async def test_what_a_client_has_to_know(client: Client) -> None:
    reply = await client(echo).get("/webhooks/rest/about")
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json() == json.loads(json.dumps(project_about().as_dict()))


# Conversations with a history.


def conversation() -> dict[str, str]:
    return {"X-Conversation-Id": new_conversation()}


async def talk(bot: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await bot.post("/webhooks/rest/turn", json=body, headers=headers)


async def history(bot: httpx.AsyncClient, headers: dict[str, str]) -> list[Any]:
    reply = await bot.get("/webhooks/rest/history", headers=headers)
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    return list(reply.json()["turns"])


async def test_a_turn_is_kept_and_read_again(client: Client) -> None:
    bot, headers = client(answer), conversation()
    reply = await talk(bot, headers, message="q:zi.link", title="Zinc?", id="message-1")
    turn = reply.json()
    assert turn["conversation"] == headers["X-Conversation-Id"]
    assert (turn["id"], turn["message"], turn["rating"]) == ("message-1", "Zinc?", None)
    assert [message["kind"] for message in turn["messages"]] == ["answer", "disclaimer"]
    first = turn["messages"][0]
    assert first["text"] == "On q:zi.link."
    assert first["buttons"] == [{"title": "Foods", "payload": "q:zi.foods", "url": None}]
    assert first["answer"]["answer_id"] == "zinc.link"
    assert await history(bot, headers) == [turn]


async def test_the_same_message_gets_the_same_reply(client: Client) -> None:
    bot, headers = client(echo), conversation()
    first = (await talk(bot, headers, message="one", id="message-1")).json()
    again = (await talk(bot, headers, message="one", id="message-1")).json()
    other = (await talk(bot, headers, message="two", id="message-2")).json()
    assert again == first
    assert await history(bot, headers) == [first, other]


async def test_without_an_id_each_message_is_its_own(client: Client) -> None:
    bot, headers = client(echo), conversation()
    for _ in range(2):
        await talk(bot, headers, message="one")
    assert len(await history(bot, headers)) == 2


async def test_a_conversation_is_begun_where_none_is_named(client: Client) -> None:
    bot = client(echo)
    begun = (await talk(bot, {}, message="hello")).json()["conversation"]
    assert len(begun) >= 22
    assert len(await history(bot, {"X-Conversation-Id": begun})) == 1


async def test_a_sender_has_no_history(client: Client) -> None:
    bot = client(echo)
    sender = "somebody-whose-name-is-long-enough"
    turn = (await talk(bot, {}, message="hello", sender=sender)).json()
    assert (turn["conversation"], turn["sender"]) == (None, sender)
    assert await history(bot, {"X-Conversation-Id": sender}) == []
    assert ConversationStore(settings().database_url()).turns(sender) == []


async def test_a_stream_ends_with_its_end(client: Client) -> None:
    bot, headers = client(answer), conversation()
    reply = await bot.post(
        "/webhooks/rest/turn",
        json={"message": "zinc", "id": "message-1"},
        headers={**headers, "Accept": "text/event-stream"},
    )
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["x-accel-buffering"] == "no"
    assert reply.text.startswith(": working\n\n")
    found = read_events(reply.text)
    assert [name for name, _ in found] == ["message", "message", "end"]
    turn = (await history(bot, headers))[0]
    assert [data for name, data in found if name == "message"] == turn["messages"]
    assert found[-1][1] == {
        "id": "message-1",
        "conversation": headers["X-Conversation-Id"],
        "at": turn["at"],
        "message": "zinc",
        "outcome": "none",
        "answer_ids": ["zinc.link"],
        "rating": None,
        "failed": False,
    }


async def test_a_stream_ends_also_when_the_turn_fails(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, headers = client(echo), conversation()

    def no_message(*_: Any) -> Any:
        raise RuntimeError("Zebulon")

    monkeypatch.setattr("twitchwise.channels.http._as_json", no_message)
    reply = await bot.post(
        "/webhooks/rest/turn",
        json={"message": "zinc", "id": "message-1"},
        headers={**headers, "Accept": "text/event-stream"},
    )
    name, end = read_events(reply.text)[-1]
    assert (name, end["id"], end["failed"]) == ("end", "message-1", True)
    assert "Zebulon" not in reply.text
    refused = await talk(bot, headers, message="zinc", id="message-1")
    assert (refused.status_code, list(refused.json())) == (500, ["error"])


async def test_a_conversation_is_forgotten(client: Client) -> None:
    bot, headers, other = client(echo), conversation(), conversation()
    for each in (headers, other):
        await talk(bot, each, message="hello", id="message-1")
    await bot.post(
        "/webhooks/rest/feedback", json={"id": "message-1", "rating": "up"}, headers=headers
    )
    for _ in range(2):
        reply = await bot.request("DELETE", "/webhooks/rest/conversation", headers=headers)
        assert (reply.status_code, reply.json()) == (200, {"forgotten": True})
        assert await history(bot, headers) == []
    assert len(await history(bot, other)) == 1


async def test_what_was_on_its_way_is_forgotten_too(client: Client) -> None:
    bot, headers = client(echo), conversation()
    await bot.request(
        "DELETE",
        "/webhooks/rest/conversation",
        headers=headers,
        json={"pending": ["message-1", 7, "short"]},
    )
    late = await talk(bot, headers, message="my foot is numb", id="message-1")
    assert (late.status_code, list(late.json())) == (410, ["error", "urgent"])
    stream = await talk(
        bot, {**headers, "Accept": "text/event-stream"}, message="hello", id="message-1"
    )
    assert "deleted" in read_events(stream.text)[-1][1]["error"]
    assert await history(bot, headers) == []


async def test_thumbs(client: Client) -> None:
    bot, headers = client(answer), conversation()
    await talk(bot, headers, message="zinc", id="message-1")
    for rating in ("up", "down", None):
        reply = await bot.post(
            "/webhooks/rest/feedback",
            json={"id": "message-1", "rating": rating, "comment": "hm"},
            headers=headers,
        )
        assert (reply.status_code, reply.json()) == (200, {"rating": rating, "urgent": None})
        assert (await history(bot, headers))[0]["rating"] == rating


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "message-9", "rating": "up"}, 404),
        ({"id": "message-1", "rating": "sideways"}, 400),
        ({"id": "message-1", "rating": "up", "comment": "x" * 2001}, 400),
        ({"id": "message-1", "rating": "up", "comment": 7}, 400),
        ({"rating": "up"}, 400),
        ([], 400),
    ],
)
async def test_feedback_that_is_refused(client: Client, body: Any, status: int) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello", id="message-1")
    reply = await bot.post("/webhooks/rest/feedback", json=body, headers=headers)
    assert (reply.status_code, list(reply.json())) == (status, ["error"])


@pytest.mark.parametrize("name", ["", "short", "a" * 65, "x" * 21, "x" * 30 + "/"])
async def test_an_id_that_could_be_guessed_is_refused(client: Client, name: str) -> None:
    bot = client(echo)
    for method, path in (("GET", "history"), ("DELETE", "conversation"), ("POST", "feedback")):
        reply = await bot.request(
            method,
            f"/webhooks/rest/{path}",
            headers={"X-Conversation-Id": name},
            content=b'{"id": "message-1", "rating": "up"}',
        )
        assert (reply.status_code, list(reply.json())) == (400, ["error"]), path
    begun = (await talk(bot, {"X-Conversation-Id": name}, message="hello")).json()["conversation"]
    assert len(begun) >= 22
    assert begun != name


@pytest.mark.parametrize(
    "more",
    [
        {"id": "short"},
        {"id": 12345678},
        {"id": "with blank 1"},
        {"title": "x" * 201},
        {"title": ["x"]},
        {"sender": ["me"]},
        {"sender": "m" * 256},
        {"metadata": "x"},
    ],
)
async def test_no_message_goes_unanswered_for_what_is_beside_it(
    client: Client, more: dict[str, Any]
) -> None:
    reply = await talk(client(echo), {}, message="my foot is numb", **more)
    assert reply.status_code == 200
    assert reply.json()["outcome"] == "escalate"


async def test_a_title_is_cut(client: Client) -> None:
    bot, headers = client(echo), conversation()
    turn = (await talk(bot, headers, message="q:zi.link", title="x" * 500)).json()
    assert turn["message"] == "x" * 200


@pytest.mark.parametrize("body", [{"message": 5}, {"message": ["x"]}, [], "hello", None])
async def test_turns_that_are_refused(client: Client, body: Any) -> None:
    bot, headers = client(echo), conversation()
    reply = await bot.post("/webhooks/rest/turn", json=body, headers=headers)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    assert await history(bot, headers) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_pages_of_other_sites_are_refused(client: Client, site: str) -> None:
    bot, headers = client(echo), conversation()
    for own, status in (({"Sec-Fetch-Site": site}, 403), ({"Sec-Fetch-Site": "same-origin"}, 200)):
        reply = await talk(bot, {**headers, **own}, message="hello")
        assert reply.status_code == status


async def test_history_and_forgetting_need_the_hash_key(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello")
    project_feedback.cache_clear()
    monkeypatch.setenv("TWITCHWISE_HASH_KEY", "short")
    for method, path in (("GET", "history"), ("DELETE", "conversation")):
        reply = await bot.request(method, f"/webhooks/rest/{path}", headers=headers)
        assert (reply.status_code, list(reply.json())) == (503, ["error"])
    reply = await talk(bot, headers, message="my foot is numb")
    assert reply.json()["outcome"] == "escalate"
    monkeypatch.undo()
    project_feedback.cache_clear()
    assert len(await history(bot, headers)) == 2


async def test_a_flood_is_refused_and_says_when_to_come_again(client: Client) -> None:
    bot, headers = client(echo), conversation()
    for _ in range(MESSAGES_PER_MINUTE):
        assert (await talk(bot, headers, message="hello")).status_code == 200
    reply = await talk(bot, headers, message="hello again")
    assert reply.status_code == 429
    assert int(reply.headers["retry-after"]) >= 1
    assert "wait" in reply.json()["error"]
    assert (await talk(bot, conversation(), message="hello")).status_code == 200
    urgent = await talk(bot, headers, message="my foot is numb")
    assert urgent.json()["outcome"] == "escalate"


async def test_who_runs_the_server_is_not_counted(client: Client) -> None:
    bot, headers = client(echo), conversation()
    ours = {**headers, TOKEN_HEADER: TOKEN}
    # More than two minutes allow, since one may end meanwhile.
    for _ in range(2 * MESSAGES_PER_MINUTE + 1):
        assert (await talk(bot, ours, message="hello")).status_code == 200
    # Nothing of it was counted against the others in the conversation.
    assert (await talk(bot, headers, message="hello")).status_code == 200


@pytest.mark.parametrize(
    "token",
    [b"", TOKEN[:-1].encode(), b"x" * 43, "é".encode(), "é".encode("latin-1"), b"\xff\xfe"],
    # The same in each worker: the token is made anew in each.
    ids=["none", "one letter less", "another", "UTF-8", "Latin-1", "no text"],
)
async def test_a_wrong_token_changes_nothing(client: Client, token: bytes) -> None:
    bot = client(echo)
    named = conversation()["X-Conversation-Id"].encode()
    headers = [(b"x-conversation-id", named), (TOKEN_HEADER.lower().encode(), token)]
    statuses = [
        (
            await bot.post("/webhooks/rest/turn", json={"message": "hello"}, headers=headers)
        ).status_code
        for _ in range(2 * MESSAGES_PER_MINUTE + 1)
    ]
    # A minute may end between two of them.
    assert statuses[0] == 200
    assert 429 in statuses


async def test_reads_are_counted_by_address(app: Sanic) -> None:
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as stranger:
        statuses = [
            (await stranger.get("/webhooks/rest/about")).status_code
            for _ in range(2 * MESSAGES_PER_MINUTE_AND_ADDRESS + 1)
        ]
        assert statuses[0] == 200
        assert 429 in statuses
        ours = {TOKEN_HEADER: TOKEN}
        assert (await stranger.get("/webhooks/rest/about", headers=ours)).status_code == 200


# Comments that tell of weakness, numbness or an emergency.


async def comment(
    bot: httpx.AsyncClient, headers: dict[str, str], text: Any, **body: Any
) -> httpx.Response:
    given = {"id": "message-1", "rating": "down", "comment": text, **body}
    return await bot.post("/webhooks/rest/feedback", json=given, headers=headers)


def said_for(response: str, kind: str) -> dict[str, str]:
    return {"kind": kind, "text": project_responses().message_of(response)["text"]}


def records() -> list[Escalation]:
    store = EscalationStore(settings().escalations_database_url())
    return [entry.escalation for entry in store.find(EscalationFilters())]


@pytest.mark.parametrize(
    ("text", "response", "kind"),
    [
        ("my foot is numb", "utter_escalation", "escalation"),
        ("My daughter's leg is numb", "utter_escalation_child", "escalation"),
        ("I can't breathe", "utter_emergency", "emergency"),
        ("I want to kill myself", "utter_emergency_crisis", "emergency"),
    ],
)
async def test_a_comment_that_is_urgent_gets_the_safety_text(
    client: Client, text: str, response: str, kind: str
) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello", id="message-1")
    reply = await comment(bot, headers, text)
    expected = said_for(response, kind)
    assert expected["text"]
    assert (reply.status_code, reply.json()) == (200, {"rating": "down", "urgent": expected})
    assert (await history(bot, headers))[0]["rating"] == "down"


@pytest.mark.parametrize("text", ["Too short.", "no numbness at all", "", "  ", None])
async def test_any_other_comment_gets_none(client: Client, text: str | None) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello", id="message-1")
    reply = await comment(bot, headers, text)
    assert (reply.status_code, reply.json()) == (200, {"rating": "down", "urgent": None})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "message-9"}, 404),
        ({"id": None}, 400),
        ({"rating": "sideways"}, 400),
        ({"comment": "my foot is numb" + " x" * 1000}, 400),
    ],
    ids=["no such turn", "no id", "no rating", "too long"],
)
async def test_the_safety_text_comes_with_a_refusal_too(
    client: Client, body: dict[str, Any], status: int
) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello", id="message-1")
    reply = await comment(bot, headers, "my foot is numb", **body)
    assert reply.status_code == status
    assert set(reply.json()) == {"error", "urgent"}
    assert reply.json()["urgent"] == said_for("utter_escalation", "escalation")


async def test_the_safety_text_needs_no_conversation(client: Client) -> None:
    reply = await comment(client(echo), {}, "my foot is numb")
    assert reply.status_code == 400
    assert reply.json()["urgent"] == said_for("utter_escalation", "escalation")


async def database_is_away(*_: Any) -> None:
    raise DatabaseUnavailable("too slow")


def too_many(*_: Any, **__: Any) -> None:
    raise Refused(429, "Too many messages.", {"Retry-After": "7"})


async def programming_error(*_: Any) -> None:
    raise RuntimeError("Zebulon")


@pytest.mark.parametrize(
    ("target", "name", "trouble", "status"),
    [
        (Turns, "find", database_is_away, 503),
        (Turns, "find", programming_error, 500),
        (RateLimit, "count", too_many, 429),
    ],
    ids=["the database", "a mistake of ours", "the limit"],
)
async def test_the_safety_text_depends_on_nothing_that_fails(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    target: type,
    name: str,
    trouble: Callable[..., Any],
    status: int,
) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello", id="message-1")
    monkeypatch.setattr(target, name, trouble)
    reply = await comment(bot, headers, "my foot is numb")
    assert reply.status_code == status
    assert set(reply.json()) == {"error", "urgent"}
    assert reply.json()["urgent"] == said_for("utter_escalation", "escalation")
    assert reply.headers.get("retry-after") == ("7" if status == 429 else None)
    calm = await comment(bot, headers, "Too short.")
    assert list(calm.json()) == ["error"]


async def test_the_safety_text_does_not_need_the_hash_key(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="hello", id="message-1")
    forget_what_was_read()
    monkeypatch.setenv("TWITCHWISE_HASH_KEY", "short")
    reply = await comment(bot, headers, "my foot is numb")
    assert reply.status_code == 503
    assert reply.json()["urgent"] == said_for("utter_escalation", "escalation")
    monkeypatch.undo()
    forget_what_was_read()


async def test_a_comment_that_is_urgent_is_recorded_once_and_without_its_text(
    client: Client,
) -> None:
    bot, headers = client(echo), conversation()
    await talk(bot, headers, message="my foot is numb", id="message-1")
    before = {record.id for record in records()}
    for _ in range(2):
        await comment(bot, headers, "my foot is numb")
    (record,) = [one for one in records() if one.id not in before]
    assert (record.outcome, record.signs, record.channel) == ("escalate", ("numbness",), "rest")
    assert record.text is None
    await comment(bot, headers, "I can't breathe")
    await comment(bot, headers, "Too short.")
    new = [one for one in records() if one.id not in before]
    assert sorted(one.outcome for one in new) == ["emergency", "escalate"]


async def test_nothing_of_a_comment_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await comment(client(echo), conversation(), "Zebulon has a numb foot")
    assert "Zebulon" not in caplog.text


async def test_a_turn_without_an_answer_is_noted(client: Client) -> None:
    async def no_idea(message: UserMessage) -> None:
        await message.output_channel.send_response(
            message.sender_id, {"text": "I did not understand.", "utter_action": "utter_fallback"}
        )

    store = FeedbackStore(settings().database_url())
    before = store.unanswered_counts(Filters()) if store.exists() else {}
    await talk(client(no_idea), conversation(), message="flurbl")
    await talk(client(echo), conversation(), message="hello")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if store.exists() and store.unanswered_counts(Filters()) != before:
            break
        await asyncio.sleep(0.02)
    after = store.unanswered_counts(Filters())
    assert after == {**before, ("not_understood", ""): before.get(("not_understood", ""), 0) + 1}
    assert all(found.question is None for found in store.unanswered(Filters()))
