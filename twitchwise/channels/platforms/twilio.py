"""SMS and WhatsApp by Twilio.

From Twilio's documentation: "Twilio's request to your incoming message Webhook URL"
(https://www.twilio.com/docs/messaging/guides/webhook-request), "Webhooks security"
(…/docs/usage/webhooks/webhooks-security), "Messages resource"
(…/docs/messaging/api/message-resource), "Advanced Opt-Out"
(…/docs/messaging/tutorials/advanced-opt-out) with "Twilio support for opt-out keywords", and the
pages of its error codes. Rasa's own channel verifies nothing and blocks the server while it sends.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, urlparse

from sanic import response
from sanic.request import Request, RequestParameters
from sanic.response import HTTPResponse
from twilio.request_validator import (  # type: ignore[import-untyped]
    RequestValidator,
    add_port,
    remove_port,
)

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Reply, Undelivered
from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import header, number_at, text_at
from twitchwise.channels.platforms.verification import is_same
from twitchwise.errors import TwitchwiseError
from twitchwise.faq.payloads import parse_payload
from twitchwise.rendering.dialects import SMS_PLAIN, WHATSAPP
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.units import sms_segments, utf8_bytes
from twitchwise.settings import settings

SIGNATURE_HEADER = "X-Twilio-Signature"
#: What ends, begins and explains a line, in "Advanced Opt-Out" and "Twilio support for opt-out
#: keywords". YES begins one too, but it is also an answer to a question of ours.
STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
START_WORDS = frozenset({"START", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
#: The longest body, in characters; some count as several (error 21617), so bytes are counted here.
LONGEST_BODY = 1600
#: So many segments a message has at most: longer ones arrive late, or in the wrong order.
MOST_SEGMENTS = 10
#: Errors that pass: too many loops, requests or messages in a queue.
_PASSING_ERRORS = (14107, 20429, 21611, 30001)
#: Errors that last until an operator mends the token or the account: permission denied, of which a
#: suspended account is a kind too (20003), an account that is not active (20005), test credentials
#: (20008).
_UNTIL_MENDED = (20003, 20005, 20008)
_ACTIVE = "active"
#: Of one incoming message Twilio sends some thirty fields.
_MOST_FIELDS = 500

_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_MESSAGE = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_TELEPHONE = re.compile(r"\+[1-9][0-9]{4,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_WHATSAPP_ID = re.compile(r"[\w+.-]{3,150}")
_SPACING = re.compile(r"[\s().-]+")
_AROUND = " \t\r\n.!\"'“”‘’"
#: Twilio says of an incoming message that it was received; all else is news of an outgoing one.
_RECEIVED = ("", "received", "receiving")


@dataclass(frozen=True)
class Kind:
    """A kind of messages.

    Attributes:
        prefix: before its numbers.
        people: what a person's number is like after it.
    """

    prefix: str
    people: re.Pattern[str]

    def has(self, number: str) -> bool:
        """Say whether a number is of this kind; others have prefixes of their own (``rcs:``)."""
        return number.startswith(self.prefix) and ":" not in number.removeprefix(self.prefix)

    def is_person(self, number: str) -> bool:
        """Say whether a person could have written from a number, and read a reply there."""
        return self.has(number) and bool(self.people.fullmatch(number.removeprefix(self.prefix)))


@dataclass(frozen=True)
class Line:
    """What people write to.

    Attributes:
        kind: of messages.
        number: in Twilio's form, such as ``whatsapp:+14155238886``; empty for a service.
        service: the SID of a Messaging Service, or nothing.
    """

    kind: Kind
    number: str = ""
    service: str = ""

    def has(self, form: Mapping[str, str]) -> bool:
        """Say whether a message was sent to it."""
        if self.service:
            is_ours = form.get("MessagingServiceSid") == self.service
        else:
            is_ours = form.get("To") == self.number
        return is_ours and self.kind.has(form.get("To", ""))

    def reply_address(self, form: Mapping[str, str]) -> Address:
        """Return where a reply goes: to who wrote, from the number that they wrote to."""
        address = {"To": form["From"], "From": form["To"]}
        return {**address, "MessagingServiceSid": self.service} if self.service else address


class _Twilio(Platform):
    """One kind of messages of a Twilio account."""

    kind: ClassVar[Kind]

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        self._account = values["account_sid"]
        if not _ACCOUNT.fullmatch(self._account):
            raise TwitchwiseError(
                f"{self.variable('account_sid')} is no account SID. "
                "Mend: copy it from Twilio's console; it is AC and 32 letters or digits."
            )
        self._line = self._read_line(values["number"])
        self._urls = _signed_urls(self.name)
        self._validator = RequestValidator(values["auth_token"])

    def _read_line(self, given: str) -> Line:
        if _SERVICE.fullmatch(given):
            return Line(self.kind, service=given)
        prefix = self.kind.prefix
        number = _SPACING.sub("", given.removeprefix(prefix))
        is_short = not prefix and _SHORT_CODE.fullmatch(number)
        if not (is_short or _TELEPHONE.fullmatch(number)):
            raise TwitchwiseError(
                f"{self.variable('number')} is neither a number nor a Messaging Service. "
                "Mend: set a number of yours with its country, such as +14155550100, or the "
                "service's SID (MG…)."
            )
        return Line(self.kind, number=prefix + number)

    def routes(self) -> Sequence[Route]:
        """Return the address for incoming messages; news of outgoing ones may come there too."""
        return [Route("POST", "/webhook", self._receive)]

    async def start(self) -> None:
        """See whether the token is right, and the account active ("Account resource")."""
        status = text_at((await self._call("GET", "")).body, "status")
        if status not in ("", _ACTIVE):
            raise Undelivered(f"{self.name}: the account is not active")

    async def _receive(self, request: Request) -> HTTPResponse:
        fields = fields_in(request.body)
        if not self._is_signed(request, fields):
            raise Refused(401, "The signature is wrong (see public_url).")
        form = single(fields)
        if not is_same(form.get("AccountSid", ""), self._account):
            raise Refused(403, "It is of another account.")
        if not _is_news(form):
            await self._take(form)
        # No TwiML verb: the reply is a call of its own, as Twilio waits 15 seconds at most.
        return response.text("<Response></Response>", content_type="text/xml")

    def _is_signed(self, request: Request, fields: RequestParameters) -> bool:
        try:
            query = request.query_string
        except UnicodeDecodeError:
            return False
        given = header(request, SIGNATURE_HEADER)
        # The library's own comparison is none in constant time.
        return any(
            is_same(
                given, self._validator.compute_signature(f"{url}?{query}" if query else url, fields)
            )
            for url in self._urls
        )

    async def _take(self, form: Mapping[str, str]) -> None:
        # The signed text has no marks between its fields, so each has to be of its form.
        if not _MESSAGE.fullmatch(form.get("MessageSid", "")):
            raise Refused(400, "The message has no id.")
        if not (form.get("From") and form.get("To")):
            raise Refused(400, "The message has no sender, or is for nobody.")
        if not self._line.has(form):
            raise Refused(403, "The message is for another number, service or kind of messages.")
        inbound = read_message(form, self._line)
        if inbound is not None:
            await self.desk.take(self, [inbound])

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part."""
        reply = await self._call("POST", "/Messages", {**address, "Body": part.text})
        failed = number_at(reply.body, "error_code")
        if failed:
            raise Undelivered(f"{self.name} failed (error {failed})", is_final=_is_final(failed))

    async def _call(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Reply:
        """Call what is below the account's own address.

        Raises:
            Undelivered: it failed; final where Twilio's code says so.
        """
        base = self.values["api_url"].rstrip("/")
        try:
            return await self.client.call(
                method,
                f"{base}/2010-04-01/Accounts/{self._account}{path}.json",
                form=form,
                auth=(self._account, self.values["auth_token"]),
            )
        except Undelivered as error:
            code = number_at(error.body, "code")
            raise Undelivered(
                f"{error.reason} (error {code})" if code else error.reason,
                is_final=error.is_final and _is_final(code),
                status=error.status,
                body=error.body,
            ) from None


def _is_final(code: int) -> bool:
    return code not in _PASSING_ERRORS and code not in _UNTIL_MENDED


def sms_size(text: str) -> int:
    """Return the size of a text message in segments, or in tenths of the longest body."""
    return max(sms_segments(text), math.ceil(utf8_bytes(text) * MOST_SEGMENTS / LONGEST_BODY))


class TwilioSms(_Twilio):
    """Text messages to a number, a short code or a Messaging Service."""

    name = "twilio_sms"
    # Machines write from short codes and from names, and nobody can reply to those.
    kind = Kind("", _TELEPHONE)
    limits = Limits(SMS_PLAIN, MOST_SEGMENTS, measure=sms_size)


class TwilioWhatsApp(_Twilio):
    """WhatsApp by Twilio. Buttons would need templates that are made beforehand: numbers it is."""

    name = "twilio_whatsapp"
    kind = Kind("whatsapp:", _WHATSAPP_ID)
    limits = Limits(WHATSAPP, LONGEST_BODY, measure=utf8_bytes)


def _signed_urls(name: str) -> tuple[str, str]:
    """Return the address that Twilio signs, without and with its port: it does either."""
    public_url = settings().public_url.rstrip("/")
    try:
        if not urlparse(public_url).hostname:
            raise ValueError
        address = urlparse(f"{public_url}/webhooks/{name}/webhook")
        return str(remove_port(address)), str(add_port(address))
    except ValueError:
        raise TwitchwiseError(
            "public_url is not set, or is no address, and Twilio's signatures are made over it. "
            "Mend: set it in settings.yml (TWITCHWISE_PUBLIC_URL) to the address that Twilio "
            "calls, such as https://bot.clinic.example."
        ) from None


def fields_in(body: bytes) -> RequestParameters:
    """Return the fields of a form, each with all its values; empty ones too, as they are signed.

    Raises:
        Refused: with status 400, there are too many of them.
    """
    text = body.decode("utf-8", "replace")
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused(400, "The form has too many fields.") from None
    return RequestParameters(found)


def single(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the fields that came once: nobody knows which of two is meant."""
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _is_news(form: Mapping[str, str]) -> bool:
    """Say whether it tells what became of an outgoing message (queued, sent, read, failed…)."""
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    return status.casefold() not in _RECEIVED


def read_message(form: Mapping[str, str], line: Line) -> Inbound | None:
    """Return an incoming message, or None where there is nobody to answer.

    Args:
        form: with MessageSid, From and To.
        line: of ours, to which it was sent.
    """
    person = form["From"]
    if not line.kind.is_person(person) or person == form["To"]:
        return None
    text, said = _words(form)
    event = _keyword(text, form.get("OptOutType", "").upper())
    if event is None:
        return None
    if event is Event.MESSAGE:
        # Without words there is something else: a place, a poll, or an empty text.
        text, event = words_or_media(text, has_media=number_at(form, "NumMedia") > 0 or not text)
    return Inbound(
        id=form["MessageSid"],
        person=person,
        place=person,
        address=line.reply_address(form),
        text=text if event is Event.MESSAGE else "",
        said=said,
        event=event,
    )


def _words(form: Mapping[str, str]) -> tuple[str, str | None]:
    """Return text and title; a button of somebody else's template says what stands on it."""
    title = form.get("ButtonText", "").strip()
    words = form.get("Body", "").strip() or title
    payload = form.get("ButtonPayload", "").strip()
    return (payload, title or words or None) if parse_payload(payload) else (words, None)


def _keyword(text: str, opt_out_type: str) -> Event | None:
    """Return what a message is to people and carriers; None where Twilio itself has answered.

    Twilio takes a word for an order only where nothing stands beside it; "Stop." is one to people.
    """
    if opt_out_type == "STOP" or text.strip(_AROUND).upper() in STOP_WORDS:
        return Event.STOP
    if opt_out_type in ("START", "HELP"):
        return None
    if text.upper() in START_WORDS:
        return Event.JOIN
    return Event.HELP if text.upper() in HELP_WORDS else Event.MESSAGE
