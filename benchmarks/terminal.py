"""Start and speed of the terminal client beside ``rasa shell``: ``python -m benchmarks.terminal``.

Times are of this machine; they are written to ``docs/terminal-figures.md``, never asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.bots import (
    COMMANDS,
    PROJECT,
    BenchmarkError,
    end_of,
    environment,
    free_port,
    run_command,
)
from benchmarks.machine import describe_machine, machine_line
from benchmarks.processes import ProcessTree
from benchmarks.results import Machine
from tests.terminal.screen import PROMPT, Person
from twitchwise.faq import project_faq
from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving.ready import ready_url
from twitchwise.serving.sources import sources_hash

REPORT = PROJECT / "docs" / "terminal-figures.md"
#: Runs, as often as each of them is worth its time.
ROUNDS = 5
CHATS_A_ROUND = 2
ROUNDS_WITH_SHELL = (0, 2, 4)
MESSAGES = 300
#: What the client may take, in seconds.
CPU_TARGET = 0.5
DELAY_TARGET = 0.5
QUIET_LOAD = 0.5

_TWITCHWISE = str(COMMANDS / "twitchwise")
_RASA = str(COMMANDS / "rasa")
_SHELL_PROMPT = "Your input ->"
#: Where the client looks for a server that it was not told of.
_USUAL_PORT = 5005
#: The port of the action server in endpoints.yml.
_ACTION_PORT = 5055
_START_SECONDS = 180.0
_PIPE_SECONDS = 600.0
_HANGING_SECONDS = 60.0
_STOP_SECONDS = 20.0
_QUIET_WAIT_SECONDS = 600.0
_POLL_SECONDS = 0.002
#: The content of the project, which a folder of our own uses as it is.
_LINKED = (
    "config.yml",
    "credentials.yml",
    "domain.yml",
    "requirements.lock",
    "settings.yml",
    "data",
    "build",
    "models",
)


@dataclass(frozen=True)
class Start:
    """A program that was started in a terminal, up to its prompt.

    Attributes:
        seconds: until the prompt was on the screen.
        cpu_seconds: processor time, user and system.
        lines: how many lines that are not empty stood before the prompt.
    """

    seconds: float
    cpu_seconds: float
    lines: int


@dataclass
class Figures:
    """All that was measured.

    Attributes:
        beside_server: ``twitchwise chat`` where a server runs; CPU up to the program's end.
        alone: the same where none runs; CPU of all processes up to their end.
        leaving: seconds from ``/quit`` until all that this one had started was gone.
        serving: seconds from ``twitchwise serve`` to its line that it is ready.
        shell: ``rasa shell``; CPU up to the prompt.
        acting: processor seconds of the action server beside it, up to the same moment.
        piped: seconds of ``twitchwise chat --json`` for all messages from a pipe.
        shell_piped: seconds of ``rasa shell`` for the same, with ``/stop`` after them.
        shell_without_stop: the same for one message without ``/stop``; None where it hung.
    """

    beside_server: list[Start] = field(default_factory=list)
    alone: list[Start] = field(default_factory=list)
    leaving: list[float] = field(default_factory=list)
    serving: list[float] = field(default_factory=list)
    shell: list[Start] = field(default_factory=list)
    acting: list[float] = field(default_factory=list)
    piped: float = 0.0
    shell_piped: float = 0.0
    shell_without_stop: float | None = None


@dataclass(frozen=True)
class Home:
    """A project folder of the benchmark's own, with the content of this project.

    So no server that runs on the project is found or disturbed, and nothing is left in it.
    """

    folder: Path
    action_port: int

    def make(self) -> None:
        """Make the folder."""
        for name in _LINKED:
            (self.folder / name).symlink_to(PROJECT / name)
        endpoints = (PROJECT / "endpoints.yml").read_text(encoding="utf-8")
        if f":{_ACTION_PORT}/" not in endpoints:
            raise BenchmarkError(f"endpoints.yml names no action server on port {_ACTION_PORT}")
        (self.folder / "endpoints.yml").write_text(
            endpoints.replace(f":{_ACTION_PORT}/", f":{self.action_port}/"), encoding="utf-8"
        )

    @property
    def variables(self) -> dict[str, str]:
        """Return the variables of a process that works on the folder."""
        given = {
            **environment(self.folder / "var" / "conversations.sqlite3"),
            HOME_VARIABLE: str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "TERM": "xterm-256color",
        }
        # People have no such variable, so that Python compiles each module once.
        given.pop("PYTHONDONTWRITEBYTECODE", None)
        return given

    def log(self, name: str) -> Path:
        """Return where a process writes to."""
        return self.folder / f"{name}.log"


def measure(home: Home, *, quick: bool) -> Figures:
    """Return all figures; what is compared is measured by turns."""
    figures = Figures()
    rounds = 1 if quick else ROUNDS
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        start, leaving = _chat_alone(home)
        figures.alone.append(start)
        figures.leaving.append(leaving)
        with _serving(home) as seconds:
            figures.serving.append(seconds)
            figures.beside_server += [_chat_beside_server(home) for _ in range(CHATS_A_ROUND)]
            if number == rounds - 1:
                figures.piped = _piped(home, _questions(MESSAGES))
        if number in ROUNDS_WITH_SHELL:
            with _acting(home) as actions:
                figures.shell.append(_rasa_shell(home))
                figures.acting.append(actions.cpu_seconds())
    print("rasa shell through a pipe", flush=True)
    with _acting(home):
        figures.shell_piped = _shell_piped(home, _questions(MESSAGES))
        figures.shell_without_stop = _seconds_of_pipe(home, _questions(1), _HANGING_SECONDS)
    return figures


def page(figures: Figures, machine: Machine) -> str:
    """Return the page of the figures."""
    parts = [
        "# The terminal client in figures",
        "<!-- Written by `python -m benchmarks.terminal`. Do not edit. -->",
        _targets_table(figures),
        "## Beside `rasa shell`",
        _comparison_table(figures),
        _said_of_pipes(figures),
        "## How it is measured",
        _method(figures),
        f"Measured on: {machine_line(machine)}.",
    ]
    if machine.load_average >= QUIET_LOAD:
        parts.append(
            f"Warning: the machine was not quiet (load average below {QUIET_LOAD}) before the "
            f"start, though the benchmark waits {_QUIET_WAIT_SECONDS / 60:.0f} minutes for that: "
            "times may be too long."
        )
    parts += ["## Every run", _spread(figures)]
    parts.append(
        "To repeat it, with nothing on port 5005: `.venv/bin/python -m benchmarks.terminal`; "
        "a short trial that leaves this page alone: `… --quick`."
    )
    return "\n\n".join(parts) + "\n"


def _targets_table(figures: Figures) -> str:
    beside = _median(figures.beside_server)
    cpu = statistics.median(start.cpu_seconds for start in figures.beside_server)
    alone, serving = _median(figures.alone), statistics.median(figures.serving)
    delay = alone - serving
    leaving = statistics.median(figures.leaving)
    rows = [
        ("`twitchwise chat` to its prompt, a server running: CPU of the client", cpu, CPU_TARGET),
        ("the same, wall time", beside, None),
        ("`twitchwise chat` to its prompt, no server running, wall time", alone, None),
        ("`twitchwise serve` to “is ready”, wall time", serving, None),
        ("what the client adds to its server's start", delay, DELAY_TARGET),
        ("from `/quit` until client and server are gone, wall time", leaving, None),
    ]
    lines = ["| figure | value | target | met |", "| --- | ---: | --- | --- |"]
    for name, value, target in rows:
        lines.append(f"| {name} | {value:.2f} s | {_aim(target)} | {_verdict(value, target)} |")
    return "\n".join(lines)


def _aim(target: float | None) -> str:
    return "–" if target is None else f"< {target:g} s"


def _verdict(value: float, target: float | None) -> str:
    if target is None:
        return "–"
    return "yes" if value < target else "**no**"


def _comparison_table(figures: Figures) -> str:
    shell, shell_cpu, shell_lines = _of(figures.shell)
    beside, beside_cpu, lines = _of(figures.beside_server)
    alone, alone_cpu, _ = _of(figures.alone)
    all_cpu = shell_cpu + statistics.median(figures.acting)
    rows = [
        ("to the prompt, a server running", f"{shell:.2f} s", f"{beside:.2f} s", beside / shell),
        ("to the prompt, no server running", f"{shell:.2f} s", f"{alone:.2f} s", alone / shell),
        (
            "CPU to the prompt, a server running",
            f"{shell_cpu:.2f} s",
            f"{beside_cpu:.2f} s",
            beside_cpu / shell_cpu,
        ),
        (
            "the same of all processes, no server running",
            f"{all_cpu:.2f} s",
            f"{alone_cpu:.2f} s",
            alone_cpu / all_cpu,
        ),
        ("lines before the prompt", f"{shell_lines:.0f}", f"{lines:.0f}", lines / shell_lines),
        (
            f"{MESSAGES} messages through a pipe, whole run",
            f"{figures.shell_piped:.1f} s",
            f"{figures.piped:.1f} s",
            figures.piped / figures.shell_piped,
        ),
    ]
    table = [
        "| measure | `rasa shell` | `twitchwise chat` | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    table += [f"| {name} | {stock} | {ours} | {ratio:.2f} |" for name, stock, ours, ratio in rows]
    return "\n".join(table)


def _said_of_pipes(figures: Figures) -> str:
    ours, shell = MESSAGES / figures.piped, MESSAGES / figures.shell_piped
    if figures.shell_without_stop is None:
        end = f"it did not end within {_HANGING_SECONDS:.0f} s and was killed"
    else:
        end = f"it ended after {figures.shell_without_stop:.1f} s"
    return (
        f"Through a pipe that is {ours:.1f} messages a second for `twitchwise chat --json` with a "
        f"server running, and {shell:.1f} for `rasa shell`, which always starts its own. "
        "`rasa shell` needs `/stop` as the last line: when a pipe held one message and no `/stop`, "
        f"{end}. `twitchwise chat` ends with its input, with exit code 0."
    )


def _spread(figures: Figures) -> str:
    """Return a table with the value of every run, so that the spread can be seen."""
    rows = [
        ("`twitchwise chat`, a server running", [each.seconds for each in figures.beside_server]),
        ("the same, CPU", [each.cpu_seconds for each in figures.beside_server]),
        ("`twitchwise chat`, no server running", [each.seconds for each in figures.alone]),
        ("`twitchwise serve`", figures.serving),
        ("from `/quit` until all is gone", figures.leaving),
        ("`rasa shell`", [each.seconds for each in figures.shell]),
        ("the same, CPU", [each.cpu_seconds for each in figures.shell]),
    ]
    lines = ["| seconds | in the order in which they were measured |", "| --- | --- |"]
    lines += [
        f"| {name} | {', '.join(f'{value:.2f}' for value in values)} |" for name, values in rows
    ]
    return "\n".join(lines)


def _method(figures: Figures) -> str:
    return "\n".join(
        [
            f"- **Medians** of {len(figures.beside_server)} starts beside a running server, "
            f"{len(figures.alone)} without one, {len(figures.serving)} of `twitchwise serve` and "
            f"{len(figures.shell)} of `rasa shell`, by turns in one run, in a terminal of 100 by "
            "40. The model is trained already, and each was started once before. A ratio is ours "
            "÷ `rasa shell`; lower is better.",
            "- **Wall time** is from the start of the process until its prompt (`You: `, "
            f"`{_SHELL_PROMPT}`) is on the screen.",
            "- **CPU** is user and system time. Ours is that of the ended process, which left at "
            "its prompt with Ctrl-D (or `/quit`), so it is an upper bound; where no server ran, "
            "it holds all processes of the server as well. That of `rasa shell` is taken at its "
            "prompt; of all processes means with its action server.",
            "- **`rasa shell`** runs on this project with its action server, whose start is not "
            "counted. It cannot use a server that runs. Telemetry and TensorFlow's messages are "
            "turned off for both.",
            "- **Lines before the prompt** are those that are not empty: of ours the notice and "
            "the questions to begin with, of `rasa shell` warnings and log.",
            f"- **Messages** are questions of `data/faq/questions.yml`, {MESSAGES} in one "
            "conversation; each of ours got an answer as a line of JSON.",
        ]
    )


def _median(starts: Sequence[Start]) -> float:
    return statistics.median(start.seconds for start in starts)


def _of(starts: Sequence[Start]) -> tuple[float, float, float]:
    """Return the medians of seconds, processor seconds, and lines."""
    return (
        _median(starts),
        statistics.median(start.cpu_seconds for start in starts),
        statistics.median(start.lines for start in starts),
    )


def _chat_beside_server(home: Home) -> Start:
    """Start the client beside a running server, and leave with Ctrl-D."""
    before = _cpu_of_ended_children()
    with _opened([_TWITCHWISE, "chat"], home, _at_prompt) as (person, seconds):
        lines = _lines_before(person, PROMPT)
        person.press("d")
        _require_end(person)
    return Start(seconds, _cpu_of_ended_children() - before, lines)


def _chat_alone(home: Home) -> tuple[Start, float]:
    """Start the client where no server runs, and leave; return how long leaving took, too."""
    _require_no_server()
    before = _cpu_of_ended_children()
    with _opened([_TWITCHWISE, "chat"], home, _at_prompt) as (person, seconds):
        lines = _lines_before(person, PROMPT)
        started = psutil.Process().children(recursive=True)
        person.type("/quit")
        _wait(lambda: person.line() == f"{PROMPT}/quit", person.text)
        began = time.perf_counter()
        person.enter()
        _require_end(person)
        _, left = psutil.wait_procs(started, timeout=_STOP_SECONDS)
        leaving = time.perf_counter() - began
    if left:
        raise BenchmarkError(f"{len(left)} processes of the client are left after /quit")
    return Start(seconds, _cpu_of_ended_children() - before, lines), leaving


def _rasa_shell(home: Home) -> Start:
    """Start ``rasa shell`` and stop it at its prompt."""
    command = [_RASA, "shell", "--port", str(free_port())]
    with _opened(command, home, lambda person: _SHELL_PROMPT in person.text()) as (person, seconds):
        times = _process_of(command).cpu_times()
        lines = _lines_before(person, _SHELL_PROMPT)
        person.type("/stop")
        person.enter()
        _require_end(person)
    cpu = times.user + times.system + times.children_user + times.children_system
    return Start(seconds, cpu, lines)


@contextlib.contextmanager
def _opened(
    command: Sequence[str], home: Home, is_ready: Callable[[Person], bool]
) -> Iterator[tuple[Person, float]]:
    """Open a program in a terminal; give the person there, and the seconds until it was ready."""
    began = time.perf_counter()
    person = Person(command, folder=home.folder, variables=home.variables)
    with contextlib.closing(person):
        _wait(lambda: is_ready(person), person.text)
        yield person, time.perf_counter() - began


def _at_prompt(person: Person) -> bool:
    return person.line() == PROMPT


def _lines_before(person: Person, prompt: str) -> int:
    # The last line is the prompt's own.
    lines = person.raw().partition(prompt)[0].splitlines()[:-1]
    return sum(bool(line.strip()) for line in lines)


def _require_end(person: Person) -> None:
    try:
        code = person.exit_code()
    except AssertionError as error:
        raise BenchmarkError(str(error)) from error
    if code:
        raise BenchmarkError(f"exit code {code}; the screen:\n{person.text()}")


@contextlib.contextmanager
def _serving(home: Home) -> Iterator[float]:
    """Start the server as people do; give the seconds until it said that it is ready."""
    log = home.log("serve")
    command = [_TWITCHWISE, "serve", "--port", str(free_port())]
    began = time.perf_counter()
    with ProcessTree(command, home.folder, home.variables, log) as tree:
        _wait(
            lambda: any(ready_url(line) for line in _written(log).splitlines()),
            lambda: end_of(log),
            lambda: tree.exit_code() is None,
        )
        yield time.perf_counter() - began


@contextlib.contextmanager
def _acting(home: Home) -> Iterator[ProcessTree]:
    """Run the action server that ``rasa shell`` needs."""
    log = home.log("actions")
    command = [_RASA, "run", "actions", "--port", str(home.action_port)]
    with ProcessTree(command, home.folder, home.variables, log) as tree:
        _wait(
            lambda: _answers(home.action_port),
            lambda: end_of(log),
            lambda: tree.exit_code() is None,
        )
        yield tree


def _piped(home: Home, messages: Sequence[str]) -> float:
    """Pipe messages into the client; return the seconds of the whole run."""
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [_TWITCHWISE, "chat", "--json"],
            cwd=home.folder,
            env=home.variables,
            input="\n".join(messages) + "\n",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_PIPE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"the pipe did not end in {_PIPE_SECONDS:.0f} s") from error
    seconds = time.perf_counter() - began
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or [turn["message"] for turn in turns] != list(messages):
        raise BenchmarkError(f"the pipe ended with {done.returncode}: {done.stderr.strip()}")
    if not all(turn["answer_ids"] for turn in turns):
        raise BenchmarkError("a question of the FAQ got no answer")
    return seconds


def _shell_piped(home: Home, messages: Sequence[str]) -> float:
    """Pipe messages and ``/stop`` into ``rasa shell``; return the seconds of the whole run."""
    seconds = _seconds_of_pipe(home, [*messages, "/stop"], _PIPE_SECONDS)
    if seconds is None:
        raise BenchmarkError(f"rasa shell did not end:\n{end_of(home.log('shell'))}")
    return seconds


def _seconds_of_pipe(home: Home, lines: Sequence[str], longest: float) -> float | None:
    """Pipe lines into ``rasa shell``; return its seconds, None where it had to be killed."""
    began = time.perf_counter()
    with home.log("shell").open("wb") as output:
        process = subprocess.Popen(
            [_RASA, "shell", "--port", str(free_port())],
            cwd=home.folder,
            env=home.variables,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A group of its own, so that all of it can be ended.
            start_new_session=True,
        )
    try:
        process.communicate(("\n".join(lines) + "\n").encode(), timeout=longest)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return time.perf_counter() - began


def _wait(
    is_so: Callable[[], bool],
    what_is_there: Callable[[], str],
    is_running: Callable[[], bool] = lambda: True,
) -> None:
    """Return as soon as something is so.

    Raises:
        BenchmarkError: it was not in time, or what should bring it about has ended.
    """
    deadline = time.monotonic() + _START_SECONDS
    while not is_so():
        if time.monotonic() > deadline or not is_running():
            raise BenchmarkError(f"a program does not start:\n{what_is_there()}")
        time.sleep(_POLL_SECONDS)


def _questions(count: int) -> list[str]:
    """Return questions of the FAQ in all their wordings."""
    texts = [text for each in project_faq().questions for text in (each.ask, *each.also)]
    return texts[:count]


def _require_no_server() -> None:
    if _answers(_USUAL_PORT):
        raise BenchmarkError(
            f"something listens on port {_USUAL_PORT}, and the client would talk to it. "
            "Mend: stop it."
        )


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _process_of(command: Sequence[str]) -> psutil.Process:
    for process in psutil.Process().children():
        if process.cmdline()[-len(command) :] == list(command):
            return process
    raise BenchmarkError(f"{Path(command[0]).name} {command[1]} is not running")


def _cpu_of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _written(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _wait_for_quiet() -> None:
    """Wait until the machine has little else to do, but not for ever."""
    deadline = time.monotonic() + _QUIET_WAIT_SECONDS
    print(f"load average {os.getloadavg()[0]:.2f}; waiting for less than {QUIET_LOAD}", flush=True)
    while os.getloadavg()[0] >= QUIET_LOAD and time.monotonic() < deadline:
        time.sleep(5)
    print(f"load average {os.getloadavg()[0]:.2f}", flush=True)


def _warm_up(home: Home) -> None:
    """Train if needed, and start each program once: Python compiles, the system reads files."""
    run_command([_TWITCHWISE, "train"], home.folder, home.variables, home.log("train"))
    run_command([_TWITCHWISE, "build-web"], home.folder, home.variables, home.log("web"))
    _chat_alone(home)
    with _acting(home):
        _rasa_shell(home)


def main() -> int:
    """Measure, print and write; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.terminal",
        description="Measure the terminal client beside rasa shell.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run: one round, no wait, no page in docs"
    )
    options = parser.parse_args()
    # An ended benchmark stops what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="twitchwise-terminal-") as folder:
            home = Home(Path(folder).resolve(), free_port())
            home.make()
            _require_no_server()
            _warm_up(home)
            if not options.quick:
                _wait_for_quiet()
            machine, measured = describe_machine(), sources_hash()
            report = page(measure(home, quick=options.quick), machine)
            if sources_hash() != measured:
                # Some starts trained, too.
                raise BenchmarkError("the sources changed meanwhile. Mend: measure again.")
    except BenchmarkError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmark: stopped", file=sys.stderr)
        return 130
    print(report)
    if not options.quick:
        REPORT.write_text(report, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
