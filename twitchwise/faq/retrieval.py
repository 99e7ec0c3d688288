"""Finds the questions of the FAQ that are nearest in wording to a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from twitchwise.faq.models import Question


@dataclass(frozen=True)
class Match:
    """A question of the FAQ and how near it is: cosine similarity, 0 to 1."""

    question: Question
    score: float


class QuestionIndex:
    """TF-IDF over character n-grams, which tolerate typing errors, of every wording."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._rows = [(q, wording) for q in questions for wording in (q.ask, *q.also)]
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True
        )
        self._matrix = self._vectorizer.fit_transform([wording for _, wording in self._rows])

    def nearest(self, text: str, limit: int = 3, at_least: float = 0.25) -> list[Match]:
        """Return up to ``limit`` different questions, nearest first, with ``score >= at_least``."""
        scores = (self._matrix @ self._vectorizer.transform([text]).T).toarray().ravel()
        matches: dict[str, Match] = {}
        for row in np.argsort(-scores, kind="stable"):
            if scores[row] < at_least or len(matches) == limit:
                break
            question = self._rows[row][0]
            matches.setdefault(question.id, Match(question, float(scores[row])))
        return list(matches.values())
