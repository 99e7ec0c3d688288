"""Answers what comes from messaging platforms: once, in order, and in the background."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from twitchwise.channels.database_thread import SECONDS, DatabaseThread, DatabaseUnavailable
from twitchwise.channels.forgetting import forget_conversation
from twitchwise.channels.incoming import Incoming, Refused
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.commands import asks_to_be_forgotten
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.channels.platforms.inbox import Inbox
from twitchwise.channels.platforms.lanes import Lanes
from twitchwise.channels.platforms.platform import Platform
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import KeptTurn
from twitchwise.dialogue import names
from twitchwise.dialogue.assessing import assess_safely
from twitchwise.dialogue.responses import project_responses
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.record import conversation_hash, utc_now
from twitchwise.rendering.choices import read_choice, reply_buttons
from twitchwise.rendering.messages import shown_message
from twitchwise.rendering.parts import Part, render
from twitchwise.safety import Memory, Outcome
from twitchwise.settings import settings
from twitchwise.storable import storable

logger = logging.getLogger(__name__)

T = TypeVar("T")
Messages = tuple[dict[str, Any], ...]

#: So many turns are worked on at once; the others wait, so that a turn's own limit of time is not
#: used up by waiting.
_TURNS_AT_ONCE = 16
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
#: How long people are not told again that they write too much, in seconds.
_TOLD_SECONDS = 60.0
#: How often it is tried again to read what an earlier process left, in seconds.
_AGAIN_SECONDS = 5.0
#: No turn offers so many choices: what is no number up to here is none at all.
_MOST_CHOICES = 1_000
#: How long a server that stops waits for replies on their way, in seconds.
_STOP_SECONDS = 5.0


@dataclass
class _Task:
    """A message, and how far its reply has come.

    Attributes:
        platform: where it came from.
        sender: what Rasa calls the conversation.
        inbound: the message, its id hashed: some platforms' hold the number of a telephone.
        delivered: how many parts of the reply were delivered.
        is_counted: whether it was counted among the person's messages.
        parts: the reply, once it is made. What is tried again is not made again: by then, a number
            stands for another choice, and "forget me" would delete what was said since.
        tries: how often it was tried to deliver the rest.
    """

    platform: Platform
    sender: str
    inbound: Inbound
    delivered: int = 0
    is_counted: bool = False
    parts: tuple[Part, ...] | None = None
    tries: int = 0


class MessageDesk:
    """Takes messages from platforms, and has replies delivered.

    A message is written down before it is acknowledged (see `inbox`), answered once, and replied
    to in the order in which a person's messages came. A platform that hangs holds up nobody
    but the people who write there.
    """

    def __init__(
        self,
        memory: ConversationMemory,
        *,
        turns: Turns,
        inbox: Inbox,
        limit: RateLimit,
        key: bytes,
    ) -> None:
        """Take what to work with.

        Args:
            memory: the guard's.
            turns: keeps turns.
            inbox: where messages are written down.
            limit: of messages in a conversation.
            key: what people's ids are hashed with: telephone numbers are no names of conversations.
        """
        self._memory = memory
        self._turns = turns
        self._inbox = inbox
        self._limit = limit
        self._key = key
        self._database = DatabaseThread("inbox", SECONDS)
        self._lanes = Lanes()
        #: What is tried again later, and in which conversation.
        self._later: dict[asyncio.Task[None], str] = {}
        self._waiting: Counter[str] = Counter()
        self._taking: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._told: OrderedDict[str, float] = OrderedDict()
        self._at_once = asyncio.Semaphore(_TURNS_AT_ONCE)

    async def take(self, platform: Platform, inbounds: Sequence[Inbound]) -> None:
        """Take messages in; when this returns, they can be acknowledged.

        Raises:
            Refused: too many are waiting.
        """
        if self._waiting[platform.name] + len(inbounds) > MOST_WAITING:
            raise Refused(503, "Too many messages are waiting.", {"Retry-After": "30"})
        for inbound in inbounds:
            # Shielded: Sanic cancels whoever has hung up, and a message that was written down would
            # be known when it comes again, and not answered.
            await asyncio.shield(self._taken(platform, inbound))

    async def answer(self, platform: Platform, inbound: Inbound) -> tuple[Part, ...]:
        """Return the reply, for platforms that want it in the response."""
        task = self._task(platform, inbound)
        job = functools.partial(self._parts, task)
        return await asyncio.shield(self._lanes.run(task.sender, job))

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
                self._queue(_Task(platform, sender, inbound, delivered, is_counted=True))

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

    def _task(self, platform: Platform, inbound: Inbound) -> _Task:
        hashed = replace(
            inbound,
            id=self._hashed(platform, inbound.id),
            edits=self._hashed(platform, inbound.edits) if inbound.edits else None,
        )
        return _Task(platform, self.sender(platform, inbound), hashed)

    def _hashed(self, platform: Platform, message_id: str) -> str:
        return conversation_hash(f"{platform.name}\n{message_id}", self._key)

    def _taken(self, platform: Platform, inbound: Inbound) -> asyncio.Task[None]:
        """Return what takes a message in: for the same message meanwhile, the same.

        So what comes twice is not acknowledged before it is written down.
        """
        task = self._task(platform, inbound)
        key = (platform.name, task.inbound.id)
        if key not in self._taking:
            self._taking[key] = asyncio.get_running_loop().create_task(self._take_in(task))
            self._taking[key].add_done_callback(lambda _: self._taking.pop(key))
        return self._taking[key]

    async def _take_in(self, task: _Task) -> None:
        channel = task.platform.name
        if (channel, task.inbound.id) in self._known:
            return
        add = functools.partial(self._inbox.add, channel, task.sender, task.inbound)
        # Without the database it is answered all the same; it is lost only if the server dies now.
        # What is there already, an earlier process has answered, or `resume` does.
        if await self._ask(add) is not False:
            self._queue(task)

    def _queue(self, task: _Task) -> None:
        self._known[task.platform.name, task.inbound.id] = None
        while len(self._known) > _KNOWN_IDS:
            self._known.popitem(last=False)
        self._waiting[task.platform.name] += 1
        served = self._lanes.run(task.sender, functools.partial(self._serve, task))
        served.add_done_callback(lambda _: self._waiting.subtract((task.platform.name,)))

    async def _serve(self, task: _Task) -> None:
        try:
            if task.parts is None:
                task.parts = await self._parts(task)
            await self._deliver(task, task.parts)
            more_tries = 0
        except Undelivered as error:
            logger.error("A reply was not delivered: %s.", error.reason)
            more_tries = 0 if error.is_final else _TRIES - task.tries
        except Exception as error:
            # The type alone: a message could hold what the person wrote.
            logger.error("A reply by %s failed: %s.", task.platform.name, type(error).__name__)
            more_tries = _TRIES_WHERE_BROKEN - task.tries
        if more_tries > 0:
            self._try_later(task)
        else:
            await self._ask(
                functools.partial(self._inbox.done, task.platform.name, task.inbound.id)
            )

    async def _deliver(self, task: _Task, parts: Sequence[Part]) -> None:
        channel = task.platform.name
        for number in range(task.delivered, len(parts)):
            await task.platform.deliver(task.inbound.address, parts[number], number)
            task.delivered += 1
            if task.delivered < len(parts):
                await self._ask(
                    functools.partial(
                        self._inbox.delivered, channel, task.inbound.id, task.delivered
                    )
                )

    def _try_later(self, task: _Task) -> None:
        async def again() -> None:
            await asyncio.sleep(min(_FIRST_PAUSE * 2**task.tries, _LONGEST_PAUSE))
            task.tries += 1
            self._queue(task)

        waiting = asyncio.get_running_loop().create_task(again())
        self._later[waiting] = task.sender
        waiting.add_done_callback(lambda done: self._later.pop(done, None))

    def _cancel_later(self, senders: Collection[str]) -> None:
        """Send nothing more of what waits in these conversations."""
        for waiting in [waiting for waiting, owner in self._later.items() if owner in senders]:
            waiting.cancel()

    # The reply.

    async def _parts(self, task: _Task) -> tuple[Part, ...]:
        async with self._at_once:
            messages = await self._messages(task)
        return render([shown_message(message) for message in messages], task.platform.limits)

    async def _messages(self, task: _Task) -> Messages:
        inbound, sender = task.inbound, task.sender
        if inbound.event is Event.STOP:
            self._cancel_later([sender])
            await self._ask(self._forgetting(task))
            return ()
        if inbound.edits and inbound.event is Event.MEDIA:
            # A place that moves on is an edit every few seconds.
            return ()
        if not self._is_within_limit(task):
            return _canned(names.TOO_MANY) if self._is_to_be_told(sender) else ()
        if inbound.event in _CANNED:
            messages = _canned(_CANNED[inbound.event])
            # Kept, as its buttons may be chosen by their numbers.
            await self._turns.keep(_kept(task, messages))
            return messages
        if asks_to_be_forgotten(inbound.text):
            return await self._forget(task)
        if inbound.edits and await self._is_unchanged(task):
            return ()
        return await self._answered(task)

    async def _answered(self, task: _Task) -> Messages:
        text = storable(task.inbound.text[: settings().largest_message])
        said = storable(task.inbound.said or "") or text
        # Nothing is looked up for texts that are no number at all.
        if read_choice(text, _MOST_CHOICES) is not None:
            answered = await self._found(task, task.inbound.id)
            if answered is not None:
                # By now, the number stands for a choice of the reply to it.
                return answered.messages
            text, said = await self._chosen(task.sender, text) or (text, said)
        incoming = Incoming(
            conversation=task.sender,
            sender=task.sender,
            id=task.inbound.id,
            text=text,
            said=said,
            channel=task.platform.name,
        )
        turn = await asyncio.shield(self._turns.take(incoming))
        return turn.messages

    async def _found(self, task: _Task, message_id: str) -> KeptTurn | None:
        """Return a turn of the conversation, or None where it is not there, or not to be had."""
        try:
            return await self._turns.find(task.sender, message_id)
        except DatabaseUnavailable:
            return None

    async def _chosen(self, sender: str, text: str) -> tuple[str, str] | None:
        """Return payload and title of the choice that a number stands for, or None."""
        try:
            last = await self._turns.last(sender)
        except DatabaseUnavailable:
            return None
        shown = [shown_message(message) for message in last.messages] if last else []
        buttons = reply_buttons(shown)
        number = read_choice(text, len(buttons))
        return (buttons[number].payload, buttons[number].title) if number is not None else None

    async def _is_unchanged(self, task: _Task) -> bool:
        """Say whether an edit changed no word (a preview of a link was added, …)."""
        before = await self._found(task, task.inbound.edits or "")
        return before is not None and before.said == storable(task.inbound.text)

    async def _forget(self, task: _Task) -> Messages:
        self._cancel_later([task.sender])
        try:
            await forget_conversation(task.sender, (), self._turns, self._memory)
            await self._database.run(self._forgetting(task), wait_longer=True)
        except (DatabaseUnavailable, TwitchwiseError) as error:
            logger.error("A conversation was not forgotten: %s", error)
            return _canned(names.FORGET_FAILED)
        return _canned(names.FORGOTTEN)

    def _forgetting(self, task: _Task) -> Callable[[], None]:
        return functools.partial(
            self._inbox.forget_before, task.sender, task.platform.name, task.inbound.id
        )

    def _is_within_limit(self, task: _Task) -> bool:
        if task.is_counted:
            return True
        try:
            # People of one platform share its address: only conversations are counted.
            self._limit.count(
                address=None,
                conversation=task.sender,
                is_urgent=lambda: _is_urgent(task.inbound.text),
            )
        except Refused:
            return False
        task.is_counted = True
        return True

    def _is_to_be_told(self, sender: str) -> bool:
        now = time.monotonic()
        if now - self._told.get(sender, -_TOLD_SECONDS) < _TOLD_SECONDS:
            return False
        self._told[sender] = now
        while len(self._told) > _KNOWN_IDS:
            self._told.popitem(last=False)
        return True

    async def _ask(self, job: Callable[[], T]) -> T | None:
        """Return what the database says, or None where it cannot be used."""
        try:
            return await self._database.run(job)
        except DatabaseUnavailable as error:
            logger.error("The inbox of the platforms cannot be used: %s.", error)
            return None


_CANNED = {
    Event.MEDIA: names.NO_WORDS,
    Event.JOIN: names.WELCOME,
    Event.HELP: names.SMS_HELP,
}


def _canned(response: str) -> Messages:
    """Return a turn that needs no understanding: a text of the domain, and the disclaimer."""
    return tuple(_as_kept(name) for name in (response, names.DISCLAIMER))


def _as_kept(name: str) -> dict[str, Any]:
    message = project_responses().message_of(name)
    kept = {key: message[key] for key in ("text", "buttons") if message.get(key)}
    return {**kept, "metadata": {"utter_action": name}}


def _kept(task: _Task, messages: Messages) -> KeptTurn:
    return KeptTurn(task.sender, task.inbound.id, utc_now(), storable(task.inbound.text), messages)


def _is_urgent(text: str) -> bool:
    outcome = assess_safely(text, Memory()).outcome
    return outcome in (Outcome.EMERGENCY, Outcome.ESCALATE)
