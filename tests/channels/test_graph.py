"""What Meta's platforms have in common: the handshake, the signature, errors, and settings."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Call, Driver
from tests.channels.drivers.graph import GraphDriver, signature
from tests.channels.drivers.messenger import MessengerDriver
from tests.channels.drivers.whatsapp import WhatsAppDriver
from tests.channels.fakes.messenger import FakeMessenger
from tests.channels.fakes.server import FakePlatform
from tests.channels.fakes.whatsapp import FakeWhatsApp
from tests.channels.platforms import PLATFORMS
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.configuration import configured
from twitchwise.channels.platforms.graph import SIGNATURE_HEADER, GraphPlatform
from twitchwise.channels.platforms.messenger import Messenger, read_webhook
from twitchwise.channels.platforms.registry import ROWS
from twitchwise.channels.platforms.whatsapp import WhatsApp
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part

CLASSES: dict[str, type[GraphPlatform]] = {"whatsapp": WhatsApp, "messenger": Messenger}
DRIVERS: dict[str, tuple[type[GraphDriver], type[FakePlatform]]] = {
    "whatsapp": (WhatsAppDriver, FakeWhatsApp),
    "messenger": (MessengerDriver, FakeMessenger),
}
CHALLENGE = "1158201444"


@dataclass
class Meta:
    """One of Meta's platforms, and a bot on it."""

    driver: GraphDriver
    bot: Bot

    async def shake(self, query: str) -> tuple[int, str, str]:
        """Ask for the handshake; return status, body and its type."""
        response = await self.bot.http.get(f"{self.driver.path}?{query}")
        return response.status_code, response.text, response.headers["content-type"]

    def handshake(self, **changed: str | None) -> str:
        """Return the query of a handshake, with changes; None leaves a parameter out."""
        query = {
            "mode": "subscribe",
            "verify_token": self.driver.verify_token,
            "challenge": CHALLENGE,
            **changed,
        }
        return urlencode({f"hub.{key}": value for key, value in query.items() if value is not None})

    async def deliver_to(self, call: Call, part: Part) -> None:
        """Send something to who has made a call."""
        platform = self.bot.channel.platforms[self.driver.name]
        assert isinstance(platform, GraphPlatform)
        [inbound] = platform.read(json.loads(call.body))
        await platform.deliver(inbound.address, part, 0)


@pytest.fixture(params=[name for name in DRIVERS if name in PLATFORMS])
async def meta(
    request: pytest.FixtureRequest, drivers: dict[str, Driver], home: pytest.MonkeyPatch
) -> AsyncIterator[Meta]:
    driver = drivers[request.param]
    assert isinstance(driver, GraphDriver)
    for name, value in driver.variables.items():
        home.setenv(name, value)
    bot = await Bot({driver.name: driver}).start()
    # It asks whether its token is right as it starts.
    driver.fake.calls.clear()
    yield Meta(driver, bot)
    await bot.stop()


# The handshake.


async def test_the_handshake_answers_with_the_challenge(meta: Meta) -> None:
    status, body, kind = await meta.shake(meta.handshake())
    assert (status, body) == (200, CHALLENGE)
    assert kind.startswith("text/plain")


@pytest.mark.parametrize(
    "changed",
    [
        {"verify_token": None},
        {"verify_token": ""},
        {"verify_token": "wrong"},
        {"verify_token": "é"},
        {"verify_token": "\x00"},
        {"verify_token": "x" * 5_000},
        {"mode": None},
        {"mode": ""},
        {"mode": "unsubscribe"},
        {"mode": "SUBSCRIBE"},
    ],
)
async def test_a_wrong_handshake_is_refused(meta: Meta, changed: Mapping[str, str | None]) -> None:
    status, body, _ = await meta.shake(meta.handshake(**changed))
    assert status == 403
    assert CHALLENGE not in body


async def test_tokens_of_other_kinds_are_no_verify_token(meta: Meta) -> None:
    fake, right = meta.driver.fake, meta.driver.verify_token
    for wrong in (fake.app_secret, fake.token, right[:-1], f"{right}x", right.upper(), f"{right} "):
        status, body, _ = await meta.shake(meta.handshake(verify_token=wrong))
        assert status == 403, wrong
        assert CHALLENGE not in body


async def test_a_parameter_that_comes_twice_is_none(meta: Meta) -> None:
    for twice in ("hub.verify_token=wrong", "hub.mode=subscribe"):
        status, _, _ = await meta.shake(f"{meta.handshake()}&{twice}")
        assert status == 403, twice
    status, body, _ = await meta.shake(f"{meta.handshake()}&hub.challenge=2")
    assert status == 400
    assert CHALLENGE not in body


@pytest.mark.parametrize("challenge", [None, "", "<script>alert(1)</script>", "é", "1\r\n2", "1 2"])
async def test_what_is_no_challenge_is_not_echoed(meta: Meta, challenge: str | None) -> None:
    status, body, _ = await meta.shake(meta.handshake(challenge=challenge))
    assert status == 400
    assert "script" not in body


# The signature.


def test_forgeries_are_of_many_kinds(meta: Meta) -> None:
    assert len(meta.driver.forged("bad")) >= 25


async def test_a_signature_that_comes_twice_is_none(meta: Meta) -> None:
    call = meta.driver.message("my leg is weak")
    right, wrong = call.headers[SIGNATURE_HEADER], f"sha256={'0' * 64}"
    for pair in ((right, wrong), (wrong, right), (right, right)):
        headers = [(SIGNATURE_HEADER, one) for one in pair]
        response = await meta.bot.http.post(call.path, content=call.body, headers=headers)
        assert response.status_code == 401
    await meta.bot.quiet()
    assert not meta.bot.heard


async def test_raw_bytes_are_signed_whatever_they_are(meta: Meta) -> None:
    call = meta.driver.message("my leg is weak 💪 – naïve")
    assert b"\\ud83d" in call.body
    await meta.bot.call(call)
    unescaped = json.dumps(
        json.loads(meta.driver.message("my leg is numb 💪").body), ensure_ascii=False
    )
    await meta.bot.call(meta.driver.signed(unescaped.encode()))
    assert [heard.text for heard in meta.bot.heard] == [
        "my leg is weak 💪 – naïve",
        "my leg is numb 💪",
    ]


async def test_what_the_other_platform_signs_is_refused(meta: Meta) -> None:
    call = meta.driver.message("my leg is weak")
    for _, fake in DRIVERS.values():
        secret = fake.app_secret  # type: ignore[attr-defined]
        forged = meta.driver.with_signature(call.body, f"sha256={signature(secret, call.body)}")
        response = await meta.bot.call(forged)
        assert response.status_code == (200 if secret == meta.driver.fake.app_secret else 401)


async def test_a_signed_call_by_get_says_nothing(meta: Meta) -> None:
    call = meta.driver.message("my leg is weak")
    response = await meta.bot.call(Call(call.path, call.body, call.headers, "GET"))
    assert response.status_code == 403
    for method in ("PUT", "DELETE", "PATCH"):
        response = await meta.bot.call(Call(call.path, call.body, call.headers, method))
        assert response.status_code == 405
    assert not meta.bot.heard


async def test_a_signed_body_that_is_no_object_is_refused(meta: Meta) -> None:
    for body in (b"", b"[]", b"null", b'"x"', b"{", b"\xff", b"[" * 100_000):
        response = await meta.bot.call(meta.driver.signed(body))
        assert response.status_code == 400, body[:20]


# Receipts.


async def test_messages_are_shown_as_read(meta: Meta) -> None:
    await meta.bot.call(meta.driver.message("hello"))
    await meta.bot.until(lambda: len(meta.driver.fake.receipts) == 1)
    assert not meta.driver.fake.rejected


async def test_what_is_silent_is_not_shown_as_read(meta: Meta) -> None:
    for _, call in meta.driver.silent():
        await meta.bot.call(call)
    assert not meta.driver.fake.calls


# Errors.


@pytest.mark.parametrize(
    ("why", "status", "is_final"),
    [
        ("(#131047) Re-engagement message", 400, True),
        ("(#131026) Message undeliverable", 400, True),
        ("(#131047) Re-engagement message", 500, True),
        ("(#551) This person isn't available right now.", 400, True),
        ("(#10) This message is sent outside of allowed window.", 400, True),
        ("(#100) No matching user found", 400, True),
        ("(#368) Temporarily blocked for policies violations", 403, True),
        ("(#131031) Account has been locked", 403, True),
        ("(#131056) (Business Account, Consumer Account) pair rate limit hit", 400, False),
        ("(#130429) Rate limit hit", 400, False),
        ("(#80007) Rate limit issues", 400, False),
        ("(#4) Application request limit reached", 403, False),
        ("(#613) Calls to this API have exceeded the rate limit.", 400, False),
        ("(#1200) Temporary send message failure. Please try again later.", 400, False),
        ("(#2) Service temporarily unavailable", 400, False),
        ("(#131016) Service unavailable", 400, False),
        ("(#131057) Account in maintenance mode", 500, False),
        ("(#190) Access token has expired", 401, False),
        ("Something new", 401, False),
        ("(#190) Error validating access token: it has expired", 400, False),
        ("(#2500) An active access token must be used", 400, False),
        ("(#102) Session key invalid or no longer valid", 400, False),
        ("(#104) Incorrect signature", 400, False),
        ("(#10) Application does not have permission for this action", 403, False),
        ("(#200) Requires pages_messaging permission", 403, False),
        ("(#299) Permissions error", 403, False),
        ("(#131005) Access denied", 403, False),
        ("(#100) Invalid appsecret_proof provided in the API argument", 400, False),
        ("(#300) Edit failure", 400, True),
    ],
)
async def test_errors_that_pass_and_errors_that_stay(
    meta: Meta, why: str, status: int, is_final: bool
) -> None:
    call = meta.driver.message("hello")
    await meta.bot.call(call)
    meta.driver.fake.refusals = [(why, status)] * 4
    with pytest.raises(Undelivered) as caught:
        await meta.deliver_to(call, Part("hello"))
    assert caught.value.is_final is is_final
    assert caught.value.status == status
    assert not any(secret in caught.value.reason for secret in meta.driver.secrets)


async def test_an_error_that_passes_is_tried_again(meta: Meta) -> None:
    meta.driver.fake.refusals = [("(#131056) pair rate limit hit", 400)]
    await meta.bot.call(meta.driver.message("hello"), wait=False)
    await meta.bot.until(lambda: bool(meta.driver.fake.sent))
    assert not meta.driver.fake.refusals


async def test_a_secret_of_another_app_is_told_and_no_reply_lost(meta: Meta) -> None:
    meta.bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    meta.driver.fake.refusals = [("(#100) Invalid appsecret_proof provided", 400)]
    await meta.bot.call(meta.driver.message("offer"), wait=False)
    await meta.bot.until(lambda: bool(meta.driver.fake.sent))
    await meta.bot.quiet()
    assert [len(sent.buttons) for sent in meta.driver.fake.sent] == [2]


async def test_an_error_that_stays_is_not_tried_again(
    meta: Meta, caplog: pytest.LogCaptureFixture
) -> None:
    meta.driver.fake.refusals = [("(#131047) Re-engagement message", 400)]
    await meta.bot.call(meta.driver.message("hello"))
    assert "error 131047" in caplog.text
    assert not meta.bot.channel.desk._later
    await meta.bot.call(meta.driver.message("hello again"))
    assert len(meta.driver.fake.sent) == 1


@pytest.mark.parametrize("code", [100, 131008, 131009])
async def test_an_answer_is_not_lost_for_its_buttons(
    meta: Meta, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    meta.bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    meta.driver.fake.refusals = [(f"(#{code}) Invalid parameter", 400)]
    with caplog.at_level(logging.WARNING):
        await meta.bot.call(meta.driver.message("offer"))
    [sent] = meta.driver.fake.sent
    assert sent.text.startswith("Choose.")
    assert not sent.buttons
    assert f"buttons were refused (error {code})" in caplog.text
    # They can be chosen by numbers all the same.
    await meta.bot.call(meta.driver.message("2"))
    assert meta.bot.heard[-1].text == "q:x2.foods"


async def test_a_text_that_is_refused_is_not_sent_twice(meta: Meta) -> None:
    meta.driver.fake.refusals = [("(#100) Invalid parameter", 400)]
    await meta.bot.call(meta.driver.message("hello"))
    assert not meta.driver.fake.sent


# Settings.


def values_of(name: str, **changed: str) -> dict[str, str]:
    """Return values of a platform, with the registry's defaults."""
    row = next(row for row in ROWS if row.name == name)
    own = {"whatsapp": "phone_number_id", "messenger": "page_id"}[name]
    given = {"token": "t", own: "106540352242922", "app_secret": "s", "verify_token": "v"}
    environ = {row.variable(key): value for key, value in {**given, **changed}.items()}
    found = configured(row, environ)
    assert found.is_on
    return dict(found.values)


@pytest.mark.parametrize("name", CLASSES)
def test_the_defaults_are_metas(name: str) -> None:
    platform = CLASSES[name](values_of(name), None)  # type: ignore[arg-type]
    assert platform._url == "https://graph.facebook.com/v26.0/106540352242922/messages"


@pytest.mark.parametrize("name", CLASSES)
def test_an_address_may_end_with_a_slash(name: str) -> None:
    values = values_of(name, api_url="https://proxy.example/", graph_version="v27.0")
    platform = CLASSES[name](values, None)  # type: ignore[arg-type]
    assert platform._url == "https://proxy.example/v27.0/106540352242922/messages"


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        *(("whatsapp", "phone_number_id", one) for one in ("+49 170 1234", "x", "1/2", "１２")),
        *(("messenger", "page_id", one) for one in ("my page", "1?x=2", "-7")),
        *((name, "graph_version", one) for name in CLASSES for one in ("27", "27.0", "v27.0/..")),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_told(name: str, key: str, value: str) -> None:
    with pytest.raises(TwitchwiseError) as caught:
        CLASSES[name](values_of(name, **{key: value}), None)  # type: ignore[arg-type]
    said = str(caught.value)
    assert f"TWITCHWISE_{name}_{key}".upper() in said
    assert "Mend: " in said
    assert value not in said


def test_reading_takes_anything() -> None:
    for body in ({}, {"entry": 7}, {"entry": [None, {"messaging": "x"}]}):
        assert read_webhook(body, page_id="1") == []
