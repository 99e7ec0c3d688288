"""What an installation tells its clients of itself."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from tests.builders import CLINIC_SETTINGS
from twitchwise import __version__
from twitchwise.about import About, Starter, about_installation, phone_number
from twitchwise.channels import about as channel_about
from twitchwise.channels.about import project_about
from twitchwise.faq import ContentError, Faq, Problem
from twitchwise.settings import Settings

FIELDS = {
    "name",
    "version",
    "disclaimer",
    "starters",
    "questions",
    "days",
    "largest_message",
    "emergency_number",
    "emergency_phone",
    "crisis_line",
    "crisis_phone",
    "contact",
    "comments",
    "texts_read",
    "safety_texts",
}


def told(**given: Any) -> About:
    return about_installation(
        Settings.parse_obj(given),
        version="1.2.3",
        starters=[Starter("Which foods?", "q:mg.foods")],
        disclaimer="General information.",
        questions=["Can it help?"],
        safety_texts={"utter_escalation": "See a doctor."},
    )


def test_the_settings_of_an_installation() -> None:
    found = told(**CLINIC_SETTINGS)
    assert json.loads(json.dumps(found.as_dict())) == {
        "name": "Clinic helper",
        "version": "1.2.3",
        "disclaimer": "General information.",
        "starters": [{"title": "Which foods?", "payload": "q:mg.foods"}],
        "questions": ["Can it help?"],
        "days": 7,
        "largest_message": 1000,
        "emergency_number": "112",
        "emergency_phone": "112",
        "crisis_line": "the Samaritans",
        "crisis_phone": "+44116123",
        "contact": {
            "name": "Clinic",
            "phone": "020 1234",
            "url": "https://clinic.example",
            "hours": "9 to 17",
        },
        "comments": True,
        "texts_read": True,
        "safety_texts": {"utter_escalation": "See a doctor."},
    }


def test_what_an_installation_does_not_have_is_none() -> None:
    found = told()
    assert (found.emergency_phone, found.crisis_phone, found.contact) == (None, None, None)
    assert found.name == "Twitchwise"
    assert (found.comments, found.texts_read) == (False, False)


def test_people_are_told_where_their_texts_may_be_read() -> None:
    assert told(escalation_texts=True).texts_read is True
    assert told(feedback_texts=True).texts_read is True


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("112", "112"),
        ("+49 (30) 12-34/5.6", "+4930123456"),
        ("your emergency number (112)", None),
        ("112 or 911", None),
        ("", None),
        ("112\n", None),
    ],
)
def test_only_a_plain_number_can_be_called(text: str, number: str | None) -> None:
    assert phone_number(text) == number


def test_it_needs_no_rasa() -> None:
    script = "import sys, twitchwise.about; print('rasa' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr


# That of the project.


def test_what_the_project_tells(faq: Faq) -> None:
    found = project_about()
    assert set(found.as_dict()) == FIELDS
    assert found.version == __version__
    assert "professional medical advice" in found.disclaimer
    assert Starter("Why do muscles twitch?", "q:tw.causes") in found.starters
    assert found.questions == tuple(question.ask for question in faq.questions)
    assert all(found.questions)


def test_the_safety_texts_are_those_of_the_domain_with_the_settings_filled_in() -> None:
    texts = project_about().safety_texts
    assert set(texts) == {
        "utter_emergency",
        "utter_emergency_other",
        "utter_emergency_child",
        "utter_emergency_crisis",
        "utter_escalation",
        "utter_escalation_other",
        "utter_escalation_child",
    }
    for text in texts.values():
        assert text
        assert "{" not in text


def test_an_faq_that_cannot_be_read_costs_the_questions_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Faq:
        raise ContentError([Problem("magnesium.yml", 12, "It is broken.", "repair it.")])

    monkeypatch.setattr(channel_about, "project_faq", broken)
    with caplog.at_level(logging.ERROR):
        found = project_about()
    assert found.questions == ()
    assert found.starters
    assert found.disclaimer
    assert "magnesium.yml:12" in caplog.text
