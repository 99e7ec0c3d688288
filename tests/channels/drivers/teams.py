"""Teams' activities, and the tokens of the Bot Connector.

Shapes follow "Messages in bot conversations", "Channel and group chat conversations with a bot",
"Conversation events in your Teams bot" and "Card actions"
(https://learn.microsoft.com/microsoftteams/platform/), tokens "Authenticate requests with the Bot
Connector API" (https://learn.microsoft.com/azure/bot-service/rest-api/).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.server import SentButton
from tests.channels.fakes.teams import (
    APP_ID,
    BOT_ID,
    KEY,
    KEY_ID,
    OTHER_KEY,
    OTHER_KEY_ID,
    PASSWORD,
    REGION,
    TENANT,
    FakeTeams,
)

PATH = "/webhooks/teams/webhook"
SERVICE_URL = f"https://smba.trafficmanager.net{REGION}/"
BOT_NAME = "Twitchwise"
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TeamsDriver(Driver):
    """People in personal chats and channels."""

    name = "teams"
    not_applicable = {"stop": "only by SMS"}
    buttons = 6
    fake: FakeTeams

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_TEAMS_APP_ID": APP_ID,
            "TWITCHWISE_TEAMS_APP_PASSWORD": PASSWORD,
            "TWITCHWISE_TEAMS_TENANT_ID": TENANT,
            "TWITCHWISE_TEAMS_LOGIN_URL": f"{self.fake.url}/login",
            "TWITCHWISE_TEAMS_OPENID_URL": f"{self.fake.url}/v1/.well-known/openidconfiguration",
            "TWITCHWISE_TEAMS_API_URL": self.fake.url,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        # What the fake's tokens begin with, and those of the Bot Connector.
        return (PASSWORD, "connector.", "eyJ")

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        content = self.mentioning(f"<at>{BOT_NAME}</at> {text}") if group and mention else {}
        return self.send(self.activity(person, group, **{"text": text, **content}))

    def mentioning(self, text: str) -> dict[str, Any]:
        """Return the parts of a message that mentions the bot by name."""
        mention = {
            "type": "mention",
            "mentioned": {"id": BOT_ID, "name": BOT_NAME},
            "text": f"<at>{BOT_NAME}</at>",
        }
        client = {"type": "clientInfo", "locale": "en-US", "platform": "Windows"}
        return {"text": text, "entities": [mention, client]}

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        picture = {
            "contentType": "image/*",
            "contentUrl": f"{SERVICE_URL}v3/attachments/0-eus-d1/views/original",
        }
        own = {"contentType": "text/html", "content": f"<p>{caption}</p>"}
        return self.send(self.activity(person, text=caption, attachments=[picture, own]))

    def sticker(self, *, person: str = "ann") -> Call:
        image = '<p><img alt="Hi" itemtype="http://schema.skype.com/Sticker" src="https://x/"></p>'
        html = {"contentType": "text/html", "content": image}
        return self.send(self.activity(person, text="", attachments=[html]))

    def edit(self, call: Call, text: str) -> Call:
        return self.send(
            {
                **json.loads(call.body),
                "type": "messageUpdate",
                "timestamp": f"2026-11-29T10:00:{self.next_id()}Z",
                "channelData": {"eventType": "editMessage", "tenant": {"id": TENANT}},
                "text": text,
            }
        )

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        return self.send(
            self.activity(
                person,
                group,
                id=f"f:{self.next_id()}",
                text=button.value["text"],
                value=button.value["value"],
                replyToId="1:1",
            )
        )

    def join(self) -> Call:
        return self.send(self.joining("ann"))

    def joining(self, person: str, group: str = "") -> dict[str, Any]:
        """Return how a chat is told of that the bot was added to."""
        added = [{"id": BOT_ID}, {"id": _user(person)["id"]}]
        found = self.activity(person, group, type="conversationUpdate", membersAdded=added)
        return {**found, "id": f"f:{self.next_id()}"}

    def silent(self) -> list[tuple[str, Call]]:
        other = {**self.joining("ann", "club"), "membersAdded": [{"id": "29:somebody"}]}
        own = {**self.activity("ann", text="hello"), "from": {"id": BOT_ID, "name": BOT_NAME}}
        back: dict[str, Any] = {"channelData": {"eventType": "undeleteMessage"}, "text": "hello"}
        renamed: dict[str, Any] = {"channelData": {"eventType": "teamRenamed"}}
        found = {
            "somebody else was added": other,
            "the bot was removed": self.activity(
                type="conversationUpdate", membersRemoved=[{"id": BOT_ID}]
            ),
            "the app was removed": self.activity(type="installationUpdate", action="remove"),
            "a team was renamed": self.activity(
                "ann", "club", type="conversationUpdate", **renamed
            ),
            "a reaction": self.activity(type="messageReaction", reactionsAdded=[{"type": "like"}]),
            "somebody types": self.activity(type="typing"),
            "a message was deleted": self.activity(type="messageDelete"),
            "a message came back": self.activity(type="messageUpdate", **back),
            "an event": self.activity(type="event", name="application/vnd.microsoft.readReceipt"),
            "a conversation ended": self.activity(type="endOfConversation"),
            "the bot's own message": own,
            "a type that is not known": self.activity(type="somethingNew", text="hello"),
        }
        return [(what, self.send(activity)) for what, activity in found.items()]

    def forged(self, kind: str) -> list[Call]:
        if kind == "old":
            hour: dict[str, Any] = {"nbf": int(time.time()) - 7200, "iat": int(time.time()) - 7200}
            return [
                self._told(token(**hour, exp=int(time.time()) - age)) for age in (301, 3600, 10**9)
            ]
        if kind == "missing":
            return [Call(PATH, self._body()), self._told("", scheme="")]
        return [self._told(made) for made in forged_tokens()] + self._forged_activities()

    def _forged_activities(self) -> list[Call]:
        """Return activities that do not belong to their tokens, or to addresses of others."""
        calls = []
        for url in untrusted_urls():
            body = self._body(serviceUrl=url)
            # Signed for this address, as by a channel that is not what it should be.
            calls.append(self._told(token(serviceurl=url), body))
            # Signed for the right one.
            calls.append(self._told(token(), body))
        for channel in ("webchat", "emulator", "MSTEAMS", "", None):
            calls.append(self._told(token(), self._body(channelId=channel)))
        calls.append(self._told(token(OTHER_KEY, OTHER_KEY_ID), self._body()))
        calls.append(self._told(token(OTHER_KEY, OTHER_KEY_ID), self._body(channelId="webchat")))
        calls.append(self._told(token(), scheme="Basic "))
        calls.append(self._told(f"{token()} {token()}"))
        return calls

    def place(self, person: str = "ann", group: str = "") -> str:
        return f"19:{group}@thread.tacv2" if group else f"a:1-{person}"

    def signed(self, body: bytes) -> Call:
        return self._told(token(), body)

    def send(self, activity: dict[str, Any]) -> Call:
        """Return the call that brings an activity."""
        return self.signed(json.dumps(activity).encode())

    def activity(self, person: str = "ann", group: str = "", **content: Any) -> dict[str, Any]:
        """Return an activity; a message where nothing else is said."""
        number = self.next_id()
        thread = f";messageid={number}" if group else ""
        conversation: dict[str, Any] = {
            "conversationType": "channel" if group else "personal",
            "tenantId": TENANT,
            "id": self.place(person, group) + thread,
        }
        if group:
            conversation["isGroup"] = True
        return {
            "type": "message",
            "id": str(number),
            "timestamp": "2026-11-29T09:10:07.437Z",
            "serviceUrl": SERVICE_URL,
            "channelId": "msteams",
            "from": _user(person),
            "conversation": conversation,
            "recipient": {"id": BOT_ID, "name": BOT_NAME},
            "textFormat": "plain",
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            **content,
        }

    def _body(self, **content: Any) -> bytes:
        return json.dumps(self.activity(text="my leg is weak", **content)).encode()

    def _told(self, made: str, body: bytes | None = None, *, scheme: str = "Bearer ") -> Call:
        headers = {"Authorization": scheme + made, "Content-Type": "application/json"}
        return Call(PATH, self._body() if body is None else body, headers)


DRIVER, FAKE = TeamsDriver, FakeTeams


def token(
    key: Any = KEY,
    key_id: str | None = KEY_ID,
    algorithm: str = "RS256",
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """Return a token of the Bot Connector; a claim of None is left out."""
    now = int(time.time())
    all_claims = {
        "serviceurl": SERVICE_URL,
        "iss": "https://api.botframework.com",
        "aud": APP_ID,
        "nbf": now - 10,
        "exp": now + 3600,
        **claims,
    }
    named = {"kid": key_id, "x5t": key_id} if key_id is not None else {}
    return jwt.encode(
        {name: value for name, value in all_claims.items() if value is not None},
        key,
        algorithm,
        headers={**named, **(header or {})},
    )


def forged_tokens() -> list[str]:
    """Return tokens that are not those of the Bot Connector for this bot."""
    now = int(time.time())
    head, body, signature = token().split(".")
    other = token(aud="00000000-0000-0000-0000-000000000000").split(".")[1]
    public = KEY.public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    own_key = jwt.algorithms.RSAAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)
    return [
        # By somebody else, or by nobody.
        token(STRANGER),
        token(STRANGER, header={"jwk": own_key}),
        token(STRANGER, header={"jku": "https://attacker.example/keys"}),
        token(OTHER_KEY),
        token(None, algorithm="none"),
        _unsigned("NONE"),
        _unsigned("None", b"x"),
        # By another algorithm.
        _hmac(pem),
        _hmac(der),
        _hmac(PASSWORD.encode()),
        _hmac(b""),
        token(algorithm="RS512"),
        token(algorithm="PS256"),
        # For somebody else.
        token(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
        token(iss="https://api.botframework.us"),
        token(iss="https://api.botframework.com/"),
        token(iss=None),
        token(aud="00000000-0000-0000-0000-000000000000"),
        token(aud="https://api.botframework.com"),
        token(aud=[APP_ID, "00000000-0000-0000-0000-000000000000"]),
        token(aud=APP_ID.upper()),
        token(aud=None),
        # At another time.
        token(nbf=now + 400),
        token(iat=now + 400),
        token(exp=None),
        token(exp="soon"),
        # For another address.
        token(serviceurl="https://smba.trafficmanager.net/amer/"),
        token(serviceurl=SERVICE_URL[:-1]),
        token(serviceurl=""),
        token(serviceurl=[SERVICE_URL]),
        token(serviceurl=None),
        token(serviceurl=None, serviceUrl="https://attacker.example/"),
        # With a key that is not known.
        token(key_id="connector-key-3"),
        token(key_id=""),
        token(key_id=None),
        token(key_id="../" * 50),
        # Changed on its way.
        f"{head}.{other}.{signature}",
        f"{head}.{body}.{signature[:-4]}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}..{signature}",
        # No tokens at all.
        "garbage",
        "..",
        "a.b.c",
        "é.é.é",
        APP_ID,
        PASSWORD,
        _part([1]) + "." + body + "." + signature,
        _part({"alg": ["RS256"], "kid": KEY_ID}) + "." + body + "." + signature,
        _part({"alg": "RS256", "kid": {"a": 1}}) + "." + body + "." + signature,
    ]


def untrusted_urls() -> list[str]:
    """Return service URLs to which the bot's token must never go."""
    return [
        "https://attacker.example/",
        f"http://smba.trafficmanager.net{REGION}/",
        "https://smba.trafficmanager.net.attacker.example/",
        "https://attacker.trafficmanager.net/",
        "https://attackerbotframework.com/",
        "https://.botframework.com/",
        "https://smba.trafficmanager.net@attacker.example/",
        "https://attacker.example\\@smba.trafficmanager.net/",
        "https://attacker.example#smba.trafficmanager.net/",
        "https://attacker.example?.botframework.com/",
        "https://smba.trafficmanager.net:8443/",
        "https://smba.trafficmanager.net/../emea/?x=",
        "https://127.0.0.1/",
        "//smba.trafficmanager.net/",
        "file:///etc/passwd",
        "https://smba.trafficmanager.nеt/",
        "",
    ]


def _user(name: str) -> dict[str, Any]:
    account = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    return {"id": f"29:1{name}", "name": name.title(), "aadObjectId": str(account)}


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(algorithm: str, signature: bytes = b"") -> str:
    body = token().split(".")[1]
    return f"{_part({'alg': algorithm, 'kid': KEY_ID})}.{body}.{signature.decode()}"


def _hmac(secret: bytes) -> str:
    """Return a token that is signed with something that others know, as if it were a secret."""
    line = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': KEY_ID})}.{token().split('.')[1]}"
    made = hmac.new(secret, line.encode(), hashlib.sha256).digest()
    return f"{line}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"
