"""What the terminal keeps on this machine: the history, and the names of conversations."""

from __future__ import annotations

import json
import os
from pathlib import Path

import platformdirs

from twitchwise.errors import TwitchwiseError
from twitchwise.listings import write_out
from twitchwise.terminal.failures import WrongUse

_LONGEST_NAME = 64


def state_folder() -> Path:
    """Return the folder of these files (``$XDG_STATE_HOME/twitchwise`` or what the system has)."""
    return Path(platformdirs.user_state_dir("twitchwise", appauthor=False))


def make_state_folder() -> None:
    """Make the folder, for its owner alone.

    Raises:
        OSError: it cannot be made.
    """
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def history_file() -> Path:
    """Return the file of what was typed."""
    return state_folder() / "history"


def forget_history() -> None:
    """Delete the file of what was typed.

    Raises:
        TwitchwiseError: it cannot be deleted.
    """
    try:
        history_file().unlink(missing_ok=True)
    except OSError as error:
        raise TwitchwiseError(
            f"{history_file()} cannot be deleted: {error.strerror}. Mend: remove it yourself."
        ) from error


def names_file() -> Path:
    """Return the file that says which conversation has which name."""
    return state_folder() / "conversations.json"


def saved_conversations() -> dict[str, str]:
    """Return the ids of the named conversations, by name.

    Raises:
        TwitchwiseError: the file cannot be read.
    """
    path = names_file()
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise _damaged(path)
    return given


def save_conversation(name: str, conversation_id: str | None) -> None:
    """Let a name stand for a conversation, or (None) for nothing any more.

    Raises:
        TwitchwiseError: the file cannot be read or written.
    """
    names = saved_conversations()
    names.pop(name, None)
    if conversation_id is not None:
        names[name] = conversation_id
    try:
        make_state_folder()
    except OSError as error:
        raise TwitchwiseError(
            f"{state_folder()} cannot be made: {error.strerror}. "
            "Mend: let XDG_STATE_HOME name a folder that you can write to."
        ) from error
    write_out([json.dumps(names, indent=2) + "\n"], names_file())


def require_name(name: str) -> str:
    """Return the name of a conversation.

    Raises:
        WrongUse: it is empty, too long, or would not be shown as it is.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise WrongUse(f"--resume: a name has 1 to {_LONGEST_NAME} letters. Mend: choose another.")
    return name.strip()


def open_private(path: str, flags: int) -> int:
    """Open a file that only its owner can read (an opener for :func:`open`)."""
    return os.open(path, flags, 0o600)


def _damaged(path: Path) -> TwitchwiseError:
    return TwitchwiseError(f"{path} cannot be read. Mend: correct it, or remove it.")
