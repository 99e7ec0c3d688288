"""Other ways to find answers, put to the same questions."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from evaluation.held_out import Question
from evaluation.results import Metrics, Peer, Share
from evaluation.scoring import Delivered, is_right, measure
from twitchwise.faq import Faq
from twitchwise.paths import project_root

TFIDF, DIET = "TF-IDF search", "Rasa's default (DIET)"
DIET_LOG = "diet.log"
BUILD = project_root() / "build" / "evaluation"
_SHOWN = 3


class PeerError(Exception):
    """A peer could not be trained or asked."""


class PassageSearch:
    """Plain TF-IDF search over words and pairs of words; each answer of the FAQ is a passage."""

    def __init__(self, faq: Faq) -> None:
        answers = list(faq.answers())
        self._ids = [answer.id for answer in answers]
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2))
        self._passages = self._vectorizer.fit_transform(
            [" ".join((answer.text, *answer.bullets)) for answer in answers]
        )

    def best(self, text: str, limit: int = _SHOWN) -> tuple[str, ...]:
        """Return the ids of the passages nearest to ``text``, nearest first.

        Passages without a word in common with it are left out.
        """
        scores = (self._passages @ self._vectorizer.transform([text]).T).toarray().ravel()
        order = np.argsort(-scores, kind="stable")[:limit]
        return tuple(self._ids[row] for row in order if scores[row] > 0)


def measure_tfidf(faq: Faq, questions: Sequence[Question]) -> Peer:
    """Return the figures of a search that delivers the best passage."""
    search = PassageSearch(faq)
    found = [search.best(question.ask) for question in questions]
    metrics = measure(questions, [Delivered(ids[:1]) for ids in found])
    top = Share.of(is_right(Delivered(ids), q) for ids, q in zip(found, questions, strict=True))
    return Peer(metrics=_with_top_three(metrics, top))


def measure_diet(questions: Sequence[Question], folder: Path = BUILD) -> Peer:
    """Return the figures of Rasa's default pipeline, trained on our phrases.

    It is trained and asked in a process of its own, which TensorFlow's memory dies with. The
    folder of the model is named by what it was trained on, so that it is trained again only where
    that has changed.

    Raises:
        PeerError: the process failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = folder / "questions.json"
    asked.write_text(json.dumps([question.ask for question in questions]), encoding="utf-8")
    replies = folder / "diet_replies.json"
    command = [sys.executable, "-m", "evaluation.diet", str(folder), str(asked), str(replies)]
    log = folder / DIET_LOG
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=project_root(),
            env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise PeerError(f"Rasa's default pipeline ended with {done.returncode}:\n{end}")
    said = json.loads(replies.read_text(encoding="utf-8"))
    delivered = [Delivered(tuple(ids)) for ids in said["delivered"]]
    return Peer(
        metrics=measure(questions, delivered),
        training_seconds=said["training_seconds"],
        phrases=said["phrases"],
        epochs=said["epochs"],
    )


def key_of(*contents: str) -> str:
    """Return a short name for contents: the same for the same ones."""
    return hashlib.sha256("\0".join(contents).encode()).hexdigest()[:16]


def _with_top_three(metrics: Metrics, share: Share) -> Metrics:
    return metrics.copy(update={"top_three": share})
