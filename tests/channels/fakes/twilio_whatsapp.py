"""WhatsApp by Twilio."""

from __future__ import annotations

import re

from tests.channels.fakes.twilio_base import FakeTwilio

_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*\u2060])([^*\n]+)(?<=[^\s*\u2060])\*(?![\w*])")


class FakeTwilioWhatsApp(FakeTwilio):
    """Shows bold text without its stars, and nothing of word joiners."""

    name = "twilio_whatsapp"
    prefix = "whatsapp:"
    number = "whatsapp:+14155550100"

    def shown(self, body: str) -> str:
        return _BOLD.sub(r"\1", body).replace("\u2060", "")
