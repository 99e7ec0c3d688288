"""What the tests of understanding share: the spaCy pipeline and the spelling repair of the FAQ."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

from tests.phrases import plain_phrases
from twitchwise.faq import Faq
from twitchwise.nlu.question_reader import lexicon_of
from twitchwise.nlu.spacy_pipeline import build_pipeline
from twitchwise.nlu.spelling import SpellingRepair


@pytest.fixture(scope="session")
def pipeline(faq: Faq, tmp_path_factory: pytest.TempPathFactory) -> Language:
    """The pipeline of the project's FAQ."""
    folder = tmp_path_factory.mktemp("pipeline") / "not" / "there" / "yet"
    build_pipeline(faq, folder)
    return spacy.load(folder)


@pytest.fixture(scope="session")
def spelling(faq: Faq) -> SpellingRepair:
    """The repair that the project's FAQ and training phrases give."""
    return SpellingRepair(lexicon_of(faq, plain_phrases()))
