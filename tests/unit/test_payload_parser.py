"""Button payloads in the pipeline: they say what they ask, whatever was made of their letters."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.payloads import Payload
from twitchwise.faq.reply import reply_to_message
from twitchwise.faq.understood import CLAUSES, Clause, clauses_of
from twitchwise.nlu.payload_parser import PayloadParser


def parsed(faq: Faq, text: str) -> dict[str, Any]:
    """Return the parse data of a message that the components before took for something else."""
    message = Message.build(text)
    message.set("intent", {"name": "greet", "confidence": 0.5}, add_to_output=True)
    message.set(CLAUSES, [Clause("greet", topics=("stress",)).as_data()], add_to_output=True)
    message.set("similar_questions", [{"id": "faq-0-1", "score": 0.9}], add_to_output=True)
    PayloadParser(faq).process([message])
    data: dict[str, Any] = message.as_dict(only_output_properties=True)
    return data


def test_every_payload_of_an_answer_gets_it(faq: Faq) -> None:
    for answer in faq.answers():
        code = faq.topics[answer.topic].code
        data = parsed(faq, str(Payload(code, answer.aspect, answer.body_part)))
        assert data["intent"] == {"name": f"ask_{answer.aspect}", "confidence": 1.0}
        said = reply_to_message(faq, data, Context("calcium", "foods", "hand"))
        assert said.answers == (answer,)


@pytest.mark.parametrize("text", ["q:", "q:zz.foods", "q:mg.horoscope", "q:mg", "q:mg.foods.x y"])
def test_a_payload_of_nothing_is_not_understood(faq: Faq, text: str) -> None:
    data = parsed(faq, text)
    assert data["intent"]["name"] == "nlu_fallback"
    assert data["entities"] == []
    assert clauses_of(data, faq) == [Clause("nlu_fallback")]
    assert not data.get("similar_questions")


@pytest.mark.parametrize("text", ["which foods", "is q:mg.foods right", ""])
def test_other_messages_are_left_alone(faq: Faq, text: str) -> None:
    data = parsed(faq, text)
    assert data["intent"] == {"name": "greet", "confidence": 0.5}
    assert clauses_of(data, faq) == [Clause("greet", topics=("stress",))]
