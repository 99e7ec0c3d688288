"""Mattermost's WebSocket: https://api.mattermost.com/#tag/WebSocket.

Direct messages to a bot come no other way. After a short break the server sends again what was
missed (``connection_id`` and ``sequence_number``), but only to who is known by the header of the
very first request, as its handler ``connectWebSocket`` has it; it greets only new connections.
After a long one, and after a restart, it knows nothing of us: then what was posted is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.requests import number_at, text_at
from twitchwise.channels.platforms.tasks import end

logger = logging.getLogger(__name__)

#: How long to wait before it is tried again, in seconds: twice as long each time, up to a minute.
FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
#: How long the other side may take to say goodbye.
_CLOSE_SECONDS = 1.0
#: How often it is seen whether the other side is still there.
_HEARTBEAT_SECONDS = 30.0
#: How often an event that could not be read is tried again.
_TRIES = 5
_LARGEST_EVENT = 4_000_000
#: What was posted so long before a break, or our start, is read again, in seconds: breaks are
#: noticed late, and what is known is not answered twice.
_BEFORE_SECONDS = 3600.0
_DAY_SECONDS = 24 * 3600.0


class MattermostSocket:
    """Listens, and connects again whenever that ends."""

    def __init__(
        self,
        base: str,
        token: str,
        take: Callable[[Mapping[str, Any]], Awaitable[None]],
        catch_up: Callable[[int], Awaitable[None]],
    ) -> None:
        """Take the server's address, the bot's token, and what is to be done.

        Args:
            base: address of the server.
            token: of the bot.
            take: takes an event; may raise `Undelivered` and `Refused`, then it is handed in again.
            catch_up: takes what was posted since a time, in milliseconds since 1970; may raise the
                same.
        """
        self._url = f"{base}/api/v4/websocket"
        self._token = token
        self._take = take
        self._catch_up = catch_up
        self._connection = ""
        self._next = 0
        self._pause = 0.0
        self._was_heard = False
        self._missing_since = time.time() - _BEFORE_SECONDS
        self._catching: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Listen until the task is cancelled."""
        try:
            while True:
                reason = await self._listened()
                logger.warning("mattermost: the WebSocket ended: %s. It is opened again.", reason)
                self._note_break()
                self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
                await asyncio.sleep(self._pause)
        finally:
            await end(self._catching)

    async def _listened(self) -> str:
        """Listen until that ends, and say why it did."""
        try:
            return await self._listen()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            # The type alone: the text may hold the address.
            return type(error).__name__

    async def _listen(self) -> str:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
        query = {"connection_id": self._connection, "sequence_number": str(self._next)}
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            opening = session.ws_connect(
                self._url,
                # In a header: it is not sent on to where a server may redirect us.
                headers={"Authorization": f"Bearer {self._token}"},
                params=query if self._connection else None,
                timeout=_CLOSE_SECONDS,
                heartbeat=_HEARTBEAT_SECONDS,
                max_msg_size=_LARGEST_EVENT,
            )
            socket = await asyncio.wait_for(opening, _CONNECT_SECONDS)
            try:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        await self._read(message.data)
            finally:
                await socket.close()
        if socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
            # It would come again and again.
            self._connection = ""
            return "an event was too large"
        return "it was closed" if self._was_heard else "it was closed at once (is the token right?)"

    def _note_break(self) -> None:
        is_catching = self._catching is not None and not self._catching.done()
        if self._was_heard and not is_catching:
            self._missing_since = time.time() - _BEFORE_SECONDS
        self._was_heard = False

    async def _read(self, text: str) -> None:
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        if text_at(event, "event") == "hello":
            self._greeted(event)
        if text_at(event, "event") in ("posted", "post_edited"):
            await self._hand_in(event)
        if "seq" in event:
            # After the event was taken: what was not is asked for again.
            self._next = number_at(event, "seq") + 1
            self._pause = 0.0
            self._was_heard = True

    def _greeted(self, event: Mapping[str, Any]) -> None:
        self._connection = text_at(event, "data", "connection_id")
        if self._catching is not None:
            self._catching.cancel()
        since = max(self._missing_since, time.time() - _DAY_SECONDS)
        self._catching = asyncio.get_running_loop().create_task(self._catch_up_from(since))

    async def _catch_up_from(self, since: float) -> None:
        for number in itertools.count():
            with contextlib.suppress(Refused):
                if await self._is_done(lambda: self._catch_up(int(since * 1000))):
                    return
            await asyncio.sleep(_pause_after(number))

    async def _hand_in(self, event: Mapping[str, Any]) -> None:
        tries = 0
        for number in itertools.count():
            # With too many waiting it is the server that has to wait: nothing is dropped.
            with contextlib.suppress(Refused):
                if await self._is_done(lambda: self._take(event)):
                    return
                tries += 1
                if tries == _TRIES:
                    return
            await asyncio.sleep(_pause_after(number))

    async def _is_done(self, call: Callable[[], Awaitable[None]]) -> bool:
        """Make a call; say whether another try is no use.

        Raises:
            Refused: too many are waiting.
        """
        try:
            await call()
        except Refused:
            raise
        except Undelivered as error:
            logger.error("mattermost: what was posted could not be read: %s.", error.reason)
            return error.is_final
        except Exception as error:
            # The type alone: an event could hold what a person wrote. The others are listened to.
            logger.error("mattermost: what was posted failed: %s.", type(error).__name__)
        return True


def _pause_after(number: int) -> float:
    return min(FIRST_PAUSE_SECONDS * 2.0**number, _LONGEST_PAUSE_SECONDS)
