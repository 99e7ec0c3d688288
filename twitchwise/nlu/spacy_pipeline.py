"""The local spaCy pipeline: a blank English one with an entity ruler made from the FAQ's names.

No pretrained model is needed. It is saved at one fixed path (``twitchwise.paths.spacy_folder``),
which Rasa's ``SpacyNLP`` loads; its fingerprint tells a trained model whether the names have
changed since, as a changed folder would silently change the recognition of an old model.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import spacy

from twitchwise.errors import TwitchwiseError
from twitchwise.faq import Faq
from twitchwise.paths import spacy_folder

TOPIC = "topic"
BODY_PART = "body_part"
_FINGERPRINT = "twitchwise_fingerprint"


def entity_patterns(faq: Faq) -> list[dict[str, str]]:
    """Return the ruler's patterns.

    A pattern's id is ``kind/topic`` (``nutrient/magnesium``) or ``body_part/foot``: the
    classifier replaces a name by its kind. Rasa does not pass the ids on, so that the FAQ's
    index resolves the names found.
    """
    patterns = [
        {"label": TOPIC, "pattern": name, "id": f"{topic.kind}/{topic.id}"}
        for topic in faq.topics.values()
        for name in dict.fromkeys((*topic.names, *topic.misspellings))
    ]
    patterns += [
        {"label": BODY_PART, "pattern": name, "id": f"{BODY_PART}/{part.id}"}
        for part in faq.body_parts.values()
        for name in part.names
    ]
    return patterns


def fingerprint_of(patterns: list[dict[str, str]]) -> str:
    """Return a hash of the patterns and of the spaCy version that reads them."""
    content = json.dumps([spacy.__version__, patterns], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def build_pipeline(faq: Faq, folder: Path | None = None) -> str:
    """Build the pipeline, save it in ``folder``, and return its fingerprint."""
    patterns = entity_patterns(faq)
    nlp = spacy.blank("en")
    # Special cases ("don't" in two tokens) mean nothing to the ruler, and take time to load.
    nlp.tokenizer.rules = {}
    # LOWER, as Rasa runs the pipeline on the text as typed and on the lower-cased one.
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(patterns)
    fingerprint = fingerprint_of(patterns)
    nlp.meta["name"] = "twitchwise"
    nlp.meta[_FINGERPRINT] = fingerprint
    target = folder or spacy_folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(target)
    return fingerprint


def saved_fingerprint(folder: Path | None = None) -> str:
    """Return the fingerprint of the saved pipeline.

    Raises:
        TwitchwiseError: there is no pipeline, or it was not built by this module.
    """
    meta = (folder or spacy_folder()) / "meta.json"
    try:
        return str(json.loads(meta.read_text(encoding="utf-8"))[_FINGERPRINT])
    except (OSError, ValueError, KeyError) as error:
        raise TwitchwiseError(
            f"The spaCy pipeline {meta.parent} is missing or broken. Mend: run 'make train'."
        ) from error
