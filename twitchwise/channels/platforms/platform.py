"""What a module for a messaging platform has to offer."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from sanic.request import Request

from twitchwise.channels.platforms.client import PlatformClient, Undelivered
from twitchwise.channels.platforms.inbound import Address, Inbound
from twitchwise.channels.platforms.registry import variable_name
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part

#: Values of a platform's variables by their short names, defaults filled in.
Values = Mapping[str, str]


@dataclass(frozen=True)
class Route:
    """An address below ``/webhooks/<platform>``.

    Attributes:
        method: of HTTP.
        path: beginning with a slash, such as ``/webhook``.
        handle: answers; it may raise `Refused`.
    """

    method: str
    path: str
    handle: Callable[[Request], Awaitable[Any]]


class Desk(Protocol):
    """Where platforms hand in what they got (see `desk.MessageDesk`)."""

    async def take(self, platform: Platform, inbounds: Sequence[Inbound]) -> None:
        """Take messages in, so that they can be acknowledged; they are answered in the background.

        What came before, by its id, is ignored.

        Raises:
            Refused: too many of the platform wait; it is to send them again.
        """

    async def answer(self, platform: Platform, inbound: Inbound) -> tuple[Part, ...]:
        """Return the reply, for platforms that want it in the response.

        The same message again gets the same reply. There is none where none may be sent (STOP).
        """


class Platform(ABC):
    """A messaging platform: verifies its caller, reads its messages, delivers replies.

    Attributes:
        name: as in the registry; part of the address.
        limits: what fits into one of its messages.
    """

    name: ClassVar[str]
    limits: Limits

    def __init__(self, values: Values, desk: Desk) -> None:
        """Take what the platform's variables hold, and where to hand in messages.

        Raises:
            TwitchwiseError: a value cannot be used; names the variable, never its value.
        """
        self.values = values
        self.desk = desk
        self.client = PlatformClient(self.name)
        self._beside: set[asyncio.Task[Any]] = set()

    def variable(self, key: str) -> str:
        """Return the whole name of one of the platform's variables."""
        return variable_name(self.name, key)

    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """Return the addresses at which the platform calls."""

    @abstractmethod
    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part of a reply.

        Args:
            address: of the message that is replied to.
            part: what to send.
            number: 0 for the first part of the reply.

        Raises:
            Undelivered: it was not taken, also after retries.
        """

    async def start(self) -> None:  # noqa: B027
        """Prepare in the server's event loop; what fails here is reported, and tried again.

        Raises:
            Undelivered: the platform could not be reached.
        """

    async def stop_listening(self) -> None:  # noqa: B027
        """Fetch nothing more: for platforms that are not called, but ask or listen themselves."""

    async def stop(self) -> None:
        """End what `start` began. Close the client."""
        for task in self._beside:
            task.cancel()
        await self.client.close()

    def background(self, call: Coroutine[Any, Any, Any]) -> None:
        """Make a call that nobody waits for, and that may fail (a receipt, a sign of typing)."""

        async def quietly() -> None:
            with contextlib.suppress(Undelivered):
                await call

        task = asyncio.get_running_loop().create_task(quietly())
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
