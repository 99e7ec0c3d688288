"""Pieces spread over as few parts as can be, cut where it disturbs least."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from twitchwise.rendering.limits import Limits
from twitchwise.rendering.pieces import Break, Piece, compose


def glued(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces as one that is never cut; the break before it stays."""
    return [*pieces[:1], *(replace(piece, before=Break.NEVER) for piece in pieces[1:])]


def split(pieces: Sequence[Piece], limits: Limits) -> list[str]:
    """Return the texts of the parts, each within the limits.

    There are as few parts as cuts between words allow. How far a part may reach follows from what
    fits, how far it has to reach from what fits into the parts after it; between the two it is
    cut at the best break.
    """
    cuts = [0, *(i for i, piece in enumerate(pieces) if i and piece.before), len(pieces)]
    last = len(cuts) - 1 if pieces else 0

    def text(start: int, end: int) -> str:
        return compose(pieces[cuts[start] : cuts[end]], limits.dialect)

    def fits(start: int, end: int) -> bool:
        return limits.fits(text(start, end))

    def furthest_end(start: int) -> int:
        return start + _reach(lambda count: fits(start, start + count), last - start)

    def nearest_start(end: int) -> int:
        return end - _reach(lambda count: fits(end - count, end), end)

    # From each of these on, the rest fits into so many parts (0, 1, 2 …).
    starts = [last]
    while starts[-1] > 0:
        starts.append(nearest_start(starts[-1]))

    texts: list[str] = []
    start = 0
    while start < last:
        furthest = furthest_end(start)
        after = len(starts) - 2 - len(texts)
        nearest = min(furthest, max(start + 1, starts[max(after, 0)]))
        end = max(range(nearest, furthest + 1), key=lambda cut: (_quality(pieces, cuts[cut]), cut))
        texts.append(text(start, end))
        start = end
    return texts


def _quality(pieces: Sequence[Piece], cut: int) -> int:
    return pieces[cut].before if cut < len(pieces) else Break.PASSAGE + 1


def _reach(fits: Callable[[int], bool], most: int) -> int:
    """Return the largest number up to ``most`` that fits (at least 1), in few tries."""
    low, step = 1, 1
    while low + step <= most and fits(low + step):
        low += step
        step *= 2
    high = min(low + step, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low
