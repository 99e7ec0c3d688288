"""No held-out message stands in the training data, or nearly does."""

from __future__ import annotations

from pathlib import Path

from rasa.shared.nlu.training_data.entities_parser import replace_entities

from evaluation.held_out import (
    DEVELOPMENT_DIALOGUES,
    DEVELOPMENT_QUESTIONS,
    DIALOGUES,
    QUESTIONS,
    Question,
    load_dialogues,
    load_questions,
)
from evaluation.leaks import find_leaks, held_out_phrases, wordings, words_of
from evaluation.understanding import load_marked, marked_lines
from twitchwise.faq import Faq
from twitchwise.faq.remark_phrases import read_remarks


def every_question() -> list[Question]:
    return [*load_questions(QUESTIONS), *load_questions(DEVELOPMENT_QUESTIONS)]


def test_no_held_out_message_is_a_training_phrase(root: Path, faq: Faq):
    dialogues = [*load_dialogues(DIALOGUES), *load_dialogues(DEVELOPMENT_DIALOGUES)]
    held_out = held_out_phrases(every_question(), dialogues, load_marked(faq))
    files = sorted((root / "data" / "nlu").glob("*.yml"))
    training = [replace_entities(line) for line, _ in marked_lines(*files)]
    training += [remark.text for remark in read_remarks(root / "data" / "faq", faq.topics)]
    assert len(training) > 1000

    leaks = find_leaks(held_out, training)

    assert leaks == [], "\n".join([f"{len(leaks)} leaks:", *map(str, leaks)])


def test_no_held_out_question_is_a_question_of_the_faq(faq: Faq):
    # A clause of a post may well ask "what is tetany", and so may a dialogue.
    known = {" ".join(words_of(words)) for words in wordings(faq.questions)}

    assert [q.ask for q in every_question() if " ".join(words_of(q.ask)) in known] == []
