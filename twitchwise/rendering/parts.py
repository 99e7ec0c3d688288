"""One renderer for all platforms: a turn as parts that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from twitchwise.rendering.choices import buttons_of, numbered_lines, reply_buttons
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.passages import (
    CHOICES,
    Passage,
    clean,
    is_web,
    lines_as_passage,
    passage_of,
)
from twitchwise.rendering.pieces import Break, Piece, compose, pieces_of
from twitchwise.rendering.splitting import glued, split
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf8_bytes


@dataclass(frozen=True)
class Part:
    """A message of a platform: text in its dialect, and buttons below the last part."""

    text: str
    buttons: tuple[Button, ...] = ()


def render(messages: Sequence[Mapping[str, Any]], limits: Limits) -> tuple[Part, ...]:
    """Return a turn as the messages of a platform.

    What is urgent stands first and is not cut where it fits into one part; the disclaimer ends
    the last part. Replies that do not fit as buttons are numbers (see
    :func:`twitchwise.rendering.choices.read_choice`).

    Args:
        messages: shown messages (see :mod:`twitchwise.rendering.messages`).
        limits: what the platform shows.

    Returns:
        The parts in order; none where there is nothing to say.
    """
    replies = reply_buttons(messages)
    listed = not _are_buttons(replies, limits) or not any(_has_text(m) for m in messages)
    shown = _short(replies, limits) if listed else replies
    linked = _link_buttons(messages, limits, limits.buttons - len(shown))

    passages = [
        passage_of(message, [link for link in _links(message) if link not in linked], limits)
        for message in messages
    ]
    if listed and replies:
        passages.append(lines_as_passage(numbered_lines(replies)))
    pieces = _all_pieces(sorted(passages, key=lambda passage: passage.place), limits)
    texts = split(pieces, limits)
    parts = [Part(text) for text in texts]
    if parts:
        parts[-1] = replace(parts[-1], buttons=(*shown, *linked))
    return tuple(parts)


def _all_pieces(passages: Sequence[Passage], limits: Limits) -> list[Piece]:
    pieces: list[Piece] = []
    for passage in passages:
        own = _passage_pieces(passage, limits)
        if own:
            first = replace(own[0], before=Break.PASSAGE, joint="\n\n")
            together = passage.closes and _may_close([first, *own[1:]], pieces, limits)
            pieces += [replace(first, before=Break.NEVER) if together else first, *own[1:]]
    return pieces


def _passage_pieces(passage: Passage, limits: Limits) -> list[Piece]:
    text = pieces_of(passage.lines, limits)
    added = pieces_of(passage.added, limits)
    if text and added:
        added[0] = replace(added[0], joint="\n")
    if passage.kind == CHOICES:
        return _whole_lines(passage, limits)
    if not (passage.is_lead or passage.closes):
        return [*text, *added]
    whole = [*text, *added]
    if limits.fits(compose(whole, limits.dialect)):
        return glued(whole)
    return [*(glued(text) if limits.fits(compose(text, limits.dialect)) else text), *added]


def _whole_lines(passage: Passage, limits: Limits) -> list[Piece]:
    """Return lines that are cut only where one is too long: a number stays with its title."""
    pieces: list[Piece] = []
    for line in passage.lines:
        own = pieces_of([line], limits)
        own[:1] = [replace(piece, joint="\n") for piece in own[:1]]
        pieces += glued(own) if limits.fits(compose(own, limits.dialect)) else own
    return pieces


def _may_close(closing: Sequence[Piece], before: Sequence[Piece], limits: Limits) -> bool:
    """Return whether the end of what precedes the disclaimer fits together with it."""
    end = next((i for i in range(len(before) - 1, 0, -1) if before[i].before), 0)
    return bool(before) and limits.fits(compose([*before[end:], *closing], limits.dialect))


def _has_text(message: Mapping[str, Any]) -> bool:
    return bool(clean(message.get("text") or ""))


def _links(message: Mapping[str, Any]) -> list[Button]:
    return [button for button in buttons_of(message) if button.url and not button.payload]


def _link_buttons(
    messages: Sequence[Mapping[str, Any]], limits: Limits, room: int
) -> tuple[Button, ...]:
    """Return the links that stand among the buttons."""
    if not limits.links or not any(_has_text(message) for message in messages):
        return ()
    links = dict.fromkeys(link for message in messages for link in _links(message))
    fitting = [link for link in links if _is_https(link) and _title_fits(link, limits)]
    return tuple(fitting[: max(room, 0)])


def _is_https(link: Button) -> bool:
    return is_web(link.url) and (link.url or "").startswith("https:")


def _are_buttons(replies: Sequence[Button], limits: Limits) -> bool:
    return len(replies) <= limits.buttons and all(
        _title_fits(reply, limits) and utf8_bytes(reply.payload) <= limits.payload
        for reply in replies
    )


def _short(replies: Sequence[Button], limits: Limits) -> tuple[Button, ...]:
    """Return buttons with the numbers of a list, where so many and their payloads fit."""
    numbers = tuple(Button(str(i), reply.payload) for i, reply in enumerate(replies, 1))
    return numbers if _are_buttons(numbers, limits) else ()


def _title_fits(button: Button, limits: Limits) -> bool:
    return 0 < len(button.title) <= limits.title
