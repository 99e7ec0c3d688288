"""The options of ``twitchwise escalations``, and what they mean. Pure, and quick to import."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.record import RECORDED_OUTCOMES

FORMATS = ("table", "json", "jsonl", "csv")
_DEFAULT_LIMIT = 50
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGE = re.compile(r"([0-9]{1,6})([mhdw])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def add_arguments(parser: argparse.ArgumentParser, path_type: Callable[[str], Path]) -> None:
    """Add the options; ``path_type`` reads a path as it was meant where the command was given."""
    times = 'a date in UTC (2026-05-31, "2026-05-31 14:00") or an age (90m, 24h, 7d)'
    parser.add_argument("--since", metavar="TIME", help=f"from then on: {times}")
    parser.add_argument("--until", metavar="TIME", help="up to then; a day is included")
    parser.add_argument(
        "--outcome",
        action="append",
        metavar="NAME",
        help=f"{', '.join(RECORDED_OUTCOMES)} (may be given several times)",
    )
    parser.add_argument("--sign", help="with this sign, such as weakness")
    parser.add_argument("--channel", help="from this channel")
    parser.add_argument("--conversation", metavar="PREFIX", help="whose hash begins so")
    parser.add_argument("--undelivered", action="store_true", help="not yet at the webhook")
    parser.add_argument(
        "--limit", type=int, default=_DEFAULT_LIMIT, help="so many at most; 0 for all (default: 50)"
    )
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--output", type=path_type, metavar="FILE", help="write to this file")
    parser.add_argument(
        "--retry", action="store_true", help="send all that is undelivered now, list nothing"
    )


def require_outcomes(given: list[str] | None) -> tuple[str, ...]:
    """Return the outcomes to find.

    Raises:
        TwitchwiseError: one is not known.
    """
    for name in given or ():
        if name not in RECORDED_OUTCOMES:
            raise TwitchwiseError(
                f"--outcome {name}: no such outcome. Mend: use {', '.join(RECORDED_OUTCOMES)}."
            )
    return tuple(given or ())


def require_limit(given: int) -> int:
    """Return how many to show at most.

    Raises:
        TwitchwiseError: it is below 0.
    """
    if given < 0:
        raise TwitchwiseError(f"--limit {given} is below 0. Mend: use 0 for all.")
    return given


def read_time(option: str, given: str | None, now: datetime) -> datetime | None:
    """Return the time that is meant, in UTC; None where none was given.

    Args:
        option: the option's name; a day given to ``--until`` means its end.
        given: an ISO date, with or without a time, or an age such as "24h".
        now: what ages count back from.

    Raises:
        TwitchwiseError: it is no time.
    """
    if given is None:
        return None
    text = given.strip()
    age = _AGE.fullmatch(text)
    try:
        if age is not None:
            return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
        # Python 3.10 does not know "Z".
        found = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
        if found.tzinfo is None:
            found = found.replace(tzinfo=timezone.utc)
        if option == "--until" and _DAY.fullmatch(text):
            found += timedelta(days=1)
        return found.astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise TwitchwiseError(
            f"{option} {given}: no date. Mend: write one such as 2026-05-31, or an age such as 24h."
        ) from error
