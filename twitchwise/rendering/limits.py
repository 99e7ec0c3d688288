"""What fits into a message of a platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from twitchwise.rendering.dialects import Dialect
from twitchwise.rendering.units import characters

#: Shorter than that, one character with its escapes and its mark could be too long.
_SHORTEST = 60


@dataclass(frozen=True)
class Limits:
    """What a platform shows in one message.

    Attributes:
        dialect: how it marks text.
        text: the longest text of a part, in the unit of ``measure``. A text of 60 plain
            characters must fit.
        measure: the platform's own unit (see :mod:`twitchwise.rendering.units`). A longer text
            must never measure less.
        buttons: how many buttons fit below the last part; with 0, replies are numbers in the text.
        title: the longest title of a button, in characters.
        payload: the longest payload of a button, in UTF-8 bytes.
        links: whether ``https:`` links may stand among the buttons (they count as buttons).

    Raises:
        ValueError: a limit is too small to show anything.
    """

    dialect: Dialect
    text: int
    measure: Callable[[str], int] = characters
    buttons: int = 0
    title: int = 80
    payload: int = 64
    links: bool = False

    def __post_init__(self) -> None:
        if self.measure("x" * _SHORTEST) > self.text:
            raise ValueError(f"a part must hold at least {_SHORTEST} characters")
        if self.buttons < 0:
            raise ValueError("the number of buttons must not be negative")
        if self.title < 1 or self.payload < 1:
            raise ValueError("a button must hold at least one character and one byte")

    def fits(self, text: str) -> bool:
        """Return whether a text (in the dialect) fits into one part."""
        return self.measure(text) <= self.text
