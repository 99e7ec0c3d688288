"""Webex, by webhooks.

Webhooks: https://developer.webex.com/docs/webhooks and .../blog/using-a-webhook-secret (the header
``X-Spark-Signature``: HMAC-SHA1 of the raw body, in hexadecimal digits). They hold no words: these
are fetched (https://developer.webex.com/docs/api/v1/messages and .../attachment-actions). Cards:
https://developer.webex.com/docs/buttons-and-cards (at most five actions). A notice is not sent
again once it was acknowledged, and webhooks whose target often fails are turned off: see
`fetching`.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import logging
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.fetching import Fetching
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import header, object_in, text_at
from twitchwise.channels.platforms.verification import is_same, signature_of
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import WEBEX
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf8_bytes
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

SIGNATURE_HEADER = "X-Spark-Signature"
#: What Webex is asked to tell.
WANTED = (
    ("messages", "created"),
    ("messages", "updated"),
    ("attachmentActions", "created"),
    ("memberships", "created"),
)
_CARD = "application/vnd.microsoft.card.adaptive"
#: Bots of others end so; answering them could go on for ever.
_BOTS = ("@webex.bot", "@sparkbot.io")
#: What a notice calls itself, until it is complete.
_PATHS = {"messages": "messages", "attachmentActions": "attachment/actions"}
_MENTION = "spark-mention"
_REFUSED_KIND = 400


class Webex(Platform):
    """A bot of Webex."""

    name = "webex"
    limits = Limits(WEBEX, 7439, measure=utf8_bytes, buttons=5, title=60, payload=200, links=True)

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        if not settings().public_url:
            raise TwitchwiseError(
                "TWITCHWISE_WEBEX_TOKEN is set, but Webex cannot know the address. "
                "Mend: set public_url in settings.yml."
            )
        self._secret = values["secret"] or signature_of(values["token"], b"twitchwise webhook")
        self._me = ""
        self._fetching = Fetching(self.name, self._complete, self._take)

    def routes(self) -> Sequence[Route]:
        """Return the webhook's address."""
        return [Route("POST", "/webhook", self._receive)]

    async def start(self) -> None:
        """Learn who the bot is, tell Webex our address, and fetch what is left."""
        self._me = text_at(await self._call("GET", "people/me"), "id")
        await self._set_webhooks()
        await self._fetching.resume()

    async def stop_listening(self) -> None:
        """Fetch no more words; what is left is fetched at the next start."""
        await self._fetching.stop()

    # What comes in.

    async def _receive(self, request: Request) -> HTTPResponse:
        expected = signature_of(self._secret, request.body, "sha1")
        if not is_same(header(request, SIGNATURE_HEADER), expected):
            raise Refused(401, "The signature is wrong.")
        notice = read_notice(object_in(request.body), me=self._me)
        if notice is not None and notice.event is Event.JOIN:
            await self._take(notice)
        elif notice is not None:
            await self._fetching.add(notice)
        return response.json({})

    async def _take(self, inbound: Inbound) -> None:
        await self.desk.take(self, [inbound])

    async def _complete(self, notice: Inbound) -> Inbound | None:
        resource, found_id = notice.address["resource"], notice.address["id"]
        found = await self._call("GET", f"{_PATHS[resource]}/{found_id}")
        if resource == "messages":
            return read_message(notice, found, me=self._me)
        return read_action(notice, found)

    # What goes out.

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part; where the thread is gone, beside it."""
        message: dict[str, Any] = {**address, "markdown": part.text}
        if part.buttons:
            message["attachments"] = [{"contentType": _CARD, "content": _card(part)}]
        try:
            await self._call("POST", "messages", message)
        except Undelivered as error:
            if "parentId" not in message or error.status not in (400, 404):
                raise
            del message["parentId"]
            await self._call("POST", "messages", message)

    async def _set_webhooks(self) -> None:
        """Make the webhooks that are missing, correct those that are ours, drop doubles."""
        target = f"{settings().public_url.rstrip('/')}/webhooks/{self.name}/webhook"
        found = await self._call("GET", "webhooks?max=100")
        items = found.get("items") if isinstance(found, dict) else None
        ours = [one for one in items or () if text_at(one, "targetUrl") == target]
        for resource, event in WANTED:
            ids = [
                text_at(one, "id")
                for one in ours
                if (text_at(one, "resource"), text_at(one, "event")) == (resource, event)
            ]
            await self._set_webhook(target, resource, event, ids)

    async def _set_webhook(self, target: str, resource: str, event: str, ids: list[str]) -> None:
        wanted = {"name": f"Twitchwise {resource} {event}", "targetUrl": target}
        wanted["secret"] = self._secret
        if ids:
            await self._call("PUT", f"webhooks/{ids[0]}", {**wanted, "status": "active"})
            for double in ids[1:]:
                await self._call("DELETE", f"webhooks/{double}")
            return
        try:
            await self._call("POST", "webhooks", {**wanted, "resource": resource, "event": event})
        except Undelivered as error:
            # Not every organisation has every event; the bot works without edits.
            if event != "updated" or error.status != _REFUSED_KIND:
                raise
            logger.warning("webex: it does not tell of edited messages here.")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a method of the API says (https://developer.webex.com/docs)."""
        reply = await self.client.call(
            method,
            f"{self.values['api_url'].rstrip('/')}/{path}",
            json_body=body,
            headers={"Authorization": f"Bearer {self.values['token']}"},
        )
        return reply.body


def read_notice(body: Mapping[str, Any], *, me: str) -> Inbound | None:
    """Return what a webhook tells of, without its words, or None where nothing is to be answered.

    Args:
        body: https://developer.webex.com/docs/webhooks
        me: the bot's id; empty where it is not known yet.
    """
    resource, event = text_at(body, "resource"), text_at(body, "event")
    if (resource, event) not in WANTED:
        return None
    if resource == "memberships":
        return _read_membership(body, me)
    found_id, room, person = (text_at(body, "data", key) for key in ("id", "roomId", "personId"))
    if not (found_id and room and person) or _is_bot(body, person, me):
        return None
    if not _is_plain(found_id):
        return None
    edited = event == "updated"
    # An edit has the same id: when it was made tells edits apart, once it is fetched at the latest.
    own = text_at(body, "data", "updated") or uuid.uuid4().hex
    return Inbound(
        id=f"{resource}:{found_id}" + (f":{own}" if edited else ""),
        person=person,
        place=room,
        address={"resource": resource, "id": found_id},
        edits=f"{resource}:{found_id}" if edited else None,
    )


def _is_plain(found_id: str) -> bool:
    """Say whether an id is one: it becomes part of an address."""
    return found_id.replace("-", "").replace("_", "").replace("=", "").isalnum()


def _is_bot(body: Mapping[str, Any], person: str, me: str) -> bool:
    return person == me or text_at(body, "data", "personEmail").casefold().endswith(_BOTS)


def _read_membership(body: Mapping[str, Any], me: str) -> Inbound | None:
    """Return a welcome where the bot was added to a group, for who added it."""
    room, actor = text_at(body, "data", "roomId"), text_at(body, "actorId")
    membership = text_at(body, "data", "id")
    is_me = bool(me) and text_at(body, "data", "personId") == me
    is_group = text_at(body, "data", "roomType") == "group"
    if not (is_me and is_group and room and actor and membership):
        return None
    return Inbound(f"join:{membership}", actor, room, {"roomId": room}, event=Event.JOIN)


def read_message(notice: Inbound, message: Any, *, me: str) -> Inbound | None:
    """Return a message with its words, or None where there is nothing to answer.

    Args:
        notice: of it.
        message: https://developer.webex.com/docs/api/v1/messages/get-message-details
        me: the bot's id.
    """
    room, message_id = text_at(message, "roomId"), text_at(message, "id")
    if room != notice.place or not message_id or text_at(message, "personId") != notice.person:
        return None
    is_group = text_at(message, "roomType") != "direct"
    mentioned = message.get("mentionedPeople")
    if is_group and me and not (isinstance(mentioned, list) and me in mentioned):
        return None
    said = text_at(message, "text")
    words = without_mention(said, text_at(message, "html"), me) if is_group else said
    text, event = words_or_media(words, has_media=bool(message.get("files")))
    if not text and event is Event.MESSAGE:
        if not is_group:
            return None
        event = Event.JOIN
    parent = text_at(message, "parentId") or (message_id if is_group else "")
    whole = replace(notice, text=text, event=event, address=_address(room, parent))
    if not notice.edits:
        return whole
    own = (
        text_at(message, "updated")
        or hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:24]
    )
    return replace(whole, id=f"{notice.edits}:{own}")


def read_action(notice: Inbound, action: Any) -> Inbound | None:
    """Return the choice of who pressed a button of a card.

    Args:
        notice: of it.
        action: https://developer.webex.com/docs/api/v1/attachment-actions
    """
    room, person = text_at(action, "roomId"), text_at(action, "personId")
    payload = text_at(action, "inputs", "payload")
    if room != notice.place or person != notice.person or not payload:
        return None
    said = text_at(action, "inputs", "title") or None
    return replace(notice, text=payload, said=said, address=_address(room, ""))


def _address(room: str, parent: str) -> Address:
    return {"roomId": room, **({"parentId": parent} if parent else {})}


def without_mention(text: str, html: str, me: str) -> str:
    """Return the text without the bot's name, where people mentioned it.

    Args:
        text: in which mentions are names like other words.
        html: the same, with the mentions marked.
        me: the bot's id.
    """
    for person, name in _Mentions.in_html(html):
        if not (name and _is_same_person(person, me)):
            continue
        # The whole name alone: "Twitch" takes nothing off "Twitching".
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        if found is not None:
            text = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip(' ,:')}"
    return text.strip()


def _is_same_person(one: str, other: str) -> bool:
    """Compare ids; within messages they are sometimes short (the end of the long one)."""
    return bool(one) and _short_id(one) == _short_id(other)


def _short_id(person: str) -> str:
    try:
        long = base64.urlsafe_b64decode(person + "=" * (-len(person) % 4)).decode()
    except (binascii.Error, ValueError):
        return person
    return long.rpartition("/")[2] if long.startswith("ciscospark://") else person


class _Mentions(HTMLParser):
    """Collects who is mentioned, and by what name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._is_inside = False

    @classmethod
    def in_html(cls, html: str) -> list[tuple[str, str]]:
        parser = cls()
        # It gives up at declarations that are none ("<![x[").
        with contextlib.suppress(AssertionError):
            parser.feed(html)
            parser.close()
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a mention."""
        if tag == _MENTION:
            self.found.append((dict(attrs).get("data-object-id") or "", ""))
            self._is_inside = True

    def handle_endtag(self, tag: str) -> None:
        """Note its end."""
        if tag == _MENTION:
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        """Note its name."""
        if self._is_inside:
            person, name = self.found[-1]
            self.found[-1] = (person, name + data)


def _card(part: Part) -> dict[str, Any]:
    """Return a card: Webex shows it in the place of the message's text."""
    passages = [passage for passage in part.text.split(WEBEX.blank_line) if passage.strip()]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.2",
        "body": [{"type": "TextBlock", "text": passage, "wrap": True} for passage in passages],
        "actions": [_card_button(button) for button in part.buttons],
    }


def _card_button(button: Button) -> dict[str, Any]:
    if button.url:
        return {"type": "Action.OpenUrl", "title": button.title, "url": button.url}
    data = {"payload": button.payload, "title": button.title}
    return {"type": "Action.Submit", "title": button.title, "data": data}
