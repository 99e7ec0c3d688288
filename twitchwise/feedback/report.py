"""What ``twitchwise feedback`` shows: ratings counted by answer, and what was not answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from twitchwise.feedback.record import UNANSWERED_KINDS, Rating, Unanswered
from twitchwise.feedback.store import FeedbackStore, Filters


@dataclass(frozen=True)
class AnswerCount:
    """The thumbs of one answer.

    Attributes:
        answer_id: which answer; None for turns that had none.
        up: how many thumbs up.
        down: how many thumbs down.
        last_rated: when the last one was given, in UTC.
    """

    answer_id: str | None
    up: int
    down: int
    last_rated: datetime

    @property
    def share_up(self) -> float:
        """The share of thumbs up, from 0 to 1."""
        return self.up / (self.up + self.down)


@dataclass(frozen=True)
class RatedPart:
    """What was rated: a count for each answer, most disliked first, and single ratings."""

    answers: list[AnswerCount]
    ratings: list[Rating]


@dataclass(frozen=True)
class UnansweredPart:
    """What was not answered.

    Attributes:
        kinds: how many turns, for each of `record.UNANSWERED_KINDS`.
        abouts: kind, what it was about, and how many turns, most frequent first.
        turns: single turns, newest first.
    """

    kinds: dict[str, int]
    abouts: list[tuple[str, str, int]]
    turns: list[Unanswered]


@dataclass(frozen=True)
class Report:
    """What was found; a part that was not asked for is None."""

    rated: RatedPart | None
    unanswered: UnansweredPart | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        rated = self.rated is not None and self.rated.answers
        return not (rated or (self.unanswered is not None and any(self.unanswered.kinds.values())))


def rated_part(store: FeedbackStore, filters: Filters, single: Filters) -> RatedPart:
    """Read what was rated.

    Args:
        store: the database; nothing is read where it does not exist.
        filters: what is counted, and how many answers to give.
        single: which single ratings to give.
    """
    if not store.exists():
        return RatedPart([], [])
    counts = count_answers(store.ratings(replace(filters, limit=0)), filters.answer or "")
    return RatedPart(counts[: filters.limit or None], list(store.ratings(single)))


def unanswered_part(store: FeedbackStore, filters: Filters, single: Filters) -> UnansweredPart:
    """Read what was not answered.

    Args:
        store: the database; nothing is read where it does not exist.
        filters: what is counted, and how many subjects to give.
        single: which single turns to give.
    """
    kinds = dict.fromkeys(UNANSWERED_KINDS, 0)
    if not store.exists():
        return UnansweredPart(kinds, [], [])
    counts = store.unanswered_counts(filters)
    for (kind, _), turns in counts.items():
        kinds[kind] += turns
    abouts = sorted(
        ((kind, about, turns) for (kind, about), turns in counts.items() if about),
        key=lambda found: (-found[2], found[:2]),
    )
    return UnansweredPart(kinds, abouts[: filters.limit or None], list(store.unanswered(single)))


def count_answers(ratings: Iterable[Rating], prefix: str = "") -> list[AnswerCount]:
    """Count thumbs by answer, most disliked first; each answer of a rated turn counts.

    Args:
        ratings: what was rated.
        prefix: how the ids of the answers begin that are wanted.
    """
    counts: dict[str | None, AnswerCount] = {}
    for rating in ratings:
        answer_ids: set[str | None] = set(rating.answer_ids)
        for answer_id in answer_ids or {None}:
            if not (answer_id or "").startswith(prefix):
                continue
            before = counts.get(answer_id) or AnswerCount(answer_id, 0, 0, rating.at)
            counts[answer_id] = AnswerCount(
                answer_id,
                before.up + (rating.rating == "up"),
                before.down + (rating.rating == "down"),
                max(before.last_rated, rating.at),
            )
    return sorted(counts.values(), key=lambda count: (-count.down, count.up, count.answer_id or ""))
