"""WhatsApp, by Meta's Cloud API.

Pages below https://developers.facebook.com/documentation/business-messaging/whatsapp: webhooks
("messages webhook reference" and its pages on interactive, button, edit, revoke, group and
unsupported messages), "Text messages" (4096 characters), "Interactive reply buttons messages"
(3 buttons of 20 characters, ids of 256, body of 1024), "Interactive list messages" (10 rows: title
24, description 72, id 200; button 20; body 4096), "Mark messages as read", "Business-scoped user
IDs" and "WhatsApp error codes".
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twitchwise.channels.platforms.graph import GraphPlatform, known_id, objects_at
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.requests import number_at, part_of, text_at
from twitchwise.rendering.dialects import WHATSAPP
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf16

logger = logging.getLogger(__name__)

LONGEST_TEXT = 4096
#: Reply buttons, which stand below the text, and rows, which a button shows.
MOST_BUTTONS = 3
LONGEST_BUTTON = 20
LONGEST_BUTTON_TEXT = 1024
MOST_ROWS = 10
LONGEST_ROW = 24
LONGEST_DESCRIPTION = 72
LONGEST_ROW_ID = 200
_SHOW_ROWS = "Show choices"
_SECTION = "Choices"

#: What needs no reply: a reaction, a message that was taken back, a new number.
_SILENT = ("reaction", "revoke", "system")
_CAPTIONED = ("image", "video", "document")


class WhatsApp(GraphPlatform):
    """A business's number on WhatsApp."""

    name = "whatsapp"
    id_key = "phone_number_id"
    subject = "whatsapp_business_account"
    limits = Limits(
        WHATSAPP,
        LONGEST_TEXT,
        measure=utf16,
        buttons=MOST_ROWS,
        title=LONGEST_DESCRIPTION,
        payload=LONGEST_ROW_ID,
    )

    def read(self, body: Mapping[str, Any]) -> list[Inbound]:
        """Return the messages; log what WhatsApp has taken and then could not deliver."""
        for code in failures(body, phone_number_id=self.own_id):
            logger.error("whatsapp: a message was not delivered (error %d).", code)
        return read_webhook(body, phone_number_id=self.own_id)

    def receipt(self, inbound: Inbound) -> dict[str, Any]:
        """Return the call for the two blue ticks."""
        message_id = inbound.address["message_id"]
        return {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part: a text, or one with buttons or a list."""
        text = message_of(address, Part(part.text))
        if part.buttons:
            await self.send(message_of(address, part), text)
        else:
            await self.send(text, None)


def read_webhook(body: Mapping[str, Any], *, phone_number_id: str) -> list[Inbound]:
    """Return all messages to a number in the body of a webhook, in their order."""
    messages = (
        message
        for value in _values(body, phone_number_id)
        for message in objects_at(value, "messages")
    )
    return [inbound for inbound in map(_read_message, messages) if inbound is not None]


def failures(body: Mapping[str, Any], *, phone_number_id: str) -> list[int]:
    """Return the error codes of messages that were taken, but not delivered."""
    return [
        number_at(error, "code")
        for value in _values(body, phone_number_id)
        for status in objects_at(value, "statuses")
        if text_at(status, "status") == "failed"
        for error in objects_at(status, "errors")
    ]


def _values(body: Mapping[str, Any], phone_number_id: str) -> Iterator[dict[str, Any]]:
    for entry in objects_at(body, "entry"):
        for change in objects_at(entry, "changes"):
            value = part_of(change, "value")
            is_ours = text_at(value, "metadata", "phone_number_id") == phone_number_id
            if text_at(change, "field") == "messages" and is_ours:
                yield value


def _read_message(message: dict[str, Any]) -> Inbound | None:
    """Return a message, or None where there is nothing to answer.

    A person's number may be missing (they have a user name); the id that Meta gives them for this
    business stays the same then. Groups are those that the business itself made by API.
    """
    phone, message_id = text_at(message, "from"), text_at(message, "id")
    person = text_at(message, "from_user_id") or phone
    kind = text_at(message, "type")
    if not person or not message_id or message.get("group_id") or kind in _SILENT:
        return None
    original = text_at(message, "edit", "original_message_id") if kind == "edit" else ""
    text, event, said = _content(part_of(message, "edit", "message") if original else message)
    if event is Event.MESSAGE and not text:
        return None
    return Inbound(
        id=known_id(message_id),
        person=person,
        place=person,
        # As "to", the other id would be taken for a number, and the message be lost without a word.
        address={
            "person": {"to": phone} if phone else {"recipient": person},
            "message_id": message_id,
        },
        text=text,
        said=said,
        event=event,
        edits=known_id(original) if original else None,
    )


def _content(message: dict[str, Any]) -> tuple[str, Event, str | None]:
    """Return text and event, and what stood on the button where it was one."""
    kind = text_at(message, "type")
    if kind == "text":
        return text_at(message, "text", "body").strip(), Event.MESSAGE, None
    if kind == "request_welcome":
        return "", Event.JOIN, None
    if kind == "interactive":
        return _chosen(part_of(message, "interactive"))
    if kind == "button":
        # A button of the business's own template: its payload is nothing that the bot knows.
        words = text_at(message, "button", "text") or text_at(message, "button", "payload")
        return words.strip(), Event.MESSAGE, None
    caption = text_at(message, kind, "caption") if kind in _CAPTIONED else ""
    # Recordings, stickers, places, contacts, and whatever kinds there will be.
    return *words_or_media(caption, has_media=True), None


def _chosen(interactive: dict[str, Any]) -> tuple[str, Event, str | None]:
    reply = part_of(interactive, "list_reply") or part_of(interactive, "button_reply")
    title = text_at(reply, "description") or text_at(reply, "title")
    payload = text_at(reply, "id")
    if not payload:
        return title, Event.MESSAGE if title else Event.MEDIA, None
    return payload, Event.MESSAGE, title or None


def message_of(address: Address, part: Part) -> dict[str, Any]:
    """Return the call that sends a part.

    Buttons stand below the text where there are few and short ones; others are in a list that a
    button shows.
    """
    person = address["person"]
    call = {"messaging_product": "whatsapp", "recipient_type": "individual", **person}
    if not part.buttons:
        return {**call, "type": "text", "text": {"body": part.text, "preview_url": False}}
    choices = _distinct(part.buttons)
    interactive = (
        {"type": "button", "action": {"buttons": [_button(one) for one in choices]}}
        if _fit_below(part.text, choices)
        else {"type": "list", "action": _list(choices)}
    )
    return {
        **call,
        "type": "interactive",
        "interactive": {**interactive, "body": {"text": part.text}},
    }


def _distinct(buttons: Sequence[Button]) -> list[Button]:
    """Return the buttons; of those that send the same, the first."""
    found: dict[str, Button] = {}
    for button in buttons:
        found.setdefault(button.payload, button)
    return list(found.values())


def _fit_below(text: str, buttons: Sequence[Button]) -> bool:
    titles = {button.title for button in buttons}
    return (
        len(titles) == len(buttons) <= MOST_BUTTONS
        and all(utf16(title) <= LONGEST_BUTTON for title in titles)
        and utf16(text) <= LONGEST_BUTTON_TEXT
    )


def _button(button: Button) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": button.payload, "title": button.title}}


def _list(choices: Sequence[Button]) -> dict[str, Any]:
    rows = [_row(button) for button in choices]
    return {"button": _SHOW_ROWS, "sections": [{"title": _SECTION, "rows": rows}]}


def _row(button: Button) -> dict[str, str]:
    """Return a row; a title that is too long stands whole in the description.

    There are no numbers: what is chosen comes back as it stands here.
    """
    if utf16(button.title) <= LONGEST_ROW:
        return {"id": button.payload, "title": button.title}
    begun = button.title
    while utf16(begun) >= LONGEST_ROW:
        begun = begun[:-1]
    return {
        "id": button.payload,
        "title": f"{begun.rstrip()}…",
        "description": button.title,
    }
