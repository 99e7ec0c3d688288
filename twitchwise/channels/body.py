"""The body of a request: JSON, and what can be read of it where it is none."""

from __future__ import annotations

import json
import math
from typing import Any

from twitchwise.channels.incoming import Refused
from twitchwise.settings import settings
from twitchwise.storable import storable

#: A character of a text takes at most so many bytes in JSON: two escapes such as \ud83e.
BYTES_A_CHARACTER = 12
#: A number with more digits is beyond what other programs hold, and slow to read.
_MOST_DIGITS = 300


def read_json(raw: bytes) -> Any:
    """Return what a body says.

    Numbers that are none, or beyond a double, are read as null: some clients' libraries write NaN
    into what goes along with a message, and the message is to be answered all the same.

    Raises:
        Refused: with status 400, where it is not JSON in UTF-8, or nested too deeply to be read.
    """
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_constant=lambda _: None,
            parse_float=_finite,
            parse_int=_whole,
        )
    except (ValueError, RecursionError) as error:
        raise Refused(400, "The body is not JSON.") from error


def heard_in(raw: bytes, field: str) -> str:
    """Return a text of a body that is perhaps refused, to see whether it is urgent.

    Where the body cannot be read, or the field holds something else than a text, all of it is
    taken as a text. Nothing is read further than a message would be.
    """
    largest = settings().largest_message
    text = raw[: (largest + 1) * BYTES_A_CHARACTER].decode("utf-8-sig", "replace")
    try:
        given = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        given = text
    found = given.get(field) if isinstance(given, dict) else text
    if found is None:
        return ""
    return storable((found if isinstance(found, str) else text)[:largest]).strip()


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None
