"""Deletes conversations in which nothing was said for the days that the settings allow."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

from twitchwise.conversations.store import ConversationStore
from twitchwise.escalations.record import utc_now
from twitchwise.feedback.store import FeedbackStore
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

#: How often it is looked for conversations to delete, in seconds.
_EVERY_SECONDS = 3600.0


async def expire_conversations(store: ConversationStore, app: Any, *_: Any) -> None:
    """Begin to delete what is old, now and each hour (a listener of the server)."""
    if settings().conversation_days:
        app.add_task(_expire_for_ever(store))


async def _expire_for_ever(store: ConversationStore) -> None:
    feedback = FeedbackStore(settings().database_url())
    while True:
        try:
            # A thread of its own: what is asked in a turn does not wait for it.
            await asyncio.to_thread(expire, store, feedback)
        except Exception as error:
            # Whatever it was, it is tried again in an hour.
            logger.error("Old conversations were not deleted: %s.", type(error).__name__)
        await asyncio.sleep(_EVERY_SECONDS)


def expire(store: ConversationStore, feedback: FeedbackStore) -> int:
    """Delete old conversations, and take the people out of old feedback; return how many."""
    moment = utc_now() - timedelta(days=settings().conversation_days)
    forgotten = store.forget_older_than(moment)
    feedback.forget_older_than(moment)
    return forgotten
