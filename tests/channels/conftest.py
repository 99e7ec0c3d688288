"""Bots and fakes for the channel tests; and the table of the contract, which these tests make."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.bot import Bot
from tests.channels.drivers.driver import PUBLIC_URL, Driver
from tests.channels.fakes.server import FakeServer
from tests.channels.platforms import IS_PART, PLATFORMS
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.platforms import client, desk
from twitchwise.escalations.recorder import project_recorder
from twitchwise.settings import settings

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "build" / "channels" / "contract.json"
#: The property of a test that says which case of the contract it is, on which platform.
CASE = "contract"


class Contract:
    """How the cases of the contract went, also where several processes share the tests."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, bool]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a case went on a platform; what was not run at all is not noted."""
        properties: dict[str, Any] = dict(report.user_properties)
        if CASE not in properties or (report.passed and report.when != "call"):
            return
        label, platform = properties[CASE]
        cases = self.found.setdefault(label, {})
        cases[platform] = cases.get(platform, True) and report.passed

    def pytest_sessionfinish(self) -> None:
        """Write the results where a whole run made them."""
        if self.found and not IS_PART:
            RESULTS.parent.mkdir(parents=True, exist_ok=True)
            RESULTS.write_text(json.dumps(self.found, indent=1), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known; note results where all come together (not in a worker of xdist)."""
    config.addinivalue_line("markers", "contract(key, label): a case of the channels' contract")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Contract())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each case of the contract for each platform on which it can occur."""
    if "driver" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("contract")
    key = mark.args[0] if mark else ""
    fits = [name for name, (driver, _) in PLATFORMS.items() if key not in driver.not_applicable]
    metafunc.parametrize("driver", fits, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out cases that can occur on no platform: pytest would call them skipped."""
    items[:] = [item for item in items if "NOTSET" not in item.name]
    for item in items:
        if mark := item.get_closest_marker("contract"):
            platform = item.callspec.params["driver"]  # type: ignore[attr-defined]
            item.user_properties.append((CASE, (mark.args[1], platform)))
    if IS_PART:
        # What is about all platforms would fail for those that are left out.
        items[:] = [item for item in items if "test_platform_channels" not in str(item.path)]


@pytest.fixture(scope="session")
def fakes() -> Iterator[FakeServer]:
    """All platforms on loopback."""
    server = FakeServer(fake() for _, fake in PLATFORMS.values())
    yield server
    server.close()


@pytest.fixture
def drivers(fakes: FakeServer) -> dict[str, Driver]:
    """All platforms as they behave towards us, with nothing sent yet."""
    made = {}
    for name, (driver, _) in PLATFORMS.items():
        fakes.platforms[name].clear()
        made[name] = driver(fakes.platforms[name])
    return made


@pytest.fixture
def driver(request: pytest.FixtureRequest, drivers: dict[str, Driver]) -> Driver:
    """One platform."""
    return drivers[request.param]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Databases of this test alone, and no waiting where people would have to wait."""
    monkeypatch.setenv("TWITCHWISE_TRACKER_STORE_PATH", str(tmp_path / "conversations.sqlite3"))
    monkeypatch.setenv("TWITCHWISE_ESCALATIONS_PATH", str(tmp_path / "escalations.sqlite3"))
    monkeypatch.setenv("TWITCHWISE_PUBLIC_URL", PUBLIC_URL)
    monkeypatch.setenv("TWITCHWISE_PLATFORM_SECONDS", "0.5")
    monkeypatch.setenv("TWITCHWISE_MESSAGES_PER_MINUTE", "0")
    monkeypatch.setenv("TWITCHWISE_HASH_KEY", "the key of the channel tests")
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(desk, "_FIRST_PAUSE", 0.1)
    _forget_cached()
    yield monkeypatch
    _forget_cached()


def _forget_cached() -> None:
    for cached in (settings, project_feedback, project_recorder):
        cached.cache_clear()


@pytest.fixture
async def bot(driver: Driver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot with one platform."""
    for name, value in driver.variables.items():
        home.setenv(name, value)
    made = await Bot({driver.name: driver}).start()
    yield made
    await made.stop()


@pytest.fixture
async def full_bot(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot with all platforms."""
    for driver in drivers.values():
        for name, value in driver.variables.items():
            home.setenv(name, value)
    made = await Bot(drivers).start()
    yield made
    await made.stop()
