"""What the tests of the actions share."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Action

from tests.actions.running import Ask, Said, make_tracker, run_action


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Runs an action on a message: see :func:`tests.actions.running.make_tracker`."""

    def run(action: Action, intent: str = "", **message: Any) -> Said:
        return run_action(action, make_tracker(intent, **message))

    return run
