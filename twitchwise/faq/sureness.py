"""Whether a message was understood well enough to answer it without asking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twitchwise.faq.understood import Clause

#: A clause less sure than this was perhaps not understood (docs/evaluation.md).
SURE = 0.85
#: The same in a longer message, and of a clause that names nothing: what it is asked of was told
#: elsewhere, and may be something else.
SURE_IF_LONG = 0.95
#: What a post asks is missed most often: its question may be another one.
SURE_IN_A_POST = 0.99
#: Below this, two answers are given where the second guess is WORTH_SAYING (docs/evaluation.md).
TORN = 0.8
WORTH_SAYING = 0.12
#: A message with more words than this is a post.
_LONGEST_QUESTION = 16
_LONGEST_SHORT_QUESTION = 10


def is_sure(clauses: Sequence[Clause], text: str) -> bool:
    """Say whether what is asked in a message was surely understood.

    Args:
        clauses: the clauses of the message; the least sure one that is asked decides. A clause
            without a confidence (a button's, an intent given by name) is sure.
        text: the message.
    """
    least = least_sure(text)
    return all(
        clause.confidence >= (least if clause.names_something else max(least, SURE_IF_LONG))
        for clause in clauses
        if clause.asked
    )


def least_sure(text: str) -> float:
    """Return how sure a clause that names something must be in a message of this length."""
    if is_post(text):
        return SURE_IN_A_POST
    return SURE_IF_LONG if len(text.split()) > _LONGEST_SHORT_QUESTION else SURE


def is_torn(ranking: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the first of the intents of a message is so unlikely that two are answered.

    Args:
        ranking: the ``intent_ranking``, the likeliest first, each with its ``confidence``.
    """
    return bool(ranking) and float(ranking[0].get("confidence") or 0) < TORN


def is_post(text: str) -> bool:
    """Say whether a message is as long as what people write in a forum."""
    return len(text.split()) > _LONGEST_QUESTION
