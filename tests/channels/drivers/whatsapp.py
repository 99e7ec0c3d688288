"""WhatsApp as it behaves towards a webhook.

Payloads are those of the pages below
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
(text, image, interactive, button, reaction, unsupported, edit, revoke, group, status), of
"Business-scoped user IDs" (``from_user_id``), and of "Conversational components"
(``request_welcome``).
"""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.channels.drivers.driver import Call
from tests.channels.drivers.graph import GraphDriver, number
from tests.channels.fakes.server import SentButton
from tests.channels.fakes.whatsapp import PHONE_NUMBER_ID, VERIFY_TOKEN, FakeWhatsApp


class WhatsAppDriver(GraphDriver):
    """People who write to a business's number."""

    name = "whatsapp"
    id_key = "phone_number_id"
    verify_token = VERIFY_TOKEN
    not_applicable = {
        "old": "Meta signs no time; what comes again is known by its id",
        "group": "only a business's own groups, made by API; they are left alone",
        "mention": "only a business's own groups, made by API; they are left alone",
        "stop": "only by SMS",
    }
    buttons = 10

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        return self.of(self.content(person, type="text", text={"body": text}))

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        image = {"mime_type": "image/jpeg", "sha256": "29ed", "id": "1003383421387256"}
        if caption:
            image["caption"] = caption
        return self.of(self.content(person, type="image", image=image))

    def sticker(self, *, person: str = "ann") -> Call:
        sticker = {"mime_type": "image/webp", "id": "799", "animated": False}
        return self.of(self.content(person, type="sticker", sticker=sticker))

    def edit(self, call: Call, text: str) -> Call:
        before = messages_of(call)[0]
        edited = {"type": "text", "text": {"body": text}, "context": {"id": before["id"]}}
        return self.of(
            self.content("ann", type="edit")
            | {"edit": {"original_message_id": before["id"], "message": edited}}
        )

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        kind, reply = button.value
        interactive = {"type": kind, kind: reply}
        return self.of(self.content(person, type="interactive", interactive=interactive))

    def join(self) -> Call:
        return self.of(self.content("ann", type="request_welcome"))

    def silent(self) -> list[tuple[str, Call]]:
        text = self.content("ann", type="text", text={"body": "hello"})
        reaction = {"message_id": text["id"], "emoji": "👍"}
        system = {"body": "User A changed from 1 to 2", "type": "user_changed_number"}
        return [
            *((f"a message is {one}", self.status(one)) for one in ("sent", "delivered", "read")),
            ("a reaction", self.of(self.content("ann", type="reaction", reaction=reaction))),
            ("a reaction is taken back", self.of(
                self.content("ann", type="reaction", reaction={"message_id": text["id"]}))),
            ("a message is taken back", self.of(
                self.content("ann", type="revoke", revoke={"original_message_id": "wamid.1"}))),
            ("a new number", self.of(self.content("ann", type="system", system=system))),
            ("in a group of the business", self.of({**text, "group_id": "Y2FwaV9ncm91cA"})),
            ("to another number", self.webhook(body_of([text], phone_number_id="9"))),
            ("by the business's own app", self.webhook(
                body_of([text], key="message_echoes", field="smb_message_echoes"))),
            ("another field", self.webhook(body_of([text], field="history"))),
            ("another product", self.webhook({**body_of([text]), "object": "page"})),
            ("without words", self.of({**text, "text": {"body": ""}})),
        ]  # fmt: skip

    def status(self, status: str, **more: Any) -> Call:
        """Return news of a message of the bot."""
        given = {
            "id": "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI3",
            "status": status,
            "timestamp": "1750030073",
            "recipient_id": number("ann"),
            **more,
        }
        return self.webhook(body_of([given], key="statuses"))

    def of(self, *messages: dict[str, Any]) -> Call:
        """Return a webhook with messages."""
        return self.webhook(body_of(messages))

    def content(self, person: str, **content: Any) -> dict[str, Any]:
        """Return a message; its id holds the number, as those of WhatsApp do."""
        own = f"{number(person)}{self.next_id()}".encode()
        return {
            "from": number(person),
            "from_user_id": user_id(person),
            "id": f"wamid.{base64.b64encode(own).decode()}",
            "timestamp": "1749416383",
            **content,
        }


def user_id(person: str) -> str:
    """Return what Meta calls a person for this business."""
    return f"DE.{number(person)[::-1]}"


def messages_of(call: Call) -> list[dict[str, Any]]:
    """Return the messages in a webhook."""
    value = json.loads(call.body)["entry"][0]["changes"][0]["value"]
    messages: list[dict[str, Any]] = value["messages"]
    return messages


def change_of(
    items: Any,
    *,
    key: str = "messages",
    field: str = "messages",
    phone_number_id: str = PHONE_NUMBER_ID,
) -> dict[str, Any]:
    """Return one change of a webhook."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": phone_number_id},
        "contacts": [{"profile": {"name": "Sheena Nelson"}, "wa_id": number("ann")}],
        key: list(items),
    }
    return {"value": value, "field": field}


def body_of(items: Any, **more: str) -> dict[str, Any]:
    """Return the body of a webhook."""
    entry = {"id": "102290129340398", "changes": [change_of(items, **more)]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


DRIVER, FAKE = WhatsAppDriver, FakeWhatsApp
