"""The line by which a server says that it is ready, for people and for who started it."""

from __future__ import annotations

_READY = "Twitchwise is ready at "


def ready_line(url: str) -> str:
    """Return the line."""
    return f"{_READY}{url}"


def ready_url(line: str) -> str | None:
    """Return the address where a line is that line, else None."""
    return line.removeprefix(_READY).strip() if line.startswith(_READY) else None
