"""Where records wait that the database did not take in time: a file, one JSON line each.

Three files stand side by side: the spool, which is appended to; the one being imported; and the
lines that cannot be read, which are kept for a person to look at. Locks are the kernel's
(``flock``), so a process that is killed leaves none behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from twitchwise.escalations.record import Escalation
from twitchwise.paths import project_root


def spool_path() -> Path:
    """Return where the project's spool is."""
    return project_root() / "var" / "escalations.spool.jsonl"


class Spool:
    """The spool of one installation. Methods may be called from any thread and process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: What is being imported, also where the process was killed in the middle of it.
        self.importing = path.with_suffix(".importing.jsonl")
        #: Lines that are no records, or that the database refuses.
        self.unreadable = path.with_suffix(".unreadable.jsonl")
        self._importer = path.with_suffix(".lock")

    def append(self, escalation: Escalation) -> None:
        """Write a record to the disk.

        Raises:
            OSError: it could not be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _append(self.path, escalation.as_json().encode("ascii"))

    def is_empty(self) -> bool:
        """Say whether nothing waits."""
        return not (self.path.exists() or self.importing.exists())

    def waiting(self) -> int:
        """Return how many lines wait."""
        return sum(1 for path in (self.importing, self.path) for _ in _lines(path))

    def import_into(self, add: Callable[[Escalation], None]) -> int:
        """Hand every record to ``add``, and forget it then; return how many there were.

        May hand over a record again where a process was killed: ``add`` must not mind.

        Raises:
            OSError: a file could not be read or written.
            Exception: whatever ``add`` raises, but ValueError, which says that a record is
                refused for good. All records are kept then.
        """
        if self.is_empty():
            return 0
        with _locked_alone(self._importer) as mine:
            if not mine:
                return 0
            # First what a process that was killed left there.
            imported = self._import_moved(add)
            if self.path.exists():
                self.path.rename(self.importing)
                _sync_folder(self.path.parent)
                _wait_for_appenders(self.importing)
                imported += self._import_moved(add)
            return imported

    def _import_moved(self, add: Callable[[Escalation], None]) -> int:
        if not self.importing.exists():
            return 0
        imported, refused = 0, []
        for line in _lines(self.importing):
            try:
                add(Escalation.from_json(line))
                imported += 1
            except ValueError:
                refused.append(line)
        for line in refused:
            _append(self.unreadable, line)
        self.importing.unlink()
        _sync_folder(self.path.parent)
        return imported


def _append(path: Path, line: bytes) -> None:
    """Append a line, and wait until it is on the disk.

    The line begins with a line break, too: the one before may be torn.
    """
    is_new = not path.exists()
    with _open_for_append(path) as handle:
        data = b"\n" + line + b"\n"
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    if is_new:
        _sync_folder(path.parent)


@contextlib.contextmanager
def _open_for_append(path: Path) -> Iterator[int]:
    """Give the file, locked; never one that was moved away before the lock was had."""
    while True:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_at(handle, path):
                yield handle
                return
        finally:
            os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _wait_for_appenders(moved: Path) -> None:
    """Wait for those who had the file before it was moved; whoever comes later sees that."""
    with moved.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextlib.contextmanager
def _locked_alone(path: Path) -> Iterator[bool]:
    """Say whether nobody else holds this lock; it is held meanwhile."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)


def _lines(path: Path) -> Iterator[bytes]:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            if line.strip():
                yield line.strip()


def _sync_folder(folder: Path) -> None:
    """Write the folder's list of files to the disk: a new file is only safe then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
