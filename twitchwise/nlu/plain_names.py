"""What a text names beside topics: foods ("are bananas any good"), and what no source tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol


class _Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...


class PlainNames:
    """Finds names. The classifier never sees them as such: "avocado?" asks what any food asks."""

    def __init__(self, things: Iterable[_Named] = ()) -> None:
        """Take what has an id and names, such as the foods of the FAQ."""
        self._id_of = {name.lower(): each.id for each in things for name in each.names}
        longest_first = sorted(self._id_of, key=len, reverse=True)
        names = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest_first)
        self._pattern = re.compile(rf"\b(?:{names})\b" if names else r"(?!)", re.IGNORECASE)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return ids of what ``text`` names, in order, each once."""
        found = (" ".join(re.split(r"[\s-]+", m[0].lower())) for m in self._pattern.finditer(text))
        return tuple(dict.fromkeys(self._id_of[name] for name in found))
