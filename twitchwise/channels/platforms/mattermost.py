"""Mattermost: outgoing webhooks, slash commands, message buttons, and the WebSocket.

Shapes are those of https://developers.mattermost.com/integrate/ (webhooks/outgoing,
slash-commands/custom, plugins/interactive-messages) and of the server's own structures
(``OutgoingWebhookPayload``, ``PostActionIntegrationRequest``). Posts hold 16,383 characters, 4,000
on servers whose database is old (``PostMessageMaxRunesV1``).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.addressing import mentions, without_mention, without_trigger
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.mattermost_socket import MattermostSocket
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import header, number_at, object_in, part_of, text_at
from twitchwise.channels.platforms.self_hosted import is_one_of
from twitchwise.channels.platforms.tasks import end
from twitchwise.channels.platforms.verification import is_same, signature_of
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import MATTERMOST
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.settings import settings

_MODES = ("websocket", "webhooks")
_TOKEN_LISTS = ("webhook_token", "command_token")
#: What may stand between tokens of a list.
_BETWEEN_TOKENS = ", \t\r\n"
_FORM = "application/x-www-form-urlencoded"
#: No request of Mattermost has so many.
_MOST_FIELDS = 200
_KNOWN_CHANNELS = 10_000
#: The place of all that a person and the bot say to each other alone, whichever way it comes.
_ALONE = "direct"
_GONE = (403, 404)
#: What a command shows, where the answer comes elsewhere: commands may be about one's health, and
#: others do not see them.
_ELSEWHERE = "I answer you in a direct message."
#: What the server calls a reply to a post that is itself a reply, or is gone.
_NO_ROOT = "api.post.create_post.root_id.app_error"
_ADDED = "system_add_to_channel"
#: What a button's context holds beside the signature, in the order in which it is signed.
_SIGNED = ("root", "place", "payload", "title")


class Mattermost(Platform):
    """A bot account of a Mattermost server."""

    name = "mattermost"

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        self._base = values["api_url"].rstrip("/")
        for key in _TOKEN_LISTS:
            if values[key] and not values[key].strip(_BETWEEN_TOKENS):
                raise TwitchwiseError(
                    f"{self.variable(key)} holds no token. Mend: copy it from the integration "
                    "(several have commas between them), or unset it."
                )
        self._mode = _mode(values)
        self._key = signature_of(values["token"], b"twitchwise buttons")
        self._me = ""
        self._username = ""
        self._direct: OrderedDict[str, bool] = OrderedDict()
        self._channels: OrderedDict[str, str] = OrderedDict()
        self._listening: asyncio.Task[None] | None = None
        self._action_url = ""
        if settings().public_url:
            self._action_url = f"{settings().public_url.rstrip('/')}/webhooks/{self.name}/action"
        # Buttons call us: without an address there are numbers instead.
        self.limits = Limits(
            MATTERMOST, 4000, buttons=10 if self._action_url else 0, title=60, payload=200
        )

    def routes(self) -> Sequence[Route]:
        """Return the addresses of outgoing webhooks, slash commands, and buttons."""
        return [
            Route("POST", "/webhook", self._webhook),
            Route("POST", "/command", self._command),
            Route("POST", "/action", self._action),
        ]

    async def start(self) -> None:
        """Learn who the bot is, and begin to listen."""
        await self._learn_who()
        if self._mode == "websocket" and self._listening is None:
            token = self.values["token"]
            socket = MattermostSocket(self._base, token, self._event, self._catch_up)
            self._listening = asyncio.get_running_loop().create_task(socket.run())

    async def stop_listening(self) -> None:
        """Leave the WebSocket."""
        await end(self._listening)

    # What comes in.

    async def _webhook(self, request: Request) -> HTTPResponse:
        body = _fields(request)
        _check_token(body, self.values["webhook_token"])
        inbound = read_webhook(body, me=self._me, username=self._username)
        if inbound is not None:
            await self.desk.take(self, [inbound])
        return response.json({})

    async def _command(self, request: Request) -> HTTPResponse:
        body = _fields(request)
        _check_token(body, self.values["command_token"])
        inbound = read_command(body)
        if inbound is not None:
            await self.desk.take(self, [inbound])
        if self._me and self._me in text_at(body, "channel_name"):
            return response.json({})
        return response.json({"response_type": "ephemeral", "text": _ELSEWHERE})

    async def _action(self, request: Request) -> HTTPResponse:
        body = object_in(request.body)
        context = part_of(body, "context")
        expected = self._sign(
            text_at(body, "channel_id"), *(text_at(context, key) for key in _SIGNED)
        )
        if not is_same(text_at(context, "signature"), expected):
            raise Refused(401, "The button is none of ours.")
        inbound = read_action(body)
        if inbound is not None:
            await self.desk.take(self, [inbound])
        return response.json({})

    async def _event(self, event: Mapping[str, Any]) -> None:
        """Take what came over the WebSocket.

        Raises:
            Undelivered: the server would not tell which kind of channel it is about.
        """
        post = post_in(event)
        channel = text_at(post, "channel_id")
        kind = text_at(event, "data", "channel_type")
        if kind and channel:
            self._remember(channel, is_direct=kind == "D")
        is_edit = text_at(event, "event") == "post_edited"
        # An edit does not say in which kind of channel it was made.
        if is_edit and channel not in self._direct and is_edited_by_person(post, self._me):
            reply = await self._call("GET", f"channels/{channel}")
            self._remember(channel, is_direct=text_at(reply, "type") == "D")
        await self._take_post(post, is_edit=is_edit)

    async def _take_post(self, post: Mapping[str, Any], *, is_edit: bool) -> None:
        inbound = read_post(
            post,
            me=self._me,
            username=self._username,
            is_direct=self._direct.get(text_at(post, "channel_id"), False),
            is_edit=is_edit,
        )
        if inbound is not None:
            await self.desk.take(self, [inbound])

    async def _catch_up(self, since: int) -> None:
        """Take what was posted while nobody listened; what was taken before is known by its id.

        Args:
            since: in milliseconds since 1970.

        Raises:
            Undelivered: the server would not tell; servers before 6.1 never do.
        """
        channels = await self._call("GET", "users/me/channels")
        for channel in channels if isinstance(channels, list) else ():
            channel_id = text_at(channel, "id")
            if channel_id.isalnum() and number_at(channel, "last_post_at") >= since:
                self._remember(channel_id, is_direct=text_at(channel, "type") == "D")
                found = await self._call("GET", f"channels/{channel_id}/posts?since={since}")
                for post in posts_since(found, since):
                    await self._take_post(post, is_edit=number_at(post, "edit_at") > 0)

    def _remember(self, channel: str, *, is_direct: bool) -> None:
        self._direct[channel] = is_direct
        _drop_oldest(self._direct)

    # What goes out.

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Post one part; what a person asked alone is answered to them alone."""
        channel, root = str(address.get("channel_id") or ""), str(address.get("root_id") or "")
        place = _ALONE if address.get("person") else ""
        if not channel:
            channel = await self._channel_with(str(address.get("person")))
        try:
            await self._post(channel, root, place, part)
        except Undelivered as error:
            if not (root and text_at(error.body, "id") == _NO_ROOT):
                raise
            await self._post(channel, await self._root_of(root), place, part)

    async def _post(self, channel: str, root: str, place: str, part: Part) -> None:
        post: dict[str, Any] = {"channel_id": channel, "message": part.text}
        if root:
            post["root_id"] = root
        if part.buttons:
            buttons = enumerate(part.buttons, 1)
            actions = [self._button(one, number, channel, root, place) for number, one in buttons]
            post["props"] = {"attachments": [{"actions": actions}]}
        await self._call("POST", "posts", post)

    def _button(
        self, button: Button, number: int, channel: str, root: str, place: str
    ) -> dict[str, Any]:
        """Return a button whose context nobody but us can have made."""
        signed = (root, place, button.payload, button.title)
        context = {
            **dict(zip(_SIGNED, signed, strict=True)),
            "signature": self._sign(channel, *signed),
        }
        return {
            "id": f"choice{number}",
            "type": "button",
            "name": button.title,
            "integration": {"url": self._action_url, "context": context},
        }

    def _sign(self, *values: str) -> str:
        return signature_of(self._key, json.dumps(values).encode())

    async def _root_of(self, post: str) -> str:
        """Return the first post of the thread in which a post is; nothing where it is gone."""
        try:
            return text_at(await self._call("GET", f"posts/{post}"), "root_id")
        except Undelivered as error:
            if error.status not in _GONE:
                raise
            return ""

    async def _channel_with(self, person: str) -> str:
        """Return the channel of the bot and a person alone."""
        if person not in self._channels:
            if not self._me:
                await self._learn_who()
            found = await self._call("POST", "channels/direct", [self._me, person])
            self._channels[person] = text_at(found, "id")
            _drop_oldest(self._channels)
        return self._channels[person]

    async def _learn_who(self) -> None:
        me = await self._call("GET", "users/me")
        self._me, self._username = text_at(me, "id"), text_at(me, "username")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a method of the API says (https://api.mattermost.com)."""
        reply = await self.client.call(
            method,
            f"{self._base}/api/v4/{path}",
            json_body=body,
            headers={"Authorization": f"Bearer {self.values['token']}"},
        )
        return reply.body


def _drop_oldest(known: OrderedDict[str, Any]) -> None:
    while len(known) > _KNOWN_CHANNELS:
        known.popitem(last=False)


def _mode(values: Values) -> str:
    mode = values["mode"]
    if mode not in _MODES:
        raise TwitchwiseError(
            "TWITCHWISE_MATTERMOST_MODE is neither websocket nor webhooks. Mend: set one of them."
        )
    if mode == "webhooks" and not (values["webhook_token"] or values["command_token"]):
        raise TwitchwiseError(
            "TWITCHWISE_MATTERMOST_MODE is webhooks, but there is no token of any. Mend: set "
            "TWITCHWISE_MATTERMOST_WEBHOOK_TOKEN or _COMMAND_TOKEN, or use websocket."
        )
    return mode


def _fields(request: Request) -> dict[str, Any]:
    """Return what a webhook or command sends: JSON or a form, as its owner has chosen.

    Raises:
        Refused: it is neither.
    """
    if not header(request, "Content-Type").startswith(_FORM):
        return object_in(request.body)
    try:
        pairs = parse_qsl(
            request.body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Refused(400, "The body is no form.") from None
    keys = [key for key, _ in pairs]
    # What comes twice is not there: which of the two was meant, nobody knows.
    return {key: value for key, value in pairs if keys.count(key) == 1}


def _check_token(body: Mapping[str, Any], expected: str) -> None:
    """Raise `Refused` unless the body has one of the tokens, of which there may be several."""
    if not is_one_of(text_at(body, "token"), expected):
        raise Refused(401, "The token is wrong.")


def read_webhook(body: Mapping[str, Any], *, me: str, username: str) -> Inbound | None:
    """Return the message of an outgoing webhook, or None where there is nothing to answer.

    Args:
        body: with ``file_ids`` as one text, separated by commas.
        me: the bot's id; empty where it is not known yet.
        username: of the bot, without the @.
    """
    person, channel, post = (text_at(body, key) for key in ("user_id", "channel_id", "post_id"))
    said, trigger = text_at(body, "text"), text_at(body, "trigger_word")
    if not (person and channel and post) or person == me:
        return None
    if not (trigger or mentions(said, username)):
        return None
    words = without_mention(without_trigger(said, trigger), username)
    text, event = words_or_media(words, has_media=bool(text_at(body, "file_ids")))
    if not text and event is Event.MESSAGE:
        event = Event.JOIN
    return Inbound(
        post, person, channel, {"channel_id": channel, "root_id": post}, text, None, event
    )


def read_command(body: Mapping[str, Any]) -> Inbound | None:
    """Return the message of a slash command ("/ask …"); without words it asks for help."""
    person = text_at(body, "user_id")
    if not person:
        return None
    text = text_at(body, "text").strip()
    is_help = text.casefold() in ("", "help")
    return Inbound(
        id=f"command:{_call_id(body)}",
        person=person,
        place=_ALONE,
        address={"person": person},
        text="" if is_help else text,
        event=Event.JOIN if is_help else Event.MESSAGE,
    )


def read_action(body: Mapping[str, Any]) -> Inbound | None:
    """Return the choice of who pressed one of our buttons."""
    person, channel = text_at(body, "user_id"), text_at(body, "channel_id")
    context = part_of(body, "context")
    payload, place = text_at(context, "payload"), text_at(context, "place")
    if not (person and channel and payload):
        return None
    alone = {"person": person} if place else {}
    return Inbound(
        id=f"button:{_call_id(body)}",
        person=person,
        place=place or channel,
        address={"channel_id": channel, "root_id": text_at(context, "root"), **alone},
        text=payload,
        said=text_at(context, "title") or None,
    )


def _call_id(body: Mapping[str, Any]) -> str:
    """Return an id of a call that has none of its own, the same when it comes again."""
    # Each call has a trigger of its own; older servers send none.
    own = text_at(body, "trigger_id") or text_at(body, "response_url")
    return hashlib.sha256(own.encode("utf-8", "replace")).hexdigest() if own else uuid.uuid4().hex


def post_in(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the post of an event of the WebSocket, which is JSON within JSON."""
    if text_at(event, "event") not in ("posted", "post_edited"):
        return {}
    try:
        found = json.loads(text_at(event, "data", "post"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def posts_since(found: Any, since: int) -> list[Mapping[str, Any]]:
    """Return what was written since a time (in milliseconds since 1970), oldest first.

    Args:
        found: https://api.mattermost.com/#operation/GetPostsForChannel; older posts are among it,
            where somebody has reacted to them, for instance.
        since: in milliseconds since 1970.
    """
    written = [
        (max(number_at(post, "create_at"), number_at(post, "edit_at")), post)
        for post in part_of(found, "posts").values()
        if isinstance(post, dict) and not number_at(post, "delete_at")
    ]
    return [post for at, post in sorted(written, key=lambda one: one[0]) if at >= since]


def is_edited_by_person(post: Mapping[str, Any], me: str) -> bool:
    """Say whether a post that was edited has other words, by a person."""
    edited = number_at(post, "edit_at") and text_at(post, "message").strip()
    return bool(edited and text_at(post, "channel_id").isalnum() and _is_by_person(post, me))


def read_post(
    post: Mapping[str, Any], *, me: str, username: str, is_direct: bool, is_edit: bool
) -> Inbound | None:
    """Return the message of a post, or None where there is nothing to answer.

    Args:
        post: https://api.mattermost.com/#tag/posts
        me: the bot's id.
        username: of the bot, without the @.
        is_direct: whether it is in a direct channel; elsewhere the bot has to be mentioned.
        is_edit: whether it was edited.
    """
    person, channel, post_id = (text_at(post, key) for key in ("user_id", "channel_id", "id"))
    if not (person and channel and post_id):
        return None
    root = text_at(post, "root_id")
    if text_at(post, "type") == _ADDED and text_at(post, "props", "addedUserId") == me:
        return Inbound(post_id, person, channel, {"channel_id": channel}, event=Event.JOIN)
    if not _is_by_person(post, me) or (is_edit and not number_at(post, "edit_at")):
        return None
    said, files = text_at(post, "message"), bool(post.get("file_ids"))
    if not is_direct and not mentions(said, username):
        return None
    text, event = words_or_media(without_mention(said, username), has_media=files)
    if not text and event is Event.MESSAGE:
        if is_direct:
            return None
        event = Event.JOIN
    return Inbound(
        id=f"{post_id}:{number_at(post, 'edit_at')}" if is_edit else post_id,
        person=person,
        place=_ALONE if is_direct else channel,
        address={"channel_id": channel, "root_id": root or post_id}
        if not is_direct
        else {"channel_id": channel, "root_id": root, "person": person},
        text=text,
        event=event,
        edits=post_id if is_edit else None,
    )


def _is_by_person(post: Mapping[str, Any], me: str) -> bool:
    """Say whether a post is neither ours nor of a bot, webhook, plugin, or the system."""
    props = part_of(post, "props")
    made = any(props.get(key) for key in ("from_bot", "from_webhook", "from_plugin"))
    return not text_at(post, "type") and text_at(post, "user_id") != me and not made
