"""How many messages a conversation, and an address, may send in a minute."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Callable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from twitchwise.channels.incoming import Refused

#: So many times as many messages may come where they tell of weakness, numbness or an emergency.
_MORE_WHERE_URGENT = 5


def never() -> bool:
    """Say that a request is not urgent."""
    return False


class RateLimit:
    """Counts messages minute by minute, in memory.

    A fixed window, since the library never drops the names of a moving one. Names are hashed:
    whoever knows a conversation's id can read it.
    """

    def __init__(self, by_conversation: int, by_address: int) -> None:
        """Take how many messages are allowed in a minute; 0 for any number."""
        self._limits = {"conversation": by_conversation, "address": by_address}
        # Kept here: the limiter holds on to it only weakly.
        self._storage = MemoryStorage()
        self._window = FixedWindowRateLimiter(self._storage)

    def count(
        self,
        *,
        address: str | None,
        conversation: str | None,
        is_urgent: Callable[[], bool] = never,
    ) -> None:
        """Count a request.

        Args:
            address: where it comes from, or None. This machine's own is not limited: behind a
                proxy that was not made known, all people would share it.
            conversation: what it belongs to, or None.
            is_urgent: asked where there are too many: an urgent one passes all the same, until
                there are several times as many.

        Raises:
            Refused: with status 429, where there were too many; it says when to come again.
        """
        names: dict[str, str | None] = {"conversation": conversation}
        if address is not None and not _is_this_machine(address):
            names["address"] = address
        counted = {kind: name for kind, name in names.items() if name is not None}
        full = [kind for kind, name in counted.items() if not self._hit(kind, name, 1)]
        if not full:
            return
        kind, name = full[0], counted[full[0]]
        if is_urgent() and self._hit(f"urgent {kind}", name, _MORE_WHERE_URGENT):
            return
        raise self._too_many(kind, name)

    def _hit(self, kind: str, name: str, times: int) -> bool:
        allowed = self._limits[kind.split()[-1]] * times
        return not allowed or self._window.hit(RateLimitItemPerMinute(allowed), kind, _hashed(name))

    def _too_many(self, kind: str, name: str) -> Refused:
        limit = RateLimitItemPerMinute(self._limits[kind])
        free_again = self._window.get_window_stats(limit, kind, _hashed(name))[0]
        seconds = max(1, math.ceil(free_again - time.time()))
        return Refused(
            429,
            f"Too many messages. Please wait {seconds} seconds.",
            {"Retry-After": str(seconds)},
        )


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
