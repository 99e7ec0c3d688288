"""What tests of escalations share: records, a receiver that can be made to fail, and patience."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from twitchwise.escalations.record import Escalation, describe

KEY = b"a key of the tests, long enough"
SECRET = bytes(range(32))
TEXT = "my cousin Zebulon cannot lift his arm"
START = datetime(2026, 5, 31, 12, 0, 0, 123456, tzinfo=timezone.utc)


def record(number: int = 1, **given: Any) -> Escalation:
    """A record; those with another number are of other messages, each a minute later."""
    values: dict[str, Any] = {
        "key": KEY,
        "keep_text": False,
        "channel": "rest",
        "sender": "+49 151 23456789",
        "message_id": f"message-{number}",
        "outcome": "escalate",
        "signs": ("weakness",),
        "person": "self",
        "rules_version": "rules-1",
        "model_version": "model-1",
        "text": TEXT,
        "at": START + timedelta(minutes=number),
    }
    return describe(**{**values, **given})


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Say whether something comes true, in much more time than it needs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


@dataclass
class Got:
    """A request that the receiver had."""

    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found

    def is_signed_with(self, secret: bytes) -> bool:
        """Work out the signature again, as a receiver would."""
        signed = f"{self.key}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{expected}"


@dataclass
class Receiver:
    """A real HTTP server. ``answers`` are given one after the other, then 204 for good.

    An answer is a status, or a status with headers, or "hang": no answer until the test is over.
    """

    answers: list[Any] = field(default_factory=list)
    always: Any = 204
    got: list[Got] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        with self.lock:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            self.got.append(Got(headers, body))
            answer = self.answers.pop(0) if self.answers else self.always
        if answer == "hang":
            self.over.wait(60)
            return
        status, extra = answer if isinstance(answer, tuple) else (answer, {})
        if 200 <= status < 300:
            with self.lock:
                self.accepted.append(headers["webhook-id"])
        handler.send_response(status)
        for name, value in extra.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "0")
        handler.end_headers()


@contextmanager
def receiving(*answers: Any, always: Any = 204) -> Iterator[Receiver]:
    """Run a receiver."""
    receiver = Receiver(list(answers), always)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name is http.server's
            receiver.handle(self)

        def do_GET(self) -> None:  # noqa: N802
            receiver.got.append(Got({"webhook-id": "followed a redirect"}, b""))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the database so that nobody else can write."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()
