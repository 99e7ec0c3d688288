"""The one HTTP channel: Rasa's ``rest`` contract, guarded, and what our own clients need.

The contract is in docs/http.md. The channel's name stays ``rest`` to keep the address of Rasa's.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from rasa.utils.endpoints import bool_arg
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.about import project_about
from twitchwise.channels.bearer import token_refused
from twitchwise.channels.body import BYTES_A_CHARACTER, heard_in, read_json
from twitchwise.channels.callers import Caller, Callers
from twitchwise.channels.collecting import WithMetadata, turn_of
from twitchwise.channels.database_thread import SECONDS
from twitchwise.channels.event_stream import stream_turn, wants_events
from twitchwise.channels.expiry import expire_what_is_old
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.forgetting import forget_conversation
from twitchwise.channels.guard import GuardedChannel, Handler
from twitchwise.channels.incoming import (
    LONGEST_METADATA,
    Incoming,
    Refused,
    metadata_of,
    names_its_sender,
    read_conversation,
    read_feedback,
    read_message,
    read_on_their_way,
    read_turn,
    sender_of,
)
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.plain_stream import stream_messages
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.refusals import (
    NO_STORE,
    Route,
    beside,
    refuse_unknown_routes,
    refused_by_sanic,
    refusing,
    urgent_in,
)
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import ConversationStore, KeptTurn
from twitchwise.rendering.messages import shown_message
from twitchwise.settings import settings
from twitchwise.storable import storable

#: What is not the message: metadata, and as much again for the rest.
_OTHER_BYTES = 2 * LONGEST_METADATA
_LONGEST_CHANNEL = 100
#: Of this package, not of the project that TWITCHWISE_HOME may name: it describes this code.
OPENAPI = Path(__file__).resolve().parents[2] / "docs" / "openapi.yml"

Result = TypeVar("Result")

_READ, _POST, _DELETE = ["GET", "HEAD"], ["POST"], ["DELETE"]


class _RestRoutes(RestInput):
    """The routes; errors are errors, and no text of a person reaches the log."""

    #: The guard's.
    memory: ConversationMemory

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the channel."""
        self._on_new_message = on_new_message
        self._store = ConversationStore(settings().database_url())
        self._turns = Turns(on_new_message, self._store, channel=self.name(), seconds=SECONDS)
        self._limit = RateLimit(
            settings().messages_per_minute, settings().messages_per_minute_and_address
        )
        self._callers = Callers.of_process()
        self._about = project_about().as_dict()
        self._openapi = OPENAPI.read_bytes() if OPENAPI.is_file() else None
        routes = Blueprint("twitchwise_http", __name__)
        message, comment = _heard("message"), _heard("comment")
        routes.add_route(refusing(self._health), "/", methods=_READ, name="health")
        for path, methods, route, heard in (
            ("/about", _READ, self._tell_about, None),
            ("/openapi.yml", _READ, self._describe, None),
            ("/webhook", _POST, self._receive, message),
            ("/turn", _POST, self._receive_turn, message),
            ("/history", _READ, self._history, None),
            ("/conversation", _DELETE, self._forget, None),
            ("/feedback", _POST, self._rate, comment),
        ):
            name = path[1:].partition(".")[0]
            admitted = refusing(self._admitting(route), heard)
            routes.add_route(admitted, path, methods=methods, name=name)
        routes.exception(SanicException)(refused_by_sanic)
        routes.listener("before_server_start")(_configure)
        routes.listener("after_server_start")(functools.partial(expire_what_is_old, self._store))
        return routes

    async def _health(self, _: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    async def _tell_about(self, _: Request) -> HTTPResponse:
        return response.json(self._about, headers=NO_STORE)

    async def _describe(self, _: Request) -> HTTPResponse:
        if self._openapi is None:
            raise Refused(404, "The description was not installed.")
        return response.raw(self._openapi, content_type="application/yaml; charset=utf-8")

    async def _receive(self, request: Request) -> HTTPResponse | None:
        """Rasa's own contract."""
        body = read_json(request.body)
        sender, text = read_message(body)
        if names_its_sender(body):
            self._require_token(request)
            self._count(request, sender)
        handled = _task(self._messages(body, sender, text))
        if bool_arg(request, "stream", default=False):
            await stream_messages(request, handled)
            return None
        return response.json(await asyncio.shield(handled), headers=NO_STORE)

    async def _messages(self, body: dict[str, Any], sender: str, text: str) -> list[dict[str, Any]]:
        collector = WithMetadata()
        channel, metadata = self._channel_of(body), metadata_of(body)
        message = UserMessage(text, collector, sender, input_channel=channel, metadata=metadata)
        await self._on_new_message(message)
        return list(collector.messages)

    def _channel_of(self, body: dict[str, Any]) -> str:
        """Return what the contract calls ``input_channel``: an app may name its own."""
        named = body.get("input_channel")
        is_name = isinstance(named, str) and 0 < len(named) <= _LONGEST_CHANNEL
        return storable(str(named)) if is_name else str(self.name())

    async def _receive_turn(self, request: Request) -> HTTPResponse | None:
        incoming = read_turn(read_json(request.body), request.headers)
        if incoming.conversation is None:
            self._require_token(request)
        self._count(request, incoming.sender)
        handled = _task(self._whole_turn(incoming))
        if wants_events(request.headers.get("accept") or ""):
            await stream_turn(request, handled, incoming.id, lambda: beside(request))
            return None
        return response.json(await handled, headers=NO_STORE)

    async def _whole_turn(self, incoming: Incoming) -> dict[str, Any]:
        # Shielded: a caller that goes away does not end the turn.
        turn = await asyncio.shield(self._turns.take(incoming))
        return _as_json(turn, incoming.conversation, None)

    async def _history(self, request: Request) -> HTTPResponse:
        conversation = read_conversation(request.headers)
        sender = sender_of(conversation)
        turns = await self._turns.history(sender)
        ratings = await project_feedback().ratings(sender) if turns else {}
        # Beside the event loop: a long history takes a while.
        found = await asyncio.to_thread(
            lambda: [_as_json(turn, conversation, ratings.get(turn.id)) for turn in turns]
        )
        body = {
            "conversation": conversation,
            "days": settings().conversation_days,
            "turns": found,
        }
        return response.json(body, headers=NO_STORE)

    async def _forget(self, request: Request) -> HTTPResponse:
        sender = sender_of(read_conversation(request.headers))
        on_their_way = read_on_their_way(read_json(request.body)) if request.body else ()
        await forget_conversation(sender, on_their_way, self._turns, self.memory)
        return response.json({"forgotten": True}, headers=NO_STORE)

    async def _rate(self, request: Request) -> HTTPResponse:
        given = read_feedback(read_json(request.body))
        sender = sender_of(read_conversation(request.headers))
        self._count(request, sender)
        urgent = urgent_in(request)
        if urgent:
            await urgent.record(channel=self.name(), sender=sender, message_id=given.id)
        turn = await self._turns.find(sender, given.id)
        if turn is None:
            raise Refused(404, "The conversation holds no such message.")
        await project_feedback().rate(turn, given)
        shown = urgent.shown() if urgent else None
        return response.json({"rating": given.rating, "urgent": shown}, headers=NO_STORE)

    def _admitting(self, route: Route) -> Route:
        """Let a route know who calls; count a stranger's address before anything is read."""

        @functools.wraps(route)
        async def admitting(request: Request) -> Any:
            request.ctx.caller = Caller.STRANGER
            try:
                request.ctx.caller = self._callers.of(request.headers)
            except Refused:
                # Guessing tokens is limited, too.
                self._count_address(request)
                raise
            if request.ctx.caller is Caller.STRANGER:
                self._count_address(request)
            return await route(request)

        return admitting

    def _count_address(self, request: Request) -> None:
        self._limit.count(
            address=_address_of(request),
            conversation=None,
            is_urgent=lambda: urgent_in(request) is not None,
        )

    def _count(self, request: Request, sender: str) -> None:
        """Count a message in a conversation; who runs the server is not counted."""
        caller = request.ctx.caller
        if caller is not Caller.OPERATOR:
            self._limit.count(
                address=None,
                # Apart: who guesses the names of an app's users cannot use up their messages.
                conversation=f"{caller.value} {sender}",
                is_urgent=lambda: urgent_in(request) is not None,
            )

    def _require_token(self, request: Request) -> None:
        """Refuse a stranger who names a conversation, where that takes a token."""
        if settings().http_token_required and request.ctx.caller is Caller.STRANGER:
            raise token_refused('"sender" needs a bearer token.')


class HttpChannel(GuardedChannel, _RestRoutes):
    """Answers over HTTP."""


def _heard(field: str) -> Callable[[Request], str]:
    return lambda request: heard_in(request.body, field)


def _task(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    task = asyncio.create_task(work)
    # Where the caller has gone, nobody asks for it; asyncio would complain of an error.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


async def _configure(app: Any, *_: Any) -> None:
    """Limit the size of requests, know whom a proxy speaks for, and refuse as is promised."""
    refuse_unknown_routes(app)
    app.config.REQUEST_MAX_SIZE = settings().largest_message * BYTES_A_CHARACTER + _OTHER_BYTES
    app.config.PROXIES_COUNT = settings().proxies or None


def _address_of(request: Request) -> str:
    return str(request.remote_addr or request.ip)


def _as_json(turn: KeptTurn, conversation: str | None, rating: str | None) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "sender": turn.conversation,
        "id": turn.id,
        "at": turn.at.isoformat(),
        "message": turn.said,
        "messages": [shown_message(message) for message in turn.messages],
        "rating": rating,
        **asdict(turn_of(turn.messages)),
    }
