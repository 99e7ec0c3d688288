"""Mends Sanic 21.12, which Rasa 3.6 pins, where one request could stop the whole server."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sanic.exceptions import InvalidUsage
from sanic.http import Http


def mend_sanic() -> None:
    """Let a negative ``Content-Length`` be refused.

    Sanic counts what is left of a body down to 0, and reads until it is 0: below that it would
    read for ever, without letting anybody else have a turn. No secret is needed to send one.
    """
    Http.__aiter__ = _body


async def _body(self: Http) -> AsyncIterator[bytes]:
    """Iterate over a request's body, as Sanic does."""
    while self.request_body:
        if self.request_bytes_left < 0:
            self.keep_alive = False
            self.request_body = None
            raise InvalidUsage("The length of the body is negative.")
        data = await self.read()
        if data:
            yield data
