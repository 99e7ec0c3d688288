"""Rasa's own contract as a stream (``?stream=true``): one message a line, as JSON.

As in "Receiving messages with streaming" of Rasa's documentation of the REST channel; what fails
is said in the stream, where Rasa's own would not end.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sanic.request import Request

from twitchwise.channels.refusals import NO_STORE, beside, refusal_for


async def stream_messages(request: Request, handled: asyncio.Task[list[dict[str, Any]]]) -> None:
    """Send the messages of a turn, or a line ``{"error": …}``.

    Args:
        request: whose response it is.
        handled: gives the messages. It goes on where the caller has gone.
    """
    response = await request.respond(content_type="text/event-stream", headers=NO_STORE)
    try:
        lines = await asyncio.shield(handled)
    except Exception as error:
        lines = [{"error": refusal_for(error)[1], **beside(request)}]
    for line in lines:
        await response.send(json.dumps(line) + "\n")
    await response.eof()
