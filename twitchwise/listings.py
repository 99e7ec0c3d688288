"""What commands that list records share: their options, and the form of what they write.

Quick to import: no database in here.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from twitchwise.errors import TwitchwiseError
from twitchwise.printable import printable

FORMATS = ("table", "json", "jsonl", "csv")
_DEFAULT_LIMIT = 50
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGE = re.compile(r"([0-9]{1,6})([mhdw])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Spreadsheets take a cell that begins so for a formula, and run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def add_time_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--since`` and ``--until``; `read_time` says what is meant by them."""
    times = 'a date in UTC (2026-05-31, "2026-05-31 14:00") or an age (90m, 24h, 7d)'
    parser.add_argument("--since", metavar="TIME", help=f"from then on: {times}")
    parser.add_argument("--until", metavar="TIME", help="up to then; a day is included")


def add_output_options(
    parser: argparse.ArgumentParser, path_type: Callable[[str], Path], limited: str = ""
) -> None:
    """Add ``--limit``, ``--format`` and ``--output``.

    Args:
        parser: the command's parser.
        path_type: reads a path as it was meant where the command was given.
        limited: what the limit holds for, where that is not clear from the command.
    """
    parser.add_argument(
        "--limit",
        type=int,
        default=_DEFAULT_LIMIT,
        help=f"so many {limited}at most; 0 for all (default: {_DEFAULT_LIMIT})",
    )
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--output", type=path_type, metavar="FILE", help="write to this file")


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


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table whose columns stand below each other."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip() + "\n"


def csv_row(cells: Iterable[Any]) -> str:
    """Return a row of a CSV file (nothing for None); no cell begins as a formula does."""
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
