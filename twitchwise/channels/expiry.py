"""Deletes conversations and records of escalations after the days that the settings allow."""

from __future__ import annotations

import asyncio
import functools
import logging
from datetime import timedelta
from typing import Any

from twitchwise.conversations.store import ConversationStore
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.store import EscalationStore
from twitchwise.feedback.store import FeedbackStore
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

#: How often it is looked for conversations to delete, in seconds.
_EVERY_SECONDS = 3600.0


async def expire_what_is_old(store: ConversationStore, app: Any, *_: Any) -> None:
    """Begin to delete what is old, now and each hour (a listener of the server)."""
    if settings().conversation_days or settings().escalation_days:
        app.add_task(_expire_for_ever(store))


async def _expire_for_ever(store: ConversationStore) -> None:
    feedback = FeedbackStore(settings().database_url())
    escalations = EscalationStore(settings().escalations_database_url())
    while True:
        for expire in (
            functools.partial(expire_conversations, store, feedback),
            functools.partial(expire_escalations, escalations),
        ):
            try:
                # A thread of its own: what is asked in a turn does not wait for it.
                await asyncio.to_thread(expire)
            except Exception as error:
                # Whatever it was, it is tried again in an hour.
                logger.error("What is old was not deleted: %s.", type(error).__name__)
        await asyncio.sleep(_EVERY_SECONDS)


def expire_conversations(store: ConversationStore, feedback: FeedbackStore) -> int:
    """Delete old conversations, and take the people out of old feedback; return how many."""
    days = settings().conversation_days
    if not days:
        return 0
    moment = utc_now() - timedelta(days=days)
    forgotten = store.forget_older_than(moment)
    feedback.forget_older_than(moment)
    return forgotten


def expire_escalations(store: EscalationStore) -> int:
    """Delete old records of escalations; return how many."""
    days = settings().escalation_days
    return store.delete_older_than(utc_now() - timedelta(days=days)) if days else 0
