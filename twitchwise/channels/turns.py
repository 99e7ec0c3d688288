"""Turns of the HTTP channel: each message is handled once, however often it is sent."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage

from twitchwise.channels.collecting import WithMetadata
from twitchwise.channels.database_thread import DatabaseThread, DatabaseUnavailable
from twitchwise.channels.incoming import Incoming
from twitchwise.conversations.store import ConversationStore, KeptTurn
from twitchwise.escalations.record import utc_now

logger = logging.getLogger(__name__)

#: So many turns are kept at hand, for messages that are sent again while or after they are handled.
_RECENT = 1_000

Handler = Callable[[UserMessage], Awaitable[Any]]


class Turns:
    """Takes messages, keeps their replies, and finds them again."""

    def __init__(
        self,
        on_new_message: Handler,
        store: ConversationStore,
        thread: DatabaseThread,
        channel: str,
    ) -> None:
        """Take what to work with.

        Args:
            on_new_message: the guarded handler.
            store: where turns are kept.
            thread: asks the store.
            channel: the name of the input channel.
        """
        self._on_new_message = on_new_message
        self._store = store
        self._thread = thread
        self._channel = channel
        self._recent: OrderedDict[tuple[str, str], asyncio.Task[KeptTurn]] = OrderedDict()

    def take(self, incoming: Incoming) -> asyncio.Task[KeptTurn]:
        """Return what handles the message: the same task for the same message.

        The task goes on where its caller is cancelled.
        """
        key = (incoming.sender, incoming.id)
        task = self._recent.get(key)
        if task is None or _failed(task):
            task = asyncio.get_running_loop().create_task(self._handle(incoming))
            self._recent[key] = task
            self._drop_oldest()
        return task

    def _drop_oldest(self) -> None:
        for key in list(self._recent)[: max(0, len(self._recent) - _RECENT)]:
            # What is still being handled is the only one that holds on to its task.
            if self._recent[key].done():
                del self._recent[key]

    async def _handle(self, incoming: Incoming) -> KeptTurn:
        kept = await self._kept(incoming)
        if kept is not None:
            return kept
        collector = WithMetadata()
        await self._on_new_message(
            UserMessage(
                incoming.text,
                collector,
                incoming.sender,
                input_channel=self._channel,
                message_id=incoming.id,
                metadata=incoming.metadata,
            )
        )
        turn = KeptTurn(
            incoming.sender, incoming.id, utc_now(), incoming.said, collector.without_recipient()
        )
        if incoming.conversation is not None:
            await self._keep(turn)
        return turn

    async def _kept(self, incoming: Incoming) -> KeptTurn | None:
        """Return the stored reply; an answer matters more than that nothing is said twice."""
        if incoming.conversation is None:
            return None
        try:
            return await self._thread.run(
                functools.partial(self._store.turn, incoming.sender, incoming.id)
            )
        except DatabaseUnavailable as error:
            logger.error("A turn could not be looked up: %s.", error)
            return None

    async def _keep(self, turn: KeptTurn) -> None:
        try:
            await self._thread.run(functools.partial(self._store.keep, turn))
        except DatabaseUnavailable as error:
            logger.error("A turn is missing in its conversation: %s.", error)

    async def history(self, sender: str) -> list[KeptTurn]:
        """Return a conversation, oldest turn first.

        Raises:
            DatabaseUnavailable: it cannot be read.
        """
        return await self._thread.run(functools.partial(self._store.turns, sender))

    async def find(self, sender: str, message_id: str) -> KeptTurn | None:
        """Return a turn of a conversation, or None.

        Raises:
            DatabaseUnavailable: it cannot be read.
        """
        return await self._thread.run(functools.partial(self._store.turn, sender, message_id))

    async def forget(self, sender: str) -> None:
        """Delete a conversation, once what is being handled in it is over: it would be saved later.

        Raises:
            DatabaseUnavailable: it was not deleted.
        """
        own = {key: task for key, task in self._recent.items() if key[0] == sender}
        if own:
            await asyncio.wait(own.values())
        for key in own:
            self._recent.pop(key, None)
        await self._thread.run(functools.partial(self._store.forget, sender), wait_longer=True)


def _failed(task: asyncio.Task[KeptTurn]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
