"""What only WhatsApp by Twilio has; what both have is in test_twilio_sms."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.bot import Bot
from tests.channels.drivers.driver import Driver
from tests.channels.drivers.twilio_base import TwilioDriver
from tests.channels.fakes.twilio_base import SERVICE
from tests.channels.texts import is_urgent, reading, text_of
from twitchwise.channels.platforms.twilio import TwilioWhatsApp
from twitchwise.errors import TwitchwiseError

NAME = "twilio_whatsapp"


@pytest.fixture
def chats(drivers: dict[str, Driver]) -> TwilioDriver:
    driver = drivers[NAME]
    assert isinstance(driver, TwilioDriver)
    return driver


@pytest.fixture
async def chat_bot(chats: TwilioDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    for name, value in chats.variables.items():
        home.setenv(name, value)
    made = await Bot({NAME: chats}).start()
    yield made
    await made.stop()


async def test_numbers_have_a_prefix(chats: TwilioDriver, chat_bot: Bot) -> None:
    await chat_bot.call(chats.message("hello"))
    reply = chats.fake.forms[0]
    assert (reply["From"], reply["To"]) == ("whatsapp:+14155550100", chats.place())
    assert "MessagingServiceSid" not in reply


@pytest.mark.parametrize("number", ["whatsapp:+14155550100", "+1 415 555 0100"])
async def test_the_prefix_may_be_set_or_not(
    chats: TwilioDriver, home: pytest.MonkeyPatch, number: str
) -> None:
    for name, value in {**chats.variables, chats.variable("number"): number}.items():
        home.setenv(name, value)
    bot = await Bot({NAME: chats}).start()
    await bot.call(chats.message("hello"))
    await bot.stop()
    assert bot.heard
    assert chats.fake.sent


def test_a_short_code_is_no_whatsapp_number(chats: TwilioDriver, home: pytest.MonkeyPatch) -> None:
    values = {
        key: chats.variables[chats.variable(key)]
        for key in ("account_sid", "auth_token", "api_url")
    }
    with pytest.raises(TwitchwiseError, match="TWITCHWISE_TWILIO_WHATSAPP_NUMBER"):
        TwilioWhatsApp({**values, "number": "46645"}, None)  # type: ignore[arg-type]


async def test_text_messages_have_their_own_platform(chats: TwilioDriver, chat_bot: Bot) -> None:
    sms = chats.form(Body="hello", From="+14155550123", To="+14155550100")
    assert (await chat_bot.call(chats.call(sms))).status_code == 403
    assert not chat_bot.heard


async def test_a_service_with_whatsapp_senders(
    chats: TwilioDriver, home: pytest.MonkeyPatch
) -> None:
    for name, value in {**chats.variables, chats.variable("number"): SERVICE}.items():
        home.setenv(name, value)
    bot = await Bot({NAME: chats}).start()
    await bot.call(chats.call(chats.form(Body="hello", MessagingServiceSid=SERVICE)))
    sms = chats.form(
        Body="hello", From="+14155550123", To="+14155550100", MessagingServiceSid=SERVICE
    )
    assert (await bot.call(chats.call(sms))).status_code == 403
    await bot.stop()
    assert chats.fake.forms[0]["MessagingServiceSid"] == SERVICE
    assert len(bot.heard) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"NumMedia": "1", "MediaContentType0": "image/webp", "MessageType": "sticker"},
        {"NumMedia": "1", "MediaContentType0": "audio/ogg", "MessageType": "audio"},
        {"NumMedia": "1", "MediaContentType0": "text/vcard", "MessageType": "contacts"},
        {"Latitude": "52.3", "Longitude": "4.9", "MessageType": "location"},
        {"MessageType": "something new"},
    ],
)
async def test_what_has_no_words(
    chats: TwilioDriver, chat_bot: Bot, fields: dict[str, str]
) -> None:
    await chat_bot.call(chats.call(chats.form(**fields)))
    assert text_of("utter_no_words") in reading(chats.fake.sent)
    assert not chat_bot.heard


async def test_a_button_of_ours(chats: TwilioDriver, chat_bot: Bot) -> None:
    form = chats.form(
        Body="Foods", ButtonText="Foods", ButtonPayload="q:mg.foods", MessageType="button"
    )
    await chat_bot.call(chats.call(form))
    assert [heard.text for heard in chat_bot.heard] == ["q:mg.foods"]
    turn = await chat_bot.channel.desk._replies._turns.last(chat_bot.heard[0].sender)
    assert turn is not None
    assert turn.said == "Foods"


@pytest.mark.parametrize("body", ["My leg is numb", ""])
async def test_a_button_of_somebody_elses_template(
    chats: TwilioDriver, chat_bot: Bot, body: str
) -> None:
    form = chats.form(
        Body=body, ButtonText="My leg is numb", ButtonPayload="numb_1", MessageType="button"
    )
    await chat_bot.call(chats.call(form))
    assert [heard.text for heard in chat_bot.heard] == ["My leg is numb"]
    assert is_urgent(chats.fake.sent), "what stands on the button is what was said"


async def test_who_comes_from_an_advertisement(chats: TwilioDriver, chat_bot: Bot) -> None:
    form = chats.form(
        Body="hello",
        ReferralBody="My leg is numb? Ask us",
        ReferralHeadline="STOP cramps",
        ReferralNumMedia="1",
        ReferralSourceType="ad",
    )
    await chat_bot.call(chats.call(form))
    assert [heard.text for heard in chat_bot.heard] == ["hello"]
    assert not is_urgent(chats.fake.sent)


async def test_people_without_a_telephone_number(chats: TwilioDriver, chat_bot: Bot) -> None:
    person = "whatsapp:NL.13491208655302741918"
    for sender in (person, "whatsapp:", "+14155550123", "whatsapp:sms:+14155550123"):
        await chat_bot.call(chats.call(chats.form(Body=sender, From=sender)))
    assert [heard.text for heard in chat_bot.heard] == [person]


async def test_what_is_urgent_is_bold(chats: TwilioDriver, chat_bot: Bot) -> None:
    await chat_bot.call(chats.message("my leg is numb"))
    assert chats.fake.forms[0]["Body"].startswith("*")
    assert is_urgent(chats.fake.sent)


async def test_no_body_is_too_long(chats: TwilioDriver, chat_bot: Bot) -> None:
    chat_bot.script["long"] = [{"text": "é👍 “cramps” • and so on… " * 300}]
    await chat_bot.call(chats.message("long"))
    assert len(chats.fake.forms) > 4
    assert not chats.fake.rejected
