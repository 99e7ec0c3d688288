"""What platforms that run on people's own servers have in common."""

from __future__ import annotations

import re

from twitchwise.channels.platforms.verification import is_same
from twitchwise.errors import TwitchwiseError

_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_BETWEEN = re.compile(r"[\s,]+")


def server_address(url: str, variable: str) -> str:
    """Return the address of a server, without a slash at its end.

    Args:
        url: as it was set.
        variable: that it comes from.

    Raises:
        TwitchwiseError: it is none; names the variable.
    """
    if not _ADDRESS.fullmatch(url):
        raise TwitchwiseError(
            f"{variable} is no address of a server. "
            "Mend: set it to one such as https://chat.example.org."
        )
    return url.rstrip("/")


def is_one_of(given: str, tokens: str) -> bool:
    """Say whether a token is one of those in a list, in constant time.

    Args:
        given: what came in.
        tokens: with commas or blanks between them.
    """
    # All are compared, so that the time tells nothing of which it was.
    return sum(is_same(given, token) for token in _BETWEEN.split(tokens)) > 0
