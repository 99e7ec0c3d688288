"""The safety assessment as a turn needs it: a failing one fails towards the safe text."""

from __future__ import annotations

import logging

from twitchwise.safety import Assessment, Memory, Outcome, assess

logger = logging.getLogger(__name__)

#: What is said where nobody could look at the message.
UNASSESSED = Assessment(outcome=Outcome.ESCALATE)


def assess_safely(text: str, memory: Memory | None = None) -> Assessment:
    """Assess a message; return :data:`UNASSESSED` where that fails."""
    try:
        return assess(text, memory)
    except Exception as error:
        # The type alone: nothing of the message may reach the log.
        logger.error(
            "The safety assessment failed (%s); the safe text is sent.", type(error).__name__
        )
        return UNASSESSED
