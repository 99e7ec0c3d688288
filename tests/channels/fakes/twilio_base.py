"""Twilio's Messages resource: https://www.twilio.com/docs/messaging/api/message-resource.

Errors are JSON with ``code``, ``message``, ``more_info`` and ``status``, as in
https://www.twilio.com/docs/usage/twilios-response; the codes have a page each below
https://www.twilio.com/docs/api/errors/.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping

from aiohttp import web

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "twilioAuthTokenOfTheTests4242"
SERVICE = "MG" + "fedcba9876543210" * 2
_PERSON = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST = 1600
_OF_STATUS = {429: 20429, 500: 20500}


class FakeTwilio(FakePlatform):
    """Enforces the login, senders, recipients and lengths; keeps who has opted out."""

    #: Before numbers of this kind of messages.
    prefix: str
    #: The number of the bot.
    number: str

    def __init__(self) -> None:
        super().__init__()
        self.opted_out: set[str] = set()
        #: Error codes for the next calls.
        self.errors: list[tuple[int, int]] = []
        #: Error codes of the next messages that are taken all the same.
        self.failures: list[int] = []
        self.forms: list[dict[str, str]] = []
        #: Of the account: active, suspended, or closed.
        self.status = "active"

    def clear(self) -> None:
        super().clear()
        self.opted_out.clear()
        self.errors.clear()
        self.failures.clear()
        self.forms.clear()
        self.status = "active"

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        yield "GET", "/2010-04-01/Accounts/{account}.json", self.account
        yield "POST", "/2010-04-01/Accounts/{account}/Messages.json", self.create

    def error(self, status: int, why: str) -> web.Response:
        code, _, message = why.partition(" ")
        number = int(code) if code.isdecimal() else _OF_STATUS.get(status, 20000)
        return web.json_response(
            {
                "code": number,
                "message": message,
                "more_info": f"https://www.twilio.com/docs/errors/{number}",
                "status": status,
            },
            status=status,
        )

    async def account(self, request: web.Request) -> web.Response:
        _authorise(request)
        return web.json_response({"sid": ACCOUNT, "status": self.status, "type": "Full"})

    async def create(self, request: web.Request) -> web.Response:
        _authorise(request)
        if self.errors:
            status, code = self.errors.pop(0)
            return self.error(status, f"{code} It fails")
        form = {key: str(value) for key, value in (await request.post()).items()}
        self._check(form)
        self.forms.append(form)
        failure = self.failures.pop(0) if self.failures else None
        if failure is None:
            self.sent.append(Sent(form["To"], self.shown(form["Body"]), raw=form))
        taken = {"sid": f"SM{len(self.forms):032x}", "body": form["Body"], "error_code": failure}
        return web.json_response({**taken, "status": "failed" if failure else "queued"}, status=201)

    def _check(self, form: Mapping[str, str]) -> None:
        self._check_sender(form)
        self._check_recipient(form.get("To", ""))
        body = form.get("Body", "")
        if not body.strip():
            raise Rejected("21602 Message body is required")
        # Characters that are no ASCII may count as several; the strictest way to count is bytes.
        if len(body.encode()) > _LONGEST:
            raise Rejected("21617 The concatenated message body exceeds the 1600 character limit")

    def _check_sender(self, form: Mapping[str, str]) -> None:
        sender, service = form.get("From", ""), form.get("MessagingServiceSid", "")
        if not sender and not service:
            raise Rejected("21603 A 'From' or 'MessagingServiceSid' parameter is required")
        if service not in ("", SERVICE):
            raise Rejected("21701 The Messaging Service does not exist", 404)
        if sender not in ("", self.number):
            raise Rejected("21660 Mismatch between the 'From' number and the account")

    def _check_recipient(self, recipient: str) -> None:
        if not recipient:
            raise Rejected("21604 A 'To' phone number is required")
        if not recipient.startswith(self.prefix) or not _PERSON.fullmatch(
            recipient.removeprefix(self.prefix)
        ):
            raise Rejected("21211 Invalid 'To' Phone Number")
        if recipient in self.opted_out:
            raise Rejected("21610 Attempt to send to unsubscribed recipient")

    def shown(self, body: str) -> str:
        """Return what a person reads."""
        return body


def _authorise(request: web.Request) -> None:
    login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    if request.headers.get("Authorization") != f"Basic {login}":
        raise Rejected("20003 Authenticate", 401)
    if request.match_info["account"] != ACCOUNT:
        raise Rejected("20404 The requested resource was not found", 404)
