"""What is replied to a message of a platform: Rasa's turn, or what needs no understanding."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from typing import Any

from twitchwise.channels.database_thread import DatabaseUnavailable
from twitchwise.channels.forgetting import forget_conversation
from twitchwise.channels.guard import complete_turn
from twitchwise.channels.incoming import Incoming, Refused
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.platforms.commands import asks_to_be_forgotten
from twitchwise.channels.platforms.inbound import Event
from twitchwise.channels.platforms.received import Received
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.turns import Turns
from twitchwise.conversations.store import KeptTurn
from twitchwise.dialogue import names
from twitchwise.dialogue.assessing import assess_safely
from twitchwise.dialogue.responses import project_responses
from twitchwise.escalations.record import utc_now
from twitchwise.rendering.choices import read_choice, reply_buttons
from twitchwise.rendering.messages import shown_message
from twitchwise.safety import Memory, Outcome
from twitchwise.settings import settings
from twitchwise.storable import storable

logger = logging.getLogger(__name__)

#: Messages as they are kept (see `twitchwise.conversations.store`).
Messages = tuple[dict[str, Any], ...]

#: No turn offers so many choices: what is no number up to here is none at all.
_MOST_CHOICES = 1_000
#: How long people are not told again that they write too much, or that pictures are not looked at,
#: in seconds. The pictures of an album come one by one.
_TOO_MANY_SECONDS = 60.0
_NO_WORDS_SECONDS = 10.0
_MOST_TOLD = 20_000
_CANNED = {
    Event.MEDIA: names.NO_WORDS,
    Event.JOIN: names.WELCOME,
    Event.HELP: names.SMS_HELP,
}


class Replies:
    """Makes the replies; whoever calls sees to it that a conversation's are made in order."""

    def __init__(self, memory: ConversationMemory, *, turns: Turns, limit: RateLimit) -> None:
        """Take what to work with.

        Args:
            memory: the guard's.
            turns: keeps turns.
            limit: of messages in a conversation.
        """
        self._memory = memory
        self._turns = turns
        self._limit = limit
        self._told_too_many = _Told(_TOO_MANY_SECONDS)
        self._told_no_words = _Told(_NO_WORDS_SECONDS)

    async def to(self, received: Received) -> Messages:
        """Return the reply; nothing where there is none to be sent.

        "Forget me" and STOP are not for here (see `forget`).
        """
        inbound, sender = received.inbound, received.sender
        if inbound.edits and inbound.event is Event.MEDIA:
            # A place that moves on is an edit every few seconds.
            return ()
        if not self._is_within_limit(received):
            return canned(names.TOO_MANY) if self._told_too_many.is_first(sender) else ()
        if inbound.event is Event.MEDIA and not self._told_no_words.is_first(sender):
            return ()
        if inbound.event in _CANNED:
            messages = canned(_CANNED[inbound.event])
            # Kept, as its buttons may be chosen by their numbers.
            await self._turns.keep(_kept(received, messages))
            return messages
        if inbound.edits and await self._is_unchanged(received):
            return ()
        return await self._answered(received)

    def is_to_forget(self, received: Received) -> bool:
        """Say whether somebody asks to be forgotten; that may be asked however often."""
        is_message = received.inbound.event is Event.MESSAGE
        return is_message and asks_to_be_forgotten(received.inbound.text)

    async def forget(self, received: Received) -> None:
        """Delete the conversation.

        Raises:
            DatabaseUnavailable: something was not deleted.
            TwitchwiseError: the hash key, or a setting, cannot be used.
        """
        await forget_conversation(received.sender, (), self._turns, self._memory)

    def in_haste(self, received: Received) -> Messages:
        """Return what is said where the reply is not ready in time: what is urgent goes first."""
        before = self._memory.of(received.sender)
        assessment = assess_safely(received.inbound.text, before)
        said = complete_turn((), assessment, project_responses())
        return tuple(_as_kept(one["utter_action"]) for one in said)

    async def _answered(self, received: Received) -> Messages:
        text = storable(received.inbound.text[: settings().largest_message])
        said = storable(received.inbound.said or "") or text
        # Nothing is looked up for texts that are no number at all.
        if read_choice(text, _MOST_CHOICES) is not None:
            answered = await self._found(received, received.inbound.id)
            if answered is not None:
                # By now, the number stands for a choice of the reply to it.
                return answered.messages
            try:
                text, said = await self._chosen(received.sender, text) or (text, said)
            except _NoSuchChoice:
                # Not kept: the choices are still those of the turn before.
                return canned(names.NO_SUCH_CHOICE)
        incoming = Incoming(
            conversation=received.sender,
            sender=received.sender,
            id=received.inbound.id,
            text=text,
            said=said,
            channel=received.platform.name,
        )
        turn = await asyncio.shield(self._turns.take(incoming))
        return turn.messages

    async def _found(self, received: Received, message_id: str) -> KeptTurn | None:
        """Return a turn of the conversation, or None where it is not there, or not to be had."""
        try:
            return await self._turns.find(received.sender, message_id)
        except DatabaseUnavailable:
            return None

    async def _chosen(self, sender: str, text: str) -> tuple[str, str] | None:
        """Return payload and title of the choice that a number stands for; None without choices.

        Raises:
            _NoSuchChoice: there are choices, and none has the number.
        """
        try:
            last = await self._turns.last(sender)
        except DatabaseUnavailable:
            return None
        shown = [shown_message(message) for message in last.messages] if last else []
        buttons = reply_buttons(shown)
        if not buttons:
            return None
        number = read_choice(text, len(buttons))
        if number is None:
            raise _NoSuchChoice
        return buttons[number].payload, buttons[number].title

    async def _is_unchanged(self, received: Received) -> bool:
        """Say whether an edit changed no word (a preview of a link was added, …)."""
        before = await self._found(received, received.inbound.edits or "")
        return before is not None and before.said == storable(received.inbound.text)

    def _is_within_limit(self, received: Received) -> bool:
        if received.is_counted:
            return True
        try:
            # People of one platform share its address: only conversations are counted.
            self._limit.count(
                address=None,
                conversation=received.sender,
                is_urgent=lambda: _is_urgent(received.inbound.text),
            )
        except Refused:
            return False
        received.is_counted = True
        return True


class _NoSuchChoice(Exception):
    """A number beyond the choices there are."""


class _Told:
    """Who was told something lately."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at: OrderedDict[str, float] = OrderedDict()

    def is_first(self, sender: str) -> bool:
        """Say whether a conversation was not told for so many seconds; it is told now."""
        now = time.monotonic()
        if now - self._at.get(sender, -self._seconds) < self._seconds:
            return False
        self._at[sender] = now
        self._at.move_to_end(sender)
        while len(self._at) > _MOST_TOLD:
            self._at.popitem(last=False)
        return True


def canned(response: str) -> Messages:
    """Return a turn that needs no understanding: a text of the domain, and the disclaimer."""
    return tuple(_as_kept(name) for name in (response, names.DISCLAIMER))


def _as_kept(name: str) -> dict[str, Any]:
    message = project_responses().message_of(name)
    kept = {key: message[key] for key in ("text", "buttons") if message.get(key)}
    return {**kept, "metadata": {"utter_action": name}}


def _kept(received: Received, messages: Messages) -> KeptTurn:
    inbound = received.inbound
    return KeptTurn(received.sender, inbound.id, utc_now(), storable(inbound.text), messages)


def _is_urgent(text: str) -> bool:
    outcome = assess_safely(text, Memory()).outcome
    return outcome in (Outcome.EMERGENCY, Outcome.ESCALATE)
