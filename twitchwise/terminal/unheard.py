"""What somebody is told whose message the server did not answer.

Nothing about weakness or numbness goes unheard, not even where there is no server: the rules are
here, too, and the texts came with the notice. A failing assessment fails towards the safe text.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from twitchwise.terminal.contract import Turn, Urgent, UrgentKind
from twitchwise.terminal.signals import uninterrupted
from twitchwise.terminal.timing import after

if TYPE_CHECKING:
    from twitchwise.safety import Memory

#: A message about weakness or numbness waits so long for its reply, in seconds.
PATIENCE_SECONDS = 5.0
#: Where nobody has read the server's texts.
_WITHOUT_TEXTS: Mapping[UrgentKind, str] = {
    "emergency": "If this is an emergency, call your emergency number now.",
    "escalation": "Please see a doctor about any weakness or numbness.",
}
_CRISIS = (
    "If you think of ending your life, please call a crisis line or your emergency number now. "
    "You do not have to be alone with this."
)


def urgent_reply(text: str, texts: Mapping[str, str], turns: Sequence[Turn] = ()) -> Urgent | None:
    """Return what must be said to a text that got no answer; None where it is not urgent.

    Args:
        text: what was typed.
        texts: the server's safety texts, by the name of the response.
        turns: what was said before, oldest first: "yes" may be a mention.
    """
    # Loading the rules takes a quarter of a second, which nobody waits for as long as all is well.
    from twitchwise.dialogue.assessing import CRISIS, assess_safely, wording_for
    from twitchwise.dialogue.turn_plan import lead_response
    from twitchwise.safety import Outcome

    assessment = assess_safely(text, _memory_of(turns))
    wording = wording_for(assessment)
    lead = lead_response(assessment.outcome, wording)
    if lead is None:
        return None
    is_emergency = assessment.outcome is Outcome.EMERGENCY
    kind: UrgentKind = "emergency" if is_emergency else "escalation"
    otherwise = _CRISIS if wording == CRISIS else _WITHOUT_TEXTS[kind]
    return Urgent(kind=kind, text=texts.get(lead) or otherwise)


def _memory_of(turns: Sequence[Turn]) -> Memory:
    from twitchwise.dialogue.assessing import assess_safely, memory_after
    from twitchwise.safety import Memory

    memory = Memory()
    for turn in turns:
        assessment = assess_safely(turn.message, memory)
        said = [said.response for said in turn.messages if said.response]
        memory = memory_after(memory, assessment, said)
    return memory


class Unheard:
    """Tells, once, what must be said to a message that waits too long for its reply."""

    def __init__(
        self,
        text: str,
        tell: Callable[[Urgent], None],
        *,
        texts: Mapping[str, str] | None = None,
        turns: Sequence[Turn] = (),
    ) -> None:
        """Take what was typed, who shows what must be said, and what is known beside it.

        Args:
            text: what was typed.
            tell: shows what must be said.
            texts: the server's safety texts, by the name of the response.
            turns: what was said before, oldest first.
        """
        self._text = text
        self._tell = tell
        self._texts = texts or {}
        self._turns = turns
        self._lock = threading.Lock()
        self._is_told = False

    def tell(self) -> None:
        """Say it, where it is urgent and was not said yet; nothing breaks it off."""
        with uninterrupted(), self._lock:
            if not self._is_told:
                urgent = urgent_reply(self._text, self._texts, self._turns)
                if urgent is not None:
                    self._tell(urgent)
                self._is_told = True


@contextlib.contextmanager
def told_after(seconds: float, tell: Callable[[], None]) -> Iterator[None]:
    """Tell where what is inside takes so long, or is broken off by Ctrl-C or a signal.

    Args:
        seconds: how long it may take.
        tell: says what must be said, once.
    """
    # What is being said is said before what comes next.
    with after(seconds, tell):
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            tell()
            raise
