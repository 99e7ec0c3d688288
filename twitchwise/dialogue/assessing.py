"""The safety assessment as a turn needs it: a failing one fails towards the safe text."""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection

from twitchwise.dialogue import names
from twitchwise.safety import REQUIRED_FLAGS, Assessment, Memory, Outcome, assess
from twitchwise.safety.classifier import project_classifier

logger = logging.getLogger(__name__)

#: What is said where nobody could look at the message.
UNASSESSED = Assessment(outcome=Outcome.ESCALATE, outcomes=(Outcome.ESCALATE,))

#: A sign that gets words of its own, and no answer on nutrition.
_SELF_HARM = "self-harm"
CRISIS = "crisis"


def wording_for(assessment: Assessment) -> str:
    """Return which wording of a safety text fits: ``self``, ``other``, ``child`` or ``crisis``."""
    if assessment.outcome is Outcome.EMERGENCY and _SELF_HARM in assessment.signs:
        return CRISIS
    return assessment.person.value


def has_new_sign(assessment: Assessment, mentioned: tuple[str, ...]) -> bool:
    """Say whether weakness or numbness is mentioned that was not mentioned before."""
    return any(sign in REQUIRED_FLAGS and sign not in mentioned for sign in assessment.affirmed)


def memory_after(before: Memory, assessment: Assessment, said: Collection[str]) -> Memory:
    """Return what a conversation's memory is after a turn.

    Args:
        before: what it was.
        assessment: of the message.
        said: names of the responses of the turn.
    """
    mentioned = () if names.RESTARTED in said else before.mentioned
    new = tuple(sign for sign in assessment.affirmed if sign not in mentioned)
    return Memory(names.CONDITIONAL in said, mentioned + new)


@functools.lru_cache(maxsize=16)  # A turn asks several times, and the guard once more.
def _assess(text: str, memory: Memory | None) -> Assessment:
    return assess(text, memory, classifier=project_classifier())


def assess_safely(text: str, memory: Memory | None = None) -> Assessment:
    """Assess a message; return :data:`UNASSESSED` where that fails."""
    try:
        return _assess(text, memory)
    except Exception as error:
        # The type alone: nothing of the message may reach the log.
        logger.error(
            "The safety assessment failed (%s); the safe text is sent.", type(error).__name__
        )
        return UNASSESSED
