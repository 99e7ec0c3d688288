"""Pieces of text without which a pattern matches nothing: most need not be tried on a message.

Python's own parser of regular expressions reads the pattern, so that a piece is needed in truth:
a look-alike that is not tried would be a false alarm.
"""

from __future__ import annotations

import sre_parse
from collections.abc import Iterable
from re import IGNORECASE
from typing import Any

__all__ = ["needed_literals"]

_SHORTEST = 3
#: In nearly every message: of such a piece a pattern is spared hardly ever.
_EVERYWHERE = frozenset(
    {"the", "and", "was", "has", "had", "have", "are", "this", "that", "with", "for", "from", "you"}
    | {"his", "her", "our", "not", "but", "been", "just", "got", "all", "when", "after", "over"}
)
#: How much rarer a piece is for each letter more.
_RARER = 0.3
Needed = frozenset[str]


def needed_literals(pattern: str) -> Needed | None:
    """Return pieces of text of which whatever ``pattern`` matches holds at least one.

    Args:
        pattern: a regular expression over texts in lower case.

    Returns:
        Of all such sets of pieces the one that is likely to be rarest; None where there is none.
    """
    parsed = sre_parse.parse(pattern)
    if parsed.state.flags & IGNORECASE:
        return None
    return _rarest(_needed_in(parsed.data))


def _rarest(candidates: Iterable[Needed]) -> Needed | None:
    fit = [each for each in candidates if all(len(piece) >= _SHORTEST for piece in each)]
    return min(fit, key=lambda each: (sum(map(_frequency, each)), sorted(each)), default=None)


def _frequency(piece: str) -> float:
    return 1.0 if piece in _EVERYWHERE else _RARER ** len(piece)


def _needed_in(items: Iterable[tuple[Any, Any]]) -> list[Needed]:
    """Return sets of pieces of which each must be met, for items that follow one another."""
    found: list[Needed] = []
    run = ""
    for operation, argument in items:
        if operation is sre_parse.LITERAL:
            run += chr(argument)
            continue
        if operation is sre_parse.AT:
            continue  # A word's end takes up no room.
        found.append(frozenset({run.strip()}))
        run = ""
        found += _needed_of(operation, argument)
    return [*found, frozenset({run.strip()})]


def _needed_of(operation: Any, argument: Any) -> list[Needed]:
    """Return the same for one item; nothing for what may be absent, or anything."""
    if operation is sre_parse.SUBPATTERN:
        return _needed_in(argument[-1])
    if operation in {sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT}:
        least, _, repeated = argument
        return _needed_in(repeated) if least else []
    if operation is sre_parse.BRANCH:
        ways = [_rarest(_needed_in(way)) for way in argument[1]]
        known = [way for way in ways if way is not None]
        return [frozenset().union(*known)] if len(known) == len(ways) else []
    return []
