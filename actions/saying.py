"""What every action shares: reading the tracker, and saying a reply."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from twitchwise.dialogue import names
from twitchwise.dialogue.context_slots import slots_of
from twitchwise.faq import project_faq
from twitchwise.faq.context import (
    Context,
    factor_talked_of,
    nutrients_talked_of,
    topics_together,
)
from twitchwise.faq.listed import topics_listed, topics_listed_lately
from twitchwise.faq.reply import NoSource, Part, Reply
from twitchwise.faq.told_before import ToldBefore
from twitchwise.rendering.turn import AnswerCard


def context_of(tracker: Tracker) -> Context:
    """Return what the conversation is about."""
    faq = project_faq()
    last = [answer for each in last_answers(tracker) if (answer := faq.answer_with_id(each))]
    recent = recent_answers(tracker)
    return Context(
        topic=tracker.get_slot(names.TOPIC_SLOT),
        aspect=tracker.get_slot(names.ASPECT_SLOT),
        body_part=tracker.get_slot(names.BODY_PART_SLOT),
        movement=tracker.get_slot(names.MOVEMENT_SLOT),
        together=topics_together([a.id for a in last], recent),
        nutrient=tracker.get_slot(names.NUTRIENT_SLOT),
        subject=tracker.get_slot(names.SUBJECT_SLOT),
        for_whom=tracker.get_slot(names.FOR_WHOM_SLOT),
        leaves_out=tuple(tracker.get_slot(names.LEAVES_OUT_SLOT) or ()),
        factor=factor_talked_of(faq, recent),
        told=tuple(last_answers(tracker)),
        listed=topics_listed(faq, last) or topics_listed_lately(faq, recent),
        earlier=nutrients_talked_of(faq, recent),
    )


def recent_answers(tracker: Tracker) -> list[str]:
    """Return the ids of the answers given lately."""
    return list(tracker.get_slot(names.RECENT_SLOT) or ())


def last_answers(tracker: Tracker) -> list[str]:
    """Return the ids of the answers of the last turn that had one."""
    return list(tracker.get_slot(names.LAST_ANSWERS_SLOT) or ())


def offered(tracker: Tracker) -> list[str]:
    """Return the payloads of the follow-ups that were offered last."""
    return list(tracker.get_slot(names.OFFERED_SLOT) or ())


def say(dispatcher: CollectingDispatcher, tracker: Tracker, reply: Reply) -> list[EventType]:
    """Say the parts, the suggestions with the last of them, and return the events."""
    if reply.best_guess:
        response = names.BEST_GUESS_REMARK if reply.to_remark else names.BEST_GUESS
        dispatcher.utter_message(response=response, question=reply.best_guess)
    if reply.in_general:
        dispatcher.utter_message(response=names.IN_GENERAL, about=reply.in_general)
    if reply.minds:
        dispatcher.utter_message(response=names.MIND[reply.minds])
    if reply.left_out:
        check = reply.left_out.check_label
        response = names.LEAVES_OUT_CHECK_LABEL if check else names.LEAVES_OUT
        dispatcher.utter_message(response=response, foods=reply.left_out.foods)
    if reply.unlisted:
        response = names.NO_FIGURE if reply.unlisted.lacks_figure else names.NOT_LISTED
        dispatcher.utter_message(response=response, foods=reply.unlisted.foods)
    buttons = [suggestion.as_button() for suggestion in reply.suggestions]
    for number, part in enumerate(reply.parts, start=1):
        _say_part(dispatcher, part, buttons if number == len(reply.parts) else [])
    reported = [
        SlotSet(names.ANSWERED_SLOT, reply.answered),
        SlotSet(names.RED_FLAG_ANSWER_SLOT, reply.names_red_flag),
    ]
    return [*reported, *_changed(tracker, _remembered(reply))]


def _say_part(dispatcher: CollectingDispatcher, part: Part, buttons: list[dict[str, str]]) -> None:
    card = AnswerCard.of(part)
    if isinstance(part, NoSource):
        dispatcher.utter_message(
            response=names.NO_SOURCE_AGAIN if part.again else names.NO_SOURCE,
            about=part.about,
            ask=part.ask,
            buttons=buttons,
            answer=card.as_metadata(),
        )
    elif isinstance(part, ToldBefore):
        dispatcher.utter_message(
            response=names.TOLD_BEFORE, buttons=buttons, answer=card.as_metadata()
        )
    else:
        dispatcher.utter_message(text=card.plain_text(), buttons=buttons, answer=card.as_metadata())


def _remembered(reply: Reply) -> dict[str, Any]:
    """Return the slots that the next message may need."""
    kept: dict[str, Any] = {}
    if reply.parts or reply.suggestions:
        # "Source?" between an offer and a "yes" takes nothing back.
        kept[names.OFFERED_SLOT] = [suggestion.payload for suggestion in reply.suggestions]
    if reply.parts:
        kept[names.SUBJECT_SLOT] = reply.context.subject
    if reply.leaves_out is not None:
        kept[names.LEAVES_OUT_SLOT] = list(reply.leaves_out) or None
    if reply.context.for_whom:
        kept[names.FOR_WHOM_SLOT] = reply.context.for_whom
    if reply.answers:
        kept[names.RECENT_SLOT] = list(reply.recent)
        kept[names.LAST_ANSWERS_SLOT] = [answer.id for answer in reply.answers]
    if reply.context.topic:
        kept |= slots_of(reply.context)
    return kept


def _changed(tracker: Tracker, slots: dict[str, Any]) -> list[EventType]:
    """Return events for the slots that change: each event is sent, read and stored."""
    return [
        SlotSet(slot, value) for slot, value in slots.items() if tracker.get_slot(slot) != value
    ]
