"""A spaCy component that gives each word its stem, so that names match in all their forms."""

from __future__ import annotations

import functools
import re

import snowballstemmer
from spacy.language import Language
from spacy.tokens import Doc

#: The component's name in the pipeline. spaCy finds it by the entry point in ``pyproject.toml``.
STEMMER = "twitchwise_stemmer"
_stemmer = snowballstemmer.stemmer("english")
#: What an inflected form adds to its stem. Other endings make other words: "medical" is no
#: form of "medication", though Snowball gives both one stem.
_INFLECTIONS = frozenset({"", "s", "es", "e", "ed", "d", "ing", "'s", "'"})
#: A shorter stem says nothing ("als" is no "al").
_SHORTEST = 3


#: A plural whose stem is cut too far by the rules ("medications").
_PLURAL = re.compile(r"\w{3,}[^aisu\W]s")


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of an inflected word (by Snowball's English rules), or the word itself.

    ``cramp`` for ``Cramping``; ``medical`` for ``medical``.
    """
    word = word.lower().replace("’", "'")
    found = str(_stemmer.stemWord(word))
    known = word.startswith(found) and word[len(found) :] in _INFLECTIONS
    if known and (len(found) >= _SHORTEST or found == word):
        return found
    return word[:-1] if _PLURAL.fullmatch(word) else word


@Language.component(STEMMER)
def add_stems(doc: Doc) -> Doc:
    """Set the lemma of each token to its stem."""
    for token in doc:
        token.lemma_ = stem(token.text)
    return doc
