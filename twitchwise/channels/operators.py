"""Who runs the server: a client that knows the token of ``var/server.json``."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping

from twitchwise.serving.running import TOKEN_HEADER, TOKEN_VARIABLE


class OperatorToken:
    """The token of this process; where it has none, nobody knows it."""

    def __init__(self, token: str) -> None:
        self._token = _bytes(token.strip())

    @classmethod
    def of_process(cls) -> OperatorToken:
        """Return the token that the supervisor gave to this process."""
        return cls(os.environ.get(TOKEN_VARIABLE, ""))

    def is_in(self, headers: Mapping[str, str]) -> bool:
        """Say whether a request's headers hold the token."""
        given = _bytes(headers.get(TOKEN_HEADER) or "")
        # Compared in constant time: how long it takes tells nothing of the token.
        return bool(self._token) and hmac.compare_digest(given, self._token)


def _bytes(text: str) -> bytes:
    # Whatever bytes came in as a header, this does not raise.
    return text.encode("utf-8", "surrogatepass")
