"""Nothing that people typed is in the log of the servers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.live.client import DISCLAIMER, Client, new_sender, shape
from tests.live.servers import Server, Stage

MARKER = "quokkaberry"
SAID = (
    f"my {MARKER} foot is numb",
    f"which {MARKER} foods have magnesium",
    f"/greet {MARKER}",
    f"/{MARKER}",
    f'/ask_foods{{"topic": "{MARKER}"',
    f'/ask_foods{{"{MARKER}": "{MARKER}"}}',
    f"q:{MARKER}.foods",
    f"{MARKER} " * 5000,
)


class _FailingActions(BaseHTTPRequestHandler):
    """Fails as rasa-sdk does: with the whole request, conversation included, in its answer."""

    def do_POST(self) -> None:  # noqa: N802 - the name is http.server's
        length = int(self.headers.get("Content-Length") or 0)
        request = json.loads(self.rfile.read(length))
        body = {"error": f"failed on {request['tracker']}", "request_body": request}
        self._send(self.server.status, json.dumps(body).encode())  # type: ignore[attr-defined]

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def failing_actions(port: int, status: int) -> Iterator[None]:
    """Put an action server that fails on the port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _FailingActions)
    server.status = status  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_logs_of_both_servers_hold_no_message(server: Server) -> None:
    sender = new_sender()
    for text in SAID:
        server.client.say(sender, text)
    server.client.post({"sender": sender, "message": [MARKER]})
    server.client.post_raw(f'{{"message": "{MARKER}'.encode())
    assert MARKER not in server.written()


@pytest.mark.parametrize("status", [400, 404, 500])
def test_the_log_of_a_failing_action_holds_no_message(
    bot_without_actions: Client, stage: Stage, closed_port: int, status: int
) -> None:
    assert stage.server is not None
    sender = new_sender()
    with failing_actions(closed_port, status):
        for text in SAID:
            said = bot_without_actions.say(sender, text)
            assert shape(said)[-1] == DISCLAIMER
        assert "utter_answer_unavailable" in shape(
            bot_without_actions.say(sender, f"foods with magnesium {MARKER}")
        )
    written = stage.server.written()
    assert "ERROR" in written, "the failure itself should be in the log"
    assert MARKER not in written
