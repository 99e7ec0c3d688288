"""Words without which a pattern matches nothing: most need not be tried on most messages."""

from __future__ import annotations

import itertools
import re

__all__ = ["needed_words"]

#: A group of whole words that must be there, and that holds no other one. What may stand before it
#: ends with a blank.
_GROUP = re.compile(
    r"(?:(?<=\\b)|(?<= )|(?<= \)\?)|(?<= \)\{0,\d\}))\(\?:([^()]*)\)(?=\\b| |$)(?![?*]|\{0,)"
)
#: "tyres?" or "bank\\ balance", of which the first word is needed.
_PLAIN = re.compile(r"([a-z]+)(s\?)?(?:\\? .*)?")
#: What stands for itself though it looks like a sign.
_SPECIAL = re.compile(r"\\.|\[[^\]]*\]")
#: In nearly every message; a group with one of them spares nothing.
_EVERYWHERE = frozenset(
    {"a", "an", "the", "my", "our", "his", "her", "this", "that", "i", "it", "is", "are", "was"}
    | {"he", "she", "you", "of", "in", "on", "at", "to", "for", "with", "and", "or", "from", "by"}
)


def needed_words(pattern: str) -> frozenset[str] | None:
    """Return words of which a text that ``pattern`` matches holds at least one.

    Args:
        pattern: a regular expression over words in lower case with single blanks between them.

    Returns:
        The words of the first group of plain alternatives; None where it has none, or where all of
        the pattern is an alternative.
    """
    depths = _depths(pattern)
    if any(sign == "|" and not depth for sign, depth in zip(pattern, depths, strict=True)):
        return None
    for group in _GROUP.finditer(pattern):
        words = _first_words(group[1])
        if not depths[group.start()] and words and not words & _EVERYWHERE:
            return words
    return None


def _first_words(alternatives: str) -> frozenset[str]:
    """Return the first word of each alternative; nothing where one of them is no plain word."""
    words: set[str] = set()
    for alternative in alternatives.split("|"):
        match = _PLAIN.fullmatch(alternative)
        if match is None:
            return frozenset()
        words |= {match[1], f"{match[1]}s"} if match[2] else {match[1]}
    return frozenset(words)


def _depths(pattern: str) -> list[int]:
    """Return how many groups are open before each character."""
    plain = _SPECIAL.sub(lambda match: "_" * len(match[0]), pattern)
    steps = ((sign == "(") - (sign == ")") for sign in plain)
    return list(itertools.accumulate(steps, initial=0))[:-1]
