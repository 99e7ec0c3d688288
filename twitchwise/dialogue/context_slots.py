"""What a conversation is about, as slots: for the actions, and for the policy without them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from twitchwise.dialogue import names
from twitchwise.faq import project_faq
from twitchwise.faq.context import Context, context_told
from twitchwise.faq.understood import clauses_of

logger = logging.getLogger(__name__)


def slots_of(context: Context) -> dict[str, Any]:
    """Return the slots that keep ``context`` for the next message."""
    return {
        names.TOPIC_SLOT: context.topic,
        names.ASPECT_SLOT: context.aspect,
        names.BODY_PART_SLOT: context.body_part,
        names.MOVEMENT_SLOT: context.movement,
        names.NUTRIENT_SLOT: context.nutrient,
    }


def slots_told(parse_data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the slots for what a message names that got a safety text alone; {} for nothing.

    Never fails: what comes after the safety text must not depend on it.
    """
    try:
        faq = project_faq()
        context = context_told(faq, clauses_of(parse_data, faq))
    except Exception as error:
        # The type alone: nothing of the message may reach the log.
        logger.error("What a message was about is not remembered (%s).", type(error).__name__)
        return {}
    told = slots_of(context) if context.topic else {}
    return {**told, names.FOR_WHOM_SLOT: context.for_whom} if context.for_whom else told
