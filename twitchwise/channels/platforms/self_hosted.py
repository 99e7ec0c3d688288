"""What platforms that run on people's own servers have in common."""

from __future__ import annotations

import re

from twitchwise.channels.platforms.verification import is_same

_BETWEEN = re.compile(r"[\s,]+")


def is_one_of(given: str, tokens: str) -> bool:
    """Say whether a token is one of those in a list, in constant time.

    Args:
        given: what came in.
        tokens: with commas or blanks between them.
    """
    # All are compared, so that the time tells nothing of which it was.
    return sum(is_same(given, token) for token in _BETWEEN.split(tokens)) > 0
