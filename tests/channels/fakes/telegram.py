"""The Bot API of Telegram: https://core.telegram.org/bots/api."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from aiohttp import web

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton

TOKEN = "4242:AAtelegramTokenOfTheTests"
USERNAME = "TwitchwiseTestBot"
#: Hosts without a dot are refused.
_URL = re.compile(r"https?://[^/?#]+\.[^/?#]+|tg://")
_TAGS = {"b", "i", "a", "code", "pre", "u", "s"}


class FakeTelegram(FakePlatform):
    """Enforces lengths, HTML, and buttons."""

    name = "telegram"

    def __init__(self) -> None:
        super().__init__()
        self.webhook: dict[str, Any] = {}
        self.answered_buttons: list[str] = []
        #: For long polling: what getUpdates returns next.
        self.updates: list[dict[str, Any]] = []

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        for method in (
            self.getMe,
            self.setWebhook,
            self.deleteWebhook,
            self.getUpdates,
            self.answerCallbackQuery,
            self.sendMessage,
        ):
            yield "POST", f"/bot{TOKEN}/{method.__name__}", method

    def error(self, status: int, why: str) -> web.Response:
        body = {"ok": False, "error_code": status, "description": why}
        if status == 429:
            body["parameters"] = {"retry_after": 0}
        return web.json_response(body, status=status)

    async def getMe(self, _: web.Request) -> web.Response:  # noqa: N802
        return _ok({"id": 4242, "is_bot": True, "first_name": "T", "username": USERNAME})

    async def setWebhook(self, request: web.Request) -> web.Response:  # noqa: N802
        self.webhook = await request.json()
        return _ok(True)

    async def deleteWebhook(self, _: web.Request) -> web.Response:  # noqa: N802
        self.webhook = {}
        return _ok(True)

    async def getUpdates(self, request: web.Request) -> web.Response:  # noqa: N802
        asked = await request.json()
        for _ in range(100):
            found = [u for u in self.updates if u["update_id"] >= asked["offset"]]
            if found:
                return _ok(found)
            await asyncio.sleep(0.02)
        return _ok([])

    async def answerCallbackQuery(self, request: web.Request) -> web.Response:  # noqa: N802
        self.answered_buttons.append((await request.json())["callback_query_id"])
        return _ok(True)

    async def sendMessage(self, request: web.Request) -> web.Response:  # noqa: N802
        message = await request.json()
        text = _shown(message)
        keys = [
            _key(key)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for key in row
        ]
        if len(keys) > 100:
            raise Rejected("Bad Request: reply markup is too long")
        self.sent.append(Sent(str(message["chat_id"]), text, tuple(keys), message))
        return _ok({"message_id": len(self.sent)})


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _shown(message: dict[str, Any]) -> str:
    if not isinstance(message.get("chat_id"), int):
        raise Rejected("Bad Request: chat not found")
    text = _Html.shown(message["text"]) if message.get("parse_mode") == "HTML" else message["text"]
    if not text.strip():
        raise Rejected("Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Rejected("Bad Request: message is too long")
    return text


def _key(key: dict[str, Any]) -> SentButton:
    if "url" in key and not _URL.match(key["url"]):
        raise Rejected("Bad Request: inline keyboard button URL is invalid")
    if "url" not in key and not 1 <= len(key["callback_data"].encode()) <= 64:
        raise Rejected("Bad Request: BUTTON_DATA_INVALID")
    if not key["text"]:
        raise Rejected("Bad Request: text buttons are unallowed in the inline keyboard")
    return SentButton(key["text"], key.get("callback_data"), key.get("url"))


class _Html(HTMLParser):
    """Telegram's HTML: few tags, all closed; anything else is refused."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.open: list[str] = []

    @classmethod
    def shown(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        parser.close()
        if parser.open:
            raise Rejected("Bad Request: can't parse entities: can't find end tag")
        return "".join(parser.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise Rejected(f"Bad Request: can't parse entities: unsupported start tag {tag!r}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Rejected("Bad Request: can't parse entities: unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
