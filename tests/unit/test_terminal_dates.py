"""Days and moments as people read them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest

from twitchwise.terminal.dates import day, moment

InZone = Callable[[str], None]


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[InZone]:
    """What lets this machine be in another time zone."""

    def go(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield go
    monkeypatch.undo()
    time.tzset()


def test_a_moment_is_told_in_words() -> None:
    at = datetime(2026, 11, 8, 6, 5).astimezone()
    assert moment(at) == "8 November 2026, 06:05"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("UTC0", "31 December 2026, 23:30"), ("AAA-2", "1 January 2027, 01:30")],
)
def test_a_moment_is_told_as_the_clock_here_has_it(in_zone: InZone, zone: str, shown: str) -> None:
    in_zone(zone)
    assert moment(datetime(2026, 12, 31, 23, 30, tzinfo=timezone.utc)) == shown


@pytest.mark.parametrize("at", [datetime.min, datetime.max])
@pytest.mark.parametrize("hours", [-14, 14])
@pytest.mark.parametrize("zone", ["AAA-14", "AAA+14"])
def test_a_moment_that_no_calendar_here_has_is_no_reason_to_fail(
    in_zone: InZone, at: datetime, hours: int, zone: str
) -> None:
    in_zone(zone)
    assert str(at.year) in moment(at.replace(tzinfo=timezone(timedelta(hours=hours))))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-11-28", "28 November 2026"),
        ("2026-02-01", "1 February 2026"),
        ("2024-02-29T23:59:59+00:00", "29 February 2024"),
    ],
)
def test_a_day_is_told_in_words(given: str, shown: str) -> None:
    assert day(given) == shown


@pytest.mark.parametrize(
    "given", ["", "2026-02-30", "last week", "28.11.2026", "２０２６-11-28", "0000-01-01"]
)
def test_what_is_no_day_stays_as_it_is(given: str) -> None:
    assert day(given) == given
