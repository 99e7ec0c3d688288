"""The held-out files: what is in them, and that their ids exist."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from evaluation.held_out import (
    DEVELOPMENT_DIALOGUES,
    DEVELOPMENT_QUESTIONS,
    is_response,
    load_dialogues,
    load_questions,
)
from evaluation.report import KINDS
from twitchwise.faq import Faq

QUESTIONS = load_questions()
DIALOGUES = load_dialogues()
ALL_QUESTIONS = [*QUESTIONS, *load_questions(DEVELOPMENT_QUESTIONS)]
ALL_DIALOGUES = [*DIALOGUES, *load_dialogues(DEVELOPMENT_DIALOGUES)]
PARTS = [part for question in ALL_QUESTIONS for part in question.accept]
PARTS += [part for dialogue in ALL_DIALOGUES for turn in dialogue.turns for part in turn.accept]
ACCEPTED = {one for part in PARTS for one in part}


def test_there_are_enough():
    assert len(QUESTIONS) >= 500
    assert len({question.ask for question in QUESTIONS}) == len(QUESTIONS)
    assert len(DIALOGUES) >= 60
    assert all(len(dialogue.turns) >= 2 for dialogue in DIALOGUES)


def test_every_kind_is_explained():
    assert {question.kind for question in QUESTIONS} == set(KINDS)


def test_responses_exist(root: Path):
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))

    assert {one for one in ACCEPTED if is_response(one)} - set(domain["responses"]) == set()


def test_topics_and_aspects_exist(faq: Faq):
    for one in ACCEPTED:
        if is_response(one):
            continue
        topic, *rest = one.replace("no_source.", "").split(".")
        if rest:
            assert topic in faq.topics, one
            assert rest[0] in {*faq.aspects, "*"}, one
        else:
            assert topic in faq.subjects, one


def test_files_are_read(tmp_path: Path):
    path = tmp_path / "questions.yml"
    path.write_text(
        "questions:\n- {ask: a, kind: search, accept: [[x.y, x.z]], outcome: answer}\n",
        encoding="utf-8",
    )
    [question] = load_questions(path)

    assert (question.ask, question.kind, question.outcome) == ("a", "search", "answer")
    assert question.accept == (("x.y", "x.z"),)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{ask: a, kind: search, accept: [[x.y]], outcome: perhaps}", "no outcome 'perhaps'"),
        ("{ask: a, kind: search, accept: [], outcome: answer}", "accepts nothing"),
        ("{ask: a, kind: search, accept: [[x.y], []], outcome: answer}", "accepts nothing"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, entry: str, said: str):
    path = tmp_path / "questions.yml"
    path.write_text(f"questions:\n- {entry}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=said):
        load_questions(path)
