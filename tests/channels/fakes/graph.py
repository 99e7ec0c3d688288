"""What the fakes of Meta's platforms have in common: the Graph API's tokens and errors.

Pages of https://developers.facebook.com: "Secure Graph API Calls", "WhatsApp error codes",
Messenger's "Common Error Codes". An error is ``{"error": {"message", "type", "code", …}}``, and the
message begins with "(#code)".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.channels.fakes.server import FakePlatform, Handle, Rejected, Sent

VERSION = "v26.0"
_CODE = re.compile(r"\(#(\d+)\)")
#: Codes of failures that are no refusals of a message.
_CODES = {401: 190, 429: 4, 500: 2}


class FakeGraph(FakePlatform):
    """Takes messages for one number or page."""

    own_id: str
    token: str
    app_secret: str

    def __init__(self) -> None:
        super().__init__()
        #: Errors ("(#code) …", status) that the next calls for messages get.
        self.refusals: list[tuple[str, int]] = []
        #: Bodies of calls that are no messages (receipts).
        self.receipts: list[dict[str, Any]] = []

    def clear(self) -> None:
        super().clear()
        self.refusals.clear()
        self.receipts.clear()

    def routes(self) -> Iterable[tuple[str, str, Handle]]:
        yield "GET", f"/{VERSION}/{self.own_id}", self.about
        yield "POST", f"/{VERSION}/{self.own_id}/messages", self.messages

    def error(self, status: int, why: str) -> web.Response:
        found = _CODE.match(why)
        code = int(found[1]) if found else _CODES.get(status, 100)
        error = {"message": why, "type": "OAuthException", "code": code, "fbtrace_id": "Az8or2yhqk"}
        return web.json_response({"error": error}, status=status)

    async def about(self, request: web.Request) -> web.Response:
        self._authorise(request)
        need(request.query.get("fields") == "id", "(#100) Tried accessing nonexisting field")
        return web.json_response({"id": self.own_id})

    def _authorise(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Rejected("(#190) Invalid OAuth access token.", 401)
        proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if request.query.get("appsecret_proof") != proof:
            raise Rejected("(#100) Invalid appsecret_proof provided in the API argument", 400)

    async def messages(self, request: web.Request) -> web.Response:
        self._authorise(request)
        body = await request.json()
        if self.is_receipt(body):
            self.receipts.append(body)
            return web.json_response({"success": True})
        if self.refusals:
            why, status = self.refusals.pop(0)
            return self.error(status, why)
        self.sent.append(self.shown(body))
        return web.json_response(self.taken(body))

    def is_receipt(self, body: dict[str, Any]) -> bool:
        """Say whether a call is no message, and refuse a wrong one."""
        raise NotImplementedError

    def shown(self, body: dict[str, Any]) -> Sent:
        """Return a message as a person reads it; refuse a wrong one."""
        raise NotImplementedError

    def taken(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a message that was taken."""
        raise NotImplementedError


def need(is_so: object, why: str) -> None:
    """Refuse a call for which something is not so."""
    if not is_so:
        raise Rejected(why)


def length(text: object) -> int:
    """Return the length of a text in UTF-16 units; -1 for what is no text."""
    return len(text.encode("utf-16-le")) // 2 if isinstance(text, str) else -1
