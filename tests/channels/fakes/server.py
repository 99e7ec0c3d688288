"""Messaging platforms on loopback: one server, one port, a path for each platform.

It runs in a thread of its own, so that it serves a bot in this process as well as one in another.
Each fake enforces its platform's limits, as the real one would, and records what was sent.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
_STARTS_WITHIN = 20


@dataclass(frozen=True)
class SentButton:
    """A button as a person sees it; ``value`` is what the platform sends when it is pressed."""

    title: str
    value: Any = None
    url: str | None = None


@dataclass(frozen=True)
class Sent:
    """A message of the bot, as a person reads it.

    Attributes:
        to: the chat, channel or number.
        text: without markup.
        buttons: below it.
        raw: what the platform was sent.
    """

    to: str
    text: str
    buttons: tuple[SentButton, ...] = ()
    raw: Any = field(default=None, repr=False, compare=False)


@dataclass
class Fault:
    """How a platform's API fails.

    Attributes:
        kind: ``429``, ``500``, ``slow`` or ``never``; empty for not at all.
        times: for how many calls more.
        seconds: how slow.
    """

    kind: str = ""
    times: int = 0
    seconds: float = 0.3


class Rejected(Exception):
    """A call that the real platform would refuse."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class FakePlatform(ABC):
    """A platform's API; its routes are below ``/<name>``."""

    name: str

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        #: Calls that the real platform would refuse: there may be none.
        self.rejected: list[str] = []
        #: Every call: method and path.
        self.calls: list[str] = []
        self.fault = Fault()
        #: The address of this platform's API, once the server runs.
        self.url = ""

    @abstractmethod
    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        """Return method, path (below the platform's) and handler of each call."""

    def error(self, status: int, why: str) -> web.Response:
        """Return an error as the platform words it."""
        return web.json_response({"error": why}, status=status)

    def clear(self) -> None:
        """Forget what was sent, and work again."""
        self.sent.clear()
        self.rejected.clear()
        self.calls.clear()
        self.fault = Fault()

    def to(self, place: str) -> list[Sent]:
        """Return what was sent to a chat, channel or number."""
        return [sent for sent in self.sent if sent.to == place]


class FakeServer:
    """All fakes behind one port."""

    def __init__(self, platforms: Iterable[FakePlatform]) -> None:
        self.platforms = {platform.name: platform for platform in platforms}
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(_STARTS_WITHIN), "the fake platforms do not start"

    def close(self) -> None:
        """Stop the server."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STARTS_WITHIN)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        for platform in self.platforms.values():
            platform.url = f"{self.url}/{platform.name}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        # Calls that are never answered are still open.
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=50_000_000)
        for platform in self.platforms.values():
            for method, path, handle in platform.routes():
                guarded = _with_faults(platform, handle)
                app.router.add_route(method, f"/{platform.name}{path}", guarded)
        return app


def _with_faults(platform: FakePlatform, handle: Handle) -> Handle:
    async def answer(request: web.Request) -> web.StreamResponse:
        platform.calls.append(f"{request.method} {request.path}")
        fault = platform.fault
        if fault.kind and fault.times > 0:
            fault.times -= 1
            if fault.kind == "429":
                failed = platform.error(429, "Too Many Requests")
                failed.headers["Retry-After"] = "0"
                return failed
            if fault.kind == "500":
                return platform.error(500, "Internal Server Error")
            await asyncio.sleep(fault.seconds if fault.kind == "slow" else 3600)
        try:
            return await handle(request)
        except Rejected as rejected:
            platform.rejected.append(rejected.why)
            return platform.error(rejected.status, rejected.why)

    return answer
