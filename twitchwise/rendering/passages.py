"""The messages of a turn as passages of marked lines, whatever the platform."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from twitchwise.rendering.limits import Limits
from twitchwise.rendering.turn import Button, SourceCard, source_line

_LEADS = ("emergency", "escalation")
#: What a passage of our own is called: the numbered replies.
CHOICES = "choices"

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t\x1f]+")
_BLANK_LINES = re.compile(r"\n{3,}")
#: No platform shows them, and some refuse a message for them.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
#: Halves of characters, which no encoding can hold.
_SURROGATES = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Run:
    """A piece of a line: plain, bold, or the text of a link."""

    text: str
    bold: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Passage:
    """The lines of a message; an empty line separates paragraphs.

    ``added`` are lines below the text: numbers to call, and links.
    """

    kind: str
    lines: tuple[tuple[Run, ...], ...]
    added: tuple[tuple[Run, ...], ...] = ()

    @property
    def is_lead(self) -> bool:
        """Whether it is urgent, and so is never cut where it fits."""
        return self.kind in _LEADS

    @property
    def closes(self) -> bool:
        """Whether it is the disclaimer."""
        return self.kind == "disclaimer"

    @property
    def place(self) -> int:
        """What is urgent goes first, the disclaimer last."""
        return 0 if self.is_lead else 2 if self.closes else 1


def clean(text: str) -> str:
    """Return a text without what no platform shows: controls, and blanks at the ends of lines."""
    lines = _LINE_ENDS.sub("\n", _SURROGATES.sub("\ufffd", text))
    blanks = _BLANKS.sub(" ", _CONTROLS.sub("", lines))
    stripped = "\n".join(map(str.strip, blanks.split("\n")))
    return _BLANK_LINES.sub("\n\n", stripped).strip("\n")


def passage_of(message: Mapping[str, Any], links: Sequence[Button], limits: Limits) -> Passage:
    """Return a shown message as a passage.

    Args:
        message: the message (see :mod:`twitchwise.rendering.messages`).
        links: those of its links that are no buttons.
        limits: whether links have texts in its dialect, and fit, decides how sources are shown.
    """
    kind = message.get("kind") or "text"
    text = message.get("text") or ""
    lines: list[tuple[Run, ...]]
    lines = [(Run(line),) if line else () for line in clean(text).split("\n")]
    if kind in _LEADS:
        lines[0] = tuple(replace(run, bold=True) for run in lines[0])
    elif message.get("answer"):
        _link_sources(lines, message["answer"].get("sources") or (), limits)
    added = [line for link in links if (line := _link_line(link, text))]
    return Passage(kind, tuple(lines), tuple((Run(line),) for line in added))


def lines_as_passage(lines: Sequence[str]) -> Passage:
    """Return lines of our own as a passage."""
    return Passage(CHOICES, tuple((Run(clean(line).replace("\n", " ")),) for line in lines))


def _link_sources(
    lines: list[tuple[Run, ...]], sources: Sequence[Mapping[str, Any]], limits: Limits
) -> None:
    """Make links of the titles in the source line, where all of them fit."""
    link = limits.dialect.link
    if link is None or not sources:
        return
    cards = [SourceCard(one["title"], one["publisher"], one.get("url")) for one in sources]
    cited = _cited(cards)
    plain = (Run(clean(source_line(cards))),)
    if all(limits.fits(link(run.text, run.url)) for run in cited if run.url):
        lines[:] = [tuple(cited) if line == plain else line for line in lines]


def _cited(sources: Sequence[SourceCard]) -> list[Run]:
    """Return the source line with titles as links; its words are those of the plain line."""
    before = "Source: " if len(sources) == 1 else "Sources: "
    runs = []
    for source in sources:
        if is_web(source.url):
            runs += [Run(f"{before}“"), Run(clean(source.title), url=source.url)]
            runs += [Run(f"” ({clean(source.publisher)})")]
        else:
            address = f", {source.url}" if source.url else ""
            runs += [Run(f"{before}“{clean(source.title)}” ({clean(source.publisher)}){address}")]
        before = "; "
    return runs


def is_web(url: str | None) -> bool:
    """Return whether a link leads to a page, and so may be one."""
    return bool(url and re.fullmatch(r"https?://[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+", url))


def _link_line(link: Button, text: str) -> str:
    url = link.url or ""
    is_number = url.startswith("tel:")
    target = url.removeprefix("tel:")
    is_there = _has_number(text, target) if is_number else _has_address(text, target)
    return "" if is_there else clean(f"{link.title}: {target}").replace("\n", " ")


def _has_address(text: str, url: str) -> bool:
    """Return whether a text has the URL, and not only a longer one that begins with it."""
    end = r"(?=[.,;:!?)]*(?:\s|$))"
    return bool(url) and re.search(rf"(?<!\S){re.escape(url)}{end}", text) is not None


def _has_number(text: str, number: str) -> bool:
    """Return whether a text has the number, however its digits are grouped."""
    digits = r"[\s().\-/]*".join(map(re.escape, number))
    return bool(digits) and re.search(rf"(?<![\d+]){digits}(?!\d)", text) is not None
