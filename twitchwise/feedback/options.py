"""The options of ``twitchwise feedback``, and what they mean. Pure, and quick to import."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from twitchwise.errors import TwitchwiseError
from twitchwise.feedback.record import RATINGS
from twitchwise.listings import add_output_options, add_time_options


def add_arguments(parser: argparse.ArgumentParser, path_type: Callable[[str], Path]) -> None:
    """Add the options; ``path_type`` reads a path as it was meant where the command was given."""
    add_time_options(parser)
    parser.add_argument("--rating", choices=RATINGS, help="only ratings, and only these")
    parser.add_argument(
        "--answer", metavar="PREFIX", help="only ratings of answers whose id begins so"
    )
    parser.add_argument("--unanswered", action="store_true", help="only what was not answered")
    parser.add_argument(
        "--texts", action="store_true", help="all comments and questions in the table, not the last"
    )
    add_output_options(parser, path_type, "of each kind ")


def require_parts(options: argparse.Namespace) -> tuple[bool, bool]:
    """Return whether ratings, and whether unanswered turns are asked for.

    Raises:
        TwitchwiseError: the options ask for ratings only, and for everything else only.
    """
    only_ratings = options.rating is not None or options.answer is not None
    if only_ratings and options.unanswered:
        option = "--rating" if options.rating is not None else "--answer"
        raise TwitchwiseError(
            f"{option} chooses ratings, and --unanswered shows none. Mend: use one of them."
        )
    return not options.unanswered, not only_ratings
