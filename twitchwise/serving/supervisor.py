"""Starts the action server and the Rasa server, watches them, and stops them.

No kept process manager fits: honcho stops everything where one process dies, supervisord and
circus want configuration files and a daemon, and none waits for a first real answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Callable

from twitchwise.errors import TwitchwiseError
from twitchwise.serving.child import Child
from twitchwise.serving.probe import bot_answers
from twitchwise.serving.progress import step

_START_SECONDS = 180
_PROBE_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0


def require_free_port(host: str, port: int) -> None:
    """Make sure that nothing listens on the port.

    Raises:
        TwitchwiseError: something does, or the port cannot be used.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise TwitchwiseError(
                f"Port {port} on {host} cannot be used ({error}). "
                f"Mend: stop what uses it, or choose another: make serve PORT={port + 1}"
            ) from error


def free_port() -> int:
    """Return a port of this machine that nothing uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Supervisor:
    """Runs both servers until told to stop."""

    def __init__(self, host: str, port: int, on_ready: Callable[[str], None]) -> None:
        self._url = f"http://{_reachable(host)}:{port}"
        self._on_ready = on_ready
        action_port = free_port()
        self._actions = Child(
            "action server", "twitchwise.serving.action_process", [str(action_port)]
        )
        self._rasa = Child(
            "rasa server",
            "twitchwise.serving.rasa_process",
            [host, str(port), f"http://127.0.0.1:{action_port}/webhook"],
        )

    async def run(self) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP.

        Raises:
            TwitchwiseError: the Rasa server ended by itself, or did not answer in time.
        """
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stopping.set)
        tasks = [
            asyncio.create_task(stopping.wait()),
            asyncio.create_task(self._keep_actions_running()),
            asyncio.create_task(self._run_rasa()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(self._rasa.stop(), self._actions.stop())

    async def _keep_actions_running(self) -> None:
        """Start the action server again whenever it dies, after a pause that grows."""
        pause = 0.0
        while True:
            await asyncio.sleep(pause)
            started = time.monotonic()
            await self._actions.start()
            code = await self._actions.wait()
            lived = time.monotonic() - started
            pause = 0.2 if lived > _LONGEST_PAUSE_SECONDS else min(max(1.0, 2 * pause), 30.0)
            print(
                f"The action server ended (exit code {code}): {self._actions.last_words()} "
                f"It is started again in {pause:.1f} s; meanwhile the bot goes on without answers.",
                file=sys.stderr,
                flush=True,
            )

    async def _run_rasa(self) -> None:
        await self._rasa.start()
        ended = asyncio.create_task(self._rasa.wait())
        with step("Starting the servers"):
            ready = asyncio.create_task(self._until_answering())
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                ready.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ready
        if not ended.done():
            ready.result()
            self._on_ready(self._url)
        code = await ended
        raise TwitchwiseError(
            f"The Rasa server ended (exit code {code}): {self._rasa.last_words()} "
            f"Mend: see var/log/{self._rasa.log.name}; 'make train' makes a new model."
        )

    async def _until_answering(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if await asyncio.to_thread(bot_answers, self._url):
                return
            await asyncio.sleep(_PROBE_PAUSE_SECONDS)
        raise TwitchwiseError(
            f"The bot gave no answer within {_START_SECONDS} s. Mend: see the files in var/log."
        )


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "") else host
