"""Talks to a server over the HTTP channel (docs/http.md)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ValidationError

from twitchwise.printable import printable
from twitchwise.terminal.contract import About, History, Rated, Refusal, Turn, Urgent
from twitchwise.terminal.failures import NotConnected, ServerFailed, Unreachable, WrongUse
from twitchwise.terminal.message import Message

_API = "/webhooks/rest"
_CONNECT_SECONDS = 5.0
#: So often a message is sent again that came too early.
_MOST_WAITS = 20
_LONGEST_WAIT_SECONDS = 300
#: As the contract has it.
_MOST_ON_THEIR_WAY = 100

Body = TypeVar("Body", bound=BaseModel)


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
        on_wait: Callable[[int], None] = lambda seconds: None,
    ) -> None:
        """Take where the server is.

        Args:
            url: its address, without a path of the channel.
            seconds: how long to wait for a reply.
            token: of the server's operator (see ``twitchwise.serving.running``).
            on_wait: told how many seconds the server wants us to wait.
        """
        self.url = url
        self._seconds = seconds
        self._on_wait = on_wait
        self._session = requests.Session()
        # A proxy of the surroundings does not reach this machine.
        self._session.trust_env = not _is_this_machine(url)
        if token:
            self._session.headers["X-Operator-Token"] = token

    def about(self) -> About:
        """Return what the server says of itself."""
        return self._read(About, self._ask("GET", "/about"))

    def send(self, conversation: str, message: Message) -> Turn:
        """Send a message; return the whole turn.

        Raises:
            WrongUse: the server does not take this message, for example because it is too long.
        """
        body = {"message": message.text, "title": message.title, "id": message.id}
        body = {name: value for name, value in body.items() if value is not None}
        for _ in range(_MOST_WAITS):
            reply = self._ask("POST", "/turn", conversation, body, accepted=(200, 400, 413, 429))
            if reply.status_code != 429:
                break
            seconds = _seconds_to_wait(reply)
            self._on_wait(seconds)
            time.sleep(seconds)
        if reply.status_code in (400, 413):
            raise WrongUse(_error_of(reply))
        if reply.status_code == 429:
            self._fail(reply)
        return self._read(Turn, reply)

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
        if reply.status_code != 200:
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
    ) -> requests.Response:
        """Return the reply; one with another status than those accepted is an error (None: all)."""
        headers = {"X-Conversation-Id": conversation} if conversation else {}
        try:
            reply = self._session.request(
                method,
                self.url + _API + path,
                # ASCII: what UTF-8 cannot hold travels as JSON escapes.
                data=json.dumps(body).encode("ascii") if body is not None else None,
                headers={"Content-Type": "application/json", **headers},
                timeout=(_CONNECT_SECONDS, seconds or self._seconds),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._not_reached(error) from error
        if accepted is not None and reply.status_code not in accepted:
            self._fail(reply)
        return reply

    def _not_reached(self, error: requests.RequestException) -> Unreachable:
        reason, name = str(error), type(error).__name__
        if isinstance(error, requests.exceptions.SSLError):
            return NotConnected(f"The server at {self.url} has no certificate that is trusted.")
        if "NameResolution" in reason:
            host = urlsplit(self.url).hostname
            return NotConnected(f"There is no server called {host}. Mend: correct --url.")
        if isinstance(error, requests.ConnectTimeout) or "NewConnectionError" in reason:
            return NotConnected(
                f"No server answers at {self.url}. "
                "Mend: start one with 'make serve', or correct --url."
            )
        if isinstance(error, requests.ReadTimeout) or "Read timed out" in reason:
            return Unreachable(f"The server at {self.url} did not answer in time.")
        if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
            return Unreachable(f"The server at {self.url} broke off before it had answered.")
        return Unreachable(f"The server at {self.url} cannot be asked ({name}).")

    def _fail(self, reply: requests.Response) -> NoReturn:
        place = reply.headers.get("Location")
        if place:
            raise ServerFailed(
                f"The server at {self.url} is now at {printable(place)}. Mend: --url with that."
            )
        refusal = _refusal_of(reply)
        if refusal is None:
            raise self._no_twitchwise(f"status {reply.status_code}")
        raise ServerFailed(f"The server at {self.url} could not answer: {refusal.error}")

    def _read(self, kind: type[Body], reply: requests.Response) -> Body:
        try:
            return kind.parse_obj(_harmless(json.loads(reply.content)))
        except (ValidationError, ValueError) as error:
            raise self._no_twitchwise("its reply cannot be read") from error

    def _no_twitchwise(self, why: str) -> ServerFailed:
        return ServerFailed(f"What answers at {self.url} is no Twitchwise of this version ({why}).")


def _harmless(given: Any) -> Any:
    """Return what was received with nothing in its texts that a terminal would act on."""
    if isinstance(given, str):
        return printable(given.replace("\t", " "), keep="\n")
    if isinstance(given, list):
        return [_harmless(each) for each in given]
    if isinstance(given, dict):
        return {name: _harmless(value) for name, value in given.items()}
    return given


def _refusal_of(reply: requests.Response) -> Refusal | None:
    try:
        return Refusal.parse_obj(_harmless(json.loads(reply.content)))
    except (ValidationError, ValueError):
        return None


def _error_of(reply: requests.Response) -> str:
    refusal = _refusal_of(reply)
    return refusal.error if refusal else f"The server refused the message ({reply.status_code})."


def _seconds_to_wait(reply: requests.Response) -> int:
    given = reply.headers.get("Retry-After", "")
    return min(int(given), _LONGEST_WAIT_SECONDS) if given.isdecimal() else 10


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
