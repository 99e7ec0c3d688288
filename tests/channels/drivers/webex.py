"""How Webex calls: https://developer.webex.com/docs/webhooks and .../blog/using-a-webhook-secret.

The words are not in the call; the fake keeps them until they are fetched.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from html import escape
from typing import Any

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.server import SentButton
from tests.channels.fakes.webex import ME, NAME, TOKEN, FakeWebex, an_id
from twitchwise.channels.platforms.webex import SIGNATURE_HEADER

SECRET = "webexSecretOfTheTests"
PATH = "/webhooks/webex/webhook"
TIME = "2026-02-02T10:00:00.000Z"


class WebexDriver(Driver):
    """Direct rooms, and groups in which the bot is mentioned."""

    name = "webex"
    not_applicable = {
        "old": "Webex signs no time; what comes again is known by its id",
        "stop": "only by SMS",
    }
    buttons = 5
    fake: FakeWebex

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_WEBEX_TOKEN": TOKEN,
            "TWITCHWISE_WEBEX_SECRET": SECRET,
            "TWITCHWISE_WEBEX_API_URL": self.fake.url,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, SECRET)

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        if not (group and mention):
            return self.write(person, group, text=text)
        html = f"<p>{mention_of(ME, NAME)} {escape(text)}</p>"
        return self.write(person, group, text=f"{NAME} {text}", html=html, mentionedPeople=[ME])

    def write(self, person: str = "ann", group: str = "", **content: Any) -> Call:
        """Return the notice of a message that somebody writes."""
        message = {
            "id": an_id("MESSAGE", str(self.next_id())),
            "roomId": self.place(person, group),
            "roomType": "group" if group else "direct",
            "personId": an_id("PEOPLE", person),
            "personEmail": f"{person}@clinic.example",
            "created": TIME,
            **content,
        }
        self.fake.messages[message["id"]] = message
        return self.notice("messages", "created", message)

    def notice(self, resource: str, event: str, data: dict[str, Any], **more: Any) -> Call:
        """Return the call of a webhook; words are left out."""
        told = {k: v for k, v in data.items() if k not in ("text", "html", "markdown", "inputs")}
        body = {
            "id": an_id("WEBHOOK", "w"),
            "name": "Twitchwise",
            "targetUrl": f"https://bot.clinic.example{PATH}",
            "resource": resource,
            "event": event,
            "orgId": an_id("ORGANIZATION", "o"),
            "createdBy": ME,
            "appId": an_id("APPLICATION", "a"),
            "ownedBy": "creator",
            "status": "active",
            "created": TIME,
            "actorId": data.get("personId"),
            "data": told,
            **more,
        }
        return self.signed(json.dumps(body).encode())

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        files = ["https://webexapis.com/v1/contents/1"]
        return self.write(person, files=files, **({"text": caption} if caption else {}))

    def edit(self, call: Call, text: str) -> Call:
        message_id = json.loads(call.body)["data"]["id"]
        message = self.fake.messages[message_id]
        message.update(text=text, updated=f"2026-02-02T10:00:00.{self.next_id()}Z")
        return self.notice("messages", "updated", message)

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        action = {
            "id": an_id("ATTACHMENT_ACTION", str(self.next_id())),
            "type": "submit",
            "messageId": an_id("MESSAGE", "the card"),
            "inputs": button.value,
            "personId": an_id("PEOPLE", person),
            "roomId": self.place(person, group),
            "created": TIME,
        }
        self.fake.actions[action["id"]] = action
        return self.notice("attachmentActions", "created", action)

    def join(self) -> Call:
        return self.notice("memberships", "created", self.membership(ME), actorId=_ANN)

    def membership(self, person: str) -> dict[str, Any]:
        """Return a membership in a group."""
        return {
            "id": an_id("MEMBERSHIP", str(self.next_id())),
            "roomId": self.place("ann", "club"),
            "roomType": "group",
            "personId": person,
            "personEmail": "somebody@clinic.example",
            "isModerator": False,
            "created": TIME,
        }

    def silent(self) -> list[tuple[str, Call]]:
        other = self.membership(an_id("PEOPLE", "bob"))
        deleted = self.notice("messages", "deleted", {"id": an_id("MESSAGE", "x")})
        gone = self.message("this is gone")
        self.fake.messages.popitem()
        return [
            ("its own message", self.write(personId=ME, text="hello")),
            ("another bot's", self.write(personEmail="other@webex.bot", text="hello")),
            ("somebody else is added", self.notice("memberships", "created", other)),
            ("a message is deleted", deleted),
            ("it was deleted before it was fetched", gone),
        ]

    def signed(self, body: bytes) -> Call:
        return Call(PATH, body, {SIGNATURE_HEADER: sign(body)})

    def forged(self, kind: str) -> list[Call]:
        call = self.message("my leg is weak")
        good = call.headers[SIGNATURE_HEADER]
        other = self.message("another").body
        wrong = [
            sign(other),
            sign(call.body, "another secret"),
            sign(call.body, ""),
            sign(call.body, TOKEN),
            sign(call.body + b" "),
            hmac.new(SECRET.encode(), call.body, "sha256").hexdigest(),
            hmac.new(SECRET.encode(), call.body, "md5").hexdigest(),
            hashlib.sha1(call.body).hexdigest(),
            hashlib.sha1(SECRET.encode() + call.body).hexdigest(),
            good[:-1],
            good[:20],
            good + "0",
            good[::-1],
            f"sha1={good}",
            good.upper(),
            f"{good}, {good}",
            "0" * 40,
            SECRET,
            "é",
            "",
        ]
        if kind == "bad":
            changed = call.body.replace(b"messages", b"Messages")
            forged = [Call(PATH, call.body, {SIGNATURE_HEADER: one}) for one in wrong]
            return [*forged, Call(PATH, changed, call.headers)]
        if kind == "missing":
            return [Call(PATH, call.body), Call(PATH, call.body, {"X-Webex-Signature": good})]
        return []

    def place(self, person: str = "ann", group: str = "") -> str:
        return an_id("ROOM", group or f"with-{person}")


DRIVER, FAKE = WebexDriver, FakeWebex
_ANN = an_id("PEOPLE", "ann")


def mention_of(person: str, name: str) -> str:
    """Return a mention as it stands in a message."""
    return (
        f'<{"spark-mention"} data-object-type="person" data-object-id="{person}">{name}'
        "</spark-mention>"
    )


def sign(body: bytes, secret: str = SECRET) -> str:
    """Return the signature of a body."""
    return hmac.new(secret.encode(), body, "sha1").hexdigest()
