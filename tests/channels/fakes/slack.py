"""The Web API of Slack: https://docs.slack.dev/reference/methods.

Limits of blocks: "Section block", "Actions block", "Button element", "Text object". Escaping and
mentions: "Formatting message text".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton

TOKEN = "xoxb-4242-4343-SlackTokenOfTheTests"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT_USER = "UTWITCHWISE"
BOT_ID = "BTWITCHWISE"
TEAM = "T0CLINIC"
#: The channel and the person that the real Slack would not know.
UNKNOWN_CHANNEL = "CUNKNOWN"
ARCHIVED_CHANNEL = "CARCHIVED"
#: A channel that the bot is not in.
FOREIGN_CHANNEL = "CFOREIGN"
#: A message that takes no replies.
LONELY_TS = "1700000000.000404"
_MOST_RESPONSES = 5
_ENTITY = re.compile(r"&(lt|gt|amp);")
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&"}
_LINK = re.compile(r"<((?:https?|tel|mailto):[^<>|]+)(?:\|([^<>]+))?>")
_MASS_MENTION = re.compile(r"@(channel|here|everyone)\b")


class FakeSlack(FakePlatform):
    """Enforces tokens, lengths, blocks, and that nobody is called by mentions."""

    name = "slack"

    def __init__(self) -> None:
        super().__init__()
        #: Messages that only one person sees.
        self.whispered: list[dict[str, Any]] = []
        self.responses: dict[str, int] = {}
        self.expired: set[str] = set()
        #: What conversations.history finds, by channel.
        self.history: dict[str, list[dict[str, Any]]] = {}
        #: Error codes that the next calls of chat.postMessage get.
        self.failures: list[str] = []

    def clear(self) -> None:
        super().clear()
        self.whispered.clear()
        self.responses.clear()
        self.expired.clear()
        self.history.clear()
        self.failures.clear()

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        yield "POST", "/auth.test", self.auth_test
        yield "POST", "/chat.postMessage", self.post_message
        yield "POST", "/chat.postEphemeral", self.post_ephemeral
        yield "POST", "/conversations.history", self.conversations_history
        yield "POST", "/commands/{which}", self.respond

    def error(self, status: int, why: str) -> web.Response:
        # Its errors come with 200, but for too many calls and for failures of the server.
        if status == 429:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429)
        return web.json_response({"ok": False, "error": why}, status=status)

    def response_url(self, which: str) -> str:
        """Return an address for replies to a command."""
        return f"{self.url}/commands/{which}"

    async def auth_test(self, request: web.Request) -> web.Response:
        _authorize(request)
        return _ok(user_id=BOT_USER, bot_id=BOT_ID, team_id=TEAM, user="twitchwise")

    async def post_message(self, request: web.Request) -> web.Response:
        message = await _json(request)
        _authorize(request)
        if self.failures:
            # Not the bot's fault: no call that may not happen.
            return web.json_response({"ok": False, "error": self.failures.pop(0)})
        _place(message)
        if message.get("thread_ts") == LONELY_TS:
            return web.json_response({"ok": False, "error": "cannot_reply_to_message"})
        if message.get("unfurl_links") is not False or message.get("unfurl_media") is not False:
            raise Rejected("links_would_unfurl", 200)
        self._add(message["channel"], message)
        return _ok(channel=message["channel"], ts=f"1700000001.{len(self.sent):06}")

    async def post_ephemeral(self, request: web.Request) -> web.Response:
        message = await _json(request)
        _authorize(request)
        _place(message)
        if message["channel"] == FOREIGN_CHANNEL:
            return web.json_response({"ok": False, "error": "channel_not_found"})
        if not str(message.get("user", "")).startswith(("U", "W")):
            raise Rejected("user_not_in_channel", 200)
        self._add(f"{message['channel']}/{message['user']}", message)
        self.whispered.append(message)
        return _ok(message_ts="1700000001.000001")

    async def respond(self, request: web.Request) -> web.Response:
        which = request.match_info["which"]
        if "Authorization" in request.headers:
            raise Rejected("a token has no place there")
        if which in self.expired:
            return web.Response(text="expired_url", status=404)
        self.responses[which] = self.responses.get(which, 0) + 1
        if self.responses[which] > _MOST_RESPONSES:
            return web.Response(text="used_url", status=404)
        message = await _json(request)
        if message.get("response_type") != "ephemeral":
            raise Rejected("everybody would see it")
        if message.get("replace_original") is not False:
            raise Rejected("the message with the button would be gone")
        self._add(which, message)
        self.whispered.append(message)
        return web.Response(text="ok")

    async def conversations_history(self, request: web.Request) -> web.Response:
        _authorize(request)
        form = await request.post()
        return _ok(messages=self.history.get(str(form.get("channel")), []))

    def _add(self, to: str, message: dict[str, Any]) -> None:
        self.sent.append(Sent(to, _shown(message), tuple(_buttons(message)), message))


def _ok(**values: Any) -> web.Response:
    return web.json_response({"ok": True, **values})


def _authorize(request: web.Request) -> None:
    given = request.headers.get("Authorization", "")
    if not given:
        raise Rejected("not_authed", 200)
    if given != f"Bearer {TOKEN}":
        raise Rejected("invalid_auth", 200)


async def _json(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Rejected("invalid_post_type", 200)
    message: dict[str, Any] = await request.json()
    for legacy in ("as_user", "link_names", "parse", "attachments"):
        if message.get(legacy):
            raise Rejected("invalid_arguments", 200)
    return message


def _place(message: dict[str, Any]) -> None:
    channel = message.get("channel")
    if not isinstance(channel, str) or channel == UNKNOWN_CHANNEL or not re.match("[CDG]", channel):
        raise Rejected("channel_not_found", 200)
    if channel == ARCHIVED_CHANNEL:
        raise Rejected("is_archived", 200)
    if "thread_ts" in message and not re.fullmatch(r"\d+\.\d{6}", message["thread_ts"]):
        raise Rejected("invalid_thread_ts", 200)


def _shown(message: dict[str, Any]) -> str:
    """Return what people read: the blocks, where there are some, without markup."""
    fallback = message.get("text")
    if not isinstance(fallback, str) or not fallback.strip():
        raise Rejected("no_text", 200)
    if len(fallback) > 40_000:
        raise Rejected("msg_too_long", 200)
    _plain(fallback)
    sections = [block for block in message.get("blocks", ()) if block["type"] == "section"]
    return "\n".join(_section(block) for block in sections)


def _section(block: dict[str, Any]) -> str:
    text = block["text"]
    if text["type"] != "mrkdwn" or not 1 <= len(text["text"].encode("utf-16-le")) // 2 <= 3000:
        raise Rejected("invalid_blocks", 200)
    if text.get("verbatim") is not True and _MASS_MENTION.search(text["text"]):
        raise Rejected("a mention would call people", 200)
    return _unmarked(_plain(text["text"]))


def _plain(mrkdwn: str) -> str:
    """Return a text without links and escapes; anything that is in angle brackets acts."""
    pieces, end = [], 0
    for found in re.finditer(r"<[^>]*>|[<>]", mrkdwn):
        link = _LINK.fullmatch(found[0])
        if not link:
            raise Rejected("a mention would call people", 200)
        pieces += [mrkdwn[end : found.start()], link[2] or link[1]]
        end = found.end()
    text = "".join([*pieces, mrkdwn[end:]])
    if re.search(r"&(?!(?:lt|gt|amp);)", text):
        raise Rejected("an ampersand is not escaped", 200)
    return _ENTITY.sub(lambda found: _CHARACTERS[found[1]], text)


def _unmarked(text: str) -> str:
    """Return the text without stars that make words bold, and without invisible characters."""
    bold = re.sub(r"(?<![\w*\u2060])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*\u2060])", r"\1", text)
    if re.search(r"(?<![\w\u2060])[_~`](?=\S)[^_~`\n]+?(?<=\S)[_~`](?![\w\u2060])", bold):
        raise Rejected("something is marked that was meant as it was typed", 200)
    return bold.replace("\u2060", "")


def _buttons(message: dict[str, Any]) -> Iterable[SentButton]:
    actions = [block for block in message.get("blocks", ()) if block["type"] == "actions"]
    for block in actions:
        if not 1 <= len(block["elements"]) <= 25:
            raise Rejected("invalid_blocks", 200)
        if len({key["action_id"] for key in block["elements"]}) != len(block["elements"]):
            raise Rejected("invalid_blocks", 200)
        for key in block["elements"]:
            yield _button(key)


def _button(key: dict[str, Any]) -> SentButton:
    text = key["text"]
    is_fit = (
        key["type"] == "button"
        and text["type"] == "plain_text"
        and 1 <= len(text["text"]) <= 75
        and len(key["action_id"]) <= 255
        and len(key.get("value", "")) <= 2000
        and len(key.get("url", "")) <= 3000
        and (not key.get("url") or key["url"].startswith(("http://", "https://")))
    )
    if not is_fit or text.get("emoji") is not False:
        raise Rejected("invalid_blocks", 200)
    return SentButton(text["text"], key.get("value"), key.get("url"))
