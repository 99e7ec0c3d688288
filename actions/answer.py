"""Answers a question from the FAQ."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.saying import context_of, recent_answers, say
from twitchwise.dialogue import names
from twitchwise.faq import project_faq
from twitchwise.faq.reply import reply_to_message


class ActionAnswer(Action):
    """Finds the answers by topic, aspect and body part, and names their sources."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.ANSWER_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the answers with follow-up buttons; report them in slots."""
        reply = reply_to_message(
            project_faq(), tracker.latest_message, context_of(tracker), recent_answers(tracker)
        )
        if reply.is_declined:
            dispatcher.utter_message(response=names.OUT_OF_SCOPE)
        elif not reply.parts:
            dispatcher.utter_message(response=names.ASK_WHAT)
        return say(dispatcher, tracker, reply)
