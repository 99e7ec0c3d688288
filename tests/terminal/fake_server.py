"""A server that speaks docs/http.md, in the test's process, and fails in every way asked for."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.terminal import replies

#: How long a test waits for what has to come; only reached where something is broken.
PATIENCE_SECONDS = 20
#: Ten times as long as the test that gets them waits.
_MOST_BLANKS, _BLANK_SECONDS = 100, 0.05
_BASE = "/webhooks/rest"
_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{22,64}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Seen:
    """A request that came in; names of headers are in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def conversation(self) -> str:
        """The id of the conversation that it names."""
        return self.headers.get("x-conversation-id", "")


@dataclass(frozen=True)
class Fault:
    """What comes in place of a reply.

    Attributes:
        write: gets the connection and the reply that would have been sent.
        is_handled: whether the message was handled before the fault, so that its reply is stored.
    """

    write: Callable[[_Connection, bytes], None]
    is_handled: bool = False


def refusal(
    status: int,
    error: str = "That is not possible.",
    urgent: dict[str, str] | None = None,
    **headers: str,
) -> Fault:
    """Return a refusal as docs/http.md has it; ``Retry_After`` becomes ``Retry-After``."""
    body = {"error": error, **({"urgent": urgent} if urgent else {})}
    return bad_body(json.dumps(body).encode(), status, "application/json", **headers)


def bad_body(
    body: bytes, status: int = 200, kind: str = "application/json", **headers: str
) -> Fault:
    """Return a reply that has another body than the contract's."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(lambda connection, _: connection.send(body, status, kind, named))


def web_page() -> Fault:
    """Return what another program at this address says."""
    return bad_body(b"<!doctype html><title>It works!</title>", kind="text/html")


def hang_up() -> Fault:
    """Return a connection that ends before any byte."""
    return Fault(lambda connection, _: connection.hang_up())


def cut_off() -> Fault:
    """Return a connection that ends in the middle of the reply."""
    return Fault(lambda connection, body: connection.send_half(body), is_handled=True)


def dribble() -> Fault:
    """Return a reply of which a blank comes now and then, until nobody waits for it any more."""
    return Fault(lambda connection, body: connection.send_blanks(len(body)), is_handled=True)


@dataclass
class Held:
    """A reply that is held back: ``arrived`` when it is waited for, until ``released`` is set."""

    arrived: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        """Wait until a message is held."""
        assert self.arrived.wait(PATIENCE_SECONDS), "no message has come"

    def release(self) -> None:
        """Let the replies go."""
        self.released.set()


class FakeServer:
    """A server on a port of this machine.

    Attributes:
        about: what ``GET /about`` says.
        reply: chooses what is said to a message.
        handled: the messages that were handled, each time that one was.
        urgent: what is said to each comment on a turn, as to one that tells of numbness.
        errors: what went wrong in here; has to stay empty.
    """

    def __init__(self) -> None:
        self.about: dict[str, Any] = replies.ABOUT.as_dict()
        self.reply: replies.Reply = replies.reply_to
        self.handled: list[str] = []
        self.urgent: dict[str, str] | None = None
        self.errors: list[BaseException] = []
        self._seen: list[Seen] = []
        self._turns: dict[str, dict[str, Any]] = defaultdict(dict)
        self._faults: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._held: Held | None = None
        self._change = threading.Condition()
        self._listener: _Listener | None = None
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it listens, or would."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen; always on the same port."""
        self._listener = _Listener(self, self._port)
        self._port = self._listener.server_address[1]
        threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def stop(self) -> None:
        """Stop listening, and break all connections; what was said is kept."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown()
            listener.server_close()
            listener.break_connections()

    def fail(self, *faults: Fault | None, at: str = "/turn") -> None:
        """Let these come in place of the next replies, one each; None lets a reply pass."""
        self._faults[at].extend(faults)

    @contextlib.contextmanager
    def holding(self) -> Iterator[Held]:
        """Hold replies to messages back inside the block."""
        self._held = held = Held()
        try:
            yield held
        finally:
            self._held = None
            held.release()

    def seen(self, method: str, path: str) -> list[Seen]:
        """Return the requests of one kind that came in."""
        with self._change:
            return [one for one in self._seen if (one.method, one.path) == (method, path)]

    def sent(self) -> list[Seen]:
        """Return the messages that came in, also those that were not handled."""
        return self.seen("POST", "/turn")

    def texts(self) -> list[str]:
        """Return the texts of the messages that came in."""
        return [one.body["message"] for one in self.sent()]

    def forgotten(self) -> list[str]:
        """Return the conversations that were forgotten."""
        return [one.conversation for one in self.seen("DELETE", "/conversation")]

    def wait_for(self, method: str, path: str, times: int = 1) -> Seen:
        """Wait for a request; return the newest of its kind."""
        with self._change:
            came = self._change.wait_for(
                lambda: len(self.seen(method, path)) >= times, PATIENCE_SECONDS
            )
        assert came, f"no {method} {path}; there were {self._seen}"
        return self.seen(method, path)[-1]

    def serve(self, connection: _Connection, request: Seen) -> None:
        """Answer a request."""
        with self._change:
            self._seen.append(request)
            self._change.notify_all()
        faults = self._faults[request.path]
        fault = faults.popleft() if faults else None
        if request.path == "/turn" and self._held is not None:
            held = self._held
            held.arrived.set()
            held.released.wait(PATIENCE_SECONDS)
        if fault is not None and not fault.is_handled:
            fault.write(connection, b"")
            return
        status, body = self._answer(request)
        # Lone surrogates, too, travel as escapes.
        raw = json.dumps(body).encode("ascii")
        if fault is not None:
            fault.write(connection, raw)
        else:
            connection.send(raw, status)

    def _answer(self, request: Seen) -> tuple[int, Any]:
        routes = {
            ("GET", ""): lambda _: (200, {"status": "ok"}),
            ("GET", "/"): lambda _: (200, {"status": "ok"}),
            ("GET", "/about"): lambda _: (200, self.about),
            ("POST", "/turn"): self._turn,
            ("GET", "/history"): self._history,
            ("DELETE", "/conversation"): self._forget,
            ("POST", "/feedback"): self._rate,
        }
        route = routes.get((request.method, request.path))
        return route(request) if route else (404, {"error": "There is nothing at this address."})

    def _turn(self, request: Seen) -> tuple[int, Any]:
        message, message_id = request.body.get("message"), request.body.get("id")
        if not isinstance(message, str):
            return 400, {"error": '"message" must be a text.'}
        if len(message) > self.about["largest_message"]:
            return 413, {"error": "The message is longer than is allowed."}
        # The real server is kinder, and leaves out what is wrong; our client has to be right.
        assert isinstance(message_id, str) and _MESSAGE_ID.fullmatch(message_id), message_id
        assert _CONVERSATION.fullmatch(request.conversation), request.conversation
        with self._change:
            turns = self._turns[request.conversation]
            if message_id not in turns:
                self.handled.append(message)
                turns[message_id] = replies.turn(
                    request.conversation,
                    message_id,
                    request.body.get("title") or message,
                    self.reply(message),
                )
            return 200, turns[message_id]

    def _history(self, request: Seen) -> tuple[int, Any]:
        turns = list(self._turns.get(request.conversation, {}).values())
        return 200, {"conversation": request.conversation, "days": 30, "turns": turns}

    def _forget(self, request: Seen) -> tuple[int, Any]:
        self._turns.pop(request.conversation, None)
        return 200, {"forgotten": True}

    def _rate(self, request: Seen) -> tuple[int, Any]:
        assert request.body["rating"] in ("up", "down", None), request.body
        if request.body["id"] not in self._turns.get(request.conversation, {}):
            error = "The conversation holds no such message."
            return 404, {"error": error, "urgent": self.urgent}
        return 200, {"rating": request.body["rating"], "urgent": self.urgent}


class _Listener(ThreadingHTTPServer):
    """Listens, and knows the connections that are open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, owner: FakeServer, port: int) -> None:
        self.owner = owner
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def break_connections(self) -> None:
        """End all connections."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        # Whoever stops waiting breaks the connection.
        if error is not None and not isinstance(error, ConnectionError):
            self.owner.errors.append(error)


class _Connection(BaseHTTPRequestHandler):
    """Reads requests, and writes replies."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else {}
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = self.path.removeprefix(_BASE)
        self.server.owner.serve(self, Seen(self.command, path, headers, body))

    do_GET = do_POST = do_DELETE = _serve

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def send(
        self,
        body: bytes,
        status: int = 200,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send a reply."""
        self.wfile.write(_head(status, len(body), kind, headers or {}) + body)

    def send_half(self, body: bytes) -> None:
        """Send a reply's first half, and end the connection."""
        self.wfile.write(_head(200, len(body), "application/json", {}) + body[: len(body) // 2])
        self.hang_up()

    def send_blanks(self, length: int) -> None:
        """Send blanks until the other side has gone; an error where it never goes."""
        self.wfile.write(_head(200, length, "application/json", {}))
        for _ in range(_MOST_BLANKS):
            self.wfile.write(b" ")
            time.sleep(_BLANK_SECONDS)
        raise AssertionError("somebody waited for a reply that never came")

    def hang_up(self) -> None:
        """End the connection."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _head(status: int, length: int, kind: str, headers: dict[str, str]) -> bytes:
    named = {"Content-Type": kind, "Content-Length": str(length), **headers}
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


@contextlib.contextmanager
def running_server() -> Iterator[FakeServer]:
    """Give a server that stops after, and had no error of its own."""
    server = FakeServer()
    yield server
    server.stop()
    assert not server.errors, server.errors
