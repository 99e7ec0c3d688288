"""What only Mattermost has: the WebSocket, slash commands, signed buttons, threads."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import PUBLIC_URL, Call, Driver
from tests.channels.drivers.mattermost import (
    ACTION,
    COMMAND,
    FORM,
    WEBHOOK,
    WEBHOOK_TOKEN,
    MattermostDriver,
    an_id,
)
from tests.channels.fakes.mattermost import (
    FOREIGN,
    ME,
    REPLY,
    ROOT,
    TOKEN,
    USERNAME,
    FakeMattermost,
    direct_channel,
)
from tests.channels.fakes.server import Fault, SentButton
from tests.channels.texts import first_line, is_urgent, reading, text_of
from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms import mattermost_socket
from twitchwise.channels.platforms.inbound import Event
from twitchwise.channels.platforms.mattermost import (
    Mattermost,
    posts_since,
    read_action,
    read_command,
    read_post,
    read_webhook,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.settings import settings


@pytest.fixture
def mattermost(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> MattermostDriver:
    driver = drivers["mattermost"]
    assert isinstance(driver, MattermostDriver)
    for name, value in driver.variables.items():
        home.setenv(name, value)
    home.setattr(mattermost_socket, "FIRST_PAUSE_SECONDS", 0.01)
    return driver


@pytest.fixture
def fake(mattermost: MattermostDriver) -> FakeMattermost:
    assert isinstance(mattermost.fake, FakeMattermost)
    return mattermost.fake


@pytest.fixture
async def bot(mattermost: MattermostDriver, fake: FakeMattermost) -> AsyncIterator[Bot]:
    made = await Bot({"mattermost": mattermost}).start()
    fake.clear()
    yield made
    await made.stop()


@pytest.fixture
async def listening(
    mattermost: MattermostDriver, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> AsyncIterator[Bot]:
    """A bot that listens over the WebSocket."""
    home.setenv("TWITCHWISE_MATTERMOST_MODE", "websocket")
    made = await Bot({"mattermost": mattermost}).start()
    await made.until(lambda: bool(fake.greetings))
    yield made
    await made.stop()
    fake.hang_up()


def post(message: str = "", **values: Any) -> dict[str, Any]:
    """Return a post of Ann in a direct channel."""
    return {
        "id": an_id("a post"),
        "create_at": 1,
        "update_at": 1,
        "edit_at": 0,
        "user_id": an_id("ann"),
        "channel_id": an_id("with ann"),
        "root_id": "",
        "message": message,
        "type": "",
        "props": {},
        **values,
    }


def posted(kind: str, *, seq: int = 1, **values: Any) -> str:
    """Return the event of a post in a channel of a kind (D: direct, O: open)."""
    data = {"channel_type": kind, "sender_name": "@ann", "post": json.dumps(post(**values))}
    return json.dumps({"event": "posted", "data": data, "broadcast": {}, "seq": seq})


def edited(**values: Any) -> str:
    return json.dumps({"event": "post_edited", "data": {"post": json.dumps(post(**values))}})


# The WebSocket.


async def test_a_direct_message(listening: Bot, fake: FakeMattermost) -> None:
    fake.tell(posted("D", message="my leg is numb"))
    await listening.until(lambda: is_urgent(fake.sent))
    assert [heard.text for heard in listening.heard] == ["my leg is numb"]
    assert fake.sent[0].to == an_id("with ann")
    assert "root_id" not in fake.sent[0].raw, "in private there are no threads"


async def test_a_direct_message_in_a_thread_is_answered_there(
    listening: Bot, fake: FakeMattermost
) -> None:
    fake.tell(posted("D", message="hello", root_id=an_id("root")))
    await listening.until(lambda: bool(fake.sent))
    assert fake.sent[0].raw["root_id"] == an_id("root")


async def test_a_mention_in_a_channel(listening: Bot, fake: FakeMattermost) -> None:
    fake.tell(posted("O", message="good morning all", id=an_id("1")))
    fake.tell(posted("P", message=f"what helps @{USERNAME}, please?", id=an_id("2")))
    await listening.until(lambda: bool(fake.sent))
    assert [heard.text for heard in listening.heard] == ["what helps please?"]
    assert fake.sent[0].raw["root_id"] == an_id("2")


async def test_an_edit_in_a_direct_channel(listening: Bot, fake: FakeMattermost) -> None:
    fake.tell(posted("D", message="my leg twitches"))
    await listening.until(lambda: bool(fake.sent))
    fake.clear()
    fake.tell(edited(message="my leg twitches", edit_at=0, update_at=3))
    fake.tell(edited(message="my leg twitches", edit_at=4))
    fake.tell(edited(message="my leg is weak", edit_at=5))
    await listening.until(lambda: is_urgent(fake.sent))
    await listening.quiet()
    assert [heard.text for heard in listening.heard] == ["my leg twitches", "my leg is weak"]


async def test_an_edit_in_a_channel_of_unknown_kind(listening: Bot, fake: FakeMattermost) -> None:
    fake.direct.add(an_id("with ann"))
    fake.tell(edited(message="not for the bot", edit_at=4, channel_id=an_id("club")))
    fake.tell(edited(message="also not", edit_at=5, channel_id=an_id("club")))
    fake.tell(edited(message="my leg is weak", edit_at=6))
    await listening.until(lambda: is_urgent(fake.sent))
    assert [heard.text for heard in listening.heard] == ["my leg is weak"]
    asked = [call for call in fake.calls if "/channels/" in call]
    assert len(asked) == 2, "each channel is asked for once"


async def test_pictures_without_words(listening: Bot, fake: FakeMattermost) -> None:
    fake.tell(posted("D", file_ids=[an_id("file")]))
    await listening.until(lambda: bool(fake.sent))
    assert text_of("utter_no_words") in reading(fake.sent)
    assert not listening.heard


async def test_who_adds_the_bot_is_welcomed(listening: Bot, fake: FakeMattermost) -> None:
    props = {"addedUserId": ME, "addedUsername": USERNAME}
    fake.tell(posted("O", message="added", type="system_add_to_channel", props=props))
    await listening.until(lambda: bool(fake.sent))
    assert first_line("utter_welcome") in reading(fake.sent)


async def test_the_connection_is_made_again(listening: Bot, fake: FakeMattermost) -> None:
    fake.tell(posted("D", message="first"))
    await listening.until(lambda: bool(fake.sent))
    fake.hang_up()
    await listening.until(lambda: len(fake.greetings) == 2)
    assert fake.greetings[0] == {}
    assert fake.greetings[1] == {"connection_id": "c" * 26, "sequence_number": "2"}
    fake.tell(posted("D", message="second", id=an_id("2")))
    await listening.until(lambda: len(listening.heard) == 2)


async def test_what_was_missed_in_a_short_break_is_sent_again(
    listening: Bot, fake: FakeMattermost
) -> None:
    fake.tell(posted("D", message="first"))
    await listening.until(lambda: len(listening.heard) == 1)
    fake.missed += [
        posted("D", message="first", seq=1),
        posted("D", message="my leg is numb", id=an_id("2"), seq=2),
    ]
    await listening.quiet()
    fake.sent.clear()
    fake.hang_up()
    await listening.until(lambda: is_urgent(fake.sent))
    assert [heard.text for heard in listening.heard] == ["first", "my leg is numb"]
    assert sum("users/me/channels" in call for call in fake.calls) == 1


def written(fake: FakeMattermost, kind: str, seconds_ago: float, **values: Any) -> None:
    """Let a post stand in a channel that nobody told of."""
    at = int((time.time() - seconds_ago) * 1000)
    found = post(**{"create_at": at, **values})
    channel = {"id": found["channel_id"], "type": kind, "last_post_at": at}
    fake.channels.append(channel)
    fake.posts.setdefault(found["channel_id"], []).append(found)


async def test_what_was_missed_in_a_long_break_is_read(
    listening: Bot, fake: FakeMattermost
) -> None:
    fake.tell(posted("D", message="first"))
    await listening.until(lambda: len(listening.heard) == 1)
    written(fake, "D", 9, message="first")
    written(fake, "D", 8, message="my leg is numb", id=an_id("2"))
    written(fake, "O", 7, message="not for the bot", id=an_id("3"), channel_id=an_id("club"))
    written(fake, "O", 6, message=f"@{USERNAME} hi", id=an_id("4"), channel_id=an_id("club"))
    fake.connection = "d" * 26
    await listening.quiet()
    fake.sent.clear()
    fake.hang_up()
    await listening.until(lambda: len(listening.heard) == 3)
    await listening.quiet()
    assert {heard.text for heard in listening.heard} == {"first", "my leg is numb", "hi"}
    assert is_urgent(fake.to(an_id("with ann")))


async def test_what_was_posted_while_the_server_did_not_run_is_read(
    mattermost: MattermostDriver, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> None:
    home.setenv("TWITCHWISE_MATTERMOST_MODE", "websocket")
    written(fake, "D", 60, message="my leg is numb")
    first = await Bot({"mattermost": mattermost}).start()
    await first.until(lambda: is_urgent(fake.sent))
    await first.quiet()
    await first.stop()
    fake.hang_up()
    fake.calls.clear()
    written(fake, "D", 50, message="hello", id=an_id("2"))
    second = await Bot({"mattermost": mattermost}).start()
    await second.until(lambda: bool(second.heard))
    await second.quiet()
    await second.stop()
    fake.hang_up()
    assert [heard.text for heard in second.heard] == ["hello"], "what is known is not read anew"


async def test_posts_are_read_as_soon_as_the_api_answers(
    listening: Bot, fake: FakeMattermost
) -> None:
    written(fake, "D", 5, message="my leg is numb")
    fake.connection = "d" * 26
    fake.fault = Fault("500", times=6)
    fake.hang_up()
    await listening.until(lambda: is_urgent(fake.sent))


def test_posts_that_are_read_after_a_break() -> None:
    posts = {
        "old": {"create_at": 1, "update_at": 99},
        "edited": {"create_at": 1, "edit_at": 12},
        "new": {"create_at": 11},
        "deleted": {"create_at": 13, "delete_at": 14},
        "odd": None,
    }
    found = posts_since({"posts": posts}, 10)
    assert found == [posts["new"], posts["edited"]]
    odd: list[Any] = [None, 7, [], {"posts": []}, {"posts": {"a": []}}]
    assert all(posts_since(one, 0) == [] for one in odd)


async def test_an_event_that_is_too_large_does_not_come_for_ever(
    listening: Bot, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> None:
    large = posted("D", message="x" * 5_000_000, id=an_id("large"), seq=1)
    fake.missed.append(large)
    fake.tell(large)
    await listening.until(lambda: len(fake.greetings) == 2)
    assert fake.greetings[1] == {}
    fake.tell(posted("D", message="my leg is numb"))
    await listening.until(lambda: is_urgent(fake.sent))


async def test_an_event_that_fails_keeps_no_other_unheard(
    listening: Bot, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> None:
    platform = listening.channel.platforms["mattermost"]
    assert isinstance(platform, Mattermost)
    remember, fails = platform._remember, iter([True])

    def failing(*given: Any, **values: Any) -> None:
        if next(fails, False):
            raise RuntimeError("odd")
        remember(*given, **values)

    home.setattr(platform, "_remember", failing)
    fake.tell(posted("D", message="hello"))
    fake.tell(posted("D", message="my leg is numb", id=an_id("2")))
    await listening.until(lambda: is_urgent(fake.sent))
    assert len(fake.greetings) == 1


async def test_with_too_many_waiting_nothing_is_dropped(
    listening: Bot, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> None:
    home.setattr(mattermost_socket, "_TRIES", 1)
    take, refusals = listening.channel.desk.take, iter([True] * 7)

    async def busy(*given: Any) -> None:
        if next(refusals, False):
            raise Refused(503, "Too many messages are waiting.")
        await take(*given)

    home.setattr(listening.channel.desk, "take", busy)
    home.setattr(mattermost_socket, "_LONGEST_PAUSE_SECONDS", 0.01)
    fake.tell(posted("D", message="my leg is numb"))
    await listening.until(lambda: is_urgent(fake.sent))


async def test_the_token_goes_nowhere_else(
    mattermost: MattermostDriver, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    async def foreign(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        seen.append(dict(request.headers))
        async for message in socket:
            seen.append(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/", foreign)
    async with TestServer(app, host="localhost") as server:
        home.setenv("TWITCHWISE_MATTERMOST_MODE", "websocket")
        fake.moved_to = str(server.make_url("/"))
        bot = await Bot({"mattermost": mattermost}).start()
        await bot.until(lambda: bool(seen))
        await asyncio.sleep(0.05)
        await bot.stop()
    fake.moved_to = ""
    assert TOKEN not in str(seen)


async def test_what_could_not_be_taken_is_taken_later(listening: Bot, fake: FakeMattermost) -> None:
    fake.direct.add(an_id("with ann"))
    fake.fault = Fault("500", times=5)
    fake.tell(edited(message="my leg is weak", edit_at=6))
    await listening.until(lambda: is_urgent(fake.sent))


async def test_a_token_that_is_refused_is_reported(
    mattermost: MattermostDriver,
    fake: FakeMattermost,
    home: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    home.setenv("TWITCHWISE_MATTERMOST_MODE", "websocket")
    fake.lets_in = False
    bot = await Bot({"mattermost": mattermost}).start()
    await bot.until(lambda: "is the token right?" in caplog.text)
    assert TOKEN not in caplog.text
    fake.lets_in = True
    await bot.until(lambda: bool(fake.greetings))
    await bot.stop()
    fake.hang_up()


async def test_odd_events_break_nothing(listening: Bot, fake: FakeMattermost) -> None:
    odd: list[Any] = [None, 7, "x", [], {}, {"event": "posted"}, {"event": []}, {"seq": "x"}]
    parts: list[Any] = [None, 7, [], {"post": 7}]
    odd += [{"event": "posted", "data": value} for value in parts]
    odd += [{"event": "posted", "data": {"post": value}} for value in ("", "{", "[]", "7", "[" * 9)]
    odd += [
        {"event": "post_edited", "data": {"post": json.dumps({**post(edit_at=[]), "message": 7})}}
    ]
    for one in odd:
        fake.tell(json.dumps(one))
    fake.tell("{")
    fake.tell(posted("D", message="hello", props=[], file_ids=7))
    await listening.until(lambda: bool(fake.sent))
    assert [heard.text for heard in listening.heard] == ["hello"]
    assert len(fake.greetings) == 1


async def test_a_post_that_comes_both_ways_is_answered_once(
    listening: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    call = mattermost.message("hello", group="club")
    body = json.loads(call.body)
    fake.tell(posted("O", message=body["text"], id=body["post_id"], channel_id=body["channel_id"]))
    await listening.until(lambda: bool(fake.sent))
    await listening.call(call)
    assert len(listening.heard) == 1


SILENT = {
    "its own": {"user_id": ME},
    "a system post": {"type": "system_join_channel"},
    "a bot's": {"props": {"from_bot": "true"}},
    "a webhook's": {"props": {"from_webhook": "true"}},
    "a plugin's": {"props": {"from_plugin": "true"}},
    "somebody else is added": {"type": "system_add_to_channel", "props": {"addedUserId": "x"}},
    "no person": {"user_id": ""},
    "no words": {"message": "  "},
}


@pytest.mark.parametrize("values", SILENT.values(), ids=SILENT.keys())
def test_posts_that_are_left_alone(values: dict[str, Any]) -> None:
    found = post(**{"message": f"@{USERNAME} hello", **values})
    assert read_post(found, me=ME, username=USERNAME, is_direct=True, is_edit=False) is None


# Webhooks.


def webhook(text: str, **values: Any) -> Any:
    body = {
        "user_id": an_id("ann"),
        "channel_id": an_id("club"),
        "post_id": an_id("post"),
        "text": text,
        **values,
    }
    return read_webhook(body, me=ME, username=USERNAME)


@pytest.mark.parametrize(
    ("text", "trigger", "words"),
    [
        ("#ask what helps?", "#ask", "what helps?"),
        ("#ask: what helps?", "#ask", "what helps?"),
        ("#ask\nwhat helps?", "#ask", "what helps?"),
        ("ask what #ask means", "ask", "what #ask means"),
        ("twitching in my calf", "twitch", "twitching in my calf"),
        ("twitch in my calf", "twitch", "in my calf"),
        (f"@{USERNAME}, what helps?", f"@{USERNAME}", "what helps?"),
        (f"@{USERNAME.upper()} what helps?", "", "what helps?"),
        (f"what helps, @{USERNAME}?", "", "what helps,?"),
    ],
)
def test_trigger_words_and_mentions_are_taken_off(text: str, trigger: str, words: str) -> None:
    assert webhook(text, trigger_word=trigger).text == words


@pytest.mark.parametrize(
    "text", ["hello", f"a@{USERNAME}.org", f"@{USERNAME}s hello", f"@{USERNAME}.two hello", ""]
)
def test_what_does_not_speak_to_the_bot(text: str) -> None:
    assert webhook(text) is None


def test_a_mention_alone_is_a_greeting() -> None:
    assert webhook(f"@{USERNAME}").event is Event.JOIN
    assert webhook("#ask ", trigger_word="#ask").event is Event.JOIN
    assert webhook(f"@{USERNAME}", file_ids="a,b").event is Event.MEDIA


async def test_a_webhook_may_send_a_form(bot: Bot, mattermost: MattermostDriver) -> None:
    fields = json.loads(mattermost.webhook(text=f"@{USERNAME} my leg is numb").body)
    response = await bot.call(Call(WEBHOOK, urlencode(fields).encode(), FORM))
    assert response.status_code == 200
    assert [heard.text for heard in bot.heard] == ["my leg is numb"]
    assert is_urgent(mattermost.fake.sent)


async def test_each_webhook_has_a_token(bot: Bot, mattermost: MattermostDriver) -> None:
    second = mattermost.variables["TWITCHWISE_MATTERMOST_WEBHOOK_TOKEN"].split(", ")[1]
    await bot.call(mattermost.webhook(token=second, text=f"@{USERNAME} hello"))
    assert len(bot.heard) == 1


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&" * 5_000, b"a=1&" * 5_000, b""])
async def test_odd_forms_are_refused(bot: Bot, body: bytes) -> None:
    for path in (WEBHOOK, COMMAND):
        assert (await bot.call(Call(path, body, FORM))).status_code in (400, 401)


async def test_a_token_in_the_address_counts_for_nothing(
    bot: Bot, mattermost: MattermostDriver
) -> None:
    body = mattermost.webhook(token="", text=f"@{USERNAME} hello").body
    call = Call(f"{WEBHOOK}?token={WEBHOOK_TOKEN}", body)
    assert (await bot.call(call)).status_code == 401
    assert not bot.heard


@pytest.mark.parametrize("path", [WEBHOOK, COMMAND, ACTION])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_refused(bot: Bot, path: str, method: str) -> None:
    assert (await bot.call(Call(path, method=method))).status_code == 405


async def test_a_reply_goes_to_the_thread(
    bot: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    call = mattermost.webhook(text=f"@{USERNAME} hello")
    await bot.call(call)
    assert fake.sent[0].raw["root_id"] == json.loads(call.body)["post_id"]


async def test_a_question_within_a_thread_is_answered_in_it(
    bot: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    await bot.call(mattermost.webhook(text=f"@{USERNAME} hello", post_id=REPLY))
    assert [one.raw["root_id"] for one in fake.sent] == [ROOT]


# Commands.


async def test_a_command_is_answered_to_the_person_alone(
    bot: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    response = await bot.call(mattermost.message("my leg is numb"))
    assert is_urgent(fake.sent)
    assert {one.to for one in fake.sent} == {direct_channel(an_id("ann"))}
    assert response.json()["response_type"] == "ephemeral"
    assert "direct message" in response.json()["text"]
    await bot.call(mattermost.message("hello"))
    assert sum("channels/direct" in call for call in fake.calls) == 1


async def test_a_command_in_a_direct_message_to_the_bot_shows_nothing_more(
    bot: Bot, mattermost: MattermostDriver
) -> None:
    fields = {**mattermost.command("ann", "hello"), "channel_name": f"{ME}__{an_id('ann')}"}
    response = await bot.call(Call(COMMAND, urlencode(fields).encode(), FORM))
    assert response.json() == {}


async def test_commands_and_direct_messages_are_one_conversation(
    listening: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    shown = await offered(listening, mattermost)
    fake.tell(posted("D", message="1"))
    await listening.until(lambda: len(listening.heard) == 2)
    await listening.quiet()
    await listening.call(mattermost.press(shown))
    assert [one.text for one in listening.heard] == ["offer", "q:x1.foods", "q:x2.foods"]
    assert len({one.sender for one in listening.heard}) == 1


async def test_a_webhook_where_the_bot_is_not(
    bot: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    await bot.call(mattermost.webhook(text=f"@{USERNAME} hello", channel_id=FOREIGN))
    assert not fake.sent


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP"])
async def test_a_command_without_words(
    bot: Bot, mattermost: MattermostDriver, fake: FakeMattermost, text: str
) -> None:
    await bot.call(mattermost.message(text))
    assert first_line("utter_welcome") in reading(fake.sent)
    assert not bot.heard


def test_calls_are_told_apart() -> None:
    base = {"user_id": an_id("ann"), "channel_id": an_id("club"), "text": "hello"}

    def id_of(**values: str) -> str:
        found = read_command({**base, **values})
        assert found is not None
        assert len(found.id) <= 200
        return found.id

    assert id_of(trigger_id="t" * 500) == id_of(trigger_id="t" * 500)
    assert id_of(trigger_id="t" * 500) != id_of(trigger_id="t" * 501)
    assert id_of(response_url="a") == id_of(response_url="a") != id_of(response_url="b")
    assert id_of() != id_of(), "what has no id is never taken for a repetition"


# Buttons.


async def offered(bot: Bot, mattermost: MattermostDriver, group: str = "") -> SentButton:
    bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    await bot.call(mattermost.message("offer", group=group))
    return mattermost.fake.sent[-1].buttons[1]


async def test_buttons_call_our_address(bot: Bot, mattermost: MattermostDriver) -> None:
    await offered(bot, mattermost)
    actions = mattermost.fake.sent[-1].raw["props"]["attachments"][0]["actions"]
    assert {one["integration"]["url"] for one in actions} == {PUBLIC_URL + ACTION}
    assert TOKEN not in json.dumps(actions)


async def test_a_press_in_a_thread_is_answered_there(
    bot: Bot, mattermost: MattermostDriver, fake: FakeMattermost
) -> None:
    shown = await offered(bot, mattermost, "club")
    root = fake.sent[-1].raw["root_id"]
    await bot.call(mattermost.press(shown, person="bob", group="club"))
    assert bot.heard[-1].text == "q:x2.foods"
    assert fake.sent[-1].raw["root_id"] == root


FORGED: dict[str, dict[str, Any]] = {
    "payload": {"payload": "q:x1.foods"},
    "payload and more": {"payload": "q:x2.foods "},
    "title": {"title": "Choice 1"},
    "no title": {"title": None},
    "root": {"root": an_id("another")},
    "place": {"place": ""},
    "another place": {"place": "x"},
    "empty signature": {"signature": ""},
    "no signature": {"signature": None},
    "short signature": {"signature": "0"},
    "list": {"signature": ["x"]},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED.keys())
async def test_forged_buttons(
    bot: Bot, mattermost: MattermostDriver, changes: dict[str, Any]
) -> None:
    shown = await offered(bot, mattermost)
    heard = len(bot.heard)
    forged = SentButton(shown.title, {**shown.value, **changes})
    assert (await bot.call(mattermost.press(forged))).status_code == 401
    assert len(bot.heard) == heard
    assert (await bot.call(mattermost.press(shown))).status_code == 200


async def test_a_button_of_another_channel_is_refused(
    bot: Bot, mattermost: MattermostDriver
) -> None:
    shown = await offered(bot, mattermost)
    for person, group in (("bob", ""), ("ann", "club")):
        call = mattermost.press(shown, person=person, group=group)
        assert (await bot.call(call)).status_code == 401


async def test_a_press_that_comes_again_is_known(bot: Bot, mattermost: MattermostDriver) -> None:
    call = mattermost.press(await offered(bot, mattermost))
    for _ in range(3):
        await bot.call(call)
    assert [heard.text for heard in bot.heard] == ["offer", "q:x2.foods"]


def test_a_press_without_parts_is_none() -> None:
    assert read_action({}) is None
    assert read_action({"user_id": "a", "channel_id": "b", "context": {"payload": ""}}) is None


async def test_without_an_address_there_are_numbers(
    mattermost: MattermostDriver, fake: FakeMattermost, home: pytest.MonkeyPatch
) -> None:
    home.setenv("TWITCHWISE_PUBLIC_URL", "")
    settings.cache_clear()
    bot = await Bot({"mattermost": mattermost}).start()
    bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    await bot.call(mattermost.message("offer"))
    assert not fake.sent[-1].buttons
    await bot.call(mattermost.message("2"))
    assert bot.heard[-1].text == "q:x2.foods"
    await bot.stop()


# Variables.


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"mode": "polling"}, "MODE"),
        ({"mode": "webhooks", "webhook_token": "", "command_token": ""}, "WEBHOOK_TOKEN"),
        ({"webhook_token": ","}, "WEBHOOK_TOKEN"),
        ({"command_token": " ,, "}, "COMMAND_TOKEN"),
        ({"mode": "webhooks", "webhook_token": ",", "command_token": ""}, "WEBHOOK_TOKEN"),
    ],
)
def test_values_that_cannot_be_used(
    home: pytest.MonkeyPatch, changes: dict[str, str], name: str
) -> None:
    values = {
        "api_url": "https://chat.example.org",
        "token": "t",
        "mode": "websocket",
        "webhook_token": "w",
        "command_token": "c",
    }
    with pytest.raises(TwitchwiseError, match=f"MATTERMOST_.*{name}") as raised:
        Mattermost({**values, **changes}, None)  # type: ignore[arg-type]
    assert "Mend:" in str(raised.value)
    assert all(value not in str(raised.value) for value in ("chat.example.org ", "polling"))
