"""How the terminal ends: its exit codes, and what may go wrong, each with its code."""

from __future__ import annotations

from enum import IntEnum

from twitchwise.errors import TwitchwiseError


class ExitCode(IntEnum):
    """What a script is told."""

    FINE = 0
    USAGE = 2
    UNREACHABLE = 3
    SERVER_ERROR = 4
    ESCALATED = 10
    INTERRUPTED = 130


class WrongUse(TwitchwiseError):
    """The command, or a message, cannot be taken as it was given."""

    exit_code = ExitCode.USAGE


class Unreachable(TwitchwiseError):
    """The server did not answer, or not to the end."""

    exit_code = ExitCode.UNREACHABLE


class NotConnected(Unreachable):
    """There was no connection, so nothing was sent."""


class ServerFailed(TwitchwiseError):
    """The server answered, but not what was asked."""

    exit_code = ExitCode.SERVER_ERROR


class NoTwitchwise(ServerFailed):
    """What answers is something else, so nothing of a conversation is there."""
