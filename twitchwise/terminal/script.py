"""Messages from a pipe or the command line: nothing but the answers on standard output."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, TypeVar

from twitchwise.errors import TwitchwiseError
from twitchwise.output import drop_output, to_stderr
from twitchwise.terminal.contract import Turn, as_json
from twitchwise.terminal.conversation import Conversation
from twitchwise.terminal.failures import ExitCode
from twitchwise.terminal.unheard import PATIENCE_SECONDS, Unheard, told_after
from twitchwise.terminal.view import turn_lines, waiting_line

Result = TypeVar("Result")


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
        place = f"line {number}: " if number else ""
        turn = _answered(line, conversation, place)
        with _written():
            show(turn)
        if turn.is_urgent and exit_on_escalation:
            return ExitCode.ESCALATED
    return ExitCode.FINE


def wait_with_a_question(asked: str, wait: Callable[[], Result]) -> Result:
    """Wait for a server; a question that is urgent does not wait so long.

    Raises:
        TwitchwiseError: there is no server; the error says what must be said to the question.
    """
    return _heard(_Heard(asked), wait)


def _answered(line: str, conversation: Conversation, place: str) -> Turn:
    message = conversation.message_for(line)
    heard = _Heard(message.title or line, place, conversation.turns)

    def wait(seconds: int) -> None:
        heard.tell()
        to_stderr(f"{place}{waiting_line(seconds)}")

    return _heard(heard, lambda: conversation.send(message, wait))


class _Heard:
    """Says on standard error, once, what must be said to a text that waits for its reply."""

    def __init__(self, text: str, place: str = "", turns: Sequence[Turn] = ()) -> None:
        self.place = place
        self._to_say: list[str] = []
        self._unheard = Unheard(
            text, lambda urgent: self._to_say.append(urgent.text), turns=list(turns)
        )

    def tell(self) -> None:
        """Say it."""
        for text in self.take():
            to_stderr(f"{self.place}{text}")

    def take(self) -> list[str]:
        """Return it, for who says it with something else."""
        self._unheard.tell()
        taken, self._to_say = self._to_say, []
        return taken


def _heard(heard: _Heard, work: Callable[[], Result]) -> Result:
    with told_after(PATIENCE_SECONDS, heard.tell):
        try:
            return work()
        except TwitchwiseError as error:
            line = " ".join([f"{heard.place}{error}", *heard.take()])
            raise type(error)(line) from error


@contextlib.contextmanager
def _written() -> Iterator[None]:
    """Tell where standard output cannot be written (a full disk)."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise TwitchwiseError(
            f"Standard output cannot be written: {error.strerror}. Mend: let it go elsewhere."
        ) from error


def print_json(turn: Turn) -> None:
    """Print a turn as one line of JSON."""
    print(json.dumps(as_json(turn), ensure_ascii=False), flush=True)


def print_names(names: Sequence[str]) -> None:
    """Print names, one a line."""
    with _written():
        print("\n".join(names), end="\n" if names else "", flush=True)


class PlainTurns:
    """Prints turns as plain lines, with an empty line between them."""

    def __init__(self) -> None:
        self._between = ""

    def show(self, turn: Turn) -> None:
        """Print a turn."""
        print(self._between + "\n".join(turn_lines(turn)), flush=True)
        self._between = "\n"


def encode_streams(*, as_utf8: bool) -> None:
    """Let the standard streams take any text: what their encoding lacks becomes a "?".

    Args:
        as_utf8: whether it is UTF-8 wherever it goes, as JSON is.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_utf8 else None, errors="replace")
    # What is typed may be no UTF-8 either.
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def open_streams() -> None:
    """Let standard streams that were closed be empty, so that no file takes their place."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode))
