"""Talks to a server over the HTTP channel (docs/http.md)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from pydantic import BaseModel, ValidationError

from twitchwise.printable import printable
from twitchwise.terminal.contract import About, History, Rated, Refusal, Turn, Urgent
from twitchwise.terminal.failures import (
    NotConnected,
    NoTwitchwise,
    ServerFailed,
    Unreachable,
    WrongUse,
)
from twitchwise.terminal.message import Message

_API = "/webhooks/rest"
_CONNECT_SECONDS = 5.0
#: So often a message is sent again that came too early.
_MOST_WAITS = 20
_LONGEST_WAIT_SECONDS = 300
#: As the contract has it.
_MOST_ON_THEIR_WAY = 100
_MOST_DIGITS = 9
#: A body is read in parts of so many bytes, and may have so many in all.
_PART = 65_536
_LARGEST = 50_000_000

Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Reply:
    """What came back, all of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class CommentIsUrgent(Exception):
    """A comment that was not kept tells of weakness, numbness or an emergency."""

    def __init__(self, urgent: Urgent, why: str) -> None:
        super().__init__(why)
        self.urgent = urgent


class ChatClient:
    """A server; each method raises Unreachable or ServerFailed where it does not work."""

    def __init__(
        self,
        url: str,
        *,
        seconds: float,
        token: str = "",
    ) -> None:
        """Take where the server is.

        Args:
            url: its address, without a path of the channel.
            seconds: how long to wait for a reply.
            token: of the server's operator (see ``twitchwise.serving.running``).
        """
        self.url = url
        #: The address as it may be shown.
        self.place = without_password(url)
        self._seconds = seconds
        self._session = requests.Session()
        # A proxy of the surroundings does not reach this machine.
        self._session.trust_env = not is_this_machine(url)
        if token:
            self._session.headers["X-Operator-Token"] = token

    def about(self) -> About:
        """Return what the server says of itself."""
        return self._read(About, self._ask("GET", "/about"))

    def send(
        self,
        conversation: str,
        message: Message,
        on_wait: Callable[[int], None] = lambda seconds: None,
    ) -> Turn:
        """Send a message; return the whole turn.

        Args:
            conversation: its id.
            message: what to send.
            on_wait: told how many seconds the server wants us to wait.

        Raises:
            WrongUse: the server does not take this message, for example because it is too long.
        """
        body = {"message": message.text, "id": message.id}
        if message.title is not None:
            body["title"] = message.title
        reply = self._send(conversation, body)
        for _ in range(_MOST_WAITS):
            if reply.status != 429:
                break
            seconds = _seconds_to_wait(reply)
            on_wait(seconds)
            time.sleep(seconds)
            reply = self._send(conversation, body)
        if reply.status in (400, 413):
            raise WrongUse(_error_of(reply))
        if reply.status == 429:
            self._fail(reply)
        return self._read(Turn, reply)

    def _send(self, conversation: str, body: dict[str, str]) -> Reply:
        return self._ask("POST", "/turn", conversation, body, accepted=(200, 400, 413, 429))

    def history(self, conversation: str) -> Sequence[Turn]:
        """Return what was said in a conversation, oldest turn first."""
        return self._read(History, self._ask("GET", "/history", conversation)).turns

    def forget(
        self, conversation: str, on_their_way: Sequence[str] = (), seconds: float | None = None
    ) -> None:
        """Delete a conversation, and messages of it that may still come."""
        body = {"pending": list(on_their_way)[-_MOST_ON_THEIR_WAY:]}
        self._ask("DELETE", "/conversation", conversation, body, seconds=seconds)

    def rate(self, conversation: str, turn_id: str, rating: str, comment: str) -> Urgent | None:
        """Give a thumb; return what the person must be told about the comment, if anything.

        Raises:
            CommentIsUrgent: the thumb was not kept, and the person must be told something.
        """
        body = {"id": turn_id, "rating": rating, **({"comment": comment} if comment else {})}
        reply = self._ask("POST", "/feedback", conversation, body, accepted=None)
        if reply.status != 200:
            refusal = _refusal_of(reply)
            if refusal is not None and refusal.urgent is not None:
                raise CommentIsUrgent(refusal.urgent, refusal.error)
            self._fail(reply)
        return self._read(Rated, reply).urgent

    def _ask(
        self,
        method: str,
        path: str,
        conversation: str | None = None,
        body: Any = None,
        accepted: Sequence[int] | None = (200,),
        seconds: float | None = None,
    ) -> Reply:
        """Return the reply; one with another status than those accepted is an error (None: all)."""
        headers = {"X-Conversation-Id": conversation} if conversation else {}
        seconds = seconds or self._seconds
        deadline = time.monotonic() + seconds
        try:
            response = self._session.request(
                method,
                self.url + _API + path,
                # ASCII: what UTF-8 cannot hold travels as JSON escapes.
                data=json.dumps(body).encode("ascii") if body is not None else None,
                headers={"Content-Type": "application/json", **headers},
                timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            )
            body_read = _read_all(response, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
            raise self._not_reached(error) from error
        reply = Reply(response.status_code, response.headers, body_read)
        if accepted is not None and reply.status not in accepted:
            self._fail(reply)
        return reply

    def _not_reached(self, error: Exception) -> Unreachable:
        reason, name, place = str(error), type(error).__name__, self.place
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            return NotConnected(
                f"The server at {place} has no certificate that is trusted. "
                "Mend: correct it, or let REQUESTS_CA_BUNDLE name whom you trust."
            )
        if isinstance(error, requests.exceptions.SSLError):
            return Unreachable(f"The server at {place} does not speak https as it should ({name}).")
        if "NameResolution" in reason:
            host = urlsplit(self.url).hostname
            return NotConnected(f"There is no server called {host}. Mend: correct --url.")
        if isinstance(error, requests.ConnectTimeout) or "NewConnectionError" in reason:
            return NotConnected(
                f"No server answers at {place}. "
                "Mend: start one with 'make serve', or correct --url."
            )
        if isinstance(error, requests.ReadTimeout) or "Read timed out" in reason:
            return Unreachable(
                f"The server at {place} did not answer in time. "
                "Mend: try again, or give it longer with --timeout."
            )
        if isinstance(error, requests.ConnectionError | urllib3.exceptions.HTTPError):
            return Unreachable(
                f"The server at {place} broke off before it had answered. Mend: try again."
            )
        return Unreachable(f"The server at {place} cannot be asked ({name}). Mend: correct --url.")

    def _fail(self, reply: Reply) -> NoReturn:
        refusal = _refusal_of(reply)
        if refusal is not None:
            raise ServerFailed(
                f"The server at {self.place} could not answer: {refusal.error} Mend: try again."
            )
        if 300 <= reply.status < 400:
            raise NoTwitchwise(
                f"What answers at {self.place} sends us elsewhere. Mend: give --url that address."
            )
        if reply.status >= 500:
            raise ServerFailed(
                f"The server at {self.place} failed (status {reply.status}). Mend: try again."
            )
        raise self._no_twitchwise(f"status {reply.status}")

    def _read(self, kind: type[Body], reply: Reply) -> Body:
        try:
            return kind.parse_obj(_json_of(reply))
        except (ValidationError, ValueError) as error:
            raise self._no_twitchwise("its reply cannot be read") from error

    def _no_twitchwise(self, why: str) -> NoTwitchwise:
        return NoTwitchwise(
            f"What answers at {self.place} is no Twitchwise of this version ({why}). "
            "Mend: correct --url."
        )


def _read_all(response: requests.Response, deadline: float) -> bytes:
    """Return the body if all of it comes in time.

    Raises:
        requests.RequestException: it takes too long, or is too large.
        urllib3.exceptions.HTTPError: it broke off.
    """
    parts: list[bytes] = []
    size = 0
    # As they come: iter_content() waits until a whole part is there.
    while part := response.raw.read1(_PART, decode_content=True):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("Read timed out.")
        if size > _LARGEST:
            raise requests.exceptions.ContentDecodingError("too large")
    return b"".join(parts)


def _json_of(reply: Reply) -> Any:
    """Return the body.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return _harmless(json.loads(reply.body))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _harmless(given: Any) -> Any:
    """Return what was received with nothing in its texts that a terminal would act on."""
    if isinstance(given, str):
        return printable(given.replace("\t", " "), keep="\n")
    if isinstance(given, list):
        return [_harmless(each) for each in given]
    if isinstance(given, dict):
        return {name: _harmless(value) for name, value in given.items()}
    return given


def _refusal_of(reply: Reply) -> Refusal | None:
    try:
        return Refusal.parse_obj(_json_of(reply))
    except (ValidationError, ValueError):
        return None


def _error_of(reply: Reply) -> str:
    refusal = _refusal_of(reply)
    return refusal.error if refusal else f"The server refused the message ({reply.status})."


def _seconds_to_wait(reply: Reply) -> int:
    given = reply.headers.get("Retry-After", "")[:_MOST_DIGITS]
    return min(int(given), _LONGEST_WAIT_SECONDS) if given.isdecimal() else 10


def without_password(url: str) -> str:
    """Return an address as it may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def is_this_machine(url: str) -> bool:
    """Say whether an address is one of this machine's own."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
