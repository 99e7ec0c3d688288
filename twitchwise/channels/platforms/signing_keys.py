"""Public keys with which a platform signs its calls: read, fetched when needed, and kept.

Callers choose the ids that are looked up, and can hang up at any moment: neither makes us fetch
all the time, nor keeps new keys from us.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.requests import text_at

logger = logging.getLogger(__name__)

#: The only algorithm with which the platforms sign.
ALGORITHM = "RS256"
#: What PyJWT raises for whatever it is given.
UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError)
#: Shorter keys are broken too easily.
_LEAST_BITS = 2048
#: Keys are fetched anew after an hour, so that one that was withdrawn is noticed; where that
#: fails they serve for as long as in Microsoft's SDK, in seconds.
_FRESH_SECONDS = 3600.0
_USABLE_SECONDS = 5 * 24 * 3600.0
#: From the end of one fetch to the next, in seconds.
_PAUSE_SECONDS = 60.0
_PAUSE_WITHOUT_KEYS_SECONDS = 5.0
#: How long a caller waits for keys: Teams gives up after 15 seconds, Google Chat after 30.
_PATIENCE_SECONDS = 8.0


@dataclass(frozen=True)
class PublicKey:
    """A key for PyJWT."""

    key: Any = field(repr=False)


Key = TypeVar("Key", bound=PublicKey)


class SigningKeys(Generic[Key]):
    """The keys of one owner by their ids, fetched once at a time."""

    def __init__(self, owner: str, fetch: Callable[[], Awaitable[Mapping[str, Key]]]) -> None:
        """Take how to get the keys; nothing is fetched yet.

        Args:
            owner: whose keys they are, for the log.
            fetch: returns the keys by their ids; raises `Undelivered` where it cannot.
        """
        self._owner = owner
        self._get = fetch
        self._keys: Mapping[str, Key] = {}
        self._fetched = self._tried = -math.inf
        self._fetching: asyncio.Task[None] | None = None

    async def fetch(self) -> None:
        """Fetch the keys.

        Raises:
            Undelivered: they could not be had, or there are none.
        """
        await asyncio.shield(self._fetch_once())

    async def find(self, key_id: str) -> Key | None:
        """Return a key; None where the owner has none with this id.

        Raises:
            Refused: with 503, there are no keys for now.
        """
        if self._is_to_be_fetched(key_id):
            # Leaves the fetch alone when time is up, or when the caller hangs up.
            await asyncio.wait({self._fetch_once()}, timeout=_PATIENCE_SECONDS)
        if not self._are_usable():
            raise Refused(503, "The caller cannot be verified for now.", {"Retry-After": "30"})
        return self._keys.get(key_id)

    def stop(self) -> None:
        """End a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()

    def _is_to_be_fetched(self, key_id: str) -> bool:
        if key_id in self._keys and _now() - self._fetched < _FRESH_SECONDS:
            return False
        pause = _PAUSE_SECONDS if self._are_usable() else _PAUSE_WITHOUT_KEYS_SECONDS
        return self._is_fetching() or _now() - self._tried >= pause

    def _is_fetching(self) -> bool:
        return self._fetching is not None and not self._fetching.done()

    def _are_usable(self) -> bool:
        return bool(self._keys) and _now() - self._fetched < _USABLE_SECONDS

    def _fetch_once(self) -> asyncio.Task[None]:
        """Return the fetch that is under way, else a new one."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.get_running_loop().create_task(self._fetch())
            self._fetching.add_done_callback(self._report)
        return self._fetching

    async def _fetch(self) -> None:
        try:
            found = await self._get()
            if not found:
                raise Undelivered("there are no signing keys at their address")
            self._keys, self._fetched = found, _now()
        finally:
            self._tried = _now()

    def _report(self, fetching: asyncio.Task[None]) -> None:
        error = None if fetching.cancelled() else fetching.exception()
        if error is not None:
            why = error.reason if isinstance(error, Undelivered) else type(error).__name__
            logger.error("The signing keys of %s were not fetched: %s.", self._owner, why)


def keys_of_set(body: Any) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Yield the RSA keys of a JSON Web Key Set (RFC 7517): id, key, and all that is said of it.

    What is no such key, or a weak one, is left out.
    """
    listed = body.get("keys") if isinstance(body, dict) else None
    for one in listed if isinstance(listed, list) else ():
        key_id = text_at(one, "kid")
        try:
            key = jwt.PyJWK(one, algorithm=ALGORITHM).key if key_id else None
        except UNREADABLE:
            continue
        if is_strong(key):
            yield key_id, key, one


def is_strong(key: Any) -> bool:
    """Say whether it is a public RSA key, and long enough."""
    return isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_BITS


def _now() -> float:
    return time.monotonic()
