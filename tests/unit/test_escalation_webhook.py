"""The webhook: signed so that a receiver can check it, and patient with receivers that fail."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook as Verifier

from tests.unit.escalation_tools import SECRET, TEXT, receiving, record
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations import webhook as module
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.webhook import (
    SECRET_VARIABLE,
    Answer,
    Webhook,
    body_of,
    read_secret,
    seconds_to_wait,
    wait_seconds,
    webhook_of_settings,
)
from twitchwise.settings import settings

URL_VARIABLE = "TWITCHWISE_ESCALATION_WEBHOOK_URL"


def test_a_record_is_sent_and_signed() -> None:
    made = record(keep_text=True, text="naïve \U0001f600")
    with receiving() as receiver:
        assert Webhook(receiver.url, SECRET).send(made) == Answer(True)
    (got,) = receiver.got
    assert got.key == made.id
    assert got.data == made.as_dict()
    assert json.loads(got.body)["type"] == "twitchwise.escalation"
    assert got.headers["content-type"] == "application/json"
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    assert got.is_signed_with(SECRET)
    assert not got.is_signed_with(SECRET + b"!")
    Verifier(SECRET).verify(got.body, got.headers)


def test_a_record_without_text_sends_none() -> None:
    with receiving() as receiver:
        Webhook(receiver.url, SECRET).send(record())
    assert receiver.got[0].data["text"] is None
    assert TEXT.encode() not in receiver.got[0].body


def test_a_duplicate_has_the_same_id_and_body() -> None:
    with receiving(500, 204) as receiver:
        hook = Webhook(receiver.url, SECRET)
        assert [hook.send(record()).accepted for _ in range(2)] == [False, True]
    first, again = receiver.got
    assert (first.key, first.body) == (again.key, again.body)
    assert first.body == body_of(record()).encode()


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_counts_as_delivered(status: int) -> None:
    with receiving(status) as receiver:
        assert Webhook(receiver.url, SECRET).send(record()).accepted


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 410, 429, 500, 503])
def test_what_does_not(status: int) -> None:
    with receiving() as elsewhere, receiving((status, {"Location": elsewhere.url})) as receiver:
        answer = Webhook(receiver.url, SECRET).send(record())
        assert answer == Answer(False, f"HTTP {status}")
        assert elsewhere.got == []
    assert len(receiver.got) == 1


@pytest.mark.parametrize(("status", "expected"), [(429, 120.0), (503, 120.0), (500, None)])
def test_a_receiver_that_asks_for_time(status: int, expected: float | None) -> None:
    with receiving((status, {"Retry-After": "120"})) as receiver:
        assert Webhook(receiver.url, SECRET).send(record()).retry_after == expected


@pytest.mark.filterwarnings("ignore")
def test_a_receiver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TIMEOUTS", (0.5, 0.5))
    with receiving("hang") as receiver:
        assert Webhook(receiver.url, SECRET).send(record()) == Answer(False, "ReadTimeout")


def test_a_receiver_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/geheim"
        answer = Webhook(url, SECRET).send(record())
    assert not answer.accepted
    assert answer.error == "ConnectionError"


def test_what_speaks_no_http() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        hook = Webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", SECRET)

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"nonsense\r\n\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        assert not hook.send(record()).accepted
        thread.join()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("0", 0.0),
        ("7", 7.0),
        ("-7", None),
        ("9" * 400, 86400.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, expected: float | None) -> None:
    assert seconds_to_wait(header) == expected


def test_retry_after_as_a_date() -> None:
    header = format_datetime(utc_now() + timedelta(seconds=100), usegmt=True)
    assert 50 < (seconds_to_wait(header) or 0) <= 100


def test_waits_double_up_to_an_hour() -> None:
    failed = Answer(False, "HTTP 500")
    waits = [wait_seconds(attempts, failed, spread=0.5) for attempts in range(1, 13)]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-2:] == [3600, 3600]
    assert waits == sorted(waits)
    assert wait_seconds(10_000, failed, spread=0.5) == 3600
    assert wait_seconds(1, failed, 0.0) == pytest.approx(4)
    assert wait_seconds(1, failed, 1.0) == pytest.approx(6)
    assert len({wait_seconds(3, failed) for _ in range(20)}) > 1


def test_waits_are_as_long_as_the_receiver_asks() -> None:
    assert wait_seconds(1, Answer(False, "HTTP 429", 600.0), 0.0) == 600
    assert wait_seconds(1, Answer(False, "HTTP 429", 0.0), 0.0) == 5
    assert wait_seconds(12, Answer(False, "HTTP 503", 60.0), 1.0) == pytest.approx(66)


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    settings.cache_clear()
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    monkeypatch.setenv(URL_VARIABLE, "https://example.org/hook")
    yield monkeypatch
    settings.cache_clear()


def test_without_an_address_there_is_no_webhook(variables: pytest.MonkeyPatch) -> None:
    variables.setenv(URL_VARIABLE, "")
    assert webhook_of_settings() is None


@pytest.mark.parametrize("prefix", ["", "whsec_"])
def test_secrets(variables: pytest.MonkeyPatch, prefix: str) -> None:
    secret = prefix + base64.b64encode(SECRET).decode()
    variables.setenv(SECRET_VARIABLE, secret)
    assert webhook_of_settings() is not None
    assert read_secret(secret) == SECRET
    assert read_secret(secret.rstrip("=")) == SECRET


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (None, "no secret"),
        ("", "no secret"),
        ("not base64 at all!", "not base64"),
        ("whsec_übergeheim", "not base64"),
        ("geheim", "shorter"),
        ("whsec_", "shorter"),
        ("g", "not base64"),
    ],
)
def test_a_secret_that_is_none_is_one_clear_line(
    variables: pytest.MonkeyPatch, secret: str | None, reason: str
) -> None:
    if secret is not None:
        variables.setenv(SECRET_VARIABLE, secret)
    with pytest.raises(TwitchwiseError, match="Mend: ") as raised:
        webhook_of_settings()
    message = str(raised.value)
    assert reason in message
    assert SECRET_VARIABLE in message
    assert "\n" not in message
    assert "geheim" not in message


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "https://", "https://a:b/", "http://[", "/hook"]
)
def test_an_address_that_is_none_is_one_clear_line(variables: pytest.MonkeyPatch, url: str) -> None:
    variables.setenv(URL_VARIABLE, url)
    variables.setenv(SECRET_VARIABLE, base64.b64encode(SECRET).decode())
    with pytest.raises(TwitchwiseError, match="Mend: ") as raised:
        webhook_of_settings()
    assert "\n" not in str(raised.value)
