"""Text messages by Twilio."""

from __future__ import annotations

from tests.channels.fakes.twilio_base import FakeTwilio


class FakeTwilioSms(FakeTwilio):
    """Shows a text as it is."""

    name = "twilio_sms"
    prefix = ""
    number = "+14155550100"
