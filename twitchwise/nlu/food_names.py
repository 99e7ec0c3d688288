"""The foods that a text names ("are bananas any good")."""

from __future__ import annotations

import re
from collections.abc import Iterable

from twitchwise.faq.models import Food


class FoodNames:
    """Finds foods. The classifier never sees them as names: "avocado?" asks what any food asks."""

    def __init__(self, foods: Iterable[Food] = ()) -> None:
        """Take the foods of the FAQ."""
        self._id_of = {name.lower(): food.id for food in foods for name in food.names}
        longest_first = sorted(self._id_of, key=len, reverse=True)
        names = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest_first)
        self._pattern = re.compile(rf"\b(?:{names})\b" if names else r"(?!)", re.IGNORECASE)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return ids of the foods that ``text`` names, in order, each once."""
        found = (" ".join(re.split(r"[\s-]+", m[0].lower())) for m in self._pattern.finditer(text))
        return tuple(dict.fromkeys(self._id_of[name] for name in found))
