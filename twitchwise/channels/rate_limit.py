"""How many messages a conversation, and an address, may send in a minute."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from twitchwise.channels.incoming import BadRequest


class RateLimit:
    """Counts messages in a moving window of a minute, in memory."""

    def __init__(self, by_conversation: int, by_address: int) -> None:
        """Take how many messages are allowed in a minute; 0 for any number."""
        self._limits = {"conversation": by_conversation, "address": by_address}
        # Kept here: the limiter holds on to it only weakly.
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)

    def count(self, *, address: str, conversation: str | None) -> None:
        """Count a request.

        Args:
            address: where it comes from. This machine's own is not limited: behind a proxy that
                was not made known, all people would share it.
            conversation: what it belongs to, or None.

        Raises:
            BadRequest: with status 429, where there were too many; it says when to come again.
        """
        if not _is_this_machine(address):
            self._hit("address", address)
        if conversation is not None:
            self._hit("conversation", conversation)

    def _hit(self, kind: str, name: str) -> None:
        allowed = self._limits[kind]
        if not allowed:
            return
        limit = RateLimitItemPerMinute(allowed)
        if not self._window.hit(limit, kind, name):
            raise _too_many(self._window.get_window_stats(limit, kind, name)[0])


def _too_many(free_again: float) -> BadRequest:
    seconds = max(1, math.ceil(free_again - time.time()))
    return BadRequest(
        429,
        f"Too many messages. Please wait {seconds} seconds.",
        {"Retry-After": str(seconds)},
    )


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
