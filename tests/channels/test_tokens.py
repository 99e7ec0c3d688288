"""A token of ours that does not hold: it is reported, and no reply is lost until it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.bot import Bot
from tests.channels.drivers.driver import Driver, off_by_one
from tests.channels.platforms import PLATFORMS
from tests.channels.texts import is_urgent
from twitchwise.channels.platforms.inbound import Address
from twitchwise.channels.platforms.registry import variable_name
from twitchwise.rendering.parts import Part

#: The variable that holds the token, and what is said where it is wrong at the start.
TOKENS = {
    "telegram": ("token", "telegram answered 404 (is the token right?)"),
    "whatsapp": ("token", "whatsapp answered 401 (error 190)"),
    "messenger": ("token", "messenger answered 401 (error 190)"),
    "slack": ("bot_token", "slack refused auth.test (invalid_auth)"),
    "twilio_sms": ("auth_token", "twilio_sms answered 401 (error 20003)"),
    "twilio_whatsapp": ("auth_token", "twilio_whatsapp answered 401 (error 20003)"),
    "discord": ("token", "discord answered 401"),
    "mattermost": ("token", "mattermost answered 401"),
    "rocketchat": ("auth_token", "rocketchat answered 401"),
    "webex": ("token", "webex answered 401"),
}
#: A reply to an interaction of Discord needs no token of ours (see test_discord).
_REPLIES_BY_TOKEN = [name for name in TOKENS if name in PLATFORMS and name != "discord"]


def set_up(driver: Driver, home: pytest.MonkeyPatch, **changed: str) -> None:
    for name, value in {**driver.variables, **changed}.items():
        home.setenv(name, value)


@pytest.mark.parametrize("name", _REPLIES_BY_TOKEN)
async def test_a_reply_goes_out_once_the_token_is_right(
    name: str, drivers: dict[str, Driver], home: pytest.MonkeyPatch
) -> None:
    driver, (key, _) = drivers[name], TOKENS[name]
    set_up(driver, home)
    bot = await Bot({name: driver}).start()
    platform = bot.channel.platforms[name]
    right, deliver, tried = platform.values, platform.deliver, 0

    async def delivered(address: Address, part: Part, number: int) -> None:
        nonlocal tried
        tried += 1
        wrong = {**right, key: off_by_one(right[key], 0)}
        platform.values = wrong if tried == 1 else right
        try:
            await deliver(address, part, number)
        finally:
            platform.values = right

    platform.deliver = delivered  # type: ignore[method-assign]
    await bot.call(driver.message("my leg is numb"), wait=False)
    await bot.until(lambda: bool(tried))
    await bot.quiet()
    assert not driver.fake.sent
    await bot.until(lambda: bool(driver.fake.sent) or not bot.channel.desk._later)
    await bot.quiet()
    assert is_urgent(driver.fake.sent)
    await bot.stop()


@pytest.mark.parametrize("name", [name for name in TOKENS if name in PLATFORMS])
async def test_a_wrong_token_is_told_at_the_start(
    name: str, drivers: dict[str, Driver], home: pytest.MonkeyPatch, caplog: Any
) -> None:
    driver, (key, said) = drivers[name], TOKENS[name]
    variable = variable_name(name, key)
    wrong = off_by_one(driver.variables[variable], 0)
    set_up(driver, home, **{variable: wrong})
    bot = await Bot({name: driver}).start(wait=False)
    await bot.until(lambda: bot.channel.unready.get(name) != "it is starting")
    health = await bot.http.get(f"/webhooks/{name}/")
    await bot.stop()
    assert (health.status_code, health.json()["status"]) == (503, said)
    assert wrong not in caplog.text


@pytest.mark.parametrize("name", [name for name in TOKENS if name in PLATFORMS])
async def test_with_the_right_token_it_is_ready(
    name: str, drivers: dict[str, Driver], home: pytest.MonkeyPatch
) -> None:
    driver = drivers[name]
    set_up(driver, home)
    bot = await Bot({name: driver}).start()
    health = await bot.http.get(f"/webhooks/{name}/")
    await bot.stop()
    assert health.json()["status"] == "ok"
    assert driver.fake.calls, "it was asked"
    assert not driver.fake.rejected
