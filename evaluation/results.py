"""What was measured: the figures of a run, and how they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel


class Share(BaseModel):
    """How many of how many."""

    hits: int = 0
    out_of: int = 0

    @classmethod
    def of(cls, judged: Iterable[bool]) -> Share:
        """Return the share of what is true."""
        values = list(judged)
        return cls(hits=sum(values), out_of=len(values))

    @property
    def rate(self) -> float | None:
        """Return it as a number from 0 to 1; None where there was nothing to judge."""
        return self.hits / self.out_of if self.out_of else None


class Metrics(BaseModel):
    """How well a bot replied to the held-out questions and dialogues.

    Attributes:
        accuracy: questions answered rightly.
        by_kind: the same for each kind of question.
        real_accuracy: the same for what is to be answered: questions and small talk.
        wrong_and_confident: questions that got an answer which is not right, as if it were.
        says_more: of the replies with an answer, those with one that nobody asked for.
        suggests: real questions that got a "did you mean".
        guesses: real questions that got an answer as a best guess, with "did you mean".
        right_among_guesses: how often that guess was right.
        right_among_suggestions: how often the right one was among those suggested.
        falls_back: real questions that were not understood.
        real_declined: real questions that were declined as none of ours.
        out_of_scope_recall: of what is none of ours, what was declined properly.
        out_of_scope_precision: of what was declined, what is none of ours.
        dialogue_turns: turns of dialogues answered rightly.
        dialogues: dialogues in which every turn was.
        dialogue_guesses: turns that got an answer as a best guess.
        dialogue_wrong_and_confident: turns that got a wrong answer as if it were right.
        top_three: questions with the right answer among the first three (where there are three).
    """

    accuracy: Share
    by_kind: dict[str, Share]
    real_accuracy: Share
    wrong_and_confident: Share
    says_more: Share
    suggests: Share
    guesses: Share = Share()
    right_among_guesses: Share = Share()
    right_among_suggestions: Share
    falls_back: Share
    real_declined: Share
    out_of_scope_recall: Share
    out_of_scope_precision: Share
    dialogue_turns: Share
    dialogues: Share
    dialogue_guesses: Share = Share()
    dialogue_wrong_and_confident: Share
    top_three: Share = Share()


class Understanding(BaseModel):
    """How well intents and names are recognised in tests/nlu/held_out.yml.

    Attributes:
        intents: messages whose intent was recognised.
        macro_f1: the mean of the intents' F1, each intent counting the same.
        weighted_f1: the same, each intent counting by its number of messages.
        f1_by_intent: F1 of each intent.
        entity_precision: of the topics and body parts found, those that are named.
        entity_recall: of those that are named, those found.
        entity_f1: their harmonic mean.
        confusion: for each intent, how often each intent was recognised in its messages.
    """

    intents: Share
    macro_f1: float
    weighted_f1: float
    f1_by_intent: dict[str, float]
    entity_precision: Share
    entity_recall: Share
    entity_f1: float
    confusion: dict[str, dict[str, int]]


class Sureness(BaseModel):
    """How sure the bot was of each question of the development set, and whether it was right.

    Attributes:
        threshold: below it, the bot holds back.
        same_question: from this similarity on, that of the FAQ's nearest question is answered;
            None where it never is.
        sure: below it, an answer is given as a best guess; by the kind of message, as its length
            makes a difference.
        confidence: of the least sure thing asked in each question, in the order of the questions.
        length: the kind of each question, a key of ``sure``.
        right: whether the reply was right; where the bot held back, whether its first guess is.
        similarity: how near the FAQ's nearest question is.
        similar_right: whether the answer to that one would be right.
    """

    threshold: float
    same_question: float | None
    sure: dict[str, float] = {}
    confidence: list[float] = []
    right: list[bool] = []
    length: list[str] = []
    similarity: list[float] = []
    similar_right: list[bool] = []


class Run(BaseModel):
    """One run of one version of the bot.

    Attributes:
        date: the day, ISO 8601, UTC.
        metrics: what it replied.
        understanding: what its classifier made of the marked messages; None where that was not
            measured.
    """

    date: str
    metrics: Metrics
    understanding: Understanding | None = None


class Peer(BaseModel):
    """Another way to find answers, measured over the same questions.

    Attributes:
        metrics: what it replied; it leads no dialogues.
        training_seconds: how long it took to train.
        phrases: how many phrases it was trained on.
        epochs: how often it went over them.
    """

    metrics: Metrics
    training_seconds: float = 0.0
    phrases: int = 0
    epochs: int = 0


class Results(BaseModel):
    """All of an evaluation: our bot, how sure it was, and its peers.

    ``development`` holds our bot's figures on the development set, whose misses are read.
    """

    ours: Run
    development: Metrics | None = None
    sureness: Sureness
    peers: dict[str, Peer] = {}


def write(results: BaseModel, path: Path) -> None:
    """Write figures as JSON: a share and a list of numbers on one line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = re.sub(
        r"[\[{][^\[\]{}]*[\]}]",
        lambda found: " ".join(found.group(0).split()),
        results.json(indent=1, ensure_ascii=False),
    )
    path.write_text(text + "\n", encoding="utf-8")


def read_run(path: Path) -> Run | None:
    """Return the figures of the run kept in ``path``; None where none was kept."""
    return Run.parse_raw(path.read_text(encoding="utf-8")) if path.is_file() else None


def read_results(path: Path) -> Results:
    """Return the results kept in ``path``."""
    return Results.parse_raw(path.read_text(encoding="utf-8"))
