"""Button payloads: short neutral ids such as ``q:mg.foods`` or ``q:mg.link.leg``."""

from __future__ import annotations

import re
from typing import NamedTuple

_PAYLOAD = re.compile(r"\s*q:(?P<code>[a-z0-9]+)\.(?P<aspect>[a-z_]+)(\.(?P<part>[a-z_]+))?\s*")
PREFIX = "q:"


class Payload(NamedTuple):
    """What a button asks: a topic's code, an aspect and perhaps a body part."""

    code: str
    aspect: str
    body_part: str | None = None

    def __str__(self) -> str:
        part = f".{self.body_part}" if self.body_part else ""
        return f"{PREFIX}{self.code}.{self.aspect}{part}"


def parse_payload(text: str) -> Payload | None:
    """Return the payload that ``text`` is, or None where it is an ordinary message."""
    match = _PAYLOAD.fullmatch(text)
    return Payload(match["code"], match["aspect"], match["part"]) if match else None
