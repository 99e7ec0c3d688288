"""What the terminal says of itself: the notice at the start, help, and privacy. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from twitchwise.terminal.commands import COMMANDS
from twitchwise.terminal.contract import About


@dataclass(frozen=True)
class Kept:
    """What is kept of a conversation.

    Attributes:
        place: the server's address, as it may be shown.
        name: of the conversation; None where it is deleted at the end.
        history: the file of what was typed; None where there is none.
    """

    place: str
    name: str | None
    history: Path | None


def opening(about: About, kept: Kept) -> Iterator[str]:
    """Give what people read before they ask."""
    yield (
        f"{about.name} is a computer program. It answers questions about muscle twitching and "
        "nutrition from sources that were checked. It cannot examine you, and it does not replace "
        "a doctor."
    )
    yield emergency_line(about)
    yield f"{_who_reads(about)} {_how_long(about, kept)} Type /help for help, /quit to leave."


def emergency_line(about: About) -> str:
    """Return what to do in an emergency."""
    return f"Not for emergencies. In an emergency call {about.emergency_number}."


def help_lines(keys: Iterable[str]) -> Iterator[str]:
    """Give all commands, and what the keys do."""
    yield "Ask in your own words. A number picks the choice with that number."
    calls = [f"{command.name} {command.argument}".strip() for command in COMMANDS]
    width = max(map(len, calls))
    for call, command in zip(calls, COMMANDS, strict=True):
        yield f"  {call.ljust(width)}  {command.help}"
    yield from keys


def privacy_lines(about: About, kept: Kept) -> Iterator[str]:
    """Give what is kept, and where."""
    yield f"You talk to {about.name} at {kept.place}. {_who_reads(about)}"
    yield _how_long(about, kept)
    words = "perhaps with your words" if about.texts_read else "without your words"
    yield (
        "When you mention weakness, numbness or an emergency, the server records that and when, "
        f"{words}."
    )
    if kept.history is None:
        yield "Nothing of what you type is kept on this machine."
    else:
        yield f"What you type is kept on this machine in {kept.history}, for you alone."
    yield "/forget deletes the conversation, and what was kept of what you typed."


def people_lines(about: About) -> Iterator[str]:
    """Give whom people can reach: the crisis line, and the operator's own contact."""
    if about.crisis_line:
        number = f", {about.crisis_phone}" if about.crisis_phone else ""
        yield f"If you think of ending your life: {about.crisis_line}{number}."
    if about.contact is not None:
        contact = about.contact
        ways = [way for way in (contact.phone, contact.url, contact.hours) if way]
        yield f"To talk to somebody: {', '.join([contact.name, *ways])}."


def _who_reads(about: About) -> str:
    if about.texts_read:
        return (
            "Nobody reads along while you write. "
            "The people who run this server may read parts of it later."
        )
    return "Nobody reads along."


def _how_long(about: About, kept: Kept) -> str:
    if kept.name is None:
        return "This conversation is deleted from the server when you leave."
    if not about.days:
        return f"This conversation is kept on the server as “{kept.name}”."
    days = "1 day" if about.days == 1 else f"{about.days} days"
    return (
        f"This conversation is kept on the server as “{kept.name}”, "
        f"and deleted after {days} without a message."
    )
