"""Reads requests of platforms."""

from __future__ import annotations

import json
from typing import Any

from sanic.request import Request

from twitchwise.channels.incoming import Refused


def object_in(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a raw body holds.

    Raises:
        Refused: with status 400, there is none in it.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused(400, "The body is no JSON object.")
    return found


def header(request: Request, name: str) -> str:
    """Return a header, or nothing where it is missing or came more than once."""
    found = request.headers.getall(name, [])
    return str(found[0]) if len(found) == 1 else ""


def part_of(body: Any, *path: str) -> dict[str, Any]:
    """Return the object at a path of keys; an empty one where there is none of that kind."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def text_at(body: Any, *path: str) -> str:
    """Return the text, or number as text, at a path of keys; nothing where there is none."""
    found = part_of(body, *path[:-1]).get(path[-1])
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        return ""
    return str(found)


def number_at(body: Any, *path: str) -> int:
    """Return the whole number at a path of keys; 0 where there is none."""
    try:
        return int(text_at(body, *path))
    except ValueError:
        return 0
