"""Texts of the domain, with the settings filled in."""

from __future__ import annotations

import functools
import re
from typing import Any, Dict, List, Optional

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from twitchwise.dialogue import names
from twitchwise.paths import project_root
from twitchwise.settings import PHONE, Settings, settings

Button = Dict[str, str]


class ResponseGenerator(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, which also knows the settings; named in ``endpoints.yml``."""

    def __init__(self, endpoint_config: Optional[EndpointConfig], domain: Domain) -> None:
        super().__init__(domain.responses)
        self._settings = settings()
        self._from_settings = {
            "emergency_number": self._settings.emergency_number,
            "crisis_line": self._settings.crisis_line,
            "contact": contact_line(self._settings),
        }

    def generate_from_slots(
        self,
        utter_action: str,
        filled_slots: Dict[str, Any],
        output_channel: str,
        **kwargs: Any,
    ) -> Optional[Dict[str, Any]]:
        """Generate the response; a setting wins over a slot of its name."""
        response: Optional[Dict[str, Any]] = super().generate_from_slots(
            utter_action, filled_slots, output_channel, **{**kwargs, **self._from_settings}
        )
        if response is None:
            return None
        if response.get("text"):
            # Where there is no contact, its line is empty.
            response["text"] = response["text"].rstrip()
        buttons = call_buttons(utter_action, self._settings)
        if buttons:
            response["buttons"] = [*(response.get("buttons") or []), *buttons]
        return response

    def message_of(self, utter_action: str) -> Dict[str, Any]:
        """Return a response outside any conversation, as Rasa hands one to a channel."""
        response = self.generate_from_slots(utter_action, {}, "") or {}
        return {**response, "text": response.get("text") or "", "utter_action": utter_action}


def contact_line(given: Settings) -> str:
    """Return "You can also reach …" with what the settings hold, or nothing."""
    if not given.contact_name:
        return ""
    ways = ", ".join(way for way in (given.contact_phone, given.contact_url) if way)
    hours = f" ({given.contact_hours})" if given.contact_hours else ""
    return f"You can also reach {given.contact_name}{': ' if ways else ''}{ways}{hours}."


def call_buttons(utter_action: str, given: Settings) -> List[Button]:
    """Return the buttons that call or open what the response names, where it has an address."""
    buttons = []
    if utter_action == f"{names.EMERGENCY}_crisis" and given.crisis_phone:
        buttons.append(_call(given.crisis_line, given.crisis_phone))
    if utter_action.startswith(names.EMERGENCY) and re.fullmatch(PHONE, given.emergency_number):
        buttons.append(_call(given.emergency_number, given.emergency_number))
    if utter_action.startswith((names.ESCALATION, names.ASK_HUMAN)):
        if given.contact_phone:
            buttons.append(_call(given.contact_name, given.contact_phone))
        if given.contact_url:
            buttons.append(_link(f"Open {given.contact_name}", given.contact_url))
    return buttons


def _call(whom: str, number: str) -> Button:
    return _link(f"Call {whom}", "tel:" + re.sub(r"[^\d+]", "", number))


def _link(title: str, url: str) -> Button:
    return {"title": title, "type": "web_url", "url": url}


@functools.lru_cache(maxsize=1)
def project_responses() -> ResponseGenerator:
    """Return the generator over the project's ``domain.yml``, whatever state Rasa is in."""
    return ResponseGenerator(None, Domain.load(str(project_root() / "domain.yml")))
