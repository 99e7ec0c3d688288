"""How listed escalations are written: a table, JSON, JSON lines or CSV. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from twitchwise.escalations.store import DELIVERED, Delivery, Listed
from twitchwise.listings import aligned, csv_row

_HEADINGS = ("time (UTC)", "outcome", "signs", "channel", "conversation", "delivery")
_COLUMNS = (
    "id",
    "at",
    "outcome",
    "signs",
    "person",
    "channel",
    "conversation",
    "rules_version",
    "model_version",
    "text",
    "delivery",
    "attempts",
    "next_attempt_at",
    "delivered_at",
    "last_error",
)


def table(found: Iterable[Listed]) -> Iterator[str]:
    """Give the lines of a table whose columns stand below each other."""
    return aligned([_HEADINGS, *(_cells(listed) for listed in found)])


def json_list(found: Iterable[Listed]) -> Iterator[str]:
    """Give a list in JSON, a record a line."""
    separator = "["
    for listed in found:
        yield separator + "\n" + json.dumps(_as_dict(listed))
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def json_lines(found: Iterable[Listed]) -> Iterator[str]:
    """Give a line of JSON for each record."""
    for listed in found:
        yield json.dumps(_as_dict(listed)) + "\n"


def csv_lines(found: Iterable[Listed]) -> Iterator[str]:
    """Give the rows of a CSV file, with a heading; no cell begins as a formula does."""
    yield csv_row(_COLUMNS)
    for listed in found:
        values = {**listed.escalation.as_dict(), **_delivery_cells(listed.delivery)}
        values["signs"] = " ".join(listed.escalation.signs)
        yield csv_row(values[column] for column in _COLUMNS)


WRITERS: dict[str, Callable[[Iterable[Listed]], Iterator[str]]] = {
    "table": table,
    "json": json_list,
    "jsonl": json_lines,
    "csv": csv_lines,
}


def _cells(listed: Listed) -> tuple[str, ...]:
    escalation = listed.escalation
    return (
        f"{escalation.at:%Y-%m-%d %H:%M:%S}",
        escalation.outcome,
        ", ".join(escalation.signs),
        escalation.channel,
        escalation.conversation[:8],
        _state(listed.delivery),
    )


def _state(delivery: Delivery | None) -> str:
    if delivery is None:
        return "-"
    if delivery.state == DELIVERED:
        return "delivered"
    if not delivery.attempts:
        return "waiting"
    tries = "1 try" if delivery.attempts == 1 else f"{delivery.attempts} tries"
    return f"waiting ({tries}, {delivery.last_error})"


def _as_dict(listed: Listed) -> dict[str, Any]:
    delivery = listed.delivery
    cells = None if delivery is None else _delivery_cells(delivery)
    if cells is not None:
        cells["state"] = cells.pop("delivery")
    return {**listed.escalation.as_dict(), "delivery": cells}


def _delivery_cells(delivery: Delivery | None) -> dict[str, Any]:
    if delivery is None:
        return dict.fromkeys(
            ("delivery", "attempts", "next_attempt_at", "delivered_at", "last_error")
        )
    done = delivery.state == DELIVERED
    return {
        "delivery": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": None if done else _iso(delivery.next_attempt_at),
        "delivered_at": _iso(delivery.delivered_at),
        "last_error": delivery.last_error,
    }


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
