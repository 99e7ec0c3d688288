"""The order of a turn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from twitchwise.dialogue import names
from twitchwise.dialogue.turn_plan import (
    INSERTED,
    LISTEN,
    RESTART,
    TurnState,
    closing_response,
    is_inserted,
    lead_response,
    next_action,
)
from twitchwise.safety import Outcome

LONGEST_TURN = 8
WORDINGS = ("self", "other", "child", "crisis")
LEADING = (Outcome.EMERGENCY, Outcome.ESCALATE)
NOTHING = TurnState(
    outcome=Outcome.NONE,
    wording="self",
    done=(),
    ruled=None,
    wants_answer=True,
    answered=None,
    answer_names_red_flag=False,
    advised=False,
)
ANSWER = replace(NOTHING, ruled=names.ANSWER_ACTION, answered="magnesium.foods")
GREETING = replace(NOTHING, ruled="utter_greet", wants_answer=False)


def turn(state: TurnState, *, rules_go_on: bool = True) -> list[str]:
    """Return the actions of a whole turn, ``action_listen`` included.

    Args:
        state: the turn at its beginning; ``answered`` and the red flag are only reported once a
            custom action was run, as it is that sets them.
        rules_go_on: whether the rules predict ``action_listen`` after their action, as Rasa's do.
    """
    done: list[str] = []
    while len(done) <= LONGEST_TURN:
        acted = any(action == state.ruled for action in done)
        step = next_action(
            replace(
                state,
                done=tuple(done),
                ruled=LISTEN if acted and rules_go_on and state.ruled != RESTART else state.ruled,
                answered=state.answered if acted else None,
                answer_names_red_flag=state.answer_names_red_flag and acted,
            )
        )
        done.append(step)
        if step == LISTEN:
            return done
    raise AssertionError(f"the turn does not end: {done}")


def said(state: TurnState) -> list[str]:
    """Return the actions of a whole turn without its end, which is the same for all of them."""
    actions = turn(state)
    assert actions[-2:] == [names.DISCLAIMER, LISTEN]
    return actions[:-2]


def test_an_answer_and_the_disclaimer() -> None:
    assert turn(ANSWER) == [names.ANSWER_ACTION, names.DISCLAIMER, LISTEN]


def test_small_talk_and_the_disclaimer() -> None:
    assert said(GREETING) == ["utter_greet"]


@pytest.mark.parametrize(
    ("outcome", "lead"),
    [(Outcome.EMERGENCY, names.EMERGENCY), (Outcome.ESCALATE, names.ESCALATION)],
)
def test_a_warning_sign_comes_first(outcome: Outcome, lead: str) -> None:
    assert said(replace(ANSWER, outcome=outcome)) == [lead, names.ANSWER_ACTION]
    assert said(replace(ANSWER, outcome=outcome, wants_answer=False)) == [lead]
    assert said(replace(GREETING, outcome=outcome)) == [lead]
    assert said(replace(NOTHING, outcome=outcome)) == [lead]


@pytest.mark.parametrize("outcome", LEADING)
@pytest.mark.parametrize("wording", WORDINGS)
def test_the_lead_is_worded_as_fits(outcome: Outcome, wording: str) -> None:
    lead = lead_response(outcome, wording)
    assert lead is not None
    assert lead.endswith(f"_{wording}") == (wording != "self")
    assert said(replace(ANSWER, outcome=outcome, wording=wording))[0] == lead
    assert is_inserted(lead)


def test_other_outcomes_lead_with_nothing() -> None:
    for outcome, wording in itertools.product(set(Outcome) - set(LEADING), WORDINGS):
        assert lead_response(outcome, wording) is None


@pytest.mark.parametrize(
    ("outcome", "red_flag", "advised", "closing"),
    [
        (Outcome.NONE, False, False, None),
        (Outcome.NONE, True, False, names.SEE_DOCTOR),
        (Outcome.NONE, True, True, names.SEE_DOCTOR),
        (Outcome.REMINDER, False, False, names.REMINDER),
        (Outcome.REMINDER, True, False, names.SEE_DOCTOR),
        (Outcome.ADVISE, False, False, names.SEE_DOCTOR),
        (Outcome.ADVISE, False, True, None),
        (Outcome.ADVISE, True, True, names.SEE_DOCTOR),
        (Outcome.CONDITIONAL, False, False, names.CONDITIONAL),
        (Outcome.CONDITIONAL, True, True, names.CONDITIONAL),
        (Outcome.ESCALATE, True, False, None),
        (Outcome.EMERGENCY, True, False, None),
    ],
)
def test_what_follows_the_answer(
    outcome: Outcome, red_flag: bool, advised: bool, closing: str | None
) -> None:
    state = replace(ANSWER, outcome=outcome, answer_names_red_flag=red_flag, advised=advised)
    assert closing_response(state) == closing
    lead = lead_response(outcome, "self")
    expected = [*([lead] if lead else []), names.ANSWER_ACTION, *([closing] if closing else [])]
    assert said(state) == expected


def test_a_denial_beside_another_sign_is_taken_up_once_advice_was_given() -> None:
    state = replace(ANSWER, outcome=Outcome.ADVISE, denied=True)
    assert closing_response(state) == names.SEE_DOCTOR
    assert closing_response(replace(state, advised=True)) == names.REMINDER
    assert closing_response(replace(state, outcome=Outcome.NONE)) is None


def test_the_fallback_where_no_rule_matches() -> None:
    assert said(NOTHING) == [names.FALLBACK]
    assert said(replace(NOTHING, outcome=Outcome.CONDITIONAL)) == [
        names.FALLBACK,
        names.CONDITIONAL,
    ]


@pytest.mark.parametrize(
    "action",
    [
        "action_back",
        "action_session_start",
        "action_default_fallback",
        "utter_default",
        "utter_restart",
    ],
)
def test_rasas_own_actions_are_not_for_people(action: str) -> None:
    assert said(replace(NOTHING, ruled=action)) == [names.FALLBACK]
    assert said(replace(NOTHING, ruled=action, outcome=Outcome.EMERGENCY)) == [names.EMERGENCY]


def test_an_action_that_failed_is_made_up_for() -> None:
    for action in (names.ANSWER_ACTION, names.SUGGEST_ACTION, names.OFFERED_ACTION):
        state = replace(ANSWER, ruled=action, answered=None)
        assert said(state) == [action, names.UNAVAILABLE]


def test_safety_closes_a_failed_turn_too() -> None:
    state = replace(ANSWER, answered=None, outcome=Outcome.CONDITIONAL)
    assert said(state) == [names.ANSWER_ACTION, names.UNAVAILABLE, names.CONDITIONAL]


def test_a_response_needs_no_report() -> None:
    assert names.UNAVAILABLE not in turn(replace(GREETING, answered=None))


def test_starting_afresh_happens_after_the_disclaimer() -> None:
    state = replace(NOTHING, ruled=RESTART)
    assert turn(state) == [names.RESTARTED, names.DISCLAIMER, RESTART, LISTEN]


def test_nothing_follows_the_disclaimer() -> None:
    for outcome in Outcome:
        state = replace(ANSWER, outcome=outcome, done=(names.DISCLAIMER,))
        assert next_action(state) == LISTEN


def test_what_is_inserted_and_what_is_not() -> None:
    assert all(is_inserted(name) for name in INSERTED)
    assert is_inserted("utter_emergency_child")
    for action in ("utter_greet", names.ANSWER_ACTION, names.OUT_OF_SCOPE, LISTEN, ""):
        assert not is_inserted(action)


def all_turns() -> Iterator[TurnState]:
    ruled = (
        None,
        "utter_greet",
        names.OUT_OF_SCOPE,
        names.ANSWER_ACTION,
        names.SUGGEST_ACTION,
        RESTART,
        LISTEN,
        "action_back",
    )
    yes_and_no = (False, True)
    for outcome, wording, rule, answered, wants, red_flag, advised, denied in itertools.product(
        Outcome,
        WORDINGS,
        ruled,
        (None, "magnesium.foods"),
        yes_and_no,
        yes_and_no,
        yes_and_no,
        yes_and_no,
    ):
        yield TurnState(outcome, wording, (), rule, wants, answered, red_flag, advised, denied)


@pytest.mark.parametrize("rules_go_on", [True, False])
def test_every_turn_is_complete_and_in_order(rules_go_on: bool) -> None:
    for state in all_turns():
        actions = turn(state, rules_go_on=rules_go_on)
        assert len(actions) <= LONGEST_TURN, state
        spoken = [action for action in actions if action not in (LISTEN, RESTART)]
        assert spoken[-1] == names.DISCLAIMER, state
        assert len(set(actions)) == len(actions), state
        lead = lead_response(state.outcome, state.wording)
        if lead is not None:
            assert actions[0] == lead, state
        elif state.ruled != LISTEN:
            assert not is_inserted(actions[0]) or actions[0] in (names.FALLBACK, names.RESTARTED)
        if state.outcome is Outcome.CONDITIONAL:
            assert spoken[-2] == names.CONDITIONAL, state
        if state.outcome in (Outcome.ADVISE, Outcome.REMINDER) and not state.advised:
            assert spoken[-2] in (names.SEE_DOCTOR, names.REMINDER), state
        ran = [a for a in actions if a in (names.ANSWER_ACTION, names.SUGGEST_ACTION)]
        assert (names.UNAVAILABLE in actions) == (bool(ran) and state.answered is None), state
