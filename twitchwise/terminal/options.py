"""The options of ``twitchwise chat`` and ``twitchwise ask``. Pure, and quick to import."""

from __future__ import annotations

import argparse
import os
from urllib.parse import SplitResult, urlsplit

URL_VARIABLE = "TWITCHWISE_URL"
_SECONDS = 60.0
_MOST_SECONDS = 86_400
_PAGE = "/chat"


_EXIT_CODES = (
    "Exit codes: 0 fine, 2 wrong use, 3 server not reached, 4 server failed, "
    "10 escalation (with --exit-on-escalation), 130 Ctrl-C. More: docs/terminal.md."
)


def add_chat_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``chat``."""
    parser.epilog = _EXIT_CODES
    _add_common_arguments(parser)
    parser.add_argument(
        "--resume", metavar="NAME", help="go on with the conversation of this name, or begin it"
    )
    parser.add_argument("--list", action="store_true", help="list the named conversations")
    parser.add_argument("--no-history", action="store_true", help="keep nothing of what is typed")


def add_ask_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``ask``."""
    parser.epilog = _EXIT_CODES
    parser.add_argument(
        "words", nargs="*", metavar="QUESTION", help="without one, standard input is the question"
    )
    _add_common_arguments(parser)


def _add_common_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url",
        type=server_url,
        default=os.environ.get(URL_VARIABLE) or None,
        help="the server to talk to (default: the one that runs here, or one of its own)",
    )
    parser.add_argument("--plain", action="store_true", help="lines only, no colours or frames")
    parser.add_argument("--json", action="store_true", help="one JSON object for each reply")
    parser.add_argument(
        "--exit-on-escalation",
        action="store_true",
        help="leave with exit code 10 after an escalation or emergency",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=_SECONDS,
        metavar="SECONDS",
        help=f"how long to wait for a reply (default: {_SECONDS:g})",
    )


def server_url(given: str) -> str:
    """Return a server's address without a path at its end.

    Raises:
        argparse.ArgumentTypeError: it is no web address.
    """
    url = given.strip().rstrip("/?#")
    try:
        parts = urlsplit(url)
        # urlsplit() drops line breaks.
        is_good = url.isprintable() and " " not in url and _is_server(parts)
    except ValueError:
        is_good = False
    if not is_good:
        raise argparse.ArgumentTypeError(
            f"{given!r} is no address of a server. Mend: write one such as http://127.0.0.1:5005 "
            f"(here or in the variable {URL_VARIABLE})"
        )
    return parts._replace(path=parts.path.rstrip("/").removesuffix(_PAGE).rstrip("/")).geturl()


def _is_server(parts: SplitResult) -> bool:
    """Say whether it is the address of a server.

    Raises:
        ValueError: it is none.
    """
    host = parts.hostname or ""
    host.encode("idna")
    is_whole = parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    return is_whole and not parts.query and not parts.fragment


def _seconds(given: str) -> float:
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{given!r} is no number of seconds from 0 to {_MOST_SECONDS}"
        )
    return seconds
