"""Messages as clients of the HTTP channel get them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.builders import make_answer
from twitchwise.faq.models import Answer
from twitchwise.paths import project_root
from twitchwise.rendering.messages import shown_message
from twitchwise.rendering.turn import AnswerCard


def said(response: str) -> dict[str, Any]:
    return {"text": "hello", "metadata": {"utter_action": response}}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        ("utter_emergency", "emergency"),
        ("utter_emergency_child", "emergency"),
        ("utter_emergency_crisis", "emergency"),
        ("utter_escalation_other_again", "escalation"),
        ("utter_conditional_escalation", "conditional"),
        ("utter_see_doctor", "advice"),
        ("utter_safety_reminder", "reminder"),
        ("utter_disclaimer", "disclaimer"),
        ("utter_greet", "text"),
        ("utter_fallback", "text"),
    ],
)
def test_what_each_response_is_called(response: str, kind: str) -> None:
    assert shown_message(said(response))["kind"] == kind


def test_every_safety_text_of_the_domain_has_a_kind_of_its_own() -> None:
    domain = yaml.safe_load((project_root() / "domain.yml").read_text(encoding="utf-8"))
    safety = [r for r in domain["responses"] if r.startswith(("utter_emergency", "utter_escal"))]
    assert len(safety) > 8
    assert {shown_message(said(r))["kind"] for r in safety} == {"emergency", "escalation"}


def test_an_answer_has_its_card() -> None:
    answer: Answer = make_answer("zinc.link")
    card = AnswerCard.of(answer).as_metadata()
    button = {"title": "Foods", "payload": "q:zi.foods"}
    shown = shown_message({"text": "An answer.", "buttons": [button], "metadata": {"answer": card}})
    assert shown == {
        "kind": "answer",
        "response": None,
        "text": "An answer.",
        "buttons": [{"title": "Foods", "payload": "q:zi.foods", "url": None}],
        "answer": card,
    }


def test_what_no_source_covers_is_no_answer() -> None:
    card = {"answer_id": "no_source.statins", "text": "", "bullets": [], "sources": []}
    shown = shown_message({"text": "I have no source.", "metadata": {"answer": card}})
    assert (shown["kind"], shown["answer"]) == ("text", None)


def test_a_link_is_a_button_with_an_address() -> None:
    link = {"title": "Call 112", "type": "web_url", "url": "tel:112"}
    shown = shown_message({"text": "Call.", "buttons": [link]})
    assert shown["buttons"] == [{"title": "Call 112", "payload": "", "url": "tel:112"}]


def test_everything_is_there_where_little_is_given() -> None:
    assert shown_message({}) == {
        "kind": "text",
        "response": None,
        "text": "",
        "buttons": [],
        "answer": None,
    }
