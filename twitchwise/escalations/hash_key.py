"""The key that senders are hashed with: from the environment, or a file made at first use."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import project_root

HASH_KEY_VARIABLE = "TWITCHWISE_HASH_KEY"
_SHORTEST = 16


def hash_key(path: Path | None = None) -> bytes:
    """Return the key; whoever has it can find out whose conversation a hash is.

    Args:
        path: the file to use where the variable is not set (default: ``var/hash.key``).

    Raises:
        TwitchwiseError: the variable is too short, or the file cannot be made, read or used.
    """
    given = os.environ.get(HASH_KEY_VARIABLE, "").strip()
    if given:
        return _checked(given, HASH_KEY_VARIABLE)
    path = path or hash_key_path()
    try:
        if not path.exists():
            _make(path)
        return _checked(path.read_text(encoding="ascii").strip(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise TwitchwiseError(
            f"{path}: the key for hashing senders cannot be used ({type(error).__name__}). "
            f"Mend: make that folder writable, or set {HASH_KEY_VARIABLE}."
        ) from error


def hash_key_path() -> Path:
    """Return where the key is kept that was made here."""
    return project_root() / "var" / "hash.key"


def require_hash_key() -> None:
    """Check the key where there is one, without making one.

    Raises:
        TwitchwiseError: as `hash_key`.
    """
    if os.environ.get(HASH_KEY_VARIABLE, "").strip() or hash_key_path().exists():
        hash_key()


def _checked(key: str, place: str) -> bytes:
    if len(key) < _SHORTEST:
        raise TwitchwiseError(
            f"{place}: the key for hashing senders is shorter than {_SHORTEST} characters. "
            f"Mend: set {HASH_KEY_VARIABLE} to a long random text, such as "
            "'openssl rand -hex 32' gives."
        )
    return key.encode("utf-8", "surrogateescape")


def _make(path: Path) -> None:
    """Make the file in one step: another process sees the whole key or none, and the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            # A link, not a rename: a rename would replace the key that another process made.
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
