"""What begins with a slash: which commands there are, and what a line asks for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: So many letters may be wrong in a command; what is less like one is a message.
_MOST_SLIPS = 2


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        name: with its slash.
        help: what it does.
        argument: what may stand after it, as the help shows it.
        takes: says whether something may stand after it.
    """

    name: str
    help: str
    argument: str = ""
    takes: Callable[[str], bool] = lambda argument: not argument


@dataclass(frozen=True)
class Call:
    """A command, and what stands after it."""

    name: str
    argument: str


@dataclass(frozen=True)
class Unknown:
    """No command, but like one."""

    name: str
    nearest: str


def _is_thumb(argument: str) -> bool:
    return not argument or argument[0] in "+-"


def _is_file(argument: str) -> bool:
    return len(argument.split()) < 2 or argument.lower().endswith((".md", ".json"))


COMMANDS = (
    Command("/help", "this list"),
    Command("/sources", "where the last answer comes from"),
    Command("/restart", "talk about something else: what was said before is left aside"),
    Command("/forget", "delete this conversation, and the history of what you typed"),
    Command("/export", "save the conversation (.md or .json)", "[FILE]", _is_file),
    Command("/feedback", "say whether the last answer helped", "+ or - [TEXT]", _is_thumb),
    Command("/privacy", "what is kept, and where"),
    Command("/disclaimer", "what this is not"),
    Command("/quit", "leave (Ctrl-D, too)"),
)
_ALIASES = {"/exit": "/quit"}
_BY_NAME = {command.name: command for command in COMMANDS}


def read_command(line: str) -> Call | Unknown | None:
    """Return the command that a line is, or None where it is a message.

    Somebody may type "/my foot is numb", or "/help my foot is numb": what is not quite a command
    is a message, since nothing about weakness or numbness may go unheard.
    """
    if not line.startswith("/"):
        return None
    name, *rest = line.split(None, 1)
    name, argument = name.lower(), rest[0].strip() if rest else ""
    command = _BY_NAME.get(_ALIASES.get(name, name))
    if command is not None:
        return Call(command.name, argument) if command.takes(argument) else None
    return _nearest(name, argument)


def _nearest(name: str, argument: str) -> Unknown | None:
    if name == "/":
        return None if argument else Unknown(name, "/help")
    # Loaded when it is needed: the prompt does not wait for it.
    from rapidfuzz.distance import OSA

    alike = [
        (OSA.distance(name, command.name), command.name)
        for command in COMMANDS
        # A slip is seldom in the first letter. What takes nothing is not followed by anything.
        if name[1] == command.name[1]
        and (not argument or (command.argument and command.takes(argument)))
    ]
    distance, nearest = min(alike, default=(_MOST_SLIPS + 1, ""))
    return Unknown(name, nearest) if distance <= _MOST_SLIPS else None
