"""A turn as server-sent events (see docs/http.md)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from sanic.request import Request

from twitchwise.channels.incoming import Refused

logger = logging.getLogger(__name__)

#: How often a comment is sent while the turn is worked on: proxies close quiet connections.
KEEP_ALIVE_SECONDS = 5.0
_HEADERS = {
    "Cache-Control": "no-store",
    # nginx would hold the events back until the end.
    "X-Accel-Buffering": "no",
}
_FAILED = "The answer could not be made. Please send the message again."


def wants_events(accept: str) -> bool:
    """Say whether a caller with this ``Accept`` header takes a stream of events."""
    return "text/event-stream" in accept.lower()


def event(name: str, data: Mapping[str, Any]) -> str:
    """Return one event; JSON has no line breaks, so the data is one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def stream_turn(
    request: Request,
    turn: asyncio.Task[dict[str, Any]],
    message_id: str,
    beside: Callable[[], Mapping[str, Any]] = dict,
) -> None:
    """Send the turn's messages as events once they are there, and an end in any case.

    Args:
        request: whose response it is.
        turn: gives the turn as ``POST /turn`` returns it.
        message_id: what the end names, where the turn failed.
        beside: gives what the end says then, beside the error.
    """
    response = await request.respond(
        content_type="text/event-stream; charset=utf-8", headers=_HEADERS
    )
    await response.send(": working\n\n")
    while not turn.done():
        # The turn goes on where the caller has gone: it can be fetched again by its id.
        await asyncio.wait({turn}, timeout=KEEP_ALIVE_SECONDS)
        if not turn.done():
            await response.send(": working\n\n")
    for line in _events_of(turn, message_id, beside):
        await response.send(line)
    await response.eof()


def _events_of(
    turn: asyncio.Task[dict[str, Any]], message_id: str, beside: Callable[[], Mapping[str, Any]]
) -> list[str]:
    error = turn.exception() if not turn.cancelled() else asyncio.CancelledError()
    if error is not None:
        logger.error("A turn could not be sent: %s.", type(error).__name__)
        said = error.message if isinstance(error, Refused) else _FAILED
        return [event("end", {"id": message_id, "failed": True, "error": said, **beside()})]
    whole = turn.result()
    end = {key: whole[key] for key in _END if key in whole}
    return [
        *(event("message", message) for message in whole["messages"]),
        event("end", {**end, "failed": False}),
    ]


_END = ("id", "conversation", "at", "message", "outcome", "answer_ids", "rating")
