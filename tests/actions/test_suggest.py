"""The actions for messages that were not understood, and for "yes"."""

from __future__ import annotations

import pytest

from actions.suggest import ActionAnswerOffered, ActionSuggestQuestions
from tests.actions.running import Ask
from twitchwise.faq import Faq
from twitchwise.faq.payloads import parse_payload


def near(faq: Faq, *scores: float) -> list[dict[str, object]]:
    """Return what the Rasa server finds: the first questions of the FAQ with these scores."""
    return [
        {"id": question.id, "score": score}
        for question, score in zip(faq.questions, scores, strict=False)
    ]


def test_their_names_are_those_in_the_rules():
    assert ActionSuggestQuestions().name() == "action_suggest_questions"
    assert ActionAnswerOffered().name() == "action_answer_offered"


@pytest.mark.parametrize("score", [0.7, 1.0])
def test_nearly_the_same_words_are_answered(ask: Ask, faq: Faq, score: float):
    said = ask(ActionSuggestQuestions(), "nlu_fallback", similar=near(faq, score, 0.3))

    assert said.answer_ids == list(faq.questions[0].answers)
    assert said.responses == []
    assert said.slots["answered"] == " ".join(faq.questions[0].answers)


def test_an_answer_by_wording_becomes_the_context(ask: Ask, faq: Faq):
    slots = ask(ActionSuggestQuestions(), "nlu_fallback", similar=near(faq, 0.9)).slots

    topic, aspect, *part = faq.questions[0].answers[0].split(".")
    assert (slots["topic"], slots["aspect"]) == (topic, aspect)
    assert slots["body_part"] == (part[0] if part else None)


@pytest.mark.parametrize("score", [0.25, 0.69])
def test_near_questions_are_offered(ask: Ask, faq: Faq, score: float):
    said = ask(ActionSuggestQuestions(), "nlu_fallback", similar=near(faq, score, 0.25, 0.25))

    assert said.responses == ["utter_suggestions"]
    assert [button["title"] for button in said.buttons] == [q.ask for q in faq.questions[:3]]
    assert said.slots["answered"] == "suggestions"
    assert said.slots["offered"] == [button["payload"] for button in said.buttons]


def test_suggestions_leave_the_context_alone(ask: Ask, faq: Faq):
    slots = ask(ActionSuggestQuestions(), "nlu_fallback", similar=near(faq, 0.4)).slots

    assert set(slots) == {"answered", "answer_names_red_flag", "offered"}


def test_nothing_near_is_the_fallback(ask: Ask):
    said = ask(ActionSuggestQuestions(), "nlu_fallback")

    assert said.responses == ["utter_fallback"]
    assert said.buttons == []
    assert said.slots == {"answered": "nothing", "answer_names_red_flag": False, "offered": []}


def test_a_question_that_is_gone_is_passed_over(ask: Ask, faq: Faq):
    similar = [{"id": "gone", "score": 0.99}, *near(faq, 0.4)]
    said = ask(ActionSuggestQuestions(), "nlu_fallback", similar=similar)

    assert [button["title"] for button in said.buttons] == [faq.questions[0].ask]


def test_every_question_can_be_offered_and_taken_up(ask: Ask, faq: Faq):
    for question in faq.questions:
        similar = [{"id": question.id, "score": 0.5}]
        offered = ask(ActionSuggestQuestions(), "nlu_fallback", similar=similar).slots["offered"]
        taken = ask(ActionAnswerOffered(), "affirm", slots={"offered": offered})
        assert taken.answer_ids == [question.answers[0]], question.id


def test_yes_answers_the_first_offer(ask: Ask):
    offered = ["q:mg.foods", "q:mg.signs"]
    said = ask(ActionAnswerOffered(), "affirm", slots={"offered": offered})

    assert said.answer_ids == ["magnesium.foods"]
    assert (said.slots["topic"], said.slots["aspect"]) == ("magnesium", "foods")


def test_yes_reports_an_answer_that_names_weakness(ask: Ask):
    said = ask(ActionAnswerOffered(), "affirm", slots={"offered": ["q:mg.signs"]})

    assert said.slots["answer_names_red_flag"] is True


def test_yes_again_goes_on_with_something_new(ask: Ask):
    slots = {"offered": ["q:mg.foods"], "recent_answers": ["magnesium.link"]}
    first = ask(ActionAnswerOffered(), "affirm", slots=slots)
    second = ask(ActionAnswerOffered(), "affirm", slots=first.slots)

    assert first.answer_ids != second.answer_ids
    assert parse_payload(second.slots["offered"][0])


@pytest.mark.parametrize(
    "offered", [None, [], ["q:zz.foods"], ["q:mg.horoscope"], ["no payload"], [""]]
)
def test_yes_to_nothing_asks_what(ask: Ask, offered: list[str] | None):
    said = ask(ActionAnswerOffered(), "affirm", slots={"offered": offered})

    assert said.responses == ["utter_ask_what"]
    changed: dict[str, list[str]] = {} if offered == [] else {"offered": []}
    assert said.slots == {"answered": "nothing", "answer_names_red_flag": False, **changed}
