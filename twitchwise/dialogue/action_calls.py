"""How Rasa calls the action server: three things that cannot be configured.

- Rasa sends all events of the session with each call, which costs more than the answer. The
  actions get the slots, the message, and the events of the present turn.
- Rasa waits 300 s for an answer, and the conversation is locked meanwhile.
- Rasa validates each reply against a JSON schema which it also checks itself every time: more
  than half of the CPU of a message (docs/benchmarks.md). The server is ours; the shape of its
  replies is checked here instead.
"""

from __future__ import annotations

from typing import Any

import rasa
import rasa.core.actions.action as rasa_actions
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.exceptions import RasaException

ACTION_TIMEOUT_SECONDS = 3


def tune_action_calls() -> None:
    """Shorten the time-out, the validation and what is sent, in this process."""
    rasa_actions.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT_SECONDS
    rasa_actions.RemoteAction._validate_action_result = _validate
    rasa_actions.RemoteAction._action_call_format = _call_format


def _call_format(
    action: rasa_actions.RemoteAction, tracker: DialogueStateTracker, _: Domain
) -> dict[str, Any]:
    """Return the body of a call; the actions do not ask for the domain."""
    state = tracker.current_state(EventVerbosity.NONE)
    state["events"] = _events_of_turn(tracker)
    return {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": rasa.__version__,
    }


def _events_of_turn(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        events.append(event.as_dict())
        if isinstance(event, UserUttered):
            break
    return events[::-1]


def _validate(_: Any, result: Any) -> bool:
    """Check a reply of the action server.

    Raises:
        RasaException: it is not of the form ``{"events": [{"event": …}], "responses": [{}]}``.
    """
    good = isinstance(result, dict)
    if good:
        events, responses = result.get("events", []), result.get("responses", [])
        good = isinstance(events, list) and isinstance(responses, list)
        good = good and all(isinstance(e, dict) and isinstance(e.get("event"), str) for e in events)
        good = good and all(isinstance(r, dict) for r in responses)
    if not good:
        raise RasaException("The action server's reply is not of the form that Rasa expects.")
    return True
