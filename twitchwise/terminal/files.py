"""What the terminal keeps on this machine: the history, and the names of conversations."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from twitchwise.errors import TwitchwiseError
from twitchwise.output import write_out
from twitchwise.terminal.failures import WrongUse

_LONGEST_NAME = 64
#: As the contract has it.
_ID = re.compile(r"[A-Za-z0-9_-]{22,64}")


def state_folder() -> Path:
    """Return the folder of these files (``$XDG_STATE_HOME/twitchwise`` or what the system has)."""
    return Path(platformdirs.user_state_dir("twitchwise", appauthor=False))


def make_state_folder() -> None:
    """Make the folder, for its owner alone.

    Raises:
        OSError: it cannot be made.
    """
    # A folder that is there already is as its owner made it.
    state_folder().mkdir(parents=True, exist_ok=True, mode=0o700)


def history_file() -> Path:
    """Return the file of what was typed."""
    return state_folder() / "history"


def forget_history() -> bool:
    """Delete the file of what was typed; say whether there was one.

    Raises:
        TwitchwiseError: it cannot be deleted.
    """
    try:
        history_file().unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise TwitchwiseError(
            f"{history_file()} cannot be deleted: {error.strerror}. Mend: remove it yourself."
        ) from error
    return True


def names_file() -> Path:
    """Return the file that says which conversation has which name."""
    return state_folder() / "conversations.json"


@dataclass(frozen=True)
class Saved:
    """A conversation that has a name.

    Attributes:
        id: by which its server knows it; whoever knows it can read the conversation.
        server: the address of its server; None for those of this machine, whose ports change.
    """

    id: str
    server: str | None


def saved_conversations() -> dict[str, Saved]:
    """Return the named conversations, by name.

    Raises:
        WrongUse: the file cannot be read.
    """
    path = names_file()
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(given, dict):
        raise _damaged(path)
    return {name: _saved(path, value) for name, value in given.items()}


def _saved(path: Path, given: object) -> Saved:
    if not isinstance(given, dict) or set(given) != {"id", "server"}:
        raise _damaged(path)
    known, server = given["id"], given["server"]
    if not isinstance(known, str) or not _ID.fullmatch(known) or not isinstance(server, str | None):
        raise _damaged(path)
    return Saved(known, server)


def save_conversation(name: str, saved: Saved | None) -> None:
    """Let a name stand for a conversation, or (None) for nothing any more.

    Raises:
        WrongUse: the file cannot be read or written.
    """
    try:
        make_state_folder()
        with open(names_file().with_suffix(".lock"), "w", opener=open_private) as lock:
            # Another run may be adding a name as well.
            fcntl.flock(lock, fcntl.LOCK_EX)
            names = saved_conversations()
            names.pop(name, None)
            if saved is not None:
                names[name] = saved
            listed = {each: asdict(conversation) for each, conversation in names.items()}
            write_out([json.dumps(listed, indent=2) + "\n"], names_file())
    except OSError as error:
        raise WrongUse(
            f"{state_folder()} cannot be written to: {error.strerror}. "
            "Mend: let XDG_STATE_HOME name a folder that you can write to."
        ) from error


def require_name(name: str) -> str:
    """Return the name of a conversation.

    Raises:
        WrongUse: it is empty, too long, or would not be shown as it is.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise WrongUse(f"--resume: a name has 1 to {_LONGEST_NAME} letters. Mend: choose another.")
    return name.strip()


def open_private(path: str, flags: int) -> int:
    """Open a file that only its owner can read (an opener for :func:`open`).

    Raises:
        OSError: it cannot be opened, or is no plain file (a pipe would never answer).
    """
    handle = os.open(path, flags | os.O_NONBLOCK, 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no plain file")
    # It may have been made by somebody more open.
    os.fchmod(handle, 0o600)
    return handle


def _damaged(path: Path) -> WrongUse:
    return WrongUse(f"{path} cannot be read. Mend: correct it, or remove it.")
