"""The policy on the real domain and rules: every turn safe and complete, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.importers.importer import TrainingDataImporter

from twitchwise.dialogue import assessing, context_slots, names
from twitchwise.dialogue.turn_policy import TURNS_A_SESSION, TurnPolicy
from twitchwise.safety.training import build_if_needed

LISTEN = "action_listen"
MOST_STEPS = 10
FOODS = ("which foods have magnesium", "ask_foods")


@pytest.fixture(scope="module")
def domain(root: Path) -> Domain:
    return Domain.load(str(root / "domain.yml"))


@pytest.fixture(scope="module")
def policy(root: Path, domain: Domain, tmp_path_factory: pytest.TempPathFactory) -> TurnPolicy:
    """The policy, trained on the project's rules in a second or two."""
    rules = TrainingDataImporter.load_from_dict(
        config={},
        domain_path=str(root / "domain.yml"),
        training_data_paths=[str(root / "data/rules")],
    )
    trackers = TrainingDataGenerator(rules.get_stories(), domain, augmentation_factor=0).generate()
    trained = TurnPolicy(
        TurnPolicy.get_default_config(),
        LocalModelStorage(tmp_path_factory.mktemp("policy")),
        Resource("policy"),
        ExecutionContext(GraphSchema({})),
    )
    trained.train(trackers, domain)
    return trained


class Conversation:
    """Plays Rasa: asks the policy, runs actions, and keeps the tracker."""

    def __init__(self, policy: TurnPolicy, domain: Domain) -> None:
        self._policy = policy
        self._domain = domain
        self.tracker = DialogueStateTracker.from_events(
            "somebody",
            [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted(LISTEN)],
            domain.slots,
            domain=domain,
        )

    def say(
        self,
        text: str,
        intent: str | None,
        answered: str | None = "some.answer",
        entities: Sequence[dict[str, Any]] = (),
        **slots: Any,
    ) -> list[str]:
        """Say something and return the actions up to the next ``action_listen``.

        Custom actions report ``answered`` and set ``slots``; with None they fail.
        """
        message = UserUttered(text, {"name": intent, "confidence": 1.0}, list(entities))
        self.tracker.update(message, self._domain)
        done: list[str] = []
        while len(done) < MOST_STEPS:
            prediction = self._policy.predict_action_probabilities(self.tracker, self._domain)
            action = self._domain.action_names_or_texts[prediction.max_confidence_index]
            self.tracker.update_with_events(prediction.events, self._domain)
            self.tracker.update(ActionExecuted(action), self._domain)
            if action == LISTEN:
                return done
            done.append(action)
            if action.startswith("action_answer") and answered is not None:
                reported = {"answered": answered, "answer_names_red_flag": False, **slots}
                for name, value in reported.items():
                    self.tracker.update(SlotSet(name, value), self._domain)
        raise AssertionError(f"The turn does not end: {done}")


@pytest.fixture
def talk(policy: TurnPolicy, domain: Domain) -> Conversation:
    return Conversation(policy, domain)


def slot_events(events: Iterator[Any] | list[Any]) -> dict[str, Any]:
    return {event.key: event.value for event in events if isinstance(event, SlotSet)}


def test_an_answer_is_followed_by_the_disclaimer(talk: Conversation):
    assert talk.say(*FOODS) == ["action_answer", "utter_disclaimer"]


def test_small_talk_is_followed_by_the_disclaimer(talk: Conversation):
    assert talk.say("hello", "greet") == ["utter_greet", "utter_disclaimer"]


@pytest.mark.parametrize("intent", ["session_start", "back", "an intent that is gone", None])
def test_what_no_rule_knows_is_the_fallback(talk: Conversation, intent: str | None):
    assert talk.say("anything", intent) == ["utter_fallback", "utter_disclaimer"]


def test_every_intent_of_the_domain_has_a_rule(talk: Conversation, domain: Domain):
    for intent in sorted(set(domain.intents) - {"session_start", "back", "restart"}):
        done = talk.say("anything", intent)
        assert done[0] != "utter_fallback", intent
        assert done[-1] == "utter_disclaimer", intent


@pytest.mark.parametrize("intent", ["greet", "out_of_scope", "nlu_fallback", None])
def test_the_words_decide_on_safety_whatever_the_intent(talk: Conversation, intent: str | None):
    assert talk.say("my foot is numb", intent) == ["utter_escalation", "utter_disclaimer"]


def test_the_same_escalation_is_brief_the_second_time(talk: Conversation):
    assert talk.say("my foot is numb", "describe")[0] == "utter_escalation"
    assert talk.say("hello", "greet") == ["utter_greet", "utter_disclaimer"]
    assert talk.say("it is still numb", "describe")[0] == "utter_escalation_again"
    assert talk.say("so numb", "describe")[0] == "utter_escalation_again"


@pytest.mark.parametrize(
    ("intent", "body"),
    [
        ("ask_help", ["action_answer"]),
        ("mention_topic", ["action_answer"]),
        ("describe", []),
        ("out_of_scope", []),
    ],
)
def test_where_only_the_classifier_saw_a_sign_the_answer_follows(
    talk: Conversation, intent: str, body: list[str]
):
    """It may be a false alarm. Where the rules saw one, only a question is answered."""
    build_if_needed()
    described = "cups slide out of my left hand these days"

    assert talk.say(described, intent) == ["utter_escalation", *body, "utter_disclaimer"]
    assert talk.say("my foot is numb", intent) == ["utter_escalation", "utter_disclaimer"]


def test_a_new_sign_or_person_gets_the_whole_escalation(talk: Conversation):
    talk.say("my foot is numb", "describe")

    assert talk.say("and my hand is weak", "describe")[0] == "utter_escalation"
    assert talk.say("my son's foot is numb", "describe")[0] == "utter_escalation_child"
    assert talk.say("his foot is so numb", "describe")[0] == "utter_escalation_other"
    assert talk.say("my son's foot is weak", "describe")[0] == "utter_escalation_child_again"


def test_an_emergency_is_never_brief(talk: Conversation):
    for _ in range(3):
        assert talk.say("i can't breathe", "describe")[0] == "utter_emergency"


@pytest.mark.parametrize("yes", ["yes", "both", "yes i do", "in my foot"])
def test_yes_to_the_question_on_weakness_is_a_mention(talk: Conversation, yes: str):
    asked = talk.say("can low b12 cause numbness", "ask_link")

    assert asked[-2:] == ["utter_conditional_escalation", "utter_disclaimer"]
    assert talk.say(yes, "affirm")[0] == "utter_escalation"


def test_no_to_the_question_on_weakness_is_a_denial(talk: Conversation):
    talk.say("can low b12 cause numbness", "ask_link")

    assert "utter_safety_reminder" in talk.say("no", "deny")


def test_yes_counts_right_after_the_question_only(talk: Conversation):
    talk.say("can low b12 cause numbness", "ask_link")
    talk.say("hello", "greet")

    assert talk.say("yes", "affirm")[0] != "utter_escalation"


def test_the_escalation_comes_before_the_answer(talk: Conversation):
    done = talk.say("my foot is numb, which foods have magnesium", "ask_foods")

    assert done == ["utter_escalation", "action_answer", "utter_disclaimer"]


@pytest.mark.parametrize("text", ["my foot is numb", "i cannot breathe"])
def test_below_an_escalation_nothing_older_can_be_chosen(talk: Conversation, text: str):
    talk.say(*FOODS, offered=["q:mg.signs", "q:mg.testing"])
    assert talk.tracker.get_slot("offered")

    talk.say(text, "describe")

    assert talk.tracker.get_slot("offered") is None


def test_what_the_answer_below_an_escalation_offers_can_be_chosen(talk: Conversation):
    talk.say("my foot is numb, which foods have magnesium", "ask_foods", offered=["q:mg.signs"])

    assert talk.tracker.get_slot("offered") == ["q:mg.signs"]


def test_after_an_escalation_nothing_asks_of_what_had_no_source(talk: Conversation):
    talk.tracker.update(SlotSet("unsourced_subject", "pickle_juice"))
    talk.say("my foot is numb", "mention_topic")

    assert talk.tracker.get_slot("unsourced_subject") is None


def test_the_emergency_is_worded_for_the_person(talk: Conversation):
    done = talk.say("my husband suddenly cannot move his left arm", "mention_topic")

    assert done == ["utter_emergency_other", "utter_disclaimer"]


def test_a_failed_action_is_owned_up_to(talk: Conversation):
    assert talk.say(*FOODS, answered=None) == [
        "action_answer",
        "utter_answer_unavailable",
        "utter_disclaimer",
    ]


def test_the_turn_before_does_not_hide_a_failure(talk: Conversation):
    talk.say(*FOODS)

    assert "utter_answer_unavailable" in talk.say(*FOODS, answered=None)


def test_an_answer_that_names_weakness_is_followed_by_advice(talk: Conversation):
    done = talk.say(*FOODS, answer_names_red_flag=True)

    assert done == ["action_answer", "utter_see_doctor", "utter_disclaimer"]


def test_the_advice_of_the_turn_before_is_not_repeated(talk: Conversation):
    talk.say(*FOODS, answer_names_red_flag=True)

    assert talk.say("hello", "greet") == ["utter_greet", "utter_disclaimer"]


def test_advice_for_a_sign_is_given_once(talk: Conversation):
    worse = ("the twitching does not stop and gets worse", "ask_outlook")

    assert talk.say(*worse) == ["action_answer", "utter_see_doctor", "utter_disclaimer"]
    assert talk.say(*worse) == ["action_answer", "utter_disclaimer"]


def test_signs_are_remembered_and_count_later(talk: Conversation):
    talk.say("my foot is numb", "mention_topic")
    talk.say(*FOODS)

    assert talk.tracker.get_slot(names.SIGNS_SLOT) == ["numbness"]
    assert talk.say("now my face too", "mention_topic")[0] == "utter_emergency"


def test_a_restart_ends_with_the_disclaimer(talk: Conversation):
    assert talk.say("/restart", "restart") == [
        "utter_restarted",
        "utter_disclaimer",
        "action_restart",
    ]


def test_before_the_first_message_it_listens(policy: TurnPolicy, domain: Domain):
    tracker = DialogueStateTracker.from_events("somebody", [], domain.slots, domain=domain)
    prediction = policy.predict_action_probabilities(tracker, domain)

    assert domain.action_names_or_texts[prediction.max_confidence_index] == LISTEN


def test_the_rules_see_the_turn_alone_without_what_was_inserted(
    talk: Conversation, policy: TurnPolicy, monkeypatch: pytest.MonkeyPatch
):
    seen: list[list[str]] = []
    plain = RulePolicy.predict_action_probabilities

    def spy(self: RulePolicy, tracker: DialogueStateTracker, *args: Any, **kwargs: Any) -> Any:
        seen.append([e.action_name for e in tracker.events if isinstance(e, ActionExecuted)])
        assert sum(isinstance(event, UserUttered) for event in tracker.events) == 1
        return plain(self, tracker, *args, **kwargs)

    talk.say("hello", "greet")
    monkeypatch.setattr(policy, "_ruled", {})  # what the rules said before is remembered
    monkeypatch.setattr(RulePolicy, "predict_action_probabilities", spy)
    done = talk.say("my foot is numb, which foods have magnesium", "ask_foods")

    assert done[0] == "utter_escalation"
    assert [LISTEN, "action_answer"] in seen
    assert {action for actions in seen for action in actions} <= {LISTEN, "action_answer"}


def test_what_is_remembered_of_the_rules_changes_nothing(
    talk: Conversation, policy: TurnPolicy, monkeypatch: pytest.MonkeyPatch
):
    messages = [FOODS, ("hello", "greet"), ("i can't breathe", "describe"), ("bye", "goodbye")]
    monkeypatch.setattr(policy, "_ruled", {})
    first = [talk.say(*message) for message in messages]

    assert [talk.say(*message) for message in messages] == first
    assert len({tuple(actions) for actions in first}) == len(messages)


def test_a_new_session_begins_after_so_many_turns(talk: Conversation):
    for _ in range(TURNS_A_SESSION - 1):
        talk.say(*FOODS)
    before = sessions(talk.tracker)
    talk.say(*FOODS)

    assert (before, sessions(talk.tracker)) == (1, 2)


def sessions(tracker: DialogueStateTracker) -> int:
    return sum(isinstance(event, SessionStarted) for event in tracker.events)


def test_sessions_stay_small_however_long_it_lasts(talk: Conversation):
    for _ in range(8 * TURNS_A_SESSION):
        talk.say(*FOODS, topic="magnesium", aspect="foods", offered=["q:mg.link"])
    lengths, length = [], 0
    for event in talk.tracker.events:
        length = 0 if isinstance(event, SessionStarted) else length + 1
        if isinstance(event, ActionExecuted) and event.action_name == "action_session_start":
            lengths.append(length)

    # The first session begins without slots.
    assert len(set(lengths[2:])) == 1


def test_a_new_session_keeps_what_it_is_about_and_what_was_named(talk: Conversation):
    about: dict[str, Any] = {"topic": "magnesium", "aspect": "foods", "offered": ["q:mg.link"]}
    talk.say("my foot is numb", "mention_topic")
    for _ in range(TURNS_A_SESSION - 1):
        talk.say(*FOODS, **about)
    events = list(talk.tracker.events)
    started = max(n for n, event in enumerate(events) if isinstance(event, SessionStarted))

    assert sessions(talk.tracker) == 2
    assert slot_events(events[started:]) == {
        **about,
        names.SIGNS_SLOT: ["numbness"],
        names.ESCALATED_SLOT: ["self"],
        names.URGED_SLOT: {
            "outcome": "escalate",
            "signs": ["numbness"],
            "person": "self",
            "just_now": False,
        },
    }
    assert talk.tracker.get_slot("topic") == "magnesium"
    assert talk.say("now my face too", "mention_topic")[0] == "utter_emergency"


def test_a_failing_assessment_leads_to_the_safe_text(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*_: Any) -> None:
        raise RuntimeError("the words of a person")

    monkeypatch.setattr(assessing, "assess", fail)
    with caplog.at_level(logging.DEBUG, logger="twitchwise"):
        done = talk.say("which foods have magnesium", "ask_foods")

    assert done == ["utter_escalation", "action_answer", "utter_disclaimer"]
    assert "safety assessment failed" in caplog.text
    assert "person" not in caplog.text
    assert "magnesium" not in caplog.text


def test_a_failing_assessment_does_not_end_the_conversation(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setattr(assessing, "assess", None)
        assert talk.say("hello", "greet") == ["utter_escalation", "utter_disclaimer"]

    assert talk.say("hello", "greet") == ["utter_greet", "utter_disclaimer"]


def test_signs_of_a_message_are_earlier_ones_only_for_the_next(talk: Conversation):
    assert talk.say("my legs feel weak, can we talk", "greet") == [
        "utter_escalation",
        "utter_disclaimer",
    ]
    assert talk.say("and now my speech is slurred", "greet") == [
        "utter_emergency",
        "utter_disclaimer",
    ]


TETANY = {"entity": "topic", "value": "tetany", "start": 0}


def test_what_an_emergency_was_about_can_be_asked_on(talk: Conversation):
    done = talk.say("i cannot breathe, is that tetany", "describe", entities=[TETANY])

    assert done == ["utter_emergency", "utter_disclaimer"]
    assert talk.tracker.get_slot("topic") == "tetany"


def test_what_names_nothing_leaves_the_subject_as_it_was(talk: Conversation):
    talk.say(*FOODS, topic="magnesium")
    talk.say("my foot is numb", "describe")

    assert talk.tracker.get_slot("topic") == "magnesium"


def test_nothing_in_a_message_can_break_the_turn(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> None:
        raise ValueError("my foot is numb")

    monkeypatch.setattr(context_slots, "context_told", broken)

    assert talk.say("my foot is numb", "describe") == ["utter_escalation", "utter_disclaimer"]
    assert "not remembered (ValueError)" in caplog.text
    assert "numb" not in caplog.text


def test_an_emergency_is_told_again_to_who_asks_whether_it_can_wait(talk: Conversation):
    assert talk.say("mum's face is drooping", "describe")[0] == "utter_emergency_other"
    # What holds for twitches in general is not told then.
    assert talk.say("can it wait till monday", "ask_see_doctor") == [
        "utter_emergency_other",
        "utter_disclaimer",
    ]
    assert talk.say(*FOODS) == ["action_answer", "utter_disclaimer"]
    assert talk.say("do i really need to call", "ask_see_doctor")[0] == "utter_emergency_other"


def test_an_escalation_that_is_played_down_is_told_again_in_brief(talk: Conversation):
    talk.say("my foot is numb", "describe")
    assert talk.say("it's probably just my age", "describe") == [
        "utter_escalation_again",
        "utter_disclaimer",
    ]
    talk.say(*FOODS)
    # Later on, something else may be played down.
    assert talk.say("it's probably just my age", "describe")[0] != "utter_escalation_again"
