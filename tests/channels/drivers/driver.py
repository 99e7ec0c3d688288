"""What the contract suite needs to know of a platform: how it calls us, and how people use it."""

from __future__ import annotations

import itertools
import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace

import httpx

from tests.channels.fakes.server import FakePlatform, Sent, SentButton

PUBLIC_URL = "https://bot.clinic.example"


@dataclass(frozen=True)
class Call:
    """A request of a platform to one of our addresses."""

    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"


class Driver(ABC):
    """A platform as it behaves towards us.

    Payload shapes follow the platform's public documentation, named in each driver's module.
    ``person`` and ``group`` are names that the tests choose ("ann"); a driver makes ids of them.
    """

    name: str
    #: What happens with this platform's messages that others do not have: cases of the contract
    #: that cannot occur on it, each with the reason, which stands in the table.
    not_applicable: dict[str, str] = {}
    #: Whether the reply is the HTTP response itself, so that there is no API to fail.
    replies_in_response = False
    #: The most buttons that a message has here; 0 where people answer with numbers.
    buttons = 0

    def __init__(self, fake: FakePlatform) -> None:
        self.fake = fake
        self._ids = itertools.count(secrets.randbelow(1_000_000) * 1_000)

    def next_id(self) -> int:
        """Return a number that no message has had."""
        return next(self._ids)

    @property
    @abstractmethod
    def variables(self) -> dict[str, str]:
        """Return what turns the platform on, with the fake as ``api_url``."""

    @property
    @abstractmethod
    def secrets(self) -> tuple[str, ...]:
        """Return what may never stand in a log."""

    @abstractmethod
    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        """Return a message; in a group with or without a mention of the bot."""

    @abstractmethod
    def signed(self, body: bytes) -> Call:
        """Return a call with any body to the address that takes messages, rightly signed."""

    @abstractmethod
    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        """Return a picture."""

    def sticker(self, *, person: str = "ann") -> Call:
        """Return a sticker, voice message or the like: never words."""
        return self.media(person=person)

    def edit(self, call: Call, text: str) -> Call:
        """Return the edit of an earlier message."""
        raise NotImplementedError

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        """Return what comes when a button is pressed; without buttons, never called."""
        raise NotImplementedError

    def join(self) -> Call | None:
        """Return how a conversation or the bot's stay in a group begins, where that is told."""
        return None

    def silent(self) -> list[tuple[str, Call]]:
        """Return what must get no reply, by name: a block, a receipt, the bot's own message."""
        return []

    def stop(self) -> Call | None:
        """Return STOP, where the platform has it."""
        return None

    def help(self) -> Call | None:
        """Return HELP, where the platform has it."""
        return None

    @abstractmethod
    def forged(self, kind: str) -> list[Call]:
        """Return calls that must be refused.

        Args:
            kind: ``bad`` (a wrong signature or token), ``missing`` (none), ``old`` (rightly
                signed, but long ago).
        """

    def spoil(self, call: Call, place: int) -> Call:
        """Return a rightly signed call in which every proof of who calls is off by a character.

        Args:
            call: rightly signed.
            place: of the character, counted from the end.
        """
        headers = {
            name: value if name.lower() == "content-type" else off_by_one(value, place)
            for name, value in call.headers.items()
        }
        return replace(call, headers=headers)

    def replayed(self, call: Call) -> Call:
        """Return the call as somebody would send it who had read it on its way."""
        return call

    def accepted(self, response: httpx.Response) -> bool:
        """Say whether we acknowledged a call."""
        return response.status_code in (200, 201, 202, 204)

    def read(self, response: httpx.Response, call: Call) -> list[Sent]:
        """Return the messages that are in a response, where replies come so."""
        return []

    def place(self, person: str = "ann", group: str = "") -> str:
        """Return the ``to`` of what is sent to a person, or into a group."""
        return group or person


def off_by_one(text: str, place: int) -> str:
    """Return the text with another character at a place, counted from the end."""
    at = len(text) - 1 - place % len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
