"""What only Messenger has: batches, postbacks, attachments, edits, and quick replies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Driver
from tests.channels.drivers.graph import number
from tests.channels.drivers.messenger import MessengerDriver, body_of, event_of
from tests.channels.fakes.messenger import PAGE_ID
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.channels.platforms.messenger import GET_STARTED, message_of, read_webhook
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button


@pytest.fixture
def messenger(drivers: dict[str, Driver]) -> MessengerDriver:
    found = drivers["messenger"]
    assert isinstance(found, MessengerDriver)
    return found


@pytest.fixture
async def bot(messenger: MessengerDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    for name, value in messenger.variables.items():
        home.setenv(name, value)
    made = await Bot({messenger.name: messenger}).start()
    yield made
    await made.stop()


def read(*events: dict[str, Any]) -> list[Inbound]:
    return read_webhook(body_of(events), page_id=PAGE_ID)


# What comes in.


async def test_all_events_of_all_entries_count(messenger: MessengerDriver, bot: Bot) -> None:
    def said(text: str, person: str = "ann") -> dict[str, Any]:
        return messenger.event(person, message={"mid": messenger.mid(), "text": text})

    body = body_of([said("one"), messenger.event("ann", read={"watermark": 1}), said("two")])
    body["entry"] += body_of([said("not ours")], page_id="99")["entry"]
    body["entry"] += body_of([said("three"), said("my leg is numb", "bob")])["entry"]
    await bot.call(messenger.webhook(body))
    assert sorted(heard.text for heard in bot.heard) == ["my leg is numb", "one", "three", "two"]
    assert len(messenger.fake.to(number("ann"))) == 3
    assert len(messenger.fake.to(number("bob"))) == 1


@pytest.mark.parametrize("kind", ["image", "audio", "video", "file", "sticker", "reel", "fallback"])
def test_attachments_without_words_are_media(messenger: MessengerDriver, kind: str) -> None:
    message = {"mid": messenger.mid(), "attachments": [{"type": kind}]}
    [inbound] = read(messenger.event("ann", message=message))
    assert (inbound.text, inbound.event) == ("", Event.MEDIA)


def test_words_beside_an_attachment_are_read(messenger: MessengerDriver) -> None:
    shared = {"type": "fallback", "payload": {"url": "https://example.org"}}
    message = {"mid": messenger.mid(), "text": "is this right?", "attachments": [shared]}
    [inbound] = read(messenger.event("ann", message=message))
    assert (inbound.text, inbound.event) == ("is this right?", Event.MESSAGE)


def test_a_quick_reply_tells_payload_and_title(messenger: MessengerDriver) -> None:
    message = {"mid": messenger.mid(), "text": "Yes", "quick_reply": {"payload": "q:x1"}}
    [inbound] = read(messenger.event("ann", message=message))
    assert (inbound.text, inbound.said) == ("q:x1", "Yes")


@pytest.mark.parametrize(
    ("postback", "text", "event"),
    [
        ({"mid": "m_1", "title": "Get Started", "payload": GET_STARTED}, "", Event.JOIN),
        ({"mid": "m_1", "payload": GET_STARTED, "referral": {"ref": "x"}}, "", Event.JOIN),
        ({"title": "My leg is numb", "payload": "ICE_1"}, "My leg is numb", Event.MESSAGE),
        ({"title": "Why does it twitch?"}, "Why does it twitch?", Event.MESSAGE),
        ({"payload": "help"}, "help", Event.MESSAGE),
    ],
)
def test_postbacks(messenger: MessengerDriver, postback: Any, text: str, event: Event) -> None:
    [inbound] = read(messenger.event("ann", postback=postback))
    assert (inbound.text, inbound.event) == (text, event)


@pytest.mark.parametrize("postback", [{"mid": "m_1"}, {"title": " "}, {"payload": 1.5}, [], "x"])
def test_a_postback_without_words_is_silent(messenger: MessengerDriver, postback: Any) -> None:
    assert read(messenger.event("ann", postback=postback)) == []


async def test_a_postback_without_an_id_is_answered_once(
    messenger: MessengerDriver, bot: Bot
) -> None:
    event = messenger.event("ann", postback={"title": "My leg is numb", "payload": "ICE_1"})
    later = {**event, "timestamp": event["timestamp"] + 1}
    for one in (event, event, later):
        await bot.call(messenger.of(one))
    assert [heard.text for heard in bot.heard] == ["My leg is numb"] * 2


async def test_each_edit_is_answered(messenger: MessengerDriver, bot: Bot) -> None:
    call = messenger.message("my leg twitches")
    message_id = event_of(call)["message"]["mid"]
    await bot.call(call)
    for count, text in ((1, "my leg is weak"), (2, "my leg is numb"), (2, "my leg is numb")):
        edit = {"mid": message_id, "text": text, "num_edit": count}
        await bot.call(messenger.of(messenger.event("ann", message_edit=edit)))
    assert [heard.text for heard in bot.heard] == [
        "my leg twitches",
        "my leg is weak",
        "my leg is numb",
    ]


@pytest.mark.parametrize(
    "message",
    [{"text": "no id"}, {"mid": "m_1"}, {"mid": "m_1", "text": " "}, {"mid": "m_1", "text": 1.5}],
)
def test_messages_without_id_or_words_are_silent(messenger: MessengerDriver, message: Any) -> None:
    assert read(messenger.event("ann", message=message)) == []


def test_what_is_kept_of_ids_tells_nobody(messenger: MessengerDriver) -> None:
    [inbound] = read(messenger.event("ann", postback={"title": "Hello"}))
    assert number("ann") not in inbound.id
    assert len(inbound.id) == 64


# What goes out.


def test_choices_are_quick_replies() -> None:
    address = {"recipient": {"id": "1"}}
    assert message_of(address, Part("Choose.", (Button("Yes", "q:x1"),))) == {
        "recipient": {"id": "1"},
        "messaging_type": "RESPONSE",
        "message": {
            "text": "Choose.",
            "quick_replies": [{"content_type": "text", "title": "Yes", "payload": "q:x1"}],
        },
    }
    assert "quick_replies" not in message_of(address, Part("Hello."))["message"]


async def test_thirteen_choices_are_quick_replies_and_fourteen_numbers(
    messenger: MessengerDriver, bot: Bot
) -> None:
    for count in (13, 14):
        offered = [button(n, f"Choice {n}") for n in range(1, count + 1)]
        bot.script[f"offer {count}"] = [{"text": "Choose.", "buttons": offered}]
        await bot.call(messenger.message(f"offer {count}"))
    thirteen, fourteen = messenger.fake.sent
    assert len(thirteen.buttons) == 13
    assert not fourteen.buttons
    assert "14. Choice 14" in fourteen.text
    assert not messenger.fake.rejected


async def test_titles_that_do_not_fit_are_listed_with_numbers_to_press(
    messenger: MessengerDriver, bot: Bot
) -> None:
    offered = [button(n, f"Which of the foods number {n}?") for n in (1, 2)]
    bot.script["offer"] = [{"text": "Choose.", "buttons": offered}]
    await bot.call(messenger.message("offer"))
    [sent] = messenger.fake.sent
    assert [one.title for one in sent.buttons] == ["1", "2"]
    assert "2. Which of the foods number 2?" in sent.text
    await bot.call(messenger.press(sent.buttons[1]))
    assert bot.heard[-1].text == "q:x2.foods"


async def test_emoji_count_as_two(messenger: MessengerDriver, bot: Bot) -> None:
    bot.script["many"] = [{"text": "💪" * 1_500}]
    await bot.call(messenger.message("many"))
    assert "".join(sent.text for sent in messenger.fake.sent).count("💪") == 1_500
    assert not messenger.fake.rejected


async def test_the_conversation_is_shown_as_seen(messenger: MessengerDriver, bot: Bot) -> None:
    await bot.call(messenger.message("hello"))
    await bot.until(lambda: bool(messenger.fake.receipts))
    assert messenger.fake.receipts == [
        {"recipient": {"id": number("ann")}, "sender_action": "mark_seen"}
    ]
