"""Trains the classifier of :mod:`twitchwise.safety.classifier` from phrases in the repository."""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import project_root, safety_classifier_file
from twitchwise.safety import classifier as classifying
from twitchwise.safety.assess import Outcome, assess
from twitchwise.safety.classifier import (
    HEADS,
    Features,
    Kind,
    SignClassifier,
    trained_from,
    units,
)
from twitchwise.safety.loading import RULES_FILE, default_rules
from twitchwise.safety.normalise import HARD_BREAKS, SOFT_BREAK, normalise
from twitchwise.safety.upkeep import require_sound

__all__ = ["Example", "build_if_needed", "phrases_folder", "read_examples", "train"]

logger = logging.getLogger(__name__)

#: From the curve in docs/safety.md, which is of the development set.
THRESHOLD = -2.2
_RANDOM_STATE = 42
#: Inverse strength of the regularisation, as good as any from 5 to 50 on the development set. The
#: mean with a second regression over features scaled as in Wang and Manning's "Baselines and
#: Bigrams" (2012) raised a third fewer false alarms there, and none fewer on the held-out set.
_C = 50.0
_FORMS = {"label", "about", "phrases", "words", "draws"}
#: Muscles and places that no rule needs, and that are parts of the body like those that one does.
_MORE_PARTS = (
    frozenset({"bicep", "biceps", "tricep", "triceps", "pec", "pecs", "quad", "quads", "abs"})
    | {"hamstring", "hamstrings", "glute", "glutes", "buttock", "buttocks", "bum", "deltoid"}
    | {"deltoids", "delt", "delts", "chin", "eyebrow", "eyebrows", "palm", "palms", "knuckle"}
    | {"knuckles", "arch", "arches", "instep"}
)


@dataclass(frozen=True)
class Example:
    """A phrase and what it describes."""

    text: str
    kind: Kind


def phrases_folder() -> Path:
    """Return the folder of the phrases."""
    return project_root() / "data" / "safety"


def read_examples(folder: Path) -> list[Example]:
    """Return all phrases of a folder.

    Raises:
        TwitchwiseError: there are none, or a file is not as it should be.
    """
    files = sorted(folder.glob("*.yml"))
    examples = [example for file in files for example in _read(file)]
    missing = set(Kind) - {example.kind for example in examples}
    if missing:
        kinds = ", ".join(sorted(kind.value for kind in missing))
        raise TwitchwiseError(
            f"{folder} holds no phrases for: {kinds}. Mend: restore the files of data/safety."
        )
    return examples


def _read(file: Path) -> Iterator[Example]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TwitchwiseError(
            f"{file}: is no YAML ({' '.join(str(error).split())}). Mend: correct it there."
        ) from error
    if not isinstance(data, dict) or not set(data) <= _FORMS or "phrases" not in data:
        raise TwitchwiseError(
            f"{file}: has other keys than label, about, phrases (words, draws). Mend: use them."
        )
    try:
        kind = Kind(data.get("label"))
    except ValueError:
        kinds = ", ".join(kind.value for kind in Kind)
        raise TwitchwiseError(
            f"{file}: label is {data.get('label')!r}. Mend: use one of {kinds}."
        ) from None
    for number, phrase in enumerate(data["phrases"], 1):
        if not isinstance(phrase, str) or not phrase.strip():
            raise TwitchwiseError(
                f"{file}: phrase {number} is {phrase!r}, not text. Mend: put it in quotes."
            )
        for said in _drawn(file, phrase, data):
            yield Example(said, kind)


def _drawn(file: Path, phrase: str, data: Mapping[str, Any]) -> list[str]:
    """Return a phrase as it is, or as often as it is drawn, with words for its ``{names}``.

    Which words is settled by the phrase alone: no other one changes it.
    """
    if "words" not in data:
        return [phrase]
    draw = random.Random(phrase)  # noqa: S311
    try:
        return [
            phrase.format_map({name: draw.choice(words) for name, words in data["words"].items()})
            for _ in range(int(data.get("draws", 1)))
        ]
    except (KeyError, ValueError, IndexError, AttributeError, TypeError) as error:
        raise TwitchwiseError(
            f"{file}: {phrase!r} cannot be said with its words ({error!r}). Mend: list under "
            "'words', by name, what may stand for each {name} of it."
        ) from error


def harmless_phrases(root: Path) -> list[Example]:
    """Return the intent classifier's phrases in which the rules see no sign."""
    phrases: list[str] = []
    for file in sorted((root / "data" / "nlu").glob("*.yml")):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        for entry in data.get("nlu", ()):
            lines = str(entry.get("examples", "")).splitlines()
            phrases += [line[2:].strip() for line in lines if line.startswith("- ")]
    return [
        Example(phrase, Kind.NONE)
        for phrase in phrases
        if assess(phrase).outcome < Outcome.CONDITIONAL
    ]


def train(examples: Sequence[Example], threshold: float = THRESHOLD) -> SignClassifier:
    """Fit the classifier.

    Args:
        examples: phrases of every kind.
        threshold: the score from which there is a sign.
    """
    # Imported here: scikit-learn takes a second, and only training needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    rules = default_rules()
    parts = _MORE_PARTS.union(word for word in rules.words["part"] if " " not in word)
    features = Features(parts)
    vectorizer = TfidfVectorizer(
        analyzer=features.of, sublinear_tf=True, min_df=3, dtype=np.float32
    )
    pairs = [pair for example in examples for pair in _documents(example)]
    matrix = vectorizer.fit_transform([words for words, _ in pairs])
    kinds = np.array([kind.value for _, kind in pairs])
    regression = LogisticRegression(
        solver="liblinear",
        C=_C,
        tol=1e-3,
        class_weight="balanced",
        random_state=_RANDOM_STATE,
    )
    # More threads add up in another order: the weights would depend on the machine.
    with threadpool_limits(limits=1):
        fitted = [_fit(regression, head, matrix, kinds) for head in HEADS]
    return SignClassifier(
        columns={name: int(column) for name, column in vectorizer.vocabulary_.items()},
        idf=vectorizer.idf_.astype(np.float32),
        weights=np.column_stack([weights for weights, _ in fitted]).astype(np.float32),
        intercepts=np.array([intercept for _, intercept in fitted], dtype=np.float32),
        parts=parts,
        threshold=threshold,
    )


def _documents(example: Example) -> Iterator[tuple[list[str], Kind]]:
    """Yield the words of a phrase; of a harmless one, also those of each unit in it.

    The classifier sees single clauses too. No clause of a harmless phrase is a sign, while one of
    a description may say nothing ("since Monday").
    """
    text = normalise(example.text, default_rules().vocabulary)
    whole = [token for token in text.tokens if token not in HARD_BREAKS and token != SOFT_BREAK]
    yield whole, example.kind
    if example.kind is Kind.NONE:
        for unit in units(text):
            words = [word for word in text.tokens[unit.start : unit.end] if word != SOFT_BREAK]
            if words != whole:
                yield words, example.kind


#: What each head tells apart: the kinds for, and those against (all others where empty).
_SIDES: dict[str, tuple[set[Kind], set[Kind]]] = {
    "any": ({Kind.STRENGTH, Kind.FEELING, Kind.EMERGENCY, Kind.CRISIS}, set()),
    "mention": ({Kind.STRENGTH, Kind.FEELING}, set()),
    "emergency": ({Kind.EMERGENCY}, set()),
    "crisis": ({Kind.CRISIS}, set()),
    "feeling": ({Kind.FEELING}, {Kind.STRENGTH}),
}


def _fit(regression: Any, head: str, matrix: Any, kinds: Any) -> tuple[Any, float]:
    wanted, against = _SIDES[head]
    is_wanted = np.isin(kinds, [kind.value for kind in wanted])
    used = is_wanted | np.isin(kinds, [kind.value for kind in against]) if against else slice(None)
    regression.fit(matrix[used], is_wanted[used])
    return regression.coef_[0], float(regression.intercept_[0])


def build_if_needed() -> bool:
    """Train the project's classifier where its sources changed; return whether it trained.

    Raises:
        TwitchwiseError: the phrases or the rules cannot be used.
    """
    file, sources = safety_classifier_file(), sources_hash()
    if trained_from(file) == sources:
        return False
    require_sound(default_rules())
    examples = read_examples(phrases_folder()) + harmless_phrases(project_root())
    train(examples).save(file, sources)
    classifying.project_classifier.cache_clear()
    return True


def sources_hash() -> str:
    """Return a hash over everything that the classifier depends on."""
    root, package = project_root(), Path(__file__).parent
    files = [root / RULES_FILE, *sorted(package.glob("*.py"))]
    files += sorted((root / "data" / "nlu").glob("*.yml")) + sorted(phrases_folder().glob("*.yml"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
