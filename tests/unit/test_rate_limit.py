"""How many messages may come in a minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twitchwise.channels.incoming import Refused
from twitchwise.channels.operators import OperatorToken
from twitchwise.channels.rate_limit import RateLimit
from twitchwise.serving.running import TOKEN_HEADER, TOKEN_VARIABLE, new_token
from twitchwise.settings import read_settings


def refused(limit: RateLimit, address: str, conversation: str | None) -> Refused:
    with pytest.raises(Refused) as raised:
        limit.count(address=address, conversation=conversation)
    return raised.value


def test_a_conversation_has_its_own_count() -> None:
    limit = RateLimit(by_conversation=3, by_address=0)
    for _ in range(3):
        limit.count(address="127.0.0.1", conversation="a")
    limit.count(address="127.0.0.1", conversation="b")
    error = refused(limit, "127.0.0.1", "a")
    assert error.status == 429
    assert 1 <= int(error.headers["Retry-After"]) <= 60
    assert error.headers["Retry-After"] in error.message


def test_an_address_has_its_own_count() -> None:
    limit = RateLimit(by_conversation=0, by_address=3)
    for number in range(3):
        limit.count(address="203.0.113.7", conversation=f"c{number}")
    assert refused(limit, "203.0.113.7", "new").status == 429
    assert refused(limit, "203.0.113.7", None).status == 429
    limit.count(address="203.0.113.8", conversation="new")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_this_machine_is_not_counted(address: str) -> None:
    limit = RateLimit(by_conversation=0, by_address=1)
    for _ in range(5):
        limit.count(address=address, conversation=None)


@pytest.mark.parametrize("address", ["unix", "", "2001:db8::1"])
def test_any_other_address_is_counted(address: str) -> None:
    limit = RateLimit(by_conversation=0, by_address=1)
    limit.count(address=address, conversation=None)
    assert refused(limit, address, None).status == 429


def test_0_is_no_limit() -> None:
    limit = RateLimit(by_conversation=0, by_address=0)
    for _ in range(1000):
        limit.count(address="203.0.113.7", conversation="a")


def test_what_is_urgent_passes_several_times_longer() -> None:
    limit = RateLimit(by_conversation=2, by_address=2)
    for _ in range(2):
        limit.count(address="203.0.113.7", conversation="a")
    assert refused(limit, "203.0.113.7", "a").status == 429
    for _ in range(10):
        limit.count(address="203.0.113.7", conversation="a", is_urgent=lambda: True)
    with pytest.raises(Refused):
        limit.count(address="203.0.113.7", conversation="a", is_urgent=lambda: True)


def test_urgency_is_only_asked_where_there_are_too_many() -> None:
    def asked() -> bool:
        raise AssertionError("not now")

    RateLimit(by_conversation=1, by_address=1).count(
        address="203.0.113.7", conversation="a", is_urgent=asked
    )


def test_names_are_not_kept_and_go_with_their_minute() -> None:
    limit = RateLimit(by_conversation=5, by_address=5)
    for number in range(50):
        limit.count(address=f"203.0.113.{number}", conversation=f"secret-{number}")
    assert "secret" not in repr(limit._storage.storage)
    limit._storage.expirations = dict.fromkeys(limit._storage.expirations, 0)
    sweep: Any = limit._storage
    sweep._MemoryStorage__expire_events()
    assert not limit._storage.storage


# Who is not counted.

TOKEN = new_token()


def test_who_knows_the_token_runs_the_server() -> None:
    assert OperatorToken(TOKEN).is_in({TOKEN_HEADER: TOKEN})


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        TOKEN[:-1],
        TOKEN + "x",
        f" {TOKEN}",
        TOKEN.swapcase(),
        "é" * len(TOKEN),
        "\udcff" * len(TOKEN),
        "\ud83d",
        "\0",
        "x" * 100_000,
    ],
    ids=[
        "empty",
        "blank",
        "cut off",
        "longer",
        "after a blank",
        "other case",
        "letters beyond ASCII",
        "bytes that are no UTF-8",
        "half a character",
        "NUL",
        "very long",
    ],
)
def test_a_token_that_is_not_the_one(given: str) -> None:
    assert not OperatorToken(TOKEN).is_in({TOKEN_HEADER: given})


def test_a_request_without_a_token() -> None:
    assert not OperatorToken(TOKEN).is_in({})


@pytest.mark.parametrize("own", ["", " ", "\n"])
@pytest.mark.parametrize("given", ["", " ", "\n", "None"])
def test_where_there_is_no_token_none_is_valid(own: str, given: str) -> None:
    assert not OperatorToken(own).is_in({TOKEN_HEADER: given})
    assert not OperatorToken(own).is_in({})


def test_the_token_of_a_process_is_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    assert not OperatorToken.of_process().is_in({TOKEN_HEADER: ""})
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    assert OperatorToken.of_process().is_in({TOKEN_HEADER: TOKEN})


def test_the_token_is_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without = read_settings(tmp_path / "settings.yml")
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    assert read_settings(tmp_path / "settings.yml") == without
