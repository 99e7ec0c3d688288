"""Whether a message was understood well enough to answer it without asking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twitchwise.faq.understood import Clause

#: A clause less sure than this was perhaps not understood (docs/evaluation.md).
SURE = 0.85
#: What a long message asks is missed more often: its question may be another one.
SURE_IN_A_POST = 0.95
#: Below this, two answers are given where the second guess is WORTH_SAYING (docs/evaluation.md).
TORN = 0.8
WORTH_SAYING = 0.12
#: A message with more words than this is a post.
_LONGEST_QUESTION = 16


def is_sure(clauses: Sequence[Clause], text: str) -> bool:
    """Say whether what is asked in a message was surely understood.

    Args:
        clauses: the clauses of the message; the least sure one that is asked decides. A clause
            without a confidence (a button's, an intent given by name) is sure.
        text: the message.
    """
    least = SURE_IN_A_POST if is_post(text) else SURE
    return all(clause.confidence >= least for clause in clauses if clause.asked)


def is_torn(ranking: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the first of the intents of a message is so unlikely that two are answered.

    Args:
        ranking: the ``intent_ranking``, the likeliest first, each with its ``confidence``.
    """
    return bool(ranking) and float(ranking[0].get("confidence") or 0) < TORN


def is_post(text: str) -> bool:
    """Say whether a message is as long as what people write in a forum."""
    return len(text.split()) > _LONGEST_QUESTION
