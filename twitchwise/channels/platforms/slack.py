"""Slack, by the Events API, interactive buttons, and a slash command.

Shapes and limits are those of https://docs.slack.dev: "Verifying requests from Slack", the events
``message``, ``message_changed``, ``app_mention``, ``member_joined_channel`` and
``app_home_opened``, "block_actions payload", "Implementing slash commands", "Handling user
interaction", "Formatting message text", and ``chat.postMessage``. Slack's checks of certificates
(``ssl_check``) and the hosts of ``response_url`` are from memory, not checked.

The Slack SDK builds the blocks. Its ``SignatureVerifier`` is not used: it compares in constant
time, but fails on a time that is no number, on a signature that is not ASCII, and on a body that
is not UTF-8.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Reply, Undelivered
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import header, object_in, part_of, text_at
from twitchwise.channels.platforms.verification import is_recent, is_same, signature_of
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import SLACK_MRKDWN
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf16

SIGNATURE_HEADER = "X-Slack-Signature"
TIMESTAMP_HEADER = "X-Slack-Request-Timestamp"
_VERSION = "v0"
_BOT_TOKEN = "xoxb-"
_MOST_FIELDS = 100

#: Kinds of messages that people write; all others are made by Slack or by bots.
_BY_PEOPLE = ("", "file_share", "me_message", "thread_broadcast")
_PRIVATE = ("im", "app_home")
_SLACKBOT = "USLACKBOT"
#: Errors that are worth another try later.
_TEMPORARY = (
    "external_channel_migrating",
    "fatal_error",
    "internal_error",
    "message_limit_exceeded",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
)
#: Errors of the token or its rights, from the errors of ``chat.postMessage`` and ``auth.test``:
#: they last until an operator mends them, and what was to be said is still wanted then.
_UNTIL_MENDED = (
    "access_denied",
    "account_inactive",
    "ekm_access_denied",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
)
#: What was written in the thread is gone, or takes no replies.
_NO_THREAD = ("cannot_reply_to_message", "message_not_found", "thread_not_found")
_HOOKS = ("https://hooks.slack.com/", "https://hooks.slack-gov.com/")

_ID = re.compile(r"[0-9A-Za-z._-]{1,100}", re.ASCII)
_CODE = re.compile(r"[a-z_]{1,64}", re.ASCII)
_MARKUP = re.compile(
    r" ?<@[0-9A-Za-z]+(?:\|[^<>]*)?>"  # somebody
    r"|<(?P<mark>[#!])(?P<thing>[^<>|\s]+)(?:\|(?P<name>[^<>]*))?>"  # a channel, group or date
    r"|<(?P<url>[A-Za-z][0-9A-Za-z+.-]*:[^<>|]*)(?:\|(?P<label>[^<>]*))?>"
    r"|&(?P<entity>lt|gt|amp);"
)
_ENTITY = re.compile(r"&(lt|gt|amp);")
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&"}


class Slack(Platform):
    """A bot user of a Slack app."""

    name = "slack"
    limits = Limits(
        SLACK_MRKDWN, 3000, measure=utf16, buttons=25, title=75, payload=2000, links=True
    )

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        if not values["bot_token"].startswith(_BOT_TOKEN):
            raise TwitchwiseError(
                "TWITCHWISE_SLACK_BOT_TOKEN is no token of a bot user. Mend: take the one that "
                "begins with xoxb- (OAuth & Permissions), and leave token rotation off."
            )
        self._api = values["api_url"].rstrip("/")
        self._bot_user = ""

    def routes(self) -> Sequence[Route]:
        """Return the addresses of events, of buttons, and of the slash command."""
        return [
            Route("POST", "/webhook", self._receive_event),
            Route("POST", "/interactive", self._receive_press),
            Route("POST", "/command", self._receive_command),
            Route("GET", "/command", self._receive_check),
        ]

    async def start(self) -> None:
        """Learn the bot's user id, by which it is mentioned; see that the token is right."""
        self._bot_user = text_at(await self._call("auth.test"), "user_id")

    async def _receive_event(self, request: Request) -> HTTPResponse:
        self._verify(request)
        body = object_in(request.body)
        if body.get("type") == "url_verification":
            return response.json({"challenge": text_at(body, "challenge")})
        inbound = read_event(body, bots=bots_of(body, self._bot_user))
        if inbound is not None:
            if text_at(body, "event", "type") == "app_home_opened":
                self.background(self._greet(inbound))
            else:
                await self.desk.take(self, [inbound])
        return _received()

    async def _receive_press(self, request: Request) -> HTTPResponse:
        self._verify(request)
        payload = object_in(form_in(request.body).get("payload", "").encode())
        await self._take(read_press(payload, api_url=self._api))
        return _received()

    async def _receive_command(self, request: Request) -> HTTPResponse:
        form = form_in(request.body)
        if form.get("ssl_check") == "1":
            return _received()
        self._verify(request)
        await self._take(read_command(form, api_url=self._api))
        return _received()

    async def _receive_check(self, request: Request) -> HTTPResponse:
        if request.args.get("ssl_check") != "1":
            raise Refused(400, "There is nothing to get here.")
        return _received()

    def _verify(self, request: Request) -> None:
        timestamp = header(request, TIMESTAMP_HEADER)
        signed = signature_for(self.values["signing_secret"], timestamp, request.body)
        if not (is_same(header(request, SIGNATURE_HEADER), signed) and is_recent(timestamp)):
            raise Refused(401, "The signature is wrong, or too old.")

    async def _take(self, inbound: Inbound | None) -> None:
        if inbound is not None:
            await self.desk.take(self, [inbound])

    async def _greet(self, inbound: Inbound) -> None:
        """Welcome somebody who opens the bot's messages, where there are none yet."""
        reply = await self.client.call(
            "POST",
            f"{self._api}/conversations.history",
            form={"channel": inbound.place, "limit": "1"},
            headers=self._authorization(),
            attempts=1,
        )
        if not _checked("conversations.history", reply).get("messages"):
            # Nobody waits for a welcome: where too much else waits, there is none.
            with contextlib.suppress(Refused):
                await self.desk.take(self, [inbound])

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part: to all in the channel, or to one person only."""
        message: dict[str, Any] = {"text": part.text, "blocks": _blocks(part)}
        if address.get("thread_ts"):
            message["thread_ts"] = address["thread_ts"]
        if address.get("user"):
            await self._whisper(address, message)
            return
        message |= {"channel": address["channel"], "unfurl_links": False, "unfurl_media": False}
        try:
            await self._call("chat.postMessage", **message)
        except Undelivered as error:
            if "thread_ts" not in message or text_at(error.body, "error") not in _NO_THREAD:
                raise
            del message["thread_ts"]
            await self._call("chat.postMessage", **message)

    async def _whisper(self, address: Address, message: dict[str, Any]) -> None:
        """Send what one person alone sees.

        The address that came with a command works in every channel, but for half an hour and five
        messages; the method works for longer, but only where the bot is in the channel.
        """
        is_final = True
        if address.get("response_url"):
            try:
                await self._respond(address["response_url"], message)
            except Undelivered as error:
                is_final = error.is_final
            else:
                return
        try:
            await self._call(
                "chat.postEphemeral",
                channel=address["channel"],
                user=address["user"],
                **message,
            )
        except Undelivered as error:
            raise Undelivered(
                error.reason,
                is_final=is_final and error.is_final,
                status=error.status,
                body=error.body,
            ) from None

    async def _respond(self, url: str, message: dict[str, Any]) -> None:
        whispered = {**message, "response_type": "ephemeral", "replace_original": False}
        reply = await self.client.call("POST", url, json_body=whispered)
        # Most say "ok" in plain text.
        if isinstance(reply.body, dict):
            _checked("response_url", reply)

    async def _call(self, method: str, **values: Any) -> dict[str, Any]:
        """Return the reply of a method of the Web API; errors come with HTTP 200 there."""
        reply = await self.client.call(
            "POST", f"{self._api}/{method}", json_body=values, headers=self._authorization()
        )
        return _checked(method, reply)

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.values['bot_token']}"}


def signature_for(secret: str, timestamp: str, body: bytes) -> str:
    """Return how Slack signs a request ("Verifying requests from Slack").

    Args:
        secret: the app's signing secret.
        timestamp: as in the header.
        body: as it came.
    """
    stamp = timestamp.encode("utf-8", "surrogatepass")
    return f"{_VERSION}={signature_of(secret, _VERSION.encode() + b':' + stamp + b':' + body)}"


def form_in(body: bytes) -> dict[str, str]:
    """Return the fields of a form, each with its first value.

    Raises:
        Refused: with status 400, there are too many.
    """
    try:
        fields = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Refused(400, "The body is no form.") from None
    return {key: values[0] for key, values in fields.items()}


def bots_of(body: Mapping[str, Any], known: str) -> frozenset[str]:
    """Return the bot's user ids: the known one, and those that Slack says an event is for."""
    given = body.get("authorizations")
    named = {
        _id_at(one, "user_id")
        for one in (given if isinstance(given, list) else ())
        if part_of(one).get("is_bot") is True
    }
    return frozenset({known, *named} - {""})


def read_event(body: Mapping[str, Any], *, bots: Collection[str]) -> Inbound | None:
    """Return the message of an event, or None where there is nothing to answer.

    Args:
        body: https://docs.slack.dev/apis/events-api/#callback-field
        bots: this bot's user ids (see `bots_of`).
    """
    event, team = part_of(body, "event"), _id_at(body, "team_id")
    kind = text_at(event, "type")
    if body.get("type") != "event_callback":
        return None
    if kind == "app_mention":
        return _read_message(event, event, team, bots, is_mention=True)
    if kind == "message":
        return _read_any_message(event, team, bots)
    if kind == "member_joined_channel":
        return _read_join(event, team, bots, _id_at(body, "event_id"))
    if kind == "app_home_opened":
        return _read_opening(event, team)
    return None


def _read_any_message(event: dict[str, Any], team: str, bots: Collection[str]) -> Inbound | None:
    if text_at(event, "subtype") != "message_changed":
        return _read_message(event, event, team, bots)
    message, before = part_of(event, "message"), part_of(event, "previous_message")
    # Previews of links and the like change a message too.
    if text_at(before, "text") == text_at(message, "text") or not _edited_at(message):
        return None
    return _read_message(event, message, team, bots)


def _read_message(
    event: dict[str, Any],
    message: dict[str, Any],
    team: str,
    bots: Collection[str],
    *,
    is_mention: bool = False,
) -> Inbound | None:
    """Return a message; ``event`` is where it was written, which for edits is another object."""
    channel, sent_at = _id_at(event, "channel"), _id_at(message, "ts")
    person = _person(message, team, bots)
    is_private = _is_private(event, channel)
    words = text_at(message, "text")
    if not (person and channel and sent_at):
        return None
    if not (is_private or is_mention or _mentions(words, bots)):
        return None
    text, kind = words_or_media(as_typed(words), has_media=_has_media(message))
    if not text and kind is Event.MESSAGE:
        if is_private:
            return None
        # Nothing but the mention of the bot.
        kind = Event.JOIN
    message_id, edited_at = f"{channel}:{sent_at}", _edited_at(message)
    return Inbound(
        id=f"{message_id}:{edited_at}" if edited_at else message_id,
        person=person,
        place=channel,
        address=_address(channel, _id_at(message, "thread_ts") or ("" if is_private else sent_at)),
        text=text,
        event=kind,
        edits=message_id if edited_at else None,
    )


def _person(message: Mapping[str, Any], team: str, bots: Collection[str]) -> str:
    """Return who wrote, with their own workspace; nothing for bots and for Slack itself."""
    user = _id_at(message, "user")
    is_bot = bool(text_at(message, "bot_id")) or user in bots or user == _SLACKBOT
    if is_bot or text_at(message, "subtype") not in _BY_PEOPLE:
        return ""
    return _named(user, _id_at(message, "user_team") or _id_at(message, "team") or team)


def _named(user: str, team: str) -> str:
    return f"{team}:{user}" if user else ""


def _is_private(event: Mapping[str, Any], channel: str) -> bool:
    kind = text_at(event, "channel_type")
    return kind in _PRIVATE if kind else channel.startswith("D")


def _mentions(words: str, bots: Collection[str]) -> bool:
    return any(f"<@{bot}{end}" in words for bot in bots for end in (">", "|"))


def _has_media(message: Mapping[str, Any]) -> bool:
    # Forwarded messages are attachments.
    return bool(
        message.get("files")
        or message.get("attachments")
        or text_at(message, "subtype") == "file_share"
    )


def _edited_at(message: Mapping[str, Any]) -> str:
    return _id_at(message, "edited", "ts")


def _read_join(
    event: dict[str, Any], team: str, bots: Collection[str], event_id: str
) -> Inbound | None:
    """Return a welcome where the bot was added to a channel, from who added it."""
    channel, user = _id_at(event, "channel"), _id_at(event, "user")
    if user not in bots or not (channel and event_id):
        return None
    person = _named(_id_at(event, "inviter") or user, team)
    return Inbound(f"join:{event_id}", person, channel, _address(channel), event=Event.JOIN)


def _read_opening(event: dict[str, Any], team: str) -> Inbound | None:
    channel, user = _id_at(event, "channel"), _id_at(event, "user")
    if not (channel and user) or event.get("tab") != "messages":
        return None
    return Inbound(
        f"home:{channel}", _named(user, team), channel, _address(channel), event=Event.JOIN
    )


def read_press(payload: Mapping[str, Any], *, api_url: str) -> Inbound | None:
    """Return the button that was pressed, or None where it needs no answer (a link).

    Args:
        payload: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
        api_url: of the Web API.
    """
    actions = payload.get("actions")
    action = part_of(actions[0]) if isinstance(actions, list) and actions else {}
    container = part_of(payload, "container")
    channel = _id_at(payload, "channel", "id") or _id_at(container, "channel_id")
    user = _id_at(payload, "user", "id")
    person = _named(user, _id_at(payload, "user", "team_id") or _id_at(payload, "team", "id"))
    pressed = text_at(action, "value")
    pressed_at = _id_at(action, "action_ts") or _id_at(payload, "trigger_id")
    is_press = payload.get("type") == "block_actions" and text_at(action, "type") == "button"
    if not (is_press and channel and person and pressed and pressed_at):
        return None
    message_at = _id_at(container, "message_ts") or _id_at(payload, "message", "ts")
    thread = _id_at(container, "thread_ts") or _id_at(payload, "message", "thread_ts")
    if container.get("is_ephemeral") is True:
        address = _whispered(channel, user, text_at(payload, "response_url"), api_url, thread)
    else:
        address = _address(channel, thread or ("" if channel.startswith("D") else message_at))
    return Inbound(
        id=f"button:{channel}:{message_at}:{user}:{pressed_at}"[:200],
        person=person,
        place=channel,
        address=address,
        text=pressed,
        said=_unescaped(text_at(action, "text", "text")) or None,
    )


def read_command(form: Mapping[str, str], *, api_url: str) -> Inbound | None:
    """Return what somebody asked by slash command; without words, a welcome.

    Args:
        form: "Implementing slash commands", "Command payload descriptions".
        api_url: of the Web API.
    """
    channel, user = _id_at(form, "channel_id"), _id_at(form, "user_id")
    trigger = _id_at(form, "trigger_id")
    if not (channel and user and trigger):
        return None
    text = as_typed(form.get("text", "")).strip()
    is_question = text.casefold() not in ("", "help")
    return Inbound(
        id=f"command:{trigger}",
        person=_named(user, _id_at(form, "team_id")),
        place=channel,
        address=_whispered(channel, user, form.get("response_url", ""), api_url),
        text=text if is_question else "",
        event=Event.MESSAGE if is_question else Event.JOIN,
    )


def _address(channel: str, thread: str = "") -> Address:
    return {"channel": channel, **({"thread_ts": thread} if thread else {})}


def _whispered(channel: str, user: str, url: str, api_url: str, thread: str = "") -> Address:
    address = {**_address(channel, thread), "user": user}
    return {**address, "response_url": url} if _is_slacks(url, api_url) else address


def _is_slacks(url: str, api_url: str) -> bool:
    """Say whether an address is Slack's own; no other is ever called."""
    try:
        given, api = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    return url.startswith(_HOOKS) or (given.scheme, given.netloc) == (api.scheme, api.netloc)


def as_typed(text: str) -> str:
    """Return what somebody typed: without Slack's links, references and escapes.

    Mentions are left out: of the bot since they are no part of a question, of others since they
    are names. See "Formatting message text".
    """
    return _MARKUP.sub(_typed, text)


def _typed(found: re.Match[str]) -> str:
    if found["entity"]:
        return _CHARACTERS[found["entity"]]
    if found["url"]:
        return _unescaped(found["label"] or found["url"])
    name = _unescaped(found["name"] or "")
    return f"#{name}" if found["mark"] == "#" and name else name


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _CHARACTERS[found[1]], text)


def _blocks(part: Part) -> list[dict[str, Any]]:
    # Verbatim: no "@channel" or bare URL in it becomes anything; expanded: nobody has to press
    # "see more" to read that they should see a doctor.
    text = MarkdownTextObject(text=part.text, verbatim=True)
    blocks = [SectionBlock(text=text, expand=True).to_dict()]
    if part.buttons:
        elements = [_element(button, number) for number, button in enumerate(part.buttons)]
        blocks.append(ActionsBlock(elements=elements).to_dict())
    return blocks


def _element(button: Button, number: int) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=button.title, emoji=False),
        action_id=f"choice_{number}",
        url=button.url,
        value=None if button.url else button.payload,
    )


def _checked(method: str, reply: Reply) -> dict[str, Any]:
    """Return the body of a reply of the Web API.

    Raises:
        Undelivered: it is an error.
    """
    body = part_of(reply.body)
    if body.get("ok") is True:
        return body
    code = text_at(body, "error")
    said = code if _CODE.fullmatch(code) else "no reason"
    raise Undelivered(
        f"slack refused {method} ({said})",
        is_final=bool(code) and code not in (*_TEMPORARY, *_UNTIL_MENDED),
        status=reply.status,
        body=body,
    )


def _id_at(body: Any, *path: str) -> str:
    """Return an id or a time; nothing where what stands there cannot be one."""
    found = text_at(body, *path)
    return found if _ID.fullmatch(found) else ""


def _received() -> HTTPResponse:
    # Whatever the body of a reply to a command holds would be shown.
    return response.text("")
