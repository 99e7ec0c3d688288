"""A small linear classifier that adds mentions which the rules did not see, and takes none away.

People describe weakness and numbness without these words ("I need two hands for the kettle"). The
classifier looks at the sentences in which no rule found a sign, and at the clauses of each. It is
trained by :mod:`twitchwise.safety.training` from the phrases in ``data/safety/``; without it the
rules go on alone.
"""

from __future__ import annotations

import functools
import itertools
import logging
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import snowballstemmer
from rapidfuzz.distance import OSA

from twitchwise.paths import safety_classifier_file
from twitchwise.safety.normalise import HARD_BREAKS, SOFT_BREAK, Text

__all__ = ["Hit", "Kind", "SignClassifier", "Unit", "project_classifier", "units"]

logger = logging.getLogger(__name__)
Array = npt.NDArray[Any]

#: A sentence that never ends is looked at in pieces of so many words.
_LONGEST_UNIT = 60
#: A shorter clause says too little by itself.
_SHORTEST_CLAUSE = 4
_SHORTEST_REST = 5
_JOINERS = frozenset({"but", "and", "or", "because", "although", "though"})
#: How likely its kind must be besides, in log-odds: true signs are nearly always of a clear kind,
#: while half of the false alarms are of none. The text on suicide and "call an ambulance" are for
#: nobody's breakfast; the escalation may be a little freer.
_LEAST_OF_A_KIND = {"mention": -1.2, "emergency": 0.2, "crisis": 0.0}
#: So sure that there is a sign, its kind may be unclear: it is told to see a doctor. In the
#: development set 3 more of 163 descriptions are found, and 15 more of 2,184 questions alarm.
_SURELY_A_SIGN = 0.5
#: The clauses of a sentence that is surely none are not looked at: on 3,200 messages, of which 570
#: hold a sign, no assessment is another.
_PERHAPS_A_SIGN = -4.0
_PART = "a part"
#: What stands for it among letters, and how many of these a run has.
_LETTER = "@"
_RUN = 5
#: What a message twice as long asks for, as a log-odds ratio; up to so many words, nothing, and
#: from so many on, no more.
_MARGIN = 1.7
_SHORT, _LONG = 10, 30
_TWITCHES = ("twitch", "twitches", "twitched", "twitchy", "twitching")
_stemmer = snowballstemmer.stemmer("english")


class Kind(str, Enum):
    """What a clause describes."""

    STRENGTH = "strength"
    FEELING = "feeling"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    NONE = "none"


#: The heads of the classifier, in the order of the columns of its weights. ``any`` says whether
#: there is a sign, the next three which, ``feeling`` tells lost feeling from lost strength.
HEADS = ("any", "mention", "emergency", "crisis", "feeling")


class Unit(NamedTuple):
    """A sentence or a clause: tokens ``start`` to ``end`` (exclusive)."""

    start: int
    end: int


@dataclass(frozen=True)
class Hit:
    """A sign that the classifier sees in a unit.

    Attributes:
        kind: what is described.
        unit: where.
        score: log-odds that there is a sign at all.
        lead: by how much the kind is likelier than weakness or numbness, in log-odds; 0 for these.
    """

    kind: Kind
    unit: Unit
    score: float
    lead: float = 0.0


def units(text: Text, start: int = 0, end: int | None = None) -> Iterator[Unit]:
    """Yield the sentences between two tokens, and the clauses of those that have several."""
    end = len(text.tokens) if end is None else end
    for sentence in _pieces(text.tokens, start, end, HARD_BREAKS, ()):
        yield sentence
        yield from _clauses(text, sentence)


def _clauses(text: Text, sentence: Unit) -> list[Unit]:
    """Return the clauses of a sentence that has several."""
    clauses = list(_pieces(text.tokens, *sentence, frozenset({SOFT_BREAK}), _JOINERS))
    return [c for c in clauses if c.end - c.start >= _SHORTEST_CLAUSE] if len(clauses) > 1 else []


def _pieces(
    tokens: Sequence[str],
    start: int,
    end: int,
    breaks: frozenset[str],
    joiners: frozenset[str] | tuple[()],
) -> Iterator[Unit]:
    """Yield what stands between breaks; a joiner parts only what is long enough before it."""
    first = start
    for place in range(start, end):
        token = tokens[place]
        long_enough = place - first >= _SHORTEST_CLAUSE
        if token in breaks or (token in joiners and long_enough) or place - first >= _LONGEST_UNIT:
            if place > first:
                yield Unit(first, place)
            first = place + 1 if token in breaks or token in joiners else place
    if end > first:
        yield Unit(first, end)


class Features:
    """Turns the words of a unit into features: stems, pairs, pairs one word apart, and letters.

    A part of the body is only "a part", so that phrases about one teach about all. Runs of five
    letters take in what words have in common, and what is mistyped: on 2,000 messages that were
    new to it, a third fewer false alarms where 97 of 100 signs are found. Shorter and longer ones,
    and three words in a row, were no better.
    """

    def __init__(self, parts: frozenset[str]) -> None:
        self._parts = parts

    def of(self, words: Sequence[str]) -> list[str]:
        """Return the features of a unit, with repetitions."""
        stems = ["^", *(_PART if word in self._parts else _stem(word) for word in words), "$"]
        features = stems[1:-1]
        for first, second in itertools.pairwise(stems):
            features.append(f"{first} {second}")
        for first, third in zip(stems, stems[2:], strict=False):
            features.append(f"{first} _ {third}")
        text = " ".join(["", *(_LETTER if word in self._parts else word for word in words), ""])
        # Marked, as a word may have five letters.
        features += [f"~{text[at : at + _RUN]}" for at in range(len(text) - _RUN + 1)]
        return features


@functools.lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    if word.startswith("tw") and any(
        OSA.distance(word, form, score_cutoff=2) <= 2 for form in _TWITCHES
    ):
        return "twitch"  # The word that is mistyped most, and says that nothing is amiss.
    return str(_stemmer.stemWord(word))


class SignClassifier:
    """TF-IDF of :class:`Features`, and a logistic regression for each of :data:`HEADS`.

    Attributes:
        columns: the column of each feature.
        idf: inverse document frequency of each feature.
        weights: features × heads.
        intercepts: one a head.
        parts: words for parts of the body.
        threshold: the score of ``any`` from which there is a sign (docs/safety.md).
    """

    def __init__(
        self,
        columns: dict[str, int],
        idf: Array,
        weights: Array,
        intercepts: Array,
        parts: frozenset[str],
        threshold: float,
    ) -> None:
        self.columns = columns
        self.idf = idf
        self.weights = weights
        self.intercepts = intercepts
        self.parts = parts
        self.threshold = threshold
        self._features = Features(parts)

    def find(self, text: Text, masked: AbstractSet[int] = frozenset()) -> list[Hit]:
        """Return the signs of a message, at most one a sentence or clause, strongest first.

        Args:
            text: the normalised message.
            masked: tokens that the rules set aside as look-alikes; they are not looked at.
        """
        hits: list[Hit | None] = []
        for sentence in _pieces(text.tokens, 0, len(text.tokens), HARD_BREAKS, ()):
            scores = self._scores_of(text, sentence, masked)
            hits.append(self._judged(text, sentence, scores))
            if scores is None or scores[0] >= _PERHAPS_A_SIGN:
                clauses = _clauses(text, sentence)
                hits += [self._judged(text, c, self._scores_of(text, c, masked)) for c in clauses]
        return sorted((hit for hit in hits if hit is not None), key=lambda hit: -hit.score)

    def _scores_of(self, text: Text, unit: Unit, masked: AbstractSet[int]) -> Array | None:
        """Return the log-odds of each head for a sentence or clause; None where it says nothing."""
        words = [
            text.tokens[place]
            for place in range(unit.start, unit.end)
            if place not in masked and text.tokens[place] != SOFT_BREAK
        ]
        has_masked = not masked.isdisjoint(range(unit.start, unit.end))
        if has_masked and len(words) < _SHORTEST_REST:
            return None  # What is left of "he is the weakest link" says nothing.
        return self.scores(words)

    def _judged(self, text: Text, unit: Unit, scores: Array | None) -> Hit | None:
        """Return the sign that a sentence or clause describes, None where there is none."""
        if scores is None or scores[0] < self.threshold + margin(len(text.tokens)):
            return None
        score, mention, emergency, crisis, feeling = (float(value) for value in scores)
        likeliest = max(mention, emergency, crisis)
        more = margin(len(text.tokens))
        if crisis == likeliest > _LEAST_OF_A_KIND["crisis"] + more:
            return Hit(Kind.CRISIS, unit, score, crisis - mention)
        if emergency == likeliest > _LEAST_OF_A_KIND["emergency"] + more:
            return Hit(Kind.EMERGENCY, unit, score, emergency - mention)
        of_a_kind = mention == likeliest > _LEAST_OF_A_KIND["mention"] + more
        if of_a_kind or score > _SURELY_A_SIGN + more:
            return Hit(Kind.FEELING if feeling > 0 else Kind.STRENGTH, unit, score)
        return None

    def scores(self, words: Sequence[str]) -> Array | None:
        """Return the log-odds of each head; None where no feature is known."""
        counts = Counter(map(self.columns.get, self._features.of(words)))
        del counts[None]
        if not counts:
            return None
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(times)) * self.idf[columns]
        values /= np.sqrt(values @ values)
        scores: Array = values @ self.weights[columns] + self.intercepts
        return scores

    def save(self, file: Path, sources: str) -> None:
        """Write plain arrays, which cannot run code when they are loaded.

        Args:
            file: where to.
            sources: the hash of what it was trained from.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.partial.npz")
        np.savez(
            partial,
            features=_packed(sorted(self.columns, key=self.columns.__getitem__)),
            parts=_packed(sorted(self.parts)),
            idf=self.idf,
            weights=self.weights,
            intercepts=self.intercepts,
            threshold=self.threshold,
            sources=_packed([sources]),
        )
        partial.replace(file)

    @classmethod
    def load(cls, file: Path) -> SignClassifier:
        """Read what :meth:`save` wrote.

        Raises:
            OSError, ValueError, KeyError: the file is missing or broken.
        """
        with np.load(file, allow_pickle=False) as saved:
            return cls(
                columns={name: place for place, name in enumerate(_unpacked(saved["features"]))},
                idf=saved["idf"],
                weights=saved["weights"],
                intercepts=saved["intercepts"],
                parts=frozenset(_unpacked(saved["parts"])),
                threshold=float(saved["threshold"]),
            )


def margin(length: int) -> float:
    """Return how much surer than in a short message it has to be in one of so many words.

    A long post has many clauses, each of which may be taken for a sign: without this, a third of
    the posts of 40 to 80 words in the development set were (docs/safety.md). Where it went on
    growing with the length, signs told in posts were passed over: of 120, 64 % were found, and
    82 % where it ends at 30 words, with fewer false alarms.
    """
    return _MARGIN * math.log2(min(max(length, _SHORT), _LONG) / _SHORT)


def trained_from(file: Path) -> str:
    """Return the hash of what the classifier in ``file`` was trained from; nothing if none is."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            return _unpacked(saved["sources"])[0]
    except (OSError, ValueError, KeyError):
        return ""


def _packed(words: Sequence[str]) -> Array:
    """Return words as bytes: an array of texts gives each the room of the longest."""
    return np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)


def _unpacked(data: Array) -> list[str]:
    return data.tobytes().decode("utf-8").split("\n")


@functools.lru_cache(maxsize=1)
def project_classifier() -> SignClassifier | None:
    """Return the project's classifier; None where there is none, so that the rules go on alone."""
    file = safety_classifier_file()
    try:
        return SignClassifier.load(file)
    except (OSError, ValueError, KeyError) as error:
        logger.error(
            "%s cannot be read (%s): roundabout descriptions of weakness are found by rules "
            "alone. Mend: twitchwise build-safety.",
            file.name,
            type(error).__name__,
        )
        return None
