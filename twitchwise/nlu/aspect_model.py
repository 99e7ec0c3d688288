"""What is asked: a linear classifier over the words of a clause, without any Rasa.

Names of topics and body parts are replaced by their kind first, so that phrases about one
nutrient teach the classifier about all of them, those added later included. Words that no phrase
about our subject holds are marked as such: "symptoms of lupus" is not "symptoms of magnesium".
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from twitchwise.nlu.stemming import stem

#: Kinds whose names say nothing of what is asked, or only one thing ("keto" is a diet). A medicine
#: is a factor unless a nutrient stands beside it, where people ask how the two go together.
_REPLACED = {
    "nutrient": "nutrientname",
    "factor": "factorname",
    "medicine": "medicinename",
    "person": "personname",
    "movement": "movementname",
    "condition": "conditionname",
    "subject": "subjectname",
    "body_part": "bodyname",
    "diet": "diet",
    "supplements": "supplements",
    "deficiency": "deficiency",
}
#: Words for what may be lacking; "which vitamin" is not "which deficiency".
_NAMED_NUTRIENTS = frozenset(
    {"vitamin", "vitamins", "mineral", "minerals", "nutrient", "nutrients"}
)
#: Words inside a name that say what is asked ("low magnesium", "b12 deficiency").
_KEPT_WORDS = {"low", "deficiency", "deficient", "lack", "shortage", "high"}
#: Beginnings of medical names that do so too.
_KEPT_BEGINNINGS = {"hypo": "low", "hyper": "high"}
_UNKNOWN = "unknownword"
#: Labels whose phrases may be about anything: their words are not our words. So are the stories
#: that people tell round a question.
FOREIGN_LABELS = frozenset({"out_of_scope", "other_language", "describe"})
_WEIGHTS = "weights.npz"
Array = npt.NDArray[Any]
_VOCABULARY = "vocabulary.json"


class Span(NamedTuple):
    """A name found in a text: characters ``start`` to ``end``, and its kind."""

    start: int
    end: int
    kind: str


def replace_names(text: str, spans: Iterable[Span]) -> str:
    """Return ``text`` in lower case with names replaced by their kind."""
    found = sorted(spans)
    has_nutrient = any(span.kind == "nutrient" for span in found)
    pieces, position = [], 0
    for span in found:
        kind = "factor" if span.kind == "medicine" and not has_nutrient else span.kind
        placeholder = _placeholder(text[span.start : span.end], kind)
        if placeholder is None or span.start < position:
            continue
        pieces += [text[position : span.start], placeholder]
        position = span.end
    return "".join([*pieces, text[position:]]).lower()


def _placeholder(name: str, kind: str) -> str | None:
    """Return what stands for a name, None where the name itself says what is asked."""
    if kind not in _REPLACED:
        return None
    if kind == "deficiency" and set(name.lower().split()) & _NAMED_NUTRIENTS:
        return None
    return " ".join([_REPLACED[kind], *_kept_words(name, kind)])


def level_of(name: str) -> str | None:
    """Return ``low`` or ``high`` where a nutrient's name says so ("low calcium", "hypokalemia")."""
    words = set(_kept_words(name, "nutrient"))
    if words & {"high"}:
        return "high"
    return "low" if words else None


def _kept_words(name: str, kind: str) -> list[str]:
    if kind != "nutrient":
        return []
    words = name.lower().replace("-", " ").split()
    kept = [word for word in words if word in _KEPT_WORDS]
    return kept + [m for begin, m in _KEPT_BEGINNINGS.items() if words[0].startswith(begin)]


class Prediction(NamedTuple):
    """A label and its probability."""

    label: str
    confidence: float


_words_of = CountVectorizer(token_pattern=r"(?u)\b\w+(?:['’]\w+)?|\?").build_analyzer()
_letters_of = CountVectorizer(analyzer="char_wb", ngram_range=(3, 4)).build_analyzer()
_PLACEHOLDERS = frozenset(_REPLACED.values())


class Features:
    """Turns a clause into features; needs to know which words are ours."""

    def __init__(self, known_stems: Collection[str]) -> None:
        self.known_stems = frozenset(known_stems)

    def of(self, text: str) -> list[str]:
        """Return words, stems, runs of stems, and letter groups of a clause."""
        words = _words_of(text)
        stems = [stem(word) for word in words]
        ours = [s if s in self.known_stems or s == "?" else _UNKNOWN for s in stems]
        padded = ["^", *ours, "$"]
        features = [f"w {word}" for word in words]
        features += [f"s {s}" for s in ours]
        features += [f"2 {a} {b}" for a, b in itertools.pairwise(padded)]
        features += [
            f"3 {a} {b} {c}" for a, b, c in zip(padded, padded[1:], padded[2:], strict=False)
        ]
        features += [f"l {group}" for group in _letters_of(text)]
        return features


def known_stems(texts: Iterable[str], labels: Iterable[str]) -> set[str]:
    """Return the stems that at least two phrases about our subject hold."""
    uses = Counter(
        s
        for text, label in zip(texts, labels, strict=True)
        if label not in FOREIGN_LABELS
        for s in {stem(word) for word in _words_of(text)}
    )
    return {s for s, count in uses.items() if count >= 2}


class AspectModel:
    """TF-IDF of :class:`Features`, and a logistic regression."""

    def __init__(
        self, max_iter: int = 300, c: float = 50.0, random_state: int = 42, min_df: int = 1
    ) -> None:
        """Keep the settings; those of scikit-learn, ``min_df`` that of the vectorizer.

        With 2, what a single phrase holds is left out: it teaches nothing, and would be most of
        the features of a large model.
        """
        self._min_df = min_df
        self._features = Features(())
        self._vectorizer = self._new_vectorizer()
        self._labels: Array = np.array([], dtype=str)
        self._intercepts: Array = np.array([], dtype=np.float64)
        # As accurate as lbfgs on the held-out questions, in a tenth of its time.
        self._unfitted = LogisticRegression(
            solver="liblinear",
            C=c,
            # A quarter less time than with the default 1e-4, and as many right on the
            # development set.
            tol=1e-3,
            max_iter=max_iter,
            random_state=random_state,
        )

    def _new_vectorizer(self) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer=self._features.of,
            sublinear_tf=True,
            min_df=self._min_df,
            dtype=np.float32,
        )

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Fit on texts whose names are replaced."""
        self._features = Features(known_stems(texts, labels))
        self._vectorizer = self._new_vectorizer()
        self._labels, counts = np.unique(labels, return_counts=True)
        matrix, told = self._vectorizer.fit_transform(texts), np.asarray(labels)
        # Balanced: a label of few phrases counts as much as one of many.
        weights = len(told) / (len(self._labels) * counts)
        fits = (
            joblib.delayed(_fit_label)(self._unfitted, matrix, told == label, weight)
            for label, weight in zip(self._labels, weights, strict=True)
        )
        # Processes: two threads took twice the CPU for the same work.
        fitted = joblib.Parallel(n_jobs=-1)(fits)
        self._intercepts = np.array([intercept for _, intercept in fitted])
        self._set_weights(np.vstack([coefficients for coefficients, _ in fitted]))

    def _set_weights(self, coefficients: Array) -> None:
        """Keep the weights feature by feature (labels in rows before)."""
        self._weights: Array = np.ascontiguousarray(coefficients.T, dtype=np.float32)

    def predict(self, text: str) -> list[Prediction]:
        """Return all labels, likeliest first; nothing for a text without known features."""
        return self.predict_all([text])[0] if text.strip() else []

    def predict_all(self, texts: Sequence[str]) -> list[list[Prediction]]:
        """Return :meth:`predict` of each text, in one go."""
        if not texts:
            return []
        features = self._vectorizer.transform(texts)
        ranked: list[list[Prediction]] = []
        for row in range(len(texts)):
            span = slice(features.indptr[row], features.indptr[row + 1])
            columns, values = features.indices[span], features.data[span]
            ranked.append(self._ranked(columns, values) if len(columns) else [])
        return ranked

    def _ranked(self, columns: Array, values: Array) -> list[Prediction]:
        """Return all labels by probability: what ``predict_proba`` of scikit-learn gives.

        That one passes over the weights of all features (80,000 times 40) for each message; a
        clause has some hundred.
        """
        scores = values @ self._weights[columns] + self._intercepts
        probabilities = 1 / (1 + np.exp(-scores))
        probabilities /= probabilities.sum()
        order = np.argsort(-probabilities, kind="stable")
        return [Prediction(str(self._labels[i]), float(probabilities[i])) for i in order]

    def has_foreign_words(self, text: str) -> bool:
        """Say whether ``text`` has a word that no phrase about our subject holds."""
        return self.foreign_words(text) > 0

    def foreign_words(self, text: str) -> int:
        """Return how many words of ``text`` no phrase about our subject holds."""
        stems = (stem(word) for word in _words_of(text) if word != "?")
        ours = self._features.known_stems
        return sum(s not in ours and s not in _PLACEHOLDERS for s in stems)

    def save(self, folder: Path) -> None:
        """Write plain arrays and JSON: unlike a pickle, they cannot run code when loaded."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = {word: int(column) for word, column in self._vectorizer.vocabulary_.items()}
        data = {"features": vocabulary, "known_stems": sorted(self._features.known_stems)}
        (folder / _VOCABULARY).write_text(json.dumps(data), encoding="utf-8")
        # Not compressed: the model archive is, and unpacking twice costs time at every start.
        np.savez(
            folder / _WEIGHTS,
            idf=self._vectorizer.idf_,
            coefficients=self._weights.T,
            intercepts=self._intercepts,
            labels=self._labels,
        )

    @classmethod
    def load(cls, folder: Path) -> AspectModel:
        """Read a model that :meth:`save` wrote."""
        model = cls()
        data = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        model._features = Features(data["known_stems"])
        model._vectorizer = model._new_vectorizer()
        model._vectorizer.vocabulary_ = data["features"]
        with np.load(folder / _WEIGHTS, allow_pickle=False) as weights:
            model._vectorizer.idf_ = weights["idf"]
            model._set_weights(weights["coefficients"])
            model._intercepts = weights["intercepts"]
            model._labels = weights["labels"]
        return model


def _fit_label(
    settings: LogisticRegression, matrix: Any, wanted: Array, weight: float
) -> tuple[Array, float]:
    """Fit one label against the rest; return its coefficients and intercept."""
    regression = clone(settings).set_params(class_weight={True: weight, False: 1.0})
    # More threads add up in another order: the weights would depend on the machine.
    with threadpool_limits(limits=1):
        regression.fit(matrix, wanted)
    return regression.coef_[0], float(regression.intercept_[0])
