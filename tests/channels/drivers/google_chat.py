"""Google Chat's interaction events.

https://developers.google.com/workspace/chat/api/reference/rest/v1/Event and
https://developers.google.com/workspace/chat/receive-respond-interactions.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import Mapping
from typing import Any

import httpx
import jwt

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.google_chat import (
    CHAT,
    GOOGLE,
    PROJECT,
    STRANGER,
    FakeGoogleChat,
    chat_claims,
    id_claims,
)
from tests.channels.fakes.server import Sent, SentButton
from twitchwise.channels.platforms.google_tokens import CHAT_ACCOUNT

PATH = "/webhooks/google_chat/webhook"
APP = {"name": "users/777", "displayName": "Twitchwise", "type": "BOT"}
_NO_API = "the reply is in the response, no API is called"


class GoogleChatDriver(Driver):
    """People who write to the app, and spaces with the app in them."""

    name = "google_chat"
    not_applicable = {
        "edit": "Chat tells apps of no edits",
        "mention": "Chat sends apps only what is said to them",
        "stop": "only by SMS",
        "429": _NO_API,
        "500": _NO_API,
        "slow": _NO_API,
        "never": _NO_API,
        "restart": "nothing is acknowledged before the reply",
    }
    replies_in_response = True
    buttons = 20
    fake: FakeGoogleChat

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_GOOGLE_CHAT_AUDIENCE": PROJECT,
            "TWITCHWISE_GOOGLE_CHAT_API_URL": self.fake.url,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (CHAT.token(**chat_claims(iat=1)).split(".")[0],)

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        said: dict[str, Any] = {"text": text, "argumentText": text}
        if group:
            said = {
                "text": f"@Twitchwise {text}",
                "argumentText": f" {text}",
                "annotations": [
                    {
                        "type": "USER_MENTION",
                        "startIndex": 0,
                        "length": len("@Twitchwise"),
                        "userMention": {"user": APP, "type": "MENTION"},
                    }
                ],
            }
        return self.event("MESSAGE", person, group, message=self._message(person, group, **said))

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        content: dict[str, Any] = {"attachment": [{"contentName": "leg.png", "source": "x"}]}
        if caption:
            content.update(text=caption, argumentText=caption)
        return self.event("MESSAGE", person, message=self._message(person, "", **content))

    def sticker(self, *, person: str = "ann") -> Call:
        gifs = [{"uri": "https://media.example/wave.gif"}]
        return self.event("MESSAGE", person, message=self._message(person, "", attachedGifs=gifs))

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        parameters = button.value["parameters"]
        return self.event(
            "CARD_CLICKED",
            person,
            group,
            message={**self._message(person, group), "sender": APP},
            action={"actionMethodName": button.value["function"], "parameters": parameters},
            common={
                "invokedFunction": button.value["function"],
                "parameters": {one["key"]: one["value"] for one in parameters},
            },
        )

    def join(self) -> Call:
        return self.event("ADDED_TO_SPACE", "ann")

    def silent(self) -> list[tuple[str, Call]]:
        bot = {**self._message("ann", "", text="hello", argumentText="hello"), "sender": APP}
        return [
            ("the app is removed", self.event("REMOVED_FROM_SPACE", "ann")),
            ("an app writes", self.event("MESSAGE", "ann", user=APP, message=bot)),
            ("a widget changes", self.event("WIDGET_UPDATED", "ann")),
            ("the app's home is opened", self.event("APP_HOME", "ann")),
            ("a button without a payload", self.event("CARD_CLICKED", "ann")),
            ("something new", self.event("BALLOONS", "ann")),
        ]

    def forged(self, kind: str) -> list[Call]:
        body = self.message("my leg is weak").body
        past = int(time.time()) - 7_200
        good = CHAT.token(**chat_claims())
        headers: dict[str, list[str]] = {
            "bad": [f"Bearer {token}" for token in _wrong_tokens(good)]
            + [good, f"Basic {good}", "Bearer", "Bearer é", f"Bearer {good} {good}"],
            "missing": [],
            "old": [f"Bearer {CHAT.token(**chat_claims(iat=past, exp=past + 3_600))}"],
        }
        calls = [Call(PATH, body, {"Authorization": one}) for one in headers[kind]]
        if kind == "missing":
            # The token of old apps stands in the body; it is no proof.
            calls = [Call(PATH, body), Call(PATH, body, {"Authorization": ""})]
        return calls

    def read(self, response: httpx.Response, call: Call) -> list[Sent]:
        if response.status_code != 200:
            return []
        try:
            event = json.loads(call.body)
            is_addon = bool(event.get("chat"))
            space = _space_of(event)
        except (ValueError, AttributeError):
            return []
        return self.fake.show(space, response.json(), is_addon=is_addon)

    def place(self, person: str = "ann", group: str = "") -> str:
        return f"spaces/{group or f'dm-{person}'}"

    def signed(self, body: bytes) -> Call:
        return Call(PATH, body, {"Authorization": f"Bearer {CHAT.token(**chat_claims())}"})

    def event(self, kind: str, person: str, group: str = "", **content: Any) -> Call:
        """Return an event of an app of its own, rightly signed."""
        event = {
            "type": kind,
            "eventTime": f"2026-03-01T09:00:00.{self.next_id() % 1_000_000:06}Z",
            "user": self.user(person),
            "space": self.space(person, group),
            **content,
        }
        return self.signed(json.dumps(event).encode())

    def user(self, person: str) -> dict[str, Any]:
        """Return a person; everybody here has the same display name."""
        number = zlib.crc32(person.encode())
        return {"name": f"users/{number}", "displayName": "Kim", "type": "HUMAN"}

    def space(self, person: str, group: str) -> dict[str, Any]:
        """Return a space, or a person's private one."""
        kinds = ("ROOM", "SPACE") if group else ("DM", "DIRECT_MESSAGE")
        return {"name": self.place(person, group), "type": kinds[0], "spaceType": kinds[1]}

    def _message(self, person: str, group: str, **content: Any) -> dict[str, Any]:
        space = self.place(person, group)
        return {
            "name": f"{space}/messages/{self.next_id()}",
            "sender": self.user(person),
            "thread": {"name": f"{space}/threads/t1"},
            "space": self.space(person, group),
            **content,
        }


DRIVER, FAKE = GoogleChatDriver, FakeGoogleChat


def _wrong_tokens(good: str) -> list[str]:
    """Return tokens that are not for this app, or are none."""
    head, claims, signature = good.split(".")
    others = json.dumps(chat_claims(exp=int(time.time()) + 90_000)).encode()
    now = int(time.time())
    needless = [{k: v for k, v in chat_claims().items() if k != name} for name in ("exp", "aud")]
    return [
        "",
        "x",
        "a.b.c",
        head,
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{head}.{claims}.{signature[:-8]}",
        f"{head}.{_base64(others)}.{signature}",
        STRANGER.token(**chat_claims()),
        STRANGER.token(**chat_claims(), key_id=CHAT.key_id),
        CHAT.token(**chat_claims(), key_id=""),
        CHAT.token(**chat_claims(), key_id="unknown"),
        CHAT.token(**chat_claims(aud="999999999999")),
        CHAT.token(**chat_claims(aud="https://bot.clinic.example")),
        CHAT.token(**chat_claims(iss="https://accounts.google.com")),
        CHAT.token(**chat_claims(iss="someone@system.gserviceaccount.com")),
        CHAT.token(**chat_claims(iat=now + 600)),
        CHAT.token(**chat_claims(), algorithm="RS512"),
        CHAT.token(**chat_claims(), algorithm="PS256"),
        GOOGLE.token(**id_claims(PROJECT, CHAT_ACCOUNT)),
        *[CHAT.token(**one) for one in needless],
        jwt.encode(chat_claims(), "", algorithm="none", headers={"kid": CHAT.key_id}),
        # Signed with the public certificate as if it were a shared secret.
        _with_secret(CHAT.certificate()),
        f"{_base64(b'[' * 3_000)}.{claims}.{signature}",
        f"{_base64(json.dumps({'alg': 'RS256', 'kid': ['x']}).encode())}.{claims}.{signature}",
    ]


def _with_secret(secret: str) -> str:
    head = json.dumps({"alg": "HS256", "typ": "JWT", "kid": CHAT.key_id}).encode()
    signed = f"{_base64(head)}.{_base64(json.dumps(chat_claims()).encode())}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(digest)}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _space_of(event: Mapping[str, Any]) -> str:
    chat = event.get("chat") or {}
    payloads = [one for one in chat.values() if isinstance(one, dict) and "space" in one]
    space = payloads[0]["space"] if payloads else event.get("space")
    return str(space.get("name", "")) if isinstance(space, dict) else ""
