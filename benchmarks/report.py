"""From raw figures to a table: medians, ratios, targets."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.machine import busy_warning, machine_line
from benchmarks.results import OURS, STOCK, Results, RunFigures

NOTHING = "–"
SHORT_TURN, MIDDLE_TURN, LONG_TURN = 5, 20, 100
GROWTH_TARGET = 1.3


@dataclass(frozen=True)
class Measure:
    """One line of the table.

    Attributes:
        label: what is measured.
        unit: the unit of its values.
        value: takes it from a run; None where the run does not have it.
        target: the largest ratio of ours to stock that is wanted.
        decimals: digits shown after the point.
    """

    label: str
    unit: str
    value: Callable[[RunFigures], float | None]
    target: float | None = None
    decimals: int = 1


@dataclass(frozen=True)
class Row:
    """A measure with its medians.

    Attributes:
        measure: what is measured.
        stock: median of the stock bot's runs, in the unit of the measure.
        ours: median of our bot's runs, in the unit of the measure.
    """

    measure: Measure
    stock: float | None
    ours: float | None

    @property
    def ratio(self) -> float | None:
        """Return ours divided by stock, None where one of them is missing or zero."""
        return self.ours / self.stock if self.ours is not None and self.stock else None


def measures(users: int) -> list[Measure]:
    """Return the measures of the table for a load of ``users`` concurrent users."""
    return [
        Measure("start to first answer", "s", lambda run: run.start_seconds, 0.2),
        Measure("CPU up to the first answer", "s", lambda run: run.start_cpu_seconds),
        Measure("training", "s", lambda run: run.training_seconds, 0.3),
        Measure("answer, 1 user, median", "ms", lambda run: run.alone.median_ms, 0.3),
        Measure("answer, 1 user, 95 %", "ms", lambda run: run.alone.percentile_95_ms),
        Measure(f"answer, {users} users, median", "ms", lambda run: run.together.median_ms, 0.3),
        Measure(f"answer, {users} users, 95 %", "ms", lambda run: run.together.percentile_95_ms),
        Measure("CPU a message, 1 user", "ms", lambda run: run.alone.cpu_ms, 0.35),
        Measure(f"CPU a message, {users} users", "ms", lambda run: run.together.cpu_ms, 0.35),
        Measure("memory (RSS)", "MB", lambda run: run.memory.rss_bytes / 1e6, 0.7, 0),
        Measure(
            "memory (PSS)",
            "MB",
            lambda run: None if run.memory.pss_bytes is None else run.memory.pss_bytes / 1e6,
            decimals=0,
        ),
        Measure(f"CPU a message, turn {SHORT_TURN}", "ms", lambda run: run.long.at(SHORT_TURN)),
        Measure(f"CPU a message, turn {MIDDLE_TURN}", "ms", lambda run: run.long.at(MIDDLE_TURN)),
        Measure(f"CPU a message, turn {LONG_TURN}", "ms", lambda run: run.long.at(LONG_TURN)),
    ]


def rows(results: Results) -> list[Row]:
    """Return the table's rows, medians over the runs."""
    return [
        Row(
            measure,
            stock=_median(measure, results.runs[STOCK]),
            ours=_median(measure, results.runs[OURS]),
        )
        for measure in measures(results.plan.users)
    ]


def growth(runs: list[RunFigures]) -> float | None:
    """Return CPU a message at turn 100 divided by that at turn 5, both medians over ``runs``."""
    short = _median(Measure("", "", lambda run: run.long.at(SHORT_TURN)), runs)
    long = _median(Measure("", "", lambda run: run.long.at(LONG_TURN)), runs)
    return long / short if long is not None and short else None


def missed_targets(results: Results) -> list[str]:
    """Return the labels of the measures whose target is missed."""
    missed = [
        row.measure.label
        for row in rows(results)
        if row.measure.target is not None and not _met(row.ratio, row.measure.target)
    ]
    if not _met(growth(results.runs[OURS]), GROWTH_TARGET):
        missed.append("growth with the conversation")
    return missed


def table(results: Results) -> str:
    """Return the Markdown table: measure, stock, ours, ratio, target."""
    lines = [
        "| measure | stock | ours | ratio | target |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for row in rows(results):
        measure = row.measure
        cells = (
            measure.label,
            _quantity(row.stock, measure),
            _quantity(row.ours, measure),
            _number(row.ratio, 2),
            _verdict(row.ratio, measure.target),
        )
        lines.append(f"| {' | '.join(cells)} |")
    ours = growth(results.runs[OURS])
    cells = (
        f"turn {LONG_TURN} ÷ turn {SHORT_TURN}",
        _number(growth(results.runs[STOCK]), 2),
        _number(ours, 2),
        NOTHING,
        f"ours {_verdict(ours, GROWTH_TARGET)}",
    )
    lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def spread(results: Results) -> str:
    """Return a Markdown table with the value of every run, so that the spread can be seen."""
    lines = ["| measure | stock | ours |", "| --- | --- | --- |"]
    for measure in measures(results.plan.users):
        cells = [f"{measure.label}, {measure.unit}"]
        for name in (STOCK, OURS):
            values = (measure.value(run) for run in results.runs[name])
            cells.append(", ".join(_number(value, measure.decimals) for value in values))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def document(results: Results, picture: str) -> str:
    """Return ``docs/benchmarks.md``; ``picture`` is the file name of the chart beside it."""
    plan, machine = results.plan, results.machine
    missed = missed_targets(results)
    verdict = "Missed: " + ", ".join(missed) + "." if missed else "All targets are met."
    warning = busy_warning(machine)
    ours = results.runs[OURS][0]
    unanswered = {name: sum(run.unanswered for run in results.runs[name]) for name in results.runs}
    runs = "one run" if plan.runs == 1 else f"the median of {plan.runs} runs"
    parts = [
        "# Benchmarks",
        "<!-- Written by `make bench` from benchmarks/results.json. Do not edit. -->",
        "Twitchwise beside a stock Rasa bot (`rasa init`), measured in turn on one machine. "
        f"Each figure is {runs} of each bot; lower is better, and a ratio is ours ÷ stock. "
        + verdict,
        f"![Ratios of our bot to the stock bot, and CPU a message by turn]({picture})",
        table(results),
    ]
    if warning:
        parts.append(f"Warning: {warning}.")
    parts += [
        f"Measured on {results.date}: {machine_line(machine)}.",
        "## How it is measured",
        "\n".join(
            [
                "- **Bots.** Ours is `twitchwise serve` (supervisor, action server and Rasa "
                f"server; processes in all: {ours.memory.processes}); "
                "stock is `rasa run`, which needs no action server, since it has no custom "
                "actions. All processes of a bot are counted. Both start from the same "
                "environment and with Rasa's defaults; what our supervisor sets for its own "
                "processes (a quiet log, fewer memory pools) is a part of our bot. The bots take "
                "turns, and the one that goes first changes from run to run.",
                "- **Training** is `twitchwise train --force`, with the building of the spaCy "
                "pipeline, and `rasa train --force`.",
                "- **Start** ends with the first HTTP 200 from `POST /webhooks/rest/webhook` "
                "that carries an answer; it is asked for every 50 ms.",
                "- **Answers.** Each user leads five-turn conversations, one after the other, "
                f"without a pause: {5 * plan.conversations_alone} messages of 1 user, "
                f"{5 * plan.users * plan.conversations_each} of {plan.users} users. Before that, "
                f"{plan.warm_up_conversations} conversations warm the bot up.",
                "- **CPU** is user and system time of all processes. Around a turn it is the "
                f"mean over five turns (98 to 102 for turn {LONG_TURN}) of "
                f"{plan.long_conversations} conversations, so each message counts equally.",
                "- **Memory** is read after all of this. RSS counts pages that two processes "
                "share twice, PSS once.",
                f"- **Unanswered messages**: stock {unanswered[STOCK]}, ours {unanswered[OURS]}.",
            ]
        ),
        "To repeat it on an idle machine: `make bench`. A short trial that leaves this page "
        "alone: `.venv/bin/python -m benchmarks --quick`.",
        "## Every run",
        spread(results),
    ]
    return "\n\n".join(parts) + "\n"


def _median(measure: Measure, runs: list[RunFigures]) -> float | None:
    """Return the median of ``measure`` over ``runs``, None where no run has it."""
    values = [value for run in runs if (value := measure.value(run)) is not None]
    return statistics.median(values) if values else None


def _met(value: float | None, target: float) -> bool:
    """Return whether ``value`` is known and at most ``target``."""
    return value is not None and value <= target


def _verdict(value: float | None, target: float | None) -> str:
    """Return the target and whether ``value`` meets it."""
    if target is None:
        return NOTHING
    return f"≤ {target:g}, " + ("met" if _met(value, target) else "**missed**")


def _quantity(value: float | None, measure: Measure) -> str:
    """Return ``value`` with the unit of ``measure``."""
    shown = _number(value, measure.decimals)
    return shown if value is None else f"{shown} {measure.unit}"


def _number(value: float | None, decimals: int) -> str:
    """Return ``value`` rounded, with commas between thousands."""
    return NOTHING if value is None else f"{value:,.{decimals}f}"
