"""Twilio as it calls us.

Fields as in "Twilio's request to your incoming message Webhook URL"
(https://www.twilio.com/docs/messaging/guides/webhook-request) and "Outbound Message Logging"
(https://www.twilio.com/docs/messaging/guides/outbound-message-logging); the signature as in
"Webhooks security" (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from tests.channels.drivers.driver import PUBLIC_URL, Call, Driver
from tests.channels.fakes.twilio_base import ACCOUNT, TOKEN, FakeTwilio

HEADER = "X-Twilio-Signature"
Form = dict[str, str]


def signature(url: str, body: bytes, token: str = TOKEN, algorithm: Any = hashlib.sha1) -> str:
    """Return what Twilio would sign a form with."""
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    joined = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields[name]))
    )
    return base64.b64encode(hmac.new(token.encode(), joined.encode(), algorithm).digest()).decode()


class TwilioDriver(Driver):
    """People with telephones."""

    fake: FakeTwilio
    prefix: str
    buttons = 0

    @property
    def path(self) -> str:
        return f"/webhooks/{self.name}/webhook"

    @property
    def url(self) -> str:
        return PUBLIC_URL + self.path

    def variable(self, key: str) -> str:
        return f"TWITCHWISE_{self.name}_{key}".upper()

    @property
    def variables(self) -> dict[str, str]:
        return {
            self.variable("account_sid"): ACCOUNT,
            self.variable("auth_token"): TOKEN,
            self.variable("number"): self.fake.number.removeprefix(self.prefix),
            self.variable("api_url"): self.fake.url,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        numbers = [self.place(person).removeprefix(self.prefix) for person in ("ann", "bob")]
        return (TOKEN, ACCOUNT, *numbers, self.fake.number.removeprefix(self.prefix))

    def place(self, person: str = "ann", group: str = "") -> str:
        return f"{self.prefix}+1415{zlib.crc32(person.encode()) % 10_000_000:07}"

    def form(self, *, person: str = "ann", **fields: str) -> Form:
        """Return an incoming message; fields that are given empty are left out."""
        sid = f"SM{self.next_id():032x}"
        return {
            **{"ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "FromCity": ""},
            **{"SmsSid": sid, "SmsStatus": "received", "Body": "", "To": self.fake.number},
            **{"NumSegments": "1", "MessageSid": sid, "AccountSid": ACCOUNT},
            **{"From": self.place(person), "ApiVersion": "2010-04-01"},
            **fields,
        }

    def news(self, status: str, **fields: str) -> Form:
        """Return what Twilio tells of an outgoing message."""
        sid = f"SM{self.next_id():032x}"
        return {
            **{"SmsSid": sid, "SmsStatus": status, "MessageStatus": status, "MessageSid": sid},
            **{"To": self.place(), "From": self.fake.number, "AccountSid": ACCOUNT},
            **{"ApiVersion": "2010-04-01"},
            **fields,
        }

    def call(self, form: Form | list[tuple[str, str]]) -> Call:
        """Return a form, rightly signed."""
        return self.signed(urlencode(form).encode())

    def signed(self, body: bytes) -> Call:
        return self.with_signature(body, signature(self.url, body))

    def with_signature(self, body: bytes, given: str) -> Call:
        return Call(self.path, body, {**_KIND, HEADER: given})

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        return self.call(self.form(person=person, Body=text))

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        return self.call(self._picture(person, "image/jpeg", Body=caption))

    def _picture(self, person: str, kind: str, **fields: str) -> Form:
        url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/x/Media/ME0"
        media = {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": kind}
        return self.form(person=person, **media, **fields)

    def sticker(self, *, person: str = "ann") -> Call:
        return self.call(self._picture(person, "audio/ogg"))

    def join(self) -> Call:
        return self.message("Start")

    def stop(self) -> Call:
        return self.message("STOP")

    def help(self) -> Call:
        return self.message("HELP")

    def silent(self) -> list[tuple[str, Call]]:
        found = [
            (f"a reply is {status}", self.call(self.news(status)))
            for status in ("queued", "sent", "delivered", "undelivered", "failed", "read")
        ]
        opted = [
            (f"Twilio has answered {word}", self.call(self.form(Body=word, OptOutType=word)))
            for word in ("STOP", "START", "HELP")
        ]
        own = self.form(Body="hello", From=self.fake.number)
        return [*found, *opted, ("the bot's own number writes", self.call(own))]

    def forged(self, kind: str) -> list[Call]:
        form = self.form(Body="my leg is weak")
        body = urlencode(form).encode()
        if kind == "missing":
            other = {"X-Signature": signature(self.url, body)}
            return [Call(self.path, body), Call(self.path, body, {**_KIND, **other})]
        if kind == "bad":
            return [
                *(self.with_signature(body, given) for given in self._wrong(body)),
                *(self.with_signature(other, signature(self.url, body)) for other in _near(form)),
                *map(self.call, self._of_others()),
            ]
        return []

    def _wrong(self, body: bytes) -> list[str]:
        """Return signatures that somebody might try."""
        right = signature(self.url, body)
        return [
            "",
            "é",
            TOKEN,
            right[:-1],
            right[:8],
            right + "=",
            right.swapcase(),
            base64.b64decode(right).hex(),
            signature(self.url, b""),
            signature(self.url, urlencode(self.form(Body="hello")).encode()),
            signature(self.url, body, algorithm=hashlib.sha256),
            signature(self.url, body, token=""),
            signature(self.url, body, token=TOKEN[:-1]),
            signature(self.url.replace("https:", "http:"), body),
            signature(self.url.replace("clinic", "evil"), body),
            signature(self.url + "/", body),
            signature(self.url + "?a=1", body),
            signature(PUBLIC_URL + "/webhooks/telegram/webhook", body),
            base64.b64encode(hmac.new(TOKEN.encode(), body, "sha1").digest()).decode(),
            base64.b64encode(hashlib.sha1(body).digest()).decode(),
        ]

    def _of_others(self) -> list[Form]:
        """Return forms that are rightly signed, and not for us."""
        return [
            self.form(Body="hello", AccountSid="AC" + "0" * 32),
            self.form(Body="hello", AccountSid=""),
            self.form(Body="hello", To=self.fake.number[:-1] + "1"),
            self.form(Body="hello", To=""),
            self.form(Body="hello", From=""),
            self.form(Body="hello", MessageSid=""),
            self.form(Body="hello", MessageSid="SM12"),
            self.form(Body="hello", To="rcs:clinic"),
        ]


_KIND = {"Content-Type": "application/x-www-form-urlencoded"}


def _near(form: Form) -> list[bytes]:
    """Return bodies that are not quite the one that was signed."""
    pairs = list(form.items())
    shifted = [(name, value) for name, value in pairs if name != "NumMedia"]
    return [
        urlencode({**form, "Body": "my leg is fine"}).encode(),
        urlencode({**form, "More": "x"}).encode(),
        urlencode({**form, "From": form["From"][:-1]}).encode(),
        urlencode([pair for pair in pairs if pair[0] != "ToCountry"]).encode(),
        urlencode([*pairs, ("Body", "another")]).encode(),
        # The signed text is the same: fields stand in it without marks between them.
        urlencode(
            [
                (name, f"{value}NumMedia0" if name == "MessageSid" else value)
                for name, value in shifted
            ]
        ).encode(),
        json.dumps(form).encode(),
        b"",
    ]


def form_of(call: Call) -> Form:
    """Return the form that a call holds."""
    return dict(parse_qsl(call.body.decode(), keep_blank_values=True))
