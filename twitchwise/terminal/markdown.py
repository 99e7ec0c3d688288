"""Turns as Markdown: what the terminal renders, and what is exported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from twitchwise.terminal.contract import LABELS, Card, Said, Source, Turn
from twitchwise.terminal.dates import day, moment

#: What Markdown reads as something anywhere in a line, and at its beginning (CommonMark 0.31).
_ANYWHERE = re.compile(r"([\\`*_\[\]<>&~|])")
_AT_THE_BEGINNING = re.compile(r"^(\s*)(#|[-+=:]|[0-9]+(?=[.)]))", re.MULTILINE)
_BULLET = "• "
_WEB = ("https://", "http://")


def escaped(text: str) -> str:
    """Return the text so that Markdown reads it as nothing but text."""
    return _AT_THE_BEGINNING.sub(_set_apart, _ANYWHERE.sub(r"\\\1", text.strip()))


def _one_line(text: str) -> str:
    return escaped(" ".join(text.split()))


def _set_apart(beginning: re.Match[str]) -> str:
    indent, found = beginning[1], beginning[2]
    # A digit cannot be escaped: the dot or bracket behind it is.
    return f"{indent}{found}\\" if found.isdigit() else f"{indent}\\{found}"


def message_markdown(said: Said) -> str:
    """Return a message of the assistant."""
    return _card(said.answer) if said.answer else _lines(said.text)


def conversation_markdown(
    turns: Sequence[Turn], *, name: str, disclaimer: str, saved: datetime
) -> str:
    """Return a whole conversation as a document.

    Args:
        turns: what was said, oldest first.
        name: of the assistant.
        disclaimer: what stands below a turn that lacks its own.
        saved: when it is saved.
    """
    title = f"# Conversation with {_one_line(name)}\n\nSaved on {moment(saved)}."
    return "\n\n".join([title, *(_turn(turn, name, disclaimer) for turn in turns)]) + "\n"


def _turn(turn: Turn, name: str, disclaimer: str) -> str:
    parts = [f"## {moment(turn.at)}", "**You:**", _lines(turn.message)]
    for said in turn.parts():
        label = f"**{LABELS[said.kind]}**\n\n" if said.kind in LABELS else ""
        parts.append(label + message_markdown(said))
        links = [f"- {_one_line(b.title)}: {_one_line(b.url)}" for b in said.buttons if b.url]
        parts += ["\n".join(links)] if links else []
    closing = _one_line(turn.disclaimer or disclaimer)
    return "\n\n".join([*parts, f"*{closing}*"])


def _card(card: Card) -> str:
    blocks = [_lines(card.text), "\n".join(f"- {_one_line(bullet)}" for bullet in card.bullets)]
    return "\n\n".join([block for block in blocks if block] + list(_sources(card)))


def _sources(card: Card) -> Iterator[str]:
    checked = f" Checked on {day(card.reviewed)}." if card.reviewed else ""
    if len(card.sources) == 1:
        yield f"Source: {_cited(card.sources[0])}.{checked}"
    elif card.sources:
        yield "Sources:\n\n" + "\n".join(f"- {_cited(source)}" for source in card.sources)
        if checked:
            yield checked.strip()


def _cited(source: Source) -> str:
    """Return a source: its title, the publisher, and its address as a link."""
    cited = f"“{_one_line(source.title)}”"
    if source.publisher:
        cited += f", {_one_line(source.publisher)}"
    if source.url:
        is_link = source.url.startswith(_WEB) and not re.search(r"[\s<>]", source.url)
        cited += f", <{source.url}>" if is_link else f", {_one_line(source.url)}"
    return cited


def _lines(text: str) -> str:
    """Return a text line by line; lines with a bullet become a list."""
    blocks: list[list[str]] = []
    was_bullet: bool | None = None
    for line in text.splitlines():
        if not line.strip():
            was_bullet = None
            continue
        is_bullet = line.startswith(_BULLET)
        if is_bullet != was_bullet:
            blocks.append([])
        blocks[-1].append(f"- {escaped(line[len(_BULLET) :])}" if is_bullet else escaped(line))
        was_bullet = is_bullet
    return "\n\n".join(("\n" if b[0].startswith("- ") else "\\\n").join(b) for b in blocks)
