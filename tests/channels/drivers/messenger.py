"""Messenger as it behaves towards a webhook.

Payloads are those of the pages below
https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events
(messages, message-echoes, message-edits, message-reactions, messaging_postbacks,
messaging_referrals; deliveries, reads and standby as in "Webhook Events Reference").
"""

from __future__ import annotations

import json
from typing import Any

from tests.channels.drivers.driver import Call
from tests.channels.drivers.graph import GraphDriver, number
from tests.channels.fakes.messenger import PAGE_ID, VERIFY_TOKEN, FakeMessenger
from tests.channels.fakes.server import SentButton
from twitchwise.channels.platforms.messenger import GET_STARTED


class MessengerDriver(GraphDriver):
    """People who write to a page."""

    name = "messenger"
    id_key = "page_id"
    verify_token = VERIFY_TOKEN
    not_applicable = {
        "old": "Meta signs no time; what comes again is known by its id",
        "group": "pages are in no groups",
        "mention": "pages are in no groups",
        "stop": "only by SMS",
    }
    buttons = 13

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        return self.said(person, text=text)

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        image = {"type": "image", "payload": {"url": "https://scontent.example/x.jpg"}}
        words = {"text": caption} if caption else {}
        return self.said(person, attachments=[image], **words)

    def sticker(self, *, person: str = "ann") -> Call:
        thumb = {"type": "sticker", "payload": {"sticker_id": 369239263222822}}
        return self.said(person, attachments=[thumb])

    def edit(self, call: Call, text: str) -> Call:
        message_id = event_of(call)["message"]["mid"]
        edit = {"mid": message_id, "text": text, "num_edit": self.next_id()}
        return self.of(self.event("ann", message_edit=edit))

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        reply = {"payload": button.value["payload"]}
        return self.said(person, text=button.title, quick_reply=reply)

    def join(self) -> Call:
        postback = {"mid": self.mid(), "title": "Get Started", "payload": GET_STARTED}
        return self.of(self.event("ann", postback=postback))

    def silent(self) -> list[tuple[str, Call]]:
        said = self.event("ann", message={"mid": self.mid(), "text": "hello"})
        echo = {"mid": self.mid(), "text": "hello", "is_echo": True, "app_id": 1517776481860111}
        to_person = {"sender": {"id": PAGE_ID}, "recipient": {"id": number("ann")}}
        ours = {**said, **to_person, "message": echo}
        reaction = {"reaction": "love", "emoji": "❤", "action": "react", "mid": self.mid()}
        referral = {"ref": "a", "source": "SHORTLINK", "type": "OPEN_THREAD"}
        return [
            ("an echo", self.of(ours)),
            ("an echo that names the page", self.of({**said, "message": echo})),
            ("a delivery", self.of(self.event("ann", delivery={"mids": ["m_1"], "watermark": 1}))),
            ("a read", self.of(self.event("ann", read={"watermark": 1458668856253}))),
            ("a reaction", self.of(self.event("ann", reaction=reaction))),
            ("a link to a conversation", self.of(self.event("ann", referral=referral))),
            ("another page", self.of(said, page_id="77")),
            ("another page's entry", self.webhook(body_of([said], page_id="77"))),
            ("to another page", self.of({**said, "recipient": {"id": "77"}})),
            ("another app has it", self.webhook(body_of([said], key="standby"))),
            ("another product", self.webhook({**body_of([said]), "object": "instagram"})),
            ("nobody's id", self.of({**said, "sender": {"user_ref": "x"}})),
            ("an account is linked", self.of(
                self.event("ann", account_linking={"status": "linked"}))),
        ]  # fmt: skip

    def said(self, person: str, **message: Any) -> Call:
        """Return a message of a person."""
        return self.of(self.event(person, message={"mid": self.mid(), **message}))

    def mid(self) -> str:
        """Return an id that no message has had."""
        return f"m_{self.next_id():x}"

    def event(self, person: str, **content: Any) -> dict[str, Any]:
        """Return an event of a person's conversation with the page."""
        return {
            "sender": {"id": number(person)},
            "recipient": {"id": PAGE_ID},
            "timestamp": 1458692752478,
            **content,
        }

    def of(self, *events: dict[str, Any], page_id: str = PAGE_ID) -> Call:
        """Return a webhook with events."""
        return self.webhook(body_of(events, page_id=page_id))


def event_of(call: Call) -> dict[str, Any]:
    """Return the first event in a webhook."""
    event: dict[str, Any] = json.loads(call.body)["entry"][0]["messaging"][0]
    return event


def body_of(events: Any, *, page_id: str = PAGE_ID, key: str = "messaging") -> dict[str, Any]:
    """Return the body of a webhook."""
    return {"object": "page", "entry": [{"id": page_id, "time": 1458692752478, key: list(events)}]}


DRIVER, FAKE = MessengerDriver, FakeMessenger
