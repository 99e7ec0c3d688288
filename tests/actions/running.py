"""Runs actions as the action server does, without one: a tracker in, messages and slots out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.follow_up import (
    ActionAnswerOffered,
    ActionChoose,
    ActionMore,
    ActionRepeat,
    ActionSources,
)
from actions.suggest import ActionSuggestQuestions

#: All actions, by the names that the rules and the domain know.
ACTIONS: dict[str, Action] = {
    "action_answer": ActionAnswer(),
    "action_answer_offered": ActionAnswerOffered(),
    "action_suggest_questions": ActionSuggestQuestions(),
    "action_more": ActionMore(),
    "action_choose": ActionChoose(),
    "action_repeat": ActionRepeat(),
    "action_sources": ActionSources(),
}


@dataclass(frozen=True)
class Said:
    """What an action said, and the slots that it set."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages if message.get("text")]

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.messages if message.get("response")]

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.messages for button in message["buttons"]]

    @property
    def answer_ids(self) -> list[str]:
        cards = [message.get("answer") for message in self.messages]
        return [card["answer_id"] for card in cards if card]


def make_tracker(
    intent: str = "",
    topics: Sequence[str] = (),
    body_part: str | None = None,
    slots: Mapping[str, Any] | None = None,
    similar: Sequence[Mapping[str, Any]] = (),
    subjects: Sequence[str] = (),
    text: str = "",
    **message: Any,
) -> Tracker:
    """Return a tracker whose last message names topics, a body part and subjects, in that order.

    ``message`` holds more of what the pipeline found, as ``clauses`` and ``intent_ranking``.
    """
    named = [("topic", topic) for topic in topics]
    named += [("body_part", body_part)] if body_part else []
    named += [("subject", subject) for subject in subjects]
    message = {
        **message,
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [
            {"entity": label, "value": value, "start": position}
            for position, (label, value) in enumerate(named)
        ],
        "similar_questions": list(similar),
    }
    return Tracker("somebody", dict(slots or {}), message, [], False, None, {}, "action_listen")


def run_action(action: Action, tracker: Tracker) -> Said:
    """Run ``action``; only slots may be set."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    assert {event["event"] for event in events} <= {"slot"}
    return Said(dispatcher.messages, {event["name"]: event["value"] for event in events})


class Ask(Protocol):
    """Asks an action something; see :func:`make_tracker` for the arguments."""

    def __call__(self, action: Action, intent: str = "", **message: Any) -> Said: ...
