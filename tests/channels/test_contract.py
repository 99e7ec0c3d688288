"""The contract that each platform keeps; docs/channels/README.md has the table that this makes."""

from __future__ import annotations

import json
import logging
import random

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.server import Fault, Sent
from tests.channels.texts import first_line, is_complete, plain, reading, text_of
from twitchwise.escalations.store import EscalationStore, Filters
from twitchwise.settings import settings

contract = pytest.mark.contract


def is_urgent_turn(sent: list[Sent]) -> bool:
    """Say whether the escalation is the first thing said, and the disclaimer the last."""
    return reading(sent).startswith(first_line("utter_escalation")) and is_complete(sent)


async def refuse_all(bot: Bot, calls: list[Call]) -> None:
    assert calls
    for call in calls:
        response = await bot.call(call)
        assert response.status_code in (400, 401, 403), (call, response.status_code)
    assert not bot.heard
    assert not bot.driver_of(calls[0]).fake.sent


# Who may call.


@contract("good", "good signature")
async def test_a_good_signature(driver: Driver, bot: Bot) -> None:
    assert driver.accepted(await bot.call(driver.message("hello there")))
    assert [heard.text for heard in bot.heard] == ["hello there"]
    assert [heard.channel for heard in bot.heard] == [driver.name]
    assert driver.fake.sent


@contract("bad", "bad signature")
async def test_a_bad_signature(driver: Driver, bot: Bot) -> None:
    await refuse_all(bot, driver.forged("bad"))


@contract("missing", "no signature")
async def test_no_signature(driver: Driver, bot: Bot) -> None:
    await refuse_all(bot, driver.forged("missing"))


@contract("old", "old signature")
async def test_an_old_signature(driver: Driver, bot: Bot) -> None:
    await refuse_all(bot, driver.forged("old"))


@contract("replayed", "replayed")
async def test_a_replayed_call(driver: Driver, bot: Bot) -> None:
    call = driver.message("hello there")
    await bot.call(call)
    await bot.call(driver.message("something else"))
    await bot.call(driver.replayed(call))
    assert [heard.text for heard in bot.heard] == ["hello there", "something else"]


# What people write.


@contract("text", "text")
async def test_a_text(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.message("can dehydration cause leg twitching"))
    sent = driver.fake.to(driver.place())
    assert "I heard: can dehydration cause leg twitching." in reading(sent)
    assert is_complete(sent)
    assert sent == driver.fake.sent


@contract("long in", "5,000 characters in")
async def test_a_message_of_5000_characters(driver: Driver, bot: Bot) -> None:
    text = ("my calf twitches at night " * 200)[:4_980] + " and it is numb"
    await bot.call(driver.message(text))
    assert bot.heard[0].text == text.strip()
    assert is_urgent_turn(driver.fake.sent)


@contract("long out", "5,000 characters out")
async def test_a_reply_of_5000_characters(driver: Driver, bot: Bot) -> None:
    words = " ".join(f"word{number}" for number in range(600))
    bot.script["tell me all"] = [{"text": words}]
    await bot.call(driver.message("tell me all"))
    assert words in reading(driver.fake.sent)
    assert is_complete(driver.fake.sent)
    assert sum(text_of("utter_disclaimer") in reading([one]) for one in driver.fake.sent) == 1


async def choose(bot: Bot, driver: Driver, count: int, titles: list[str]) -> None:
    """Offer buttons, see that all can be chosen, and choose the first and the last."""
    bot.script["offer"] = [
        {"text": "Choose.", "buttons": [button(n, titles[n - 1]) for n in range(1, count + 1)]}
    ]
    for chosen in sorted({1, count}):
        driver.fake.clear()
        bot.heard.clear()
        await bot.call(driver.message("offer"))
        sent = driver.fake.sent
        shown = [one for message in sent for one in message.buttons if one.url is None]
        listed = reading(sent)
        assert all(title in listed or title in [b.title for b in shown] for title in titles)
        if shown:
            assert len(shown) == count
            await bot.call(driver.press(shown[chosen - 1]))
        else:
            await bot.call(driver.message(str(chosen)))
        assert [heard.text for heard in bot.heard] == ["offer", f"q:x{chosen}.foods"]
        assert not driver.fake.rejected


@contract("0 buttons", "0 buttons")
async def test_no_buttons(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.message("hello"))
    assert not any(one.buttons for one in driver.fake.sent)
    # A number that stands for nothing is a message like any other.
    await bot.call(driver.message("2"))
    assert [heard.text for heard in bot.heard] == ["hello", "2"]


@contract("1 button", "1 button")
async def test_one_button(driver: Driver, bot: Bot) -> None:
    await choose(bot, driver, 1, ["Choice 1"])


@contract("4 buttons", "4 buttons")
async def test_four_buttons(driver: Driver, bot: Bot) -> None:
    await choose(bot, driver, 4, [f"Choice {n}" for n in range(1, 5)])


@contract("6 buttons", "6 buttons")
async def test_six_buttons(driver: Driver, bot: Bot) -> None:
    await choose(bot, driver, 6, [f"Choice {n}" for n in range(1, 7)])


@contract("14 buttons", "14 buttons")
async def test_fourteen_buttons(driver: Driver, bot: Bot) -> None:
    await choose(bot, driver, 14, [f"Choice {n}" for n in range(1, 15)])


@contract("long titles", "long titles")
async def test_titles_that_do_not_fit_on_buttons(driver: Driver, bot: Bot) -> None:
    titles = [f"Which of the {n} foods that have magnesium and potassium help?" for n in (1, 2, 3)]
    await choose(bot, driver, 3, titles)


@contract("numbers", "numbers typed")
async def test_a_number_is_understood_beside_buttons(driver: Driver, bot: Bot) -> None:
    bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    await bot.call(driver.message("offer"))
    await bot.call(driver.message("2."))
    assert bot.heard[-1].text == "q:x2.foods"


@contract("links", "links to open or call")
async def test_links(driver: Driver, bot: Bot) -> None:
    links = [
        {"title": "Call the clinic", "url": "tel:0201234"},
        {"title": "Open the site", "url": "https://clinic.example/help"},
    ]
    bot.script["offer"] = [{"text": "Choose.", "buttons": [*links, button(1)]}]
    await bot.call(driver.message("offer"))
    urls = [one.url for message in driver.fake.sent for one in message.buttons]
    assert "0201234" in reading(driver.fake.sent)
    assert (
        "https://clinic.example/help" in reading(driver.fake.sent)
        or "https://clinic.example/help" in urls
    )
    assert not driver.fake.rejected


@contract("markdown", "Markdown")
async def test_markup_is_shown_as_it_was_written(driver: Driver, bot: Bot) -> None:
    said = "5 < 6 & 7 > 4, <b>no</b> *stars* and a_b_c, `ticks` [x](javascript:alert(1)) &amp; #1"
    bot.script["markup"] = [{"text": said}]
    await bot.call(driver.message("markup"))
    assert plain(said) in reading(driver.fake.sent)
    assert not driver.fake.rejected


@contract("mentions", "nobody is called by mentions")
async def test_texts_call_nobody(driver: Driver, bot: Bot) -> None:
    said = "tell @everyone and @here, @all, @channel, <!channel>, <@U123> and <users/all>"
    bot.script["call"] = [{"text": said}]
    await bot.call(driver.message("call"))
    assert driver.fake.sent
    # The fakes refuse what would call people.
    assert not driver.fake.rejected


@contract("empty", "empty")
async def test_an_empty_message(driver: Driver, bot: Bot) -> None:
    assert driver.accepted(await bot.call(driver.message("")))
    await bot.call(driver.message(" \n "))
    assert not any(heard.text for heard in bot.heard)
    await bot.call(driver.message("hello"))
    assert [heard.text for heard in bot.heard if heard.text] == ["hello"]


@contract("caption", "picture with caption")
async def test_a_picture_with_a_caption(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.media("my leg is numb"))
    assert [heard.text for heard in bot.heard] == ["my leg is numb"]
    assert is_urgent_turn(driver.fake.sent)


@contract("media", "picture without words")
async def test_a_picture_without_words(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.media())
    assert text_of("utter_no_words") in reading(driver.fake.sent)
    assert is_complete(driver.fake.sent)
    assert not bot.heard


@contract("sticker", "sticker or recording")
async def test_a_sticker(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.sticker())
    assert text_of("utter_no_words") in reading(driver.fake.sent)


@contract("edit", "edit")
async def test_an_edited_message_is_answered_anew(driver: Driver, bot: Bot) -> None:
    call = driver.message("my leg twitches")
    await bot.call(call)
    driver.fake.clear()
    await bot.call(driver.edit(call, "my leg twitches"))
    assert not driver.fake.sent, "an edit that changes no word"
    await bot.call(driver.edit(call, "my leg is weak"))
    assert is_urgent_turn(driver.fake.sent)
    assert [heard.text for heard in bot.heard] == ["my leg twitches", "my leg is weak"]


@contract("duplicate", "duplicate")
async def test_a_duplicate_is_answered_once(driver: Driver, bot: Bot) -> None:
    call = driver.message("hello there")
    await bot.call(call, wait=False)
    for _ in range(3):
        assert driver.accepted(await bot.call(call, wait=False))
    await bot.quiet()
    assert [heard.text for heard in bot.heard] == ["hello there"]
    if not driver.replies_in_response:
        assert len(driver.fake.sent) == 1


@contract("duplicate", "duplicate")
async def test_a_duplicate_after_a_restart(driver: Driver, bot: Bot) -> None:
    call = driver.message("hello there")
    await bot.call(call)
    again = await Bot({driver.name: driver}).start()
    await again.call(call)
    await again.stop()
    assert not again.heard


@contract("group", "group")
async def test_people_in_a_group_have_a_conversation_each(driver: Driver, bot: Bot) -> None:
    for person in ("ann", "bob", "ann"):
        await bot.call(driver.message(f"I am {person}", person=person, group="club"))
    senders = [heard.sender for heard in bot.heard]
    assert senders[0] == senders[2] != senders[1]
    assert [heard.text for heard in bot.heard] == ["I am ann", "I am bob", "I am ann"]
    assert len(driver.fake.to(driver.place("ann", "club"))) == 3
    await bot.call(driver.message("I am ann"))
    assert bot.heard[-1].sender != senders[0], "in private it is another conversation"


@contract("mention", "group, not addressed")
async def test_what_is_not_said_to_the_bot_is_left_alone(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.message("see you at eight", group="club", mention=False))
    assert not bot.heard
    assert not driver.fake.sent


@contract("join", "join")
async def test_who_begins_is_welcomed(driver: Driver, bot: Bot) -> None:
    call = driver.join()
    assert call is not None
    await bot.call(call)
    assert first_line("utter_welcome") in reading(driver.fake.sent)
    assert is_complete(driver.fake.sent)


@contract("silent", "blocks, receipts, own messages")
async def test_what_needs_no_reply(driver: Driver, bot: Bot) -> None:
    calls = driver.silent()
    assert calls
    for what, call in calls:
        assert driver.accepted(await bot.call(call)), what
        assert not bot.heard, what
        assert not driver.fake.sent, what


@contract("stop", "STOP and HELP")
async def test_stop_and_help(driver: Driver, bot: Bot) -> None:
    stop, helping = driver.stop(), driver.help()
    assert stop is not None
    assert helping is not None
    await bot.call(stop)
    assert not driver.fake.sent
    await bot.call(helping)
    assert "STOP" in reading(driver.fake.sent)
    assert not bot.heard


@contract("forget", "forget me")
async def test_forget_me(driver: Driver, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    await bot.call(driver.message("my leg twitches"))
    sender = bot.heard[0].sender
    assert await bot.channel.desk._replies._turns.history(sender)
    driver.fake.clear()
    await bot.call(driver.message("Forget me!"))
    assert text_of("utter_forgotten") in reading(driver.fake.sent)
    assert is_complete(driver.fake.sent)
    assert not await bot.channel.desk._replies._turns.history(sender)
    await bot.call(driver.message("hello again"))
    assert bot.heard[-1].text == "hello again"


# When the platform's API fails.


@contract("429", "API answers 429")
async def test_too_many_requests(driver: Driver, bot: Bot) -> None:
    driver.fake.fault = Fault("429", times=2)
    await bot.call(driver.message("my leg is numb"))
    assert is_urgent_turn(driver.fake.sent)


@contract("500", "API answers 500")
async def test_a_server_error(driver: Driver, bot: Bot) -> None:
    driver.fake.fault = Fault("500", times=2)
    await bot.call(driver.message("my leg is numb"))
    assert is_urgent_turn(driver.fake.sent)


@contract("slow", "API is slow")
async def test_a_slow_api(driver: Driver, bot: Bot) -> None:
    driver.fake.fault = Fault("slow", times=2, seconds=0.2)
    response = await bot.call(driver.message("my leg is numb"), wait=False)
    assert driver.accepted(response)
    assert not driver.fake.sent, "the receipt does not wait for the reply"
    await bot.quiet()
    assert is_urgent_turn(driver.fake.sent)


@contract("never", "API never answers")
async def test_an_api_that_never_answers(driver: Driver, bot: Bot) -> None:
    driver.fake.fault = Fault("never", times=1_000)
    assert driver.accepted(await bot.call(driver.message("my leg is numb"), wait=False))
    await bot.until(lambda: len(driver.fake.calls) > 1)
    health = await bot.http.get(f"/webhooks/{driver.name}/")
    assert health.status_code == 200
    assert not driver.fake.sent
    driver.fake.fault = Fault()
    # It is tried again later, until it is taken.
    await bot.until(lambda: is_complete(driver.fake.sent))
    assert is_urgent_turn(driver.fake.sent)


@contract("restart", "server dies before the reply")
async def test_what_was_acknowledged_is_answered_after_a_restart(driver: Driver, bot: Bot) -> None:
    driver.fake.fault = Fault("never", times=1_000)
    assert driver.accepted(await bot.call(driver.message("my leg is numb"), wait=False))
    await bot.until(lambda: bool(driver.fake.calls))
    desk = bot.channel.desk
    for task in (*desk._lanes._running, *desk._later):
        task.cancel()
    driver.fake.clear()
    again = await Bot({driver.name: driver}).start()
    await again.until(lambda: bool(driver.fake.sent))
    await again.quiet()
    await again.stop()
    assert is_urgent_turn(driver.fake.sent)


# Safety and privacy.


@contract("red flag", "red flag")
async def test_a_red_flag_is_told_to_see_a_doctor(driver: Driver, bot: Bot) -> None:
    await bot.call(driver.message("and my foot is numb"))
    assert is_urgent_turn(driver.fake.sent)
    await bot.call(driver.message("my leg went numb", person="bob", group="club"))
    assert is_urgent_turn(driver.fake.to(driver.place("bob", "club")))
    records = EscalationStore(settings().escalations_database_url())
    kept = [one.escalation for one in records.find(Filters())]
    records.close()
    assert [one.channel for one in kept] == [driver.name] * 2


@contract("bot fails", "red flag while Rasa fails")
async def test_a_red_flag_while_rasa_fails(driver: Driver, bot: Bot) -> None:
    bot.broken.add("my leg is weak")
    await bot.call(driver.message("my leg is weak"))
    assert is_urgent_turn(driver.fake.sent)


@contract("too many", "too many messages")
async def test_too_many_messages(driver: Driver, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = bot.channel.desk._replies._limit
    monkeypatch.setattr(limit, "_limits", {"conversation": 3, "address": 0})
    for number in range(6):
        await bot.call(driver.message(f"message {number}"))
    assert [heard.text for heard in bot.heard] == [f"message {number}" for number in range(3)]
    told = [one for one in driver.fake.sent if text_of("utter_too_many") in reading([one])]
    assert len(told) == 1
    driver.fake.clear()
    await bot.call(driver.message("my leg is numb"))
    assert is_urgent_turn(driver.fake.sent), "what is urgent is answered all the same"
    await bot.call(driver.message("hello", person="bob"))
    assert bot.heard[-1].text == "hello", "others are not counted with them"


@contract("order", "messages in order")
async def test_replies_come_in_order(driver: Driver, bot: Bot) -> None:
    for number in range(8):
        await bot.call(driver.message(f"message {number}."), wait=False)
    await bot.quiet()
    said = reading(driver.fake.sent)
    places = [said.index(f"I heard: message {number}.") for number in range(8)]
    assert places == sorted(places)


@contract("quiet logs", "no secret, no text in logs")
async def test_logs_hold_no_secret_and_no_text(
    driver: Driver, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await bot.call(driver.message("Zebulon twitches"))
        driver.fake.fault = Fault("500", times=4)
        await bot.call(driver.message("Zebulon has cramps"))
        for kind in ("bad", "missing", "old"):
            for call in driver.forged(kind):
                await bot.call(call)
    assert "Zebulon" not in caplog.text
    for secret in driver.secrets:
        assert secret not in caplog.text
    assert driver.secrets


@contract("malformed", "malformed bodies")
async def test_malformed_bodies_break_nothing(driver: Driver, bot: Bot) -> None:
    rng = random.Random(7)
    for body in malformed(driver, rng):
        response = await bot.call(resigned(driver, body), wait=False)
        assert response.status_code < 500, body[:200]
    await bot.quiet()
    driver.fake.clear()
    await bot.call(driver.message("my leg is numb"))
    assert is_urgent_turn(driver.fake.sent)


def resigned(driver: Driver, body: bytes) -> Call:
    """Return a call with this body, rightly signed."""
    return driver.signed(body)


def malformed(driver: Driver, rng: random.Random) -> list[bytes]:
    """Return bodies as no platform sends them: cut off, of other types, with parts missing."""
    good = driver.message("hello").body
    found = [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        good[: len(good) // 2],
    ]
    try:
        parsed = json.loads(good)
    except ValueError:
        return found
    for _ in range(150):
        found.append(json.dumps(_damaged(parsed, rng)).encode())
    return found


def _damaged(value: object, rng: random.Random) -> object:
    if rng.random() < 0.12:
        return rng.choice([None, 7, "", "x", [], {}, True, -1.5, "9" * 400, {"id": []}])
    if isinstance(value, dict):
        return {k: _damaged(v, rng) for k, v in value.items() if rng.random() > 0.08}
    if isinstance(value, list):
        return [_damaged(one, rng) for one in value]
    return value
