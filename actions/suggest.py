"""Helps on where a message was not understood."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.saying import context_of, recent_answers, say
from twitchwise.dialogue import names
from twitchwise.faq import project_faq
from twitchwise.faq.reply import reply_by_similarity


class ActionSuggestQuestions(Action):
    """Answers the FAQ's question that has nearly the same words, or offers what may be meant."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.SUGGEST_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say an answer, or the fallback with up to three questions as buttons."""
        reply = reply_by_similarity(
            project_faq(), tracker.latest_message, context_of(tracker), recent_answers(tracker)
        )
        if not reply.parts:
            buttons = [suggestion.as_button() for suggestion in reply.suggestions]
            response = names.SUGGESTIONS if buttons else names.FALLBACK
            dispatcher.utter_message(response=response, buttons=buttons)
        return say(dispatcher, tracker, reply)
