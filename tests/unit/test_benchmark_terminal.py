"""The page of the terminal's figures, from made-up figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.results import Machine
from benchmarks.terminal import QUIET_LOAD, Figures, Start, page

MACHINE = Machine(
    cores=2,
    memory_bytes=8 * 2**30,
    system="Linux x86_64",
    python="3.10.13",
    rasa="3.6.21",
    load_average=0.1,
)
FIGURES = Figures(
    # The last of each is far off: a median leaves it out, a mean would not.
    beside_server=[Start(0.2, 0.3, 12), Start(0.25, 0.31, 12), Start(9.0, 9.0, 12)],
    alone=[Start(4.0, 5.0, 12), Start(4.1, 5.1, 12), Start(60.0, 60.0, 12)],
    leaving=[0.4, 0.5, 60.0],
    serving=[3.7, 3.8, 60.0],
    shell=[Start(8.0, 6.0, 36), Start(8.2, 6.2, 36), Start(60.0, 60.0, 36)],
    acting=[1.0, 1.0, 1.0],
    piped=4.0,
    shell_piped=30.0,
)


def row(report: str, name: str) -> list[str]:
    """Return the cells after the first of the line of a table that begins with a name."""
    (line,) = [line for line in report.splitlines() if line.startswith(f"| {name}")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_figures_are_medians_beside_their_targets() -> None:
    report = page(FIGURES, MACHINE)
    assert row(report, "`twitchwise chat` to its prompt, a server running: CPU") == [
        "0.31 s",
        "< 0.5 s",
        "yes",
    ]
    assert row(report, "what the client adds") == ["0.30 s", "< 0.5 s", "yes"]
    assert row(report, "from `/quit` until client") == ["0.50 s", "–", "–"]


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        (
            replace(FIGURES, beside_server=[Start(0.2, 0.5, 12)]),
            "`twitchwise chat` to its prompt, a server",
        ),
        (replace(FIGURES, alone=[Start(4.4, 5.0, 12)]), "what the client adds"),
    ],
)
def test_a_target_that_is_missed_is_told(figures: Figures, name: str) -> None:
    assert row(page(figures, MACHINE), name)[-1] == "**no**"


def test_ratios_are_ours_to_rasa_shell() -> None:
    report = page(FIGURES, MACHINE)
    assert row(report, "to the prompt, no server running") == ["8.20 s", "4.10 s", "0.50"]
    assert row(report, "the same of all processes") == ["7.20 s", "5.10 s", "0.71"]
    assert row(report, "lines before the prompt") == ["36", "12", "0.33"]
    assert row(report, "300 messages through a pipe") == ["30.0 s", "4.0 s", "0.13"]


def test_every_run_is_shown_in_its_order() -> None:
    report = page(FIGURES, MACHINE).partition("## Every run")[2]
    assert row(report, "`twitchwise serve`") == ["3.70, 3.80, 60.00"]
    assert row(report, "`rasa shell`") == ["8.00, 8.20, 60.00"]


def test_a_pipe_that_hung_is_told_and_so_is_one_that_ended() -> None:
    assert "it did not end within 60 s and was killed" in page(FIGURES, MACHINE)
    assert "it ended after 9.5 s" in page(replace(FIGURES, shell_without_stop=9.5), MACHINE)


def test_a_busy_machine_is_told() -> None:
    assert "Warning" not in page(FIGURES, MACHINE)
    busy = MACHINE.copy(update={"load_average": QUIET_LOAD})
    assert "Warning: the machine was not quiet" in page(FIGURES, busy)
