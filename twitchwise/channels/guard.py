"""The guard round every channel of ours: whatever Rasa does, the turn is complete and safe.

It assesses the raw message itself, collects what Rasa says, and completes the turn from the
same domain texts: a missing emergency or escalation goes first, a later copy of it is dropped,
the disclaimer comes last, and where Rasa raised, was too slow or said nothing there is a text
that says so. A blocked event loop is out of its reach (see docs/safety.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage

from twitchwise.channels.escalating import record_turn
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.memory import ConversationMemory
from twitchwise.dialogue import names
from twitchwise.dialogue.assessing import assess_safely, wording_for
from twitchwise.dialogue.responses import project_responses
from twitchwise.dialogue.turn_plan import lead_response
from twitchwise.rendering.turn import outcome_of
from twitchwise.safety import Assessment, Outcome
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[Any]]
#: A message as Rasa hands it to a channel: "text", "buttons", "utter_action" and so on.
BotMessage = dict[str, Any]

_CLOSINGS = {Outcome.CONDITIONAL: names.CONDITIONAL, Outcome.REMINDER: names.REMINDER}


class Texts(Protocol):
    """Where the guard takes its texts from."""

    def message_of(self, utter_action: str) -> BotMessage:
        """Return a domain response as a message."""


class Collected(OutputChannel):
    """Takes what Rasa says in a turn, so that it can be put in order before it is sent."""

    def __init__(self, real: OutputChannel) -> None:
        self._real = real
        self.said: list[BotMessage] = []

    def name(self) -> str:
        """Return the real channel's name, which responses may depend on."""
        return str(self._real.name())

    async def send_response(self, recipient_id: str, message: BotMessage) -> None:
        """Keep the message."""
        self.said.append(dict(message))


def complete_turn(
    said: Sequence[BotMessage], assessment: Assessment, texts: Texts
) -> list[BotMessage]:
    """Return the whole turn, in order.

    Args:
        said: what Rasa said; empty where it failed.
        assessment: the guard's own assessment of the message.
        texts: the domain's texts.
    """
    lead = lead_response(assessment.outcome, wording_for(assessment))
    leads = [m for m in said if _is(m, names.EMERGENCY, names.ESCALATION)]
    disclaimers = [m for m in said if _is(m, names.DISCLAIMER)]
    body = [m for m in said if m not in leads and m not in disclaimers]
    if lead is not None and not any(_covers(m, lead) for m in leads):
        leads.insert(0, texts.message_of(lead))
    # Only one lead is sent: the stronger one.
    leads.sort(key=lambda message: not _is(message, names.EMERGENCY))
    if not leads and not body:
        body.append(texts.message_of(names.UNAVAILABLE))
    closing = _CLOSINGS.get(assessment.outcome)
    if closing is not None and not any(_is(m, closing) for m in body) and not leads:
        body.append(texts.message_of(closing))
    return [*leads[:1], *body, *(disclaimers[-1:] or [texts.message_of(names.DISCLAIMER)])]


def _is(message: BotMessage, *responses: str) -> bool:
    """Say whether the message is one of the responses or a variant of one."""
    return names.is_response(message.get("utter_action") or "", *responses)


def _covers(message: BotMessage, lead: str) -> bool:
    """An emergency text covers an escalation; not the other way round."""
    return _is(message, names.EMERGENCY) or not lead.startswith(names.EMERGENCY)


def guarded(on_new_message: Handler, memory: ConversationMemory | None = None) -> Handler:
    """Wrap Rasa's handler so that every turn it handles is complete.

    Args:
        on_new_message: Rasa's handler.
        memory: what is known of conversations, where others need to know it, too.
    """
    memory = ConversationMemory() if memory is None else memory

    async def handle(message: UserMessage) -> None:
        channel = message.output_channel
        collected = Collected(channel)
        message.output_channel = collected
        assessment = assess_safely(message.text or "", memory.of(message.sender_id))
        try:
            await asyncio.wait_for(on_new_message(message), settings().turn_seconds)
        except asyncio.TimeoutError:
            logger.error("A turn took longer than %s s.", settings().turn_seconds)
        except Exception as error:
            # The type alone: a traceback or message could hold what the person wrote.
            logger.error("A turn failed: %s.", type(error).__name__)
        turn = complete_turn(collected.said, assessment, project_responses())
        responses = [said.get("utter_action") or "" for said in turn]
        memory.keep(message.sender_id, assessment, responses)
        await record_turn(message, assessment, outcome_of(responses))
        _note_unanswered(message, turn)
        for said in turn:
            await channel.send_response(message.sender_id, said)

    return handle


def _note_unanswered(message: UserMessage, turn: Sequence[BotMessage]) -> None:
    try:
        project_feedback().note(message, turn)
    except Exception as error:
        # A count that is missing must not cost the reply.
        logger.error("A turn without an answer was not noted: %s.", type(error).__name__)


class GuardedChannel(InputChannel):
    """Mixin for channels: put it before Rasa's channel class."""

    def blueprint(self, on_new_message: Handler) -> Any:
        """Return the channel's routes with a guarded handler."""
        self.memory = ConversationMemory()
        return super().blueprint(guarded(on_new_message, self.memory))
