"""Discord's interactions.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object and
https://discord.com/developers/docs/interactions/overview (signatures).
"""

from __future__ import annotations

import json
import secrets
import time
import zlib
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.discord import APP_ID, TOKEN, FakeDiscord
from tests.channels.fakes.server import SentButton
from twitchwise.channels.platforms.discord import SIGNATURE_HEADER, TIMESTAMP_HEADER

PATH = "/webhooks/discord/webhook"
KEY = Ed25519PrivateKey.generate()
PUBLIC_KEY = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
_WORDS_ONLY = "a command holds words only"


class DiscordDriver(Driver):
    """People who use the app's commands and buttons, alone with it and in servers."""

    name = "discord"
    not_applicable = {
        "caption": _WORDS_ONLY,
        "media": _WORDS_ONLY,
        "sticker": _WORDS_ONLY,
        "edit": "a command cannot be edited",
        "mention": "only commands and buttons reach the app",
        "stop": "only by SMS",
    }
    buttons = 25
    fake: FakeDiscord

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_DISCORD_APP_ID": APP_ID,
            "TWITCHWISE_DISCORD_PUBLIC_KEY": PUBLIC_KEY,
            "TWITCHWISE_DISCORD_TOKEN": TOKEN,
            "TWITCHWISE_DISCORD_API_URL": self.fake.url,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, "aW50ZXJhY3Rpb24")

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        question = {"name": "question", "type": 3, "value": text}
        return self.command("ask", person=person, group=group, options=[question])

    def command(self, name: str, *, person: str = "ann", group: str = "", **data: Any) -> Call:
        """Return a slash command."""
        given = {"id": "9", "name": name, "type": 1, **data}
        return self.interaction(2, person, group, data=given)

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        raise NotImplementedError(_WORDS_ONLY)

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        key = {"type": 2, "style": 2, "label": button.title, "custom_id": button.value}
        return self.interaction(
            3,
            person,
            group,
            data={"component_type": 2, "custom_id": button.value},
            message={"id": "5", "components": [{"type": 1, "components": [key]}]},
        )

    def join(self) -> Call:
        return self.command("help")

    def silent(self) -> list[tuple[str, Call]]:
        return [("Discord asks whether we are there", self.signed(b'{"type": 1}'))]

    def forged(self, kind: str) -> list[Call]:
        body = self.message("my leg is weak").body
        if kind == "missing":
            good = self.signed(body).headers
            return [Call(PATH, body)] + [
                Call(PATH, body, {name: value}) for name, value in good.items()
            ]
        now = int(time.time())
        if kind == "old":
            return [self.signed(body, str(now + late)) for late in (-600, -301, 600, -(10**9))]
        return _wrong(self, body, str(now))

    def accepted(self, response: httpx.Response) -> bool:
        # A pong, or the promise of a reply: Discord takes nothing else for an acknowledgement.
        return response.status_code == 200 and response.json()["type"] in (1, 5)

    def place(self, person: str = "ann", group: str = "") -> str:
        return _number(f"channel of {group or person}")

    def signed(self, body: bytes, timestamp: str = "") -> Call:
        at = timestamp or str(int(time.time()))
        signature = KEY.sign(at.encode() + body).hex()
        return Call(PATH, body, {SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: at})

    def interaction(self, kind: int, person: str, group: str, **content: Any) -> Call:
        """Return an interaction, rightly signed; its token is valid from now on."""
        user = {"id": _number(person), "username": "kim", "global_name": "Kim"}
        # In servers the person is a member of them.
        who: dict[str, Any] = (
            {"guild_id": _number(f"server of {group}"), "member": {"user": user}, "context": 0}
            if group
            else {"user": user, "context": 1}
        )
        token = f"aW50ZXJhY3Rpb24-{secrets.token_urlsafe(60)}"
        channel = self.place(person, group)
        self.fake.interactions[token] = channel
        return self.signed(
            json.dumps(
                {
                    "id": str(self.next_id()),
                    "application_id": APP_ID,
                    "type": kind,
                    "token": token,
                    "version": 1,
                    "channel_id": channel,
                    **who,
                    **content,
                }
            ).encode()
        )


DRIVER, FAKE = DiscordDriver, FakeDiscord


def _number(name: str) -> str:
    """Return an id for a name, always the same one."""
    return str(10**18 + zlib.crc32(name.encode()))


def _wrong(driver: DiscordDriver, body: bytes, now: str) -> list[Call]:
    """Return calls that Discord did not sign, or signed for something else."""
    good = driver.signed(body, now).headers[SIGNATURE_HEADER]
    stranger = Ed25519PrivateKey.generate().sign(now.encode() + body).hex()
    signatures = [
        stranger,
        KEY.sign(body).hex(),
        KEY.sign(body + now.encode()).hex(),
        KEY.sign(now.encode()).hex(),
        KEY.sign(now.encode() + body + b" ").hex(),
        KEY.sign(now.encode() + b"." + body).hex(),
        driver.signed(b'{"type": 1}', now).headers[SIGNATURE_HEADER],
        good[:-2],
        good[:64],
        good + "00",
        f" {good[:-1]}",
        f"0x{good}",
        f"sha256={good}",
        good[::-1],
        "0" * 128,
        "f" * 128,
        "",
        "é" * 128,
        "٣" * 128,
        PUBLIC_KEY * 2,
        # A signature whose second half is not below the order of the group (RFC 8032, 5.1.7).
        good[:64] + "ff" * 32,
    ]
    calls = [Call(PATH, body, {SIGNATURE_HEADER: s, TIMESTAMP_HEADER: now}) for s in signatures]
    times = [str(int(now) + 1), f"{now}0", f"{now}.0", f" {now[:-1]}", "", "now", "nan", "é"]
    calls += [Call(PATH, body, {SIGNATURE_HEADER: good, TIMESTAMP_HEADER: t}) for t in times]
    other = json.loads(body)
    changed = json.dumps({**other, "member": {"user": {"id": "1"}}}).encode()
    elsewhere = json.dumps({**other, "application_id": "1"}).encode()
    return [
        *calls,
        Call(PATH, changed, driver.signed(body, now).headers),
        driver.signed(elsewhere),
        # Rightly signed words, but no time at all.
        driver.signed(body, "soon"),
        driver.signed(body, "nan"),
    ]
