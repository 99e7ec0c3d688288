"""What only Rocket.Chat has: trigger words, rooms without names, files, threads, its errors."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Call, Driver
from tests.channels.drivers.rocketchat import PATH, SECOND_TOKEN, TOKEN, RocketChatDriver, an_id
from tests.channels.fakes.rocketchat import BROKEN, FOREIGN, ME, USERNAME, FakeRocketChat
from tests.channels.texts import first_line, is_urgent, reading
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Event
from twitchwise.channels.platforms.rocketchat import RocketChat, read_message
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part


@pytest.fixture
def rocketchat(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> RocketChatDriver:
    driver = drivers["rocketchat"]
    assert isinstance(driver, RocketChatDriver)
    for name, value in driver.variables.items():
        home.setenv(name, value)
    return driver


@pytest.fixture
def fake(rocketchat: RocketChatDriver) -> FakeRocketChat:
    assert isinstance(rocketchat.fake, FakeRocketChat)
    return rocketchat.fake


@pytest.fixture
async def bot(rocketchat: RocketChatDriver) -> AsyncIterator[Bot]:
    made = await Bot({"rocketchat": rocketchat}).start()
    yield made
    await made.stop()


def read(**values: Any) -> Any:
    """Return what is read of a message in a channel."""
    base = {
        "user_id": an_id("ann"),
        "channel_id": an_id("club"),
        "channel_name": "club",
        "message_id": an_id("m"),
        "bot": False,
    }
    return read_message({**base, **values}, me=ME, username=USERNAME)


@pytest.mark.parametrize(
    ("text", "trigger", "words"),
    [
        ("!ask what helps?", "!ask", "what helps?"),
        ("!ask: what helps?", "!ask", "what helps?"),
        ("twitching in my calf", "twitch", "twitching in my calf"),
        ("what does !ask do", "!ask", "what does !ask do"),
        (f"@{USERNAME} what helps?", f"@{USERNAME}", "what helps?"),
        (f"what helps, @{USERNAME.upper()}?", "", "what helps,?"),
    ],
)
def test_trigger_words_and_mentions_are_taken_off(text: str, trigger: str, words: str) -> None:
    assert read(text=text, trigger_word=trigger).text == words


@pytest.mark.parametrize(
    "text", ["hello", f"a@{USERNAME}.org", f"@{USERNAME}-s hello", f"@@{USERNAME}", ""]
)
def test_what_does_not_speak_to_the_bot(text: str) -> None:
    assert read(text=text) is None


def test_rooms_without_a_name_are_direct() -> None:
    assert read(text="hello", channel_name=None).text == "hello"
    assert read(text="hello", channel_name=None).address == {"roomId": an_id("club")}
    assert read(text="hello", room={"t": "d"}).text == "hello"
    assert read(text="hello", channel_name=None, room={"t": "p"}) is None
    assert read(text=" ", channel_name=None) is None


def test_what_others_say_to_each_other_is_left_alone() -> None:
    ann, bob = an_id("ann"), an_id("bob")
    for room in (ann + bob, bob + ann):
        assert read(text="my leg is numb", channel_name=None, user_id=ann, channel_id=room) is None
    theirs = {"t": "d", "uids": [ann, bob]}
    assert read(text="my leg is numb", room=theirs, user_id=ann) is None
    for room in (ann + ME, ME + ann, an_id("a newer room"), f"{ann}x"):
        assert read(text="hi", channel_name=None, user_id=ann, channel_id=room).text == "hi"
    assert read(text="hi", room={"t": "d", "uids": [ann, ME]}, user_id=ann).text == "hi"


def test_replies_go_to_the_thread() -> None:
    said = f"@{USERNAME} hello"
    assert read(text=said).address == {"roomId": an_id("club"), "tmid": an_id("m")}
    assert read(text=said, tmid="root").address["tmid"] == "root"
    assert read(text=said, message={"tmid": "root"}).address["tmid"] == "root"
    assert read(text="hello", channel_name=None, tmid="root").address["tmid"] == "root"


FILES: dict[str, dict[str, Any]] = {
    "file uploaded": {"message": {"file": {"_id": "1"}, "attachments": [{"title": "leg.png"}]}},
    "files": {"message": {"files": [{"_id": "1"}]}},
    "attachments": {"attachments": [{"image_url": "/leg.png"}]},
    "odd": {"attachments": [7, None, {"description": []}]},
}


@pytest.mark.parametrize("values", FILES.values(), ids=FILES.keys())
def test_files(values: dict[str, Any]) -> None:
    found = read(channel_name=None, text="", **values)
    assert (found.text, found.event) == ("", Event.MEDIA)


def test_what_describes_a_file_is_read() -> None:
    picture = {"description": f"@{USERNAME} my leg is numb"}
    found = read(text="", message={"file": {"_id": "1"}, "attachments": [picture]})
    assert (found.text, found.event) == ("my leg is numb", Event.MESSAGE)


def test_a_mention_alone_is_a_greeting() -> None:
    assert read(text=f"@{USERNAME}").event is Event.JOIN
    assert read(text="!ask", trigger_word="!ask").event is Event.JOIN


def test_edits_are_told_apart() -> None:
    first = read(text=f"@{USERNAME} one", isEdited=True)
    second = read(text=f"@{USERNAME} two", isEdited=True)
    assert first.edits == second.edits == an_id("m")
    assert len({first.id, second.id, an_id("m")}) == 3
    assert read(text=f"@{USERNAME} one", isEdited=True).id == first.id


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": ME},
        {"user_id": ""},
        {"channel_id": None},
        {"message_id": []},
        {"bot": {"i": "x"}},
        {"bot": True},
    ],
)
def test_messages_that_are_left_alone(changes: dict[str, Any]) -> None:
    assert read(text=f"@{USERNAME} hello", **changes) is None


async def test_the_response_is_not_empty(bot: Bot, rocketchat: RocketChatDriver) -> None:
    # Rocket.Chat takes an empty one for a failure, and may call again; a text would be posted.
    response = await bot.call(rocketchat.message("hello"))
    assert response.json() == {}


async def test_each_webhook_has_a_token(bot: Bot, rocketchat: RocketChatDriver) -> None:
    await bot.call(rocketchat.send(text="hello", token=SECOND_TOKEN))
    assert len(bot.heard) == 1


async def test_a_token_in_the_address_counts_for_nothing(
    bot: Bot, rocketchat: RocketChatDriver
) -> None:
    body = rocketchat.send(text="hello", token="").body
    assert (await bot.call(Call(f"{PATH}?token={TOKEN}", body))).status_code == 401
    assert not bot.heard


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_refused(bot: Bot, method: str) -> None:
    assert (await bot.call(Call(PATH, method=method))).status_code == 405


async def test_numbers_stand_for_choices_in_a_channel(
    bot: Bot, rocketchat: RocketChatDriver, fake: FakeRocketChat
) -> None:
    bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    await bot.call(rocketchat.message("offer", group="club"))
    assert "2. Choice 2" in reading(fake.sent)
    await bot.call(rocketchat.message("2", group="club"))
    assert bot.heard[-1].text == "q:x2.foods"


async def test_a_trigger_word_alone_is_welcomed(
    bot: Bot, rocketchat: RocketChatDriver, fake: FakeRocketChat
) -> None:
    await bot.call(rocketchat.send(group="club", text="!ask", trigger_word="!ask"))
    assert first_line("utter_welcome") in reading(fake.sent)


async def test_a_reply_in_a_channel_has_a_thread(
    bot: Bot, rocketchat: RocketChatDriver, fake: FakeRocketChat
) -> None:
    call = rocketchat.message("my leg is numb", group="club")
    await bot.call(call)
    assert is_urgent(fake.sent)
    assert fake.sent[0].raw["tmid"] == json.loads(call.body)["message_id"]


async def test_links_show_no_preview(
    bot: Bot, rocketchat: RocketChatDriver, fake: FakeRocketChat
) -> None:
    await bot.call(rocketchat.message("hello"))
    assert fake.sent[0].raw["parseUrls"] is False


@pytest.mark.parametrize(
    ("room", "is_final"), [(BROKEN["slow"], False), (BROKEN["wrong"], True), (FOREIGN, True)]
)
async def test_errors_are_told_apart(bot: Bot, room: str, is_final: bool) -> None:
    platform = bot.channel.platforms["rocketchat"]
    with pytest.raises(Undelivered) as raised:
        await platform.deliver({"roomId": room}, Part("hello"), 0)
    assert raised.value.is_final is is_final
    assert "hello" not in raised.value.reason


NOT_SIGNED_IN = "You must be logged in to do this."


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"status": "error", "message": NOT_SIGNED_IN}),
        (401, {"success": False, "error": NOT_SIGNED_IN}),
        (200, {"status": "error", "message": NOT_SIGNED_IN}),
        (200, {"success": False, "error": NOT_SIGNED_IN}),
        (200, {"success": False, "error": "Unauthorized"}),
        (403, {"success": False, "error": "User does not have it [error-unauthorized]"}),
        (400, {"success": False, "error": "Invalid user [error-invalid-user]"}),
        (400, {"success": False, "errorType": "totp-required", "error": "TOTP Required"}),
        (400, {"success": False, "error": "Error, too many [error-too-many-requests]"}),
    ],
)
async def test_a_reply_waits_for_a_token_that_is_right(
    bot: Bot, rocketchat: RocketChatDriver, fake: FakeRocketChat, status: int, body: dict[str, Any]
) -> None:
    fake.refusals = [(status, body)]
    await bot.call(rocketchat.message("my leg is numb"), wait=False)
    await bot.until(lambda: bool(fake.sent))
    assert is_urgent(fake.sent)


@pytest.mark.parametrize("tokens", [",", " , ", ",,\n"])
def test_a_list_without_a_token(home: pytest.MonkeyPatch, tokens: str) -> None:
    values = {"api_url": "https://x.example", "user_id": "u", "auth_token": "t"}
    with pytest.raises(TwitchwiseError, match="TWITCHWISE_ROCKETCHAT_WEBHOOK_TOKEN .*Mend:"):
        RocketChat({**values, "webhook_token": tokens}, None)  # type: ignore[arg-type]
