"""What Meta's platforms have in common: handshake, signature, and the Graph API.

Pages of https://developers.facebook.com: "Webhooks", "Getting Started" (the GET handshake with
``hub.challenge``; ``X-Hub-Signature-256`` is "sha256=" and the HMAC of the raw body with the app's
secret), "Secure Graph API Calls" (``appsecret_proof``), "WhatsApp error codes" and Messenger's
"Common Error Codes". The older ``X-Hub-Signature`` (SHA-1) comes along too and counts for nothing.
"""

from __future__ import annotations

import hashlib
import logging
import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Inbound
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.requests import header, number_at, object_in, part_of, text_at
from twitchwise.channels.platforms.verification import is_same, signature_of
from twitchwise.errors import TwitchwiseError

logger = logging.getLogger(__name__)

SIGNATURE_HEADER = "X-Hub-Signature-256"
_VERSION = re.compile(r"v\d{1,3}\.\d{1,2}", re.ASCII)
_DIGITS = re.compile(r"\d{1,30}", re.ASCII)
_CHALLENGE = re.compile(r"[\w.-]{1,200}", re.ASCII)

#: Errors that pass: unknown or service (1, 2), rate limits (4, 17, 32, 613, 80006, 80007, 130429,
#: 131056), a temporary failure to send (1200), WhatsApp's internal errors (131000, 131016, 131057,
#: 133004).
_PASSING = frozenset(
    (1, 2, 4, 17, 32, 613, 1200, 80006, 80007, 130429, 131000, 131016, 131056, 131057, 133004)
)
#: Errors that last until an operator mends the token: its session is over (102), its signature is
#: wrong (104), it has expired (190), there is none (2500), it has not the rights (3, 10, 131005,
#: and 200 to 299: "API Permission").
_UNTIL_MENDED = frozenset((3, 10, 102, 104, 190, 2500, 131005, *range(200, 300)))
#: Errors that stay, whatever the status: the person cannot be written to (551, 131026), WhatsApp's
#: 24 hours are over (131047).
_STAYING = frozenset((551, 131026, 131047))
#: Code 10 is also "outside of allowed window" of Messenger, with this subcode.
_DENIED, _WINDOW_IS_OVER = 10, 2018278
#: Token and secret are of two apps: that is said with the code of any wrong parameter.
_PROOF = "appsecret_proof"
#: Errors that say that the message itself was built wrongly.
_ILL_FORMED = frozenset((100, 131008, 131009))


class GraphPlatform(Platform):
    """A platform on Meta's Graph API.

    Attributes:
        id_key: short name of the variable that holds the id of the number or page.
        subject: ``object`` of its webhooks.
    """

    id_key: ClassVar[str]
    subject: ClassVar[str]

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        self.own_id = self._checked(self.id_key, _DIGITS, "a number, as Meta shows it")
        version = self._checked("graph_version", _VERSION, "a version such as v26.0")
        self._about = f"{values['api_url'].rstrip('/')}/{version}/{self.own_id}"
        self._url = f"{self._about}/messages"
        self._proof = signature_of(values["app_secret"], values["token"].encode())

    def _checked(self, key: str, form: re.Pattern[str], wanted: str) -> str:
        value = self.values[key]
        if not form.fullmatch(value):
            raise TwitchwiseError(f"{self.variable(key)} is wrong. Mend: set it to {wanted}.")
        return value

    def routes(self) -> Sequence[Route]:
        """Return the webhook's address: GET for the handshake, POST for events."""
        return [
            Route("GET", "/webhook", self._shake_hands),
            Route("POST", "/webhook", self._receive),
        ]

    async def start(self) -> None:
        """See whether the token is right, and may see the number or page."""
        await self._call("GET", self._about, query={"fields": "id"})

    @abstractmethod
    def read(self, body: Mapping[str, Any]) -> list[Inbound]:
        """Return all messages of a webhook's body that are for this number or page."""

    @abstractmethod
    def receipt(self, inbound: Inbound) -> dict[str, Any]:
        """Return the call that shows a message as read."""

    async def _shake_hands(self, request: Request) -> HTTPResponse:
        challenge = _only(request, "hub.challenge")
        is_known = is_same(_only(request, "hub.verify_token"), self.values["verify_token"])
        if _only(request, "hub.mode") != "subscribe" or not is_known:
            raise Refused(403, "The verify token is wrong.")
        if not _CHALLENGE.fullmatch(challenge):
            raise Refused(400, "There is no challenge.")
        return response.text(challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _receive(self, request: Request) -> HTTPResponse:
        expected = f"sha256={signature_of(self.values['app_secret'], request.body)}"
        if not is_same(header(request, SIGNATURE_HEADER), expected):
            raise Refused(401, "The signature is wrong.")
        body = object_in(request.body)
        inbounds = self.read(body) if text_at(body, "object") == self.subject else []
        await self.desk.take(self, inbounds)
        for inbound in inbounds:
            self.background(self.post(self.receipt(inbound), attempts=1))
        return response.json({})

    async def send(self, message: dict[str, Any], without_buttons: dict[str, Any] | None) -> None:
        """Send a message; without its buttons, where they are what Meta does not take.

        Raises:
            Undelivered: it was not taken.
        """
        try:
            await self.post(message)
        except Undelivered as error:
            if without_buttons is None or not _is_ill_formed(error):
                raise
            # Choices can be typed too; the answer itself must not be lost for them.
            logger.warning("%s: buttons were refused (error %d).", self.name, error_code(error))
            await self.post(without_buttons)

    async def post(self, message: dict[str, Any], *, attempts: int | None = None) -> None:
        """Call the number's or page's ``/messages``.

        Raises:
            Undelivered: it was not taken; final where Meta's error code says so.
        """
        await self._call("POST", self._url, json_body=message, attempts=attempts)

    async def _call(
        self,
        method: str,
        url: str,
        *,
        json_body: Any = None,
        query: Mapping[str, str] | None = None,
        attempts: int | None = None,
    ) -> None:
        try:
            await self.client.call(
                method,
                url,
                json_body=json_body,
                query={**(query or {}), _PROOF: self._proof},
                headers={"Authorization": f"Bearer {self.values['token']}"},
                attempts=attempts,
            )
        except Undelivered as error:
            raise _judged(self.name, error) from None


def error_code(error: Undelivered) -> int:
    """Return the ``code`` of a Graph API error; 0 where there is none."""
    return number_at(error.body, "error", "code")


def _judged(name: str, error: Undelivered) -> Undelivered:
    """Return an error with what Meta's own code says of it."""
    code = error_code(error)
    may_pass = code in _PASSING or code in _UNTIL_MENDED or _is_of_proof(error)
    is_staying = code in _STAYING or _is_window_over(error)
    return Undelivered(
        f"{name} answered {error.status} (error {code})" if code else error.reason,
        is_final=is_staying or (error.is_final and not may_pass),
        status=error.status,
        body=error.body,
    )


def _is_ill_formed(error: Undelivered) -> bool:
    return error_code(error) in _ILL_FORMED and not _is_of_proof(error)


def _is_of_proof(error: Undelivered) -> bool:
    return _PROOF in text_at(error.body, "error", "message")


def _is_window_over(error: Undelivered) -> bool:
    return error_code(error) == _DENIED and (
        number_at(error.body, "error", "error_subcode") == _WINDOW_IS_OVER
        or "window" in text_at(error.body, "error", "message")
    )


def objects_at(body: Any, *path: str) -> list[dict[str, Any]]:
    """Return the objects in the list at a path of keys; none where there is no list."""
    found = part_of(body, *path[:-1]).get(path[-1])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def known_id(given: str) -> str:
    """Return what a message is known by: the hash of its id.

    WhatsApp's ids hold the person's telephone number (in base64), and ids are kept with turns.
    """
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def _only(request: Request, name: str) -> str:
    """Return a parameter of the address, or nothing where it is missing or came more than once."""
    found = request.args.getlist(name) or []
    return str(found[0]) if len(found) == 1 else ""
