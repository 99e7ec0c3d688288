"""Discord, by interactions: slash commands and buttons, over HTTP and without its gateway.

Shapes, limits and statuses are those of Discord's documentation
(https://discord.com/developers/docs/interactions/receiving-and-responding, "Interactions
Overview", "Application Commands", "Component Reference"). Direct messages and mentions reach only
apps that keep a connection to the gateway open.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Reply, Undelivered
from twitchwise.channels.platforms.inbound import Address, Event, Inbound
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import (
    header,
    number_at,
    object_in,
    part_of,
    text_at,
)
from twitchwise.channels.platforms.verification import is_recent
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import DISCORD
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf16

SIGNATURE_HEADER = "X-Signature-Ed25519"
TIMESTAMP_HEADER = "X-Signature-Timestamp"
#: Discord asks for a name and an address of whoever calls ("Reference", User Agent).
USER_AGENT = "DiscordBot (https://discord.com/developers/docs, 1.0)"

PING, COMMAND, COMPONENT = 1, 2, 3
PONG, DEFERRED = 1, 5
#: A message that only the person who asked can see.
EPHEMERAL = 64
#: Where an interaction was begun: in a direct message with the app.
_BOT_DM = 1
_ROW, _BUTTON = 1, 2
_SECONDARY, _LINK = 2, 5
_IN_A_ROW = 5
_LONGEST_URL = 512
_TEXT = 3
#: The longest question that a command takes.
LONGEST_QUESTION = 6_000
COMMANDS: tuple[dict[str, Any], ...] = (
    {
        "name": "ask",
        "type": 1,
        "description": "Ask about muscle twitching",
        "options": [
            {
                "name": "question",
                "type": _TEXT,
                "description": "What you would like to know",
                "required": True,
                "max_length": LONGEST_QUESTION,
            }
        ],
    },
    {"name": "help", "type": 1, "description": "What this bot can do"},
    {"name": "forget", "type": 1, "description": "Delete what I wrote here"},
)
_HEX_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_GONE = (401, 404)
#: The reply may be ready before Discord has taken in that it comes later: pauses in seconds.
_DEFERRED_WITHIN = (0.5, 1.0, 2.0)


class Discord(Platform):
    """An app of Discord."""

    name = "discord"
    limits = Limits(DISCORD, 2_000, measure=utf16, buttons=25, title=80, payload=100, links=True)

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        self._key = _public_key(values["public_key"])
        self._app = _app_id(values["app_id"])
        self._api = values["api_url"].rstrip("/")

    def routes(self) -> Sequence[Route]:
        """Return the address for interactions."""
        return [Route("POST", "/webhook", self._receive)]

    async def start(self) -> None:
        """Tell Discord which commands there are."""
        commands = list(COMMANDS)
        await self._call_as_bot("PUT", f"applications/{self._app}/commands", commands)

    async def _receive(self, request: Request) -> HTTPResponse:
        self._verify(request)
        interaction = object_in(request.body)
        if number_at(interaction, "type") == PING:
            return response.json({"type": PONG})
        if text_at(interaction, "application_id") != self._app:
            raise Refused(401, "The interaction is of another application.")
        inbound = read_interaction(interaction)
        if inbound is None:
            raise Refused(400, "This kind of interaction is not known.")
        await self.desk.take(self, [inbound])
        flags = {"data": {"flags": EPHEMERAL}} if inbound.address["is_ephemeral"] else {}
        return response.json({"type": DEFERRED, **flags})

    def _verify(self, request: Request) -> None:
        signature = header(request, SIGNATURE_HEADER)
        timestamp = header(request, TIMESTAMP_HEADER)
        if not _HEX_SIGNATURE.fullmatch(signature):
            raise Refused(401, "There is no signature.")
        try:
            signed = timestamp.encode("utf-8", "surrogatepass") + request.body
            self._key.verify(bytes.fromhex(signature), signed)
        except InvalidSignature:
            raise Refused(401, "The signature is wrong.") from None
        if not is_recent(timestamp):
            raise Refused(401, "The signature is too old.")

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part: the first as what was said to come later, the others after it.

        Where Discord no longer takes replies to the interaction (after 15 minutes), the part goes
        to the person as a direct message: it may be urgent.
        """
        message = message_of(part)
        try:
            if number == 0:
                await self._edit_original(address, message)
            else:
                flags = {"flags": EPHEMERAL} if address.get("is_ephemeral") else {}
                await self._call("POST", self._webhook(address), {**message, **flags})
        except Undelivered as error:
            if error.status not in _GONE:
                raise
            await self._write_to(text_at(address, "person"), message)

    async def _edit_original(self, address: Address, message: dict[str, Any]) -> None:
        path = f"{self._webhook(address)}/messages/@original"
        for pause in (*_DEFERRED_WITHIN, None):
            try:
                await self._call("PATCH", path, message)
            except Undelivered as error:
                if error.status != 404 or pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return

    def _webhook(self, address: Address) -> str:
        return f"webhooks/{self._app}/{text_at(address, 'token')}"

    async def _write_to(self, person: str, message: dict[str, Any]) -> None:
        """Send a direct message ("User", Create DM)."""
        opened = await self._call_as_bot("POST", "users/@me/channels", {"recipient_id": person})
        channel = text_at(opened.body, "id")
        await self._call_as_bot("POST", f"channels/{channel}/messages", message)

    async def _call_as_bot(self, method: str, path: str, body: Any) -> Reply:
        return await self._call(
            method, path, body, {"Authorization": f"Bot {self.values['token']}"}
        )

    async def _call(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> Reply:
        return await self.client.call(
            method,
            f"{self._api}/{path}",
            json_body=body,
            headers={"User-Agent": USER_AGENT, **(headers or {})},
        )


def read_interaction(interaction: Mapping[str, Any]) -> Inbound | None:
    """Return what somebody asked or pressed, or None where it is nothing that is known here."""
    # In servers the person is a member; in direct messages there is only a user.
    person = text_at(interaction, "member", "user", "id") or text_at(interaction, "user", "id")
    place = text_at(interaction, "channel_id") or text_at(interaction, "channel", "id")
    interaction_id, token = text_at(interaction, "id"), text_at(interaction, "token")
    meant = _meant(interaction)
    if not (person and place and _is_id(interaction_id) and _is_token(token) and meant):
        return None
    text, said, event = meant
    return Inbound(
        id=interaction_id,
        person=person,
        place=place,
        address={
            "token": token,
            "person": person,
            "is_ephemeral": not _is_private(interaction),
        },
        text=text,
        said=said,
        event=event,
    )


def _meant(interaction: Mapping[str, Any]) -> tuple[str, str | None, Event] | None:
    """Return text, title and event of an interaction."""
    kind, data = number_at(interaction, "type"), part_of(interaction, "data")
    if kind == COMPONENT and text_at(data, "custom_id"):
        payload = text_at(data, "custom_id")
        return payload, _title_of(part_of(interaction, "message"), payload), Event.MESSAGE
    if kind != COMMAND:
        return None
    command = text_at(data, "name")
    if command == "ask":
        return _option(data, "question").strip(), None, Event.MESSAGE
    if command == "forget":
        return "/forget", None, Event.MESSAGE
    return ("", None, Event.JOIN) if command == "help" else None


def _option(data: Mapping[str, Any], name: str) -> str:
    options = data.get("options")
    for option in options if isinstance(options, list) else ():
        if text_at(option, "name") == name:
            return text_at(option, "value")
    return ""


def _title_of(message: Mapping[str, Any], payload: str) -> str | None:
    rows = message.get("components")
    for row in rows if isinstance(rows, list) else ():
        keys = part_of(row).get("components")
        for key in keys if isinstance(keys, list) else ():
            if text_at(key, "custom_id") == payload:
                return text_at(key, "label") or None
    return None


def _is_private(interaction: Mapping[str, Any]) -> bool:
    """Say whether nobody but the person reads the channel."""
    if text_at(interaction, "guild_id"):
        return False
    return interaction.get("context") in (None, _BOT_DM)


def _is_id(text: str) -> bool:
    """Say whether it is one of Discord's ids, which are numbers ("Reference", Snowflakes)."""
    return text.isascii() and text.isdecimal() and len(text) <= 20


def _is_token(text: str) -> bool:
    """Say whether it can stand in an address as it is."""
    return bool(re.fullmatch(r"[\w.~:=-]{1,2000}", text, re.ASCII))


def message_of(part: Part) -> dict[str, Any]:
    """Return a part as Discord takes it; nobody is called by what stands in it."""
    buttons = [button for button in part.buttons if len(button.url or "") <= _LONGEST_URL]
    text = part.text
    for link in part.buttons:
        longer = f"{text}\n{DISCORD.address(link.url or '')}"
        # Too long for a button: it stands in the text, where there is room for it.
        if link not in buttons and utf16(longer) <= Discord.limits.text:
            text = longer
    message: dict[str, Any] = {"content": text, "allowed_mentions": {"parse": []}}
    keys = [_key(button) for button in _distinct(buttons)]
    if keys:
        message["components"] = [
            {"type": _ROW, "components": keys[at : at + _IN_A_ROW]}
            for at in range(0, len(keys), _IN_A_ROW)
        ]
    return message


def _distinct(buttons: Sequence[Button]) -> Sequence[Button]:
    """Return buttons that all do different things: Discord takes no payload twice."""
    first: dict[tuple[str, str | None], Button] = {}
    for button in buttons:
        first.setdefault((button.payload, button.url), button)
    return tuple(first.values())


def _key(button: Button) -> dict[str, Any]:
    if button.url:
        return {"type": _BUTTON, "style": _LINK, "label": button.title, "url": button.url}
    return {
        "type": _BUTTON,
        "style": _SECONDARY,
        "label": button.title,
        "custom_id": button.payload,
    }


def _public_key(given: str) -> Ed25519PublicKey:
    if not _HEX_KEY.fullmatch(given):
        raise TwitchwiseError(
            "TWITCHWISE_DISCORD_PUBLIC_KEY is no public key (64 hexadecimal digits). "
            "Mend: copy it from the app's General Information."
        )
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(given))


def _app_id(given: str) -> str:
    if not _is_id(given):
        raise TwitchwiseError(
            "TWITCHWISE_DISCORD_APP_ID is no application id (a number). "
            "Mend: copy it from the app's General Information."
        )
    return given
