"""Rocket.Chat's REST API: https://developer.rocket.chat/apidocs/post-message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent

ME = "rocketBotIdTest17"
USERNAME = "twitchwise"
AUTH_TOKEN = "rocketAuthTokenOfTheTests"
#: A room in which the bot is not.
FOREIGN = "aForeignRoomId017"
#: A room to which the server fails with HTTP 200.
BROKEN = {"slow": "aSlowRoomIdTest17", "wrong": "aWrongRoomIdTes17"}
_JOINER = "\u2060"
_CALLS_ALL = re.compile(r"(?<![\w])@(all|here)\b", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]\n]*)\]\((https?://[^)\s]*)\)")
_FIELDS = {"roomId", "text", "tmid", "parseUrls"}


class FakeRocketChat(FakePlatform):
    """Enforces the length, tokens and rooms; refuses what calls a whole room."""

    name = "rocketchat"

    def __init__(self) -> None:
        super().__init__()
        #: Status and body with which the next messages are refused.
        self.refusals: list[tuple[int, dict[str, Any]]] = []

    def clear(self) -> None:
        super().clear()
        self.refusals.clear()

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        yield "GET", "/api/v1/me", self.me
        yield "POST", "/api/v1/chat.postMessage", self.post

    def error(self, status: int, why: str) -> web.Response:
        return web.json_response({"success": False, "error": why}, status=status)

    async def me(self, request: web.Request) -> web.Response:
        _authorised(request)
        return web.json_response({"_id": ME, "username": USERNAME, "success": True})

    async def post(self, request: web.Request) -> web.Response:
        _authorised(request)
        if self.refusals:
            status, refusal = self.refusals.pop(0)
            return web.json_response(refusal, status=status)
        message = await request.json()
        room = message["roomId"]
        if room == BROKEN["slow"]:
            return web.json_response({"success": False, "error": "[error-timeout]"})
        if room == BROKEN["wrong"]:
            return web.json_response({"success": False, "error": "[error-not-allowed]"})
        _check(message)
        self.sent.append(Sent(room, _shown(message["text"]), (), message))
        body = {"ts": 1, "channel": room, "message": {"_id": "x", "rid": room}, "success": True}
        return web.json_response(body)


def _check(message: dict[str, Any]) -> None:
    if set(message) - _FIELDS:
        raise Rejected("must NOT have additional properties [invalid-params]")
    if message["roomId"] == FOREIGN or not isinstance(message["roomId"], str):
        raise Rejected('The required "roomId" does not match any room [error-room-not-found]')
    text = message["text"]
    if not text.strip():
        raise Rejected("The message is empty")
    if len(text.encode("utf-16-le")) // 2 > 5000:
        raise Rejected("Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]")
    if _CALLS_ALL.search(text):
        raise Rejected("it calls everybody")


def _shown(text: str) -> str:
    """Return what is read: one star marks, twins of signs are read as these, links are followed."""
    plain = re.sub(r"(?<!\w)\*(\S(?:[^*\n]*\S)?)\*(?!\w)", r"\1", text)
    linked = _LINK.sub(lambda found: f"{found[1]} ({found[2]})", plain).replace(_JOINER, "")
    return linked.translate({ord(sign) + 0xFEE0: sign for sign in "*_~`$"})


def _authorised(request: web.Request) -> None:
    given = (request.headers.get("X-Auth-Token"), request.headers.get("X-User-Id"))
    if given != (AUTH_TOKEN, ME):
        raise Rejected("You must be logged in to do this.", 401)
