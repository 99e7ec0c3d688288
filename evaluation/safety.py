"""Measures the safety assessment, and writes its figures and its curve into ``docs/safety.md``.

``python -m evaluation.safety``. The threshold of the classifier is chosen on the development set;
the held-out set, written apart and committed before the rules changed, is only counted.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from evaluation.explicit import mentions, misspelt_mentions
from twitchwise.paths import project_root
from twitchwise.safety import Assessment, Outcome, assess
from twitchwise.safety.classifier import SignClassifier, project_classifier
from twitchwise.safety.training import THRESHOLD, build_if_needed

TESTS = project_root() / "tests"
PAGE = project_root() / "docs" / "safety.md"
CURVE = project_root() / "docs" / "safety" / "curve.svg"
#: The rules before this issue, on the same held-out messages.
FIRST_RUN = Path(__file__).with_name("safety_first_run.json")
BEGIN, END = "<!-- figures: python -m evaluation.safety -->", "<!-- end of figures -->"
_THRESHOLDS = [step / 10 for step in range(-10, 26)]


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    found: int
    of: int

    @property
    def rate(self) -> float:
        """The share, 0 to 1."""
        return self.found / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.found} of {self.of} ({100 * self.rate:.1f} %)" if self.of else "–"


@dataclass(frozen=True)
class Figures:
    """What is counted on a set.

    Attributes:
        paraphrases: descriptions without the words that are escalated, or more.
        emergencies: emergencies that are told to call for help, or at least to see a doctor.
        emergencies_exact: emergencies that get the emergency text, and a crisis its own.
        plain: false alarms on ordinary questions to the bot.
        near_misses: those on ordinary messages that share words with descriptions of signs.
        elsewhere: false alarms on text about other things.
        figures_of_speech: those on such text that shares words with illness talk.
        questions: alarms on the questions of tests/nlu, of which a few do mention a sign.
        posts: posts with a sign told somewhere in them that are escalated, or more.
    """

    paraphrases: Count
    emergencies: Count
    emergencies_exact: Count
    plain: Count
    near_misses: Count
    elsewhere: Count
    figures_of_speech: Count
    questions: Count
    posts: Count = Count(0, 0)


Rows = Sequence[dict[str, Any]]


def read_set(name: str) -> dict[str, Rows]:
    """Return a set of ``tests/safety``: paraphrases, emergencies, ordinary, elsewhere."""
    rows: dict[str, Rows] = yaml.safe_load((TESTS / "safety" / f"{name}.yml").read_text("utf-8"))
    return rows


def read_questions(name: str) -> Rows:
    """Return the questions of ``tests/nlu`` that go with a set, as rows with a ``text``."""
    path = TESTS / "nlu" / f"{name}_questions.yml"
    questions = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    return [{"text": question["ask"]} for question in questions]


def measure(rows: dict[str, Rows], questions: Rows, classifier: SignClassifier | None) -> Figures:
    """Count on a set, by the rules and the classifier, or by the rules alone."""

    def count(group: Rows, good: Callable[[dict[str, Any], Assessment], bool]) -> Count:
        found = sum(good(row, assess(row["text"], classifier=classifier)) for row in group)
        return Count(found, len(group))

    return Figures(
        paraphrases=count(rows["paraphrases"], _escalated),
        emergencies=count(rows["emergencies"], _escalated),
        emergencies_exact=count(rows["emergencies"], _exact),
        plain=count(_of_kind(rows["ordinary"], "plain"), _escalated),
        near_misses=count(_of_kind(rows["ordinary"], "near_miss"), _escalated),
        elsewhere=count(_of_kind(rows["elsewhere"], "plain"), _escalated),
        figures_of_speech=count(_of_kind(rows["elsewhere"], "near_miss"), _escalated),
        questions=count(questions, _escalated),
        posts=count(rows["posts"], _escalated),
    )


def _of_kind(rows: Rows, kind: str) -> Rows:
    return [row for row in rows if row["kind"] == kind]


def _escalated(_: dict[str, Any], found: Assessment) -> bool:
    return found.outcome >= Outcome.ESCALATE


def _exact(row: dict[str, Any], found: Assessment) -> bool:
    crisis = row["kind"] == "crisis"
    return found.outcome is Outcome.EMERGENCY and crisis == ("self-harm" in found.signs)


def explicit_mentions() -> Count:
    """Count messages that name weakness or numbness, typing errors among them."""
    texts = [*mentions(), *misspelt_mentions()]
    return Count(sum(assess(text).outcome >= Outcome.ESCALATE for text in texts), len(texts))


@dataclass(frozen=True)
class Cost:
    """What the assessment costs; times in microseconds, memory in MB, the load in seconds."""

    median: float
    percentile_99: float
    load: float
    memory: float


_MEMORY_PROBE = """
import time
import numpy, psutil, yaml
before = psutil.Process().memory_info().rss
started = time.process_time()
from twitchwise.safety import assess
from twitchwise.safety.classifier import project_classifier
assess("my foot is numb", classifier=project_classifier())
used = time.process_time() - started
print(used, (psutil.Process().memory_info().rss - before) / 1e6)
"""


def measure_cost(rows: dict[str, Rows], classifier: SignClassifier) -> Cost:
    """Time each message of a set, and load the rules and the classifier in a fresh process."""
    texts = [row["text"] for group in rows.values() for row in group]
    times = []
    for text in texts * 3:
        started = time.perf_counter()
        assess(text, classifier=classifier)
        times.append(1e6 * (time.perf_counter() - started))
    probe = subprocess.run(
        [sys.executable, "-c", _MEMORY_PROBE], capture_output=True, text=True, check=True
    )
    load, memory = (float(value) for value in probe.stdout.split())
    return Cost(float(np.median(times)), float(np.percentile(times, 99)), load, memory)


def curve(classifier: SignClassifier) -> list[tuple[float, Figures]]:
    """Return the figures of the development set by threshold."""
    rows, questions = read_set("development"), read_questions("development")
    found = []
    for threshold in _THRESHOLDS:
        classifier.threshold = threshold
        found.append((threshold, measure(rows, questions, classifier)))
    classifier.threshold = THRESHOLD
    return found


def draw(points: Sequence[tuple[float, Figures]], path: Path) -> None:
    """Draw found and falsely raised against the threshold."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    path.parent.mkdir(parents=True, exist_ok=True)
    thresholds = [threshold for threshold, _ in points]
    with pyplot.rc_context({"svg.hashsalt": "safety", "font.size": 10}):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4))
        for axes, title, lines in (
            (left, "found, of descriptions", ("paraphrases", "posts", "emergencies")),
            (
                right,
                "false alarms",
                ("plain", "near_misses", "elsewhere", "figures_of_speech", "questions"),
            ),
        ):
            for name in lines:
                axes.plot(thresholds, [100 * getattr(f, name).rate for _, f in points], label=name)
            axes.axvline(THRESHOLD, color="#333333", linestyle=":", label="chosen")
            axes.set_title(f"{title} (development set, %)")
            axes.set_xlabel("threshold (log-odds)")
            axes.grid(alpha=0.3)
            axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None}, facecolor="white")
        pyplot.close(figure)


def report(
    explicit: Count, first: Figures, rules: Figures, ours: Figures, dev: Figures, cost: Cost
) -> str:
    """Return the figures as Markdown."""
    rows = [
        ("descriptions without the words, escalated", "paraphrases", "≥ 95 %"),
        ("posts of 35 to 150 words with such a sign in them, escalated", "posts", ""),
        ("emergencies, told to see a doctor or to call", "emergencies", ""),
        ("emergencies with the emergency text, a crisis with its own", "emergencies_exact", ""),
        ("false alarms: plain ordinary questions", "plain", "≤ 1 %"),
        ("false alarms: ordinary ones made to look like signs", "near_misses", "≤ 1 %"),
        ("false alarms: about other things", "elsewhere", "≤ 2 %"),
        ("false alarms: about other things, in words of illness", "figures_of_speech", "≤ 2 %"),
        ("questions and posts of `tests/nlu` with an alarm (some do tell a sign)", "questions", ""),
    ]
    lines = [
        f"Messages that name weakness or numbness, escalated: **{explicit}**.",
        "",
        "| held out | first run | rules alone | rules and classifier | development set | aim |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for label, name, aim in rows:
        cells = [str(getattr(figures, name)) for figures in (first, rules, ours, dev)]
        lines.append(f"| {label} | {' | '.join(cells)} | {aim} |")
    lines += [
        "",
        f"An assessment takes {cost.median:.0f} µs in the median, {cost.percentile_99:.0f} µs for "
        f"99 of 100 messages of the held-out set. Rules and classifier are loaded in "
        f"{cost.load:.2f} s of CPU and add {cost.memory:.0f} MB.",
    ]
    return "\n".join(lines)


def write_page(figures: str, page: Path = PAGE) -> None:
    """Put the figures between their marks on the page."""
    text = page.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    assert marked.search(text), f"{page} has lost the marks of its figures"
    page.write_text(marked.sub(lambda _: f"{BEGIN}\n\n{figures}\n\n{END}", text), encoding="utf-8")


def read_first_run() -> Figures:
    """Return the figures of the rules before."""
    kept = json.loads(FIRST_RUN.read_text(encoding="utf-8"))
    return Figures(**{name: Count(**count) for name, count in kept.items()})


def main() -> int:
    """Measure, draw, and write the page."""
    build_if_needed()
    classifier = project_classifier()
    assert classifier is not None
    rows, questions = read_set("held_out"), read_questions("held_out")
    draw(curve(classifier), CURVE)
    figures = report(
        explicit_mentions(),
        read_first_run(),
        measure(rows, questions, None),
        measure(rows, questions, classifier),
        measure(read_set("development"), read_questions("development"), classifier),
        measure_cost(rows, classifier),
    )
    write_page(figures)
    print(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
