"""Mattermost's WebSocket: https://api.mattermost.com/#tag/WebSocket.

Direct messages to a bot come no other way. After a break it asks for what it has missed, as the
server's own clients do (``connection_id`` and ``sequence_number``; from memory, not checked).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.requests import number_at, text_at

logger = logging.getLogger(__name__)

#: How long to wait before it is tried again, in seconds: twice as long each time, up to a minute.
FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
#: How often it is seen whether the other side is still there.
_HEARTBEAT_SECONDS = 30.0
#: How often an event that could not be taken is tried again.
_TRIES = 5
_LARGEST_EVENT = 4_000_000


class MattermostSocket:
    """Listens, and connects again whenever that ends."""

    def __init__(
        self, base: str, token: str, take: Callable[[Mapping[str, Any]], Awaitable[None]]
    ) -> None:
        """Take the server's address, the bot's token, and what is to be done with events.

        Args:
            base: address of the server.
            token: of the bot.
            take: may raise `Undelivered` and `Refused`; then the event is handed in again.
        """
        self._url = f"{base}/api/v4/websocket"
        self._token = token
        self._take = take
        self._connection = ""
        self._next = 0
        self._pause = 0.0

    async def run(self) -> None:
        """Listen until the task is cancelled."""
        while True:
            try:
                await self._listen()
                reason = "it was closed"
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
                # The type alone: the text may hold the address.
                reason = type(error).__name__
            logger.warning("mattermost: the WebSocket ended: %s. It is opened again.", reason)
            self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(self._pause)

    async def _listen(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
        query = {"connection_id": self._connection, "sequence_number": str(self._next)}
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            opening = session.ws_connect(
                self._url,
                params=query if self._connection else None,
                heartbeat=_HEARTBEAT_SECONDS,
                max_msg_size=_LARGEST_EVENT,
            )
            socket = await asyncio.wait_for(opening, _CONNECT_SECONDS)
            try:
                await socket.send_json(
                    {
                        "seq": 1,
                        "action": "authentication_challenge",
                        "data": {"token": self._token},
                    }
                )
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        await self._read(message.data)
            finally:
                await socket.close()

    async def _read(self, text: str) -> None:
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        if text_at(event, "status") == "FAIL":
            logger.error("mattermost: the server refused what was asked over the WebSocket.")
        if text_at(event, "event") == "hello":
            self._greeted(event)
        if text_at(event, "event") in ("posted", "post_edited"):
            await self._hand_in(event)
        if "seq" in event:
            # After the event was taken: what was not is asked for again.
            self._next = number_at(event, "seq") + 1

    def _greeted(self, event: Mapping[str, Any]) -> None:
        self._connection = text_at(event, "data", "connection_id")
        self._pause = 0.0

    async def _hand_in(self, event: Mapping[str, Any]) -> None:
        for number in range(_TRIES):
            try:
                await self._take(event)
            except (Undelivered, Refused) as error:
                logger.error("mattermost: a post could not be taken: %s.", error)
                await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**number)
            else:
                return
