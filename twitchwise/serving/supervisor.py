"""Starts the action server and the Rasa server, watches them, and stops them.

No kept process manager fits: honcho stops everything where one process dies, supervisord and
circus want configuration files and a daemon, and none waits for a first real answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

from twitchwise.errors import TwitchwiseError
from twitchwise.serving.child import Child
from twitchwise.serving.probe import bot_answers, responds
from twitchwise.serving.progress import step
from twitchwise.serving.running import (
    TOKEN_VARIABLE,
    RunningServer,
    announce,
    new_token,
    withdraw,
)

_START_SECONDS = 180
_PROBE_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0
#: How often the Rasa server is asked whether it answers, in seconds, and after how many failures
#: in a row it is ended: each may take ten seconds.
_WATCH_SECONDS = 5.0
_UNANSWERED = 4


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


def end_with_standard_input() -> None:
    """Let this process be told to stop when whoever holds its standard input has gone."""

    def wait() -> None:
        # Not sys.stdin.read(): its lock would be waited for at the end.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        # With what it has started in its session: it may be training.
        os.killpg(os.getpgrp(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


class Supervisor:
    """Runs both servers until told to stop."""

    def __init__(
        self, host: str, port: int, on_ready: Callable[[str], None], *, is_announced: bool = True
    ) -> None:
        """Take what to serve.

        Args:
            host: the address to listen on.
            port: the port there.
            on_ready: told the address when the bot answers.
            is_announced: whether clients on this machine are to find it.
        """
        self._is_announced = is_announced
        self._url = f"http://{_reachable(host)}:{port}"
        self._server = RunningServer(self._url, os.getpid(), new_token())
        self._on_ready = on_ready
        action_port = free_port()
        self._actions = Child(
            "action server", "twitchwise.serving.action_process", [str(action_port)]
        )
        self._rasa = Child(
            "rasa server",
            "twitchwise.serving.rasa_process",
            [host, str(port), f"http://127.0.0.1:{action_port}/webhook"],
            {TOKEN_VARIABLE: self._server.token},
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
            withdraw(self._server)
            await asyncio.gather(self._rasa.stop(), self._actions.stop())

    async def _keep_actions_running(self) -> None:
        """Start the action server again whenever it dies, after a pause that grows."""
        pause = 0.0
        while True:
            await asyncio.sleep(pause)
            started = time.monotonic()
            await self._actions.start()
            code = await self._actions.wait()
            pause = _next_pause(pause, time.monotonic() - started)
            _tell(
                f"The action server {_how_it_ended(self._actions, code)} "
                f"It is started again in {pause:.1f} s; meanwhile the bot goes on without answers."
            )

    async def _run_rasa(self) -> None:
        """Start the Rasa server, and start it again whenever it dies after it had answered.

        What does not answer at the first start, or any other, would not the next time.
        """
        with step("Starting the servers"):
            await self._start_rasa()
        if self._is_announced:
            announce(self._server)
        self._on_ready(self._url)
        pause = 0.0
        while True:
            started = time.monotonic()
            code = await self._until_it_ends()
            pause = _next_pause(pause, time.monotonic() - started)
            _tell(
                f"The Rasa server {_how_it_ended(self._rasa, code)} "
                f"It is started again in {pause:.1f} s; until then nobody is answered."
            )
            await asyncio.sleep(pause)
            await self._start_rasa()
            _tell("The Rasa server answers again.")

    async def _until_it_ends(self) -> int:
        """Return the exit code of the Rasa server; one that answers nobody any more is ended."""
        ended = asyncio.create_task(self._rasa.wait())
        unanswered = 0
        try:
            while not ended.done() and unanswered < _UNANSWERED:
                await asyncio.wait({ended}, timeout=_WATCH_SECONDS)
                answers = ended.done() or await asyncio.to_thread(responds, self._url)
                unanswered = 0 if answers else unanswered + 1
            if not ended.done():
                _tell("The Rasa server answers nobody any more, and is ended.")
                self._rasa.kill()
            return await ended
        finally:
            ended.cancel()

    async def _start_rasa(self) -> None:
        """Return once the Rasa server answers.

        Raises:
            TwitchwiseError: it ended, or did not answer in time.
        """
        await self._rasa.start()
        ended = asyncio.create_task(self._rasa.wait())
        ready = asyncio.create_task(self._until_answering())
        try:
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                ready.result()
                return
        finally:
            for task in (ended, ready):
                task.cancel()
            await asyncio.gather(ended, ready, return_exceptions=True)
        raise TwitchwiseError(
            f"The Rasa server {_how_it_ended(self._rasa, await self._rasa.wait())} "
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


def _next_pause(pause: float, lived: float) -> float:
    """Return how long to wait before a server that lived so long is started again, in seconds."""
    if lived > _LONGEST_PAUSE_SECONDS:
        return 0.2
    return min(max(1.0, 2 * pause), _LONGEST_PAUSE_SECONDS)


def _how_it_ended(child: Child, code: int) -> str:
    # A process that was killed had no last words on it.
    return (
        f"was killed (signal {-code})."
        if code < 0
        else (f"ended (exit code {code}): {child.last_words()}")
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
