"""Messenger's Send API.

Pages below https://developers.facebook.com/documentation/business-messaging/messenger-platform:
send-messages, send-messages/quick-replies, send-messages/sender-actions, error-codes; and
https://developers.facebook.com/docs/messenger-platform/reference/send-api. That a text may have
2000 characters is from memory.
"""

from __future__ import annotations

import re
from typing import Any

from tests.channels.fakes.graph import FakeGraph, length, need
from tests.channels.fakes.server import Sent, SentButton

PAGE_ID = "1048576000111"
TOKEN = "EAAmessengerTokenOfTheTests"
APP_SECRET = "messenger app secret of the tests"
VERIFY_TOKEN = "messenger verify token of the tests"
_PSID = re.compile(r"\d{5,20}")
_ACTIONS = ("typing_on", "typing_off", "mark_seen")


class FakeMessenger(FakeGraph):
    """Enforces lengths and quick replies."""

    name = "messenger"
    own_id = PAGE_ID
    token = TOKEN
    app_secret = APP_SECRET

    def is_receipt(self, body: dict[str, Any]) -> bool:
        need(_PSID.fullmatch(str(body["recipient"].get("id"))), "(#100) No matching user found")
        if "sender_action" not in body:
            return False
        need("message" not in body, "(#100) Cannot send both message and state at the same time.")
        need(body["sender_action"] in _ACTIONS, "(#100) Invalid sender_action")
        return True

    def shown(self, body: dict[str, Any]) -> Sent:
        need(body.get("messaging_type") == "RESPONSE", "(#10) Sent outside of allowed window.")
        message = body["message"]
        # One more than 2000 is "Length of param message[text] must be less than or equal to 2000".
        need(0 < length(message.get("text")) <= 2000, "(#100) Length of param message[text]")
        need(message["text"].strip(), "(#100) Message cannot be empty")
        replies = message.get("quick_replies", [])
        need(len(replies) <= 13, "(#100) Param message[quick_replies] has too many elements.")
        need("quick_replies" not in message or replies, "(#100) quick_replies must not be empty")
        for reply in replies:
            need(reply["content_type"] == "text", "(#100) Invalid content_type")
            need(0 < length(reply["title"].strip()) <= 20, "(#100) Length of param title")
            need(0 < length(reply["payload"]) <= 1000, "(#100) Length of param payload")
        buttons = tuple(SentButton(one["title"], one) for one in replies)
        return Sent(body["recipient"]["id"], message["text"], buttons, body)

    def taken(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"recipient_id": body["recipient"]["id"], "message_id": f"m_{len(self.sent)}"}


FAKE = FakeMessenger
