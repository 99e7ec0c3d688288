"""Saves a conversation to a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from twitchwise.errors import TwitchwiseError
from twitchwise.terminal.contract import About, Said, Turn
from twitchwise.terminal.failures import WrongUse
from twitchwise.terminal.files import open_private
from twitchwise.terminal.markdown import conversation_markdown


def export(turns: Sequence[Turn], about: About, file: str, now: datetime) -> Path:
    """Write the conversation, for its owner alone; return the file.

    Args:
        turns: what was said, oldest first.
        about: the server that said it.
        file: a file ending in ``.md`` or ``.json``, or nothing for a new one here.
        now: in the local time zone; it names the new file.

    Raises:
        TwitchwiseError: there is nothing to save, the file's name is of no kind that is known, it
            is there already, or it cannot be written.
    """
    if not turns:
        raise WrongUse("There is nothing to save yet.")
    path = _path(file or f"twitchwise-{now:%Y-%m-%d-%H%M%S}.md")
    if path.suffix.lower() not in (".md", ".json"):
        raise WrongUse(f"{path} does not end in .md or .json. Mend: name a file that does.")
    if path.suffix.lower() == ".json":
        text = json.dumps(_document(turns, about, now), indent=2, ensure_ascii=False) + "\n"
    else:
        text = conversation_markdown(turns, name=about.name, disclaimer=about.disclaimer, saved=now)
    _write_new(path, text)
    return path


def _path(file: str) -> Path:
    try:
        return Path(file).expanduser()
    except RuntimeError as error:
        raise WrongUse(f"{file}: nobody has that name here. Mend: name another file.") from error


def _write_new(path: Path, text: str) -> None:
    try:
        # "x": nothing that is there is touched, not even what a link leads to.
        with open(path, "x", encoding="utf-8", opener=open_private) as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError as error:
        raise WrongUse(f"{path} is there already. Mend: name another file.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise TwitchwiseError(
            f"{path} cannot be written: {why}. Mend: name a file in another folder."
        ) from error


def _document(turns: Sequence[Turn], about: About, now: datetime) -> dict[str, Any]:
    """Return the conversation in the form that the web page saves, too."""
    return {
        "assistant": about.name,
        "version": about.version,
        "saved": now.isoformat(),
        "disclaimer": about.disclaimer,
        "turns": [
            {
                "at": turn.at.isoformat(),
                "message": turn.message,
                "outcome": turn.outcome,
                "rating": turn.rating,
                "replies": [_reply(said) for said in turn.messages],
            }
            for turn in turns
        ],
    }


def _reply(said: Said) -> dict[str, Any]:
    return said.dict(include={"kind", "text", "answer"})
