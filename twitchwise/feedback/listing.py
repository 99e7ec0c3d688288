"""``twitchwise feedback``: counts and lists thumbs, and what was not answered."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from twitchwise.escalations.record import utc_now
from twitchwise.feedback.formats import WRITERS
from twitchwise.feedback.options import require_parts
from twitchwise.feedback.report import Report, rated_part, unanswered_part
from twitchwise.feedback.store import FeedbackStore, Filters
from twitchwise.listings import read_time, require_limit
from twitchwise.output import until_the_reader_goes, write_out
from twitchwise.settings import settings

#: So many comments, and so many questions, are in the table where not all are asked for.
_LAST_TEXTS = 5


def run(options: argparse.Namespace) -> int:
    """List what the options ask for; return the exit code.

    Raises:
        TwitchwiseError: an option is wrong, the database cannot be read, or the file not written.
    """
    filters = _filters(options)
    parts = require_parts(options)
    store = FeedbackStore(settings().database_url())
    try:
        with until_the_reader_goes(), store.errors_told():
            # Read to the end before anything is written: a slow reader would keep the database
            # from emptying its log, where forgotten texts are.
            report = _report(store, filters, parts, options)
            if report.is_empty:
                _tell_of_nothing(store, options)
            if not report.is_empty or options.format != "table":
                write_out(WRITERS[options.format](report), options.output)
    finally:
        store.close()
    return 0


def _filters(options: argparse.Namespace) -> Filters:
    now = utc_now()
    return Filters(
        since=read_time("--since", options.since, now),
        until=read_time("--until", options.until, now),
        rating=options.rating,
        answer=options.answer,
        limit=require_limit(options.limit),
    )


def _report(
    store: FeedbackStore, filters: Filters, parts: tuple[bool, bool], options: argparse.Namespace
) -> Report:
    single = filters
    if options.format == "table":
        single = replace(filters, with_texts=True, limit=0 if options.texts else _LAST_TEXTS)
    ratings, unanswered = parts
    return Report(
        rated_part(store, filters, single) if ratings else None,
        unanswered_part(store, filters, single) if unanswered else None,
    )


def _tell_of_nothing(store: FeedbackStore, options: argparse.Namespace) -> None:
    empty = not store.exists() or store.is_empty()
    # A program that reads JSON or CSV gets an empty list, and a person this beside it.
    where = sys.stdout if options.format == "table" else sys.stderr
    print("No feedback yet." if empty else "No feedback matches.", file=where, flush=True)
