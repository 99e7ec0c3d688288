"""The project's content: complete, in its own words, and kept apart from what it is tested with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests import provenance
from twitchwise.faq import Faq
from twitchwise.faq.checks import check_content
from twitchwise.faq.loader import Content

FEWEST_PHRASES = 1200
ARTICLES = 5
_ENTITY = re.compile(r"\[(?P<words>[^\]]+)\](?:\((?P<label>[^)]*)\)|\{(?P<json>[^}]*)\})")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_checks_find_nothing(root: Path) -> None:
    assert [str(problem) for problem in check_content(root / "data" / "faq")] == []


# The facts.


@pytest.fixture(scope="module")
def used(faq: Faq) -> set[str]:
    return {fact for answer in faq.answers() for fact in answer.facts}


@pytest.fixture(scope="module")
def unused(content: Content) -> list[str]:
    assert content.unused_facts is not None
    return [entry.fact for entry in content.unused_facts.model.unused]


@pytest.mark.parametrize("fact", provenance.kept_fact_ids())
def test_every_fact_is_used_or_listed_with_a_reason(
    fact: str, used: set[str], unused: list[str]
) -> None:
    assert (fact in used) != (fact in unused)


def test_unused_facts_are_facts_and_stand_there_once(unused: list[str]) -> None:
    assert len(set(unused)) == len(unused)
    assert set(unused) <= set(provenance.kept_fact_ids())


def test_reasons_are_sentences(content: Content) -> None:
    assert content.unused_facts is not None
    for entry in content.unused_facts.model.unused:
        assert len(entry.reason.split()) >= 5, entry.fact
        assert entry.reason.endswith("."), entry.fact


# The words.


def texts_of_content(faq: Faq, content: Content, root: Path) -> Iterator[tuple[str, str]]:
    """Yield where each text stands, and the text."""
    for answer in faq.answers():
        yield answer.id, " ".join([answer.text, *answer.bullets])
    for question in faq.questions:
        for wording in (question.ask, *question.also):
            yield question.id, wording
    assert content.sources is not None
    own = [source for topic in content.topics for source in topic.model.sources]
    for source in (*content.sources.model.sources, *own):
        yield source.id, source.title
    for name, variants in load(root / "domain.yml")["responses"].items():
        for variant in variants:
            yield name, variant["text"]
            for button in variant.get("buttons", []):
                yield name, button["title"]


def test_no_text_shares_seven_words_with_an_article(faq: Faq, content: Content, root: Path) -> None:
    known = provenance.kept_article_runs()
    shared = [
        (place, runs)
        for place, text in texts_of_content(faq, content, root)
        if (runs := provenance.shared_runs(text, known))
    ]
    assert shared == []


def test_every_kind_of_text_is_looked_at(faq: Faq, content: Content, root: Path) -> None:
    places = {place for place, _ in texts_of_content(faq, content, root)}
    assert {"magnesium.link.foot", "faq-0-1", "article-foot", "utter_emergency"} <= places


def test_a_shared_run_is_noticed() -> None:
    text = "One two three four five six seven, and eight."
    known = {provenance.run_hash("two three four five six seven and")}
    assert provenance.shared_runs(text, known) == ["two three four five six seven and"]
    assert provenance.shared_runs("One two three four five six.", known) == []


def test_typography_hides_nothing() -> None:
    plain = list(provenance.runs("don't let the cat's big toe twitch"))
    assert list(provenance.runs("DON’T — let, the CAT‘s\nbig toe: twitch!")) == plain


@given(st.lists(st.sampled_from(["a", "b", "c's"]), max_size=20))
def test_the_number_of_runs(words: list[str]) -> None:
    assert len(list(provenance.runs(" ".join(words)))) == max(0, len(words) - 6)


def test_the_kept_files_are_current_or_at_least_whole() -> None:
    ids = provenance.kept_fact_ids()
    hashes = provenance.ARTICLE_RUNS.read_text(encoding="ascii").split()
    assert len(ids) == len(set(ids)) == 359
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fact) for fact in ids)
    assert hashes == sorted(set(hashes))
    assert len(hashes) > 5000
    assert all(re.fullmatch(r"[0-9a-f]{12}", each) for each in hashes)
    if provenance.SHARED.is_dir():
        assert ids == provenance.fact_ids(provenance.SHARED)
        assert hashes == provenance.article_runs(provenance.SHARED)
        assert len(list((provenance.SHARED / "seeds").glob("*.txt"))) == ARTICLES


# The phrases.


def without_marks(phrase: str) -> str:
    return _ENTITY.sub(lambda match: match["words"], phrase)


def form(phrase: str) -> str:
    """Return the form in which phrases are compared; emoji and the like stand for themselves."""
    return " ".join(provenance.words(without_marks(phrase))) or phrase.strip()


def phrases(*paths: Path) -> list[tuple[str, str]]:
    """Return intent and phrase of every example of Rasa's training files."""
    found = []
    for path in paths:
        for entry in load(path)["nlu"]:
            for line in entry["examples"].splitlines():
                if line.strip():
                    assert line.startswith("- "), f"{path.name}: {line}"
                    found.append((entry["intent"], line[2:].strip()))
    return found


@pytest.fixture(scope="module")
def training(root: Path) -> list[tuple[str, str]]:
    return phrases(*sorted((root / "data" / "nlu").glob("*.yml")))


@pytest.fixture(scope="module")
def held_out(root: Path) -> list[tuple[str, str]]:
    return phrases(root / "tests" / "nlu" / "held_out.yml")


@pytest.fixture(scope="module")
def in_conversations(root: Path) -> list[str]:
    conversations = load(root / "tests" / "nlu" / "conversations.yml")["conversations"]
    return [turn["say"] for conversation in conversations for turn in conversation["turns"]]


def forms(texts: list[str]) -> set[str]:
    return {form(text) for text in texts}


def test_there_are_enough_phrases(training: list[tuple[str, str]]) -> None:
    assert len({form(phrase) for _, phrase in training}) >= FEWEST_PHRASES


def test_every_intent_of_the_domain_has_phrases(
    training: list[tuple[str, str]], root: Path
) -> None:
    intents = set(load(root / "domain.yml")["intents"]) - {"nlu_fallback"}
    assert {intent for intent, _ in training} == intents


def test_no_phrase_has_two_intents(training: list[tuple[str, str]]) -> None:
    intents: dict[str, set[str]] = {}
    for intent, phrase in training:
        intents.setdefault(form(phrase), set()).add(intent)
    assert {phrase: found for phrase, found in intents.items() if len(found) > 1} == {}


def test_only_topics_and_body_parts_are_marked(
    training: list[tuple[str, str]], held_out: list[tuple[str, str]]
) -> None:
    marks = [mark for _, phrase in (*training, *held_out) for mark in _ENTITY.finditer(phrase)]
    assert {mark["label"] for mark in marks} == {"topic", "body_part"}
    for _, phrase in (*training, *held_out):
        assert not set(without_marks(phrase)) & set("[]{}"), phrase


def test_held_out_messages_are_no_training_phrases(
    training: list[tuple[str, str]], held_out: list[tuple[str, str]]
) -> None:
    trained = forms([phrase for _, phrase in training])
    assert sorted(forms([phrase for _, phrase in held_out]) & trained) == []


def test_held_out_messages_are_no_questions_of_the_faq(
    faq: Faq, held_out: list[tuple[str, str]]
) -> None:
    wordings = forms([wording for q in faq.questions for wording in (q.ask, *q.also)])
    assert sorted(forms([phrase for _, phrase in held_out]) & wordings) == []


def test_conversations_are_no_training_phrases(
    training: list[tuple[str, str]], in_conversations: list[str]
) -> None:
    trained = forms([phrase for _, phrase in training])
    assert sorted(forms(in_conversations) & trained) == []


def test_conversations_are_no_questions_of_the_faq(faq: Faq, in_conversations: list[str]) -> None:
    wordings = forms([wording for q in faq.questions for wording in (q.ask, *q.also)])
    assert sorted(forms(in_conversations) & wordings) == []


def test_restored_questions_are_no_training_phrases(
    faq: Faq, training: list[tuple[str, str]]
) -> None:
    restored = [q for q in faq.questions if q.restored]
    assert len(restored) == 36
    trained = forms([phrase for _, phrase in training])
    assert sorted(forms([question.ask for question in restored]) & trained) == []
