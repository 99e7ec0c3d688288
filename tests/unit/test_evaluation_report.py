"""The evaluation's page, pictures and floors, from made-up figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluation.charts import draw_charts
from evaluation.curves import at, by_coverage, over_thresholds
from evaluation.floors import FLOORS, missed_floors
from evaluation.peers import DIET, TFIDF
from evaluation.report import MEASURES, document, shown, summary
from evaluation.results import (
    Metrics,
    Peer,
    Results,
    Run,
    Share,
    Sureness,
    Understanding,
    read_results,
    read_run,
    write,
)

SURE = [0.2, 0.4, 0.6, 0.8, 0.9]
RIGHT = [False, True, False, True, True]


def made_up_metrics(right: int) -> Metrics:
    """Return figures of which everything good is ``right`` of 100, and all bad the rest."""
    good, bad = Share(hits=right, out_of=100), Share(hits=100 - right, out_of=100)
    return Metrics(
        accuracy=good,
        by_kind={"search": good, "unheard of": Share(hits=1, out_of=2)},
        real_accuracy=good,
        wrong_and_confident=bad,
        says_more=bad,
        suggests=bad,
        right_among_suggestions=good,
        falls_back=bad,
        real_declined=bad,
        out_of_scope_recall=good,
        out_of_scope_precision=good,
        dialogue_turns=good,
        dialogues=good,
        dialogue_wrong_and_confident=bad,
    )


def made_up_run(right: int) -> Run:
    understanding = Understanding(
        intents=Share(hits=3, out_of=4),
        macro_f1=0.75,
        weighted_f1=0.8,
        f1_by_intent={"ask_foods": 0.5, "greet": 1.0},
        entity_precision=Share(hits=9, out_of=10),
        entity_recall=Share(hits=9, out_of=12),
        entity_f1=0.8182,
        confusion={"ask_foods": {"ask_foods": 1, "nlu_fallback": 1}, "greet": {"greet": 2}},
    )
    return Run(date="2024-05-01", metrics=made_up_metrics(right), understanding=understanding)


def made_up_results(right: int = 99, *, peers: bool = True) -> Results:
    sureness = Sureness(
        threshold=0.3,
        same_question=0.7,
        confidence=SURE,
        right=RIGHT,
        sure={"short": 0.5, "long": 0.6, "post": 0.7},
        length=["short", "long", "post", "short", "short"],
        similarity=SURE,
        similar_right=RIGHT,
    )
    beside = {
        TFIDF: Peer(metrics=made_up_metrics(40)),
        DIET: Peer(metrics=made_up_metrics(60), training_seconds=600, phrases=3000, epochs=7),
    }
    return Results(ours=made_up_run(right), sureness=sureness, peers=beside if peers else {})


def test_the_main_table_has_all_runs_and_peers_side_by_side():
    page = document(made_up_results(), made_up_run(50), made_up_run(90), "evaluation")

    row = "| questions answered rightly | 50.0 % | 90.0 % | 99.0 % | 40.0 % | 60.0 % |"
    assert row in page
    assert f"|  | before | first run | now | {TFIDF} | {DIET} |" in page
    assert "3,000 phrases" in page
    assert "7 epochs" in page
    assert "10.0 minutes" in page


def test_what_was_not_measured_has_no_column():
    table = summary(made_up_results(peers=False), None, None)

    assert table.splitlines()[0] == "|  | now |"


def test_every_row_of_a_table_has_the_same_number_of_cells():
    page = document(made_up_results(), made_up_run(50), None, "evaluation")
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_every_measure_is_explained():
    page = document(made_up_results(), None, None, "evaluation")

    assert all(f"- **{measure.label}**: {measure.meaning}" in page for measure in MEASURES)


def test_a_share_of_nothing_is_no_number():
    assert shown(Share()) == "–"
    assert shown(Share(hits=1, out_of=3)) == "33.3 %"


def test_floors_are_checked():
    assert missed_floors(made_up_metrics(99)) == []
    assert missed_floors(made_up_metrics(50)) == list(FLOORS)
    page = document(made_up_results(50), None, None, "evaluation")
    for floor in FLOORS:
        assert f"| {floor.demand} | 50.0 % | **missed** |" in page


def test_a_floor_of_what_was_not_measured_is_missed():
    metrics = made_up_metrics(99).copy(update={"dialogue_turns": Share()})

    assert [floor.label for floor in missed_floors(metrics)] == [
        "turns of dialogues answered rightly"
    ]


def test_pictures_are_drawn_and_small(tmp_path: Path):
    draw_charts(made_up_results(), tmp_path)
    page = document(made_up_results(), None, None, tmp_path.name)

    pictures = sorted(tmp_path.iterdir())
    assert len(pictures) == 4
    for picture in pictures:
        assert f"]({tmp_path.name}/{picture.name})" in page
        assert picture.stat().st_size < 150_000


def test_pictures_without_a_second_threshold_are_drawn(tmp_path: Path):
    results = made_up_results()
    results.sureness.same_question = None

    draw_charts(results, tmp_path)


def test_figures_are_kept(tmp_path: Path):
    results = made_up_results()
    write(results, tmp_path / "results.json")
    write(results.ours, tmp_path / "run.json")

    assert read_results(tmp_path / "results.json") == results
    assert read_run(tmp_path / "run.json") == results.ours
    assert read_run(tmp_path / "none.json") is None


def test_at_a_threshold():
    point = at(0.5, SURE, RIGHT)

    assert (point.right, point.wrong) == (0.4, 0.2)
    assert point.coverage == pytest.approx(0.6)
    assert point.risk == pytest.approx(1 / 3)


def test_where_nothing_is_answered_nothing_is_wrong():
    assert at(1.0, SURE, RIGHT).risk == 0


def test_curves_go_from_end_to_end():
    thresholds = over_thresholds(SURE, RIGHT)
    coverage = by_coverage(SURE, RIGHT)

    assert (thresholds[0].coverage, thresholds[-1].coverage) == (1, 0)
    assert [point.coverage for point in coverage] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
