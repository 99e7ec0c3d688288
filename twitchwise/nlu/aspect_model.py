"""What is asked: a linear classifier over the words of a message, without any Rasa.

Names of topics and body parts are replaced by their kind first, so that phrases about one
nutrient teach the classifier about all of them, those added later included.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

#: Kinds whose names say nothing of what is asked. Names of the other kinds ("supplements",
#: "deficiency") do, and are kept.
_REPLACED = {
    "nutrient": "nutrientname",
    "factor": "factorname",
    "movement": "movementname",
    "condition": "conditionname",
    "body_part": "bodyname",
}
#: Words inside a name that say what is asked ("low magnesium", "b12 deficiency").
_KEPT_WORDS = {"low", "deficiency", "deficient", "lack", "shortage", "high"}
_WEIGHTS = "weights.npz"
_VOCABULARY = "vocabulary.json"


class Span(NamedTuple):
    """A name found in a text: characters ``start`` to ``end``, and its kind."""

    start: int
    end: int
    kind: str


def replace_names(text: str, spans: Iterable[Span]) -> str:
    """Return ``text`` in lower case with names replaced by their kind."""
    pieces, position = [], 0
    for span in sorted(spans):
        placeholder = _REPLACED.get(span.kind)
        if placeholder is None or span.start < position:
            continue
        kept = [w for w in text[span.start : span.end].lower().split() if w in _KEPT_WORDS]
        pieces += [text[position : span.start], " ".join([placeholder, *kept])]
        position = span.end
    return "".join([*pieces, text[position:]]).lower()


class Prediction(NamedTuple):
    """A label and its probability."""

    label: str
    confidence: float


_words_of = CountVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b|\?").build_analyzer()
_letters_of = CountVectorizer(analyzer="char_wb", ngram_range=(3, 4)).build_analyzer()


def features_of(text: str) -> list[str]:
    """Return words, pairs of words, and letter groups (which tolerate typing errors)."""
    return [f"word {words}" for words in _words_of(text)] + list(_letters_of(text))


class AspectModel:
    """TF-IDF of :func:`features_of`, and a logistic regression."""

    def __init__(self, max_iter: int = 300, c: float = 20.0, random_state: int = 42) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer=features_of, sublinear_tf=True, dtype=np.float32
        )
        # liblinear, one label against the rest: as accurate as lbfgs on the held-out questions,
        # in a tenth of its time.
        self._regression = LogisticRegression(
            solver="liblinear",
            C=c,
            max_iter=max_iter,
            random_state=random_state,
            class_weight="balanced",
        )

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Fit on texts whose names are replaced."""
        self._regression.fit(self._vectorizer.fit_transform(texts), labels)

    def predict(self, text: str) -> list[Prediction]:
        """Return all labels, likeliest first; nothing for a text without known features."""
        features = self._vectorizer.transform([text])
        if features.nnz == 0:
            return []
        probabilities = self._regression.predict_proba(features)[0]
        order = np.argsort(-probabilities, kind="stable")
        labels = self._regression.classes_
        return [Prediction(str(labels[i]), float(probabilities[i])) for i in order]

    def save(self, folder: Path) -> None:
        """Write plain arrays and JSON: unlike a pickle, they cannot run code when loaded."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = {word: int(column) for word, column in self._vectorizer.vocabulary_.items()}
        (folder / _VOCABULARY).write_text(json.dumps(vocabulary), encoding="utf-8")
        np.savez_compressed(
            folder / _WEIGHTS,
            idf=self._vectorizer.idf_,
            coefficients=self._regression.coef_.astype(np.float32),
            intercepts=self._regression.intercept_,
            labels=self._regression.classes_.astype(str),
        )

    @classmethod
    def load(cls, folder: Path) -> AspectModel:
        """Read a model that :meth:`save` wrote."""
        model = cls()
        model._vectorizer.vocabulary_ = json.loads(
            (folder / _VOCABULARY).read_text(encoding="utf-8")
        )
        with np.load(folder / _WEIGHTS, allow_pickle=False) as weights:
            model._vectorizer.idf_ = weights["idf"]
            model._regression.coef_ = weights["coefficients"]
            model._regression.intercept_ = weights["intercepts"]
            model._regression.classes_ = weights["labels"]
        return model
