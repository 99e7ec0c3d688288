"""Discord's API: https://discord.com/developers/docs, for interactions, commands and messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton

APP_ID = "1100000000000000042"
TOKEN = "MTEwMDAw.discordTokenOfTheTests"
EPHEMERAL = 64
_ESCAPED = re.compile(r"\\([^A-Za-z0-9\s])", re.ASCII)
_LINK = re.compile(r"\[([^\]]+)\]\(<([^>]+)>\)")
_URL = re.compile(r"<(https?://[^>]+)>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_HIDDEN_FROM = 0xE000
_JOINER = "\u2060"


class FakeDiscord(FakePlatform):
    """Enforces lengths, components, mentions, tokens, and the order of replies."""

    name = "discord"

    def __init__(self) -> None:
        super().__init__()
        self._reset()

    def _reset(self) -> None:
        #: Channels of interactions, by their tokens.
        self.interactions: dict[str, str] = {}
        #: Tokens of interactions that were answered.
        self.answered: set[str] = set()
        #: Tokens that are over after fifteen minutes.
        self.expired: set[str] = set()
        #: For so many calls Discord does not know yet that a reply comes later.
        self.not_yet = 0
        #: People who take no direct messages.
        self.closed: set[str] = set()
        self.commands: list[dict[str, Any]] = []

    def clear(self) -> None:
        super().clear()
        interactions = self.interactions
        commands = self.commands
        self._reset()
        # People's calls are as valid as before.
        self.interactions, self.commands = interactions, commands

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        return [
            ("PUT", f"/applications/{APP_ID}/commands", self.put_commands),
            ("PATCH", f"/webhooks/{APP_ID}/{{token}}/messages/@original", self.edit_original),
            ("POST", f"/webhooks/{APP_ID}/{{token}}", self.follow_up),
            ("POST", "/users/@me/channels", self.open_direct),
            ("POST", "/channels/{channel}/messages", self.create_message),
        ]

    def error(self, status: int, why: str) -> web.Response:
        code = {401: 50027, 403: 50007, 404: 10015}.get(status, 50035)
        body: dict[str, Any] = {"code": code, "message": why}
        if status == 429:
            body = {"message": why, "retry_after": 0.0, "global": False}
        return web.json_response(body, status=status)

    async def put_commands(self, request: web.Request) -> web.Response:
        _needs_bot(request)
        found = await request.json()
        for command in found:
            _check_command(command)
        self.commands = found
        return web.json_response(found)

    async def edit_original(self, request: web.Request) -> web.Response:
        token = self._token(request)
        if self.not_yet > 0:
            self.not_yet -= 1
            return self.error(404, "Unknown Webhook")
        self.answered.add(token)
        return self._show(self.interactions[token], await request.json())

    async def follow_up(self, request: web.Request) -> web.Response:
        token = self._token(request)
        if token not in self.answered:
            raise Rejected("the first reply would be changed instead")
        return self._show(self.interactions[token], await request.json())

    async def open_direct(self, request: web.Request) -> web.Response:
        _needs_bot(request)
        return web.json_response({"id": f"77{(await request.json())['recipient_id']}", "type": 1})

    async def create_message(self, request: web.Request) -> web.Response:
        _needs_bot(request)
        channel = request.match_info["channel"]
        if channel in self.closed:
            return self.error(403, "Cannot send messages to this user")
        return self._show(channel, await request.json())

    def _token(self, request: web.Request) -> str:
        _needs_agent(request)
        token = request.match_info["token"]
        if token not in self.interactions or token in self.expired:
            raise Rejected("Unknown Webhook", 404)
        return token

    def _show(self, channel: str, message: dict[str, Any]) -> web.Response:
        self.sent.append(shown(channel, message))
        return web.json_response({"id": str(len(self.sent)), "channel_id": channel})


def _needs_agent(request: web.Request) -> None:
    if not re.match(r"DiscordBot \(\S+, \S+\)", request.headers.get("User-Agent", "")):
        raise Rejected("a client names itself", 403)


def _needs_bot(request: web.Request) -> None:
    _needs_agent(request)
    if request.headers.get("Authorization") != f"Bot {TOKEN}":
        raise Rejected("401: Unauthorized", 401)


def _check_command(command: dict[str, Any]) -> None:
    for one in (command, *command.get("options", ())):
        if not re.fullmatch(r"[-_a-z0-9]{1,32}", one["name"]):
            raise Rejected("a name has up to 32 small letters")
        if not 1 <= len(one["description"]) <= 100:
            raise Rejected("a description has up to 100 characters")
        if not 1 <= one.get("max_length", 1) <= 6_000:
            raise Rejected("an option takes up to 6,000 characters")


def shown(channel: str, message: dict[str, Any]) -> Sent:
    """Return a message as people read it.

    Raises:
        Rejected: Discord would not take it.
    """
    content = message.get("content", "")
    if not content.strip():
        raise Rejected("Cannot send an empty message")
    if len(content) > 2_000:
        raise Rejected("Must be 2000 or fewer in length")
    if message.get("allowed_mentions") != {"parse": []}:
        raise Rejected("people would be called")
    if message.get("flags", 0) not in (0, EPHEMERAL):
        raise Rejected("unknown flags")
    return Sent(channel, read_text(content), tuple(_buttons(message)), message)


def read_text(content: str) -> str:
    """Return a text without Markdown; a backslash shows what follows it as it is."""
    hidden = _ESCAPED.sub(lambda found: chr(_HIDDEN_FROM + ord(found[1])), content)
    plain = _LINK.sub(r"\1", hidden)
    plain = _BOLD.sub(r"\1", _URL.sub(r"\1", plain))
    for number in range(128):
        plain = plain.replace(chr(_HIDDEN_FROM + number), chr(number))
    return plain.replace(_JOINER, "")


def _buttons(message: dict[str, Any]) -> Iterable[SentButton]:
    rows = message.get("components", [])
    keys = [key for row in rows for key in row["components"]]
    if len(rows) > 5 or any(not 1 <= len(row["components"]) <= 5 for row in rows):
        raise Rejected("up to five rows of up to five buttons")
    if any((row["type"], key["type"]) != (1, 2) for row in rows for key in row["components"]):
        raise Rejected("rows have the type 1, buttons 2")
    ids = [key["custom_id"] for key in keys if "custom_id" in key]
    if len(set(ids)) < len(ids):
        raise Rejected("Component custom id cannot be duplicated")
    return [_button(key) for key in keys]


def _button(key: dict[str, Any]) -> SentButton:
    if not 1 <= len(key["label"]) <= 80:
        raise Rejected("a label has up to 80 characters")
    if key["style"] == 5:
        if "custom_id" in key or not re.match("https?://", key["url"]) or len(key["url"]) > 512:
            raise Rejected("a link needs an address of up to 512 characters")
        return SentButton(key["label"], url=key["url"])
    if "url" in key or not 1 <= len(key["custom_id"]) <= 100:
        raise Rejected("a custom id has up to 100 characters")
    return SentButton(key["label"], key["custom_id"])
