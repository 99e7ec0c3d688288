"""Compares secrets and signatures in constant time, and checks when something was signed."""

from __future__ import annotations

import hashlib
import hmac
import time

#: How old a signed request may be, in seconds: older ones are replayed.
WINDOW_SECONDS = 300.0


def is_same(given: str, expected: str) -> bool:
    """Say whether two texts are the same; how long it takes tells nothing of them.

    An empty expected text is never the same: a secret that is not set lets nobody in.
    """
    return bool(expected) and hmac.compare_digest(_bytes(given), _bytes(expected))


def signature_of(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    """Return the HMAC of a raw body, in hexadecimal digits."""
    return hmac.new(_bytes(secret), body, getattr(hashlib, algorithm)).hexdigest()


def is_recent(timestamp: str, window: float = WINDOW_SECONDS) -> bool:
    """Say whether a signed time (seconds since 1970) is at most ``window`` seconds from now."""
    try:
        return abs(time.time() - float(timestamp)) <= window
    except ValueError:
        return False


def _bytes(text: str) -> bytes:
    # Whatever bytes came in as a header, this does not raise.
    return text.encode("utf-8", "surrogatepass")
