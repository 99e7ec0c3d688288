"""Passages as pieces that are never cut, with breaks between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import regex

from twitchwise.rendering.dialects import Dialect
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.passages import Run

_URL = r"https?://[^\s<>\"“”„«»]*[^\s<>\"“”„«».,;:!?)\]’']"
_URLS = regex.compile(f"({_URL})", regex.IGNORECASE)
_CLUSTERS = regex.compile(r"\s+|\X")
_SENTENCE_ENDS = tuple(".!?…。！？؟।")
_CLOSING = "\"”’»')]"
#: A longer cluster (a letter under dozens of marks) may not fit, and then is none.
_ORDINARY_CLUSTER = 8


class Break(IntEnum):
    """Where a text may be cut, from worst to best."""

    NEVER = 0
    CLUSTER = 1
    WORD = 2
    SENTENCE = 3
    LINE = 4
    PASSAGE = 5


@dataclass(frozen=True)
class Piece:
    """A piece of text that is never cut, and the break before it.

    ``joint`` stands between it and the piece before, unless a cut is made there. A piece with a
    ``url`` is a link; where its text is the URL, it is a bare address.
    """

    text: str
    before: Break = Break.NEVER
    joint: str = ""
    bold: bool = False
    url: str | None = None


def compose(pieces: Sequence[Piece], dialect: Dialect) -> str:
    """Return pieces as one text in the dialect."""
    texts: list[str] = []
    for same in _alike(pieces):
        if texts:
            texts.append(dialect.broken(same[0].joint))
        texts.append(_marked(same, dialect, bold=same[0].bold))
    return "".join(texts)


def _alike(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Return runs of pieces that are bold or not; no mark holds beyond the end of a line."""
    alike: list[Piece] = []
    for piece in pieces:
        ends = piece.bold and "\n" in piece.joint
        if alike and (piece.bold != alike[-1].bold or ends):
            yield alike
            alike = []
        alike.append(piece)
    if alike:
        yield alike


def _marked(pieces: Sequence[Piece], dialect: Dialect, *, bold: bool) -> str:
    texts: list[str] = []
    plain: list[str] = []

    def flush() -> None:
        texts.append(dialect.broken(dialect.escape("".join(plain))))
        plain.clear()

    for number, piece in enumerate(pieces):
        plain.append(piece.joint if number else "")
        if piece.url is None:
            plain.append(piece.text)
            continue
        flush()
        if piece.text == piece.url or dialect.link is None:
            texts.append(dialect.address(piece.url))
        else:
            texts.append(dialect.link(piece.text, piece.url))
    flush()
    text = "".join(texts)
    return dialect.bold(text) if bold and dialect.bold and text.strip() else text


def pieces_of(lines: Sequence[Sequence[Run]], limits: Limits) -> list[Piece]:
    """Return lines as pieces that each fit into a part.

    Words stay whole where they fit; one that is too long is cut between grapheme clusters, but
    not inside a URL that fits.
    """
    pieces: list[Piece] = []
    joint = ""
    for line in lines:
        words = _line_pieces(line, limits)
        if words:
            pieces += [replace(words[0], before=Break.LINE, joint=joint), *words[1:]]
            joint = ""
        joint += "\n"
    return pieces


def _line_pieces(line: Sequence[Run], limits: Limits) -> list[Piece]:
    pieces: list[Piece] = []
    for word in _words(line):
        first, *others = _word_pieces(word, limits)
        ended = bool(pieces) and pieces[-1].text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)
        before = Break.SENTENCE if ended else Break.WORD
        pieces += [replace(first, before=before, joint=" "), *others]
    return pieces


def _words(line: Sequence[Run]) -> Iterator[list[Piece]]:
    word: list[Piece] = []
    for run in line:
        if run.url is not None:
            word.append(Piece(run.text, bold=run.bold, url=run.url))
            continue
        for number, fragment in enumerate(run.text.split(" ")):
            if number and word:
                yield word
                word = []
            word += _addresses(fragment, bold=run.bold)
    if word:
        yield word


def _addresses(fragment: str, *, bold: bool) -> list[Piece]:
    """Return a fragment of a word with the URLs in it as addresses."""
    return [
        Piece(text, bold=bold, url=text if number % 2 else None)
        for number, text in enumerate(_URLS.split(fragment))
        if text
    ]


def _word_pieces(word: list[Piece], limits: Limits) -> list[Piece]:
    if limits.fits(compose(word, limits.dialect)):
        return word
    pieces: list[Piece] = []
    for piece in word:
        if piece.url is not None and limits.fits(compose([piece], limits.dialect)):
            pieces.append(replace(piece, before=Break.CLUSTER))
        else:
            pieces += _cluster_pieces(piece, limits)
    return pieces


def _cluster_pieces(piece: Piece, limits: Limits) -> Iterator[Piece]:
    joint = ""
    for cluster in _CLUSTERS.findall(piece.text):
        if cluster.isspace():
            joint = cluster[0]
            continue
        for text in _fitting(cluster, limits, bold=piece.bold):
            before = Break.WORD if joint else Break.CLUSTER
            yield Piece(text, before, joint, bold=piece.bold)
            joint = ""


def _fitting(cluster: str, limits: Limits, *, bold: bool) -> Sequence[str]:
    if len(cluster) <= _ORDINARY_CLUSTER:
        return [cluster]
    return (
        [cluster] if limits.fits(compose([Piece(cluster, bold=bold)], limits.dialect)) else cluster
    )
