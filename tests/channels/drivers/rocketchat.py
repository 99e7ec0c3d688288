"""What Rocket.Chat's outgoing webhooks send: the server's integration handler
(``mapEventArgsToData`` in RocketChat/Rocket.Chat) for "Message Sent" and "File Uploaded".
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.rocketchat import AUTH_TOKEN, ME, USERNAME, FakeRocketChat
from tests.channels.fakes.server import SentButton

TOKEN = "rocketWebhookTokenOfTests"
SECOND_TOKEN = "secondWebhookTokenOfTests"
PATH = "/webhooks/rocketchat/webhook"
JSON = {"Content-Type": "application/json"}


class RocketChatDriver(Driver):
    """Direct rooms (without a name) and channels."""

    name = "rocketchat"
    not_applicable = {
        "old": "Rocket.Chat signs no time; what comes again is known by its id",
        "stop": "only by SMS",
    }

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_ROCKETCHAT_API_URL": self.fake.url,
            "TWITCHWISE_ROCKETCHAT_USER_ID": ME,
            "TWITCHWISE_ROCKETCHAT_AUTH_TOKEN": AUTH_TOKEN,
            "TWITCHWISE_ROCKETCHAT_WEBHOOK_TOKEN": f"{TOKEN},{SECOND_TOKEN}",
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, SECOND_TOKEN, AUTH_TOKEN)

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        said = f"@{USERNAME} {text}" if group and mention else text
        return self.send(person, group, text=said)

    def fields(self, person: str, group: str) -> dict[str, Any]:
        """Return what the webhook sends of a message."""
        named = {"channel_name": group} if group else {}
        return {
            "token": TOKEN,
            "bot": False,
            "channel_id": self.place(person, group),
            **named,
            "message_id": an_id(f"message {self.next_id()}"),
            "timestamp": "2026-02-02T10:00:00.000Z",
            "user_id": an_id(person),
            "user_name": person,
            "siteUrl": "https://chat.example",
            "text": "",
        }

    def send(self, person: str = "ann", group: str = "", **fields: Any) -> Call:
        """Return a call of the webhook."""
        return self.signed(json.dumps({**self.fields(person, group), **fields}).encode())

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        picture = {"title": "leg.png", "image_url": "/file-upload/1/leg.png"}
        if caption:
            picture["description"] = caption
        body = self.fields(person, "")
        message = {
            "_id": body["message_id"],
            "rid": body["channel_id"],
            "msg": "",
            "file": {"_id": "1", "name": "leg.png", "type": "image/png"},
            "attachments": [picture],
        }
        room = {"_id": body["channel_id"], "t": "d", "usernames": [person, USERNAME]}
        return self.send(person, message=message, room=room, user={"_id": an_id(person)})

    def edit(self, call: Call, text: str) -> Call:
        before = json.loads(call.body)
        return self.signed(json.dumps({**before, "text": text, "isEdited": True}).encode())

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        raise AssertionError("there are no buttons")

    def join(self) -> Call:
        return self.message("", group="club")

    def silent(self) -> list[tuple[str, Call]]:
        return [
            ("its own message", self.send(user_id=ME, text="hello")),
            ("another bot's", self.send(bot={"i": "abc"}, text="hello")),
            ("an archived room", self.send(message_id="", text="hello")),
            ("another is meant", self.send(group="club", text=f"@{USERNAME}.two hello")),
        ]

    def signed(self, body: bytes) -> Call:
        return Call(PATH, body, JSON)

    def forged(self, kind: str) -> list[Call]:
        text = "my leg is weak"
        wrong: list[Any] = [TOKEN[:-1], TOKEN + "0", TOKEN.lower(), AUTH_TOKEN, ME, "é", " ", ","]
        wrong += [f"{TOKEN},{SECOND_TOKEN}", TOKEN + "\n", " " + TOKEN, "\u0000", "😀"]
        odd: list[Any] = [None, True, 0, [], [TOKEN], {"token": TOKEN}]
        if kind == "bad":
            header = Call(PATH, self.send(text=text, token="").body, {**JSON, "token": TOKEN})
            nested = self.send(text=text, token="x", data={"token": TOKEN})
            return [header, nested, *(self.send(text=text, token=one) for one in [*wrong, *odd])]
        if kind == "missing":
            body = self.fields("ann", "")
            del body["token"]
            return [self.send(text=text, token=""), self.signed(json.dumps(body).encode())]
        return []

    def place(self, person: str = "ann", group: str = "") -> str:
        return an_id(group) if group else "".join(sorted((ME, an_id(person))))


DRIVER, FAKE = RocketChatDriver, FakeRocketChat


def an_id(name: str) -> str:
    """Return an id as Rocket.Chat makes them (17 characters), always the same for a name."""
    return hashlib.sha256(name.encode()).hexdigest()[:17]
