"""What only Twilio has; WhatsApp's own part is in test_twilio_whatsapp."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import PUBLIC_URL, Driver
from tests.channels.drivers.twilio_base import HEADER, TwilioDriver, form_of, signature
from tests.channels.fakes.server import Fault
from tests.channels.fakes.twilio_base import ACCOUNT, SERVICE, TOKEN
from tests.channels.texts import first_line, is_complete, is_urgent, reading, text_of
from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.configuration import configured
from twitchwise.channels.platforms.registry import ROWS
from twitchwise.channels.platforms.twilio import (
    LONGEST_BODY,
    MOST_SEGMENTS,
    STOP_WORDS,
    TwilioSms,
    TwilioWhatsApp,
    fields_in,
    sms_size,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import render
from twitchwise.rendering.units import sms_segments
from twitchwise.settings import settings

NAME = "twilio_sms"


class Phones:
    """Starts bots that people reach by text message."""

    def __init__(self, driver: TwilioDriver, home: pytest.MonkeyPatch) -> None:
        self.driver = driver
        self._home = home
        self._bots: list[Bot] = []

    async def bot(self, *, wait: Any = True, **variables: str) -> Bot:
        for name, value in {**self.driver.variables, **variables}.items():
            self._home.setenv(name, value)
        settings.cache_clear()
        self._bots.append(await Bot({self.driver.name: self.driver}).start(wait=wait))
        # It asks whether its token is right as it starts.
        self.driver.fake.calls.clear()
        return self._bots[-1]

    async def stop(self) -> None:
        for bot in self._bots:
            await bot.stop()


@pytest.fixture
async def phones(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> AsyncIterator[Phones]:
    driver = drivers[NAME]
    assert isinstance(driver, TwilioDriver)
    made = Phones(driver, home)
    yield made
    await made.stop()


# Who calls.


async def test_the_answer_is_twiml_that_says_nothing(phones: Phones) -> None:
    bot = await phones.bot()
    response = await bot.call(phones.driver.message("hello"))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/xml")
    assert response.text == "<Response></Response>"


def test_the_tests_sign_as_twilio_documents_it() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(url, urlencode(fields).encode(), "12345") == "GvWf1cFY/Q7PnoempGyD5oXAezc="


async def test_many_forged_calls(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    calls = [*driver.forged("bad"), *driver.forged("missing")]
    assert len(calls) >= 30
    for call in calls:
        assert (await bot.call(call)).status_code in (400, 401, 403)
    assert not bot.heard
    assert not driver.fake.calls


async def test_a_signature_that_came_twice(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    call = driver.message("hello")
    headers = [*call.headers.items(), (HEADER, call.headers[HEADER])]
    response = await bot.http.post(call.path, content=call.body, headers=headers)
    assert response.status_code == 401


async def test_only_post_is_taken(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    query = urlencode(driver.form(Body="hello"))
    headers = {HEADER: signature(f"{driver.url}?{query}", b"")}
    response = await bot.http.get(f"{driver.path}?{query}", headers=headers)
    assert response.status_code == 405
    assert not bot.heard


async def test_a_query_is_signed_too(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    body = urlencode(driver.form(Body="hello")).encode()
    path = f"{driver.path}?site=a%20b&x=1"
    for url, status in ((driver.url, 401), (f"{driver.url}?site=a%20b&x=1", 200)):
        headers = {HEADER: signature(url, body)}
        response = await bot.http.post(path, content=body, headers=headers)
        assert response.status_code == status
    await bot.quiet()
    assert len(bot.heard) == 1


@pytest.mark.parametrize(
    "public_url",
    [PUBLIC_URL + ":443", PUBLIC_URL + "/", "http://10.0.0.1:8080", "https://x.example/bot/"],
)
async def test_ports_and_paths_of_the_public_address(phones: Phones, public_url: str) -> None:
    driver, bot = phones.driver, await phones.bot(TWITCHWISE_PUBLIC_URL=public_url)
    url = public_url.rstrip("/") + driver.path
    body = urlencode(driver.form(Body="hello")).encode()
    response = await bot.call(driver.with_signature(body, signature(url, body)))
    assert response.status_code == 200
    assert bot.heard


async def test_twilio_may_leave_the_port_out_or_put_it_in(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    for text in ("one", "two"):
        body = urlencode(driver.form(Body=text)).encode()
        url = driver.url if text == "one" else driver.url.replace(".example", ".example:443")
        assert (await bot.call(driver.with_signature(body, signature(url, body)))).is_success
    assert [heard.text for heard in bot.heard] == ["one", "two"]


async def test_fields_that_nobody_knows_yet_are_no_problem(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    form = driver.form(Body="hello é 👍 a+b&c=d%", AddOns='{"x": "y"}', Empty="", Zed="ü")
    twice = [*form.items(), ("Tag", "b"), ("Tag", "a"), ("Tag", "b")]
    await bot.call(driver.call(twice))
    assert bot.heard[0].text == "hello é 👍 a+b&c=d%"


async def test_a_field_of_ours_that_came_twice_is_none(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    for name in ("MessageSid", "AccountSid", "From", "To"):
        form = driver.form(Body="hello")
        response = await bot.call(driver.call([*form.items(), (name, form[name] + "1")]))
        assert response.status_code in (400, 403), name
    assert not bot.heard


def test_a_form_with_very_many_fields_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        fields_in(b"&".join(b"x%d=1" % number for number in range(2_000)))
    assert refused.value.status == 400


# What it is set up with.


@pytest.mark.parametrize("kind", [TwilioSms, TwilioWhatsApp])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account_sid", "AC123"),
        ("account_sid", SERVICE),
        ("number", "the clinic"),
        ("number", "+0123"),
        ("number", "MG12"),
    ],
)
def test_values_that_cannot_be_used(
    home: pytest.MonkeyPatch, kind: type[TwilioSms], key: str, value: str
) -> None:
    values = {**_values(), key: value}
    with pytest.raises(TwitchwiseError) as raised:
        kind(values, None)  # type: ignore[arg-type]
    assert f"TWITCHWISE_{kind.name}_{key}".upper() in str(raised.value)
    assert value not in str(raised.value).replace("MG…", "")


@pytest.mark.parametrize("public_url", ["", "https://bot.clinic.example:99999"])
def test_without_a_public_address_nothing_can_be_verified(
    home: pytest.MonkeyPatch, public_url: str
) -> None:
    home.setenv("TWITCHWISE_PUBLIC_URL", public_url)
    settings.cache_clear()
    with pytest.raises(TwitchwiseError, match="public_url"):
        TwilioSms(_values(), None)  # type: ignore[arg-type]


def _values() -> dict[str, str]:
    return {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "number": "+14155550100",
        "api_url": "https://api.twilio.com",
    }


async def test_numbers_may_be_written_as_people_write_them(phones: Phones) -> None:
    number = {phones.driver.variable("number"): "+1 (415) 555-0100"}
    bot = await phones.bot(**number)
    await bot.call(phones.driver.message("hello"))
    assert bot.heard


async def test_short_codes(phones: Phones) -> None:
    driver = phones.driver
    bot = await phones.bot(**{driver.variable("number"): "46645"})
    driver.fake.number = "46645"
    await bot.call(driver.message("hello"))
    sent = driver.fake.forms
    del driver.fake.number
    assert [form["From"] for form in sent] == ["46645"]


async def test_a_messaging_service(phones: Phones) -> None:
    driver = phones.driver
    bot = await phones.bot(**{driver.variable("number"): SERVICE})
    await bot.call(driver.call(driver.form(Body="hello", MessagingServiceSid=SERVICE)))
    assert [heard.text for heard in bot.heard] == ["hello"]
    reply = driver.fake.forms[0]
    assert reply["MessagingServiceSid"] == SERVICE
    assert reply["From"] == driver.fake.number
    for other in ("MG" + "0" * 32, ""):
        form = driver.form(Body="hello", MessagingServiceSid=other)
        assert (await bot.call(driver.call(form))).status_code == 403
    whatsapp = driver.form(
        Body="hello",
        MessagingServiceSid=SERVICE,
        To="whatsapp:+14155550100",
        From="whatsapp:+14155550123",
    )
    assert (await bot.call(driver.call(whatsapp))).status_code == 403, "it has its own platform"
    assert len(bot.heard) == 1


async def test_a_number_in_a_service_may_be_set_alone(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    await bot.call(driver.call(driver.form(Body="hello", MessagingServiceSid=SERVICE)))
    assert "MessagingServiceSid" not in driver.fake.forms[0]


def test_both_are_in_the_registry() -> None:
    for name in ("twilio_sms", "twilio_whatsapp"):
        row = next(row for row in ROWS if row.name == name)
        assert configured(row, {}).values["api_url"] == "https://api.twilio.com"
        assert {v.key for v in row.variables if v.is_needed} == {
            "account_sid",
            "auth_token",
            "number",
        }


# Orders.


@pytest.mark.parametrize("word", [*sorted(STOP_WORDS), "stop", " Stop ", "sToP", "Stop.", "“STOP”"])
async def test_words_that_end_it(phones: Phones, word: str) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message(word))
    assert not bot.heard
    assert not phones.driver.fake.calls, "not even an attempt: carriers confirm it themselves"


@pytest.mark.parametrize(
    "text", ["STOP it hurts", "stop please", "the end", "Can I quit coffee", "STOP STOP", "stops"]
)
async def test_words_beside_them_make_it_a_message(phones: Phones, text: str) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message(text))
    assert [heard.text for heard in bot.heard] == [text]
    assert is_complete(phones.driver.fake.sent)


async def test_a_red_flag_after_stop_is_a_red_flag(phones: Phones) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message("STOP my leg is numb"))
    assert is_urgent(phones.driver.fake.sent)


@pytest.mark.parametrize("word", ["START", "unstop", "Start "])
async def test_words_that_begin_it(phones: Phones, word: str) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message(word))
    assert first_line("utter_welcome") in reading(phones.driver.fake.sent)


async def test_yes_is_an_answer(phones: Phones) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message("YES"))
    assert [heard.text for heard in bot.heard] == ["YES"]


@pytest.mark.parametrize("word", ["HELP", "info", " Help "])
async def test_words_that_ask_what_this_is(phones: Phones, word: str) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message(word))
    assert reading(phones.driver.fake.sent).startswith(text_of("utter_sms_help"))
    assert not bot.heard


@pytest.mark.parametrize("text", ["help!", "help me, my leg is numb"])
async def test_a_cry_for_help_is_a_message(phones: Phones, text: str) -> None:
    bot = await phones.bot()
    await bot.call(phones.driver.message(text))
    assert [heard.text for heard in bot.heard] == [text]


async def test_what_advanced_opt_out_has_answered(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    for body, kind in (("ARRET", "STOP"), ("Hilfe", "HELP"), ("los", "START"), ("stop", "STOP")):
        await bot.call(driver.call(driver.form(Body=body, OptOutType=kind)))
    assert not bot.heard
    assert not driver.fake.calls
    await bot.call(driver.call(driver.form(Body="my leg is numb", OptOutType="SOMETHING_NEW")))
    assert is_urgent(driver.fake.sent), "what is not known leaves nobody without an answer"


# What people send.


async def test_several_pictures_with_a_caption(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    form = driver.form(Body="my leg twitches", NumMedia="3", SmsMessageSid="MM" + "1" * 32)
    form["MessageSid"] = form["SmsSid"] = form["SmsMessageSid"]
    await bot.call(driver.call(form))
    assert [heard.text for heard in bot.heard] == ["my leg twitches"]


@pytest.mark.parametrize("count", ["1", "10", "x", "", "-1", "9" * 50])
async def test_no_words_at_all(phones: Phones, count: str) -> None:
    driver, bot = phones.driver, await phones.bot()
    await bot.call(driver.call(driver.form(NumMedia=count)))
    # Somebody else, as nobody is told twice in a moment.
    form = driver.form(person="bob", NumMedia=count)
    del form["Body"]
    await bot.call(driver.call(form))
    assert reading(driver.fake.sent).count(text_of("utter_no_words")) == 2
    assert not bot.heard


async def test_a_number_of_a_list_is_a_choice(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2), button(3)]}]
    await bot.call(driver.message("offer"))
    assert "1. Choice 1 2. Choice 2 3. Choice 3 Reply 1, 2 or 3." in reading(driver.fake.sent)
    await bot.call(driver.message("3"))
    assert bot.heard[-1].text == "q:x3.foods"


async def test_people_have_one_conversation_on_all_numbers_of_a_service(phones: Phones) -> None:
    driver = phones.driver
    bot = await phones.bot(**{driver.variable("number"): SERVICE})
    for to in ("+14155550100", "+14155550199"):
        form = driver.form(Body="hello", To=to, MessagingServiceSid=SERVICE)
        await bot.call(driver.call(form))
    assert len({heard.sender for heard in bot.heard}) == 1
    assert driver.place() not in bot.heard[0].sender


# What goes out.


async def test_messages_are_plain_and_short(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    bot.script["long"] = [{"text": "“Cramps” – and so on… " * 400}]
    await bot.call(driver.message("long"))
    bodies = [form["Body"] for form in driver.fake.forms]
    assert len(bodies) > 4
    assert all(sms_segments(body) <= MOST_SEGMENTS for body in bodies)
    assert all(len(body) <= LONGEST_BODY for body in bodies)
    assert '"Cramps" - and so on...' in bodies[0]


@pytest.mark.parametrize("letter", ["a", "é", "€", "ж", "字", "👍"])
def test_the_longest_body_is_never_passed(letter: str) -> None:
    text = " ".join([letter * 9] * 600)
    for limits in (TwilioSms.limits, TwilioWhatsApp.limits):
        parts = render([{"text": text}], limits)
        assert len(parts) > 1
        assert all(len(part.text.encode()) <= LONGEST_BODY for part in parts)
    messages = render([{"text": text}], TwilioSms.limits)
    assert all(sms_segments(message.text) <= MOST_SEGMENTS for message in messages)


def test_the_size_of_a_text() -> None:
    assert sms_size("x" * 160) == 1
    assert sms_size("x" * 161) == 2
    assert sms_size("x" * 1_530) == 10
    assert sms_size("x" * 1_531) == 11
    # 534 of these take 8 segments, and 1,602 bytes.
    assert sms_size("字" * 534) == 11


@pytest.mark.parametrize("code", [21610, 21211, 21614, 21408, 21606, 21617, 30007, 63016])
async def test_errors_that_stay_are_not_tried_again(
    phones: Phones, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    driver, bot = phones.driver, await phones.bot()
    driver.fake.errors = [(400, code)]
    await bot.call(driver.message("my leg is numb"))
    assert len(driver.fake.calls) == 1
    assert not bot.channel.desk._later
    assert f"error {code}" in caplog.text
    assert driver.place() not in caplog.text


@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((400, 21611), (400, 30001), (429, 20429)),
        *((401, 20003), (403, 20003), (403, 20005), (403, 20008), (401, 0)),
    ],
)
async def test_errors_that_pass_are_tried_again(phones: Phones, status: int, code: int) -> None:
    driver, bot = phones.driver, await phones.bot()
    driver.fake.errors = [(status, code)]
    await bot.call(driver.message("my leg is numb"), wait=False)
    await bot.until(lambda: bool(driver.fake.sent))
    assert is_urgent(driver.fake.sent)
    assert len(driver.fake.calls) == 2


@pytest.mark.parametrize(("code", "times"), [(30001, 2), (30007, 1)])
async def test_a_message_that_fails_as_it_is_taken(phones: Phones, code: int, times: int) -> None:
    driver, bot = phones.driver, await phones.bot()
    driver.fake.failures = [code]
    await bot.call(driver.message("my leg is numb"), wait=False)
    await bot.until(lambda: len(driver.fake.calls) == times)
    await bot.quiet()
    assert len(driver.fake.forms) == times
    assert is_urgent(driver.fake.sent) == (times == 2)


async def test_who_has_opted_out_gets_one_attempt(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    driver.fake.opted_out.add(driver.place())
    await bot.call(driver.message("hello"))
    assert driver.fake.rejected == ["21610 Attempt to send to unsubscribed recipient"]
    assert len(driver.fake.calls) == 1


async def test_a_wrong_auth_token_is_told_by_its_number(
    phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    driver = phones.driver
    token = "anotherToken4242"
    bot = await phones.bot(wait=False, **{driver.variable("auth_token"): token})
    body = urlencode(driver.form(Body="hello")).encode()
    await bot.call(driver.with_signature(body, signature(driver.url, body, token)))
    assert set(driver.fake.rejected) == {"20003 Authenticate"}
    assert "A reply was not delivered: twilio_sms answered 401 (error 20003)." in caplog.text
    assert token not in caplog.text


@pytest.mark.parametrize("status", ["suspended", "closed"])
async def test_an_account_that_is_not_active_is_not_ready(phones: Phones, status: str) -> None:
    phones.driver.fake.status = status
    bot = await phones.bot(wait=False)
    await bot.until(lambda: "not active" in bot.channel.unready.get(NAME, ""))
    health = await bot.http.get(f"/webhooks/{NAME}/")
    assert health.json()["status"] == "twilio_sms: the account is not active"


async def test_logs_hold_no_telephone_number(
    phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    driver, bot = phones.driver, await phones.bot()
    with caplog.at_level(logging.INFO):
        driver.fake.fault = Fault("500", times=4)
        await bot.call(driver.message("hello"))
        driver.fake.errors = [(400, 21211)]
        await bot.call(driver.message("hello again"))
        for call in driver.forged("bad"):
            await bot.call(call)
        await bot.call(driver.stop())
    assert "error 21211" in caplog.text
    for secret in driver.secrets:
        assert secret not in caplog.text


async def test_ids_are_of_their_form(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    call = driver.message("hello")
    for sid in (form_of(call)["MessageSid"] + "0", "XX" + "0" * 32, "SM" + "G" * 32, "SM" * 17):
        form = driver.form(Body="hello", MessageSid=sid)
        assert (await bot.call(driver.call(form))).status_code == 400
    assert not bot.heard


async def test_the_algorithm_is_sha1_alone(phones: Phones) -> None:
    driver, bot = phones.driver, await phones.bot()
    body = urlencode(driver.form(Body="hello")).encode()
    for algorithm in (hashlib.sha256, hashlib.md5, hashlib.sha512):
        given = signature(driver.url, body, algorithm=algorithm)
        assert (await bot.call(driver.with_signature(body, given))).status_code == 401
