"""Turns of the HTTP channel: each message is handled once, however often it is sent."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from rasa.core.channels.channel import UserMessage

from twitchwise.channels.collecting import WithMetadata
from twitchwise.channels.database_thread import DatabaseThread, DatabaseUnavailable
from twitchwise.channels.guard import Handler
from twitchwise.channels.incoming import Incoming, Refused
from twitchwise.conversations.store import ConversationStore, KeptTurn, size_of
from twitchwise.escalations.record import utc_now

logger = logging.getLogger(__name__)

#: How much of turns may wait in memory for a database that cannot be used, in bytes.
_MOST_WAITING = 20_000_000
#: How often it is tried again to store them, in seconds.
_AGAIN_SECONDS = 2.0

#: So many messages of forgotten conversations are known, so that they are refused.
_MOST_WITHDRAWN = 10_000

_Key = tuple[str, str]


class Turns:
    """Takes messages, keeps their replies, and finds them again."""

    def __init__(
        self,
        on_new_message: Handler,
        store: ConversationStore,
        *,
        channel: str,
        seconds: float,
    ) -> None:
        """Take what to work with.

        Args:
            on_new_message: the guarded handler.
            store: where turns are kept.
            channel: the name of the input channel.
            seconds: how long to wait for the database.
        """
        self._on_new_message = on_new_message
        self._store = store
        self._channel = channel
        # Apart: a long history that is read must not keep a turn from being stored.
        self._reads = DatabaseThread("conversations-read", seconds)
        self._writes = DatabaseThread("conversations-write", seconds)
        self._running: dict[_Key, tuple[str, asyncio.Task[KeptTurn]]] = {}
        self._unstored: OrderedDict[_Key, KeptTurn] = OrderedDict()
        self._storing: asyncio.Task[None] | None = None
        self._being_forgotten: dict[str, asyncio.Event] = {}
        self._begun: set[_Key] = set()
        self._withdrawn: OrderedDict[_Key, None] = OrderedDict()

    def take(self, incoming: Incoming) -> asyncio.Task[KeptTurn]:
        """Return what handles the message: the same task while the same message is handled.

        The task goes on where its caller is cancelled.
        """
        key, text = (incoming.sender, incoming.id), _hash(incoming.text)
        if key in self._running:
            handled, task = self._running[key]
            if handled == text:
                return task
            # Another message under the same id must not go unheard.
            incoming = _renamed(incoming)
            key = (incoming.sender, incoming.id)
        task = asyncio.get_running_loop().create_task(self._handle(incoming, text))
        self._running[key] = text, task
        task.add_done_callback(lambda _: self._ended(key))
        return task

    def _ended(self, key: _Key) -> None:
        self._running.pop(key, None)
        self._begun.discard(key)

    async def _handle(self, incoming: Incoming, text: str) -> KeptTurn:
        while incoming.sender in self._being_forgotten:
            await self._being_forgotten[incoming.sender].wait()
        if (incoming.sender, incoming.id) in self._withdrawn:
            raise Refused(410, "The conversation was deleted before this message came.")
        self._begun.add((incoming.sender, incoming.id))
        kept = await self._kept(incoming)
        if kept is not None and kept.text_hash == text:
            return kept
        if kept is not None:
            incoming = _renamed(incoming)
        collector = WithMetadata()
        await self._on_new_message(
            UserMessage(
                incoming.text,
                collector,
                incoming.sender,
                input_channel=incoming.channel or self._channel,
                message_id=incoming.id,
                metadata=incoming.metadata,
            )
        )
        turn = KeptTurn(
            incoming.sender,
            incoming.id,
            utc_now(),
            incoming.said,
            collector.without_recipient(),
            text,
        )
        if incoming.conversation is not None:
            await self.keep(turn)
        return turn

    async def _kept(self, incoming: Incoming) -> KeptTurn | None:
        """Return the stored reply; an answer matters more than that nothing is said twice."""
        if incoming.conversation is None:
            return None
        try:
            return await self.find(incoming.sender, incoming.id)
        except DatabaseUnavailable as error:
            logger.error("A turn could not be looked up: %s.", error)
            return None

    async def keep(self, turn: KeptTurn) -> None:
        """Store a turn; where that fails, it waits in memory until it can be stored."""
        try:
            await self._writes.run(functools.partial(self._store.keep, turn))
        except DatabaseUnavailable as error:
            logger.error("A turn waits for its database: %s.", error)
            self._unstored[turn.conversation, turn.id] = turn
            while sum(map(size_of, self._unstored.values())) > _MOST_WAITING:
                self._unstored.popitem(last=False)
                logger.error("A turn is missing in its conversation: too many wait.")
            if self._storing is None or self._storing.done():
                self._storing = asyncio.get_running_loop().create_task(self._store_later())

    async def _store_later(self) -> None:
        while self._unstored:
            await asyncio.sleep(_AGAIN_SECONDS)
            for key, turn in list(self._unstored.items()):
                try:
                    await self._writes.run(functools.partial(self._store.keep, turn))
                except DatabaseUnavailable:
                    break
                self._unstored.pop(key, None)

    async def history(self, sender: str) -> list[KeptTurn]:
        """Return a conversation, oldest turn first; of a very long one its end.

        Raises:
            DatabaseUnavailable: it cannot be read.
        """
        turns = await self._reads.run(functools.partial(self._store.turns, sender))
        waiting = [turn for (owner, _), turn in self._unstored.items() if owner == sender]
        return turns + [turn for turn in waiting if turn not in turns]

    async def find(self, sender: str, message_id: str) -> KeptTurn | None:
        """Return a turn of a conversation, or None.

        Raises:
            DatabaseUnavailable: it cannot be read.
        """
        waiting = self._unstored.get((sender, message_id))
        if waiting is not None:
            return waiting
        return await self._reads.run(functools.partial(self._store.turn, sender, message_id))

    async def last(self, sender: str) -> KeptTurn | None:
        """Return the last turn of a conversation, or None.

        Raises:
            DatabaseUnavailable: it cannot be read.
        """
        waiting = [turn for (owner, _), turn in self._unstored.items() if owner == sender]
        if waiting:
            return waiting[-1]
        return await self._reads.run(functools.partial(self._store.last_turn, sender))

    @asynccontextmanager
    async def forgetting(
        self, sender: str, on_their_way: Sequence[str] = ()
    ) -> AsyncIterator[None]:
        """Delete a conversation; what else is forgotten of it is forgotten inside.

        What is being handled in it ends first, as it would be saved later; what comes meanwhile
        waits until all is forgotten, and begins a conversation.

        Args:
            sender: what Rasa calls the conversation.
            on_their_way: ids of messages that were sent before, and may come later: they are
                refused then, since nobody could delete them any more.

        Raises:
            DatabaseUnavailable: it was not deleted.
        """
        while sender in self._being_forgotten:
            await self._being_forgotten[sender].wait()
        done = self._being_forgotten[sender] = asyncio.Event()
        self._withdraw(sender, on_their_way)
        try:
            # The others wait for this, and this must not wait for them.
            begun = [key for key in self._begun if key[0] == sender]
            running = [self._running[key][1] for key in begun if key in self._running]
            if running:
                await asyncio.wait(running)
            for key in [key for key in self._unstored if key[0] == sender]:
                del self._unstored[key]
            forget = functools.partial(self._store.forget, sender)
            await self._writes.run(forget, wait_longer=True)
            yield
        finally:
            del self._being_forgotten[sender]
            done.set()

    def _withdraw(self, sender: str, message_ids: Sequence[str]) -> None:
        for message_id in message_ids:
            self._withdrawn[sender, message_id] = None
        while len(self._withdrawn) > _MOST_WITHDRAWN:
            self._withdrawn.popitem(last=False)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _renamed(incoming: Incoming) -> Incoming:
    return replace(incoming, id=uuid.uuid4().hex)
