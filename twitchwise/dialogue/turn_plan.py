"""The order of a turn, as plain rules: safety first, disclaimer last. No Rasa in here.

[emergency | escalation]  [answer | small talk | fallback | out of scope]
[conditional escalation | see-doctor advice | reminder]  disclaimer
"""

from __future__ import annotations

from dataclasses import dataclass

from twitchwise.dialogue import names
from twitchwise.safety import Outcome

LISTEN = "action_listen"
RESTART = "action_restart"
#: Rasa's default actions that revert or reset a conversation; people get the fallback instead.
_NOT_FOR_PEOPLE = {
    "action_back",
    "action_session_start",
    "action_default_fallback",
    "utter_default",
    "utter_restart",
}
_LEADS = {Outcome.EMERGENCY: names.EMERGENCY, Outcome.ESCALATE: names.ESCALATION}
_STRONGER_THAN_SEE_DOCTOR = {Outcome.EMERGENCY, Outcome.ESCALATE, Outcome.CONDITIONAL}
#: Responses of the domain that add something to a turn rather than being its answer.
INSERTED = {
    names.EMERGENCY,
    names.ESCALATION,
    names.CONDITIONAL,
    names.SEE_DOCTOR,
    names.REMINDER,
    names.DISCLAIMER,
    names.UNAVAILABLE,
    names.FALLBACK,
    names.RESTARTED,
}


@dataclass(frozen=True)
class TurnState:
    """What is known of a turn while it goes on.

    Attributes:
        outcome: of the safety assessment of the message.
        wording: which wording of the lead fits: ``self``, ``other``, ``child`` or ``crisis``.
        done: the actions of this turn so far, in order.
        ruled: what the rules predict next (None where no rule matches).
        wants_answer: whether the message asks something besides what it mentions.
        answered: the id of the answer that the custom action reported in this turn.
        answer_names_red_flag: whether that answer names weakness or numbness.
        advised: whether the conversation has had the see-doctor advice before this turn.
        denied: whether the message denies weakness or numbness, whatever else it mentions.
        again: whether the conversation has had this lead, and nothing new is mentioned.
    """

    outcome: Outcome
    wording: str
    done: tuple[str, ...]
    ruled: str | None
    wants_answer: bool
    answered: str | None
    answer_names_red_flag: bool
    advised: bool
    denied: bool = False
    again: bool = False


def is_inserted(action: str) -> bool:
    """Say whether ``action`` is one that the plan adds, and that therefore stands in no rule."""
    return names.is_response(action, *INSERTED)


def lead_response(outcome: Outcome, wording: str, again: bool = False) -> str | None:
    """Return the response that comes before everything else, in the wording that fits.

    An escalation that the conversation has had is repeated in brief; an emergency never is.
    """
    lead = _LEADS.get(outcome)
    if lead is None:
        return None
    kind = "" if wording == "self" else f"_{wording}"
    short = f"_{names.AGAIN}" if again and outcome is Outcome.ESCALATE else ""
    return f"{lead}{kind}{short}"


def closing_response(state: TurnState) -> str | None:
    """Return the safety response that follows the answer."""
    if state.outcome is Outcome.CONDITIONAL:
        return names.CONDITIONAL
    if state.answer_names_red_flag and state.outcome not in _STRONGER_THAN_SEE_DOCTOR:
        return names.SEE_DOCTOR
    if state.outcome is Outcome.ADVISE and not state.advised:
        return names.SEE_DOCTOR
    if state.outcome is Outcome.REMINDER or (state.denied and state.outcome is Outcome.ADVISE):
        return names.REMINDER
    return None


def next_action(state: TurnState) -> str:
    """Return the next action of the turn; ``action_listen`` once the disclaimer was said."""
    if names.DISCLAIMER in state.done:
        return RESTART if names.RESTARTED in state.done and RESTART not in state.done else LISTEN
    lead = lead_response(state.outcome, state.wording, state.again)
    if lead is not None and lead not in state.done:
        return lead
    body = _body(state, has_lead=lead is not None)
    if body is not None:
        return body
    closing = closing_response(state)
    if closing is not None and closing not in state.done:
        return closing
    return names.DISCLAIMER


def _body(state: TurnState, has_lead: bool) -> str | None:
    """Return the next step of the answer itself, None when there is none (any more)."""
    if state.ruled == RESTART:
        return None if names.RESTARTED in state.done else names.RESTARTED
    said = [action for action in state.done if not is_inserted(action)]
    substitutes = {names.FALLBACK, names.UNAVAILABLE, names.RESTARTED} & set(state.done)
    if substitutes:
        return None
    if said and _failed(said[-1], state):
        return names.UNAVAILABLE
    if has_lead and not state.wants_answer:
        return None
    if state.ruled is None or state.ruled in _NOT_FOR_PEOPLE:
        return None if said or has_lead else names.FALLBACK
    if state.ruled == LISTEN or state.ruled in said:
        return None
    return state.ruled


def _failed(action: str, state: TurnState) -> bool:
    """A custom action that failed leaves no events; one that worked reports what it answered."""
    return not action.startswith("utter_") and state.answered is None
