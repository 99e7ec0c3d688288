"""Finds the server that runs here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from twitchwise.errors import TwitchwiseError
from twitchwise.serving.running import running_server
from twitchwise.terminal.client import ChatClient

#: Where `twitchwise serve` listens if nothing else is said.
DEFAULT_URL = "http://127.0.0.1:5005"
#: A server that takes longer to say what it is cannot be talked to.
_SECONDS = 3.0


@dataclass(frozen=True)
class Found:
    """A server, and the token of its operator if we are that."""

    url: str
    token: str = ""


def given_server(url: str) -> Found:
    """Return the server at an address, with its token where it runs on this project."""
    running = running_server()
    return Found(url, running.token if running is not None and _same(running.url, url) else "")


def find_server() -> Found | None:
    """Return the server of this project, or any at the usual place; None where none answers."""
    running = running_server()
    if running is not None and not _is_address(running.url):
        running = None
    places = [Found(running.url, running.token)] if running is not None else []
    if DEFAULT_URL not in [place.url for place in places]:
        places.append(Found(DEFAULT_URL))
    return next((place for place in places if _answers(place)), None)


def _same(one: str, other: str) -> bool:
    return one == other.replace("//localhost:", "//127.0.0.1:", 1)


def _answers(place: Found) -> bool:
    try:
        ChatClient(place.url, seconds=_SECONDS, token=place.token).about()
    except TwitchwiseError:
        return False
    return True


def _is_address(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
