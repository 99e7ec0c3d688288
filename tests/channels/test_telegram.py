"""What only Telegram has: polling, commands, groups that move, topics."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.channels.bot import Bot
from tests.channels.drivers.driver import PUBLIC_URL, Driver
from tests.channels.drivers.telegram import PATH, TelegramDriver
from tests.channels.fakes.server import Fault, Rejected
from tests.channels.fakes.telegram import TOKEN, USERNAME, FakeTelegram, _key, _shown
from tests.channels.texts import first_line, reading
from twitchwise.channels.platforms.client import Reply, Undelivered
from twitchwise.channels.platforms.inbound import Event
from twitchwise.channels.platforms.telegram import (
    SECRET_HEADER,
    Telegram,
    read_update,
    webhook_secret,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.settings import settings


def read(**message: Any) -> Any:
    """Return what is read of a message in a private chat, with these parts changed."""
    base = {
        "message_id": 5,
        "from": {"id": 42, "is_bot": False},
        "chat": {"id": 42, "type": "private"},
        "text": "hello",
    }
    return read_update(
        {"update_id": 9, "message": {**base, **message}}, bot_id="4242", username=USERNAME
    )


GROUP = {"id": -100, "type": "supergroup"}


@pytest.fixture
async def telegram(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> TelegramDriver:
    driver = drivers["telegram"]
    assert isinstance(driver, TelegramDriver)
    for name, value in driver.variables.items():
        home.setenv(name, value)
    return driver


async def test_the_webhook_is_set_with_a_secret(telegram: TelegramDriver) -> None:
    bot = await Bot({"telegram": telegram}).start()
    fake = telegram.fake
    assert isinstance(fake, FakeTelegram)
    assert fake.webhook["url"] == PUBLIC_URL + PATH
    assert fake.webhook["secret_token"] == webhook_secret(TOKEN)
    assert TOKEN not in fake.webhook["secret_token"]
    assert "message" in fake.webhook["allowed_updates"]
    await bot.stop()


async def test_long_polling(telegram: TelegramDriver, home: pytest.MonkeyPatch) -> None:
    home.setenv("TWITCHWISE_TELEGRAM_MODE", "polling")
    home.delenv("TWITCHWISE_PUBLIC_URL")
    settings.cache_clear()
    fake = telegram.fake
    assert isinstance(fake, FakeTelegram)
    bot = await Bot({"telegram": telegram}).start()
    assert (await bot.call(telegram.message("hello"), wait=False)).status_code == 404
    fake.updates.append(json.loads(telegram.message("my leg is numb").body))
    await bot.until(lambda: bool(fake.sent))
    fake.updates.append(json.loads(telegram.message("hello").body))
    await bot.until(lambda: len(fake.sent) == 2)
    await bot.quiet()
    await bot.stop()
    assert [heard.text for heard in bot.heard] == ["my leg is numb", "hello"]
    assert reading(fake.sent).startswith(first_line("utter_escalation"))
    fake.updates.clear()


async def test_polling_goes_on_after_failures(
    telegram: TelegramDriver, home: pytest.MonkeyPatch
) -> None:
    home.setenv("TWITCHWISE_TELEGRAM_MODE", "polling")
    home.setattr("twitchwise.channels.platforms.telegram._PAUSE_SECONDS", 0.01)
    fake = telegram.fake
    assert isinstance(fake, FakeTelegram)
    bot = await Bot({"telegram": telegram}).start()
    fake.fault = Fault("500", times=9)
    fake.updates.append(json.loads(telegram.message("hello").body))
    await bot.until(lambda: bool(fake.sent))
    await bot.stop()
    fake.updates.clear()


async def test_a_server_that_cannot_be_reached_at_the_start(
    telegram: TelegramDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr("twitchwise.channels.platforms.channel._START_AGAIN_SECONDS", 0.3)
    telegram.fake.fault = Fault("500", times=4)
    bot = await Bot({"telegram": telegram}).start(wait=False)
    await bot.until(lambda: "500" in bot.channel.unready.get("telegram", ""))
    health = await bot.http.get("/webhooks/telegram/")
    assert health.status_code == 503
    assert "500" in health.json()["status"]
    await bot.until(lambda: not bot.channel.unready)
    assert (await bot.http.get("/webhooks/telegram/")).json()["status"] == "ok"
    await bot.stop()


@pytest.mark.parametrize(
    ("mode", "url", "named"),
    [("push", PUBLIC_URL, "TELEGRAM_MODE"), ("webhook", "", "public_url")],
)
def test_modes_that_cannot_be(home: pytest.MonkeyPatch, mode: str, url: str, named: str) -> None:
    home.setenv("TWITCHWISE_PUBLIC_URL", url)
    settings.cache_clear()
    values = {"token": TOKEN, "mode": mode, "api_url": "http://x"}
    with pytest.raises(TwitchwiseError, match=named) as raised:
        Telegram(values, None)  # type: ignore[arg-type]
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    "token",
    [
        *("110201543", "110201543:", ":AAH", "AAH:110201543", "110201543:AA H", "bot110201543:AAH"),
        *("110201543:AAH/x", "110201543:AAHé", "１１:AAH", "110201543:AAH\n", "your token"),
    ],
)
def test_tokens_that_are_none(home: pytest.MonkeyPatch, token: str) -> None:
    values = {"token": token, "mode": "polling", "api_url": "http://x"}
    with pytest.raises(TwitchwiseError, match="TWITCHWISE_TELEGRAM_TOKEN .*Mend:") as raised:
        Telegram(values, None)  # type: ignore[arg-type]
    assert token not in str(raised.value).replace("token of a bot", "").replace(":", "")


OWN = "https://api.telegram.org"


@pytest.mark.parametrize("mode", ["", "webhook"])
@pytest.mark.parametrize("url", ["http://bot.clinic.example", "http://bot.clinic.example:80"])
@pytest.mark.parametrize("api_url", [OWN, OWN.upper(), f"{OWN}/", f"{OWN}:443"])
def test_telegram_itself_calls_https_only(
    home: pytest.MonkeyPatch, mode: str, url: str, api_url: str
) -> None:
    home.setenv("TWITCHWISE_PUBLIC_URL", url)
    settings.cache_clear()
    with pytest.raises(TwitchwiseError, match="public_url .*https.*Mend:"):
        Telegram({"token": TOKEN, "mode": mode, "api_url": api_url}, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mode", "url", "api_url"),
    [
        ("webhook", PUBLIC_URL, OWN),
        ("", "https://bot.clinic.example/bot", OWN),
        ("polling", "http://bot.clinic.example", OWN),
        ("webhook", "http://10.0.0.7:5005", "http://10.0.0.8:8081"),
        ("", "", OWN),
    ],
)
def test_addresses_that_will_do(
    home: pytest.MonkeyPatch, mode: str, url: str, api_url: str
) -> None:
    home.setenv("TWITCHWISE_PUBLIC_URL", url)
    settings.cache_clear()
    assert Telegram({"token": TOKEN, "mode": mode, "api_url": api_url}, None)  # type: ignore[arg-type]


async def test_a_group_that_has_become_a_supergroup(telegram: TelegramDriver) -> None:
    bot = await Bot({"telegram": telegram}).start()
    calls: list[Any] = []
    parameters = {"migrate_to_chat_id": -1007}

    async def call(method: str, url: str, **values: Any) -> Any:
        calls.append(values["json_body"])
        if values["json_body"]["chat_id"] != -1007:
            raise Undelivered("moved", is_final=True, body={"parameters": parameters})
        return Reply(200, {}, {"ok": True, "result": {}})

    bot.channel.platforms["telegram"].client.call = call  # type: ignore[method-assign]
    await bot.call(telegram.message("hello", group="club"))
    assert [one["chat_id"] for one in calls][-1] == -1007
    assert calls[-1]["text"] == calls[0]["text"]
    await bot.stop()


async def test_an_album_is_answered_once_beside_its_caption(telegram: TelegramDriver) -> None:
    bot = await Bot({"telegram": telegram}).start()
    for caption in ("my leg is numb", "", "", ""):
        update = json.loads(telegram.media(caption).body)
        update["message"]["media_group_id"] = "13579"
        await bot.call(telegram.signed(json.dumps(update).encode()))
    assert reading(telegram.fake.sent[:1]).startswith(first_line("utter_escalation"))
    assert len(telegram.fake.sent) == 2
    await bot.stop()


async def test_an_answer_is_not_lost_for_its_buttons(telegram: TelegramDriver) -> None:
    bot = await Bot({"telegram": telegram}).start()
    bot.script["help me"] = [
        {"text": "Ask the clinic.", "buttons": [{"title": "Open", "url": "https://clinic/help"}]}
    ]
    await bot.call(telegram.message("help me"))
    assert reading(telegram.fake.sent).startswith("Ask the clinic.")
    assert telegram.fake.sent[-1].buttons == ()
    await bot.stop()


async def test_updates_before_the_bot_knows_its_name_come_again(
    telegram: TelegramDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr("twitchwise.channels.platforms.channel._START_AGAIN_SECONDS", 0.3)
    telegram.fake.fault = Fault("500", times=4)
    bot = await Bot({"telegram": telegram}).start(wait=False)
    call = telegram.message("my leg is numb", group="club")
    response = await bot.call(call)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    await bot.until(lambda: not bot.channel.unready)
    await bot.call(call)
    assert reading(telegram.fake.sent).startswith(first_line("utter_escalation"))
    await bot.stop()


async def test_an_update_that_fails_stops_no_others(
    telegram: TelegramDriver, home: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home.setenv("TWITCHWISE_TELEGRAM_MODE", "polling")
    fake = telegram.fake
    assert isinstance(fake, FakeTelegram)
    bot = await Bot({"telegram": telegram}).start()
    whole, failing = bot.channel.desk.take, telegram.message("Zebulon")

    async def take(platform: Any, inbounds: Any) -> None:
        if inbounds[0].text == "Zebulon":
            raise ValueError(inbounds[0].text)
        await whole(platform, inbounds)

    bot.channel.desk.take = take  # type: ignore[method-assign]
    for call in (failing, telegram.message("my leg is numb")):
        fake.updates.append(json.loads(call.body))
    await bot.until(lambda: bool(fake.sent))
    assert reading(fake.sent).startswith(first_line("utter_escalation"))
    assert "ValueError" in caplog.text
    assert "Zebulon" not in caplog.text
    await bot.stop()
    fake.updates.clear()


def test_who_is_meant_in_a_group() -> None:
    assert read(chat=GROUP, text="see you") is None
    assert read(chat=GROUP, text=f"is it magnesium @{USERNAME.upper()}?").text == "is it magnesium?"
    assert read(chat=GROUP, text=f"@{USERNAME}_2 is it magnesium") is None
    assert read(chat=GROUP, text=f"@{USERNAME} my leg").event is Event.MESSAGE
    assert read(chat=GROUP, text=f"@{USERNAME}").event is Event.JOIN
    for mark in (".", "-", ":", ", ", "\n"):
        assert "my leg" in read(chat=GROUP, text=f"@{USERNAME}{mark}my leg is numb").text
    assert read(chat=GROUP, text="/ask which foods").text == "which foods"
    assert read(chat=GROUP, text=f"/ask@{USERNAME} which foods").text == "which foods"
    assert read(chat=GROUP, text="/ask@AnotherBot which foods") is None
    reply = {"message_id": 3, "from": {"id": 4242, "is_bot": True}}
    assert read(chat=GROUP, text="and calcium", reply_to_message=reply).text == "and calcium"


def test_a_reply_in_a_group_goes_to_the_message_and_its_topic() -> None:
    found = read(
        chat=GROUP, text="/ask why", message_id=77, is_topic_message=True, message_thread_id=3
    )
    assert found.address == {
        "chat_id": -100,
        "message_thread_id": 3,
        "reply_parameters": {"message_id": 77, "allow_sending_without_reply": True},
    }
    assert (found.place, found.person) == ("-100", "42")


def test_who_writes_as_a_group_is_that_group() -> None:
    found = read(
        chat=GROUP, text="/ask why", sender_chat={"id": -100}, **{"from": {"id": 1, "is_bot": True}}
    )
    assert found.person == "-100"


@pytest.mark.parametrize("letters", ["ß" * 20, "ßßßß", "İ" * 5, "ﬃ"])
def test_letters_that_grow_when_case_is_folded(letters: str) -> None:
    found = read(chat=GROUP, text=f"{letters} @{USERNAME} my leg is numb")
    assert found.text == f"{letters} my leg is numb"


@pytest.mark.parametrize(
    "text", ["/start", "/start payload", "/help", "/START", "/ask", f"/ask@{USERNAME}"]
)
def test_commands_that_begin(text: str) -> None:
    assert read(text=text).event is Event.JOIN


@pytest.mark.parametrize("name", ["/help", "/start", "/ask", f"/HELP@{USERNAME}"])
@pytest.mark.parametrize("blank", [" ", "\n", " \n "])
@pytest.mark.parametrize("chat", [{"id": 42, "type": "private"}, GROUP])
def test_words_beside_a_command_are_heard(name: str, blank: str, chat: dict[str, Any]) -> None:
    found = read(chat=chat, text=f"{name}{blank}my leg is numb")
    assert (found.text, found.event) == ("my leg is numb", Event.MESSAGE)


def test_unknown_commands_are_messages() -> None:
    assert read(text=f"/forget@{USERNAME}").text == "/forget"
    assert read(text="/numb my leg").text == "/numb my leg"


def test_a_place_that_moves_is_answered_once() -> None:
    moved = {"message_id": 5, "from": {"id": 42}, "chat": {"id": 42, "type": "private"}}
    moved |= {"edit_date": 7, "location": {"latitude": 1.0}}
    assert read_update({"edited_message": moved}, bot_id="1", username="x") is None


def test_added_to_a_group() -> None:
    change = {
        "chat": GROUP,
        "from": {"id": 42},
        "old_chat_member": {"status": "left"},
        "new_chat_member": {"status": "member"},
    }
    found = read_update({"update_id": 9, "my_chat_member": change}, bot_id="1", username="x")
    assert found is not None
    assert (found.event, found.address) == (Event.JOIN, {"chat_id": -100})
    change["old_chat_member"] = {"status": "administrator"}
    assert read_update({"my_chat_member": change}, bot_id="1", username="x") is None


@pytest.mark.parametrize("key", ["photo", "voice", "sticker", "location", "video_note", "poll"])
def test_media(key: str) -> None:
    found = read(text="", **{key: {"file_id": "x"}})
    assert (found.event, found.text) == (Event.MEDIA, "")
    assert read(text="", caption="numb leg", **{key: {}}).text == "numb leg"


def test_the_button_names_what_stood_on_it() -> None:
    keys = [[{"text": "Foods?", "callback_data": "q:mg.foods"}]]
    message = {"chat": {"id": 42, "type": "private"}, "reply_markup": {"inline_keyboard": keys}}
    query = {"id": "8", "from": {"id": 42}, "message": message, "data": "q:mg.foods"}
    found = read_update({"callback_query": query}, bot_id="1", username="x")
    assert found is not None
    assert (found.text, found.said) == ("q:mg.foods", "Foods?")


def test_the_fake_refuses_what_telegram_refuses() -> None:
    for message in (
        {"chat_id": 1, "text": "x" * 4097},
        {"chat_id": 1, "text": "😀" * 2049},
        {"chat_id": 1, "text": ""},
        {"chat_id": 1, "text": "<script>x</script>", "parse_mode": "HTML"},
        {"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"},
        {"chat_id": "ann", "text": "x"},
    ):
        with pytest.raises(Rejected):
            _shown(message)
    for key in ({"text": "x", "callback_data": "y" * 65}, {"text": "x", "url": "tel:112"}):
        with pytest.raises(Rejected):
            _key(key)


async def test_forged_updates(telegram: TelegramDriver) -> None:
    bot = await Bot({"telegram": telegram}).start()
    body = telegram.message("my leg is weak").body
    good = webhook_secret(TOKEN)
    wrong = [
        *("", " ", good[:-1], good + "0", good.upper(), good[::-1], TOKEN, "null", "*"),
        *(webhook_secret(f"{n}:x") for n in range(8)),
        *(good[:n] + ("0" if good[n] != "0" else "1") + good[n + 1 :] for n in range(8)),
    ]
    for secret in wrong:
        response = await bot.http.post(PATH, content=body, headers={SECRET_HEADER: secret})
        assert response.status_code == 401
    for headers in ([], [(SECRET_HEADER, good)] * 2, [("Authorization", good)]):
        assert (await bot.http.post(PATH, content=body, headers=headers)).status_code == 401
    assert (await bot.http.get(PATH, headers={SECRET_HEADER: good})).status_code == 405
    await bot.quiet()
    assert not bot.heard
    await bot.stop()
