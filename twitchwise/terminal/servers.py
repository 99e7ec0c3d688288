"""Which server a conversation is led with: one that runs, or one of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from twitchwise.terminal.locate import Found, find_server, given_server
from twitchwise.terminal.own_server import OwnServer


class Server:
    """A server that somebody else runs."""

    def __init__(self, found: Found) -> None:
        self.url = found.url
        self.token = found.token

    def wait_until_ready(self, tell: Callable[[str], None]) -> None:
        """Return when it answers: at once, since somebody else has started it.

        Args:
            tell: given what a server says while it starts, line by line.

        Raises:
            ServerFailed: it cannot be started.
        """

    def start_again_if_it_ended(self, tell: Callable[[str], None]) -> None:
        """Start a server that is ours, and has ended, at the same address.

        Args:
            tell: as above.

        Raises:
            ServerFailed: it cannot be started.
        """


class StartedServer(Server):
    """A server that was started for this conversation."""

    def __init__(self) -> None:
        """Start it."""
        self._own = OwnServer()
        self._is_ready = False
        super().__init__(Found(self._own.url))

    def wait_until_ready(self, tell: Callable[[str], None]) -> None:
        """Return when it answers."""
        self._own.wait_until_ready(tell)
        self._is_ready = True

    def start_again_if_it_ended(self, tell: Callable[[str], None]) -> None:
        """Start it again where it ended."""
        if not self._own.is_running:
            self._is_ready = False
            self._own.start()
        # It may have been started before, by somebody who did not wait for it.
        if not self._is_ready:
            self.wait_until_ready(tell)

    def stop(self) -> None:
        """Stop it."""
        self._own.stop()


@contextlib.contextmanager
def server_for(url: str | None) -> Iterator[Server]:
    """Give the server at an address, or the one that runs here, or one of our own.

    Args:
        url: where somebody said that one is; None to look for one.
    """
    found = given_server(url) if url is not None else find_server()
    if found is not None:
        yield Server(found)
        return
    started = StartedServer()
    try:
        yield started
    finally:
        started.stop()
