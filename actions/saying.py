"""What every action shares: reading the tracker, and saying a reply."""

from __future__ import annotations

from typing import Any

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


def say(dispatcher: CollectingDispatcher, tracker: Tracker, reply: Reply) -> list[EventType]:
    """Say the answers, the suggestions with the last of them, and return the events."""
    buttons = [suggestion.as_button() for suggestion in reply.suggestions]
    for number, answer in enumerate(reply.answers, start=1):
        dispatcher.utter_message(
            text=answer_text(answer),
            buttons=buttons if number == len(reply.answers) else [],
            answer=AnswerCard.of(answer).as_metadata(),
        )
    reported = [
        SlotSet(names.ANSWERED_SLOT, reply.answered),
        SlotSet(names.RED_FLAG_ANSWER_SLOT, reply.names_red_flag),
    ]
    return [*reported, *_changed(tracker, _remembered(reply))]


def _remembered(reply: Reply) -> dict[str, Any]:
    """Return the slots that the next message may need."""
    offered = {names.OFFERED_SLOT: [suggestion.payload for suggestion in reply.suggestions]}
    if not reply.answers:
        return offered
    return {
        **offered,
        names.TOPIC_SLOT: reply.context.topic,
        names.ASPECT_SLOT: reply.context.aspect,
        names.BODY_PART_SLOT: reply.context.body_part,
        names.RECENT_SLOT: list(reply.recent),
    }


def _changed(tracker: Tracker, slots: dict[str, Any]) -> list[EventType]:
    """Return events for the slots that change: each event is sent, read and stored."""
    return [
        SlotSet(slot, value) for slot, value in slots.items() if tracker.get_slot(slot) != value
    ]
