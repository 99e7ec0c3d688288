"""How listed feedback is written: a table, JSON, JSON lines or CSV. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from twitchwise.feedback.record import Rating, Unanswered
from twitchwise.feedback.report import AnswerCount, RatedPart, Report, UnansweredPart
from twitchwise.listings import aligned, csv_row
from twitchwise.printable import printable

_NO_ANSWER = "(no answer)"
_ANSWER_HEADINGS = ("answer", "up", "down", "share up", "last rated (UTC)")
_RATING_COLUMNS = (
    "at",
    "rating",
    "answer_ids",
    "responses",
    "outcome",
    "comment",
    "question",
    "conversation_hash",
    "message_id",
)
_UNANSWERED_COLUMNS = (
    "at",
    "kind",
    "about",
    "channel",
    "question",
    "conversation_hash",
    "message_id",
)


def table(report: Report) -> Iterator[str]:
    """Give the lines of tables and texts for a person to read; what is empty is left out."""
    sections = [
        section
        for section in (
            *(_rated_sections(report.rated) if report.rated else ()),
            *(_unanswered_sections(report.unanswered) if report.unanswered else ()),
        )
        if section
    ]
    for number, section in enumerate(sections):
        if number:
            yield "\n"
        yield from section


def json_object(report: Report) -> Iterator[str]:
    """Give one object in JSON, each key on a line of its own.

    Of what was rated: ``answers`` (``answer_id``, null for turns without one; ``up``, ``down``;
    ``share_up`` from 0 to 1; ``last_rated``) and ``ratings``, the single ones. Of what was not
    answered: ``unanswered`` (a number for each kind), ``about`` (``kind``, ``about``, ``count``)
    and ``unanswered_turns``, the single ones. Texts that were kept are in the single ones.
    """
    keys: dict[str, Any] = {}
    if report.rated is not None:
        keys["answers"] = [_answer_as_dict(count) for count in report.rated.answers]
        keys["ratings"] = [rating.as_dict() for rating in report.rated.ratings]
    if report.unanswered is not None:
        keys["unanswered"] = report.unanswered.kinds
        keys["about"] = [
            {"kind": kind, "about": about, "count": count}
            for kind, about, count in report.unanswered.abouts
        ]
        keys["unanswered_turns"] = [turn.as_dict() for turn in report.unanswered.turns]
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in keys.items())
    yield "{\n" + ",\n".join(lines) + "\n}\n"


def json_lines(report: Report) -> Iterator[str]:
    """Give a line of JSON for each rating; for each unanswered turn, where only they are asked."""
    for single in _single(report):
        yield json.dumps(single.as_dict()) + "\n"


def csv_lines(report: Report) -> Iterator[str]:
    """Give the rows of a CSV file, with a heading; what `json_lines` gives, a row each."""
    columns = _UNANSWERED_COLUMNS if report.rated is None else _RATING_COLUMNS
    yield csv_row(columns)
    for single in _single(report):
        values = single.as_dict()
        yield csv_row(_cell(values[column]) for column in columns)


WRITERS = {"table": table, "json": json_object, "jsonl": json_lines, "csv": csv_lines}


def _single(report: Report) -> Sequence[Rating | Unanswered]:
    if report.rated is not None:
        return report.rated.ratings
    return report.unanswered.turns if report.unanswered is not None else ()


def _cell(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value


def _rated_sections(part: RatedPart) -> Iterator[list[str]]:
    rows = [_answer_cells(count) for count in part.answers]
    yield list(aligned([_ANSWER_HEADINGS, *rows])) if rows else []
    comments = [
        _said(
            f"{_minute(rating.at)}  {rating.rating}  {', '.join(rating.answer_ids) or _NO_ANSWER}",
            {"asked": rating.question, "said": rating.comment},
        )
        for rating in part.ratings
        if rating.comment
    ]
    yield _titled("Comments", comments)


def _unanswered_sections(part: UnansweredPart) -> Iterator[list[str]]:
    counts = [(f"  {kind}", str(count)) for kind, count in part.kinds.items() if count]
    yield _titled("Not answered", [aligned(counts)] if counts else [])
    abouts = [(f"  {about}", kind, str(count)) for kind, about, count in part.abouts]
    yield _titled("Asked for most, without an answer", [aligned(abouts)] if abouts else [])
    questions = [
        _said(f"{_minute(turn.at)}  {turn.kind}  {turn.about}", {"asked": turn.question})
        for turn in part.turns
        if turn.question
    ]
    yield _titled("Questions not answered", questions)


def _titled(title: str, blocks: Sequence[Iterable[str]]) -> list[str]:
    return [f"{title}\n", *(line for block in blocks for line in block)] if blocks else []


def _said(heading: str, texts: dict[str, str | None]) -> Iterator[str]:
    """Give a heading, and each text in one line below it."""
    yield f"  {printable(heading).rstrip()}\n"
    for name, text in texts.items():
        if text:
            yield f"    {name}: {printable(' '.join(text.split()))}\n"


def _answer_cells(count: AnswerCount) -> tuple[str, ...]:
    return (
        count.answer_id or _NO_ANSWER,
        str(count.up),
        str(count.down),
        f"{count.share_up:.0%}",
        _minute(count.last_rated),
    )


def _answer_as_dict(count: AnswerCount) -> dict[str, Any]:
    return {
        "answer_id": count.answer_id,
        "up": count.up,
        "down": count.down,
        "share_up": round(count.share_up, 3),
        "last_rated": count.last_rated.isoformat(),
    }


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
