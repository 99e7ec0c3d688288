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
from evaluation.leaks import find_leaks, held_out_phrases, wordings
from evaluation.understanding import load_marked, marked_lines
from twitchwise.faq import Faq

#: The likeness of two texts that are the same.
SAME = 100


def every_question() -> list[Question]:
    return [*load_questions(QUESTIONS), *load_questions(DEVELOPMENT_QUESTIONS)]


def test_no_held_out_message_is_a_training_phrase(root: Path, faq: Faq):
    dialogues = [*load_dialogues(DIALOGUES), *load_dialogues(DEVELOPMENT_DIALOGUES)]
    held_out = held_out_phrases(every_question(), dialogues, load_marked(faq))
    files = sorted((root / "data" / "nlu").glob("*.yml"))
    training = [replace_entities(line) for line, _ in marked_lines(*files)]
    assert len(training) > 1000

    leaks = find_leaks(held_out, training)

    assert leaks == [], "\n".join([f"{len(leaks)} leaks:", *map(str, leaks)])


def test_no_held_out_question_is_a_question_of_the_faq(faq: Faq):
    # In a dialogue somebody may well ask "what is tetany", as the FAQ does.
    held_out = held_out_phrases(every_question(), (), ())

    leaks = [
        leak for leak in find_leaks(held_out, wordings(faq.questions)) if leak.likeness == SAME
    ]

    assert leaks == [], "\n".join(map(str, leaks))
