"""Compare our bot with a stock Rasa bot: ``python -m benchmarks [--runs N] [--quick]``."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.bots import (
    PROJECT,
    BenchmarkError,
    Bot,
    environment,
    make_stock_bot,
    our_bot,
)
from benchmarks.chart import draw_chart
from benchmarks.machine import busy_warning, describe_machine
from benchmarks.measure import measure_run
from benchmarks.report import document, table
from benchmarks.results import (
    OURS,
    QUICK,
    STOCK,
    Plan,
    Results,
    RunFigures,
    read_results,
    write_results,
)

RESULTS = PROJECT / "benchmarks" / "results.json"
DOCS = PROJECT / "docs"
# Trials leave the committed figures alone.
TRIAL = PROJECT / "build" / "benchmarks"


def main() -> int:
    """Run the benchmark, or write the page again; return the exit code."""
    options = _options()
    # An ended benchmark stops its bots, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.report:
            write_report(read_results(RESULTS), DOCS)
            return 0
        plan = QUICK if options.quick else Plan(runs=options.runs)
        names = [options.only] if options.only else [STOCK, OURS]
        results = measure(plan, names)
    except BenchmarkError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"benchmark: {Path(error.filename).name} is missing", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmark: stopped", file=sys.stderr)
        return 130
    trial = options.quick or options.only
    target = TRIAL / "results.json" if trial else RESULTS
    write_results(results, target)
    print(f"figures: {target.relative_to(PROJECT)}")
    if not options.only:
        write_report(results, TRIAL if trial else DOCS)
    return 0


def measure(plan: Plan, names: list[str]) -> Results:
    """Measure the bots in ``names`` by turns and return all figures."""
    machine = describe_machine()
    warning = busy_warning(machine)
    if warning:
        print(f"warning: {warning}", flush=True)
    runs: dict[str, list[RunFigures]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="twitchwise-benchmark-") as temporary:
        folder = Path(temporary)
        bots: list[Bot] = []
        if STOCK in names:
            print("making the stock bot (rasa init)", flush=True)
            env = environment(folder / "unused.sqlite3")
            bots.append(make_stock_bot(folder / "stock", env, folder / "init.log"))
        if OURS in names:
            bots.append(our_bot())
        for number in range(plan.runs):
            print(f"run {number + 1} of {plan.runs}", flush=True)
            for bot in bots if number % 2 == 0 else reversed(bots):
                logs = folder / f"{bot.name}-{number}"
                logs.mkdir()
                env = environment(logs / "conversations.sqlite3")
                runs[bot.name].append(asyncio.run(measure_run(bot, plan, env, logs)))
    date = datetime.now(timezone.utc).date().isoformat()
    return Results(date=date, machine=machine, plan=plan, runs=runs)


def write_report(results: Results, folder: Path) -> None:
    """Write the page and its chart to ``folder`` and print the table."""
    draw_chart(results, folder / "benchmarks.svg")
    (folder / "benchmarks.md").write_text(document(results, "benchmarks.svg"), encoding="utf-8")
    print(f"\n{table(results)}\n\npage: {(folder / 'benchmarks.md').relative_to(PROJECT)}")


def _options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Compare our bot with a stock Rasa bot."
    )
    parser.add_argument("--runs", type=_positive, default=3, help="runs of each bot (3)")
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run: one run, few messages, no page in docs"
    )
    parser.add_argument(
        "--only", choices=(STOCK, OURS), help="one bot alone: figures, but no ratios and no page"
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help="write the page from the kept figures, measure nothing",
    )
    return parser.parse_args()


def _positive(text: str) -> int:
    """Return ``text`` as a number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
