"""From figures to a page: tables, pictures, and what each figure means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.charts import CONFIDENCE, CONFUSION, RISK, THRESHOLDS
from evaluation.floors import FLOORS
from evaluation.peers import DIET, TFIDF
from evaluation.results import Metrics, Results, Run, Share, Understanding
from twitchwise.faq.sureness import TORN, WORTH_SAYING

NOTHING = "–"
BEFORE, FIRST, NOW = "before", "first run", "now"
#: A column for the set whose misses are read; what is held out is in the others.
DEVELOPMENT = "now, development set"

#: What kinds of questions there are, as the page explains them.
KINDS = {
    "search": "as people type into a search box",
    "lacking": "“what is my body lacking when …”",
    "movement": "about a twitch, cramp or jerk somewhere",
    "nutrient": "about one nutrient",
    "direction": "too much, too little, foods low in it",
    "count": "“5 causes of …”",
    "comparison": "one thing or another",
    "population": "for vegans, children, the elderly …",
    "typo": "mistyped names",
    "intake": "how much a day",
    "post": "a long post with the question hidden in it",
    "multi": "several questions at once",
    "fear": "afraid of a grave illness",
    "factor": "about stress, coffee, sleep …",
    "no_source": "what no reliable source covers",
    "chat": "small talk",
    "out_of_scope": "none of ours",
    "other_language": "not in English",
    "noise": "keyboard noise",
}


@dataclass(frozen=True)
class Measure:
    """A line of the main table: what is measured, and what it means."""

    label: str
    share: Callable[[Metrics], Share]
    meaning: str


MEASURES = (
    Measure(
        "questions answered rightly",
        lambda m: m.accuracy,
        "Every part that was asked got an id among those accepted for it. Safety texts beside the "
        "answer make no difference.",
    ),
    Measure(
        "… real questions only",
        lambda m: m.real_accuracy,
        "The same, without what is none of ours: other subjects, other languages, noise.",
    ),
    Measure(
        "wrong and confident",
        lambda m: m.wrong_and_confident,
        "An answer was given as if it were right, no best guess, no “did you mean”, no fallback, "
        "and the reply is not right. A reply that answers one of two parts counts as well.",
    ),
    Measure(
        "answers nobody asked for",
        lambda m: m.says_more,
        "Of the replies with an answer, those in which an answer is accepted for no part.",
    ),
    Measure(
        "best guess",
        lambda m: m.guesses,
        "Real questions that got an answer, or two, after “I read this as …”, with other readings "
        "as buttons.",
    ),
    Measure(
        "… that was right",
        lambda m: m.right_among_guesses,
        "How often the best guess was right.",
    ),
    Measure(
        "“did you mean …”",
        lambda m: m.suggests,
        "Real questions that got nothing but buttons to choose from.",
    ),
    Measure(
        "… with the right one among them",
        lambda m: m.right_among_suggestions,
        "How often a button led to what was asked.",
    ),
    Measure(
        "fallback",
        lambda m: m.falls_back,
        "Real questions that got “I did not understand” or “what would you like to know”.",
    ),
    Measure(
        "out of scope, recall",
        lambda m: m.out_of_scope_recall,
        "Of what is none of ours, what got the right reply and no answer.",
    ),
    Measure(
        "out of scope, precision",
        lambda m: m.out_of_scope_precision,
        "Of what was declined, what is none of ours.",
    ),
    Measure(
        "real questions declined",
        lambda m: m.real_declined,
        "Real questions that were sent away as none of ours.",
    ),
    Measure(
        "turns of dialogues answered rightly",
        lambda m: m.dialogue_turns,
        "As for questions; besides, nothing that the turn rejects was said, such as an answer on "
        "a topic that was dragged along.",
    ),
    Measure(
        "turns wrong and confident",
        lambda m: m.dialogue_wrong_and_confident,
        "As for questions.",
    ),
    Measure(
        "turns with a best guess",
        lambda m: m.dialogue_guesses,
        "As for questions.",
    ),
    Measure(
        "dialogues without a wrong turn",
        lambda m: m.dialogues,
        "Dialogues in which every turn was right.",
    ),
    Measure(
        "right among the first three",
        lambda m: m.top_three,
        "For the search: all parts are answered by its three best passages together.",
    ),
)


def document(results: Results, before: Run | None, first: Run | None, pictures: str) -> str:
    """Return the Markdown page.

    Args:
        results: the figures to report.
        before: those of the version before the change; None where they were not kept.
        first: those of the first run after it; None where they were not kept.
        pictures: the folder of the pictures, from the page.
    """
    runs = _runs(results, before, first)
    metrics = {name: run.metrics for name, run in runs.items()}
    if results.development:
        metrics[DEVELOPMENT] = results.development
    metrics.update((name, peer.metrics) for name, peer in results.peers.items())
    now = results.ours.metrics
    parts = [
        "# How well it understands people",
        "<!-- Written by `make evaluate` from evaluation/*.json. Do not edit. -->",
        f"{now.accuracy.out_of} questions and {now.dialogues.out_of} dialogues "
        f"({now.dialogue_turns.out_of} turns) in `tests/nlu/held_out_*.yml` were written by four "
        "writers who had seen nothing of the project but what it answers, and committed before the "
        "training data was changed. They are asked over HTTP, each question in a conversation of "
        "its own. For each part that is asked, they say which answers a fair judge accepts; a "
        "second judge, who did not see what the bot says either, went over those lists.",
        "Nobody who writes training phrases or code reads these messages, or what goes wrong with "
        "them; only figures over them were looked at while this version was made. That is what "
        "the development set is for (`tests/nlu/development_*.yml`): it was "
        "held out for an earlier version, and its misses have been read ever since, so that its "
        "figures flatter. No training phrase is near to a message of either set, nor to a clause "
        "of one (`tests/nlu/test_no_leaks.py`).",
        "## The figures",
        _main_table(metrics),
        _columns(results, before, first),
        "## By kind of question",
        _kinds_table(metrics),
        "## Intents and names",
        "The marked messages of `tests/nlu/held_out.yml` through the trained model alone. The "
        "version before knew fewer intents; messages of the new ones count against it."
        if before
        else "The marked messages of `tests/nlu/held_out.yml` through the trained model alone.",
        _understanding_table(
            {n: run.understanding for n, run in runs.items() if run.understanding}
        ),
        f"![Which intent was taken for which]({pictures}/{CONFUSION})",
        "## How sure it is, and where it holds back",
        _sureness_text(results),
        f"![Right and wrong answers by confidence]({pictures}/{CONFIDENCE})",
        f"![Wrong answers by how many are answered]({pictures}/{RISK})",
        f"![Right against wrong over the thresholds]({pictures}/{THRESHOLDS})",
        "## Floors",
        "`make test` fails where the trained bot does not reach them "
        "(`evaluation/floors.py`, `tests/live/test_evaluation.py`).",
        _floors_table(now),
        "## What the figures mean",
        "\n".join(f"- **{measure.label}**: {measure.meaning}" for measure in MEASURES),
        "An accepted id also accepts its answer for one body part (`magnesium.link.foot` for "
        "`magnesium.link`), and a response its variants. What is counted is the answer that is "
        "delivered: where a topic takes an answer from another one, that one's id.",
        "To repeat it: `make evaluate`. Without the peers: `.venv/bin/python -m evaluation "
        "--no-peers`. What goes wrong in the development set: `.venv/bin/python -m evaluation "
        "--development`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(results: Results, before: Run | None, first: Run | None) -> str:
    """Return the main table, for the terminal."""
    metrics = {name: run.metrics for name, run in _runs(results, before, first).items()}
    if results.development:
        metrics[DEVELOPMENT] = results.development
    metrics.update((name, peer.metrics) for name, peer in results.peers.items())
    return _main_table(metrics)


def shown(share: Share) -> str:
    """Return a share as it is printed: "97.3 %"."""
    return NOTHING if share.rate is None else f"{100 * share.rate:.1f} %"


def _runs(results: Results, before: Run | None, first: Run | None) -> dict[str, Run]:
    found = {BEFORE: before, FIRST: first, NOW: results.ours}
    return {name: run for name, run in found.items() if run is not None}


def _main_table(metrics: Mapping[str, Metrics]) -> str:
    rows = [
        [measure.label, *(shown(measure.share(one)) for one in metrics.values())]
        for measure in MEASURES
    ]
    return _table(["", *metrics], rows)


def _kinds_table(metrics: Mapping[str, Metrics]) -> str:
    counted = metrics[NOW].by_kind
    rows = [
        [
            f"{kind}: {KINDS[kind]}" if kind in KINDS else kind,
            str(share.out_of),
            *(shown(one.by_kind.get(kind, Share())) for one in metrics.values()),
        ]
        for kind, share in counted.items()
    ]
    return _table(["answered rightly", "questions", *metrics], rows)


def _understanding_table(runs: Mapping[str, Understanding]) -> str:
    lines: list[tuple[str, Callable[[Understanding], str]]] = [
        ("intents recognised", lambda u: shown(u.intents)),
        ("intents, F1 (each message counts)", lambda u: _number(u.weighted_f1)),
        ("intents, F1 (each intent counts)", lambda u: _number(u.macro_f1)),
        ("names, precision", lambda u: shown(u.entity_precision)),
        ("names, recall", lambda u: shown(u.entity_recall)),
        ("names, F1", lambda u: _number(u.entity_f1)),
    ]
    rows = [[label, *(value(run) for run in runs.values())] for label, value in lines]
    return _table(["", *runs], rows)


def _floors_table(metrics: Metrics) -> str:
    rows = [
        [
            floor.label,
            floor.demand,
            shown(floor.share(metrics)),
            "met" if floor.holds(metrics) else "**missed**",
        ]
        for floor in FLOORS
    ]
    return _table(["", "floor", NOW, ""], rows)


def _columns(results: Results, before: Run | None, first: Run | None) -> str:
    lines = []
    if before:
        lines.append(f"- **{BEFORE}**: the version before this change ({before.date}).")
    if first:
        lines.append(
            f"- **{FIRST}**: the first run over these messages ({first.date}): the phrases that "
            "copied clauses of held-out messages were gone, and best guesses were in place."
        )
    lines.append(f"- **{NOW}**: this version ({results.ours.date}).")
    if results.development:
        lines.append(
            f"- **{DEVELOPMENT}**: this version on the {results.development.accuracy.out_of} "
            f"questions and {results.development.dialogues.out_of} dialogues of the development "
            "set."
        )
    if TFIDF in results.peers:
        lines.append(
            f"- **{TFIDF}**: every answer of the FAQ is a passage; scikit-learn's TF-IDF over "
            "words and pairs of words; the best passage is the reply, and must be exactly one that "
            "is accepted. It never declines and never asks back."
        )
    diet = results.peers.get(DIET)
    if diet:
        lines.append(
            f"- **{DIET}**: the pipeline of `rasa init`, trained on our {diet.phrases:,} phrases "
            f"with the FAQ's names marked in them, {diet.epochs} epochs instead of 100 "
            f"({diet.training_seconds / 60:.1f} minutes); its intent and names are looked up in "
            "the same FAQ, one thing a message."
        )
    return "\n".join(lines)


def _sureness_text(results: Results) -> str:
    sureness = results.sureness
    text = (
        "The pictures are of the development set, by which the thresholds are chosen. The "
        "confidence is that of the least sure thing asked in a question. Where the bot held back, "
        "its first guess is judged instead. Below a confidence of "
        f"{_by_length(sureness.sure)}, the answer is given as a best guess, with what else may "
        "have been meant. Of a clause that names nothing, and so is asked of what was told "
        "elsewhere, the second of these is asked at least. Below "
        f"{TORN:g}, where another reading has {WORTH_SAYING:g}, both are answered. Below "
        f"{sureness.threshold:g} it holds back"
    )
    if sureness.same_question is None:
        return f"{text}."
    return (
        f"{text}, unless a question of the FAQ is nearly the same: then, from a similarity of "
        f"{sureness.same_question:g} on, that one's answer is given. The thresholds come from "
        "the last two pictures."
    )


def _by_length(sure: Mapping[str, float]) -> str:
    return ", ".join(f"{least:g} ({length})" for length, least in sure.items())


def _number(value: float) -> str:
    return f"{value:.3f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
