"""Calls that nobody but the platform could make, made by somebody else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.channels.drivers.driver import Call, Driver

#: So many for each platform at least.
_LEAST = 20
_URGENT = "my leg is weak"


def forged_calls(driver: Driver) -> list[Call]:
    """Return calls that must be refused: what the driver knows, and rightly signed ones spoilt."""
    calls = [call for kind in ("bad", "missing", "old") for call in driver.forged(kind)]
    spoilt = _spoilt(driver)
    while len(calls) < _LEAST:
        calls.append(next(spoilt))
    return calls


def _spoilt(driver: Driver) -> Iterator[Call]:
    return (driver.spoil(driver.message(_URGENT), place) for place in itertools.count(1))
