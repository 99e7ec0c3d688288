"""What somebody is told whose message the server did not answer.

Nothing about weakness or numbness goes unheard, not even where there is no server: the rules are
here, too, and the texts came with the notice. A failing assessment fails towards the safe text.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping

from twitchwise.terminal.contract import Urgent, UrgentKind

#: Where nobody has read the server's texts.
_WITHOUT_TEXTS: Mapping[UrgentKind, str] = {
    "emergency": "If this is an emergency, call your emergency number now.",
    "escalation": "Please see a doctor about any weakness or numbness.",
}


def urgent_reply(text: str, texts: Mapping[str, str]) -> Urgent | None:
    """Return what must be said to a text that got no answer; None where it is not urgent.

    Args:
        text: what was typed.
        texts: the server's safety texts, by the name of the response.
    """
    # Loading the rules takes a quarter of a second, which nobody waits for as long as all is well.
    from twitchwise.dialogue.assessing import assess_safely, wording_for
    from twitchwise.dialogue.turn_plan import lead_response
    from twitchwise.safety import Memory, Outcome

    assessment = assess_safely(text, Memory())
    lead = lead_response(assessment.outcome, wording_for(assessment))
    if lead is None:
        return None
    is_emergency = assessment.outcome is Outcome.EMERGENCY
    kind: UrgentKind = "emergency" if is_emergency else "escalation"
    return Urgent(kind=kind, text=texts.get(lead) or _WITHOUT_TEXTS[kind])


class Unheard:
    """Tells, once, what must be said to a message that waits too long for its reply."""

    def __init__(self, text: str, texts: Mapping[str, str], tell: Callable[[Urgent], None]) -> None:
        """Take what was typed, the server's safety texts, and who shows one."""
        self._text = text
        self._texts = texts
        self._tell = tell
        self._lock = threading.Lock()
        self._is_told = False

    def tell(self) -> None:
        """Say it, where it is urgent and was not said yet."""
        with self._lock:
            if self._is_told:
                return
            self._is_told = True
            urgent = urgent_reply(self._text, self._texts)
            if urgent is not None:
                self._tell(urgent)

    @contextlib.contextmanager
    def told_after(self, seconds: float) -> Iterator[None]:
        """Say it where what is inside takes so long."""
        timer = threading.Timer(seconds, self.tell)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            # What is being said is said before what comes next.
            timer.join()
