"""Texts of the domain, with the settings filled in."""

from __future__ import annotations

import functools
from typing import Any, Dict, Optional

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from twitchwise.paths import project_root
from twitchwise.settings import settings


class ResponseGenerator(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, which also knows the settings; named in ``endpoints.yml``."""

    def __init__(self, endpoint_config: Optional[EndpointConfig], domain: Domain) -> None:
        super().__init__(domain.responses)
        self._from_settings = {"emergency_number": settings().emergency_number}

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
        return response

    def text_of(self, utter_action: str) -> str:
        """Return the text of a response outside any conversation."""
        response = self.generate_from_slots(utter_action, {}, "")
        return str((response or {}).get("text") or "")


@functools.lru_cache(maxsize=1)
def project_responses() -> ResponseGenerator:
    """Return the generator over the project's ``domain.yml``, whatever state Rasa is in."""
    return ResponseGenerator(None, Domain.load(str(project_root() / "domain.yml")))
