"""Bearer tokens of apps: who is let in, who is counted, and what is said to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from sanic import Sanic

from tests.unit.http_tools import answer, http_app, start
from twitchwise.channels.bearer import TOKENS_VARIABLE, BearerTokens, require_tokens
from twitchwise.channels.incoming import Refused, new_conversation
from twitchwise.errors import TwitchwiseError
from twitchwise.settings import settings

FIRST, SECOND = "first-token-of-an-app", "second.token~of+an/app=="
A_MINUTE, A_MINUTE_AND_ADDRESS = 5, 8
WEBHOOK, TURN = "/webhooks/rest/webhook", "/webhooks/rest/turn"
ROUTES = (
    ("GET", "about"),
    ("GET", "openapi.yml"),
    ("POST", "webhook"),
    ("POST", "turn"),
    ("GET", "history"),
    ("DELETE", "conversation"),
    ("POST", "feedback"),
)
#: Headers that hold no token, or a wrong one.
FORGED: dict[str, list[tuple[bytes, bytes]]] = {
    name: [(b"authorization", value) for value in values]
    for name, values in {
        "wrong": [b"Bearer another-token-of-an-app"],
        "prefix": [b"Bearer " + FIRST[:-1].encode()],
        "longer": [b"Bearer " + FIRST.encode() + b"x"],
        "empty": [b"Bearer "],
        "no token": [b"Bearer"],
        "other case": [b"Bearer " + FIRST.upper().encode()],
        "two in one": [f"Bearer {FIRST} {SECOND}".encode()],
        "both with a comma": [f"Bearer {FIRST},{SECOND}".encode()],
        "variable": [f"Bearer {FIRST},".encode()],
        "twice": [b"Bearer " + FIRST.encode()] * 2,
        "one wrong of two": [b"Bearer " + FIRST.encode(), b"Bearer wrong"],
        "beside another scheme": [b"Basic x", b"Bearer " + FIRST.encode()],
        "UTF-8": [b"Bearer " + "é".encode() * 20],
        "Latin-1": [b"Bearer \xe9\xff\xfe"],
        "NUL": [b"Bearer " + FIRST.encode() + b"\0"],
    }.items()
}
#: Not ours to judge: as if nothing were there.
OTHERS: dict[str, list[tuple[bytes, bytes]]] = {
    "none": [],
    "another scheme": [(b"authorization", b"Basic " + FIRST.encode())],
    "no scheme": [(b"authorization", FIRST.encode())],
    "another header": [(b"x-authorization", b"Bearer " + FIRST.encode())],
    "a cookie": [(b"cookie", b"authorization=Bearer " + FIRST.encode())],
}
_addresses = count(1)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sanic]:
    variables = {
        "TWITCHWISE_MESSAGES_PER_MINUTE": str(A_MINUTE),
        "TWITCHWISE_MESSAGES_PER_MINUTE_AND_ADDRESS": str(A_MINUTE_AND_ADDRESS),
        TOKENS_VARIABLE: f" {FIRST},\n {SECOND} ",
    }
    with http_app("bearer_under_test", tmp_path_factory.mktemp("http"), answer, variables) as made:
        asyncio.run(start(made))
        yield made


@pytest.fixture
async def bot(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    """A client with an address that no other has."""
    transport = httpx.ASGITransport(app=app, client=(f"203.0.113.{next(_addresses)}", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as made:
        yield made


@pytest.fixture
def required(app: Sanic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "http_token_required", True)


def bearing(token: str = FIRST, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


async def post(
    bot: httpx.AsyncClient, path: str, body: dict[str, Any], headers: Any = None
) -> httpx.Response:
    return await bot.post(path, json=body, headers=headers)


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_wrong_token_is_refused_everywhere(
    bot: httpx.AsyncClient, method: str, path: str, name: str
) -> None:
    headers = [*FORGED[name], (b"x-conversation-id", new_conversation().encode())]
    reply = await bot.request(method, f"/webhooks/rest/{path}", headers=headers, json={})
    assert (reply.status_code, list(reply.json())) == (401, ["error"])
    assert reply.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert FIRST not in reply.text


@pytest.mark.parametrize("name", [*FORGED, *OTHERS])
@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.usefixtures("required")
async def test_without_a_token_nobody_talks_as_somebody(
    bot: httpx.AsyncClient, path: str, name: str
) -> None:
    headers = {**FORGED, **OTHERS}[name]
    reply = await post(bot, path, {"sender": "me", "message": "hello"}, headers)
    assert (reply.status_code, list(reply.json())) == (401, ["error"])
    assert reply.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.parametrize("headers", [bearing(), bearing(SECOND), bearing(scheme="bEARER")])
@pytest.mark.usefixtures("required")
async def test_with_a_token_an_app_talks_for_its_users(
    bot: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    sender = new_conversation()
    reply = await post(bot, path, {"sender": sender, "message": "hello"}, headers)
    assert reply.status_code == 200


@pytest.mark.usefixtures("required")
async def test_conversations_that_cannot_be_guessed_need_no_token(bot: httpx.AsyncClient) -> None:
    named = {"X-Conversation-Id": new_conversation()}
    for headers in ({}, named):
        assert (await post(bot, TURN, {"message": "hello"}, headers)).status_code == 200
    # The header names the conversation, whatever else is there.
    reply = await post(bot, TURN, {"message": "hello", "sender": "me"}, named)
    assert reply.json()["sender"] != "me"
    assert (await post(bot, WEBHOOK, {"message": "hello"})).status_code == 200
    assert (await bot.get("/webhooks/rest/history", headers=named)).status_code == 200


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
@pytest.mark.parametrize(("headers", "status"), [({}, 401), (bearing("wrong" * 5), 401)])
@pytest.mark.usefixtures("required")
async def test_nothing_urgent_goes_unheard(
    bot: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    reply = await post(bot, path, {"sender": "me", "message": "my foot is numb"}, headers)
    assert reply.status_code == status
    assert reply.json()["urgent"]["kind"] == "escalation"
    assert reply.json()["urgent"]["text"]


async def test_an_apps_address_is_not_counted(bot: httpx.AsyncClient) -> None:
    # More than two minutes allow, since one may end meanwhile.
    for _ in range(2 * A_MINUTE_AND_ADDRESS + 1):
        body = {"sender": new_conversation(), "message": "hello"}
        assert (await post(bot, WEBHOOK, body, bearing())).status_code == 200


@pytest.mark.parametrize("name", OTHERS)
async def test_everybody_elses_address_is_counted(bot: httpx.AsyncClient, name: str) -> None:
    statuses = [
        (await post(bot, TURN, {"message": "hello"}, OTHERS[name])).status_code
        for _ in range(2 * A_MINUTE_AND_ADDRESS + 1)
    ]
    assert statuses[0] == 200
    assert 429 in statuses


async def test_guessing_tokens_is_limited(bot: httpx.AsyncClient) -> None:
    statuses = [
        (await bot.get("/webhooks/rest/about", headers=bearing(f"guess-{n}"))).status_code
        for n in range(2 * A_MINUTE_AND_ADDRESS + 1)
    ]
    assert statuses[0] == 401
    assert set(statuses) == {401, 429}


async def test_requests_that_are_wrong_are_counted_too(bot: httpx.AsyncClient) -> None:
    statuses = [
        (await bot.post(WEBHOOK, content=b"{")).status_code
        for _ in range(2 * A_MINUTE_AND_ADDRESS + 1)
    ]
    assert statuses[0] == 400
    assert set(statuses) == {400, 429}


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
async def test_each_sender_is_counted_also_of_an_app(bot: httpx.AsyncClient, path: str) -> None:
    body = {"sender": new_conversation(), "message": "hello"}
    replies = [await post(bot, path, body, bearing()) for _ in range(2 * A_MINUTE + 1)]
    assert replies[0].status_code == 200
    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    other = {**body, "sender": new_conversation()}
    assert (await post(bot, path, other, bearing())).status_code == 200


@pytest.mark.parametrize("path", [WEBHOOK, TURN])
async def test_each_sender_is_counted_from_all_addresses(app: Sanic, path: str) -> None:
    body = {"sender": new_conversation(), "message": "hello"}
    statuses = []
    for _ in range(2 * A_MINUTE + 1):
        transport = httpx.ASGITransport(app=app, client=(f"198.51.100.{next(_addresses)}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as one:
            statuses.append((await post(one, path, body)).status_code)
    assert statuses[0] == 200
    assert 429 in statuses


async def test_a_stranger_cannot_use_up_what_an_apps_user_may_send(bot: httpx.AsyncClient) -> None:
    body = {"sender": new_conversation(), "message": "hello"}
    for _ in range(A_MINUTE + 1):
        await post(bot, WEBHOOK, body)
    assert (await post(bot, WEBHOOK, body, bearing())).status_code == 200


async def test_the_health_check_asks_for_nothing(bot: httpx.AsyncClient) -> None:
    reply = await bot.get("/webhooks/rest/", headers=bearing("wrong" * 5))
    assert reply.status_code == 200


async def test_no_token_is_logged(bot: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        await post(bot, WEBHOOK, {"message": "hello"}, bearing())
        await post(bot, WEBHOOK, {"message": "hello"}, bearing("another-token-of-an-app"))
    assert FIRST not in caplog.text
    assert "another-token" not in caplog.text


# What the variable may hold.


def tokens_of(monkeypatch: pytest.MonkeyPatch, value: str) -> BearerTokens:
    monkeypatch.setenv(TOKENS_VARIABLE, value)
    return BearerTokens.of_process()


@pytest.mark.parametrize("value", ["", " ", " , ,\n"])
def test_without_tokens_none_is_valid(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    tokens = tokens_of(monkeypatch, value)
    assert not tokens
    assert not tokens.is_in({})
    for given in ("Bearer", "Bearer ", "Bearer ,", f"Bearer {FIRST}"):
        with pytest.raises(Refused):
            tokens.is_in({"Authorization": given})


def test_tokens_are_separated_by_blanks_and_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = tokens_of(monkeypatch, f"{FIRST} {SECOND},{'x' * 16}\t{'y' * 16}")
    for token in (FIRST, SECOND, "x" * 16, "y" * 16):
        assert tokens.is_in({"authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x" * 15, "token 1 is shorter than 16"),
        (f"{FIRST},short-secret", "token 2 is shorter than 16"),
        ("é" * 20, "token 1 holds characters"),
        (f'"{FIRST}"', "token 1 holds characters"),
    ],
)
@pytest.mark.usefixtures("fresh_settings")
def test_a_token_that_cannot_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv(TOKENS_VARIABLE, value)
    for check in (BearerTokens.of_process, require_tokens):
        with pytest.raises(TwitchwiseError) as raised:
            check()
        text = str(raised.value)
        assert (said in text, "Mend:" in text, "\n" in text) == (True, True, False)
        assert value.split(",")[-1] not in text


@pytest.mark.usefixtures("fresh_settings")
def test_where_a_token_is_required_there_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKENS_VARIABLE, raising=False)
    require_tokens()
    monkeypatch.setenv("TWITCHWISE_HTTP_TOKEN_REQUIRED", "true")
    settings.cache_clear()
    with pytest.raises(TwitchwiseError, match="http_token_required is on"):
        require_tokens()
    monkeypatch.setenv(TOKENS_VARIABLE, FIRST)
    require_tokens()
