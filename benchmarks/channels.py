"""How long a reply takes on each messaging platform: ``python -m benchmarks.channels``.

All platforms are on in one server and played on loopback. Times are of this machine; they are
written to ``docs/channels/figures.md``, never asserted.
"""

from __future__ import annotations

import functools
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import busy_warning, describe_machine, machine_line
from tests.channels.drivers.driver import Driver
from tests.channels.fakes.server import Fault
from tests.channels.live import Phone, Platforms, running_platforms
from tests.live.client import new_sender
from tests.live.servers import ROOT, Plan, Server
from twitchwise.channels.platforms.registry import ROWS

REPORT = ROOT / "docs" / "channels" / "figures.md"
MESSAGE = "which foods have magnesium"
RUNS = 100
#: So many people wait on the platform that hangs, and talk at once in the last column.
PEOPLE = 20

_people = itertools.count()


@dataclass(frozen=True)
class Figures:
    """Milliseconds to the whole reply: median alone, while another hangs, and with all at once."""

    alone: float
    beside_one_that_hangs: float
    all_at_once: float


def main() -> None:
    """Measure, and write the report."""
    machine = describe_machine()
    with tempfile.TemporaryDirectory() as folder, running_platforms() as platforms:
        plan = Plan(
            ROOT,
            lambda port: ["-m", "twitchwise.cli", "serve", "--port", str(port)],
            ready="is ready",
            variables={**platforms.variables, "TWITCHWISE_MESSAGES_PER_MINUTE": "0"},
        )
        server = Server(plan, Path(folder) / "server")
        try:
            http = _median(lambda: server.client.say(new_sender(), MESSAGE))
            figures = _measure(platforms, server.client.url)
        finally:
            server.stop()
    lines = [machine_line(machine), busy_warning(machine)]
    REPORT.write_text(_report(figures, http, [line for line in lines if line]), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))


def _measure(platforms: Platforms, url: str) -> dict[str, Figures]:
    drivers = platforms.drivers
    phone = Phone(url, look_every=0.001)
    for driver in drivers.values():
        _talk(phone, driver)
    alone = {
        name: _median(functools.partial(_talk, phone, driver)) for name, driver in drivers.items()
    }
    hanging = {name: _beside_one_that_hangs(name, drivers, phone) for name in drivers}
    # So many who look so often would be what is measured.
    at_once = _all_at_once(drivers, Phone(url, look_every=0.02))
    return {name: Figures(alone[name], hanging[name], at_once[name]) for name in drivers}


def _beside_one_that_hangs(name: str, drivers: Mapping[str, Driver], phone: Phone) -> float:
    """Return the median on a platform while people wait for another one's API."""
    others = (d for d in drivers.values() if d.name != name and not d.replies_in_response)
    other = next(others)
    other.fake.fault = Fault("never", times=100_000)
    for _ in range(PEOPLE):
        phone.call(other, other.message(MESSAGE, person=_somebody()))
    median = _median(functools.partial(_talk, phone, drivers[name]))
    other.fake.fault = Fault()
    return median


def _all_at_once(drivers: Mapping[str, Driver], phone: Phone) -> dict[str, float]:
    """Return the medians while so many people talk on each platform at once."""
    jobs = [name for name in drivers for _ in range(PEOPLE)]

    def timed(name: str) -> tuple[str, float]:
        started = time.perf_counter()
        _talk(phone, drivers[name])
        return name, time.perf_counter() - started

    with ThreadPoolExecutor(len(jobs)) as pool:
        times = list(pool.map(timed, jobs))
    return {
        name: 1000 * statistics.median(seconds for other, seconds in times if other == name)
        for name in drivers
    }


def _talk(phone: Phone, driver: Driver) -> None:
    person = _somebody()
    phone.talk(driver, driver.message(MESSAGE, person=person), driver.place(person))


def _somebody() -> str:
    return f"person-{next(_people)}"


def _median(job: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def _report(figures: dict[str, Figures], http: float, machine: Sequence[str]) -> str:
    titles = {row.name: row.title for row in ROWS}
    rows = "\n".join(
        f"| {titles[name]} | {one.alone:.0f} ms | {one.alone / http:.1f} | "
        f"{one.beside_one_that_hangs:.0f} ms | {one.beside_one_that_hangs / one.alone:.2f} | "
        f"{one.all_at_once:.0f} ms |"
        for name, one in figures.items()
    )
    return f"""# Messaging platforms in figures

<!-- Written by `python -m benchmarks.channels`. Do not edit. -->

From a platform's call until the whole reply has reached it, played on loopback, all platforms on
in one server.

| platform | alone | ÷ HTTP channel | another hangs | ÷ alone | {PEOPLE} people on each at once |
| --- | ---: | ---: | ---: | ---: | ---: |
{rows}

- The HTTP channel (`POST /webhook`) takes {http:.0f} ms in the same run. Medians of {RUNS}
  messages, one after the other.
- “Another hangs”: the API of another platform accepts calls and never answers, and {PEOPLE} people
  wait for it.
- The last column: {PEOPLE * len(figures)} people send their message in the same moment; it is the
  time until the median one has the reply.
- Stock Rasa is not beside it: its Telegram channel answers HTTP 500, and it has none for several of
  these platforms.
- {"; ".join(machine)}.
"""


if __name__ == "__main__":
    main()
