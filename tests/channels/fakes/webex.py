"""Webex's API: https://developer.webex.com/docs/api/v1/messages, .../attachment-actions,
.../webhooks and .../people.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.channels.fakes.markdown import shown
from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton

TOKEN = "webexBotTokenOfTheTests"


def an_id(kind: str, name: str) -> str:
    """Return an id as Webex makes them."""
    long = f"ciscospark://us/{kind}/{name}".encode()
    return base64.urlsafe_b64encode(long).decode().rstrip("=")


ME = an_id("PEOPLE", "the-bot-itself")
NAME = "Twitch Wise"
#: A message that is gone: nothing can be added to its thread.
GONE = an_id("MESSAGE", "gone")
_KEYS = {"roomId", "parentId", "markdown", "attachments"}
_CARD = "application/vnd.microsoft.card.adaptive"
_MENTION = re.compile(r"<@(all|personEmail|personId)", re.IGNORECASE)


class FakeWebex(FakePlatform):
    """Enforces lengths, cards and webhooks; keeps what people wrote until it is fetched."""

    name = "webex"

    def __init__(self) -> None:
        super().__init__()
        self._ids = itertools.count(1)
        self.messages: dict[str, dict[str, Any]] = {}
        self.actions: dict[str, dict[str, Any]] = {}
        self.webhooks: dict[str, dict[str, Any]] = {}
        #: Whether webhooks may tell of edits.
        self.knows_edits = True
        #: The one that holds.
        self.token = TOKEN
        #: Ids of messages that cannot be had.
        self.broken: set[str] = set()

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        yield "GET", "/people/me", self.me
        yield "POST", "/messages", self.post
        yield "GET", "/messages/{id}", self.message
        yield "GET", "/attachment/actions/{id}", self.action
        yield "GET", "/webhooks", self.list_webhooks
        yield "POST", "/webhooks", self.add_webhook
        yield "PUT", "/webhooks/{id}", self.set_webhook
        yield "DELETE", "/webhooks/{id}", self.drop_webhook

    def error(self, status: int, why: str) -> web.Response:
        body = {"message": why, "errors": [{"description": why}], "trackingId": "ROUTER_1"}
        return web.json_response(body, status=status)

    async def me(self, request: web.Request) -> web.Response:
        self._authorised(request)
        return web.json_response({"id": ME, "displayName": NAME, "type": "bot"})

    async def message(self, request: web.Request) -> web.Response:
        if request.match_info["id"] in self.broken:
            return self.error(500, "Internal Server Error")
        return self._found(request, self.messages)

    async def action(self, request: web.Request) -> web.Response:
        return self._found(request, self.actions)

    async def post(self, request: web.Request) -> web.Response:
        self._authorised(request)
        message = await request.json()
        text = _checked(message)
        cards = [one["content"] for one in message.get("attachments", ())]
        buttons = tuple(_button(action) for card in cards for action in card["actions"])
        if cards:
            # Clients show the card in the place of the text.
            text = "\n".join(shown(block["text"], breaks=False) for block in cards[0]["body"])
        self.sent.append(Sent(message["roomId"], text, buttons, message))
        return web.json_response({"id": an_id("MESSAGE", f"sent{next(self._ids)}"), **message})

    async def list_webhooks(self, request: web.Request) -> web.Response:
        self._authorised(request)
        items = [{k: v for k, v in one.items() if k != "secret"} for one in self.webhooks.values()]
        return web.json_response({"items": items})

    async def add_webhook(self, request: web.Request) -> web.Response:
        self._authorised(request)
        webhook = await request.json()
        if webhook["event"] == "updated" and not self.knows_edits:
            raise Rejected("The event is not supported", 400)
        if not webhook["targetUrl"].startswith("https://") or not webhook["secret"]:
            raise Rejected("The webhook is invalid", 400)
        made = f"webhook{next(self._ids)}"
        self.webhooks[made] = {**webhook, "id": made, "status": "active"}
        return web.json_response(self.webhooks[made])

    async def set_webhook(self, request: web.Request) -> web.Response:
        self._authorised(request)
        changes = await request.json()
        if set(changes) - {"name", "targetUrl", "secret", "status"}:
            raise Rejected("That cannot be changed", 400)
        self.webhooks[request.match_info["id"]].update(changes)
        return web.json_response(self.webhooks[request.match_info["id"]])

    async def drop_webhook(self, request: web.Request) -> web.Response:
        self._authorised(request)
        del self.webhooks[request.match_info["id"]]
        return web.Response(status=204)

    def _authorised(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Rejected("The request requires a valid access token", 401)

    def _found(self, request: web.Request, kept: dict[str, dict[str, Any]]) -> web.Response:
        self._authorised(request)
        found = kept.get(request.match_info["id"])
        if found is None:
            return web.json_response({"message": "Could not find it"}, status=404)
        return web.json_response(found)


def _checked(message: dict[str, Any]) -> str:
    if set(message) - _KEYS or not message["roomId"]:
        raise Rejected("The request is invalid")
    if message.get("parentId") == GONE:
        raise Rejected("The parent does not exist")
    if not message["markdown"].strip() or len(message["markdown"].encode()) > 7439:
        raise Rejected("Message length limited to 7439 bytes")
    for attachment in message.get("attachments", ()):
        _check_card(attachment)
    if _MENTION.search(json.dumps(message)):
        raise Rejected("it calls people")
    return shown(message["markdown"], breaks=False)


def _check_card(attachment: dict[str, Any]) -> None:
    card = attachment["content"]
    if attachment["contentType"] != _CARD or card["type"] != "AdaptiveCard":
        raise Rejected("Only cards can be attached")
    if card["version"] not in ("1.0", "1.1", "1.2", "1.3") or not card["body"]:
        raise Rejected("Unable to parse the card")
    if len(card["actions"]) > 5 or len(json.dumps(card)) > 22_000:
        raise Rejected("The card is too large")


def _button(action: dict[str, Any]) -> SentButton:
    if not action["title"]:
        raise Rejected("An action needs a title")
    if action["type"] == "Action.OpenUrl":
        if not action["url"].startswith("https://"):
            raise Rejected("The address cannot be opened")
        return SentButton(action["title"], url=action["url"])
    return SentButton(action["title"], action["data"])
