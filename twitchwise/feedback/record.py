"""A thumb for a turn, and a turn without an answer, as records: what is kept of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from typing import Any, ClassVar, TypeVar

from twitchwise.dialogue.names import (
    BEST_GUESS,
    FALLBACK,
    OUT_OF_SCOPE,
    SUGGESTIONS,
    UNAVAILABLE,
    is_response,
)
from twitchwise.storable import storable

RATINGS = ("up", "down")
#: In what ways a message goes unanswered; what comes first wins where a turn shows several.
UNANSWERED_KINDS = (
    "unavailable",
    "not_understood",
    "other_language",
    "out_of_scope",
    "no_source",
    "suggested",
    "guessed",
)
_RESPONSE_KINDS = {
    UNAVAILABLE: "unavailable",
    FALLBACK: "not_understood",
    # Said by a rule alone: code has no other use for its name.
    "utter_other_language": "other_language",
    OUT_OF_SCOPE: "out_of_scope",
    SUGGESTIONS: "suggested",
    BEST_GUESS: "guessed",
}
#: How ids of answers begin that say that there is no source; what follows is what was asked for.
_NO_SOURCE = "no_source."


@dataclass(frozen=True)
class Rating:
    """A thumb up or down for a turn.

    Attributes:
        conversation_hash: a keyed hash of the sender (`escalations.record.conversation_hash`);
            empty once the conversation was forgotten.
        message_id: the id of the message that the turn replied to; empty once it was forgotten.
        at: when the thumb was given, in UTC.
        answer_ids: the answers of the turn.
        responses: names of the domain's responses in the turn.
        outcome: what the safety assessment came to.
        rating: one of `RATINGS`.
        comment: what the person wrote to it, only where the operator turned that on.
        question: the message, only where the operator turned that on.

    Raises:
        ValueError: ``at`` has no time zone, or the rating is none.
    """

    TEXTS: ClassVar[tuple[str, ...]] = ("comment", "question")

    conversation_hash: str
    message_id: str
    at: datetime
    answer_ids: tuple[str, ...]
    responses: tuple[str, ...]
    outcome: str
    rating: str
    comment: str | None = None
    question: str | None = None

    def __post_init__(self) -> None:
        if self.rating not in RATINGS:
            raise ValueError(f"{self.rating!r} is none of {RATINGS}")
        _clean(self, ("conversation_hash", "message_id", "outcome"))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values: the time in ISO 8601, answers and responses as lists."""
        lists = {"answer_ids": list(self.answer_ids), "responses": list(self.responses)}
        return {**asdict(self), "at": self.at.isoformat(), **lists}


@dataclass(frozen=True)
class Unanswered:
    """A turn that did not answer what was asked.

    Attributes:
        conversation_hash: as in `Rating`.
        message_id: as in `Rating`.
        at: when the message was handled, in UTC.
        channel: the name of the input channel.
        kind: one of `UNANSWERED_KINDS`.
        about: what there is no source for (``topic.aspect``); empty for other kinds.
        question: the message, only where the operator turned that on.

    Raises:
        ValueError: ``at`` has no time zone, or the kind is none.
    """

    TEXTS: ClassVar[tuple[str, ...]] = ("question",)

    conversation_hash: str
    message_id: str
    at: datetime
    channel: str
    kind: str
    about: str = ""
    question: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in UNANSWERED_KINDS:
            raise ValueError(f"{self.kind!r} is none of {UNANSWERED_KINDS}")
        _clean(self, ("conversation_hash", "message_id", "channel", "about"))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values: the time in ISO 8601."""
        return {**asdict(self), "at": self.at.isoformat()}


_Record = TypeVar("_Record", Rating, Unanswered)


def permitted(record: _Record, *, keep_texts: bool) -> _Record:
    """Return the record as it may be stored: the one place where texts are let through or not.

    Args:
        record: a rating, or a turn without an answer.
        keep_texts: the setting ``feedback_texts``.
    """
    if keep_texts:
        return record
    without: dict[str, Any] = dict.fromkeys(record.TEXTS)
    return replace(record, **without)


def unanswered_kind(responses: Iterable[str], answer_ids: Sequence[str]) -> tuple[str, str] | None:
    """Say in what way a turn went unanswered, and about what; None where it was answered.

    Args:
        responses: names of the domain's responses in the turn; variants (``utter_fallback_again``)
            count as what they vary.
        answer_ids: ids of the turn's answers.
    """
    abouts = {_response_kind(name): "" for name in responses}
    # The first of several: one turn counts once.
    for answer_id in reversed(answer_ids):
        if answer_id.startswith(_NO_SOURCE):
            abouts["no_source"] = answer_id.removeprefix(_NO_SOURCE)
    return next(((kind, abouts[kind]) for kind in UNANSWERED_KINDS if kind in abouts), None)


def _response_kind(name: str) -> str | None:
    for response, kind in _RESPONSE_KINDS.items():
        if is_response(name, response):
            return kind
    return None


def _clean(record: Rating | Unanswered, names: Iterable[str]) -> None:
    """Bring a new record into the form that every database takes; a text of blanks is none."""
    if record.at.tzinfo is None:
        raise ValueError("the time of feedback needs a time zone")
    object.__setattr__(record, "at", record.at.astimezone(timezone.utc))
    for name in names:
        object.__setattr__(record, name, storable(getattr(record, name)))
    for name in record.TEXTS:
        text = storable(getattr(record, name) or "").strip()
        object.__setattr__(record, name, text or None)
