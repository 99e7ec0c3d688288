"""What tests of feedback share: ratings, and turns without an answer."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from twitchwise.escalations.record import conversation_hash
from twitchwise.feedback.record import Rating, Unanswered

START = datetime(2026, 5, 31, 12, 0, 0, 123456, tzinfo=timezone.utc)
HERE = conversation_hash("somebody", b"a key of the tests, long enough")
THERE = conversation_hash("somebody else", b"a key of the tests, long enough")


def rating(number: int = 1, **given: Any) -> Rating:
    """A rating; those with another number are of other messages, each a minute later."""
    values: dict[str, Any] = {
        "conversation_hash": HERE,
        "message_id": f"message-{number}",
        "at": START + timedelta(minutes=number),
        "answer_ids": ("magnesium.foods",),
        "responses": ("utter_disclaimer",),
        "outcome": "none",
        "rating": "up",
    }
    return Rating(**{**values, **given})


def unanswered(number: int = 1, **given: Any) -> Unanswered:
    """A turn without an answer; those with another number are as in `rating`."""
    values: dict[str, Any] = {
        "conversation_hash": HERE,
        "message_id": f"message-{number}",
        "at": START + timedelta(minutes=number),
        "channel": "rest",
        "kind": "not_understood",
    }
    return Unanswered(**{**values, **given})
