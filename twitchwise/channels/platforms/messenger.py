"""Facebook Messenger, for a page.

Pages below https://developers.facebook.com/documentation/business-messaging/messenger-platform:
"Webhooks for Messenger Platform", the webhook event references of messages, message_echoes,
message_edits, messaging_postbacks and messaging_referrals, "Send API Reference", "Quick Replies"
(13, title 20, payload 1000 characters), "Sender Actions" and "Common Error Codes". That a text may
have 2000 characters is from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twitchwise.channels.platforms.graph import GraphPlatform, known_id, objects_at
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.requests import part_of, text_at
from twitchwise.rendering.dialects import PLAIN
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf16

LONGEST_TEXT = 2000
MOST_REPLIES = 13
LONGEST_TITLE = 20
LONGEST_PAYLOAD = 1000
#: Payload of the page's Get Started button (see docs/channels/messenger.md).
GET_STARTED = "GET_STARTED"


class Messenger(GraphPlatform):
    """A Facebook page's messages."""

    name = "messenger"
    id_key = "page_id"
    subject = "page"
    limits = Limits(
        PLAIN,
        LONGEST_TEXT,
        measure=utf16,
        buttons=MOST_REPLIES,
        title=LONGEST_TITLE,
        payload=LONGEST_PAYLOAD,
    )

    def read(self, body: Mapping[str, Any]) -> list[Inbound]:
        """Return the messages to the page."""
        return read_webhook(body, page_id=self.own_id)

    def receipt(self, inbound: Inbound) -> dict[str, Any]:
        """Return the call that shows the conversation as seen."""
        return {**inbound.address, "sender_action": "mark_seen"}

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part: a text, with quick replies below the last one."""
        text = message_of(address, Part(part.text))
        if part.buttons:
            await self.send(message_of(address, part), text)
        else:
            await self.send(text, None)


def read_webhook(body: Mapping[str, Any], *, page_id: str) -> list[Inbound]:
    """Return all messages to a page in the body of a webhook, in their order.

    What is under ``standby`` is for another app that has the conversation now.
    """
    events = (
        event
        for entry in objects_at(body, "entry")
        for event in objects_at(entry, "messaging")
        if text_at(entry, "id") == text_at(event, "recipient", "id") == page_id
    )
    return [inbound for inbound in map(_read_event, events) if inbound is not None]


def _read_event(event: dict[str, Any]) -> Inbound | None:
    """Return a message, or None where there is nothing to answer.

    Receipts, reactions, echoes and the like are silent; so is a link by which somebody comes back
    to a conversation that they have already. In a new one, a postback tells of it.
    """
    person = text_at(event, "sender", "id")
    if not person:
        return None
    if part_of(event, "message"):
        return _read_message(person, part_of(event, "message"))
    if part_of(event, "message_edit"):
        return _read_edit(person, part_of(event, "message_edit"))
    if part_of(event, "postback"):
        return _read_postback(person, event)
    return None


def _read_message(person: str, message: dict[str, Any]) -> Inbound | None:
    message_id, words = text_at(message, "mid"), text_at(message, "text")
    has_media = bool(message.get("attachments") or message.get("sticker_id"))
    if not message_id or message.get("is_echo") or not (words.strip() or has_media):
        return None
    payload = text_at(message, "quick_reply", "payload")
    if payload:
        return _inbound(person, message_id, payload, said=words or None)
    text, event = words_or_media(words, has_media=has_media)
    return _inbound(person, message_id, text, event=event)


def _read_edit(person: str, edit: dict[str, Any]) -> Inbound | None:
    message_id, words = text_at(edit, "mid"), text_at(edit, "text").strip()
    if not message_id or not words:
        return None
    edit_id = f"{message_id}:{text_at(edit, 'num_edit')}"
    return _inbound(person, edit_id, words, edits=known_id(message_id))


def _read_postback(person: str, event: dict[str, Any]) -> Inbound | None:
    """Return what a button of the page's own says: Get Started, a menu, an ice breaker.

    Their payloads are the page's, so that the words on them count; those of the bot's own buttons
    come with messages.
    """
    payload, title = text_at(event, "postback", "payload"), text_at(event, "postback", "title")
    # Without an id before version 11 of the Graph API.
    made_id = f"postback:{person}:{text_at(event, 'timestamp')}"
    message_id = text_at(event, "postback", "mid") or made_id
    if payload == GET_STARTED:
        return _inbound(person, message_id, event=Event.JOIN)
    words = (title or payload).strip()
    return _inbound(person, message_id, words) if words else None


def _inbound(
    person: str,
    message_id: str,
    text: str = "",
    *,
    said: str | None = None,
    event: Event = Event.MESSAGE,
    edits: str | None = None,
) -> Inbound:
    return Inbound(
        id=known_id(message_id),
        person=person,
        place=person,
        address={"recipient": {"id": person}},
        text=text,
        said=said,
        event=event,
        edits=edits,
    )


def message_of(address: Address, part: Part) -> dict[str, Any]:
    """Return the call that sends a part as the reply to a message."""
    message: dict[str, Any] = {"text": part.text}
    if part.buttons:
        message["quick_replies"] = [_quick_reply(button) for button in part.buttons]
    return {**address, "messaging_type": "RESPONSE", "message": message}


def _quick_reply(button: Button) -> dict[str, str]:
    return {"content_type": "text", "title": button.title, "payload": button.payload}
