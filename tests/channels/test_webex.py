"""What only Webex has: words that are fetched, its webhooks, cards, mentions within the text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import PUBLIC_URL, Call, Driver
from tests.channels.drivers.webex import PATH, SECRET, WebexDriver, mention_of, sign
from tests.channels.fakes.server import Fault, SentButton
from tests.channels.fakes.webex import GONE, ME, NAME, TOKEN, an_id
from tests.channels.texts import first_line, is_urgent, reading, text_of
from twitchwise.channels.database_thread import DatabaseUnavailable
from twitchwise.channels.platforms import fetching
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.channels.platforms.verification import signature_of
from twitchwise.channels.platforms.webex import (
    SIGNATURE_HEADER,
    WANTED,
    Webex,
    read_action,
    read_message,
    read_notice,
    without_mention,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part
from twitchwise.settings import settings

TARGET = PUBLIC_URL + PATH


@pytest.fixture
def webex(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> WebexDriver:
    driver = drivers["webex"]
    assert isinstance(driver, WebexDriver)
    for name, value in driver.variables.items():
        home.setenv(name, value)
    driver.fake.webhooks.clear()
    driver.fake.knows_edits = True
    driver.fake.token = TOKEN
    driver.fake.broken.clear()
    home.setattr(fetching, "FIRST_PAUSE_SECONDS", 0.05)
    return driver


@pytest.fixture
async def bot(webex: WebexDriver) -> AsyncIterator[Bot]:
    made = await Bot({"webex": webex}).start()
    webex.fake.calls.clear()
    yield made
    await made.stop()


# Webhooks.


async def test_webhooks_are_made(webex: WebexDriver, bot: Bot) -> None:
    made = list(webex.fake.webhooks.values())
    assert {(one["resource"], one["event"]) for one in made} == set(WANTED)
    assert {one["targetUrl"] for one in made} == {TARGET}
    assert {one["secret"] for one in made} == {SECRET}


async def test_webhooks_are_corrected_and_not_doubled(webex: WebexDriver) -> None:
    base = {"resource": "messages", "event": "created", "secret": "old"}
    webex.fake.webhooks.update(
        a={**base, "id": "a", "targetUrl": TARGET, "status": "inactive"},
        b={**base, "id": "b", "targetUrl": TARGET, "status": "active"},
        c={**base, "id": "c", "targetUrl": "https://other.example/", "status": "active"},
    )
    for _ in range(2):
        bot = await Bot({"webex": webex}).start()
        await bot.stop()
    assert len(webex.fake.webhooks) == len(WANTED) + 1
    assert webex.fake.webhooks["a"]["status"] == "active"
    assert webex.fake.webhooks["a"]["secret"] == SECRET
    assert "b" not in webex.fake.webhooks
    assert webex.fake.webhooks["c"]["secret"] == "old", "what is not ours is left alone"


async def test_without_edits_it_works(webex: WebexDriver, caplog: pytest.LogCaptureFixture) -> None:
    webex.fake.knows_edits = False
    bot = await Bot({"webex": webex}).start()
    assert len(webex.fake.webhooks) == len(WANTED) - 1
    assert "edited messages" in caplog.text
    await bot.call(webex.message("hello"))
    assert len(bot.heard) == 1
    await bot.stop()


async def test_the_secret_is_made_from_the_token(
    webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setenv("TWITCHWISE_WEBEX_SECRET", "")
    bot = await Bot({"webex": webex}).start()
    secret = signature_of(TOKEN, b"twitchwise webhook")
    assert {one["secret"] for one in webex.fake.webhooks.values()} == {secret}
    call = webex.message("hello")
    assert (await bot.call(call)).status_code == 401
    signed = Call(PATH, call.body, {SIGNATURE_HEADER: sign(call.body, secret)})
    assert (await bot.call(signed)).status_code == 200
    assert len(bot.heard) == 1
    await bot.stop()


async def test_without_an_address_it_is_off(home: pytest.MonkeyPatch) -> None:
    home.setenv("TWITCHWISE_PUBLIC_URL", "")
    settings.cache_clear()
    values = {"token": TOKEN, "secret": "", "api_url": "https://webexapis.com/v1"}
    with pytest.raises(TwitchwiseError, match="TWITCHWISE_WEBEX_TOKEN .*Mend:") as raised:
        Webex(values, None)  # type: ignore[arg-type]
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_refused(bot: Bot, method: str) -> None:
    assert (await bot.call(Call(PATH, method=method))).status_code == 405


async def test_a_header_that_comes_twice_is_none(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("hello")
    names = (SIGNATURE_HEADER, SIGNATURE_HEADER.lower())
    twice = Call(PATH, call.body, dict.fromkeys(names, call.headers[SIGNATURE_HEADER]))
    assert (await bot.call(twice)).status_code == 401


# Words that are fetched.


async def test_words_are_fetched_for_as_long_as_it_takes(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(fetching, "WAIT_SECONDS", 0.05)
    webex.fake.fault = Fault("500", times=9)
    assert (await bot.call(webex.message("my leg is numb"))).status_code == 200
    assert not webex.fake.sent
    await bot.until(lambda: is_urgent(webex.fake.sent))
    assert len(bot.heard) == 1


async def test_words_come_in_order(bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch) -> None:
    home.setattr(fetching, "WAIT_SECONDS", 0.0)
    webex.fake.fault = Fault("slow", times=1, seconds=0.2)
    for number in range(4):
        await bot.call(webex.message(f"message {number}"), wait=False)
    await bot.until(lambda: len(bot.heard) == 4)
    assert [heard.text for heard in bot.heard] == [f"message {number}" for number in range(4)]


async def test_a_message_that_cannot_be_fetched_keeps_no_other_unheard(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(fetching, "FIRST_PAUSE_SECONDS", 3600.0)
    home.setattr(fetching, "WAIT_SECONDS", 0.05)
    broken = webex.message("hello")
    broken_id = json.loads(broken.body)["data"]["id"]
    webex.fake.broken.add(broken_id)
    await bot.call(broken)
    await bot.call(webex.message("my leg is numb"))
    await bot.until(lambda: is_urgent(webex.fake.sent))
    assert [heard.text for heard in bot.heard] == ["my leg is numb"]
    webex.fake.broken.clear()
    # Not after an hour: what is new is a reason to try again.
    await bot.call(webex.message("and my foot"))
    await bot.until(lambda: len(bot.heard) == 3)
    assert [heard.text for heard in bot.heard][1:] == ["hello", "and my foot"]


async def test_words_come_in_order_after_the_api_was_down(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(fetching, "WAIT_SECONDS", 0.0)
    webex.fake.fault = Fault("500", times=17)
    for number in range(4):
        await bot.call(webex.message(f"message {number}"), wait=False)
    await bot.until(lambda: len(bot.heard) == 4)
    assert [heard.text for heard in bot.heard] == [f"message {number}" for number in range(4)]


async def test_words_are_fetched_once_our_token_holds_again(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(fetching, "WAIT_SECONDS", 0.05)
    webex.fake.token = "anotherToken"
    await bot.call(webex.message("my leg is numb"))
    assert not bot.heard
    webex.fake.token = TOKEN
    await bot.until(lambda: is_urgent(webex.fake.sent))


@pytest.mark.parametrize("step", ["_complete", "_take"])
async def test_what_fails_here_is_tried_again(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch, step: str
) -> None:
    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    real, fails = getattr(platform._fetching, step), iter([True])

    async def failing(notice: Inbound) -> Any:
        if next(fails, False):
            raise RuntimeError("the session is closed")
        return await real(notice)

    home.setattr(platform._fetching, step, failing)
    await bot.call(webex.message("my leg is numb"))
    await bot.until(lambda: is_urgent(webex.fake.sent))


async def test_a_call_that_hangs_up_loses_nothing(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    run, begun = platform._fetching._database.run, asyncio.Event()

    async def slow(*given: Any) -> Any:
        begun.set()
        await asyncio.sleep(0.05)
        return await run(*given)

    home.setattr(platform._fetching._database, "run", slow)
    call = asyncio.create_task(bot.call(webex.message("my leg is numb"), wait=False))
    await begun.wait()
    call.cancel()
    await bot.until(lambda: is_urgent(webex.fake.sent))


async def test_after_a_day_it_is_given_up(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(fetching, "_DAY", timedelta(0))
    call = webex.message("hello")
    webex.fake.broken.add(json.loads(call.body)["data"]["id"])
    await bot.call(call)
    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    await bot.until(lambda: not len(platform._fetching))
    assert not bot.heard


async def test_a_stop_does_not_wait_for_words(webex: WebexDriver, home: pytest.MonkeyPatch) -> None:
    home.setattr(fetching, "WAIT_SECONDS", 0.05)
    home.setattr(fetching, "FIRST_PAUSE_SECONDS", 3600.0)
    bot = await Bot({"webex": webex}).start()
    webex.fake.fault = Fault("never", times=1_000)
    await bot.call(webex.message("hello"))
    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    running = set(platform._fetching._running)
    assert running
    await bot.stop()
    assert all(task.cancelled() for task in running)


async def test_what_was_not_fetched_is_fetched_after_a_restart(
    webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(fetching, "WAIT_SECONDS", 0.05)
    first = await Bot({"webex": webex}).start()
    webex.fake.fault = Fault("never", times=1_000)
    await first.call(webex.message("my leg is weak"))
    await first.stop()
    assert not first.heard
    webex.fake.clear()
    second = await Bot({"webex": webex}).start()
    await second.until(lambda: is_urgent(webex.fake.sent))
    await second.stop()
    third = await Bot({"webex": webex}).start()
    await third.quiet()
    await third.stop()
    assert not third.heard, "what is over is not fetched again"


async def test_where_the_database_does_not_tell_what_is_left_it_is_asked_again(
    bot: Bot, home: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise DatabaseUnavailable("broken")

    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    home.setattr(platform._fetching._database, "run", broken)
    with pytest.raises(Undelivered) as raised:
        await platform.start()
    assert not raised.value.is_final


async def test_a_notice_that_comes_again_is_not_fetched_again(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("hello")
    for _ in range(3):
        await bot.call(call)
    assert sum("GET" in one for one in webex.fake.calls) == 1


async def test_what_is_gone_is_given_up(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("hello")
    webex.fake.messages.clear()
    await bot.call(call)
    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    await bot.until(lambda: not len(platform._fetching))
    assert sum("GET" in one for one in webex.fake.calls) == 1
    assert not bot.heard


async def test_without_the_database_messages_are_answered(
    bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise DatabaseUnavailable("broken")

    platform = bot.channel.platforms["webex"]
    assert isinstance(platform, Webex)
    home.setattr(platform._fetching._database, "run", broken)
    await bot.call(webex.message("my leg is numb"))
    assert is_urgent(webex.fake.sent)


async def test_too_many_are_refused(bot: Bot, webex: WebexDriver, home: pytest.MonkeyPatch) -> None:
    home.setattr(fetching, "_MOST", 0)
    assert (await bot.call(webex.message("hello"))).status_code == 503
    home.setattr(fetching, "_MOST", 10)
    assert (await bot.call(webex.message("hello"))).status_code == 200


def test_an_id_is_part_of_no_other_address() -> None:
    for odd in ("../people", "a/b", "a?b", "a b", "a#b", "", "%2e"):
        body = {
            "resource": "messages",
            "event": "created",
            "data": {"id": odd, "roomId": "r", "personId": "p"},
        }
        assert read_notice(body, me=ME) is None


async def test_a_message_of_somebody_else_is_not_taken(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("hello")
    body = json.loads(call.body)
    for key in ("personId", "roomId"):
        changed = {**body, "data": {**body["data"], key: an_id("OTHER", "x")}}
        await bot.call(webex.signed(json.dumps(changed).encode()))
    assert not bot.heard


async def test_two_edits_are_two(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("one")
    await bot.call(call)
    for text in ("two", "three"):
        edit = webex.edit(call, text)
        await bot.call(edit)
        await bot.call(edit)
    assert [heard.text for heard in bot.heard] == ["one", "two", "three"]


async def test_edits_whose_time_is_not_told(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("one")
    await bot.call(call)
    for text in ("two", "three"):
        body = json.loads(webex.edit(call, text).body)
        del body["data"]["updated"]
        for _ in range(2):
            await bot.call(webex.signed(json.dumps(body).encode()))
    assert [heard.text for heard in bot.heard] == ["one", "two", "three"]


# What people write.

SHORT = "the-bot-itself"


@pytest.mark.parametrize(
    ("text", "html", "words"),
    [
        (f"{NAME} what helps", f"{mention_of(ME, NAME)} what helps", "what helps"),
        (f"{NAME}, what helps", f"{mention_of(ME, NAME)}, what helps", "what helps"),
        (f"what, {NAME} helps", f"what, {mention_of(ME, NAME)} helps", "what, helps"),
        ("Twitch what helps", f"{mention_of(ME, 'Twitch')} what helps", "what helps"),
        (f"{NAME} hello", f"{mention_of(SHORT, NAME)} hello", "hello"),
        ("Bob hello", f"{mention_of(an_id('PEOPLE', 'bob'), 'Bob')} hello", "Bob hello"),
        (f"{NAME} a < b", f"<p>{mention_of(ME, NAME)} a &lt; b</p>", "a < b"),
        (f"{NAME} {NAME} hi", f"{mention_of(ME, NAME)} {mention_of(ME, NAME)} hi", "hi"),
        ("Tom & Co hi", f"{mention_of(ME, 'Tom &amp; Co')} hi", "hi"),
        ("Twitching, Twitch", f"Twitching, {mention_of(ME, 'Twitch')}", "Twitching,"),
        ("hello", "<spark-mention", "hello"),
        ("Twitch <![x[ hi", f"{mention_of(ME, 'Twitch')} <![x[ hi", "<![x[ hi"),
        ("hello", "<spark-mention>hello", "hello"),
        ("hello", "", "hello"),
    ],
)
def test_mentions_are_taken_off(text: str, html: str, words: str) -> None:
    assert without_mention(text, html, ME) == words


async def test_a_mention_alone_is_a_greeting(bot: Bot, webex: WebexDriver) -> None:
    await bot.call(webex.message("", group="club"))
    assert first_line("utter_welcome") in reading(webex.fake.sent)


async def test_a_picture_in_a_group(bot: Bot, webex: WebexDriver) -> None:
    html = mention_of(ME, NAME)
    call = webex.write(
        "ann", "club", text=NAME, html=html, mentionedPeople=[ME], files=["https://x.example/1"]
    )
    await bot.call(call)
    assert text_of("utter_no_words") in reading(webex.fake.sent)


async def test_a_reply_goes_to_the_thread(bot: Bot, webex: WebexDriver) -> None:
    call = webex.message("hello", group="club")
    await bot.call(call)
    assert webex.fake.sent[0].raw["parentId"] == json.loads(call.body)["data"]["id"]
    webex.fake.clear()
    said = {"text": f"{NAME} hi", "html": mention_of(ME, NAME), "mentionedPeople": [ME]}
    await bot.call(webex.write("ann", "club", parentId=an_id("MESSAGE", "root"), **said))
    assert webex.fake.sent[0].raw["parentId"] == an_id("MESSAGE", "root")
    webex.fake.clear()
    await bot.call(webex.message("hello"))
    assert "parentId" not in webex.fake.sent[0].raw


async def test_where_the_thread_is_gone_it_goes_beside(bot: Bot, webex: WebexDriver) -> None:
    platform = bot.channel.platforms["webex"]
    await platform.deliver({"roomId": "r", "parentId": GONE}, Part("hello"), 0)
    assert [one.text for one in webex.fake.sent] == ["hello"]
    with pytest.raises(Undelivered) as raised:
        await platform.deliver({"roomId": "", "parentId": GONE}, Part("hello"), 0)
    assert raised.value.is_final


async def test_a_direct_room_is_not_welcomed(bot: Bot, webex: WebexDriver) -> None:
    membership = {**webex.membership(ME), "roomType": "direct"}
    await bot.call(webex.notice("memberships", "created", membership, actorId="ann"))
    assert not webex.fake.sent


# Cards.


async def test_a_card_holds_the_whole_text(bot: Bot, webex: WebexDriver) -> None:
    bot.script["my leg is numb"] = [{"text": "Choose.", "buttons": [button(1)]}]
    await bot.call(webex.message("my leg is numb"))
    card = webex.fake.sent[-1].raw["attachments"][0]["content"]
    assert is_urgent(webex.fake.sent)
    assert (
        "\n\n".join(block["text"] for block in card["body"])
        == (webex.fake.sent[-1].raw["markdown"])
    )


async def test_a_press_without_a_payload_is_left_alone(bot: Bot, webex: WebexDriver) -> None:
    values: list[Any] = [None, {}, {"payload": ""}, {"payload": []}, [], "x"]
    for odd in values:
        assert (await bot.call(webex.press(SentButton("x", odd)))).status_code == 200
    assert not bot.heard


def test_odd_replies_of_the_api_are_no_messages() -> None:
    body = {
        "resource": "messages",
        "event": "created",
        "data": {"id": "i", "roomId": "r", "personId": "p"},
    }
    notice = read_notice(body, me=ME)
    assert notice is not None
    values: list[Any] = [None, 7, "x", [], {}, {"roomId": "r", "id": "i"}]
    for odd in values:
        assert read_message(notice, odd, me=ME) is None
        assert read_action(notice, odd) is None
    base = {"roomId": "r", "id": "i", "personId": "p", "roomType": "direct"}
    texts: list[Any] = [None, 7, [], " "]
    for text in texts:
        found = read_message(notice, {**base, "text": text, "html": text}, me=ME)
        assert found is None or found.text == "7"
    files = read_message(notice, {**base, "files": ["x"]}, me=ME)
    assert files is not None
    assert files.event is Event.MEDIA
