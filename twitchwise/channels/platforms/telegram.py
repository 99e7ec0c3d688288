"""Telegram, by webhook or by long polling.

Shapes and limits are those of https://core.telegram.org/bots/api. Rasa's own channel answers each
update with HTTP 500 and verifies nothing, and the aiogram that it needs knows neither secret
tokens nor topics, so the few calls are made directly.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Address, Event, Inbound
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import (
    header,
    number_at,
    object_in,
    part_of,
    text_at,
)
from twitchwise.channels.platforms.tasks import end
from twitchwise.channels.platforms.verification import is_same, signature_of
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import TELEGRAM_HTML
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf16
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_MODES = ("webhook", "polling")
_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
#: How long Telegram holds a request for updates open, in seconds.
_POLL_SECONDS = 50
_PAUSE_SECONDS = 5.0
#: What a message may hold that is no text.
_MEDIA = (
    "animation",
    "audio",
    "contact",
    "dice",
    "document",
    "game",
    "location",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "venue",
    "video",
    "video_note",
    "voice",
)
_WELCOMES = ("/start", "/help", "/ask")
#: What a link to the bot may hand to "/start" ("Deep Linking" in "Bot Features").
_LINK_VALUE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND = re.compile(r"(?P<name>/\w+)(?:@(?P<bot>\w+))?")
_ILL_FORMED = 400
#: No such bot: an unknown chat is 400. So the token is wrong, or the address of the API.
_NO_SUCH_BOT = 404
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_OWN_HOST = "api.telegram.org"
_HERE = ("member", "administrator")


class Telegram(Platform):
    """A bot of Telegram."""

    name = "telegram"
    # The text may have 4096 characters after its markup is taken out; counted with it, it fits too.
    limits = Limits(
        TELEGRAM_HTML, 4096, measure=utf16, buttons=10, title=60, payload=64, links=True
    )

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        if not _TOKEN.fullmatch(values["token"]):
            raise TwitchwiseError(
                "TWITCHWISE_TELEGRAM_TOKEN is no token of a bot. Mend: copy it whole from "
                "@BotFather; it is digits, a colon, and then letters, digits, _ and -."
            )
        self._secret = webhook_secret(values["token"])
        self._bot_id = values["token"].partition(":")[0]
        self._mode = _mode(values["mode"], values["api_url"])
        self._username = ""
        self._polling: asyncio.Task[None] | None = None

    def routes(self) -> Sequence[Route]:
        """Return the webhook's address; with long polling there is none."""
        return [Route("POST", "/webhook", self._receive)] if self._mode == "webhook" else []

    async def start(self) -> None:
        """Tell Telegram where to send updates, or begin to fetch them."""
        me = await self._call("getMe")
        self._username = text_at(me, "username")
        if self._mode == "webhook":
            await self._call(
                "setWebhook",
                url=f"{settings().public_url.rstrip('/')}/webhooks/{self.name}/webhook",
                secret_token=self._secret,
                allowed_updates=_UPDATES,
            )
        else:
            await self._call("deleteWebhook")
            self._polling = asyncio.get_running_loop().create_task(self._poll())

    async def stop_listening(self) -> None:
        """End the polling."""
        await end(self._polling)

    async def _receive(self, request: Request) -> HTTPResponse:
        if not is_same(header(request, SECRET_HEADER), self._secret):
            raise Refused(401, "The secret token is wrong.")
        if not self._username:
            # Whether a group speaks to the bot cannot be told yet; Telegram sends it again.
            raise Refused(503, "The bot is still starting.", {"Retry-After": "30"})
        await self._take(object_in(request.body))
        return response.json({})

    async def _poll(self) -> None:
        offset = 0
        while True:
            try:
                found = await self._call(
                    "getUpdates",
                    seconds=_POLL_SECONDS + 10,
                    offset=offset,
                    timeout=_POLL_SECONDS,
                    allowed_updates=_UPDATES,
                )
                for update in found if isinstance(found, list) else ():
                    await self._take_polled(update)
                    offset = max(offset, number_at(update, "update_id") + 1)
            except (Undelivered, Refused) as error:
                logger.error("telegram: updates could not be fetched: %s.", error)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _take_polled(self, update: Mapping[str, Any]) -> None:
        try:
            await self._take(update)
        except Refused:
            raise
        except Exception as error:
            # One update that nobody can read must not make the bot deaf to all others.
            logger.error("telegram: an update failed: %s.", type(error).__name__)

    async def _take(self, update: Mapping[str, Any]) -> None:
        inbound = read_update(update, bot_id=self._bot_id, username=self._username)
        query = text_at(update, "callback_query", "id")
        if query:
            # Without it, the button shows that it is working for a while.
            self.background(self._call("answerCallbackQuery", callback_query_id=query))
        if inbound is not None:
            await self.desk.take(self, [inbound])

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part; a group that has become a supergroup has another id."""
        message = {
            **address,
            "text": part.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if part.buttons:
            message["reply_markup"] = {"inline_keyboard": [[_key(b)] for b in part.buttons]}
        try:
            await self._send(message)
        except Undelivered as error:
            if error.status != _ILL_FORMED or not part.buttons:
                raise
            # Addresses without a dot are refused; the answer itself must not be lost for them.
            logger.warning("telegram: a message with buttons was refused; it goes out without.")
            del message["reply_markup"]
            await self._send(message)

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self._call("sendMessage", **message)
        except Undelivered as error:
            moved = number_at(error.body, "parameters", "migrate_to_chat_id")
            if not moved:
                raise
            # The message that is replied to has another id there.
            elsewhere = {key: message[key] for key in message if key != "reply_parameters"}
            await self._call("sendMessage", **{**elsewhere, "chat_id": moved})

    async def _call(self, method: str, *, seconds: float | None = None, **values: Any) -> Any:
        """Return the result of a method of the Bot API.

        Raises:
            Undelivered: it failed; not for good where it is the token that is wrong.
        """
        url = f"{self.values['api_url'].rstrip('/')}/bot{self.values['token']}/{method}"
        try:
            reply = await self.client.call("POST", url, json_body=values, seconds=seconds)
        except Undelivered as error:
            if error.status != _NO_SUCH_BOT:
                raise
            reason = f"{error.reason} (is the token right?)"
            raise Undelivered(reason, status=error.status, body=error.body) from None
        return reply.body.get("result") if isinstance(reply.body, dict) else None


def webhook_secret(token: str) -> str:
    """Return what Telegram sends with each update; nobody can make it without the bot's token."""
    return signature_of(token, b"twitchwise webhook")


def _mode(given: str, api_url: str) -> str:
    public_url = settings().public_url
    mode = given or ("webhook" if public_url else "polling")
    if mode not in _MODES:
        raise TwitchwiseError(
            "TWITCHWISE_TELEGRAM_MODE is neither webhook nor polling. Mend: set one of them."
        )
    if mode == "webhook" and not public_url:
        raise TwitchwiseError(
            "TWITCHWISE_TELEGRAM_MODE is webhook, but Telegram cannot know the address. "
            "Mend: set public_url in settings.yml, or use polling."
        )
    # A Bot API server of one's own calls http too.
    is_https = _scheme_and_host(public_url)[0] == "https"
    if mode == "webhook" and not is_https and _scheme_and_host(api_url)[1] == _OWN_HOST:
        raise TwitchwiseError(
            "public_url does not begin with https://, and Telegram calls nothing else. Mend: set "
            "an address with https in settings.yml, or TWITCHWISE_TELEGRAM_MODE=polling."
        )
    return mode


def _scheme_and_host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""


def read_update(update: Mapping[str, Any], *, bot_id: str, username: str) -> Inbound | None:
    """Return the message of an update, or None where there is nothing to answer.

    Args:
        update: https://core.telegram.org/bots/api#update
        bot_id: of this bot.
        username: of this bot, without the @; empty where it is not known yet.
    """
    if part_of(update, "callback_query"):
        return _read_button(part_of(update, "callback_query"))
    if part_of(update, "my_chat_member"):
        return _read_membership(update)
    edited = part_of(update, "edited_message")
    message = edited or part_of(update, "message")
    return _read_message(message, bot_id, username, is_edit=bool(edited)) if message else None


def _read_message(
    message: dict[str, Any], bot_id: str, username: str, *, is_edit: bool
) -> Inbound | None:
    person, chat = _person(message), text_at(message, "chat", "id")
    has_media = any(key in message for key in _MEDIA)
    words = (text_at(message, "text") or text_at(message, "caption")).strip()
    # Neither words nor media: a service message, such as a new title of a group. An edit without
    # words: a place that moves, every few seconds.
    if not person or not chat or not (words or (has_media and not is_edit)):
        return None
    is_group = text_at(message, "chat", "type") != "private"
    if is_group and not _is_for_bot(message, words, bot_id, username):
        return None
    text, event = _meant(words, username, has_media=has_media)
    album = text_at(message, "media_group_id") if event is Event.MEDIA else ""
    # An album comes as a message for each picture: one reply for those without words is enough.
    message_id = f"{chat}:album:{album}" if album else f"{chat}:{text_at(message, 'message_id')}"
    return Inbound(
        id=f"{message_id}:{text_at(message, 'edit_date')}" if is_edit else message_id,
        person=person,
        place=chat,
        address=_address(message, is_group=is_group),
        text=text,
        event=event,
        edits=message_id if is_edit else None,
    )


def _person(message: Mapping[str, Any]) -> str:
    """Return who wrote: for those who write as a group or channel, that; nothing for bots."""
    sender_chat = text_at(message, "sender_chat", "id")
    if part_of(message, "from").get("is_bot") and not sender_chat:
        return ""
    return sender_chat or text_at(message, "from", "id")


def _is_for_bot(message: Mapping[str, Any], words: str, bot_id: str, username: str) -> bool:
    """Say whether a message in a group speaks to the bot: by mention, reply, or a command."""
    if text_at(message, "reply_to_message", "from", "id") == bot_id:
        return True
    command = _COMMAND.match(words)
    if command is not None:
        return not command["bot"] or command["bot"].casefold() == username.casefold()
    return bool(username) and _mention(username).search(words) is not None


def _mention(username: str) -> re.Pattern[str]:
    # Unlike those of other platforms (see `addressing`), names have neither dots nor dashes:
    # "@name.my leg" mentions the bot.
    return re.compile(rf"[ \t]*(?<![\w@])@{re.escape(username)}(?!\w)[:,]?", re.IGNORECASE)


def _meant(words: str, username: str, *, has_media: bool) -> tuple[str, Event]:
    """Return text and event, without the mention of the bot, with usual commands understood."""
    command = _COMMAND.match(words)
    name = command["name"] if command else ""
    rest = words[command.end() :] if command else words
    rest = (_mention(username).sub("", rest) if username else rest).strip()
    if name.casefold() not in _WELCOMES:
        rest = f"{name} {rest}".strip()
    elif name.casefold() == "/start" and _LINK_VALUE.fullmatch(rest):
        rest = ""
    if rest:
        return rest, Event.MESSAGE
    # Nothing but a command, or the mention of the bot.
    return "", Event.MEDIA if has_media else Event.JOIN


def _read_button(query: dict[str, Any]) -> Inbound | None:
    message, data = part_of(query, "message"), text_at(query, "data")
    person, chat = text_at(query, "from", "id"), text_at(message, "chat", "id")
    if not (person and chat and data):
        return None
    is_group = text_at(message, "chat", "type") != "private"
    return Inbound(
        id=f"button:{text_at(query, 'id')}",
        person=person,
        place=chat,
        address=_address(message, is_group=is_group),
        text=data,
        said=_title_of(message, data),
    )


def _title_of(message: Mapping[str, Any], data: str) -> str | None:
    rows = part_of(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for key in row if isinstance(row, list) else ():
            if text_at(key, "callback_data") == data:
                return text_at(key, "text") or None
    return None


def _read_membership(update: Mapping[str, Any]) -> Inbound | None:
    """Return a welcome where the bot was added to a group; who blocks it is left alone."""
    change = part_of(update, "my_chat_member")
    chat, person = text_at(change, "chat", "id"), text_at(change, "from", "id")
    before = text_at(change, "old_chat_member", "status")
    after = text_at(change, "new_chat_member", "status")
    is_group = text_at(change, "chat", "type") in ("group", "supergroup")
    if not (chat and person and is_group and after in _HERE and before not in _HERE):
        return None
    update_id = text_at(update, "update_id")
    return Inbound(
        f"join:{update_id}",
        person,
        chat,
        {"chat_id": number_at(change, "chat", "id")},
        event=Event.JOIN,
    )


def _address(message: Mapping[str, Any], *, is_group: bool) -> Address:
    address: Address = {"chat_id": number_at(message, "chat", "id")}
    if message.get("is_topic_message"):
        address["message_thread_id"] = number_at(message, "message_thread_id")
    if is_group:
        address["reply_parameters"] = {
            "message_id": number_at(message, "message_id"),
            "allow_sending_without_reply": True,
        }
    return address


def _key(button: Button) -> dict[str, str]:
    action = {"url": button.url} if button.url else {"callback_data": button.payload}
    return {"text": button.title, **action}
