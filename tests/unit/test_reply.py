"""What is said to what was understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from twitchwise.faq import Faq
from twitchwise.faq.query import Context, Request
from twitchwise.faq.reply import (
    SAME_QUESTION,
    Reply,
    Suggestion,
    reply_by_similarity,
    reply_to_message,
    reply_to_payload,
    reply_to_requests,
)


def understood(intent: str | None, *entities: tuple[str, str]) -> dict[str, Any]:
    return {
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [
            {"entity": label, "value": value, "start": 10 * place}
            for place, (label, value) in enumerate(entities)
        ],
    }


def reply(
    faq: Faq,
    intent: str | None,
    *entities: tuple[str, str],
    context: Context | None = None,
    recent: Sequence[str] = (),
) -> Reply:
    return reply_to_message(faq, understood(intent, *entities), context or Context(), recent)


def ids(said: Reply) -> list[str]:
    return [answer.id for answer in said.answers]


def test_a_question_is_answered_and_leads_on(faq: Faq) -> None:
    said = reply(faq, "ask_foods", ("topic", "Magnesium"))
    assert ids(said) == ["magnesium.foods"]
    assert said.answered == "magnesium.foods"
    assert said.context == Context("magnesium", "foods", None)
    assert said.recent == ("magnesium.foods",)
    assert 1 <= len(said.suggestions) <= 3
    assert all(suggestion.payload.startswith("q:") for suggestion in said.suggestions)


def test_a_body_part_chooses_the_answer(faq: Faq) -> None:
    said = reply(
        faq, "ask_link", ("topic", "low magnesium"), ("body_part", "toes"), ("topic", "twitch")
    )
    assert ids(said) == ["magnesium.link.foot"]
    assert said.context == Context("magnesium", "link", "foot")
    assert said.recent == ("magnesium.link",)


def test_entities_count_in_the_order_of_the_message(faq: Faq) -> None:
    message = understood("ask_foods", ("topic", "calcium"), ("topic", "magnesium"))
    message["entities"].reverse()
    said = reply_to_message(faq, message, Context())
    assert ids(said) == ["calcium.foods", "magnesium.foods"]
    assert said.answered == "calcium.foods magnesium.foods"
    assert said.context == Context("magnesium", "foods")


def test_an_answer_that_two_topics_share_is_said_once(faq: Faq) -> None:
    topics = [faq.topics[topic] for topic in ("calcium", "potassium")]
    shared = [faq.find_answer(topic, "see_doctor") for topic in topics]
    assert shared[0] is shared[1]
    said = reply(faq, "ask_see_doctor", ("topic", "calcium"), ("topic", "potassium"))
    assert len(said.answers) == 1


def test_a_topic_alone_goes_on_with_what_was_asked(faq: Faq) -> None:
    said = reply(faq, "mention_topic", ("topic", "calcium"), context=Context("magnesium", "foods"))
    assert ids(said) == ["calcium.foods"]


@pytest.mark.parametrize("message", [{}, {"intent": None}, {"intent": {"name": None}}])
def test_a_message_without_anything_is_about_twitching(faq: Faq, message: dict[str, Any]) -> None:
    assert ids(reply_to_message(faq, message, Context())) == ["twitch.causes"]


def test_names_that_nobody_knows_are_passed_over(faq: Faq) -> None:
    said = reply(
        faq, "ask_foods", ("topic", "unobtainium"), ("body_part", "tail"), ("topic", "calcium")
    )
    assert ids(said) == ["calcium.foods"]


def test_an_answer_that_names_a_red_flag_is_reported(faq: Faq) -> None:
    assert reply(faq, "ask_signs", ("topic", "magnesium")).names_red_flag
    assert not reply(faq, "ask_foods", ("topic", "magnesium")).names_red_flag


def test_what_was_answered_lately_is_not_offered_again(faq: Faq) -> None:
    first = reply(faq, "ask_foods", ("topic", "magnesium"))
    offered = first.suggestions[0].payload
    then = reply_to_payload(faq, offered, first.recent)
    payloads = [suggestion.payload for suggestion in then.suggestions]
    assert offered not in payloads
    assert "q:mg.foods" not in payloads


def test_only_the_last_few_answers_are_remembered(faq: Faq) -> None:
    recent: tuple[str, ...] = ()
    aspects = ["foods", "signs", "causes", "link", "role", "testing", "cautions", "signs"]
    for aspect in aspects:
        recent = reply(faq, f"ask_{aspect}", ("topic", "magnesium"), recent=recent).recent
    assert recent == tuple(
        f"magnesium.{aspect}"
        for aspect in ("causes", "link", "role", "testing", "cautions", "signs")
    )


def test_no_requests_give_an_empty_reply(faq: Faq) -> None:
    said = reply_to_requests(faq, [], ["magnesium.foods"])
    assert (said.answers, said.suggestions, said.answered) == ((), (), "nothing")
    assert said.recent == ("magnesium.foods",)


def test_a_request_without_answer_is_reported_as_nothing(faq: Faq) -> None:
    said = reply_to_requests(faq, [Request(faq.topics["magnesium"], "no_such_aspect")])
    assert (said.answers, said.suggestions, said.answered) == ((), (), "nothing")


def test_a_payload_is_answered(faq: Faq) -> None:
    assert ids(reply_to_payload(faq, "q:mg.foods")) == ["magnesium.foods"]
    said = reply_to_payload(faq, "q:mg.link.foot")
    assert ids(said) == ["magnesium.link.foot"]
    assert said.context.body_part == "foot"


@pytest.mark.parametrize("payload", ["", "hello", "q:zz.foods", "q:mg.nothing", "q:mg"])
def test_a_payload_of_nothing_is_an_empty_reply(faq: Faq, payload: str) -> None:
    said = reply_to_payload(faq, payload, ["magnesium.foods"])
    assert (said.answers, said.suggestions) == ((), ())
    assert said.recent == ("magnesium.foods",)


def test_every_button_of_every_answer_is_answered(faq: Faq) -> None:
    for answer in faq.answers():
        request = Request(faq.topics[answer.topic], answer.aspect, answer.body_part)
        for suggestion in reply_to_requests(faq, [request]).suggestions:
            assert reply_to_payload(faq, suggestion.payload).answers, suggestion


def similar(faq: Faq, *scores: float) -> list[dict[str, Any]]:
    return [{"id": q.id, "score": score} for q, score in zip(faq.questions, scores, strict=False)]


def test_nearly_the_same_question_is_answered(faq: Faq) -> None:
    question = faq.questions[0]
    said = reply_by_similarity(faq, similar(faq, SAME_QUESTION, 0.5))
    assert ids(said) == list(question.answers)
    assert said.suggestions


def test_questions_less_near_are_offered(faq: Faq) -> None:
    said = reply_by_similarity(faq, similar(faq, 0.69, 0.5, 0.3), ["magnesium.foods"])
    assert said.answers == ()
    assert said.answered == "suggestions"
    assert [s.title for s in said.suggestions] == [q.ask for q in faq.questions[:3]]
    assert said.recent == ("magnesium.foods",)


def test_what_is_offered_leads_to_the_questions_answer(faq: Faq) -> None:
    for question in faq.questions:
        said = reply_by_similarity(faq, [{"id": question.id, "score": 0.4}])
        answer = reply_to_payload(faq, said.suggestions[0].payload)
        assert ids(answer) == [question.answers[0]]


def test_nothing_similar_gives_an_empty_reply(faq: Faq) -> None:
    assert reply_by_similarity(faq, []).answered == "nothing"
    assert reply_by_similarity(faq, [{"id": "gone", "score": 0.9}]).answered == "nothing"


def test_a_suggestion_as_rasa_writes_buttons() -> None:
    assert Suggestion("Foods", "q:mg.foods").as_button() == {
        "title": "Foods",
        "payload": "q:mg.foods",
    }
