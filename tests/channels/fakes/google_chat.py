"""Google's public keys, and what Google Chat makes of a response.

Keys as in https://developers.google.com/workspace/chat/verify-requests-from-chat; messages as in
https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages and its cards.
"""

from __future__ import annotations

import datetime
import json
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent, SentButton
from twitchwise.channels.platforms.google_tokens import CERTIFICATES_PATH, CHAT_ACCOUNT, JWKS_PATH

PROJECT = "123456789012"
LARGEST = 32_000
_LINK = re.compile(r"<(?P<url>https?://[^|>]+)(?:\|(?P<text>[^>]*))?>")
_MENTION = re.compile(r"<users/[^>]*>")
_JOINER = "\u2060"


class Signer:
    """An account with keys: its own certificates, and tokens that it signs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key_id = f"key-of-{name}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, *, key_id: str | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """Return a token with these claims, signed by this account."""
        headers = {"kid": self.key_id if key_id is None else key_id}
        return jwt.encode(claims, self.key, algorithm=algorithm, headers=headers)

    def certificate(self) -> str:
        """Return the public key in a certificate, in PEM."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(7)
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def jwk(self) -> dict[str, Any]:
        """Return the public key as a JSON Web Key."""
        numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {**numbers, "kid": self.key_id, "alg": "RS256", "use": "sig"}


CHAT = Signer("chat")
GOOGLE = Signer("google")
STRANGER = Signer("stranger")


def chat_claims(**changed: Any) -> dict[str, Any]:
    """Return what Chat's own account says to an app with the project's number as audience."""
    now = int(time.time())
    return {"iss": CHAT_ACCOUNT, "aud": PROJECT, "iat": now, "exp": now + 3600, **changed}


def id_claims(audience: str, email: Any, **changed: Any) -> dict[str, Any]:
    """Return what an ID token of Google says of an account that calls an address."""
    return {
        **chat_claims(aud=audience, iss="https://accounts.google.com", sub="1"),
        "email": email,
        "email_verified": True,
        **changed,
    }


class FakeGoogleChat(FakePlatform):
    """Serves keys; enforces sizes, mentions and buttons in responses."""

    name = "google_chat"

    def __init__(self) -> None:
        super().__init__()
        self.chat_signers = [CHAT]
        self.google_signers = [GOOGLE]

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        return [("GET", CERTIFICATES_PATH, self.certificates), ("GET", JWKS_PATH, self.jwks)]

    def clear(self) -> None:
        super().clear()
        self.chat_signers, self.google_signers = [CHAT], [GOOGLE]

    async def certificates(self, _: web.Request) -> web.Response:
        return web.json_response({one.key_id: one.certificate() for one in self.chat_signers})

    async def jwks(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [one.jwk() for one in self.google_signers]})

    def show(self, space: str, reply: Mapping[str, Any], *, is_addon: bool) -> list[Sent]:
        """Return the message that Chat shows for a response; what it would not show is noted."""
        try:
            return shown(space, reply, is_addon=is_addon)
        except Rejected as rejected:
            self.rejected.append(rejected.why)
            return []


def shown(space: str, reply: Mapping[str, Any], *, is_addon: bool) -> list[Sent]:
    """Return the message of a response, as people read it.

    Raises:
        Rejected: Chat would say that the app does not respond.
    """
    if not reply:
        return []
    message = _created(reply) if is_addon else reply
    if len(json.dumps(message, ensure_ascii=False).encode()) > LARGEST:
        raise Rejected("the message is larger than 32,000 bytes")
    text = message.get("text", "")
    if _MENTION.search(text):
        raise Rejected("somebody is mentioned")
    if not text.strip():
        raise Rejected("the message is empty")
    if "actionResponse" in message and message["actionResponse"]["type"] != "NEW_MESSAGE":
        raise Rejected("another message would be changed")
    return [Sent(space, read_text(text), tuple(_buttons(message, is_addon)), message)]


def _created(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    if set(reply) != {"hostAppDataAction"}:
        raise Rejected("an add-on answers with actions")
    created: Mapping[str, Any] = reply["hostAppDataAction"]["chatDataAction"]["createMessageAction"]
    return created["message"]  # type: ignore[no-any-return]


def read_text(text: str) -> str:
    """Return a text without Chat's markup (its page "Format messages")."""
    plain = _LINK.sub(lambda link: link["text"] or link["url"], text)
    for mark in "*_~`":
        plain = _marked(mark).sub(r"\1", plain)
    return plain.replace(_JOINER, "")


def _marked(mark: str) -> re.Pattern[str]:
    sign = re.escape(mark)
    return re.compile(rf"(?<![\w{_JOINER}]){sign}(?=[^\s{_JOINER}])([^{sign}\n]+?){sign}(?!\w)")


def _buttons(message: Mapping[str, Any], is_addon: bool) -> Iterable[SentButton]:
    for card in message.get("cardsV2", []):
        if not card["cardId"]:
            raise Rejected("a card needs an id")
        for section in card["card"]["sections"]:
            for widget in section["widgets"]:
                for button in widget["buttonList"]["buttons"]:
                    yield _button(button, is_addon)


def _button(button: Mapping[str, Any], is_addon: bool) -> SentButton:
    if not button["text"]:
        raise Rejected("a button needs a text")
    click = button["onClick"]
    if "openLink" in click:
        if not click["openLink"]["url"].startswith("https://"):
            raise Rejected("a link needs https")
        return SentButton(button["text"], url=click["openLink"]["url"])
    action = click["action"]
    if not action["function"] or (is_addon and not action["function"].startswith("https://")):
        raise Rejected("an add-on's button calls an address")
    if not all(isinstance(one["value"], str) for one in action["parameters"]):
        raise Rejected("parameters are texts")
    return SentButton(button["text"], action)
