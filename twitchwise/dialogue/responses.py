"""Texts of the domain, with the settings filled in."""

from __future__ import annotations

import functools
from typing import Any, Dict, Optional, Text

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
        utter_action: Text,
        filled_slots: Dict[Text, Any],
        output_channel: Text,
        **kwargs: Any,
    ) -> Optional[Dict[Text, Any]]:
        """Generate the response; a setting wins over a slot of its name."""
        return super().generate_from_slots(
            utter_action, filled_slots, output_channel, **{**kwargs, **self._from_settings}
        )

    def text_of(self, utter_action: Text) -> Text:
        """Return the text of a response outside any conversation."""
        response = self.generate_from_slots(utter_action, {}, "")
        return str((response or {}).get("text") or "")


@functools.lru_cache(maxsize=1)
def project_responses() -> ResponseGenerator:
    """Return the generator over the project's ``domain.yml``, whatever state Rasa is in."""
    return ResponseGenerator(None, Domain.load(str(project_root() / "domain.yml")))
