"""Microsoft's login, Bot Framework's keys, and the Bot Connector of Teams.

Shapes are those of "Authenticate requests with the Bot Connector API" and of the Bot Connector's
REST API (https://learn.microsoft.com/azure/bot-service/rest-api/), limits and status codes those
of "Format your bot messages", "Messages in bot conversations" and "Designing Adaptive Cards for
your app" (https://learn.microsoft.com/microsoftteams/platform/).
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton

APP_ID = "5b1f5a5e-93a8-4f0e-8c7a-1c0f3b7f2d11"
PASSWORD = "teams~ClientSecret.OfTheTests"
TENANT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
BOT_ID = f"28:{APP_ID}"
#: Region and the like are the path of the service URL.
REGION = "/emea"
KEY_ID = "connector-key-1"
#: Signs for another channel only.
OTHER_KEY_ID = "connector-key-2"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_LARGEST = 100 * 1024
_TAGS = {"b", "strong", "i", "em", "strike", "a", "br", "p", "pre", "blockquote"}
_CARD = "application/vnd.microsoft.card.adaptive"


class FakeTeams(FakePlatform):
    """Enforces tokens, sizes, XML, cards, and that nobody is mentioned."""

    name = "teams"

    def __init__(self) -> None:
        super().__init__()
        self.keys = [_jwk(KEY, KEY_ID, ["msteams"]), _jwk(OTHER_KEY, OTHER_KEY_ID, ["webchat"])]
        self.clear()

    def clear(self) -> None:
        super().clear()
        #: How long tokens live, in seconds, and those that were given with their ends.
        self.lifetime = 3599
        self.tokens: dict[str, float] = getattr(self, "tokens", {})
        self.issued = 0
        #: The replies to come: status, and the code of the error.
        self.failures: list[tuple[int, str]] = []
        #: Paths at which activities came, as they were written.
        self.paths: list[str] = []

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        activities = f"{REGION}/v3/conversations/{{conversation}}/activities"
        yield "GET", "/v1/.well-known/openidconfiguration", self.metadata
        yield "GET", "/v1/.well-known/keys", self.jwks
        yield "POST", "/login/{tenant}/oauth2/v2.0/token", self.token
        yield "POST", activities, self.activity
        yield "POST", f"{activities}/{{activity}}", self.activity

    def error(self, status: int, why: str) -> web.Response:
        code, _, message = why.partition(": ")
        return web.json_response({"error": {"code": code, "message": message}}, status=status)

    async def metadata(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": "https://api.botframework.com",
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"{self.url}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def jwks(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": self.keys})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        expected = {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": PASSWORD,
            "scope": "https://api.botframework.com/.default",
        }
        if request.match_info["tenant"] != TENANT or dict(form) != expected:
            self.rejected.append("invalid_client")
            return web.json_response({"error": "invalid_client"}, status=401)
        token = f"connector.{secrets.token_urlsafe(16)}"
        self.tokens[token] = time.monotonic() + self.lifetime
        self.issued += 1
        return web.json_response(
            {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}
        )

    async def activity(self, request: web.Request) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or self.tokens.get(token, 0.0) <= time.monotonic():
            return self.error(401, "Unauthorized: Authorization has been denied for this request.")
        self.paths.append(request.raw_path)
        if self.failures:
            status, code = self.failures.pop(0)
            return self.error(status, f"{code}: as the test wants it")
        raw = await request.text()
        if len(raw.encode("utf-16-le")) > _LARGEST:
            raise Rejected("MessageSizeTooBig: Message size too large.", 413)
        self.sent.append(_sent(json.loads(raw), request.match_info))
        return web.json_response({"id": f"1:{len(self.sent)}"}, status=201)

    def expire(self) -> None:
        """Let all tokens that were given end now."""
        self.tokens.clear()


def _jwk(key: rsa.RSAPrivateKey, key_id: str, endorsements: list[str]) -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {
        **public,
        "use": "sig",
        "kid": key_id,
        "x5t": key_id,
        "endorsements": endorsements,
    }


def _sent(activity: dict[str, Any], asked: Any) -> Sent:
    conversation = activity.get("conversation", {}).get("id", "")
    if asked["conversation"] != conversation or not conversation.startswith(("a:", "19:")):
        raise Rejected("ConversationNotFound: Conversation not found.", 404)
    if asked.get("activity") != activity.get("replyToId"):
        raise Rejected("Bad Argument: replyToId is not that of the address")
    if activity.get("type") != "message" or activity["from"]["id"] != BOT_ID:
        raise Rejected("Bad Argument: type or from")
    if activity.get("entities"):
        raise Rejected("somebody is mentioned")
    cards = activity.get("attachments", [])
    buttons = [_button(action) for card in cards for action in _actions(card)]
    text = _shown(activity.get("text", ""), activity.get("textFormat"))
    return Sent(conversation.partition(";")[0], text, tuple(buttons), activity)


def _shown(text: str, text_format: str | None) -> str:
    if not text.strip():
        raise Rejected("Bad Argument: there is no text")
    if text_format != "xml":
        raise Rejected("Bad Argument: this fake reads XML only")
    try:
        root = ElementTree.fromstring(f"<root>{text}</root>")
    except ElementTree.ParseError as error:
        raise Rejected(f"Bad Argument: no XML ({error})") from None
    for element in list(root.iter())[1:]:
        if element.tag not in _TAGS:
            raise Rejected(f"Bad Argument: <{element.tag}> is not shown")
        if element.tag == "br":
            element.text = "\n"
    return "".join(root.itertext())


def _actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    content = card.get("content", {})
    if card.get("contentType") != _CARD or content.get("type") != "AdaptiveCard":
        raise Rejected("Bad Argument: no Adaptive Card")
    if content.get("version") not in ("1.2", "1.3", "1.4", "1.5"):
        raise Rejected("Bad Argument: version of the card")
    actions: list[dict[str, Any]] = content.get("actions", [])
    if len(actions) > 6:
        raise Rejected("Bad Argument: only six actions are shown")
    return actions


def _button(action: dict[str, Any]) -> SentButton:
    if not action.get("title"):
        raise Rejected("Bad Argument: a button without a title")
    if action["type"] == "Action.OpenUrl":
        if not action["url"].startswith("https://"):
            raise Rejected("Bad Argument: url")
        return SentButton(action["title"], url=action["url"])
    pressed = action["data"]["msteams"]
    if action["type"] != "Action.Submit" or pressed["type"] != "messageBack":
        raise Rejected("Bad Argument: action")
    return SentButton(action["title"], pressed)
