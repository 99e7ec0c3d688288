"""Calls a platform's API: never blocks, gives up in time, tries again where that may help."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp_retry import ExponentialRetry, RetryClient

from twitchwise.settings import settings

logger = logging.getLogger(__name__)

#: How often a call is made at most, and how long the first pause between two is, in seconds.
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
#: A platform that asks for a longer pause than this gets the message later (seconds).
LONGEST_PAUSE_SECONDS = 30.0
#: So many calls at once to one platform: a platform that hangs takes no more than these.
_CONNECTIONS = 50
_TOO_MANY = 429
#: Statuses of refusals that are worth another try later: 401 is a token of ours that does not hold
#: until somebody mends it.
_TEMPORARY = (401, 408, 425, _TOO_MANY)


class Undelivered(Exception):
    """A platform did not take a call.

    Attributes:
        reason: why, without anything private, secret, or said by people.
        is_final: whether trying again later is no use: the person has blocked the bot, or the
            call itself is wrong.
        status: of HTTP, where there was a reply.
        body: what the platform said, for the platform's own module; never for a log.
    """

    def __init__(
        self, reason: str, *, is_final: bool = False, status: int | None = None, body: Any = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Reply:
    """A platform's reply: its status, headers, and its body (JSON, else text)."""

    status: int
    headers: Mapping[str, str]
    body: Any = field(repr=False)


class _Retry(ExponentialRetry):
    """Waits as long as the platform asks for, or twice as long each time."""

    def __init__(self, attempts: int) -> None:
        super().__init__(
            attempts=attempts,
            start_timeout=FIRST_PAUSE_SECONDS / 2,
            max_timeout=LONGEST_PAUSE_SECONDS,
            exceptions={aiohttp.ClientError, asyncio.TimeoutError, OSError},
            retry_all_server_errors=False,
            evaluate_response_callback=self._is_to_be_kept,
        )
        self._asked = 0.0

    async def _is_to_be_kept(self, response: aiohttp.ClientResponse) -> bool:
        """Say whether the reply is the last one; an error's body is read, so that it is over."""
        if response.status < 500 and response.status != _TOO_MANY:
            return True
        self._asked = asked_pause(response.headers, _as_json(await response.read()))
        return self._asked > LONGEST_PAUSE_SECONDS

    def get_timeout(self, attempt: int, response: aiohttp.ClientResponse | None = None) -> float:
        """Return the pause in seconds."""
        own: float = super().get_timeout(attempt, response)
        return max(own, self._asked if response is not None else 0.0)


class PlatformClient:
    """An HTTP client for one platform.

    Calls are at-least-once: where a reply to a call is lost, the call is made again. A message
    that comes twice is a nuisance, one about a numb foot that never comes is a failure.
    """

    def __init__(self, name: str) -> None:
        """Take the platform's name; nothing is opened yet."""
        self._name = name
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        url: str,
        *,
        json_body: Any = None,
        form: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        seconds: float | None = None,
        attempts: int | None = None,
    ) -> Reply:
        """Make a call, again where it gets 429 or 5xx, no connection, or no reply in time.

        Args:
            method: of HTTP.
            url: where to.
            json_body: sent as JSON.
            form: sent as a form instead.
            query: what to add to the address.
            headers: of the request.
            auth: name and password.
            seconds: how long one attempt may take; default: the setting ``platform_seconds``.
            attempts: how often it is tried; default `ATTEMPTS`.

        Raises:
            Undelivered: no attempt got a reply below 300.
        """
        client = RetryClient(
            client_session=self._opened(),
            # Its own lines hold addresses, and addresses may hold tokens.
            logger=_Silent(),
            retry_options=_Retry(attempts or ATTEMPTS),
        )
        try:
            response = await client.request(
                method,
                url,
                json=json_body,
                data=form,
                params=query,
                headers=headers,
                auth=aiohttp.BasicAuth(*auth) if auth else None,
                timeout=aiohttp.ClientTimeout(total=seconds or settings().platform_seconds),
                allow_redirects=False,
            )
            reply = await _read(response)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            # The type alone: the text may hold the address, and with it a token.
            raise Undelivered(
                f"{self._name} could not be reached ({type(error).__name__})"
            ) from None
        if reply.status >= 300:
            raise Undelivered(
                f"{self._name} answered {reply.status}",
                # 3xx is none of the platform's refusals, but a proxy or an address that moved.
                is_final=400 <= reply.status < 500 and reply.status not in _TEMPORARY,
                status=reply.status,
                body=reply.body,
            )
        return reply

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                # Proxies are named in the environment.
                trust_env=True,
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()


class _Silent:
    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""

    warning = exception = debug


def asked_pause(headers: Mapping[str, str], body: Any) -> float:
    """Return for how many seconds a platform asks to be left alone.

    It says so in the header ``Retry-After`` (RFC 9110), Discord also as ``retry_after`` in the
    body, Telegram in its ``parameters``.
    """
    given = body if isinstance(body, dict) else {}
    parameters = given.get("parameters")
    within = parameters if isinstance(parameters, dict) else given
    for asked in (headers.get("Retry-After"), within.get("retry_after")):
        with contextlib.suppress(TypeError, ValueError):
            return max(float(asked), 0.0)  # type: ignore[arg-type]
    return 0.0


async def _read(response: aiohttp.ClientResponse) -> Reply:
    async with response:
        return Reply(response.status, response.headers, _as_json(await response.read()))


def _as_json(raw: bytes) -> Any:
    """Return what a body holds: JSON, else its text."""
    text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
