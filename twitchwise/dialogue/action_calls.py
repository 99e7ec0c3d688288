"""How Rasa calls the action server: two of its constants cannot be configured.

- Rasa waits 300 s for an answer, and the conversation is locked meanwhile.
- Rasa validates each reply against a JSON schema which it also checks itself every time: more
  than half of the CPU of a message (docs/benchmarks.md). The server is ours; the shape of its
  replies is checked here instead.
"""

from __future__ import annotations

from typing import Any

import rasa.core.actions.action as rasa_actions
from rasa.shared.exceptions import RasaException

ACTION_TIMEOUT_SECONDS = 3


def tune_action_calls() -> None:
    """Shorten the time-out and the validation, in this process."""
    rasa_actions.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT_SECONDS
    rasa_actions.RemoteAction._validate_action_result = _validate


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
