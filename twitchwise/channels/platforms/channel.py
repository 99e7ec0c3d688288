"""The one Rasa channel behind which all messaging platforms are.

A platform that is half set, or fails to start, is reported by name and leaves the others running.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections.abc import Iterable
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.database_thread import SECONDS
from twitchwise.channels.guard import GuardedChannel, Handler
from twitchwise.channels.incoming import Refused
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.configuration import Configured, all_configured
from twitchwise.channels.platforms.desk import MessageDesk
from twitchwise.channels.platforms.inbox import Inbox
from twitchwise.channels.platforms.making import make_platform
from twitchwise.channels.platforms.platform import Desk, Platform, Route
from twitchwise.channels.platforms.replies import Replies
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.refusals import refusal
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import ConversationStore
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.hash_key import hash_key
from twitchwise.serving.running import TOKEN_VARIABLE
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

#: How long to wait before a platform that failed to start is tried again, in seconds.
_START_AGAIN_SECONDS = 30.0


class _PlatformRoutes(InputChannel):
    """The routes of all platforms that are on."""

    #: The guard's.
    memory: ConversationMemory

    @classmethod
    def name(cls) -> str:
        """Return the channel's name; messages carry that of their platform."""
        return "platforms"

    def url_prefix(self) -> str:
        """Return the address that all platforms share; absolute, so Rasa puts nothing before."""
        return "/webhooks"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the platforms that are on."""
        self.platforms: dict[str, Platform] = {}
        #: Why a platform is not ready yet, by its name.
        self.unready: dict[str, str] = {}
        #: What each platform was made from, by its name (see `Configured.fingerprint`).
        self.fingerprints: dict[str, str] = {}
        self._starting: list[asyncio.Task[None]] = []
        self._tidying: list[asyncio.Task[None]] = []
        routes = Blueprint("twitchwise_platforms", __name__)
        found = [one for one in all_configured(os.environ) if one.is_on or one.is_half_set]
        if not found:
            return routes
        self.desk = self._make_desk(on_new_message)
        self.platforms = make_platforms(found, self.desk)
        token = os.environ.get(TOKEN_VARIABLE, "")
        self.fingerprints = {one.row.name: one.fingerprint(token) for one in found}
        for name, platform in self.platforms.items():
            self.unready[name] = "it is starting"
            health = Route("GET", "/", functools.partial(self._health, name))
            for number, route in enumerate([health, *platform.routes()]):
                routes.add_route(
                    _refusing(route, name),
                    f"/{name}{route.path}",
                    methods=[route.method],
                    name=f"{name}_{number}",
                )
        routes.listener("after_server_start")(self.started)
        routes.listener("before_server_stop")(self.stopped)
        return routes

    def _make_desk(self, on_new_message: Handler) -> MessageDesk:
        store = ConversationStore(settings().database_url())
        replies = Replies(
            self.memory,
            turns=Turns(on_new_message, store, channel=self.name(), seconds=SECONDS),
            limit=RateLimit(settings().messages_per_minute, 0),
        )
        return MessageDesk(replies, Inbox(settings().database_url()), hash_key())

    async def started(self, *_: Any) -> None:
        """Start the platforms, each on its own, and take up what an earlier process left."""
        loop = asyncio.get_running_loop()
        self._starting = [
            loop.create_task(self._start(platform)) for platform in self.platforms.values()
        ]
        self._tidying = [
            loop.create_task(self.desk.resume(self.platforms)),
            loop.create_task(self.desk.expire_for_ever()),
        ]

    async def _start(self, platform: Platform) -> None:
        while True:
            try:
                await platform.start()
            except Undelivered as error:
                why = error.reason
            except Exception as error:
                # The type alone: the text could hold a secret.
                why = f"it failed ({type(error).__name__})"
            else:
                self.unready.pop(platform.name)
                return
            self.unready[platform.name] = why
            logger.error(
                "%s is not ready: %s. It is tried again in %.0f s.",
                platform.name,
                why,
                _START_AGAIN_SECONDS,
            )
            await asyncio.sleep(_START_AGAIN_SECONDS)

    async def _health(self, name: str, _: Request) -> HTTPResponse:
        why = self.unready.get(name)
        body = {"status": why or "ok", "variables": self.fingerprints[name]}
        return response.json(body, status=503 if why else 200)

    async def stopped(self, *_: Any) -> None:
        """Let replies on their way go out, and close all connections."""
        for task in (*self._starting, *self._tidying):
            task.cancel()
        platforms = self.platforms.values()
        # First what listens: what is handed in from now on would have to wait for the next start.
        await asyncio.gather(*(one.stop_listening() for one in platforms), return_exceptions=True)
        await self.desk.stop()
        await asyncio.gather(*(one.stop() for one in platforms), return_exceptions=True)


class PlatformChannels(GuardedChannel, _PlatformRoutes):
    """Answers on messaging platforms."""


def make_platforms(found: Iterable[Configured], desk: Desk) -> dict[str, Platform]:
    """Return the platforms that are on, by name; log what keeps others from being so."""
    made: dict[str, Platform] = {}
    for one in found:
        try:
            made[one.row.name] = make_platform(one, desk)
        except TwitchwiseError as error:
            logger.error("%s", error)
    return made


def _refusing(route: Route, name: str) -> Any:
    """Let a route say in one line what it refuses, and log nothing of what came in."""

    async def refusing(request: Request) -> Any:
        try:
            return await route.handle(request)
        except Refused as error:
            if error.status in (401, 403):
                logger.warning("%s: a call was refused: %s", name, error.message)
            return refusal(error.status, error.message, error.headers)
        except SanicException:
            raise
        except Exception as error:
            logger.error("%s: a call failed: %s.", name, type(error).__name__)
            return refusal(500, "Something went wrong. Please try again.")

    return refusing
