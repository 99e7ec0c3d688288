"""Sends a record to the operator's address, signed as in Standard Webhooks.

Headers ``webhook-id`` (the record's id, the same for a duplicate), ``webhook-timestamp`` (seconds)
and ``webhook-signature`` (``v1,`` and the HMAC-SHA256 of ``id.timestamp.body`` in base64).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import random
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from standardwebhooks import Webhook as Signer

from twitchwise import __version__
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.record import Escalation, utc_now
from twitchwise.settings import settings

SECRET_VARIABLE = "TWITCHWISE_ESCALATION_WEBHOOK_SECRET"
#: The "type" of what is sent.
EVENT_TYPE = "twitchwise.escalation"
# Standard Webhooks asks for so many bytes at least.
_SHORTEST_SECRET = 24
_PREFIX = "whsec_"
#: How long connecting and each wait for an answer may take, in seconds.
_TIMEOUTS = (3.0, 10.0)
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 3600.0
_LONGEST_RETRY_AFTER = 24 * 3600.0
_TOO_MANY, _UNAVAILABLE = 429, 503


@dataclass(frozen=True)
class Answer:
    """What came of a try.

    Attributes:
        accepted: whether the receiver has the record.
        error: else why not, in a few words without texts or addresses.
        retry_after: how long the receiver asks us to wait, in seconds.
    """

    accepted: bool
    error: str = ""
    retry_after: float | None = None


class Webhook:
    """The operator's address, and how to sign for it."""

    def __init__(self, url: str, secret: bytes) -> None:
        self._url = url
        self._signer = Signer(secret)
        self._session = requests.Session()

    def send(self, escalation: Escalation) -> Answer:
        """Send a record; never raises for what the network or the receiver does."""
        body = body_of(escalation)
        try:
            with self._session.post(
                self._url,
                data=body.encode("ascii"),
                headers=self._headers(escalation.id, body),
                timeout=_TIMEOUTS,
                # A redirect would carry the record to an address that nobody set.
                allow_redirects=False,
                # The answer's body is not wanted, however long it is.
                stream=True,
            ) as response:
                return _answer(response.status_code, response.headers.get("Retry-After"))
        except (requests.RequestException, OSError, ValueError) as error:
            # The type alone: the message holds the address, which may have a password in it.
            return Answer(False, type(error).__name__)

    def _headers(self, key: str, body: str) -> dict[str, str]:
        now = utc_now()
        return {
            "content-type": "application/json",
            "user-agent": f"twitchwise/{__version__}",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(key, now, body),
        }


def body_of(escalation: Escalation) -> str:
    """Return what is sent: the same bytes for the same record, in ASCII."""
    event = {
        "type": EVENT_TYPE,
        "timestamp": escalation.at.isoformat(),
        "data": escalation.as_dict(),
    }
    return json.dumps(event)


def _answer(status: int, retry_after: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer(True)
    asked = retry_after if status in (_TOO_MANY, _UNAVAILABLE) else None
    return Answer(False, f"HTTP {status}", seconds_to_wait(asked))


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Read a ``Retry-After`` header, a number of seconds or a date; None where it says nothing."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        seconds = float(retry_after)
    else:
        try:
            when = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        if when.tzinfo is None:
            when = when.replace(tzinfo=timezone.utc)
        seconds = (when - utc_now()).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def wait_seconds(attempts: int, answer: Answer, spread: float | None = None) -> float:
    """Return how long to wait before the next try, in seconds.

    Args:
        attempts: how often it was tried, this time included.
        answer: what came of the last try.
        spread: 0 to 1, where in the span of chance; by chance where left out. It keeps records
            that failed together from coming back together.
    """
    chance = random.random() if spread is None else spread
    if answer.retry_after is not None:
        return max(answer.retry_after, _FIRST_WAIT) * (1 + chance / 10)
    # Doubling a few hundred times would be no number any more.
    doublings = min(max(attempts - 1, 0), 20)
    return min(_FIRST_WAIT * 2.0**doublings, _LONGEST_WAIT) * (0.8 + 0.4 * chance)


def webhook_of_settings() -> Webhook | None:
    """Return the webhook of this installation; None where none is set.

    Raises:
        TwitchwiseError: the address or the secret is wrong.
    """
    url = settings().escalation_webhook_url.strip()
    if not url:
        return None
    _require_address(url)
    return Webhook(url, read_secret(os.environ.get(SECRET_VARIABLE, "").strip()))


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise TwitchwiseError(
            "The setting 'escalation_webhook_url' is no web address. "
            "Mend: write one such as https://example.org/escalations, or leave it empty."
        )


def read_secret(given: str) -> bytes:
    """Return the bytes of a secret in base64, with or without ``whsec_`` before it.

    Raises:
        TwitchwiseError: it is missing, no base64, or too short.
    """
    mend = (
        f"Mend: set {SECRET_VARIABLE} to what 'openssl rand -base64 32' gives, "
        "and give the same to the receiver."
    )
    if not given:
        raise TwitchwiseError(
            f"escalation_webhook_url is set, but there is no secret to sign with. {mend}"
        )
    try:
        text = given[len(_PREFIX) :] if given.startswith(_PREFIX) else given
        secret = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TwitchwiseError(f"{SECRET_VARIABLE} is not base64. {mend}") from error
    if len(secret) < _SHORTEST_SECRET:
        raise TwitchwiseError(f"{SECRET_VARIABLE} is shorter than {_SHORTEST_SECRET} bytes. {mend}")
    return secret
