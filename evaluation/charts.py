"""The pictures of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from evaluation.curves import at, by_coverage, over_thresholds  # noqa: E402
from evaluation.results import Results, Sureness, Understanding  # noqa: E402

RIGHT, WRONG, CHOSEN, QUIET = "#2a78b5", "#c0392b", "#333333", "#8a8f98"
#: For short questions, longer ones, and posts.
LENGTHS = (RIGHT, "#8e5ea2", WRONG)
_BINS = [step / 20 for step in range(21)]
#: The share of a row from which its number is written in white.
_DARK = 0.5

CONFUSION, CONFIDENCE, RISK, THRESHOLDS = (
    "confusion.png",
    "confidence.svg",
    "risk-coverage.svg",
    "thresholds.svg",
)


def _understanding(results: Results) -> Understanding:
    assert results.ours.understanding is not None, "our own run is always measured whole"
    return results.ours.understanding


def draw_charts(results: Results, folder: Path) -> None:
    """Write all pictures to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    sureness = results.sureness
    confusion = _understanding(results).confusion
    side = max(5.0, 0.25 * len(confusion) + 2.2)
    _draw(folder / CONFUSION, (side, side), 1, lambda axes: _confusion(axes[0], confusion))
    _draw(folder / CONFIDENCE, (7.5, 3.6), 1, lambda axes: _histogram(axes[0], sureness))
    _draw(folder / RISK, (7.5, 3.6), 1, lambda axes: _risk(axes[0], sureness))
    _draw(folder / THRESHOLDS, (11, 4.6), 2, lambda axes: _thresholds(axes, sureness))


def _draw(
    path: Path,
    size: tuple[float, float],
    panels: int,
    draw: Callable[[Sequence[pyplot.Axes]], None],
) -> None:
    with pyplot.rc_context({"svg.hashsalt": "evaluation", "font.size": 10, "axes.titlesize": 11}):
        figure, grid = pyplot.subplots(1, panels, figsize=size, squeeze=False)
        draw(grid[0])
        figure.tight_layout()
        metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, metadata=metadata, facecolor="white", dpi=90)
        pyplot.close(figure)


def _confusion(axes: pyplot.Axes, confusion: Mapping[str, Mapping[str, int]]) -> None:
    """Draw how often each intent was taken for each: rows add up to 100 %."""
    intents = list(confusion)
    found = {intent for row in confusion.values() for intent in row}
    columns = [*intents, *sorted(found - set(intents))]
    shares = [
        [row.get(column, 0) / (sum(row.values()) or 1) for column in columns]
        for row in confusion.values()
    ]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(confusion.values()):
        for x, column in enumerate(columns):
            if row.get(column):
                colour = "white" if shares[y][x] > _DARK else CHOSEN
                axes.text(x, y, row[column], ha="center", va="center", fontsize=6.5, color=colour)
    axes.set_xticks(range(len(columns)))
    axes.set_xticklabels(columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(intents)))
    axes.set_yticklabels(intents, fontsize=7)
    axes.set_xlabel("understood as")
    axes.set_ylabel("intent of the message")
    axes.set_title("Intents in tests/nlu/held_out.yml: number of messages")


def _histogram(axes: pyplot.Axes, sureness: Sureness) -> None:
    """Draw how many questions the bot was how sure of, right ones on top of wrong ones."""
    pairs = list(zip(sureness.confidence, sureness.right, strict=True))
    wrong = [confidence for confidence, right in pairs if not right]
    right = [confidence for confidence, right in pairs if right]
    axes.hist(
        [wrong, right],
        bins=_BINS,
        stacked=True,
        color=[WRONG, RIGHT],
        label=[f"wrong ({len(wrong)})", f"right ({len(right)})"],
    )
    axes.axvline(
        sureness.threshold, color=CHOSEN, linestyle="--", label=_chosen(sureness.threshold)
    )
    axes.set_xlim(0, 1)
    axes.set_xlabel("confidence of the least sure thing asked")
    axes.set_ylabel("questions")
    axes.set_title("How sure the bot was of right and of wrong answers")
    axes.legend(frameon=False, loc="upper left")
    _tidy(axes)


def _risk(axes: pyplot.Axes, sureness: Sureness) -> None:
    """Draw how many answers are wrong, by how many questions are answered as if surely right."""
    judged = list(zip(sureness.confidence, sureness.right, sureness.length, strict=True))
    for (name, threshold), colour in zip(sureness.sure.items(), LENGTHS, strict=True):
        sure = [confidence for confidence, _, length in judged if length == name]
        right = [good for _, good, length in judged if length == name]
        points = by_coverage(sure, right)
        axes.plot(
            [100 * point.coverage for point in points],
            [100 * point.risk for point in points],
            color=colour,
            drawstyle="steps-post",
        )
        chosen = at(threshold, sure, right)
        axes.plot(
            [100 * chosen.coverage],
            [100 * chosen.risk],
            "o",
            color=colour,
            label=f"{name}, {_chosen(threshold)}: {100 * chosen.coverage:.0f} % answered, "
            f"{100 * chosen.risk:.1f} % of them wrong",
        )
    axes.set_xlim(0, 100.5)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("answered without asking back, the surest first, %")
    axes.set_ylabel("of them wrong, %")
    axes.set_title("Risk and coverage")
    axes.legend(frameon=False, loc="upper left")
    _tidy(axes)


def _thresholds(axes: Sequence[pyplot.Axes], sureness: Sureness) -> None:
    """Draw right against wrong over the two thresholds."""
    _threshold(
        axes[0],
        (sureness.confidence, sureness.right, sureness.threshold),
        "confidence from which a question is answered",
        "The classifier's first guess",
    )
    _threshold(
        axes[1],
        (sureness.similarity, sureness.similar_right, sureness.same_question),
        "similarity from which its answer is given",
        "The FAQ's nearest question alone",
    )


def _threshold(
    axes: pyplot.Axes,
    drawn: tuple[Sequence[float], Sequence[bool], float | None],
    label: str,
    title: str,
) -> None:
    sure, right, chosen = drawn
    points = over_thresholds(sure, right)
    places = [point.threshold for point in points]
    axes.plot(places, [100 * p.right for p in points], color=RIGHT, label="answered rightly")
    axes.plot(places, [100 * p.wrong for p in points], color=WRONG, label="answered wrongly")
    axes.plot(
        places,
        [100 * (1 - p.coverage) for p in points],
        color=QUIET,
        linestyle=":",
        label="held back",
    )
    if chosen is not None:
        axes.axvline(chosen, color=CHOSEN, linestyle="--", label=_chosen(chosen))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 100)
    axes.set_xlabel(label)
    axes.set_ylabel("questions, %")
    axes.set_title(title)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=2)
    _tidy(axes)


def _chosen(threshold: float) -> str:
    return f"threshold {threshold:g}"


def _tidy(axes: pyplot.Axes) -> None:
    """Take away the frame's upper and right lines."""
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)
