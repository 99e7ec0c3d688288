"""All platforms together: which are on, and that one that fails leaves the others running."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest

from tests.channels.bot import Bot
from tests.channels.conftest import ROOT
from tests.channels.drivers.driver import Driver
from tests.channels.fakes.server import Fault
from tests.channels.forging import forged_calls
from tests.channels.platforms import PLATFORMS
from twitchwise.channels.platforms.registry import ROWS

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


async def test_forged_requests_over_all_platforms(
    full_bot: Bot, drivers: dict[str, Driver]
) -> None:
    tried = 0
    for driver in drivers.values():
        for call in forged_calls(driver):
            tried += 1
            response = await full_bot.call(call, wait=False)
            assert response.status_code in (400, 401, 403, 404, 405), call
    await full_bot.quiet()
    assert tried >= 20 * len(PLATFORMS)
    assert not full_bot.heard
    assert not [sent for driver in drivers.values() for sent in driver.fake.sent]


async def test_one_that_hangs_slows_no_other(full_bot: Bot, drivers: dict[str, Driver]) -> None:
    for name, driver in drivers.items():
        driver.fake.sent.clear()
        driver.fake.fault = Fault("never", times=10_000)
        for number in range(20):
            await full_bot.call(driver.message("hello", person=f"h{number}"), wait=False)
        others = [other for other in drivers.values() if other.name != name]
        for other in others:
            other.fake.sent.clear()
            await full_bot.call(other.message(f"{name} hangs"), wait=False)
        await full_bot.until(lambda o=others: all(one.fake.sent for one in o))  # type: ignore[misc]
        if not driver.replies_in_response:
            assert not driver.fake.sent
        driver.fake.fault = Fault()


async def test_one_that_fails_at_the_start_leaves_the_others_running(
    drivers: dict[str, Driver], home: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    working, half_set, broken = list(drivers)[0], list(drivers)[1], list(drivers)[2]
    rows = {row.name: row for row in ROWS}
    for driver in drivers.values():
        for name, value in driver.variables.items():
            home.setenv(name, value)
    needed = [rows[half_set].variable(v.key) for v in rows[half_set].variables if v.is_needed]
    home.delenv(needed[-1])
    home.setattr(_class_of(rows[broken].target), "__init__", _fail)
    with caplog.at_level(logging.ERROR):
        bot = await Bot(drivers).start()
    assert f"{rows[half_set].title} is off: {needed[-1]} is not set" in caplog.text
    assert f"{rows[broken].title} is off: it failed (ZeroDivisionError)" in caplog.text
    assert set(bot.channel.platforms) == set(drivers) - {half_set, broken}
    await bot.call(drivers[working].message("hello"))
    assert bot.heard
    assert (await bot.call(drivers[half_set].message("hello"))).status_code == 404
    for secret in (secret for driver in drivers.values() for secret in driver.secrets):
        assert secret not in caplog.text
    await bot.stop()


def _fail(*_: object) -> None:
    raise ZeroDivisionError("a secret")


def _class_of(target: str) -> type:
    module, _, name = target.partition(":")
    found: type = getattr(__import__(module, fromlist=[name]), name)
    return found


async def test_without_variables_there_is_no_platform(home: pytest.MonkeyPatch) -> None:
    for row in ROWS:
        for variable in row.variables:
            home.delenv(row.variable(variable.key), raising=False)
    bot = Bot({})
    assert not bot.channel.platforms


@each_row
def test_each_platform_has_a_page_that_names_its_variables_and_addresses(row: object) -> None:
    from twitchwise.channels.platforms.registry import Row

    assert isinstance(row, Row)
    page = (ROOT / row.page).read_text(encoding="utf-8")
    assert page.startswith(f"# {row.title}")
    for variable in row.variables:
        assert row.variable(variable.key) in page, variable.key
    index = (ROOT / "docs" / "channels" / "README.md").read_text(encoding="utf-8")
    assert f"({row.name}.md)" in index


async def test_pages_name_every_address(full_bot: Bot) -> None:
    for name, platform in full_bot.channel.platforms.items():
        page = (ROOT / "docs" / "channels" / f"{name}.md").read_text(encoding="utf-8")
        for route in platform.routes():
            assert f"/webhooks/{name}{route.path}" in page, (name, route.path)


def test_no_page_holds_a_secret_or_the_address_of_a_machine() -> None:
    # Where this checkout and its owner are; and where people's folders are in general.
    folders = "|".join(map(re.escape, (str(ROOT), str(Path.home()))))
    for page in (ROOT / "docs" / "channels").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(rf"{folders}|/(?:home|Users)/\w", text), page.name


def test_the_published_table_is_that_of_the_tests() -> None:
    """``python -m evaluation.channels`` writes it from a whole run."""
    from evaluation.channels import contract_cases, table_in

    published = table_in((ROOT / "docs" / "channels" / "README.md").read_text(encoding="utf-8"))
    assert published == contract_cases(), json.dumps(sorted(published)[:3])
