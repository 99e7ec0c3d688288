"""Where commands write: standard output and error, and files that appear whole or not at all.

Quick to import.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from twitchwise.errors import TwitchwiseError


def write_out(pieces: Iterable[str], path: Path | None) -> None:
    """Write to standard output, or to a file that appears only when it is complete.

    Args:
        pieces: what to write.
        path: the file, which may be there already; None for standard output.

    Raises:
        BrokenPipeError: whoever read standard output has gone (see `until_the_reader_goes`).
        TwitchwiseError: the file cannot be written.
    """
    with _opened(path) as output:
        for piece in pieces:
            output.write(piece)
        output.flush()


@contextlib.contextmanager
def until_the_reader_goes() -> Iterator[None]:
    """End what is inside without an error where whoever read has seen enough ("| head")."""
    try:
        yield
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Let what is buffered for standard output go nowhere, as it could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def to_stderr(line: str) -> None:
    """Print a line that is no answer; where that cannot be done, the rest goes on."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        # What is buffered would make another exit code at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # For its owner alone: there may be texts in it.
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise TwitchwiseError(
            f"{path} cannot be written: {error.strerror}. Mend: name a file in another folder."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
