"""What is measured: the raw figures of each run, kept in ``results.json``."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

from pydantic import BaseModel

STOCK = "stock"
OURS = "ours"


class Plan(BaseModel):
    """How much is measured; the same for both bots.

    Attributes:
        runs: how often each bot is trained, started and loaded.
        warm_up_conversations: conversations before the first figure, not counted.
        conversations_alone: five-turn conversations of one user.
        conversations_each: five-turn conversations of each of the concurrent users.
        users: how many users talk at the same time.
        long_conversations: conversations of ``long_turns`` turns, led turn by turn side by side.
        long_turns: turns of a long conversation.
    """

    runs: int = 3
    warm_up_conversations: int = 4
    conversations_alone: int = 60
    conversations_each: int = 15
    users: int = 8
    long_conversations: int = 8
    long_turns: int = 102


QUICK = Plan(
    runs=1,
    warm_up_conversations=1,
    conversations_alone=3,
    conversations_each=1,
    long_conversations=1,
)


class Machine(BaseModel):
    """The machine, without names or paths.

    Attributes:
        cores: processor cores that the system offers.
        memory_bytes: main memory in bytes.
        system: operating system and processor family.
        python: version of Python.
        rasa: version of Rasa.
        load_average: mean number of runnable processes in the minute before the start.
    """

    cores: int
    memory_bytes: int
    system: str
    python: str
    rasa: str
    load_average: float


class LoadFigures(BaseModel):
    """Five-turn conversations by a number of users.

    Attributes:
        users: how many talked at the same time.
        answer_ms: time of each answer over REST, in milliseconds.
        unanswered: messages that got an error or an empty list.
        cpu_seconds: processor time of all processes of the bot for all these messages.
    """

    users: int
    answer_ms: list[float]
    unanswered: int
    cpu_seconds: float

    @property
    def median_ms(self) -> float:
        """Return the median time of an answer in milliseconds."""
        return statistics.median(self.answer_ms)

    @property
    def percentile_95_ms(self) -> float:
        """Return the time in milliseconds within which 95 % of the answers came."""
        return statistics.quantiles(self.answer_ms, n=20, method="inclusive")[-1]

    @property
    def cpu_ms(self) -> float:
        """Return the processor time of one message in milliseconds."""
        return 1000 * self.cpu_seconds / len(self.answer_ms)


class LongFigures(BaseModel):
    """Long conversations: processor time by turn.

    Attributes:
        turns: the middle turn of each block of five turns (5, 10, 15 …).
        cpu_ms: processor time of one message in each block, all processes, in milliseconds.
        unanswered: messages that got an error or an empty list.
    """

    turns: list[int]
    cpu_ms: list[float]
    unanswered: int

    def at(self, turn: int) -> float | None:
        """Return the processor time of a message around ``turn`` in ms, or None."""
        return dict(zip(self.turns, self.cpu_ms, strict=True)).get(turn)


class MemoryFigures(BaseModel):
    """Memory of all processes of a bot after the load.

    Attributes:
        processes: how many processes the bot consists of.
        rss_bytes: sum of the resident memory; pages shared by two processes count twice.
        pss_bytes: the same with shared pages divided among their users; None if not readable.
    """

    processes: int
    rss_bytes: int
    pss_bytes: int | None


class Exchange(BaseModel):
    """One message and the texts of its answer, to see that the bot really answered."""

    message: str
    texts: list[str]


class RunFigures(BaseModel):
    """One run of one bot: trained, started, loaded, stopped.

    Attributes:
        training_seconds: wall time of the training command.
        start_seconds: wall time from the start of the process to the first answer over REST.
        start_cpu_seconds: processor time of all processes up to the first answer.
        alone: one user.
        together: several users at the same time.
        long: long conversations.
        memory: after all of that.
        sample: a five-turn conversation as it was led in this run.
    """

    training_seconds: float
    start_seconds: float
    start_cpu_seconds: float
    alone: LoadFigures
    together: LoadFigures
    long: LongFigures
    memory: MemoryFigures
    sample: list[Exchange]

    @property
    def messages(self) -> int:
        """Return the number of messages of the five-turn conversations."""
        return len(self.alone.answer_ms) + len(self.together.answer_ms)

    @property
    def unanswered(self) -> int:
        """Return how many messages were not answered."""
        return self.alone.unanswered + self.together.unanswered + self.long.unanswered


class Results(BaseModel):
    """All of a benchmark.

    Attributes:
        date: day of the benchmark, ISO 8601, UTC.
        machine: where it ran.
        plan: how much was measured.
        runs: the runs of each bot, by the bot's name, in the order in which they ran.
    """

    date: str
    machine: Machine
    plan: Plan
    runs: dict[str, list[RunFigures]]


def write_results(results: Results, path: Path) -> None:
    """Write ``results`` as JSON, each list of numbers on one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = re.sub(
        r"\[([-+\d.eE,\s]+)\]",
        lambda found: "[" + " ".join(found.group(1).split()) + "]",
        results.json(indent=1, ensure_ascii=False),
    )
    path.write_text(text + "\n", encoding="utf-8")


def read_results(path: Path) -> Results:
    """Return the results kept in ``path``."""
    return Results.parse_raw(path.read_text(encoding="utf-8"))
