"""Follow-ups that name nothing: "yes", "the second one", "more", "say that again", "source?"."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.saying import context_of, last_answers, offered, recent_answers, say
from twitchwise.dialogue import names
from twitchwise.faq import project_faq
from twitchwise.faq.choosing import acknowledges
from twitchwise.faq.reply import (
    Reply,
    reply_again,
    reply_to_choice,
    reply_to_payloads,
    suggestions_of,
)
from twitchwise.rendering.turn import sources_text


def _say_or(
    response: str, dispatcher: CollectingDispatcher, tracker: Tracker, reply: Reply
) -> list[EventType]:
    """Say the reply, or ``response`` where it is empty."""
    if not reply.parts:
        dispatcher.utter_message(response=response)
    return say(dispatcher, tracker, reply)


class ActionAnswerOffered(Action):
    """Answers the first of the follow-ups offered, after "yes"; offers them again after "ok"."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.OFFERED_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the answer, or ask what the person would like to know."""
        if acknowledges(str(tracker.latest_message.get("text") or "")):
            # "Hm" asks for nothing: what may be asked next stays in sight.
            buttons = [each.as_button() for each in suggestions_of(project_faq(), offered(tracker))]
            dispatcher.utter_message(response=names.ASK_WHAT, buttons=buttons)
            return say(dispatcher, tracker, Reply(recent=tuple(recent_answers(tracker))))
        reply = reply_to_payloads(
            project_faq(), offered(tracker)[:1], recent_answers(tracker), context_of(tracker)
        )
        return _say_or(names.ASK_WHAT, dispatcher, tracker, reply)


class ActionMore(ActionAnswerOffered):
    """Goes on with the topic, after "more" or "anything else"."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.MORE_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the next answer on the topic, or that there is no more."""
        reply = reply_to_payloads(
            project_faq(), offered(tracker)[:1], recent_answers(tracker), context_of(tracker)
        )
        return _say_or(names.NO_MORE, dispatcher, tracker, reply)


class ActionChoose(Action):
    """Answers the follow-ups picked by number or place, or the other of two things compared."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.CHOOSE_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the answers picked, or ask what the person would like to know."""
        reply = reply_to_choice(
            project_faq(),
            str(tracker.latest_message.get("text") or ""),
            offered(tracker),
            context_of(tracker),
            recent_answers(tracker),
        )
        return _say_or(names.ASK_WHAT, dispatcher, tracker, reply)


class ActionRepeat(Action):
    """Says the last answers again."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.REPEAT_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the last answers, or ask what the person would like to know."""
        reply = reply_again(
            project_faq(),
            last_answers(tracker),
            recent_answers(tracker),
            context_of(tracker).leaves_out,
        )
        return _say_or(names.ASK_WHAT, dispatcher, tracker, reply)


class ActionSources(Action):
    """Names the sources of the last answers, and when they were last checked."""

    def name(self) -> str:
        """Return the name used in rules."""
        return names.SOURCES_ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Say the sources; without an answer before, say that each answer names its own."""
        faq = project_faq()
        found = [a for each in last_answers(tracker) if (a := faq.answer_with_id(each))]
        if found:
            dispatcher.utter_message(response=names.SOURCES, sources=sources_text(found))
        else:
            dispatcher.utter_message(response=names.SOURCES_LATER)
        return say(dispatcher, tracker, Reply(recent=tuple(recent_answers(tracker))))
