"""The picture of a benchmark: ratios with their targets, and CPU by turn."""

from __future__ import annotations

import statistics
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from benchmarks.report import rows  # noqa: E402
from benchmarks.results import OURS, STOCK, Results  # noqa: E402

OUR_COLOUR, STOCK_COLOUR, TARGET_COLOUR = "#2a78b5", "#8a8f98", "#c0392b"
# Width of a bar, in units of the ratio, that holds its own number.
ROOM_FOR_LABEL = 0.12


def draw_chart(results: Results, path: Path) -> None:
    """Write the chart to ``path``; its ending (.svg, .png) gives the format."""
    settings = {"svg.hashsalt": "benchmarks", "font.size": 10, "axes.titlesize": 11}
    with pyplot.rc_context(settings):
        figure, (left, right) = pyplot.subplots(
            1, 2, figsize=(11, 4.2), gridspec_kw={"width_ratios": [1.25, 1]}
        )
        _draw_ratios(left, results)
        _draw_turns(right, results)
        figure.tight_layout(w_pad=2)
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, metadata=metadata, facecolor="white")
        pyplot.close(figure)


def _draw_ratios(axes: pyplot.Axes, results: Results) -> None:
    """Draw a bar for each measure with a target, and a mark at the target."""
    shown = [row for row in rows(results) if row.measure.target is not None]
    shown = [row for row in shown if row.ratio is not None][::-1]
    ratios = [row.ratio or 0.0 for row in shown]
    targets = [row.measure.target or 0.0 for row in shown]
    places = range(len(shown))
    axes.barh(places, ratios, height=0.6, color=OUR_COLOUR)
    axes.scatter(
        targets, places, marker="|", s=380, linewidths=2.5, color=TARGET_COLOUR, label="target"
    )
    for place, ratio in zip(places, ratios, strict=True):
        # Inside the bar, where the target's mark does not seem to be what is labelled.
        if ratio >= ROOM_FOR_LABEL:
            axes.text(ratio - 0.01, place, f"{ratio:.2f}", va="center", ha="right", color="white")
        else:
            axes.text(ratio + 0.01, place, f"{ratio:.2f}", va="center")
    axes.axvline(1, color=STOCK_COLOUR, linestyle="--", linewidth=1.5, label="stock = 1")
    axes.set_yticks(list(places))
    axes.set_yticklabels([row.measure.label for row in shown])
    axes.set_xlim(0, max([1.12, *(1.15 * ratio for ratio in ratios)]))
    axes.set_xlabel("ours ÷ stock (lower is better)")
    axes.set_title("Ratio to a stock Rasa bot")
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.14), ncol=2, markerscale=0.5, frameon=False
    )
    _tidy(axes)


def _draw_turns(axes: pyplot.Axes, results: Results) -> None:
    """Draw the CPU a message by turn of one conversation, medians over the runs, in ms."""
    for name, colour in ((STOCK, STOCK_COLOUR), (OURS, OUR_COLOUR)):
        runs = results.runs[name]
        turns = runs[0].long.turns
        columns = zip(*(run.long.cpu_ms for run in runs), strict=True)
        cpu_ms = [statistics.median(column) for column in columns]
        axes.plot(turns, cpu_ms, marker="o", markersize=3.5, color=colour, label=name)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("turn of one conversation")
    axes.set_ylabel("CPU a message, ms")
    axes.set_title("Cost of a message in a long conversation")
    axes.legend(loc="upper left", frameon=False)
    _tidy(axes)


def _tidy(axes: pyplot.Axes) -> None:
    """Take away the frame's upper and right lines."""
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)
