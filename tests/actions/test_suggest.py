"""The action for messages that were not understood."""

from __future__ import annotations

import pytest

from actions.follow_up import ActionAnswerOffered
from actions.suggest import ActionSuggestQuestions
from tests.actions.running import Ask
from twitchwise.faq import Faq


def near(faq: Faq, *scores: float) -> list[dict[str, object]]:
    """Return what the Rasa server finds: the first questions of the FAQ with these scores."""
    return [
        {"id": question.id, "score": score}
        for question, score in zip(faq.questions, scores, strict=False)
    ]


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
    assert said.slots == {"answered": "nothing", "answer_names_red_flag": False}


def test_what_the_likeliest_labels_would_answer_is_offered_first(ask: Ask, faq: Faq):
    ranking = [{"name": "ask_foods", "confidence": 0.15}, {"name": "ask_signs", "confidence": 0.1}]
    said = ask(
        ActionSuggestQuestions(),
        "nlu_fallback",
        topics=["magnesium"],
        similar=near(faq, 0.4),
        intent_ranking=ranking,
    )

    assert said.responses == ["utter_suggestions"]
    assert said.slots["offered"][:2] == ["q:mg.foods", "q:mg.signs"]
    assert said.buttons[2]["title"] == faq.questions[0].ask


def test_a_body_part_is_asked_about_where_the_conversation_is(ask: Ask):
    ranking = [{"name": "ask_nutrients", "confidence": 0.15}]
    said = ask(ActionSuggestQuestions(), "nlu_fallback", body_part="calf", intent_ranking=ranking)

    assert said.slots["offered"] == ["q:ct.nutrients.calf"]


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
