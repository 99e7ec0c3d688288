"""Public keys that are fetched and kept: when, how often, and for how long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms import signing_keys
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.signing_keys import (
    PublicKey,
    SigningKeys,
    is_strong,
    keys_of_set,
)

HOUR = 3600.0
DAY = 24 * HOUR
OLD, NEW = PublicKey("old"), PublicKey("new")


class Owner:
    """Whoever has the keys: answers when it is let, or fails."""

    def __init__(self) -> None:
        self.keys: Mapping[str, PublicKey] = {"old": OLD}
        self.error: Exception | None = None
        self.asked = 0
        self.answers = asyncio.Event()
        self.answers.set()

    async def fetch(self) -> Mapping[str, PublicKey]:
        self.asked += 1
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        return self.keys


@pytest.fixture
async def owner() -> Owner:
    return Owner()


@pytest.fixture
def keys(owner: Owner) -> SigningKeys[PublicKey]:
    return SigningKeys("somebody", owner.fetch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds; it stands still."""
    now = [0.0]
    monkeypatch.setattr(signing_keys, "_now", lambda: now[0])
    return now


Keys = SigningKeys[PublicKey]


async def begun(owner: Owner, asked: int) -> None:
    """Wait until the owner was asked so often."""
    for _ in range(100):
        if owner.asked == asked:
            return
        await asyncio.sleep(0)
    raise AssertionError("the keys were not asked for")


async def refused(keys: Keys, key_id: str = "old") -> Refused:
    with pytest.raises(Refused) as raised:
        await keys.find(key_id)
    return raised.value


async def test_keys_are_fetched_when_they_are_needed(
    owner: Owner, keys: Keys, clock: list[float]
) -> None:
    assert owner.asked == 0
    assert await keys.find("old") is OLD
    assert await keys.find("old") is OLD
    assert owner.asked == 1


async def test_keys_are_fetched_anew_each_hour(
    owner: Owner, keys: Keys, clock: list[float]
) -> None:
    await keys.fetch()
    owner.keys = {"new": NEW}
    clock[0] = HOUR - 1
    assert await keys.find("old") is OLD
    assert owner.asked == 1
    clock[0] = HOUR
    assert await keys.find("old") is None, "it was withdrawn"
    assert await keys.find("new") is NEW
    assert owner.asked == 2


async def test_unknown_keys_are_looked_for_once_a_minute(
    owner: Owner, keys: Keys, clock: list[float]
) -> None:
    await keys.fetch()
    owner.keys = {"old": OLD, "new": NEW}
    clock[0] = 59
    assert [await keys.find(f"unknown {number}") for number in range(9)] == [None] * 9
    assert await keys.find("new") is None
    assert owner.asked == 1
    clock[0] = 60
    assert await keys.find("new") is NEW
    assert [await keys.find(f"unknown {number}") for number in range(9)] == [None] * 9
    assert owner.asked == 2


async def test_a_minute_is_counted_from_the_end_of_a_fetch(
    owner: Owner, keys: Keys, clock: list[float]
) -> None:
    await keys.fetch()
    clock[0] = 60
    owner.answers.clear()
    owner.error = Undelivered("it is down")
    waiting = asyncio.ensure_future(keys.find("unknown"))
    await begun(owner, 2)
    clock[0] = 120
    owner.answers.set()
    assert await waiting is None
    clock[0] = 179
    assert await keys.find("unknown") is None
    assert owner.asked == 2
    clock[0] = 180
    assert await keys.find("unknown") is None
    assert owner.asked == 3


@pytest.mark.parametrize("error", [Undelivered("it is down"), KeyError("secret"), None])
async def test_old_keys_serve_for_five_days_where_none_come(
    owner: Owner,
    keys: Keys,
    clock: list[float],
    error: Exception | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await keys.fetch()
    owner.error, owner.keys = error, {}
    clock[0] = 5 * DAY - 1
    assert await keys.find("old") is OLD
    assert await keys.find("old") is OLD
    assert owner.asked == 2, "it is not asked with each call"
    assert "keys of somebody were not fetched" in caplog.text
    assert "secret" not in caplog.text
    clock[0] = 5 * DAY
    refusal = await refused(keys)
    assert refusal.status == 503
    assert refusal.headers["Retry-After"]
    assert owner.asked == 2, "the last fetch was a second ago"
    owner.error, owner.keys = None, {"new": NEW}
    clock[0] += 5
    assert await keys.find("new") is NEW


async def test_without_keys_it_is_tried_again_after_seconds(
    owner: Owner, keys: Keys, clock: list[float]
) -> None:
    owner.error = Undelivered("it is down")
    for _ in range(9):
        assert (await refused(keys)).status == 503
    assert owner.asked == 1
    owner.error = None
    clock[0] = 4
    assert (await refused(keys)).status == 503
    clock[0] = 5
    assert await keys.find("old") is OLD


@pytest.mark.parametrize("key_id", ["old", "new", "unknown"])
async def test_all_wait_for_one_fetch(
    owner: Owner, keys: Keys, clock: list[float], key_id: str
) -> None:
    await keys.fetch()
    owner.keys = {"new": NEW}
    clock[0] = HOUR
    owner.answers.clear()
    waiting = asyncio.gather(keys.fetch(), *(keys.find(key_id) for _ in range(20)))
    await begun(owner, 2)
    assert not waiting.done()
    owner.answers.set()
    assert set((await waiting)[1:]) == {owner.keys.get(key_id)}
    assert owner.asked == 2


async def test_who_hangs_up_does_not_end_the_fetch(
    owner: Owner, keys: Keys, clock: list[float]
) -> None:
    owner.answers.clear()
    callers = [asyncio.ensure_future(keys.find("made up")), asyncio.ensure_future(keys.fetch())]
    await begun(owner, 1)
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    owner.answers.set()
    assert await keys.find("old") is OLD
    assert owner.asked == 1


async def test_nobody_waits_for_ever(
    owner: Owner, keys: Keys, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_keys, "_PATIENCE_SECONDS", 0.0)
    owner.answers.clear()
    assert (await refused(keys)).status == 503
    owner.answers.set()
    await keys.fetch()
    clock[0] = HOUR
    owner.answers.clear()
    assert await keys.find("old") is OLD
    assert await keys.find("new") is None
    keys.stop()


async def test_a_fetch_says_why_it_failed(owner: Owner, keys: Keys) -> None:
    owner.error = Undelivered("it is down")
    with pytest.raises(Undelivered, match="it is down"):
        await keys.fetch()
    owner.error, owner.keys = None, {}
    with pytest.raises(Undelivered, match="no signing keys"):
        await keys.fetch()


async def test_a_fetch_is_ended_when_the_server_stops(
    owner: Owner, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    keys.stop()
    owner.answers.clear()
    waiting = asyncio.ensure_future(keys.find("old"))
    await begun(owner, 1)
    with caplog.at_level(logging.DEBUG, "twitchwise"):
        keys.stop()
        with pytest.raises(Refused):
            await waiting
    assert not caplog.records


def test_only_strong_rsa_keys_are_read() -> None:
    def jwk(bits: int, key_id: str) -> dict[str, object]:
        public = rsa.generate_private_key(65_537, bits).public_key()
        return {**RSAAlgorithm.to_jwk(public, as_dict=True), "kid": key_id}

    private = rsa.generate_private_key(65_537, 2_048)
    leaked = {**RSAAlgorithm.to_jwk(private, as_dict=True), "kid": "private"}
    good = {**jwk(2_048, "good"), "more": 1}
    found = list(keys_of_set({"keys": [jwk(1_024, "weak"), leaked, None, good]}))
    assert [(key_id, said) for key_id, _, said in found] == [("good", good)]
    assert is_strong(found[0][1])
    assert not is_strong(ec.generate_private_key(ec.SECP521R1()).public_key())
    assert not is_strong(None)
