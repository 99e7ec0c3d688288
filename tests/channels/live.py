"""People who talk to a running bot on messaging platforms, over HTTP and the fakes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.channels.drivers.driver import PUBLIC_URL, Call, Driver
from tests.channels.fakes.server import FakeServer, Sent
from tests.channels.platforms import PLATFORMS
from tests.channels.texts import is_complete

_WITHIN = 90.0


@dataclass(frozen=True)
class Platforms:
    """All platforms on loopback, as they behave towards one bot."""

    server: FakeServer
    drivers: Mapping[str, Driver]

    @property
    def variables(self) -> dict[str, str]:
        """Return what turns all of them on."""
        own = {"TWITCHWISE_PUBLIC_URL": PUBLIC_URL}
        for driver in self.drivers.values():
            own.update(driver.variables)
        return own


@contextmanager
def running_platforms() -> Iterator[Platforms]:
    """Start all fakes, and stop them."""
    server = FakeServer(fake() for _, fake in PLATFORMS.values())
    drivers = {name: driver(server.platforms[name]) for name, (driver, _) in PLATFORMS.items()}
    try:
        yield Platforms(server, drivers)
    finally:
        server.close()


class Phone:
    """Lets platforms call a bot, and waits for what it sends."""

    def __init__(self, url: str, look_every: float = 0.02) -> None:
        """Take the bot's address, and how often to look for a reply, in seconds."""
        self._look_every = look_every
        # None is used again: the server may close it in the moment in which the next call is sent,
        # which a platform would make once more.
        limits = httpx.Limits(max_connections=300, max_keepalive_connections=0)
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False, limits=limits)

    def call(self, driver: Driver, call: Call) -> httpx.Response:
        """Make a call; replies that come in the response count as sent."""
        response = self._http.request(
            call.method,
            call.path,
            content=call.body,
            # A header with a blank at its end cannot be sent.
            headers=[(name.encode(), v.strip().encode()) for name, v in call.headers.items()],
        )
        driver.fake.sent.extend(driver.read(response, call))
        return response

    def talk(self, driver: Driver, call: Call, place: str) -> list[Sent]:
        """Make a call; return the whole reply that comes at the place."""
        before = len(driver.fake.to(place))
        response = self.call(driver, call)
        assert driver.accepted(response), (driver.name, response.status_code, response.text)
        until(
            lambda: is_complete(driver.fake.to(place)[before:]),
            f"no reply by {driver.name}",
            self._look_every,
        )
        return driver.fake.to(place)[before:]

    def close(self) -> None:
        """Close all connections."""
        self._http.close()


def until(holds: Callable[[], bool], what: str, look_every: float = 0.02) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + _WITHIN
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(look_every)
