"""The HTTP channel does what docs/openapi.yml says, whatever is sent."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from schemathesis import DataGenerationMethod
from schemathesis.checks import not_a_server_error
from schemathesis.exceptions import CheckFailed
from schemathesis.models import Case

from tests.unit.http_tools import answer, http_app
from tests.unit.openapi_tools import SEEDED, InProcess, case_of, described, operations
from twitchwise.channels.database_thread import DatabaseUnavailable
from twitchwise.channels.http import OPENAPI
from twitchwise.channels.incoming import Refused, new_conversation
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.channels.turns import Turns
from twitchwise.settings import settings

OPERATIONS = operations(described())
POSITIVE, NEGATIVE = DataGenerationMethod.positive, DataGenerationMethod.negative
#: Those for which a request can be wrong; a message is only refused where it cannot be read.
STRICT = ("webhook", "turn", "history", "forget", "feedback")
TOKEN = "the-token-of-an-app-4711"
URGENT = "my foot is numb"


async def handle(message: UserMessage) -> None:
    """Answer, or fail where the message is "fail"."""
    if message.text == "fail":
        raise RuntimeError("as was asked for")
    await answer(message)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    variables = {
        "TWITCHWISE_MESSAGES_PER_MINUTE": "0",
        "TWITCHWISE_MESSAGES_PER_MINUTE_AND_ADDRESS": "0",
        "TWITCHWISE_HTTP_TOKENS": TOKEN,
    }
    with http_app("openapi_under_test", tmp_path_factory.mktemp("api"), handle, variables) as app:
        made = InProcess(app)
        yield made
        made.close()


def named(conversation: str | None = None) -> dict[str, str]:
    return {"X-Conversation-Id": conversation or new_conversation()}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_fits_is_answered_as_described(bot: InProcess, name: str) -> None:
    answered = []

    @SEEDED
    @given(case=OPERATIONS[name].as_strategy(data_generation_method=POSITIVE))
    def ask(case: Case) -> None:
        reply = bot.send(case)
        case.validate_response(reply)
        answered.append(reply.status_code)

    ask()
    # Random thumbs are for no turn that there is.
    assert (404 if name == "feedback" else 200) in answered


@pytest.mark.parametrize("name", STRICT)
def test_what_does_not_fit_is_refused_as_described(bot: InProcess, name: str) -> None:
    refused = []

    @SEEDED
    @given(case=OPERATIONS[name].as_strategy(data_generation_method=NEGATIVE))
    def ask(case: Case) -> None:
        reply = bot.send(case)
        case.validate_response(reply)
        refused.append(reply.status_code)

    ask()
    assert refused.count(400) > 0
    if name in ("history", "forget", "feedback"):
        assert 200 not in refused, "a wrong request was taken"


@SEEDED
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
@pytest.mark.parametrize("name", ["webhook", "turn", "feedback"])
def test_any_bytes_get_an_answer(bot: InProcess, name: str, raw: bytes) -> None:
    case = case_of(OPERATIONS[name], raw, named())
    case.media_type = "application/octet-stream"
    reply = bot.send(case)
    case.validate_response(reply)
    assert reply.status_code in (200, 400, 404)


def examples() -> list[tuple[str, Any]]:
    paths = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))["paths"]
    return [
        (operation["operationId"], example["value"])
        for path in paths.values()
        for operation in path.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for example in content["examples"].values()
    ]


@pytest.mark.parametrize(("name", "body"), examples())
def test_the_examples_hold(bot: InProcess, name: str, body: Any) -> None:
    headers = named()
    if name == "feedback":
        bot.send(case_of(OPERATIONS["turn"], {"message": "hello", "id": body["id"]}, headers))
    case = case_of(OPERATIONS[name], body, {} if "sender" in body else headers)
    reply = bot.send(case)
    assert reply.status_code == 200
    case.validate_response(reply)


@pytest.mark.parametrize("message", ["zinc", URGENT, "fail", "I can't breathe"])
def test_a_whole_conversation_is_as_described(bot: InProcess, message: str) -> None:
    headers = named()
    given: list[tuple[str, Any]] = [
        ("turn", {"message": message, "title": "Zinc?", "id": "message-1"}),
        ("feedback", {"id": "message-1", "rating": "down", "comment": URGENT}),
        ("history", None),
        ("forget", {"pending": ["message-2"]}),
        ("history", None),
    ]
    replies = []
    for name, body in given:
        case = case_of(OPERATIONS[name], body, headers)
        reply = bot.send(case)
        assert reply.status_code == 200, name
        case.validate_response(reply)
        replies.append(reply.json())
    assert replies[1]["urgent"]["kind"] == "escalation"
    assert (replies[2]["turns"][0]["rating"], replies[4]["turns"]) == ("down", [])


@pytest.mark.parametrize("name", ["turn", "webhook"])
def test_streams_are_as_described(bot: InProcess, name: str) -> None:
    case = case_of(OPERATIONS[name], {"message": "zinc"}, {"Accept": "text/event-stream"})
    if name == "webhook":
        case.query = {"stream": "true"}
    reply = bot.send(case)
    case.validate_response(reply)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.text.endswith("\n")


async def unavailable(*_: Any) -> None:
    raise DatabaseUnavailable("too slow")


async def broken(*_: Any) -> None:
    raise RuntimeError("Zebulon")


def too_many(*_: Any, **__: Any) -> None:
    raise Refused(429, "Too many messages.", {"Retry-After": "7"})


FORGOTTEN = new_conversation()
#: Status, operation, body, headers, and what goes wrong.
REFUSALS: tuple[tuple[int, str, Any, dict[str, str], tuple[type, str, Any] | None], ...] = (
    (400, "turn", {"message": [URGENT]}, {}, None),
    (400, "webhook", {"message": URGENT, "sender": ["me"]}, {}, None),
    (401, "turn", {"message": URGENT}, {"Authorization": "Bearer wrong"}, None),
    (401, "webhook", {"message": URGENT}, {"Authorization": "Bearer wrong"}, None),
    (401, "feedback", {"comment": URGENT}, {"Authorization": "Bearer wrong"}, None),
    (401, "history", None, {"Authorization": "Bearer wrong"}, None),
    (401, "forget", None, {"Authorization": "Bearer wrong"}, None),
    (401, "about", None, {"Authorization": "Bearer wrong"}, None),
    (401, "openapi", None, {"Authorization": "Bearer wrong"}, None),
    (403, "turn", {"message": "hello"}, {"Sec-Fetch-Site": "cross-site"}, None),
    (403, "health", None, {"Sec-Fetch-Site": "cross-site"}, None),
    (404, "feedback", {"id": "message-9", "comment": URGENT}, named(), None),
    (410, "turn", {"message": URGENT, "id": "message-1"}, named(FORGOTTEN), None),
    (413, "turn", {"message": f"{URGENT} {'x' * 200_000}"}, {}, None),
    (413, "webhook", {"message": f"{URGENT} {'x' * 200_000}"}, {}, None),
    (429, "turn", {"message": URGENT}, {}, (RateLimit, "count", too_many)),
    (429, "webhook", {"message": URGENT}, {}, (RateLimit, "count", too_many)),
    (429, "about", None, {}, (RateLimit, "count", too_many)),
    (500, "turn", {"message": URGENT}, {}, (Turns, "take", broken)),
    (500, "history", None, named(), (Turns, "history", broken)),
    (503, "history", None, named(), (Turns, "history", unavailable)),
    (
        503,
        "feedback",
        {"id": "message-1", "comment": URGENT},
        named(),
        (Turns, "find", unavailable),
    ),
)


@pytest.mark.parametrize(("status", "name", "body", "headers", "trouble"), REFUSALS)
def test_each_refusal_is_as_described(
    bot: InProcess,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    name: str,
    body: Any,
    headers: dict[str, str],
    trouble: tuple[type, str, Callable[..., Any]] | None,
) -> None:
    if status == 410:
        bot.send(case_of(OPERATIONS["forget"], {"pending": ["message-1"]}, headers))
    if trouble:
        monkeypatch.setattr(*trouble)
    case = case_of(OPERATIONS[name], body, headers)
    reply = bot.send(case)
    assert reply.status_code == status
    case.validate_response(reply, excluded_checks=(not_a_server_error,))
    is_urgent = body is not None and URGENT in json.dumps(body)
    assert list(reply.json()) == (["error", "urgent"] if is_urgent else ["error"])


def test_a_sender_needs_a_token_where_that_is_set(
    bot: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "http_token_required", True)
    case = case_of(OPERATIONS["webhook"], {"message": URGENT, "sender": "me"})
    reply = bot.send(case)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    case.validate_response(reply)


def spoil_status(reply: requests.Response) -> None:
    reply.status_code = 202


def spoil_body(reply: requests.Response) -> None:
    turn = reply.json()
    del turn["messages"][0]["kind"]
    reply._content = json.dumps(turn).encode()


def spoil_value(reply: requests.Response) -> None:
    reply._content = json.dumps({**reply.json(), "rating": "sideways"}).encode()


def spoil_more(reply: requests.Response) -> None:
    reply._content = json.dumps({**reply.json(), "secret": "x"}).encode()


def spoil_type(reply: requests.Response) -> None:
    reply.headers["Content-Type"] = "text/html"


def spoil_header(reply: requests.Response) -> None:
    del reply.headers["Cache-Control"]


def spoil_server(reply: requests.Response) -> None:
    reply.status_code = 500
    reply._content = b'{"error": "Something went wrong."}'


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_status,
        spoil_body,
        spoil_value,
        spoil_more,
        spoil_type,
        spoil_header,
        spoil_server,
    ],
)
def test_a_reply_that_is_not_as_described_is_found(
    bot: InProcess, spoil: Callable[[requests.Response], None]
) -> None:
    case = case_of(OPERATIONS["turn"], {"message": "zinc"}, named())
    reply = bot.send(case)
    case.validate_response(reply)
    spoilt = copy.deepcopy(reply)
    spoil(spoilt)
    with pytest.raises(CheckFailed):
        case.validate_response(spoilt)


def test_the_description_is_served(bot: InProcess) -> None:
    reply = bot.send(case_of(OPERATIONS["openapi"]))
    assert reply.headers["content-type"] == "application/yaml; charset=utf-8"
    assert reply.content == OPENAPI.read_bytes()


def test_every_route_is_described(bot: InProcess) -> None:
    paths = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))["paths"]
    described_routes = {(path, method.upper()) for path, one in paths.items() for method in one}
    # HEAD is what GET is, without the body.
    assert described_routes == {route for route in bot.routes() if route[1] != "HEAD"}
