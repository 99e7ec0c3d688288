"""What somebody is told whose message the server did not answer.

Nothing about weakness or numbness goes unheard, not even where there is no server: the rules are
here, too, and the texts came with the notice. A failing assessment fails towards the safe text.
"""

from __future__ import annotations

from collections.abc import Mapping

from twitchwise.terminal.contract import Urgent
from twitchwise.terminal.message import Message

#: Where a message may be urgent and nobody has read the server's texts.
WITHOUT_TEXTS = (
    "If you mention weakness or numbness: see a doctor soon. "
    "In an emergency call your emergency number."
)


def urgent_reply(message: Message, texts: Mapping[str, str]) -> Urgent | None:
    """Return what must be said to a message that got no answer; None where it is not urgent.

    Args:
        message: what was sent.
        texts: the server's safety texts, by the name of the response.
    """
    # Loading the rules takes a quarter of a second, which nobody waits for as long as all is well.
    from twitchwise.dialogue.assessing import assess_safely, wording_for
    from twitchwise.dialogue.turn_plan import lead_response
    from twitchwise.safety import Memory, Outcome

    assessment = assess_safely(message.title or message.text, Memory())
    lead = lead_response(assessment.outcome, wording_for(assessment))
    if lead is None:
        return None
    kind = "emergency" if assessment.outcome is Outcome.EMERGENCY else "escalation"
    return Urgent(kind=kind, text=texts.get(lead) or WITHOUT_TEXTS)
