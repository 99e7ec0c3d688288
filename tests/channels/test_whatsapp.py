"""What only WhatsApp has: batches, user names, lists, and undelivered messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Driver
from tests.channels.drivers.graph import number
from tests.channels.drivers.whatsapp import (
    WhatsAppDriver,
    body_of,
    change_of,
    messages_of,
    user_id,
)
from tests.channels.fakes.whatsapp import PHONE_NUMBER_ID, FakeWhatsApp
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.channels.platforms.whatsapp import message_of, read_webhook
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button

ADDRESS = {"person": {"to": number("ann")}, "message_id": "wamid.1"}


@pytest.fixture
def whatsapp(drivers: dict[str, Driver]) -> WhatsAppDriver:
    found = drivers["whatsapp"]
    assert isinstance(found, WhatsAppDriver)
    return found


@pytest.fixture
async def bot(whatsapp: WhatsAppDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    for name, value in whatsapp.variables.items():
        home.setenv(name, value)
    made = await Bot({whatsapp.name: whatsapp}).start()
    # It asks whether its token is right as it starts.
    whatsapp.fake.calls.clear()
    yield made
    await made.stop()


def read(*messages: dict[str, Any]) -> list[Inbound]:
    return read_webhook(body_of(messages), phone_number_id=PHONE_NUMBER_ID)


# What comes in.


async def test_all_messages_of_all_changes_of_all_entries_count(
    whatsapp: WhatsAppDriver, bot: Bot
) -> None:
    def text(words: str, person: str = "ann") -> dict[str, Any]:
        return whatsapp.content(person, type="text", text={"body": words})

    status = {"id": "wamid.1", "status": "read", "recipient_id": number("ann")}
    changes = [
        change_of([status], key="statuses"),
        change_of([text("one"), whatsapp.content("ann", type="reaction"), text("two")]),
        change_of([text("not ours")], phone_number_id="99"),
        change_of([text("three")]),
    ]
    body = {
        "object": "whatsapp_business_account",
        "entry": [
            {"id": "1", "changes": changes},
            {"id": "2", "changes": [change_of([text("my leg is numb", "bob")])]},
        ],
    }
    await bot.call(whatsapp.webhook(body))
    assert sorted(heard.text for heard in bot.heard) == ["my leg is numb", "one", "three", "two"]
    assert len(whatsapp.fake.to(number("ann"))) == 3
    assert len(whatsapp.fake.to(number("bob"))) == 1


@pytest.mark.parametrize(
    ("kind", "content", "text", "event"),
    [
        ("video", {"caption": "my leg is weak"}, "my leg is weak", Event.MESSAGE),
        ("document", {"caption": " report "}, "report", Event.MESSAGE),
        ("image", {"id": "1"}, "", Event.MEDIA),
        ("image", {"caption": "  "}, "", Event.MEDIA),
        ("audio", {"voice": True}, "", Event.MEDIA),
        ("sticker", {"id": "1"}, "", Event.MEDIA),
        ("location", {"latitude": 1, "name": "x"}, "", Event.MEDIA),
        ("contacts", [{"name": {"formatted_name": "x"}}], "", Event.MEDIA),
        ("order", {"text": "x"}, "", Event.MEDIA),
        ("unsupported", {"type": "poll_creation"}, "", Event.MEDIA),
        ("a kind to come", {"caption": 7}, "", Event.MEDIA),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {}}, "", Event.MEDIA),
        ("interactive", {"button_reply": {"title": "Yes"}}, "Yes", Event.MESSAGE),
        ("button", {"payload": "P1", "text": "My leg is numb"}, "My leg is numb", Event.MESSAGE),
        ("button", {"payload": "my leg"}, "my leg", Event.MESSAGE),
        ("request_welcome", {}, "", Event.JOIN),
    ],
)
def test_kinds_of_messages(
    whatsapp: WhatsAppDriver, kind: str, content: Any, text: str, event: Event
) -> None:
    [inbound] = read(whatsapp.content("ann", type=kind, **{kind: content}))
    assert (inbound.text, inbound.event) == (text, event)


@pytest.mark.parametrize(
    "kind, content",
    [("reaction", {}), ("revoke", {}), ("system", {}), ("text", {"body": " "}), ("text", None)],
)
def test_kinds_that_are_silent(whatsapp: WhatsAppDriver, kind: str, content: Any) -> None:
    assert read(whatsapp.content("ann", type=kind, **{kind: content})) == []


def test_what_was_pressed_is_told_by_its_whole_title(whatsapp: WhatsAppDriver) -> None:
    row = {"id": "q:x1", "title": "1. Which of the food…", "description": "Which of the foods?"}
    short = {"id": "q:x2", "title": "Yes"}
    [listed] = read(whatsapp.content("ann", type="interactive", interactive={"list_reply": row}))
    [pressed] = read(
        whatsapp.content("ann", type="interactive", interactive={"button_reply": short})
    )
    assert (listed.text, listed.said) == ("q:x1", "Which of the foods?")
    assert (pressed.text, pressed.said) == ("q:x2", "Yes")


async def test_an_edited_caption_is_read(whatsapp: WhatsAppDriver, bot: Bot) -> None:
    call = whatsapp.media("my leg twitches")
    await bot.call(call)
    edited = whatsapp.content("ann", type="edit")
    edited["edit"] = {
        "original_message_id": messages_of(call)[0]["id"],
        "message": {"type": "image", "image": {"caption": "my leg is weak"}},
    }
    await bot.call(whatsapp.of(edited))
    assert [heard.text for heard in bot.heard] == ["my leg twitches", "my leg is weak"]


async def test_who_has_a_user_name_is_answered_by_it(whatsapp: WhatsAppDriver, bot: Bot) -> None:
    with_number = whatsapp.content("ann", type="text", text={"body": "hello"})
    without = whatsapp.content("ann", type="text", text={"body": "hello again"})
    del without["from"]
    await bot.call(whatsapp.of(with_number))
    await bot.call(whatsapp.of(without))
    assert len({heard.sender for heard in bot.heard}) == 1, "it is the same conversation"
    first, second = whatsapp.fake.sent
    assert first.to == number("ann")
    assert second.to == user_id("ann")
    assert "to" not in second.raw
    assert not whatsapp.fake.rejected


async def test_who_has_no_user_id_is_answered_by_number(whatsapp: WhatsAppDriver, bot: Bot) -> None:
    message = whatsapp.content("ann", type="text", text={"body": "hello"})
    del message["from_user_id"]
    await bot.call(whatsapp.of(message))
    assert [sent.to for sent in whatsapp.fake.sent] == [number("ann")]


async def test_who_has_no_id_at_all_is_left_alone(whatsapp: WhatsAppDriver, bot: Bot) -> None:
    message = whatsapp.content("ann", type="text", text={"body": "hello"})
    del message["from_user_id"], message["from"]
    assert whatsapp.accepted(await bot.call(whatsapp.of(message)))
    assert not bot.heard


def test_what_is_kept_of_ids_tells_no_number(whatsapp: WhatsAppDriver) -> None:
    [inbound] = read(whatsapp.content("ann", type="text", text={"body": "hello"}))
    assert len(inbound.id) == 64
    assert inbound.id not in inbound.address["message_id"]


async def test_what_was_not_delivered_is_logged_by_its_code(
    whatsapp: WhatsAppDriver, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [{"code": 131049, "title": "Zebulon", "error_data": {"details": number("ann")}}]
    await bot.call(whatsapp.status("failed", errors=errors))
    assert "not delivered (error 131049)" in caplog.text
    assert "Zebulon" not in caplog.text
    assert number("ann") not in caplog.text
    assert not whatsapp.fake.calls


# What goes out.


def interactive_of(text: str, *titles: str) -> dict[str, Any]:
    buttons = tuple(Button(title, f"q:x{n}") for n, title in enumerate(titles, 1))
    call = message_of(ADDRESS, Part(text, buttons))
    FakeWhatsApp().shown(call)
    found: dict[str, Any] = call["interactive"]
    return found


def test_few_short_choices_are_buttons() -> None:
    found = interactive_of("Choose.", "Yes", "No", "x" * 20)
    assert found["type"] == "button"
    assert [one["reply"]["title"] for one in found["action"]["buttons"]] == ["Yes", "No", "x" * 20]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Choose.", ("1", "2", "3", "4")),
        ("Choose.", ("Yes", "x" * 21)),
        ("Choose.", ("Yes", "💪" * 11)),
        ("Choose.", ("Yes", "Yes")),
        ("x" * 1025, ("Yes", "No")),
        ("x" * 4096, tuple(str(n) for n in range(10))),
    ],
)
def test_others_are_a_list(text: str, titles: tuple[str, ...]) -> None:
    found = interactive_of(text, *titles)
    assert found["type"] == "list"
    assert len(found["action"]["sections"][0]["rows"]) == len(titles)


@pytest.mark.parametrize("title", ["x" * 25, "x" * 72, "💪" * 13, "Which of the 7 foods have it?"])
def test_a_long_title_stands_whole_below_its_beginning(title: str) -> None:
    rows = interactive_of("Choose.", "Yes", title, title)["action"]["sections"][0]["rows"]
    assert rows[0] == {"id": "q:x1", "title": "Yes"}
    assert [row["description"] for row in rows[1:]] == [title, title]
    assert all(row["title"].endswith("…") for row in rows[1:])
    assert all(title.startswith(row["title"][:-1]) for row in rows[1:])


def test_no_row_has_a_number_beside_others_without() -> None:
    found = interactive_of("Choose.", "What should I be careful about?", "How is it tested?")
    titles = [row["title"] for row in found["action"]["sections"][0]["rows"]]
    assert titles == ["What should I be carefu…", "How is it tested?"]


def test_choices_that_send_the_same_are_one() -> None:
    buttons = (Button("Yes", "q:a"), Button("No", "q:b"), Button("Yes, please", "q:a"))
    call = message_of(ADDRESS, Part("Choose.", buttons))
    sent = FakeWhatsApp().shown(call)
    assert [one.title for one in sent.buttons] == ["Yes", "No"]


async def test_a_long_answer_with_choices_keeps_them_with_the_disclaimer(
    whatsapp: WhatsAppDriver, bot: Bot
) -> None:
    words = " ".join(f"word{n}" for n in range(900))
    bot.script["long"] = [{"text": words, "buttons": [button(1), button(2)]}]
    await bot.call(whatsapp.message("long"))
    *before, last = whatsapp.fake.sent
    assert before
    assert len(last.buttons) == 2
    assert not any(sent.buttons for sent in before)
    assert not whatsapp.fake.rejected


async def test_links_get_no_preview(whatsapp: WhatsAppDriver, bot: Bot) -> None:
    await bot.call(whatsapp.message("hello"))
    assert whatsapp.fake.sent[0].raw["text"]["preview_url"] is False


async def test_the_read_receipt_names_the_message(whatsapp: WhatsAppDriver, bot: Bot) -> None:
    call = whatsapp.message("hello")
    await bot.call(call)
    await bot.until(lambda: bool(whatsapp.fake.receipts))
    assert whatsapp.fake.receipts == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": messages_of(call)[0]["id"],
        }
    ]
