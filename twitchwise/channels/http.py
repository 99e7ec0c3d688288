"""The one HTTP channel: Rasa's ``rest`` contract, guarded, and what our own clients need.

The contract is in docs/http.md. The channel's name stays ``rest`` to keep the address of Rasa's.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from rasa.utils.endpoints import bool_arg
from sanic import Blueprint, response
from sanic.exceptions import MethodNotSupported, NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.about import project_about
from twitchwise.channels.collecting import WithMetadata, turn_of
from twitchwise.channels.comments import urgent_comment
from twitchwise.channels.database_thread import SECONDS, DatabaseUnavailable
from twitchwise.channels.event_stream import stream_turn, wants_events
from twitchwise.channels.expiry import expire_what_is_old
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.forgetting import forget_conversation
from twitchwise.channels.guard import GuardedChannel, Handler
from twitchwise.channels.incoming import (
    Incoming,
    Refused,
    read_comment,
    read_conversation,
    read_feedback,
    read_message,
    read_on_their_way,
    read_turn,
    sender_of,
)
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.operators import OperatorToken
from twitchwise.channels.rate_limit import RateLimit, never
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import ConversationStore, KeptTurn
from twitchwise.dialogue.assessing import assess_safely
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.messages import shown_message
from twitchwise.safety import Memory, Outcome
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

#: A character of a message takes at most so many bytes in JSON: two escapes such as \ud83e.
_BYTES_A_CHARACTER = 12
_OTHER_BYTES = 16_384
_PRIVATE = {"Cache-Control": "no-store"}

Route = Callable[[Request], Awaitable[Any]]


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
        self._operator = OperatorToken.of_process()
        self._about = project_about().as_dict()
        routes = Blueprint("twitchwise_http", __name__)
        for path, method, route in (
            ("/", "GET", self._health),
            ("/about", "GET", self._tell_about),
            ("/webhook", "POST", self._receive),
            ("/turn", "POST", self._receive_turn),
            ("/history", "GET", self._history),
            ("/conversation", "DELETE", self._forget),
            ("/feedback", "POST", self._rate),
        ):
            routes.add_route(_refusing(route), path, methods=[method], name=path[1:] or "health")
        routes.exception(SanicException)(_refused_by_sanic)
        routes.listener("before_server_start")(_configure)
        routes.listener("after_server_start")(functools.partial(expire_what_is_old, self._store))
        return routes

    async def _health(self, _: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    async def _tell_about(self, request: Request) -> HTTPResponse:
        self._count(request)
        return response.json(self._about, headers=_PRIVATE)

    async def _receive(self, request: Request) -> Any:
        """Rasa's own contract."""
        sender, text = read_message(_json_of(request))
        self._count(request, is_urgent=_urgency_of(text))
        channel, metadata = self._extract_input_channel(request), _metadata_of(request)
        if bool_arg(request, "stream", default=False):
            return response.stream(
                self.stream_response(self._on_new_message, text, sender, channel, metadata),
                content_type="text/event-stream",
            )
        collector = WithMetadata()
        await self._on_new_message(
            UserMessage(text, collector, sender, input_channel=channel, metadata=metadata)
        )
        return response.json(collector.messages)

    async def _receive_turn(self, request: Request) -> HTTPResponse | None:
        incoming = read_turn(_json_of(request), request.headers)
        self._count(request, incoming.conversation, _urgency_of(incoming.text))
        handled = asyncio.create_task(self._whole_turn(incoming))
        # Where the caller has gone, nobody asks for it; asyncio would complain of an error.
        handled.add_done_callback(lambda task: task.cancelled() or task.exception())
        if wants_events(request.headers.get("accept") or ""):
            await stream_turn(request, handled, incoming.id)
            return None
        return response.json(await handled, headers=_PRIVATE)

    async def _whole_turn(self, incoming: Incoming) -> dict[str, Any]:
        # Shielded: a caller that goes away does not end the turn.
        turn = await asyncio.shield(self._turns.take(incoming))
        return _as_json(turn, incoming.conversation, None)

    async def _history(self, request: Request) -> HTTPResponse:
        conversation = read_conversation(request.headers)
        self._count(request)
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
        return response.json(body, headers=_PRIVATE)

    async def _forget(self, request: Request) -> HTTPResponse:
        sender = sender_of(read_conversation(request.headers))
        self._count(request)
        on_their_way = read_on_their_way(_json_of(request)) if request.body else ()
        await forget_conversation(sender, on_their_way, self._turns, self.memory)
        return response.json({"forgotten": True}, headers=_PRIVATE)

    async def _rate(self, request: Request) -> HTTPResponse:
        body = _json_of(request)
        urgent = urgent_comment(read_comment(body))
        shown = urgent.shown() if urgent else None
        if shown:
            # Said whatever becomes of the thumb: it depends on no database and no limit.
            request.ctx.beside = {"urgent": shown}
        conversation = read_conversation(request.headers)
        given = read_feedback(body)
        self._count(request, conversation, lambda: urgent is not None)
        sender = sender_of(conversation)
        if urgent:
            await urgent.record(channel=self.name(), sender=sender, message_id=given.id)
        turn = await self._turns.find(sender, given.id)
        if turn is None:
            raise Refused(404, "The conversation holds no such message.")
        await project_feedback().rate(turn, given)
        return response.json({"rating": given.rating, "urgent": shown}, headers=_PRIVATE)

    def _count(
        self,
        request: Request,
        conversation: str | None = None,
        is_urgent: Callable[[], bool] = never,
    ) -> None:
        """Count a request against the limits, which are meant for strangers."""
        if not self._operator.is_in(request.headers):
            self._limit.count(
                address=_address_of(request), conversation=conversation, is_urgent=is_urgent
            )


class HttpChannel(GuardedChannel, _RestRoutes):
    """Answers over HTTP."""


def _refusing(route: Route) -> Route:
    """Let a route say in one line what it cannot do."""

    @functools.wraps(route)
    async def refusing(request: Request) -> Any:
        try:
            _refuse_other_sites(request)
            return await route(request)
        except Refused as error:
            return _refusal(error.status, error.message, error.headers, _beside(request))
        except (DatabaseUnavailable, TwitchwiseError) as error:
            logger.error("History, feedback or forgetting failed: %s", error)
            text = "That is not possible right now. Please try again in a minute."
            return _refusal(503, text, beside=_beside(request))
        except SanicException:
            raise
        except Exception as error:
            # The type alone: a message could hold what the person wrote.
            logger.error("A request failed: %s.", type(error).__name__)
            text = "Something went wrong. Please try again."
            return _refusal(500, text, beside=_beside(request))

    return refusing


def _refuse_other_sites(request: Request) -> None:
    """Let no page of another site ask: it could not read the reply, but have things done.

    Browsers say where a request comes from; other programs do not.
    """
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Refused(403, "Pages of other sites may not use this address.")


def _urgency_of(text: str) -> Callable[[], bool]:
    """Return what says whether a message has to be answered however many there were."""
    return lambda: assess_safely(text, Memory()).outcome in (Outcome.EMERGENCY, Outcome.ESCALATE)


async def _refused_by_sanic(_: Request, error: SanicException) -> HTTPResponse:
    """Say what Sanic refuses (a body that is too large, …) as everything else is said."""
    status = error.status_code
    text = "The message is too long." if status == 413 else "The request cannot be answered."
    return _refusal(status, text)


def _no_such_route(otherwise: Any, request: Request, error: SanicException) -> Any:
    if not request.path.startswith("/webhooks/"):
        return otherwise(request, error)
    text = (
        "There is nothing at this address." if error.status_code == 404 else "Use another method."
    )
    return _refusal(error.status_code, text)


def _refusal(
    status: int,
    message: str,
    headers: dict[str, str] | None = None,
    beside: dict[str, Any] | None = None,
) -> HTTPResponse:
    return response.json(
        {"error": message, **(beside or {})},
        status=status,
        headers={**_PRIVATE, **(headers or {})},
    )


def _beside(request: Request) -> dict[str, Any]:
    """Return what a route wants said beside a refusal."""
    found: dict[str, Any] = getattr(request.ctx, "beside", {})
    return found


async def _configure(app: Any, *_: Any) -> None:
    """Limit the size of requests, know whom a proxy speaks for, and refuse as is promised."""
    for error in (NotFound, MethodNotSupported):
        app.error_handler.add(error, functools.partial(_no_such_route, app.error_handler.default))
    app.config.REQUEST_MAX_SIZE = settings().largest_message * _BYTES_A_CHARACTER + _OTHER_BYTES
    app.config.PROXIES_COUNT = settings().proxies or None


def _address_of(request: Request) -> str:
    return str(request.remote_addr or request.ip)


def _json_of(request: Request) -> Any:
    try:
        return request.json
    except SanicException as error:
        raise Refused(400, "The body is not JSON.") from error


def _metadata_of(request: Request) -> dict[str, Any] | None:
    metadata = _json_of(request).get("metadata")
    return metadata if isinstance(metadata, dict) else None


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
