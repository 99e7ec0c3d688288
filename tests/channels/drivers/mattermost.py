"""How Mattermost calls: https://developers.mattermost.com/integrate/webhooks/outgoing,
.../slash-commands/custom and .../plugins/interactive-messages.

In private people use the slash command, in channels the bot is mentioned.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.mattermost import ME, TOKEN, USERNAME, FakeMattermost, direct_channel
from tests.channels.fakes.server import SentButton

WEBHOOK_TOKEN = "webhooktokenofthetests0001"
SECOND_WEBHOOK_TOKEN = "webhooktokenofthetests0002"
COMMAND_TOKEN = "commandtokenofthetests0001"
WEBHOOK = "/webhooks/mattermost/webhook"
COMMAND = "/webhooks/mattermost/command"
ACTION = "/webhooks/mattermost/action"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class MattermostDriver(Driver):
    """People with the slash command, and public channels."""

    name = "mattermost"
    not_applicable = {
        "old": "Mattermost signs no time; what comes again is known by its id",
        "edit": "webhooks tell of no edits; over the WebSocket they come (test_mattermost.py)",
        "stop": "only by SMS",
    }
    buttons = 10

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_MATTERMOST_API_URL": self.fake.url,
            "TWITCHWISE_MATTERMOST_TOKEN": TOKEN,
            "TWITCHWISE_MATTERMOST_WEBHOOK_TOKEN": f"{WEBHOOK_TOKEN}, {SECOND_WEBHOOK_TOKEN}",
            "TWITCHWISE_MATTERMOST_COMMAND_TOKEN": COMMAND_TOKEN,
            "TWITCHWISE_MATTERMOST_MODE": "webhooks",
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, WEBHOOK_TOKEN, SECOND_WEBHOOK_TOKEN, COMMAND_TOKEN)

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        if group:
            said = f"@{USERNAME} {text}" if mention else text
            return self.webhook(person=person, group=group, text=said)
        return Call(COMMAND, urlencode(self.command(person, text)).encode(), FORM)

    def command(self, person: str, text: str) -> dict[str, str]:
        """Return the fields of a slash command."""
        hook = an_id(f"hook{self.next_id()}")
        return {
            "channel_id": an_id("town square"),
            "channel_name": "town-square",
            "command": "/ask",
            "response_url": f"https://chat.example/hooks/commands/{hook}",
            "team_domain": "team",
            "team_id": an_id("team"),
            "text": text,
            "token": COMMAND_TOKEN,
            "trigger_id": f"trigger{self.next_id()}" * 20,
            "user_id": an_id(person),
            "user_name": person,
        }

    def webhook(self, *, person: str = "ann", group: str = "club", **fields: Any) -> Call:
        """Return the call of an outgoing webhook."""
        body = {
            "token": WEBHOOK_TOKEN,
            "team_id": an_id("team"),
            "team_domain": "team",
            "channel_id": an_id(group),
            "channel_name": group,
            "timestamp": 1_770_000_000_000,
            "user_id": an_id(person),
            "user_name": person,
            "post_id": an_id(f"post{self.next_id()}"),
            "text": "",
            "trigger_word": "",
            "file_ids": "",
            **fields,
        }
        return Call(WEBHOOK, json.dumps(body).encode(), JSON)

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        text = f"@{USERNAME} {caption}".strip()
        return self.webhook(person=person, text=text, file_ids=f"{an_id('a')},{an_id('b')}")

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        channel = self.place(person, group)
        body = {
            "user_id": an_id(person),
            "user_name": person,
            "channel_id": channel,
            "channel_name": group,
            "team_id": an_id("team"),
            "team_domain": "team",
            "post_id": an_id("the post of the bot"),
            "trigger_id": f"press{self.next_id()}" * 20,
            "type": "",
            "data_source": "",
            "context": button.value,
        }
        return Call(ACTION, json.dumps(body).encode(), JSON)

    def join(self) -> Call:
        return self.message("help")

    def silent(self) -> list[tuple[str, Call]]:
        return [
            ("the bot's own post", self.webhook(person="", user_id=ME, text=f"@{USERNAME} hi")),
            ("no channel", self.webhook(channel_id="", text=f"@{USERNAME} hello")),
            ("another bot is meant", self.webhook(text=f"@{USERNAME}-two hello")),
        ]

    def signed(self, body: bytes) -> Call:
        return Call(WEBHOOK, body, JSON)

    def forged(self, kind: str) -> list[Call]:
        wrong = [TOKEN, COMMAND_TOKEN, WEBHOOK_TOKEN[:-1], WEBHOOK_TOKEN + "0", "é", " ", ","]
        both = f"{WEBHOOK_TOKEN}, {SECOND_WEBHOOK_TOKEN}"
        wrong += [WEBHOOK_TOKEN.upper(), both, WEBHOOK_TOKEN + "\n"]
        text = f"@{USERNAME} my leg is weak"
        odd: list[Any] = [None, True, 0, [WEBHOOK_TOKEN], {"token": WEBHOOK_TOKEN}]
        command = self.command("ann", "my leg is weak")
        if kind == "bad":
            return [
                *(self.webhook(token=token, text=text) for token in [*wrong, *odd]),
                *(_form(COMMAND, {**command, "token": token}) for token in (WEBHOOK_TOKEN, TOKEN)),
                *self._forged_presses(),
                *self._hidden_tokens(text),
            ]
        if kind == "missing":
            del command["token"]
            return [
                self.webhook(token="", text=text),
                _form(COMMAND, command),
                self.press(SentButton("Yes", {"payload": "my leg is weak"})),
                self.press(SentButton("Yes", None)),
            ]
        return []

    def _forged_presses(self) -> list[Call]:
        signatures = ["", "0" * 64, TOKEN, "é", 7, None, {"a": 1}]
        return [
            self.press(SentButton("Yes", {"payload": "weak", "title": "Yes", "signature": one}))
            for one in signatures
        ]

    def _hidden_tokens(self, text: str) -> list[Call]:
        """Return calls with a right token where it does not count."""
        found = json.loads(self.webhook(text=text, token="").body)
        twice = urlencode([*found.items(), ("token", WEBHOOK_TOKEN)]).encode()
        header = {**JSON, "Authorization": f"Token {WEBHOOK_TOKEN}"}
        body = json.dumps(found).encode()
        return [
            Call(WEBHOOK, twice, FORM),
            Call(WEBHOOK, body, header),
        ]

    def place(self, person: str = "ann", group: str = "") -> str:
        return an_id(group) if group else direct_channel(an_id(person))


DRIVER, FAKE = MattermostDriver, FakeMattermost


def _form(path: str, fields: dict[str, str]) -> Call:
    return Call(path, urlencode(fields).encode(), FORM)


def an_id(name: str) -> str:
    """Return an id as Mattermost makes them (26 characters), always the same for a name."""
    return hashlib.sha256(name.encode()).hexdigest()[:26]
