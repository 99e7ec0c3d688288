"""What this installation tells of itself, for the page and for other clients."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from twitchwise import __version__
from twitchwise.about import About, Starter, about_installation
from twitchwise.dialogue import names
from twitchwise.dialogue.assessing import CRISIS
from twitchwise.dialogue.responses import project_responses
from twitchwise.dialogue.turn_plan import lead_response
from twitchwise.errors import TwitchwiseError
from twitchwise.faq import project_faq
from twitchwise.safety import Outcome
from twitchwise.settings import settings

logger = logging.getLogger(__name__)

_GREETING = "utter_greet"
_WORDINGS = {
    Outcome.EMERGENCY: ("self", "other", "child", CRISIS),
    Outcome.ESCALATE: ("self", "other", "child"),
}


def project_about() -> About:
    """Return it, read from the settings, the domain's texts and the FAQ."""
    return about_installation(
        settings(),
        version=__version__,
        starters=_starters(),
        disclaimer=project_responses().message_of(names.DISCLAIMER)["text"],
        questions=_questions(),
        safety_texts=_safety_texts(),
    )


def _safety_texts() -> dict[str, str]:
    leads = [
        lead_response(outcome, wording)
        for outcome, wordings in _WORDINGS.items()
        for wording in wordings
    ]
    return {lead: project_responses().message_of(lead)["text"] for lead in leads if lead}


def _starters() -> Iterator[Starter]:
    """Return the buttons of the greeting that send something."""
    for button in project_responses().message_of(_GREETING).get("buttons") or ():
        if button.get("payload"):
            yield Starter(button["title"], button["payload"])


def _questions() -> tuple[str, ...]:
    try:
        return tuple(question.ask for question in project_faq().questions)
    except TwitchwiseError as error:
        # The guard answers also where the FAQ cannot be read: so must the channel start then.
        logger.error("No common questions are offered: %s", error)
        return ()
