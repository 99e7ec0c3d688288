"""The options of ``twitchwise escalations``, and what they mean. Pure, and quick to import."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.record import RECORDED_OUTCOMES
from twitchwise.listings import add_output_options, add_time_options


def add_arguments(parser: argparse.ArgumentParser, path_type: Callable[[str], Path]) -> None:
    """Add the options; ``path_type`` reads a path as it was meant where the command was given."""
    add_time_options(parser)
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
    add_output_options(parser, path_type)
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
