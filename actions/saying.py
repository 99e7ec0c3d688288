"""What every action shares: reading the tracker, and saying a reply."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from twitchwise.dialogue import names
from twitchwise.faq.query import Context
from twitchwise.faq.reply import Reply
from twitchwise.rendering.turn import AnswerCard, answer_text


def context_of(tracker: Tracker) -> Context:
    """Return what the conversation is about."""
    return Context(
        tracker.get_slot(names.TOPIC_SLOT),
        tracker.get_slot(names.ASPECT_SLOT),
        tracker.get_slot(names.BODY_PART_SLOT),
    )


def recent_answers(tracker: Tracker) -> list[str]:
    """Return the ids of the answers given lately."""
    return list(tracker.get_slot(names.RECENT_SLOT) or ())


def say(dispatcher: CollectingDispatcher, reply: Reply) -> list[EventType]:
    """Say the answers, the suggestions with the last of them, and return the events."""
    buttons = [suggestion.as_button() for suggestion in reply.suggestions]
    for number, answer in enumerate(reply.answers, start=1):
        dispatcher.utter_message(
            text=answer_text(answer),
            buttons=buttons if number == len(reply.answers) else [],
            answer=AnswerCard.of(answer).as_metadata(),
        )
    return [*_reported(reply), *_remembered(reply)]


def _reported(reply: Reply) -> list[EventType]:
    return [
        SlotSet(names.ANSWERED_SLOT, reply.answered),
        SlotSet(names.RED_FLAG_ANSWER_SLOT, reply.names_red_flag),
        SlotSet(names.OFFERED_SLOT, [suggestion.payload for suggestion in reply.suggestions]),
    ]


def _remembered(reply: Reply) -> list[EventType]:
    if not reply.answers:
        return []
    return [
        SlotSet(names.TOPIC_SLOT, reply.context.topic),
        SlotSet(names.ASPECT_SLOT, reply.context.aspect),
        SlotSet(names.BODY_PART_SLOT, reply.context.body_part),
        SlotSet(names.RECENT_SLOT, list(reply.recent)),
    ]
