"""Days and moments as people here write them, in the local time zone."""

from __future__ import annotations

from datetime import date, datetime


def moment(at: datetime) -> str:
    """Return a moment: ``28 November 2026, 21:50``."""
    try:
        local = at.astimezone()
    except OverflowError:
        local = at
    return f"{_day(local.date())}, {local:%H:%M}"


def day(given: str) -> str:
    """Return a day given as ``2026-11-28``; what is no day comes back as it is."""
    try:
        return _day(date.fromisoformat(given[:10]))
    except ValueError:
        return given


def _day(of: date) -> str:
    return f"{of.day} {of:%B %Y}"
