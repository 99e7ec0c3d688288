"""The one policy: Rasa's rules for the answer, :mod:`turn_plan` for everything round it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Dict, List, Optional, Tuple

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

from twitchwise.dialogue import names
from twitchwise.dialogue.action_calls import tune_action_calls
from twitchwise.dialogue.assessing import (
    CRISIS,
    assess_safely,
    has_new_sign,
    urged_after,
    urged_as_data,
    urged_from_data,
    wording_for,
)
from twitchwise.dialogue.context_slots import slots_told
from twitchwise.dialogue.question_shape import asks_something
from twitchwise.dialogue.turn_plan import LISTEN, TurnState, is_inserted, next_action
from twitchwise.faq.understood import aspect_of
from twitchwise.safety import Assessment, Context, Memory, Outcome

#: The cost of a message grows with the events of the session: after so many turns a new one is
#: begun, and what the conversation is about goes with it in slots.
TURNS_A_SESSION = 5
# This module is loaded in every process that holds conversations, the shell's included.
tune_action_calls()

#: So many different views of a turn are remembered with what the rules said of them.
_RULED_LIMIT = 2000

#: Intents without an aspect with which people go on in a conversation.
_GOES_ON = {
    "mention_topic", "ask_why", "ask_more", "repeat", "choose", "affirm", "deny", "ask_sources",
}  # fmt: skip

#: Slots of a single turn, which a new session leaves behind.
_TURN_SLOTS = {names.ANSWERED_SLOT, names.RED_FLAG_ANSWER_SLOT}


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class TurnPolicy(RulePolicy):
    """Lets no turn reach ``action_listen`` without the safety responses and the disclaimer.

    Only ``predict_action_probabilities`` is overridden: the check for contradicting rules at
    training calls ``_predict``, and must see the plain rules.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ruled: Dict[Any, Optional[str]] = {}

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings: those of ``RulePolicy``, without its fallback."""
        return {**RulePolicy.get_default_config(), "enable_fallback_prediction": False}

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next action of the turn with certainty."""
        turn = list(_events_of_turn(tracker))
        if not turn or not isinstance(turn[0], UserUttered):
            return self._certain(LISTEN, domain)
        message = turn[0]
        assessment = _assess(message, tracker)
        state = self._turn_state(tracker, domain, turn, assessment)
        action = next_action(state)
        if action == LISTEN:
            return self._certain(LISTEN, domain, _new_session_events(tracker))
        events: List[Event] = []
        if action == names.DISCLAIMER:
            # Not before: signs of this very message must not count as earlier ones.
            events = _remembered(tracker, message, assessment, state)
        if action == names.SEE_DOCTOR and assessment.outcome is Outcome.ADVISE:
            events.append(SlotSet(names.ADVISED_SLOT, True))
        return self._certain(action, domain, events)

    def _turn_state(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        turn: List[Event],
        assessment: Assessment,
    ) -> TurnState:
        message = turn[0]
        assert isinstance(message, UserUttered)
        intent = message.intent.get(INTENT_NAME_KEY)
        slots = _slots_set_in(turn)
        wording = wording_for(assessment)
        done = tuple(
            event.action_name
            for event in turn
            if isinstance(event, ActionExecuted) and event.action_name
        )
        # After the disclaimer the rules have no say.
        closed = names.DISCLAIMER in done
        return TurnState(
            outcome=assessment.outcome,
            wording=wording,
            done=done,
            ruled=LISTEN if closed else self._ruled_action(tracker, domain, turn),
            wants_answer=wording != CRISIS and _wants_answer(message, intent, assessment),
            answered=slots.get(names.ANSWERED_SLOT),
            answer_names_red_flag=bool(slots.get(names.RED_FLAG_ANSWER_SLOT)),
            # Said in this turn is not said before it.
            advised=bool(tracker.get_slot(names.ADVISED_SLOT)) and names.SEE_DOCTOR not in done,
            denied=Outcome.REMINDER in assessment.outcomes,
            again=wording in (tracker.get_slot(names.ESCALATED_SLOT) or ())
            and not has_new_sign(assessment, _mentioned(tracker)),
        )

    def _ruled_action(
        self, tracker: DialogueStateTracker, domain: Domain, turn: List[Event]
    ) -> Optional[str]:
        """Return what the rules predict on a view of the turn without inserted actions."""
        seen: List[Event] = [ActionExecuted(ACTION_LISTEN_NAME)]
        seen += [
            event
            for event in turn
            if isinstance(event, UserUttered)
            or (isinstance(event, ActionExecuted) and not is_inserted(event.action_name or ""))
        ]
        # The view holds no slots, so that its intent, entities and actions decide.
        key = tuple(_as_key(event) for event in seen)
        if key not in self._ruled:
            if len(self._ruled) >= _RULED_LIMIT:
                self._ruled.clear()
            self._ruled[key] = self._ask_rules(tracker, domain, seen)
        return self._ruled[key]

    def _ask_rules(
        self, tracker: DialogueStateTracker, domain: Domain, seen: List[Event]
    ) -> Optional[str]:
        view = DialogueStateTracker.from_events(
            tracker.sender_id, seen, domain.slots, domain=domain
        )
        prediction = super().predict_action_probabilities(view, domain)
        if prediction.max_confidence == 0:
            return None
        return str(domain.action_names_or_texts[prediction.max_confidence_index])

    def _certain(
        self, action: str, domain: Domain, events: Optional[List[Event]] = None
    ) -> PolicyPrediction:
        prediction = PolicyPrediction.for_action_name(
            domain, action, type(self).__name__, confidence=1.0
        )
        prediction.policy_priority = self.priority
        prediction.events = events or []
        return prediction


def _as_key(event: Event) -> Any:
    if isinstance(event, UserUttered):
        labels = sorted(str(entity.get("entity")) for entity in event.entities)
        return event.intent.get(INTENT_NAME_KEY), *labels
    return getattr(event, "action_name", None)


def _events_of_turn(tracker: DialogueStateTracker) -> Iterator[Event]:
    """Yield the last message and what came after it; nothing after a restart."""
    later: List[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, Restarted):
            return
        later.append(event)
        if isinstance(event, UserUttered):
            yield from reversed(later)
            return


def _slots_set_in(turn: List[Event]) -> Dict[str, Any]:
    """Return the slots as the actions of this turn set them."""
    acted = False
    slots: Dict[str, Any] = {}
    for event in turn:
        acted = acted or isinstance(event, ActionExecuted)
        if acted and isinstance(event, SlotSet):
            slots[event.key] = event.value
    return slots


def _assess(message: UserUttered, tracker: DialogueStateTracker) -> Assessment:
    """Assess the message as typed."""
    memory = Memory(
        bool(tracker.get_slot(names.ASKED_SLOT)),
        _mentioned(tracker),
        urged_from_data(tracker.get_slot(names.URGED_SLOT)),
    )
    return assess_safely(message.text or "", memory)


def _wants_answer(message: UserUttered, intent: Optional[str], assessment: Assessment) -> bool:
    """Say whether an answer follows the escalation.

    Where only the classifier saw a sign, it may be a false alarm: what would be answered without
    it is answered, whether or not it has the form of a question. "Can it wait?" was answered by
    the escalation.
    """
    if assessment.context is Context.TOLD_BEFORE:
        return False
    if assessment.described:
        return aspect_of(intent) is not None or intent in _GOES_ON
    return asks_something(message.text or "", intent)


def _mentioned(tracker: DialogueStateTracker) -> Tuple[str, ...]:
    return tuple(tracker.get_slot(names.SIGNS_SLOT) or ())


def _remembered(
    tracker: DialogueStateTracker,
    message: UserUttered,
    assessment: Assessment,
    state: TurnState,
) -> List[Event]:
    """Return the events that keep what later turns need to know of this one."""
    events: List[Event] = []
    mentioned = _mentioned(tracker)
    new = [sign for sign in assessment.affirmed if sign not in mentioned]
    if new:
        events.append(SlotSet(names.SIGNS_SLOT, [*mentioned, *new]))
    escalated = list(tracker.get_slot(names.ESCALATED_SLOT) or ())
    if assessment.outcome is Outcome.ESCALATE and state.wording not in escalated:
        events.append(SlotSet(names.ESCALATED_SLOT, [*escalated, state.wording]))
    urged_before = tracker.get_slot(names.URGED_SLOT)
    urged = urged_as_data(urged_after(urged_from_data(urged_before), assessment))
    if urged != urged_before:
        events.append(SlotSet(names.URGED_SLOT, urged))
    asked = names.CONDITIONAL in state.done
    if asked != bool(tracker.get_slot(names.ASKED_SLOT)):
        events.append(SlotSet(names.ASKED_SLOT, asked))
    if _has_lead_alone(assessment, state):
        # Nothing is offered below it: "1" or "yes" must not choose from what was offered before,
        # nor "why" ask of what there was no source on.
        kept = {
            names.OFFERED_SLOT: None,
            names.SUBJECT_SLOT: None,
            **slots_told(message.parse_data or {}),
        }
        events += [SlotSet(n, value) for n, value in kept.items() if tracker.get_slot(n) != value]
    return events


def _has_lead_alone(assessment: Assessment, state: TurnState) -> bool:
    """Say whether the turn is an emergency or escalation without an answer."""
    is_lead = assessment.outcome in (Outcome.EMERGENCY, Outcome.ESCALATE)
    return is_lead and state.answered is None


def _new_session_events(tracker: DialogueStateTracker) -> List[Event]:
    """Return the events of a new session where the present one has become long."""
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        turns += isinstance(event, UserUttered)
    if turns < TURNS_A_SESSION:
        return []
    kept: List[Event] = [
        SlotSet(slot.name, slot.value)
        for slot in tracker.slots.values()
        if slot.value is not None and slot.name not in _TURN_SLOTS and slot.has_been_set
    ]
    # Rasa's own action_session_start would carry over every SlotSet event of the session
    # before, those it was given itself included: sessions would grow without end.
    return [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), *kept]
