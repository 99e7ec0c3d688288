"""Takes messages from messaging platforms in, and has replies delivered: once, and in order."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from twitchwise.channels.database_thread import SECONDS, DatabaseThread, DatabaseUnavailable
from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.channels.platforms.inbox import Inbox
from twitchwise.channels.platforms.lanes import Lanes
from twitchwise.channels.platforms.platform import Platform
from twitchwise.channels.platforms.received import Received
from twitchwise.channels.platforms.replies import Messages, Replies, canned
from twitchwise.dialogue import names
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.record import conversation_hash, utc_now
from twitchwise.rendering.messages import shown_message
from twitchwise.rendering.parts import Part, render

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: So many turns are worked on at once; the others wait, so that a turn's own limits of time (three
#: seconds for its answer) are not used up by waiting. More are no quicker: they share a core.
_TURNS_AT_ONCE = 8
#: With so many messages of one platform waiting, more are not acknowledged: it sends them again
#: later. Each has its own, so that one which hangs leaves room for the others.
MOST_WAITING = 5_000
#: So many ids are known without the database.
_KNOWN_IDS = 20_000
#: When a reply that was not delivered is tried again: after a minute, then twice as long each time
#: up to an hour, for about a day.
_FIRST_PAUSE = 60.0
_LONGEST_PAUSE = 3600.0
_TRIES = 30
#: Where our own code breaks, it is tried less often: the message may have gone out before.
_TRIES_WHERE_BROKEN = 3
_DAY = timedelta(hours=24)
#: So long ids are known: Meta sends a message again for a week.
_KNOWN_FOR = timedelta(days=8)
_EXPIRE_SECONDS = 3600.0
#: How often it is tried again to read what an earlier process left, in seconds.
_AGAIN_SECONDS = 5.0
#: How long a reply in the response may take, in seconds. Google Chat waits for 30, of which the
#: fetching of its keys may take eight.
_ANSWER_SECONDS = 20.0
#: How long a server that stops waits for replies on their way, in seconds.
_STOP_SECONDS = 5.0


class MessageDesk:
    """Takes messages from platforms, and has replies delivered.

    A message is written down before it is acknowledged (see `inbox`), answered once, and replied
    to in the order in which a person's messages came. A platform that hangs holds up nobody
    but the people who write there.
    """

    def __init__(self, replies: Replies, inbox: Inbox, key: bytes) -> None:
        """Take what to work with.

        Args:
            replies: makes the replies.
            inbox: where messages are written down.
            key: what people's ids are hashed with: telephone numbers are no names of conversations.
        """
        self._replies = replies
        self._inbox = inbox
        self._key = key
        self._database = DatabaseThread("inbox", SECONDS)
        self._lanes = Lanes()
        #: What is tried again later, and in which conversation.
        self._later: dict[asyncio.Task[None], str] = {}
        self._waiting: Counter[str] = Counter()
        self._taking: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._at_once = asyncio.Semaphore(_TURNS_AT_ONCE)

    async def take(self, platform: Platform, inbounds: Sequence[Inbound]) -> None:
        """Take messages in; when this returns, they can be acknowledged.

        Raises:
            Refused: too many are waiting.
        """
        self._refuse_too_many(platform, len(inbounds))
        for inbound in inbounds:
            # Shielded: Sanic cancels whoever has hung up, and a message that was written down would
            # be known when it comes again, and not answered.
            await asyncio.shield(self._taken(platform, inbound))

    async def answer(self, platform: Platform, inbound: Inbound) -> tuple[Part, ...]:
        """Return the reply, for platforms that want it in the response.

        It comes in time: where the bot is not ready, what is urgent is said all the same.

        Raises:
            Refused: too many are waiting.
        """
        self._refuse_too_many(platform, 1)
        received = self._received(platform, inbound)
        making = self._run(received, functools.partial(self._parts, received))
        # This cancels it neither in time nor with its caller.
        await asyncio.wait({making}, timeout=_ANSWER_SECONDS)
        if making.done() and not making.cancelled() and making.exception() is None:
            return making.result()
        logger.error("A reply by %s was not ready in time.", platform.name)
        return _fitted(self._replies.in_haste(received), platform)

    def _refuse_too_many(self, platform: Platform, more: int) -> None:
        if self._waiting[platform.name] + more > MOST_WAITING:
            raise Refused(503, "Too many messages are waiting.", {"Retry-After": "30"})

    def _run(self, received: Received, job: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """Run a job in the lane of its conversation; meanwhile, it counts as waiting."""
        name = received.platform.name
        self._waiting[name] += 1
        task = self._lanes.run(received.sender, job)
        task.add_done_callback(lambda _: self._waiting.subtract((name,)))
        return task

    def sender(self, platform: Platform, inbound: Inbound) -> str:
        """Return what Rasa calls the conversation of a person at a place."""
        name = f"{platform.name}\n{inbound.place}\n{inbound.person}"
        return f"{platform.name}-{conversation_hash(name, self._key)}"

    async def resume(self, platforms: Mapping[str, Platform]) -> None:
        """Answer what an earlier process has acknowledged and not answered.

        Where the database cannot be read, it is tried until it can.
        """
        unanswered = functools.partial(self._inbox.unanswered, utc_now() - _DAY)
        while (found := await self._ask(unanswered)) is None:
            await asyncio.sleep(_AGAIN_SECONDS)
        for channel, inbound, delivered in found:
            platform = platforms.get(channel)
            if platform is not None and (channel, inbound.id) not in self._known:
                sender = self.sender(platform, inbound)
                # Not counted: what was taken in before and is late is not too much.
                self._queue(Received(platform, sender, inbound, delivered, is_counted=True))

    async def expire_for_ever(self) -> None:
        """Drop old ids and texts, now and each hour."""
        while True:
            now = utc_now()
            await self._ask(functools.partial(self._inbox.expire, now - _DAY, now - _KNOWN_FOR))
            await asyncio.sleep(_EXPIRE_SECONDS)

    async def stop(self) -> None:
        """Let replies on their way go out; what is left is answered at the next start."""
        self._cancel_later(set(self._later.values()))
        await self._lanes.finish(_STOP_SECONDS)
        self._cancel_later(set(self._later.values()))

    # Taking in.

    def _received(self, platform: Platform, inbound: Inbound) -> Received:
        hashed = replace(
            inbound,
            id=self._hashed(platform, inbound.id),
            edits=self._hashed(platform, inbound.edits) if inbound.edits else None,
        )
        return Received(platform, self.sender(platform, inbound), hashed)

    def _hashed(self, platform: Platform, message_id: str) -> str:
        return conversation_hash(f"{platform.name}\n{message_id}", self._key)

    def _taken(self, platform: Platform, inbound: Inbound) -> asyncio.Task[None]:
        """Return what takes a message in: for the same message meanwhile, the same.

        So what comes twice is not acknowledged before it is written down.
        """
        received = self._received(platform, inbound)
        key = (platform.name, received.inbound.id)
        if key not in self._taking:
            self._taking[key] = asyncio.get_running_loop().create_task(self._take_in(received))
            self._taking[key].add_done_callback(lambda _: self._taking.pop(key))
        return self._taking[key]

    async def _take_in(self, received: Received) -> None:
        channel = received.platform.name
        if (channel, received.inbound.id) in self._known:
            return
        add = functools.partial(self._inbox.add, channel, received.sender, received.inbound)
        # Without the database it is answered all the same; it is lost only if the server dies now.
        # What is there already, an earlier process has answered, or `resume` does.
        if await self._ask(add) is not False:
            self._queue(received)

    def _queue(self, received: Received) -> None:
        self._known[received.platform.name, received.inbound.id] = None
        while len(self._known) > _KNOWN_IDS:
            self._known.popitem(last=False)
        self._run(received, functools.partial(self._serve, received))

    async def _serve(self, received: Received) -> None:
        try:
            if received.parts is None:
                received.parts = await self._parts(received)
            await self._deliver(received, received.parts)
            more_tries = 0
        except Undelivered as error:
            logger.error("A reply was not delivered: %s.", error.reason)
            more_tries = 0 if error.is_final else _TRIES - received.tries
        except Exception as error:
            # The type alone: a message could hold what the person wrote.
            logger.error("A reply by %s failed: %s.", received.platform.name, type(error).__name__)
            more_tries = _TRIES_WHERE_BROKEN - received.tries
        if more_tries > 0:
            self._try_later(received)
        else:
            await self._ask(
                functools.partial(self._inbox.done, received.platform.name, received.inbound.id)
            )

    async def _deliver(self, received: Received, parts: Sequence[Part]) -> None:
        channel = received.platform.name
        for number in range(received.delivered, len(parts)):
            await received.platform.deliver(received.inbound.address, parts[number], number)
            received.delivered += 1
            if received.delivered < len(parts):
                await self._ask(
                    functools.partial(
                        self._inbox.delivered, channel, received.inbound.id, received.delivered
                    )
                )

    def _try_later(self, received: Received) -> None:
        async def again() -> None:
            await asyncio.sleep(min(_FIRST_PAUSE * 2**received.tries, _LONGEST_PAUSE))
            received.tries += 1
            self._queue(received)

        waiting = asyncio.get_running_loop().create_task(again())
        self._later[waiting] = received.sender
        waiting.add_done_callback(lambda done: self._later.pop(done, None))

    def _cancel_later(self, senders: Collection[str]) -> None:
        """Send nothing more of what waits in these conversations."""
        for waiting in [waiting for waiting, owner in self._later.items() if owner in senders]:
            waiting.cancel()

    # The reply.

    async def _parts(self, received: Received) -> tuple[Part, ...]:
        async with self._at_once:
            messages = await self._messages(received)
        return _fitted(messages, received.platform)

    async def _messages(self, received: Received) -> Messages:
        if received.inbound.event is Event.STOP:
            self._cancel_later([received.sender])
            await self._ask(self._forgetting(received))
            return ()
        if self._replies.is_to_forget(received):
            return await self._forget(received)
        return await self._replies.to(received)

    async def _forget(self, received: Received) -> Messages:
        self._cancel_later([received.sender])
        try:
            await self._replies.forget(received)
            await self._database.run(self._forgetting(received), wait_longer=True)
        except (DatabaseUnavailable, TwitchwiseError) as error:
            logger.error("A conversation was not forgotten: %s", error)
            return canned(names.FORGET_FAILED)
        return canned(names.FORGOTTEN)

    def _forgetting(self, received: Received) -> Callable[[], None]:
        """Return what drops the texts of a conversation that came before this message."""
        channel, message_id = received.platform.name, received.inbound.id
        return functools.partial(self._inbox.forget_before, received.sender, channel, message_id)

    async def _ask(self, job: Callable[[], T]) -> T | None:
        """Return what the database says, or None where it cannot be used."""
        try:
            return await self._database.run(job)
        except DatabaseUnavailable as error:
            logger.error("The inbox of the platforms cannot be used: %s.", error)
            return None


def _fitted(messages: Messages, platform: Platform) -> tuple[Part, ...]:
    return render([shown_message(message) for message in messages], platform.limits)
