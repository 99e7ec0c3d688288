"""The safety assessment as a turn needs it: a failing one fails towards the safe text."""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from twitchwise.dialogue import names
from twitchwise.safety import (
    REQUIRED_FLAGS,
    Assessment,
    Memory,
    Outcome,
    Person,
    Urged,
    assess,
)
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
    restarted = names.RESTARTED in said
    mentioned = () if restarted else before.mentioned
    new = tuple(sign for sign in assessment.affirmed if sign not in mentioned)
    urged = urged_after(None if restarted else before.urged, assessment)
    return Memory(names.CONDITIONAL in said, mentioned + new, urged)


def urged_after(before: Urged | None, assessment: Assessment) -> Urged | None:
    """Return the last emergency or escalation of a conversation after a turn."""
    if assessment.outcome in (Outcome.EMERGENCY, Outcome.ESCALATE):
        return Urged(assessment.outcome, assessment.signs, assessment.person)
    return replace(before, just_now=False) if before else None


def urged_as_data(urged: Urged | None) -> dict[str, Any] | None:
    """Return what JSON can hold: a slot's value."""
    if urged is None:
        return None
    return {
        "outcome": urged.outcome.value,
        "signs": list(urged.signs),
        "person": urged.person.value,
        "just_now": urged.just_now,
    }


def urged_from_data(data: Mapping[str, Any] | None) -> Urged | None:
    """Return what :func:`urged_as_data` wrote."""
    if not data:
        return None
    return Urged(
        Outcome(data["outcome"]),
        tuple(data["signs"]),
        Person(data["person"]),
        bool(data["just_now"]),
    )


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
