"""Messages from a pipe or the command line: nothing but the answers on standard output."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from twitchwise.errors import TwitchwiseError
from twitchwise.listings import drop_output
from twitchwise.terminal.contract import Turn, as_json
from twitchwise.terminal.conversation import Conversation
from twitchwise.terminal.failures import ExitCode
from twitchwise.terminal.unheard import urgent_reply
from twitchwise.terminal.view import to_stderr, turn_lines, waiting_line


def text_of(raw: bytes) -> str:
    """Return what bytes of the input say; what is no UTF-8 becomes a sign that says so."""
    # Some editors put a mark at the beginning of a file.
    return raw.decode("utf-8", "replace").removeprefix("\ufeff")


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Give the lines of a stream that hold anything, with their numbers, as they come."""
    for number, raw in enumerate(stream, start=1):
        line = text_of(raw).strip("\r\n")
        if line.strip():
            yield number, line


def answer_lines(
    lines: Iterable[tuple[int, str]],
    conversation: Conversation,
    show: Callable[[Turn], None],
    *,
    exit_on_escalation: bool,
) -> int:
    """Send line by line; return the exit code.

    Args:
        lines: their numbers (0 for what is no line of an input) and texts.
        conversation: where they are said.
        show: prints a turn.
        exit_on_escalation: whether to end after an escalation or emergency.

    Raises:
        TwitchwiseError: a message got no reply; the error says which.
    """
    for number, line in lines:
        message = conversation.message_for(line)
        try:
            turn = conversation.send(message, _tell_of_wait)
        except TwitchwiseError as error:
            place = f"line {number}: " if number else ""
            urgent = urgent_reply(message.title or line, {})
            told = f" {urgent.text}" if urgent else ""
            raise type(error)(f"{place}{error}{told}") from error
        _shown(turn, show)
        if turn.is_urgent and exit_on_escalation:
            return ExitCode.ESCALATED
    return ExitCode.FINE


def _shown(turn: Turn, show: Callable[[Turn], None]) -> None:
    try:
        show(turn)
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise TwitchwiseError(
            f"Standard output cannot be written: {error.strerror}. Mend: let it go elsewhere."
        ) from error


def _tell_of_wait(seconds: int) -> None:
    to_stderr(waiting_line(seconds))


def print_json(turn: Turn) -> None:
    """Print a turn as one line of JSON."""
    print(json.dumps(as_json(turn), ensure_ascii=False), flush=True)


class PlainTurns:
    """Prints turns as plain lines, with an empty line between them."""

    def __init__(self) -> None:
        self._between = ""

    def show(self, turn: Turn) -> None:
        """Print a turn."""
        print(self._between + "\n".join(turn_lines(turn)), flush=True)
        self._between = "\n"


def encode_output(*, as_utf8: bool) -> None:
    """Let standard output take any text: what its encoding lacks becomes a "?".

    Args:
        as_utf8: whether it is UTF-8 wherever it goes, as JSON is.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_utf8 else None, errors="replace")


def open_streams() -> None:
    """Let standard streams that were closed be empty, so that no file takes their place."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode))
