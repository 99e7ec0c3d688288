"""Mattermost's API (https://api.mattermost.com), as an old server would have it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.channels.fakes.markdown import shown
from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton

TOKEN = "bottokenofthetests00000001"
ME = "botaccountofthetests000001"
USERNAME = "twitchwise"
#: A channel in which the bot is not.
FOREIGN = "aforeignchannel00000000001"
#: A post that is a reply to `ROOT`.
REPLY, ROOT = "areplytoanotherpost0000001", "therootofathread0000000001"
_ID = re.compile(r"[a-z0-9]{26}")
_CALLS_ALL = re.compile(r"(?<![\w])@(all|channel|here)\b", re.IGNORECASE)
_JOINER = "\u2060"


class FakeMattermost(FakePlatform):
    """Enforces ids, lengths, and who may post where; refuses what calls a whole channel."""

    name = "mattermost"

    def __init__(self) -> None:
        super().__init__()
        self.sockets: list[web.WebSocketResponse] = []
        self.greetings: list[dict[str, str]] = []
        self.direct: set[str] = set()
        #: Whether the WebSocket takes tokens.
        self.lets_in = True
        #: Where its WebSocket redirects to.
        self.moved_to = ""
        #: The connection that is known, and what is sent when it is made again.
        self.connection = "c" * 26
        self.missed: list[str] = []
        #: Channels of the bot, and what was posted in them.
        self.channels: list[dict[str, Any]] = []
        self.posts: dict[str, list[dict[str, Any]]] = {}

    def clear(self) -> None:
        super().clear()
        self.greetings.clear()
        self.lets_in = True
        self.connection = "c" * 26
        self.missed.clear()
        self.channels.clear()
        self.posts.clear()

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        yield "GET", "/api/v4/users/me", self.me
        yield "POST", "/api/v4/posts", self.post
        yield "GET", "/api/v4/posts/{id}", self.get_post
        yield "POST", "/api/v4/channels/direct", self.channel_with
        yield "GET", "/api/v4/channels/{id}", self.channel
        yield "GET", "/api/v4/channels/{id}/posts", self.posts_of
        yield "GET", "/api/v4/users/me/channels", self.my_channels
        yield "GET", "/api/v4/websocket", self.websocket

    def error(self, status: int, why: str) -> web.Response:
        body = {"id": why, "message": why, "request_id": "", "status_code": status}
        return web.json_response(body, status=status)

    async def me(self, request: web.Request) -> web.Response:
        _authorised(request)
        return web.json_response({"id": ME, "username": USERNAME, "is_bot": True})

    async def post(self, request: web.Request) -> web.Response:
        _authorised(request)
        post = await request.json()
        self._check(post)
        actions = [
            action
            for attachment in post.get("props", {}).get("attachments", ())
            for action in attachment["actions"]
        ]
        buttons = tuple(_button(action) for action in actions)
        text = shown(post["message"], breaks=True).replace(_JOINER, "")
        self.sent.append(Sent(post["channel_id"], text, buttons, post))
        return web.json_response({"id": "p" * 26, **post}, status=201)

    def _check(self, post: dict[str, Any]) -> None:
        if post["channel_id"] == FOREIGN:
            raise Rejected("api.context.permissions.app_error", 403)
        if not _ID.fullmatch(post["channel_id"]):
            raise Rejected("model.post.is_valid.channel_id.app_error")
        root = post.get("root_id", "")
        if root and (not _ID.fullmatch(root) or root == REPLY):
            raise Rejected("api.post.create_post.root_id.app_error")
        if not post["message"].strip() or len(post["message"]) > 4000:
            raise Rejected("model.post.is_valid.msg.app_error")
        if len(json.dumps(post.get("props", {}))) > 8000:
            raise Rejected("model.post.is_valid.props.app_error")
        if _CALLS_ALL.search(post["message"]):
            raise Rejected("it calls everybody")

    async def get_post(self, request: web.Request) -> web.Response:
        _authorised(request)
        if request.match_info["id"] != REPLY:
            raise Rejected("app.post.get.app_error", 404)
        return web.json_response({"id": REPLY, "root_id": ROOT})

    async def channel_with(self, request: web.Request) -> web.Response:
        _authorised(request)
        people = await request.json()
        if len(people) != 2 or ME not in people:
            raise Rejected("api.context.invalid_body_param.app_error")
        return web.json_response({"id": direct_channel(people[1]), "type": "D"}, status=201)

    async def channel(self, request: web.Request) -> web.Response:
        _authorised(request)
        channel = request.match_info["id"]
        return web.json_response({"id": channel, "type": "D" if channel in self.direct else "O"})

    async def my_channels(self, request: web.Request) -> web.Response:
        _authorised(request)
        return web.json_response(self.channels)

    async def posts_of(self, request: web.Request) -> web.Response:
        _authorised(request)
        int(request.query["since"])
        found = {post["id"]: post for post in self.posts.get(request.match_info["id"], ())}
        return web.json_response({"order": list(found), "posts": found})

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Serve as ``connectWebSocket`` and the hub of the server do."""
        if self.moved_to:
            raise web.HTTPFound(self.moved_to)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}" or not self.lets_in:
            await socket.close()
            return socket
        self._loop = asyncio.get_running_loop()
        query = dict(request.query)
        if query.get("connection_id") == self.connection:
            # Not greeted: it is the same connection as before.
            for text in self.missed:
                if json.loads(text)["seq"] >= int(query["sequence_number"]):
                    await socket.send_str(text)
        else:
            hello = {"event": "hello", "data": {"connection_id": self.connection}, "seq": 0}
            await socket.send_json(hello)
        self.greetings.append(query)
        self.sockets.append(socket)
        async for _ in socket:
            pass
        return socket

    def tell(self, text: str) -> None:
        """Send a text over all open sockets, from another thread."""
        for socket in self.sockets:
            asyncio.run_coroutine_threadsafe(_send(socket, text), self._loop)

    def hang_up(self) -> None:
        """Close all sockets, from another thread."""
        for socket in self.sockets:
            asyncio.run_coroutine_threadsafe(socket.close(), self._loop)
        self.sockets.clear()


async def _send(socket: web.WebSocketResponse, text: str) -> None:
    if not socket.closed:
        await socket.send_str(text)


def direct_channel(person: str) -> str:
    """Return the id of the channel between the bot and a person."""
    return ("dm" + person)[:26]


def _authorised(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise Rejected("api.context.session_expired.app_error", 401)


def _button(action: dict[str, Any]) -> SentButton:
    if not re.fullmatch(r"[A-Za-z0-9]+", action["id"]) or not action["name"]:
        raise Rejected("the action is invalid")
    integration = action["integration"]
    if not integration["url"].startswith(("http://", "https://")):
        raise Rejected("the action has no address")
    return SentButton(action["name"], integration["context"])
