"""Rocket.Chat, by an outgoing webhook and the REST API.

What the webhook sends is that of the server's integration handler (``triggerHandler`` in
RocketChat/Rocket.Chat), the REST API that of
https://developer.rocket.chat/apidocs/post-message. Choices are numbers: buttons of attachments are
deprecated there (``MessageAttachmentAction``), not shown by all clients, and what they say is sent
in the person's name, in a channel without the mention.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.addressing import mentions, without_mention, without_trigger
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import object_in, part_of, text_at
from twitchwise.channels.platforms.self_hosted import is_one_of
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import ROCKET_CHAT
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.units import utf16

#: What may stand between tokens of a list.
_BETWEEN_TOKENS = ", \t\r\n"
#: What makes a message one with a file.
_FILES = ("file", "files", "attachments")
#: What is in texts of errors that pass, or last until an operator mends the token: the rest is
#: wrong with the call itself. A token that wants a second factor was made without "ignore two
#: factor".
_PASSING = (
    "too-many-requests",
    "timeout",
    "internal",
    "logged in",
    "unauthorized",
    "invalid-user",
    "not-activated",
    "totp-",
)
#: Where servers say what is wrong; which of them it is depends on their version.
_SAID_IN = ("error", "errorType", "message")


class RocketChat(Platform):
    """A bot user of a Rocket.Chat server."""

    name = "rocketchat"
    # The server's setting Message_MaxAllowedSize, 5,000 by default; JavaScript counts.
    limits = Limits(ROCKET_CHAT, 5000, measure=utf16)

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        self._base = values["api_url"].rstrip("/")
        if not values["webhook_token"].strip(_BETWEEN_TOKENS):
            raise TwitchwiseError(
                "TWITCHWISE_ROCKETCHAT_WEBHOOK_TOKEN holds no token. Mend: copy it from the "
                "outgoing integration; several have commas between them."
            )
        self._username = ""

    def routes(self) -> Sequence[Route]:
        """Return the address of the outgoing webhook."""
        return [Route("POST", "/webhook", self._receive)]

    async def start(self) -> None:
        """Learn by what name people mention the bot."""
        self._username = text_at(await self._call("GET", "me"), "username")

    async def _receive(self, request: Request) -> HTTPResponse:
        body = object_in(request.body)
        if not is_one_of(text_at(body, "token"), self.values["webhook_token"]):
            raise Refused(401, "The token is wrong.")
        inbound = read_message(body, me=self.values["user_id"], username=self._username)
        if inbound is not None:
            await self.desk.take(self, [inbound])
        # An empty response counts as failed there.
        return response.json({})

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part, into the thread where it was asked."""
        await self._call(
            "POST", "chat.postMessage", {**address, "text": part.text, "parseUrls": False}
        )

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a method of the REST API says.

        Raises:
            Undelivered: it failed, also where that is said with HTTP 200.
        """
        try:
            reply = await self.client.call(
                method,
                f"{self._base}/api/v1/{path}",
                json_body=body,
                headers={
                    "X-Auth-Token": self.values["auth_token"],
                    "X-User-Id": self.values["user_id"],
                },
            )
        except Undelivered as error:
            raise Undelivered(
                error.reason,
                is_final=error.is_final and not _may_pass(error.body),
                status=error.status,
                body=error.body,
            ) from None
        if part_of(reply.body).get("success") is not True:
            raise Undelivered(
                f"{self.name} did not do it",
                is_final=not _may_pass(reply.body),
                status=reply.status,
                body=reply.body,
            )
        return reply.body


def _may_pass(body: Any) -> bool:
    said = " ".join(text_at(body, key) for key in _SAID_IN).casefold()
    return any(sign in said for sign in _PASSING)


def read_message(body: Mapping[str, Any], *, me: str, username: str) -> Inbound | None:
    """Return the message of an outgoing webhook, or None where there is nothing to answer.

    Args:
        body: of the events "Message Sent" and "File Uploaded".
        me: the bot's id.
        username: of the bot, without the @; empty where it is not known yet.
    """
    person, room, message = (text_at(body, key) for key in ("user_id", "channel_id", "message_id"))
    if not (person and room and message) or person == me or body.get("bot"):
        return None
    said, trigger = _words(body), text_at(body, "trigger_word")
    is_direct = _is_direct(body) and not _is_of_others(body, room, person, me)
    if not is_direct and not trigger and not mentions(said, username):
        return None
    words = without_mention(without_trigger(said, trigger), username)
    text, event = words_or_media(words, has_media=_has_file(body))
    if not text and event is Event.MESSAGE:
        if is_direct and not said.strip():
            return None
        event = Event.JOIN
    is_edit = body.get("isEdited") is True
    return Inbound(
        # Nothing says when it was edited: other words make another message.
        id=f"{message}:{_digest(said)}" if is_edit else message,
        person=person,
        place=room,
        address=_address(body, room, message, is_direct=is_direct),
        text=text,
        event=event,
        edits=message if is_edit else None,
    )


def _address(
    body: Mapping[str, Any], room: str, message: str, *, is_direct: bool
) -> dict[str, Any]:
    thread = text_at(body, "tmid") or text_at(body, "message", "tmid")
    if not thread and not is_direct:
        thread = message
    return {"roomId": room, **({"tmid": thread} if thread else {})}


def _is_direct(body: Mapping[str, Any]) -> bool:
    """Say whether a room is a direct one: these have no names."""
    kind = text_at(body, "room", "t")
    return kind == "d" if kind else not text_at(body, "channel_name")


def _is_of_others(body: Mapping[str, Any], room: str, person: str, me: str) -> bool:
    """Say whether it is known that the bot is not in a direct room.

    An integration for all of them sends what others say to each other. On older servers the id of
    such a room is made of the two people's ids (``createDirectRoom``); on newer ones it tells
    nothing.
    """
    people = part_of(body, "room").get("uids")
    if isinstance(people, list) and people:
        return me not in people
    other = room.removeprefix(person) if room.startswith(person) else room.removesuffix(person)
    return other != room and other != me and len(other) == len(me)


def _words(body: Mapping[str, Any]) -> str:
    """Return what was written: the text, or what describes the files."""
    text = text_at(body, "text")
    if text.strip():
        return text
    for one in _attachments(body):
        description = text_at(one, "description")
        if description.strip():
            return description
    return text


def _attachments(body: Mapping[str, Any]) -> list[Any]:
    for holder in (body, part_of(body, "message")):
        found = holder.get("attachments")
        if isinstance(found, list) and found:
            return found
    return []


def _has_file(body: Mapping[str, Any]) -> bool:
    return any(holder.get(key) for holder in (body, part_of(body, "message")) for key in _FILES)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
