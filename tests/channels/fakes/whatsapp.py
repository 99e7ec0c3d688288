"""WhatsApp's Cloud API, as far as messages are sent by it.

Pages below https://developers.facebook.com/documentation/business-messaging/whatsapp/messages:
text-messages, interactive-reply-buttons-messages, interactive-list-messages, mark-message-as-read;
formatting marks: https://faq.whatsapp.com/539178204879377.
"""

from __future__ import annotations

import re
from typing import Any

from tests.channels.fakes.graph import FakeGraph, length, need
from tests.channels.fakes.server import Sent, SentButton

PHONE_NUMBER_ID = "106540352242922"
TOKEN = "EAAwhatsappTokenOfTheTests"
APP_SECRET = "whatsapp app secret of the tests"
VERIFY_TOKEN = "whatsapp verify token of the tests"
_PHONE = re.compile(r"\d{7,15}")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_JOINER = "\u2060"


class FakeWhatsApp(FakeGraph):
    """Enforces lengths, buttons, and lists."""

    name = "whatsapp"
    own_id = PHONE_NUMBER_ID
    token = TOKEN
    app_secret = APP_SECRET

    def is_receipt(self, body: dict[str, Any]) -> bool:
        need(body.get("messaging_product") == "whatsapp", "(#100) messaging_product is required")
        if body.get("status") != "read":
            return False
        is_known = str(body.get("message_id")).startswith("wamid.")
        need(is_known, "(#131009) Parameter value is not valid")
        return True

    def shown(self, body: dict[str, Any]) -> Sent:
        # The real one takes a user id as "to", and loses the message without a word.
        to, user = body.get("to", ""), body.get("recipient", "")
        no_buttons: tuple[SentButton, ...] = ()
        need(body.get("recipient_type") == "individual", "(#100) Invalid recipient_type")
        need(to or user, "(#131008) Required parameter is missing: to")
        need(not to or _PHONE.fullmatch(to), "(#131026) Message undeliverable")
        need(not user or _USER_ID.fullmatch(user), "(#131026) Message undeliverable")
        if body.get("type") == "text":
            text, buttons = body["text"].get("body"), no_buttons
            need(0 < length(text) <= 4096, "(#100) text.body must be 1 to 4096 characters")
        else:
            need(body.get("type") == "interactive", "(#100) Invalid type")
            text, buttons = _interactive(body["interactive"])
        return Sent(to or user, _read(text), buttons, body)

    def taken(self, body: dict[str, Any]) -> dict[str, Any]:
        contact = {"input": body.get("to"), "wa_id": body.get("to")}
        message = {"id": f"wamid.{len(self.sent)}"}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}


def _interactive(interactive: dict[str, Any]) -> tuple[str, tuple[SentButton, ...]]:
    text, action = interactive["body"].get("text"), interactive["action"]
    if interactive["type"] == "button":
        need(0 < length(text) <= 1024, "(#131009) Body text length invalid. Max length: 1024")
        replies = [button["reply"] for button in action["buttons"]]
        need(1 <= len(replies) <= 3, "(#131009) Invalid buttons count. Min allowed: 1, Max: 3")
        need(all(one["type"] == "reply" for one in action["buttons"]), "(#100) Invalid type")
        _check_ids(replies, 256)
        for reply in replies:
            need(0 < length(reply["title"].strip()) <= 20, "(#131009) Button title length invalid")
        need(len({one["title"] for one in replies}) == len(replies), "(#131009) Duplicated title")
        return text, tuple(SentButton(one["title"], ("button_reply", one)) for one in replies)
    need(interactive["type"] == "list", "(#100) Invalid interactive type")
    need(0 < length(text) <= 4096, "(#131009) Body text length invalid. Max length: 4096")
    need(0 < length(action.get("button")) <= 20, "(#131009) Button label invalid")
    need(1 <= len(action["sections"]) <= 10, "(#131009) Invalid sections count")
    for section in action["sections"]:
        need(0 < length(section.get("title")) <= 24, "(#131009) Section title length invalid")
    rows = [row for section in action["sections"] for row in section["rows"]]
    need(1 <= len(rows) <= 10, "(#131009) Total row count exceed max allowed count: 10")
    _check_ids(rows, 200)
    for row in rows:
        need(0 < length(row["title"].strip()) <= 24, "(#131009) Row title is too long. Max: 24")
        need(
            "description" not in row or 0 < length(row["description"]) <= 72,
            "(#131009) Row description is too long. Max length: 72",
        )
    return text, tuple(
        SentButton(row.get("description") or row["title"], ("list_reply", row)) for row in rows
    )


def _check_ids(choices: list[dict[str, str]], longest: int) -> None:
    ids = [choice["id"] for choice in choices]
    need(all(0 < length(one) <= longest for one in ids), "(#131009) Invalid id length")
    need(all(one == one.strip() for one in ids), "(#131009) Ids have no blanks at their ends")
    need(len(set(ids)) == len(ids), "(#131009) Duplicated id")


def _read(text: str) -> str:
    """Return a text as it is shown: marks at the edges of words mark, and are not seen."""
    for mark in ("*", "_", "~", "`"):
        sign = re.escape(mark)
        text = re.sub(
            rf"(?<![^\W_]){sign}(?![\s{_JOINER}])([^{sign}\n]+?)(?<![\s{_JOINER}]){sign}(?![^\W_])",
            r"\1",
            text,
        )
    return text.replace(_JOINER, "")


FAKE = FakeWhatsApp
