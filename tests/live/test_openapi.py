"""The running bot does what docs/openapi.yml says; what the server itself refuses, too."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from schemathesis import DataGenerationMethod
from schemathesis.models import Case

from tests.live.client import Client, named, new_conversation
from tests.unit.openapi_tools import SEEDED, case_of, described, operations

OPERATIONS = operations(described())
CONVERSATION = ("history", "forget", "feedback")
FEW = hypothesis_settings(SEEDED, max_examples=8)


def send(bot: Client, case: Case) -> Any:
    """Send a case; check that the reply is as described."""
    reply = case.call(base_url=f"{bot.url}/webhooks/rest")
    case.validate_response(reply)
    return reply


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, DataGenerationMethod.positive) for name in OPERATIONS),
        # Those in which something can be wrong.
        *((name, DataGenerationMethod.negative) for name in ("webhook", "turn", *CONVERSATION)),
    ],
)
def test_whatever_is_sent_the_reply_is_as_described(
    bot: Client, name: str, kind: DataGenerationMethod
) -> None:
    operation = OPERATIONS[name]
    statuses = []

    @FEW
    @given(case=operation.as_strategy(data_generation_method=kind))
    def ask(case: Case) -> None:
        statuses.append(send(bot, case).status_code)

    ask()
    assert statuses
    assert max(statuses) < 500


@pytest.mark.parametrize(
    "message",
    ["which foods have magnesium", "my leg went numb", "I can't breathe", "hello", "q:mg.foods"],
)
def test_a_real_turn_is_as_described(bot: Client, message: str) -> None:
    headers = named(new_conversation())
    for name, body in (
        ("turn", {"message": message, "id": "message-1"}),
        ("feedback", {"id": "message-1", "rating": "up", "comment": "my foot is numb"}),
        ("history", None),
        ("forget", None),
    ):
        assert send(bot, case_of(OPERATIONS[name], body, headers)).status_code == 200
    plain = case_of(OPERATIONS["webhook"], {"sender": new_conversation(), "message": message})
    assert send(bot, plain).status_code == 200


@pytest.mark.parametrize("name", ["webhook", "turn"])
def test_a_wrong_token_is_refused_and_what_is_urgent_is_heard(bot: Client, name: str) -> None:
    wrong = {"Authorization": "Bearer not-a-token-of-this-bot"}
    reply = send(bot, case_of(OPERATIONS[name], {"message": "my foot is numb"}, wrong))
    assert reply.status_code == 401
    assert reply.json()["urgent"]["kind"] == "escalation"


def exchange(bot: Client, request: str) -> tuple[int, bytes]:
    """Send bytes and nothing after them; return the reply's status and body."""
    address = urlsplit(bot.url)
    assert address.hostname and address.port
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(request.encode("latin-1"))
        received = b""
        while b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < 2:
            part = connection.recv(65_536)
            if not part:
                break
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_a_body_that_is_too_large_is_refused_before_it_is_read(bot: Client) -> None:
    status, body = exchange(
        bot,
        "POST /webhooks/rest/turn HTTP/1.1\r\nHost: bot\r\nContent-Length: 9000000000\r\n"
        'Connection: close\r\n\r\n{"message": "',
    )
    assert status == 413
    assert list(json.loads(body)) == ["error"]


@pytest.mark.parametrize("method", ["PUT", "TRACE", "BREW"])
def test_another_method_is_refused(bot: Client, method: str) -> None:
    status, body = exchange(
        bot, f"{method} /webhooks/rest/turn HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n"
    )
    assert status == 405
    assert list(json.loads(body)) == ["error"]
