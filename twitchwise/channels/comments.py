"""Comments beside a thumb that tell of weakness, numbness or an emergency.

A comment is no message, and gets no turn. Who writes such a thing there is told the same all the
same, whether or not comments are kept and whether or not this one could be stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from rasa.core.channels.channel import UserMessage

from twitchwise.channels.escalating import record_turn
from twitchwise.dialogue.assessing import assess_safely, wording_for
from twitchwise.dialogue.responses import project_responses
from twitchwise.dialogue.turn_plan import lead_response
from twitchwise.rendering.messages import shown_message
from twitchwise.rendering.turn import outcome_of
from twitchwise.safety import Assessment, Memory


@dataclass(frozen=True)
class UrgentComment:
    """A comment that needs the safety text.

    Attributes:
        text: the comment.
        assessment: of it.
        lead: the name of the response that a message like it would get first.
    """

    text: str
    assessment: Assessment
    lead: str

    def shown(self) -> dict[str, str]:
        """Return what the client is to show: ``kind`` and ``text``."""
        said = project_responses().message_of(self.lead)
        shown = shown_message({**said, "metadata": {"utter_action": self.lead}})
        return {"kind": shown["kind"], "text": shown["text"]}

    async def record(self, *, channel: str, sender: str, message_id: str) -> None:
        """Record it as an escalation; as for a turn, nothing is raised.

        Args:
            channel: the name of the input channel.
            sender: what Rasa calls the conversation.
            message_id: of the turn that the comment is for.
        """
        outcome = outcome_of([self.lead])
        message = UserMessage(
            self.text,
            sender_id=sender,
            input_channel=channel,
            # The turn may have a record of its own. What was written is not part of the id: ids
            # leave the machine, and texts could be guessed from it.
            message_id=f"{message_id}/comment/{outcome}",
        )
        await record_turn(message, self.assessment, outcome)


def urgent_comment(text: str) -> UrgentComment | None:
    """Return the comment where it needs the safety text, else None."""
    assessment = assess_safely(text, Memory()) if text else None
    lead = lead_response(assessment.outcome, wording_for(assessment)) if assessment else None
    return UrgentComment(text, assessment, lead) if assessment and lead else None
