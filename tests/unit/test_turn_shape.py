"""The one message shape, and the text of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import ARTICLE, PAGE, make_answer
from twitchwise.faq import Faq
from twitchwise.faq.comparison import Comparison
from twitchwise.faq.reply import NoSource
from twitchwise.rendering.turn import (
    AnswerCard,
    Button,
    SourceCard,
    Turn,
    source_line,
    sources_text,
)

DISCLAIMER = {"text": "General information.", "utter_action": "utter_disclaimer"}


def message_of(answer_id: str, **extra: Any) -> dict[str, Any]:
    answer = make_answer(answer_id, "An answer.", bullets=["one", "two"], sources=[ARTICLE, PAGE])
    card = AnswerCard.of(answer)
    return {"text": card.plain_text(), "answer": card.as_metadata(), **extra}


def test_an_answer_is_text_bullets_and_sources() -> None:
    answer = make_answer("zinc.foods", "Eat these:", bullets=["nuts", "beans"])
    assert AnswerCard.of(answer).plain_text() == (
        "Eat these:\n• nuts\n• beans\nSource: “About twitching” (A publisher)"
    )


def test_an_answer_without_bullets() -> None:
    assert AnswerCard.of(make_answer("zinc.link", "It may.")).plain_text().splitlines() == [
        "It may.",
        "Source: “About twitching” (A publisher)",
    ]


def test_several_sources_and_a_link() -> None:
    assert source_line([SourceCard.of(ARTICLE), SourceCard.of(PAGE)]) == (
        "Sources: “About twitching” (A publisher); "
        "“More about it” (Another publisher), https://example.org/more"
    )


def test_no_answer_has_a_blank_line_or_lacks_its_source(faq: Faq) -> None:
    for answer in faq.answers():
        lines = AnswerCard.of(answer).plain_text().split("\n")
        assert all(line.strip() for line in lines), answer.id
        assert lines[-1].startswith(("Source: “", "Sources: “")), answer.id
        for source in answer.sources:
            assert f"“{source.title}” ({source.publisher})" in lines[-1], answer.id


def test_the_card_of_every_answer_tells_when_and_how_far(faq: Faq) -> None:
    for answer in faq.answers():
        card = AnswerCard.of(answer).as_metadata()
        assert card["reviewed"] == answer.reviewed.isoformat(), answer.id
        assert card["confidence"] == answer.confidence, answer.id
        for source, shown in zip(answer.sources, card["sources"], strict=True):
            assert shown["title"] == source.title, answer.id
            assert shown["publisher"] == source.publisher, answer.id


def test_a_card_is_plain_json() -> None:
    card = AnswerCard.of(make_answer("zinc.foods", "Eat.", bullets=["nuts"], sources=[PAGE]))
    assert json.loads(json.dumps(card.as_metadata())) == {
        "answer_id": "zinc.foods",
        "text": "Eat.",
        "bullets": ["nuts"],
        "sources": [
            {
                "title": "More about it",
                "publisher": "Another publisher",
                "url": "https://example.org/more",
            }
        ],
        "reviewed": "2026-11-22",
        "confidence": "medium",
    }


def compared() -> Comparison:
    zinc = make_answer("zinc.role", sources=[ARTICLE], reviewed="2026-03-05", confidence="high")
    iron = make_answer("iron.role", sources=[PAGE, ARTICLE], confidence="low")
    return Comparison((zinc, iron), ("zinc: It heals.", "iron: It carries."))


def test_a_comparison_is_as_old_as_its_oldest_and_as_sure_as_its_least_sure_answer() -> None:
    card = AnswerCard.of(compared())
    assert card.answer_id == "zinc.role iron.role"
    assert card.reviewed == "2026-03-05"
    assert card.confidence == "low"
    assert card.plain_text() == (
        "Side by side:\n• zinc: It heals.\n• iron: It carries.\nSources: “About twitching” "
        "(A publisher); “More about it” (Another publisher), https://example.org/more"
    )


def test_what_no_source_covers_has_a_card_without_content() -> None:
    card = AnswerCard.of(NoSource("statins", "statins", "a pharmacist")).as_metadata()
    assert card.pop("answer_id") == "no_source.statins"
    assert not any(card.values())


def test_a_turn_names_both_answers_compared_and_what_has_no_source() -> None:
    cards = [AnswerCard.of(part) for part in (compared(), NoSource("tin", "tin", "a doctor"))]
    turn = Turn.from_messages([{"text": "Said.", "answer": card.as_metadata()} for card in cards])
    assert turn.answer_ids == ["zinc.role", "iron.role", "no_source.tin"]
    assert turn.bullets == ["zinc: It heals.", "iron: It carries."]
    assert turn.sources == [SourceCard.of(ARTICLE), SourceCard.of(PAGE)]


def test_the_sources_of_answers_are_told_once_with_the_oldest_date() -> None:
    assert sources_text(compared().answers) == (
        "Sources: “About twitching” (A publisher); “More about it” (Another publisher), "
        "https://example.org/more\nLast checked on 05 March 2026."
    )
    assert sources_text([make_answer("zinc.link")]) == (
        "Source: “About twitching” (A publisher)\nLast checked on 22 November 2026."
    )


def test_a_turn_is_collected_from_messages() -> None:
    buttons = [{"title": "Foods", "payload": "q:zi.foods"}]
    advice = {"text": "See a doctor.", "utter_action": "utter_conditional_escalation"}
    turn = Turn.from_messages([message_of("zinc.link", buttons=buttons), advice, DISCLAIMER])
    assert len(turn.texts) == 2
    assert turn.bullets == ["one", "two"]
    assert turn.buttons == [Button("Foods", "q:zi.foods")]
    assert turn.answer_ids == ["zinc.link"]
    assert turn.outcome == "conditional"
    assert turn.disclaimer == "General information."


@pytest.mark.parametrize(
    ("responses", "outcome"),
    [
        ([], "none"),
        (["utter_greet"], "none"),
        (["utter_safety_reminder"], "reminder"),
        (["utter_see_doctor"], "advise"),
        (["utter_conditional_escalation", "utter_see_doctor"], "conditional"),
        (["utter_escalation_child"], "escalate"),
        (["utter_escalation", "utter_emergency_crisis"], "emergency"),
    ],
)
def test_the_strongest_response_is_the_outcome(responses: list[str], outcome: str) -> None:
    messages = [{"text": "Said.", "utter_action": name} for name in responses]
    assert Turn.from_messages([*messages, DISCLAIMER]).outcome == outcome


def test_a_card_that_travelled_as_json_is_read_alike() -> None:
    messages = [message_of("zinc.link"), DISCLAIMER]
    assert Turn.from_messages(json.loads(json.dumps(messages))) == Turn.from_messages(messages)


def test_a_source_of_two_answers_is_named_once() -> None:
    turn = Turn.from_messages([message_of("zinc.link"), message_of("iron.link")])
    assert turn.answer_ids == ["zinc.link", "iron.link"]
    assert turn.sources == [SourceCard.of(ARTICLE), SourceCard.of(PAGE)]


def test_texts_keep_their_order_and_the_disclaimer_stands_apart() -> None:
    turn = Turn.from_messages([{"text": "first"}, DISCLAIMER, {"text": "second"}, {"text": None}])
    assert turn.texts == ["first", "second"]
    assert turn.disclaimer == "General information."


def test_an_empty_turn() -> None:
    assert Turn.from_messages([]) == Turn()
