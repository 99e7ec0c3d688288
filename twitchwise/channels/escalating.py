"""Makes a record of a turn that escalated, before it is sent."""

from __future__ import annotations

import functools
import hashlib
import logging

from rasa.core.channels.channel import UserMessage

from twitchwise.escalations.record import RECORDED_OUTCOMES
from twitchwise.escalations.recorder import project_recorder
from twitchwise.paths import project_root, safety_classifier_file
from twitchwise.safety import RULES_FILE, Assessment
from twitchwise.safety.classifier import trained_from
from twitchwise.serving.sources import VERSION_LENGTH, model_version

logger = logging.getLogger(__name__)


async def record_turn(message: UserMessage, assessment: Assessment, outcome: str) -> None:
    """Record the turn where its outcome is one that is; never raises, never waits for long.

    Args:
        message: what came in; its id makes the record's, so that a message handled twice is
            recorded once.
        assessment: the guard's own.
        outcome: what the turn as it is sent speaks to, which may be more than the guard knew.
    """
    if outcome not in RECORDED_OUTCOMES:
        return
    try:
        recorder = project_recorder()
        record = recorder.describe(
            channel=message.input_channel or message.output_channel.name(),
            sender=message.sender_id,
            message_id=message.message_id,
            outcome=outcome,
            signs=assessment.signs,
            person=assessment.person.value,
            rules_version=rules_version(),
            model_version=model_version(),
            text=message.text or "",
        )
        await recorder.record(record)
    except Exception as error:
        # The reply goes out whatever happens here. The type alone: no text reaches the log.
        logger.critical("An escalation was not recorded: %s.", type(error).__name__)


@functools.lru_cache(maxsize=1)
def rules_version() -> str:
    """Return the beginning of a hash over the rules and what the classifier was trained from."""
    rules = (project_root() / RULES_FILE).read_bytes()
    trained = trained_from(safety_classifier_file())
    return hashlib.sha256(rules + trained.encode()).hexdigest()[:VERSION_LENGTH]
