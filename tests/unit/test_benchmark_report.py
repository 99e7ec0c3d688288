"""The benchmark's report: medians, ratios and targets from made-up figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.chart import draw_chart
from benchmarks.report import (
    GROWTH_TARGET,
    document,
    growth,
    missed_targets,
    rows,
    spread,
    table,
)
from benchmarks.results import (
    OURS,
    STOCK,
    Exchange,
    LoadFigures,
    LongFigures,
    Machine,
    MemoryFigures,
    Plan,
    Results,
    RunFigures,
    read_results,
    write_results,
)

TURNS = list(range(5, 101, 5))


def made_up_run(factor: float, *, growth_a_turn: float = 0.0, start: float = 100.0) -> RunFigures:
    """Return a run whose figures are ``factor`` times those of a made-up stock bot."""
    return RunFigures(
        training_seconds=110 * factor,
        start_seconds=start * factor,
        start_cpu_seconds=80 * factor,
        alone=LoadFigures(
            users=1,
            answer_ms=[factor * ms for ms in range(1, 101)],
            unanswered=0,
            cpu_seconds=7.0 * factor,
        ),
        together=LoadFigures(
            users=8, answer_ms=[500 * factor] * 200, unanswered=1, cpu_seconds=13 * factor
        ),
        long=LongFigures(
            turns=TURNS,
            cpu_ms=[factor * (70 + growth_a_turn * turn) for turn in TURNS],
            unanswered=0,
        ),
        memory=MemoryFigures(
            processes=1, rss_bytes=int(1.1e9 * factor), pss_bytes=int(1.0e9 * factor)
        ),
        sample=[Exchange(message="hello", texts=["Hey! How are you?"])],
    )


def made_up_results(ours: list[RunFigures], load_average: float = 0.05) -> Results:
    """Return results with three stock runs, one of them an outlier, and ``ours``."""
    return Results(
        date="2024-05-01",
        machine=Machine(
            cores=2,
            memory_bytes=8 * 2**30,
            system="Linux x86_64",
            python="3.10.13",
            rasa="3.6.21",
            load_average=load_average,
        ),
        plan=Plan(),
        runs={
            STOCK: [made_up_run(1, growth_a_turn=1, start=start) for start in (90, 100, 500)],
            OURS: ours,
        },
    )


@pytest.fixture
def results() -> Results:
    """Return results in which ours takes a tenth of everything."""
    return made_up_results([made_up_run(0.1) for _ in range(3)])


def test_figures_of_a_load() -> None:
    load = made_up_run(1).alone
    assert load.median_ms == 50.5
    assert load.percentile_95_ms == pytest.approx(95.05)
    assert load.cpu_ms == pytest.approx(70)


def test_rows_take_the_median_of_the_runs(results: Results) -> None:
    start = next(row for row in rows(results) if row.measure.label == "start to first answer")
    assert start.stock == 100
    assert start.ours == pytest.approx(10)
    assert start.ratio == pytest.approx(0.1)


def test_every_target_of_the_project_is_in_the_table(results: Results) -> None:
    targets = {
        row.measure.label: row.measure.target
        for row in rows(results)
        if row.measure.target is not None
    }
    assert targets == {
        "start to first answer": 0.2,
        "training": 0.3,
        "answer, 1 user, median": 0.3,
        "answer, 8 users, median": 0.3,
        "CPU a message, 1 user": 0.35,
        "CPU a message, 8 users": 0.35,
        "memory (RSS)": 0.7,
    }
    assert GROWTH_TARGET == 1.3


def test_all_met(results: Results) -> None:
    assert missed_targets(results) == []
    assert "All targets are met." in document(results, "benchmarks.svg")
    assert "missed" not in table(results)


def test_missed_targets_are_named() -> None:
    slow = made_up_results([made_up_run(0.32)])
    assert missed_targets(slow) == [
        "start to first answer",
        "training",
        "answer, 1 user, median",
        "answer, 8 users, median",
    ]
    assert "Missed: start to first answer, training" in document(slow, "benchmarks.svg")
    assert "≤ 0.2, **missed**" in table(slow)


def test_growth_is_turn_100_over_turn_5() -> None:
    growing = made_up_results([made_up_run(0.1, growth_a_turn=1)])
    assert growth(growing.runs[OURS]) == pytest.approx(170 / 75)
    assert missed_targets(growing) == ["growth with the conversation"]
    assert table(growing).splitlines()[-1] == (
        "| turn 100 ÷ turn 5 | 2.27 | 2.27 | – | ours ≤ 1.3, **missed** |"
    )


def test_table_shows_units_ratio_and_target(results: Results) -> None:
    lines = table(results).splitlines()
    assert lines[0] == "| measure | stock | ours | ratio | target |"
    assert "| start to first answer | 100.0 s | 10.0 s | 0.10 | ≤ 0.2, met |" in lines
    assert "| memory (RSS) | 1,100 MB | 110 MB | 0.10 | ≤ 0.7, met |" in lines
    assert {line.count("|") for line in lines} == {6}


def test_spread_lists_each_run(results: Results) -> None:
    assert "| start to first answer, s | 90.0, 100.0, 500.0 | 10.0, 10.0, 10.0 |" in spread(results)


def test_missing_figures_are_shown_as_missing() -> None:
    run = made_up_run(0.1)
    run.memory.pss_bytes = None
    run.long = LongFigures(turns=[5], cpu_ms=[7.0], unanswered=0)
    short = made_up_results([run])
    assert "| memory (PSS) | 1,000 MB | – | – | – |" in table(short)
    assert missed_targets(short) == ["growth with the conversation"]


def test_page_tells_of_a_busy_machine(results: Results) -> None:
    busy = made_up_results([made_up_run(0.1)], load_average=1.7)
    assert "Warning: the machine was not idle" in document(busy, "benchmarks.svg")
    assert "Warning" not in document(results, "benchmarks.svg")


def test_page_tells_of_unanswered_messages(results: Results) -> None:
    assert "stock 3, ours 3" in document(results, "benchmarks.svg")


def test_results_can_be_written_and_read(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "kept" / "results.json"
    write_results(results, path)
    assert read_results(path) == results
    # Hundreds of figures on one line, not hundreds of lines.
    assert len(path.read_text(encoding="utf-8").splitlines()) < 350


def test_chart_is_small_and_the_same_each_time(results: Results, tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    draw_chart(results, first)
    draw_chart(results, second)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 100_000
