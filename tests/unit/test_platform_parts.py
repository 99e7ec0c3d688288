"""The small parts that all messaging platforms share."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.channels.platforms.client import PlatformClient, Undelivered, asked_pause
from twitchwise.channels.platforms.commands import asks_to_be_forgotten
from twitchwise.channels.platforms.inbound import Event, Inbound, words_or_media
from twitchwise.channels.platforms.lanes import Lanes
from twitchwise.channels.platforms.requests import number_at, part_of, text_at
from twitchwise.channels.platforms.tasks import end
from twitchwise.channels.platforms.verification import is_recent, is_same, signature_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "text",
    [
        *("forget me", "Forget me!", " /forget ", "DELETE MY DATA", "“forget me”", "Forget  me."),
        *("forget me now", "forget-me", "forget about me", "forget me 🙏", "forget me forget me"),
        *("delete my data please", "please delete my data", "delete all my data", "erase my data"),
        *("delete my chat", "forget everything about me", "clear history", "Can you forget me?"),
        *("please delete my chat history", "remove all my messages", "delete this conversation"),
    ],
)
def test_who_asks_to_be_forgotten(text: str) -> None:
    assert asks_to_be_forgotten(text)


@pytest.mark.parametrize(
    "text",
    [
        *("forget me not", "I forget things", "do not forget me", "", "forget me my leg is numb"),
        *("forget it", "forget that", "don't forget me", "clear my head", "my leg wants to forget"),
        *(
            "delete potassium",
            "remove salt",
            "forget what I said, I meant calcium",
            "me",
            "my data",
        ),
    ],
)
def test_who_does_not(text: str) -> None:
    assert not asks_to_be_forgotten(text)


@given(ANYTHING)
def test_nothing_that_comes_in_breaks_the_readers(body: object) -> None:
    assert isinstance(text_at(body, "a", "b"), str)
    assert isinstance(number_at(body, "a"), int)
    assert isinstance(part_of(body, "a", "b", "c"), dict)


def test_texts_and_numbers_at_a_path() -> None:
    body = {"a": {"b": 7, "c": "x", "d": True, "e": None, "f": 1.5}}
    assert [text_at(body, "a", key) for key in "bcdefz"] == ["7", "x", "", "", "", ""]
    assert [number_at(body, "a", key) for key in "bcd"] == [7, 0, 0]


@given(st.text(), st.text())
def test_only_the_same_is_the_same(given_text: str, expected: str) -> None:
    assert is_same(given_text, expected) == (given_text == expected and bool(expected))


def test_a_secret_that_is_not_set_lets_nobody_in() -> None:
    assert not is_same("", "")


def test_a_signature_covers_every_byte() -> None:
    good = signature_of("secret", b"body")
    assert len(good) == 64
    assert good == signature_of("secret", b"body")
    assert len({good, signature_of("secret", b"bodY"), signature_of("Secret", b"body")}) == 3
    key = "\x0b" * 20
    assert signature_of(key, b"Hi There") == (
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ), "RFC 4231, test case 1"


def test_what_is_recent() -> None:
    now = time.time()
    assert is_recent(str(int(now)))
    assert not is_recent(str(now - 301))
    assert not is_recent(str(now + 301))
    for odd in ("", "x", "nan", "inf", "-1", "1e999"):
        assert not is_recent(odd)


def test_pauses_that_platforms_ask_for() -> None:
    assert asked_pause({"Retry-After": "3"}, None) == 3
    assert asked_pause({}, {"retry_after": 0.5}) == 0.5
    assert asked_pause({}, {"parameters": {"retry_after": 7}}) == 7
    assert asked_pause({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, "x") == 0
    assert asked_pause({"Retry-After": "-5"}, {}) == 0


def test_an_inbound_message_survives_json() -> None:
    message = Inbound("1", "ann", "here", {"to": 5}, "numb 🦵", "said", Event.MEDIA, "0")
    assert Inbound.from_json(message.as_json()) == message


def test_words_or_media() -> None:
    assert words_or_media(" hi ", has_media=True) == ("hi", Event.MESSAGE)
    assert words_or_media(None, has_media=True) == ("", Event.MEDIA)
    assert words_or_media("", has_media=False) == ("", Event.MESSAGE)


async def test_a_lane_goes_on_after_a_job_that_fails() -> None:
    lanes, done = Lanes(), []

    async def job(number: int) -> None:
        if number == 1:
            raise RuntimeError
        done.append(number)

    tasks = [lanes.run("a", lambda n=number: job(n)) for number in range(4)]  # type: ignore[misc]
    await asyncio.gather(*tasks, return_exceptions=True)
    assert done == [0, 2, 3]
    assert len(lanes) == 0


async def test_lanes_do_not_wait_for_each_other_and_end_in_time() -> None:
    lanes, done = Lanes(), []
    never = asyncio.Event()

    async def note() -> None:
        done.append("b")

    hanging = lanes.run("a", never.wait)
    await lanes.run("b", note)
    assert done == ["b"]
    await lanes.finish(0.01)
    assert hanging.cancelled()


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(302, False), (400, True), (401, False), (403, True), (404, True), (429, False), (503, False)],
)
async def test_which_refusals_are_final(status: int, is_final: bool) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_post("/", refuse)
    client = PlatformClient("paper")
    async with TestServer(app) as server:
        with pytest.raises(Undelivered) as raised:
            await client.call("POST", str(server.make_url("/")), attempts=1)
        await client.close()
    assert raised.value.status == status
    assert raised.value.is_final == is_final


async def test_a_task_that_loses_a_cancellation_is_ended_all_the_same() -> None:
    heard: list[int] = []

    async def deaf() -> None:
        for number in range(2):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            heard.append(number)
        await asyncio.sleep(60)

    task = asyncio.get_running_loop().create_task(deaf())
    await asyncio.sleep(0)
    await end(task)
    assert task.cancelled()
    assert heard == [0, 1]
    await end(task)
    await end(None)
