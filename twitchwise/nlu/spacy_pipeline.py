"""The local spaCy pipeline: a blank English one with an entity ruler made from the FAQ's names.

No pretrained model is needed. It is saved at one fixed path (``twitchwise.paths.spacy_folder``),
which Rasa's ``SpacyNLP`` loads; its fingerprint tells a trained model whether the names have
changed since, as a changed folder would silently change the recognition of an old model.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer

from twitchwise.errors import TwitchwiseError
from twitchwise.faq import Faq, Topic
from twitchwise.faq.models import MEDICATION, PERSONAL
from twitchwise.nlu.stemming import STEMMER
from twitchwise.paths import spacy_folder

TOPIC = "topic"
BODY_PART = "body_part"
SUBJECT = "subject"
BESIDE = "beside"
ALONE = "alone"
EXAMPLE = "example"
_FINGERPRINT = "twitchwise_fingerprint"


def entity_patterns(faq: Faq) -> list[dict[str, str]]:
    """Return the ruler's patterns.

    A pattern's id is ``kind/topic`` (``nutrient/magnesium``), ``body_part/foot`` or
    ``subject/statins``. ``condition/medical_conditions/example/lupus`` is an example of a topic,
    ``movement/twitch/beside`` marks a word that counts beside a part of the body only, and
    ``condition/peripheral_neuropathy/alone`` one that counts where no other topic is named. The
    classifier replaces a name by its kind. Medicines, and factors that say who somebody is, are
    kinds of their own here, as they are asked about in other words.
    """
    patterns = [
        {"label": TOPIC, "pattern": name, "id": f"{_kind_of(topic)}/{topic.id}"}
        for topic in faq.topics.values()
        for name in dict.fromkeys((*_names_of_its_own(topic), *topic.misspellings))
    ]
    patterns += [
        {
            "label": TOPIC,
            "pattern": name,
            "id": f"{_kind_of(topic)}/{topic.id}/{EXAMPLE}/{example.id}",
        }
        for topic in faq.topics.values()
        for example in topic.examples
        for name in example.names
    ]
    patterns += [
        {"label": TOPIC, "pattern": name, "id": f"{_kind_of(topic)}/{topic.id}/{BESIDE}"}
        for topic in faq.topics.values()
        for name in topic.beside_body_part
    ]
    patterns += [
        {"label": TOPIC, "pattern": name, "id": f"{_kind_of(topic)}/{topic.id}/{ALONE}"}
        for topic in faq.topics.values()
        for name in topic.names_alone
    ]
    patterns += [
        {"label": BODY_PART, "pattern": name, "id": f"{BODY_PART}/{part.id}"}
        for part in faq.body_parts.values()
        for name in part.names
    ]
    patterns += [
        {"label": SUBJECT, "pattern": name, "id": f"{SUBJECT}/{subject.id}"}
        for subject in faq.subjects.values()
        for name in dict.fromkeys((*subject.names, *subject.misspellings))
    ]
    return patterns


def _names_of_its_own(topic: Topic) -> list[str]:
    of_examples = {name for example in topic.examples for name in example.names}
    return [name for name in topic.names if name not in of_examples]


def _kind_of(topic: Topic) -> str:
    if topic.id == MEDICATION:
        return "medicine"
    if topic.kind in {"care", "general"}:
        return topic.id
    return "person" if topic.id in PERSONAL else topic.kind


def fingerprint_of(patterns: list[dict[str, str]]) -> str:
    """Return a hash of the patterns and of the spaCy version that reads them."""
    content = json.dumps([spacy.__version__, patterns], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def build_pipeline(faq: Faq, folder: Path | None = None) -> str:
    """Build the pipeline, save it in ``folder``, and return its fingerprint."""
    patterns = entity_patterns(faq)
    nlp = spacy.blank("en")
    nlp.tokenizer = _bounded_tokenizer(nlp)
    nlp.add_pipe(STEMMER)
    # Stems (kept as lemmas), so that "cramps" and "cramping" are found by the name "cramp".
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LEMMA"})
    ruler.add_patterns(patterns)
    fingerprint = fingerprint_of(patterns)
    nlp.meta["name"] = "twitchwise"
    nlp.meta[_FINGERPRINT] = fingerprint
    target = folder or spacy_folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(target)
    return fingerprint


def _bounded_tokenizer(nlp: Language) -> Tokenizer:
    """Return a tokenizer whose time grows with the length of the text, whatever is in it.

    spaCy's English rules take time by the square of a run without blanks: 10 kB of dots or
    emoji block the server for 20 s. The ruler needs no more than words, free of punctuation.
    """
    nothing = re.compile(r"(?!)").match
    return Tokenizer(
        nlp.vocab,
        prefix_search=re.compile(r"^[^\w\s]+").search,
        suffix_search=re.compile(r"(?<=\w)(?:['’]s|[^\w\s]+)$").search,
        # A hyphen parts words ("low-potassium"), not a word and a number ("b-12").
        infix_finditer=re.compile(r"(?<=\w)[^\w\s'’.-]+(?=\w)|(?<=[^\W\d])-(?=[^\W\d])").finditer,
        url_match=nothing,
        token_match=nothing,
    )


def saved_fingerprint(folder: Path | None = None) -> str:
    """Return the fingerprint of the saved pipeline.

    Raises:
        TwitchwiseError: there is no pipeline, or it was not built by this module.
    """
    meta = (folder or spacy_folder()) / "meta.json"
    try:
        return str(json.loads(meta.read_text(encoding="utf-8"))[_FINGERPRINT])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TwitchwiseError(
            f"The spaCy pipeline {meta.parent} is missing or broken. Mend: run 'make train'."
        ) from error
