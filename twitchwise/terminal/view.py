"""What a person or a script sees: the plain form, and what both forms can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from twitchwise.terminal.contract import LABELS, Button, Card, Turn
from twitchwise.terminal.dates import day
from twitchwise.terminal.timing import after

#: A reply that comes sooner needs no sign that it is on its way.
_PATIENCE_SECONDS = 2.0


class View(Protocol):
    """Shows things to a person."""

    def say(self, line: str) -> None:
        """Show a line of the program's own."""

    def heading(self, line: str) -> None:
        """Show what a list below is about."""

    def chosen(self, title: str) -> None:
        """Show what a number stood for."""

    def choices(self, buttons: Sequence[Button]) -> None:
        """Show replies that can be chosen by number."""

    def urgent(self, kind: str, text: str) -> None:
        """Show what must not be overlooked."""

    def turn(self, turn: Turn) -> None:
        """Show all that was said to a message."""

    def waiting(self) -> AbstractContextManager[None]:
        """Show, while inside, that a reply is on its way."""

    def starting(self) -> AbstractContextManager[Callable[[str], None]]:
        """Give what shows, while inside, the steps of a server that starts."""


class PlainView:
    """Lines without colours, frames or escape sequences: for pipes, TERM=dumb, screen readers."""

    def say(self, line: str) -> None:
        """Print it."""
        print(line, flush=True)

    heading = say

    def chosen(self, title: str) -> None:
        """Print it."""
        self.say(f"({title})")

    def choices(self, buttons: Sequence[Button]) -> None:
        """Print each with its number."""
        for number, button in enumerate(buttons, start=1):
            self.say(choice_line(number, button))

    def urgent(self, kind: str, text: str) -> None:
        """Print it after the word that says what it is."""
        self.say(labelled(kind, text))

    def turn(self, turn: Turn) -> None:
        """Print all of it, and an empty line."""
        self.say("\n".join(turn_lines(turn)) + "\n")

    def waiting(self) -> AbstractContextManager[None]:
        """Print a line where it takes a while."""
        return after(_PATIENCE_SECONDS, lambda: self.say("One moment."))

    def starting(self) -> AbstractContextManager[Callable[[str], None]]:
        """Print each step."""
        return nullcontext(self.say)


def turn_lines(turn: Turn) -> Iterator[str]:
    """Give the lines of a turn, the disclaimer last."""
    for said, choices, links in turn.numbered_parts():
        yield labelled(said.kind, said.text)
        for number, button in choices:
            yield choice_line(number, button)
        for link in links:
            yield f"{link.title}: {link.url}"
    yield turn.disclaimer


def labelled(kind: str, text: str) -> str:
    """Return the text, after the word that says what it is where it is urgent."""
    return f"{LABELS[kind]}: {text}" if kind in LABELS else text


def choice_line(number: int, button: Button) -> str:
    """Return a choice with the number by which it is chosen."""
    return f"[{number}] {' '.join(button.title.split())}"


def source_lines(turn: Turn) -> Iterator[str]:
    """Give where the answers of a turn come from, and when they were last checked."""
    for card in [said.answer for said in turn.parts() if said.answer is not None]:
        yield from _card_sources(card)


def _card_sources(card: Card) -> Iterator[str]:
    for source in card.sources:
        yield ", ".join(
            part for part in (f"“{source.title}”", source.publisher, source.url) if part
        )
    if card.reviewed:
        yield f"Last checked on {day(card.reviewed)}."


def waiting_line(seconds: int) -> str:
    """Return what is said where the server takes no more messages for a while."""
    return f"The server takes no more messages for {seconds} seconds; it is asked again then."
