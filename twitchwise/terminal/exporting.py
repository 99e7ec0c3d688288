"""Saves a conversation to a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from twitchwise.listings import write_out
from twitchwise.terminal.contract import About, Said, Turn
from twitchwise.terminal.failures import WrongUse
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
    path = Path(file or f"twitchwise-{now:%Y-%m-%d-%H%M%S}.md").expanduser()
    if path.suffix not in (".md", ".json"):
        raise WrongUse(f"{path}: write a file that ends in .md or .json.")
    if path.exists():
        raise WrongUse(f"{path} is there already. Mend: name another file.")
    if path.suffix == ".json":
        text = json.dumps(_document(turns, about, now), indent=2, ensure_ascii=False) + "\n"
    else:
        text = conversation_markdown(turns, name=about.name, disclaimer=about.disclaimer, saved=now)
    write_out([text], path)
    return path


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
