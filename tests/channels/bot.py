"""A bot with messaging platforms in this process, and a canned answer in the place of Rasa."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from sanic.touchup.service import TouchUp

from tests.channels.drivers.driver import Call, Driver
from twitchwise.channels.platforms.channel import PlatformChannels

_WITHIN = 20.0
_numbers = itertools.count()
_starts = itertools.count()


def button(number: int, title: str = "") -> dict[str, str]:
    """Return a button as Rasa hands it to a channel."""
    return {"title": title or f"Choice {number}", "payload": f"q:x{number}.foods"}


@dataclass(frozen=True)
class Heard:
    """A message as it reached Rasa."""

    sender: str
    text: str
    channel: str


@dataclass
class Bot:
    """The server with its platforms; answers come from ``script``, or repeat what was heard."""

    drivers: dict[str, Driver]
    heard: list[Heard] = field(default_factory=list)
    script: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: Messages at which Rasa fails.
    broken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._app = Sanic(f"channels_under_test_{next(_numbers)}")
        self.channel = PlatformChannels()
        self._app.blueprint(
            self.channel.blueprint(self._handle), url_prefix=self.channel.url_prefix()
        )

    async def start(self, *, wait: bool = True) -> Bot:
        """Start the server and its platforms, and wait until these are ready."""
        with pytest.MonkeyPatch.context() as patch:
            if next(_starts):
                # Sanic rewrites its own methods as it starts, which works once in a process.
                patch.setattr(TouchUp, "run", lambda _: None)
            await self._app._startup()
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._app), base_url="http://bot"
        )
        await self.channel.started()
        if wait:
            await asyncio.wait_for(asyncio.gather(*self.channel._starting), _WITHIN)
        return self

    async def stop(self) -> None:
        """Stop it as the server does."""
        await self.channel.stopped()
        await self.http.aclose()
        Sanic._app_registry.pop(self._app.name, None)

    async def _handle(self, message: UserMessage) -> None:
        text = message.text or ""
        self.heard.append(Heard(message.sender_id, text, str(message.input_channel)))
        if text in self.broken:
            raise RuntimeError(text)
        for said in self.script.get(text, [{"text": f"I heard: {text}."}]):
            await message.output_channel.send_response(message.sender_id, said)

    async def call(self, call: Call, *, wait: bool = True) -> httpx.Response:
        """Let a platform call us; replies that come in the response count as sent.

        Args:
            call: what it sends.
            wait: whether to wait until all that follows from it is over.
        """
        response = await self.http.request(
            call.method,
            call.path,
            content=call.body,
            # As bytes: a header may hold anything.
            headers=[(name.encode(), value.encode()) for name, value in call.headers.items()],
        )
        driver = self.driver_of(call)
        driver.fake.sent.extend(driver.read(response, call))
        if wait:
            await self.quiet()
        return response

    def driver_of(self, call: Call) -> Driver:
        """Return the driver of the platform that makes a call."""
        return self.drivers[call.path.split("/")[2]]

    async def quiet(self) -> None:
        """Wait until no message is being handled or delivered."""
        await self.until(lambda: not len(self.channel.desk._lanes))

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = asyncio.get_running_loop().time() + _WITHIN
        while not is_so():
            assert asyncio.get_running_loop().time() < end, "it never came to be so"
            await asyncio.sleep(0.005)
