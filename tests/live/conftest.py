"""The bots that the live tests talk to.

One bot runs at a time. The tests are put in an order in which each has to be started once, and a
bot is stopped when the last test that talks to it is over. Bots with a project folder of their own
are trained meanwhile, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.channels.live import Platforms, running_platforms
from tests.live.client import Client
from tests.live.homes import blind_home, trained, zinc_home
from tests.live.servers import ROOT, Plan, Server, Stage, Stopped, free_port

#: In the order of their tests. "stopped_bot" is "bot" after Ctrl-C.
KINDS = ("bot", "stopped_bot", "platform_bot", "bot_without_actions", "blind_bot", "zinc_bot")
#: Those for which the safety promises hold whatever else fails.
SAFE_KINDS = ("bot", "bot_without_actions", "blind_bot")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the live tests in the order of the bots that they talk to."""
    here = Path(__file__).parent
    places = [n for n, item in enumerate(items) if here in item.path.parents]
    live = sorted((items[n] for n in places), key=_rank)
    for place, item in zip(places, live, strict=True):
        items[place] = item


def _rank(item: pytest.Item) -> int:
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    names = {*getattr(item, "fixturenames", ()), parameters.get("any_bot")}
    return max((rank for rank, kind in enumerate(KINDS, start=1) if kind in names), default=0)


@pytest.fixture(scope="session")
def closed_port() -> int:
    """A port where an action server is expected, and none is."""
    return free_port()


@pytest.fixture(scope="session")
def homes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Path]]]:
    """The folders of the bots that are not the project's own, as soon as these are trained."""
    folder = tmp_path_factory.mktemp("homes")
    makers = {"blind_bot": blind_home, "zinc_bot": zinc_home}
    wanted = {_rank(item) for item in request.session.items}
    with ThreadPoolExecutor(1) as trainer:
        yield {
            kind: trainer.submit(make, folder / kind)
            for kind, make in makers.items()
            if KINDS.index(kind) + 1 in wanted
        }
        trainer.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def platforms() -> Iterator[Platforms]:
    """All messaging platforms, on loopback."""
    with running_platforms() as platforms:
        yield platforms


@pytest.fixture(scope="session")
def stage(
    tmp_path_factory: pytest.TempPathFactory,
    homes: dict[str, Future[Path]],
    closed_port: int,
    request: pytest.FixtureRequest,
) -> Iterator[Stage]:
    """The place of the one bot that runs."""
    folder = tmp_path_factory.mktemp("live")

    def served(home: Path, variables: Mapping[str, str] | None = None) -> Plan:
        arguments = ["-m", "twitchwise.cli", "serve", "--port"]
        return Plan(
            home,
            lambda port: [*arguments, str(port)],
            ready="is ready",
            variables=variables or {},
        )

    def on_platforms() -> Plan:
        platforms: Platforms = request.getfixturevalue("platforms")
        return served(ROOT, platforms.variables)

    def rasa_alone(home: Path) -> Plan:
        actions = f"http://127.0.0.1:{closed_port}/webhook"
        module = "twitchwise.serving.rasa_process"
        return Plan(home, lambda port: ["-m", module, "127.0.0.1", str(port), actions])

    plans = {
        "bot": lambda: served(ROOT),
        "platform_bot": on_platforms,
        "bot_without_actions": lambda: rasa_alone(trained(ROOT)),
        "blind_bot": lambda: rasa_alone(homes["blind_bot"].result()),
        "zinc_bot": lambda: served(homes["zinc_bot"].result()),
    }
    stage = Stage(plans, folder)
    yield stage
    stage.clear()


@pytest.fixture
def server(stage: Stage) -> Server:
    """The processes and files of the bot as people start it."""
    return stage.running("bot")


@pytest.fixture
def bot(server: Server) -> Client:
    """The bot as people start it."""
    return server.client


@pytest.fixture
def stopped_bot(stage: Stage) -> Stopped:
    """What Ctrl-C left of the bot."""
    stage.running("bot")
    stopped = stage.clear()
    assert stopped is not None
    return stopped


@pytest.fixture
def platform_bot(stage: Stage) -> Server:
    """The bot as people start it, on all messaging platforms."""
    return stage.running("platform_bot")


@pytest.fixture
def bot_without_actions(stage: Stage) -> Client:
    """The Rasa server alone: nothing answers where its action server should be."""
    return stage.running("bot_without_actions").client


@pytest.fixture
def blind_bot(stage: Stage) -> Client:
    """The Rasa server alone, with a classifier that takes everything for a greeting."""
    return stage.running("blind_bot").client


@pytest.fixture
def zinc_bot(stage: Stage) -> Client:
    """The bot after one file was added to its FAQ."""
    return stage.running("zinc_bot").client


@pytest.fixture(params=SAFE_KINDS)
def any_bot(request: pytest.FixtureRequest, stage: Stage) -> Client:
    """Each of the bots for which the safety promises hold."""
    return stage.running(request.param).client
