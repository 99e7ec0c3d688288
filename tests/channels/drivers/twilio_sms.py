"""Text messages by Twilio (see `twilio_base`)."""

from __future__ import annotations

from tests.channels.drivers.driver import Call
from tests.channels.drivers.twilio_base import TwilioDriver
from tests.channels.fakes.twilio_sms import FakeTwilioSms


class TwilioSmsDriver(TwilioDriver):
    """People who send text messages."""

    name = "twilio_sms"
    prefix = ""
    not_applicable = {
        "old": "Twilio signs no time; what comes again is known by its id",
        "edit": "a text message cannot be edited",
        "group": "there are no groups",
        "mention": "there are no groups",
    }

    def silent(self) -> list[tuple[str, Call]]:
        machines = [
            (f"a machine writes from {sender}", self.call(self.form(Body="hello", From=sender)))
            for sender in ("32665", "ACMEBANK")
        ]
        return [*super().silent(), *machines]


DRIVER, FAKE = TwilioSmsDriver, FakeTwilioSms
