"""Refusals of the HTTP channel: JSON, with the right status, and with the safety text.

A message or comment may be urgent, also one that is not answered. So a refusal of it holds the
text that it would have got first, beside the error.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sanic import response
from sanic.exceptions import MethodNotSupported, NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.comments import UrgentComment, urgent_comment
from twitchwise.channels.database_thread import DatabaseUnavailable
from twitchwise.channels.incoming import Refused
from twitchwise.errors import TwitchwiseError

logger = logging.getLogger(__name__)

Route = Callable[[Request], Awaitable[Any]]
#: Takes the text of a request that may be urgent.
Heard = Callable[[Request], str]

NO_STORE = {"Cache-Control": "no-store"}
_FAILED = "Something went wrong. Please try again."


def refusing(route: Route, heard: Heard | None = None) -> Route:
    """Let a route say in one line what it cannot do.

    Args:
        route: answers, or raises.
        heard: what a person may have written in the request.
    """

    @functools.wraps(route)
    async def answering(request: Request) -> Any:
        try:
            _refuse_other_sites(request)
            request.ctx.heard = heard
            return await route(request)
        except SanicException:
            raise
        except Exception as error:
            status, message, headers = refusal_for(error)
            return refusal(status, message, headers, beside(request))

    return answering


def refusal_for(error: BaseException) -> tuple[int, str, Mapping[str, str]]:
    """Return status, text and headers for what went wrong; what is our fault is logged."""
    if isinstance(error, Refused):
        return error.status, error.message, error.headers
    if isinstance(error, (DatabaseUnavailable, TwitchwiseError)):
        logger.error("History, feedback or forgetting failed: %s", error)
        return 503, "That is not possible right now. Please try again in a minute.", {}
    # The type alone: a message could hold what the person wrote.
    logger.error("A request failed: %s.", type(error).__name__)
    return 500, _FAILED, {}


def urgent_in(request: Request) -> UrgentComment | None:
    """Return what was written in a request where it needs the safety text, else None."""
    if not hasattr(request.ctx, "urgent"):
        heard: Heard | None = getattr(request.ctx, "heard", None)
        request.ctx.urgent = urgent_comment(heard(request)) if heard else None
    found: UrgentComment | None = request.ctx.urgent
    return found


def beside(request: Request) -> dict[str, Any]:
    """Return what is said beside the refusal of a request."""
    try:
        urgent = urgent_in(request)
        return {"urgent": urgent.shown()} if urgent else {}
    except Exception as error:
        # The refusal itself goes out in any case.
        logger.error("A refusal could not be completed: %s.", type(error).__name__)
        return {}


def refusal(
    status: int,
    message: str,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> HTTPResponse:
    """Return a refusal as every client gets it."""
    return response.json(
        {"error": message, **(more or {})},
        status=status,
        headers={**NO_STORE, **(headers or {})},
    )


async def refused_by_sanic(request: Request, error: SanicException) -> HTTPResponse:
    """Say what Sanic refuses (a body that is too large, …) as everything else is said."""
    status = error.status_code
    text = "The message is too long." if status == 413 else "The request cannot be answered."
    return refusal(status, text, more=beside(request))


def refuse_unknown_routes(app: Any) -> None:
    """Let an app refuse unknown addresses and methods under /webhooks/ in the same way."""
    otherwise = app.error_handler.default
    for error in (NotFound, MethodNotSupported):
        app.error_handler.add(error, functools.partial(_no_such_route, otherwise))


def _no_such_route(otherwise: Any, request: Request, error: SanicException) -> Any:
    if not request.path.startswith("/webhooks/"):
        return otherwise(request, error)
    if error.status_code == 404:
        return refusal(404, "There is nothing at this address.")
    allowed = {"Allow": getattr(error, "headers", {}).get("Allow", "")}
    return refusal(error.status_code, "Use another method.", allowed)


def _refuse_other_sites(request: Request) -> None:
    """Let no page of another site ask: it could not read the reply, but have things done.

    Browsers say where a request comes from; other programs do not.
    """
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Refused(403, "Pages of other sites may not use this address.")
