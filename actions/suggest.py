"""Helps on where a message was not understood, or where "yes" takes up an offer."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.saying import recent_answers, say
from twitchwise.dialogue import names
from twitchwise.faq import project_faq
from twitchwise.faq.reply import reply_by_similarity, reply_to_payload


class ActionSuggestQuestions(Action):
    """Answers the FAQ's question that has nearly the same words, or offers the nearest ones."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.SUGGEST_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say an answer, or the fallback with up to three questions as buttons."""
        similar = tracker.latest_message.get("similar_questions") or []
        reply = reply_by_similarity(project_faq(), similar, recent_answers(tracker))
        if not reply.answers:
            buttons = [suggestion.as_button() for suggestion in reply.suggestions]
            response = names.SUGGESTIONS if buttons else names.FALLBACK
            dispatcher.utter_message(response=response, buttons=buttons)
        return say(dispatcher, tracker, reply)


class ActionAnswerOffered(Action):
    """Answers the first of the follow-ups offered, after "yes" or "ok"."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.OFFERED_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the answer, or ask what the person would like to know."""
        offered = tracker.get_slot(names.OFFERED_SLOT) or [""]
        reply = reply_to_payload(project_faq(), offered[0], recent_answers(tracker))
        if not reply.answers:
            dispatcher.utter_message(response=names.ASK_WHAT)
        return say(dispatcher, tracker, reply)
