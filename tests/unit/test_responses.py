"""Texts of the domain with the settings filled in: contact, crisis line, call buttons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.core.domain import Domain

from twitchwise.dialogue import responses
from twitchwise.dialogue.responses import ResponseGenerator
from twitchwise.errors import TwitchwiseError
from twitchwise.settings import Settings, read_settings

CONTACT = {
    "contact_name": "Riverside Clinic",
    "contact_phone": "+44 (0)20 7946 0000",
    "contact_url": "https://riverside.example/appointments",
    "contact_hours": "Mon to Fri, 9 to 17",
}


@pytest.fixture
def generator(root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the generator of an installation with given settings."""

    def made(**given: Any) -> ResponseGenerator:
        monkeypatch.setattr(responses, "settings", lambda: Settings.parse_obj(given))
        return ResponseGenerator(None, Domain.load(str(root / "domain.yml")))

    return made


def test_the_contact_stands_in_every_escalation(generator: Any) -> None:
    found = generator(**CONTACT)
    for kind in ("", "_other", "_child"):
        message = found.message_of(f"utter_escalation{kind}")
        assert message["text"].endswith(
            "You can also reach Riverside Clinic: +44 (0)20 7946 0000, "
            "https://riverside.example/appointments (Mon to Fri, 9 to 17)."
        )
        assert message["buttons"] == [
            {"title": "Call Riverside Clinic", "type": "web_url", "url": "tel:+4402079460000"},
            {
                "title": "Open Riverside Clinic",
                "type": "web_url",
                "url": "https://riverside.example/appointments",
            },
        ]
    assert "Riverside" in found.message_of("utter_ask_human")["text"]
    # Nobody should wait for an office in an emergency.
    assert "Riverside" not in str(found.message_of("utter_emergency"))


def test_without_a_contact_nothing_hints_at_one(generator: Any) -> None:
    message = generator().message_of("utter_escalation")
    assert "reach" not in message["text"].splitlines()[-1].split("reaches")[0]
    assert message["text"] == message["text"].strip()
    assert not message.get("buttons")


@pytest.mark.parametrize(
    ("number", "url"), [("112", "tel:112"), (" 999 ", "tel:999"), ("+1 911", "tel:+1911")]
)
def test_a_plain_emergency_number_can_be_called(generator: Any, number: str, url: str) -> None:
    found = generator(emergency_number=number)
    for kind in ("", "_other", "_child", "_crisis"):
        message = found.message_of(f"utter_emergency{kind}")
        assert number.strip() in message["text"]
        assert [button["url"] for button in message["buttons"]] == [url]


def test_a_described_emergency_number_has_no_button(generator: Any) -> None:
    message = generator(emergency_number="112 or 999").message_of("utter_emergency")
    assert message["text"].startswith("Call 112 or 999 now")
    assert not message.get("buttons")


def test_the_crisis_line_is_named_and_called_first(generator: Any) -> None:
    found = generator(crisis_line="Samaritans", crisis_phone="116 123", emergency_number="999")
    message = found.message_of("utter_emergency_crisis")
    assert message["text"].startswith("Please call Samaritans now, or 999")
    assert [button["title"] for button in message["buttons"]] == ["Call Samaritans", "Call 999"]
    assert "Samaritans" not in str(found.message_of("utter_emergency"))


def test_no_response_has_a_blank_line_or_a_gap(generator: Any, root: Path) -> None:
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    for given in ({}, CONTACT):
        found = generator(**given)
        for name in domain["responses"]:
            text = found.message_of(name)["text"]
            assert "\n\n" not in text, name
            assert text == text.strip(), name
            assert "{contact}" not in text, name


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("emergency_number: ''", "emergency_number"),
        ("crisis_phone: call us", "crisis_phone"),
        ("contact_url: riverside.example", "contact_url"),
        ("contact_phone: 112", "contact_name"),
        ('contact_name: "two\\nlines"', "contact_name"),
        ('crisis_line: "{topic}"', "crisis_line"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name(tmp_path: Path, line: str, key: str) -> None:
    path = tmp_path / "settings.yml"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(TwitchwiseError) as raised:
        read_settings(path)
    assert key in str(raised.value)
    assert "\n" not in str(raised.value)
