"""WhatsApp by Twilio (see `twilio_base`)."""

from __future__ import annotations

from tests.channels.drivers.twilio_base import Form, TwilioDriver
from tests.channels.fakes.twilio_whatsapp import FakeTwilioWhatsApp


class TwilioWhatsAppDriver(TwilioDriver):
    """People who write on WhatsApp."""

    name = "twilio_whatsapp"
    prefix = "whatsapp:"
    not_applicable = {
        "old": "Twilio signs no time; what comes again is known by its id",
        "edit": "Twilio does not tell of edits",
        "group": "a number is in no groups",
        "mention": "a number is in no groups",
    }

    def form(self, *, person: str = "ann", **fields: str) -> Form:
        number = self.place(person).removeprefix(self.prefix + "+")
        return {
            **super().form(person=person),
            **{"ProfileName": person, "WaId": number, "MessageType": "text"},
            **fields,
        }

    def news(self, status: str, **fields: str) -> Form:
        channel = {"ChannelPrefix": "whatsapp", "ChannelInstallSid": "XE" + "0" * 32}
        return super().news(status, **channel, EventType=status.upper(), **fields)


DRIVER, FAKE = TwilioWhatsAppDriver, FakeTwilioWhatsApp
