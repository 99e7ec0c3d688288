"""Feedback of a running bot: thumbs for turns, and notes of turns without an answer."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Sequence
from typing import Any

from rasa.core.channels.channel import UserMessage

from twitchwise.channels.collecting import turn_of
from twitchwise.channels.database_thread import SECONDS, DatabaseThread, DatabaseUnavailable
from twitchwise.channels.incoming import Feedback
from twitchwise.conversations.store import KeptTurn
from twitchwise.escalations.hash_key import hash_key
from twitchwise.escalations.record import conversation_hash, utc_now
from twitchwise.feedback.record import Rating, Unanswered, permitted, unanswered_kind
from twitchwise.feedback.store import FeedbackStore
from twitchwise.settings import settings

logger = logging.getLogger(__name__)


class FeedbackDesk:
    """Takes feedback in; conversations are known by their hash there.

    Its methods raise DatabaseUnavailable where the database cannot be used, but for `note`.
    """

    def __init__(
        self, store: FeedbackStore, thread: DatabaseThread, *, key: bytes, keep_texts: bool
    ) -> None:
        """Take what to work with; ``key`` is what senders are hashed with."""
        self._store = store
        self._thread = thread
        self._key = key
        self._keep_texts = keep_texts
        self._notes: set[asyncio.Task[None]] = set()

    async def rate(self, turn: KeptTurn, given: Feedback) -> None:
        """Keep a thumb for a turn, or take it back."""
        conversation = self._hash(turn.conversation)
        if given.rating is None:
            await self._thread.run(functools.partial(self._store.withdraw, conversation, turn.id))
            return
        said = turn_of(turn.messages)
        rating = Rating(
            conversation_hash=conversation,
            message_id=turn.id,
            at=utc_now(),
            answer_ids=tuple(said.answer_ids),
            responses=responses_of(turn.messages),
            outcome=said.outcome,
            rating=given.rating,
            comment=given.comment,
            question=turn.said,
        )
        kept = permitted(rating, keep_texts=self._keep_texts)
        await self._thread.run(functools.partial(self._store.rate, kept))

    async def ratings(self, sender: str) -> dict[str, str]:
        """Return the ratings of a conversation by message id."""
        return await self._thread.run(functools.partial(self._store.ratings_of, self._hash(sender)))

    async def forget(self, sender: str) -> None:
        """Remove what ties feedback to the conversation."""
        await self._thread.run(
            functools.partial(self._store.forget, self._hash(sender)), wait_longer=True
        )

    def note(self, message: UserMessage, turn: Sequence[dict[str, Any]]) -> None:
        """Note a turn that answered nothing; nobody waits for it, and nothing is raised.

        Args:
            message: what came in.
            turn: what was sent, as Rasa hands it to a channel.
        """
        responses = [said["utter_action"] for said in turn if said.get("utter_action")]
        cards = [said["answer"]["answer_id"] for said in turn if said.get("answer")]
        found = unanswered_kind(responses, cards)
        if found is None:
            return
        unanswered = Unanswered(
            conversation_hash=self._hash(message.sender_id),
            message_id=message.message_id,
            at=utc_now(),
            channel=message.input_channel or "",
            kind=found[0],
            about=found[1],
            question=message.text,
        )
        task = asyncio.create_task(self._note(unanswered))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _note(self, unanswered: Unanswered) -> None:
        kept = permitted(unanswered, keep_texts=self._keep_texts)
        try:
            await self._thread.run(functools.partial(self._store.note_unanswered, kept))
        except DatabaseUnavailable as error:
            logger.error("A turn without an answer was not noted: %s.", error)

    def _hash(self, sender: str) -> str:
        return conversation_hash(sender, self._key)


def responses_of(messages: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the names of the domain's responses among kept messages."""
    names = ((message.get("metadata") or {}).get("utter_action") for message in messages)
    return tuple(name for name in names if name)


@functools.lru_cache(maxsize=1)
def project_feedback() -> FeedbackDesk:
    """Return the desk of this installation.

    Raises:
        TwitchwiseError: the address of the database, or the hash key, is wrong.
    """
    return FeedbackDesk(
        FeedbackStore(settings().database_url()),
        DatabaseThread("feedback", SECONDS),
        key=hash_key(),
        keep_texts=settings().feedback_texts,
    )
