"""Google Chat: an app with an HTTP endpoint, whose replies are in its responses.

Shapes are those of https://developers.google.com/workspace/chat/api/reference/rest/v1/Event for
apps of their own, and of https://developers.google.com/workspace/add-ons/reference/event-object
("ChatEventObject") for apps that are built as Google Workspace add-ons, which the console offers
first. Rasa's own channel takes display names for ids, and verifies only where it is told to.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.google_tokens import CHAT_ACCOUNT, GoogleTokens
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import (
    header,
    number_at,
    object_in,
    part_of,
    text_at,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import GOOGLE_CHAT
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf8_bytes

logger = logging.getLogger(__name__)

#: The largest message, with its cards ("Send messages",
#: https://developers.google.com/workspace/chat/create-messages).
LARGEST_MESSAGE_BYTES = 32_000
#: What a button calls, where it need not be an address.
FUNCTION = "choose"
#: What an add-on's event is called in an app of its own.
_PAYLOADS = {
    "messagePayload": "MESSAGE",
    "buttonClickedPayload": "CARD_CLICKED",
    "appCommandPayload": "APP_COMMAND",
    "addedToSpacePayload": "ADDED_TO_SPACE",
}
_MEDIA = ("attachment", "attachedGifs")
_LEFT_OUT = Part("…")
_WELCOMES = ("/start", "/help")


@dataclass(frozen=True)
class ChatEvent:
    """An interaction, whichever kind of app it was sent to.

    Attributes:
        kind: as in ``EventType``; empty for what is not answered.
        user: who did it.
        space: where.
        message: what was written, or had the button.
        time: when, as Google writes it.
        parameters: of the button.
        is_addon: whether the response must be that of an add-on.
    """

    kind: str
    user: Mapping[str, Any]
    space: Mapping[str, Any]
    message: Mapping[str, Any]
    time: str
    parameters: Mapping[str, Any]
    is_addon: bool

    @property
    def is_private(self) -> bool:
        """Whether a person is alone with the app."""
        return (
            text_at(self.space, "spaceType") == "DIRECT_MESSAGE"
            or text_at(self.space, "type") == "DM"
            or self.space.get("singleUserBotDm") is True
        )


class GoogleChat(Platform):
    """An app of Google Chat."""

    name = "google_chat"
    # The text of one part: two of them, with a card full of buttons, fit into one message.
    limits = Limits(
        GOOGLE_CHAT, 6_000, measure=utf8_bytes, buttons=20, title=80, payload=200, links=True
    )

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        audience = _audience(values["audience"])
        account = _account(values["addon_account"], audience)
        self._function = audience if account else FUNCTION
        self._tokens = GoogleTokens(
            self.client,
            values["api_url"].rstrip("/"),
            audience,
            [account or CHAT_ACCOUNT],
        )

    def routes(self) -> Sequence[Route]:
        """Return the endpoint's address."""
        return [Route("POST", "/webhook", self._receive)]

    async def start(self) -> None:
        """Fetch Google's keys, so that the first person does not wait for them."""
        await self._tokens.keys.fetch()

    async def stop(self) -> None:
        """Fetch no more keys. Close the client."""
        self._tokens.keys.stop()
        await super().stop()

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Refuse: without a service account there are no replies beside the responses."""
        raise Undelivered("google_chat takes replies in responses only", is_final=True)

    async def _receive(self, request: Request) -> HTTPResponse:
        await self._tokens.verify(header(request, "Authorization"))
        event = event_of(object_in(request.body))
        inbound = read_event(event)
        if inbound is None:
            return response.json({})
        parts = await self.desk.answer(self, inbound)
        return response.json(self._reply(event, parts))

    def _reply(self, event: ChatEvent, parts: Sequence[Part]) -> dict[str, Any]:
        if not parts:
            return {}
        message = message_of(parts, self._function)
        if not event.is_private and text_at(event.message, "thread", "name"):
            message["thread"] = {"name": text_at(event.message, "thread", "name")}
        if event.is_addon:
            create = {"createMessageAction": {"message": message}}
            return {"hostAppDataAction": {"chatDataAction": create}}
        if event.kind == "CARD_CLICKED":
            # Else the message with the button would be changed.
            message["actionResponse"] = {"type": "NEW_MESSAGE"}
        return message


def event_of(body: Mapping[str, Any]) -> ChatEvent:
    """Return what a request of either kind of app says."""
    chat = part_of(body, "chat")
    if chat:
        return _addon_event(body, chat)
    message = part_of(body, "message")
    return ChatEvent(
        kind=text_at(body, "type"),
        user=part_of(body, "user") or part_of(message, "sender"),
        space=part_of(body, "space") or part_of(message, "space"),
        message=message,
        time=text_at(body, "eventTime"),
        parameters=part_of(body, "common", "parameters") or _listed(part_of(body, "action")),
        is_addon=False,
    )


def _addon_event(body: Mapping[str, Any], chat: Mapping[str, Any]) -> ChatEvent:
    payload = next((name for name in _PAYLOADS if part_of(chat, name)), "")
    message = part_of(chat, payload, "message")
    return ChatEvent(
        kind=_PAYLOADS.get(payload, ""),
        user=part_of(chat, "user") or part_of(message, "sender"),
        space=part_of(chat, payload, "space") or part_of(message, "space"),
        message=message,
        time=text_at(chat, "eventTime"),
        parameters=part_of(body, "commonEventObject", "parameters"),
        is_addon=True,
    )


def _listed(action: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of an action, as apps got them before ``common``."""
    given = action.get("parameters")
    found = given if isinstance(given, list) else ()
    return {text_at(one, "key"): text_at(one, "value") for one in found}


def read_event(event: ChatEvent) -> Inbound | None:
    """Return the message of an event, or None where there is nothing to answer."""
    person, place = text_at(event.user, "name"), text_at(event.space, "name")
    # A name that is shown is no id: anybody can choose one.
    is_person = person.startswith("users/") and text_at(event.user, "type") != "BOT"
    if not (is_person and place.startswith("spaces/")):
        return None
    if event.kind == "CARD_CLICKED":
        return _read_button(event, person, place)
    if event.kind == "ADDED_TO_SPACE" and not _words(event.message):
        return Inbound(_id(event, "join"), person, place, event=Event.JOIN)
    if event.kind not in ("MESSAGE", "APP_COMMAND", "ADDED_TO_SPACE"):
        return None
    return _read_message(event, person, place)


def _read_message(event: ChatEvent, person: str, place: str) -> Inbound:
    has_media = any(event.message.get(key) for key in _MEDIA)
    text, meant = _meant(_words(event.message), has_media)
    # A command from the menu comes without a message.
    if event.kind == "APP_COMMAND" and not text:
        meant = Event.JOIN
    message_id = text_at(event.message, "name")
    return Inbound(
        id=message_id if 0 < len(message_id) <= 200 else _id(event, "message"),
        person=person,
        place=place,
        text=text,
        event=meant,
    )


def _read_button(event: ChatEvent, person: str, place: str) -> Inbound | None:
    payload = text_at(event.parameters, "payload")
    if not payload:
        return None
    return Inbound(
        id=_id(event, "button", payload),
        person=person,
        place=place,
        text=payload,
        said=text_at(event.parameters, "title") or None,
    )


def _id(event: ChatEvent, *what: str) -> str:
    """Return an id for what has none: who did what, where and when (in microseconds)."""
    known = (
        *what,
        event.time,
        text_at(event.user, "name"),
        text_at(event.space, "name"),
        text_at(event.message, "name"),
    )
    digest = hashlib.sha256(json.dumps(known).encode()).hexdigest()
    return f"{what[0]}:{digest}"


def _words(message: Mapping[str, Any]) -> str:
    """Return what was written to the app, without its mention."""
    if isinstance(message.get("argumentText"), str):
        words = text_at(message, "argumentText").strip()
        command = text_at(message, "text").strip().partition(" ")[0]
        # For a command, the arguments stand there without it.
        if command.startswith("/") and not words.startswith("/"):
            return f"{command} {words}".strip()
        return words
    return _without_mentions(message).strip()


def _without_mentions(message: Mapping[str, Any]) -> str:
    """Return the text without what Google says is a mention of an app."""
    text = text_at(message, "text")
    given = message.get("annotations")
    spans = [
        (number_at(one, "startIndex"), number_at(one, "length"))
        for one in (given if isinstance(given, list) else ())
        if text_at(one, "userMention", "user", "type") == "BOT"
    ]
    for start, length in sorted(spans, reverse=True):
        if length > 0 and text[start : start + 1] == "@":
            text = text[:start] + text[start + length :]
    return text


def _meant(words: str, has_media: bool) -> tuple[str, Event]:
    """Return text and event, with the usual commands understood."""
    command, rest = (*words.split(maxsplit=1), "", "")[:2]
    if command.casefold() in (*_WELCOMES, "/ask"):
        # Words beside a command are read: they may be urgent.
        words = rest
        if not rest and not has_media:
            return "", Event.JOIN
    return words_or_media(words, has_media=has_media)


def message_of(parts: Sequence[Part], function: str) -> dict[str, Any]:
    """Return a reply as one message: a response holds only one.

    Where a reply is too large for it, what stands between the first part (it holds what is
    urgent) and the last one (it holds the disclaimer) is left out as far as it must be, and a mark
    stands there.
    """
    message = _message(parts, function)
    kept = list(parts[:-1])
    while len(kept) > 1 and _bytes(message) > LARGEST_MESSAGE_BYTES:
        kept.pop()
        message = _message([*kept, _LEFT_OUT, *parts[-1:]], function)
    if len(kept) < len(parts) - 1:
        logger.warning("google_chat: a reply was too large for one message.")
    return message


def _message(parts: Sequence[Part], function: str) -> dict[str, Any]:
    message: dict[str, Any] = {"text": GOOGLE_CHAT.blank_line.join(part.text for part in parts)}
    buttons = [_button(button, function) for part in parts for button in part.buttons]
    if buttons:
        widgets = [{"buttonList": {"buttons": buttons}}]
        message["cardsV2"] = [{"cardId": "replies", "card": {"sections": [{"widgets": widgets}]}}]
    return message


def _button(button: Button, function: str) -> dict[str, Any]:
    if button.url:
        return {"text": button.title, "onClick": {"openLink": {"url": button.url}}}
    parameters = [
        {"key": "payload", "value": button.payload},
        {"key": "title", "value": button.title},
    ]
    action = {"function": function, "parameters": parameters}
    return {"text": button.title, "onClick": {"action": action}}


def _bytes(message: Mapping[str, Any]) -> int:
    return utf8_bytes(json.dumps(message, ensure_ascii=False))


def _audience(given: str) -> str:
    if not (given.isdecimal() and given.isascii()) and not given.startswith("https://"):
        raise TwitchwiseError(
            "TWITCHWISE_GOOGLE_CHAT_AUDIENCE is neither the number of a project nor an address "
            "that begins with https://. Mend: set what the app's configuration has as "
            "authentication audience."
        )
    return given


def _account(given: str, audience: str) -> str:
    if given and ("@" not in given or audience.isdigit()):
        raise TwitchwiseError(
            "TWITCHWISE_GOOGLE_CHAT_ADDON_ACCOUNT needs the e-mail address of a service account, "
            "and the endpoint's https address as TWITCHWISE_GOOGLE_CHAT_AUDIENCE. Mend: set both "
            "as the app's configuration shows them, or unset it for an app that is no add-on."
        )
    return given
