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
from tests.phrases import MARK, marked_phrases, training_phrases, without_marks
from twitchwise.faq import Faq
from twitchwise.faq.checks import check_content
from twitchwise.faq.loader import Content

FEWEST_PHRASES = 1200
ARTICLES = 5


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


# The sources.


def test_sources_have_the_confidence_that_was_noted_when_they_were_read(content: Content) -> None:
    noted = provenance.kept_source_confidences()
    assert content.sources is not None
    own = [source for topic in content.topics for source in topic.model.sources]
    sources = [*content.sources.model.sources, *own]
    assert len({source.id for source in sources} & set(noted)) > 50
    differ = {
        source.id: source.confidence
        for source in sources
        if noted.get(source.id, source.confidence) != source.confidence
    }
    assert differ == {}


def test_the_articles_are_of_medium_confidence(content: Content) -> None:
    assert content.sources is not None
    articles = [s for s in content.sources.model.sources if s.id.startswith("article-")]
    assert [article.confidence for article in articles] == ["medium"] * ARTICLES


def test_high_confidence_rests_on_sources_of_high_confidence_alone(faq: Faq) -> None:
    certain = [answer for answer in faq.answers() if answer.confidence == "high"]
    assert certain
    for answer in certain:
        assert {source.confidence for source in answer.sources} == {"high"}, answer.id


# The subjects without a source.

WITHOUT_SOURCE = {
    "magnesium glycinate": "magnesium_forms",
    "best form of magnesium": "magnesium_forms",
    "calcium citrate": "mineral_forms",
    "statins": "statins",
    "on dialysis": "dialysis",
    "kidney transplant": "dialysis",
    "pregnant": "pregnancy",
    "breastfeeding": "pregnancy",
    "my child": "children",
    "babies": "children",
    "teenager": "children",
    "zinc": "zinc",
    "iron": "iron",
    "folic acid": "folate",
    "vitamin a": "vitamin_a",
    "vitamin c": "vitamin_c",
    "vitamin e": "vitamin_e",
    "vitamin k": "vitamin_k",
    "vitamin b6": "b6",
    "biotin": "biotin",
    "phosphorus": "phosphorus",
    "fish oil": "omega3",
    "cbd": "cbd",
    "quinine": "quinine",
    "tonic water": "quinine",
    "pickle juice": "pickle_juice",
    "creatine": "creatine",
    "magnesium spray": "magnesium_spray",
    "epsom salts": "magnesium_spray",
    "turmeric": "herbal",
    "ashwagandha": "herbal",
    "covid vaccine": "covid",
    "menopause": "menopause",
    "my period": "periods",
    "normal range for": "normal_ranges",
    "homeopathy": "homeopathy",
    "massage gun": "massage_devices",
    "tens machine": "massage_devices",
    "bar of soap": "home_remedies",
    "lyme disease": "lyme",
    "sciatica": "pinched_nerve",
    "fibromyalgia": "fibromyalgia",
    "cigarettes": "smoking",
    "melatonin": "melatonin",
    "selenium": "trace_minerals",
    "coq10": "other_supplements",
    "botox": "botox",
    "acupuncture": "acupuncture",
    "sweeteners": "sweeteners",
    "with or without food": "taking_times",
    "emg": "nerve_tests",
    "caffeine withdrawal": "caffeine_withdrawal",
}
WITH_SOURCE = {
    "how long a twitch lasts": "twitch.outlook",
    "what restless legs are": "restless_legs.definition",
    "what eases restless legs": "restless_legs.help",
    "jerks on falling asleep": "myoclonus.harmless",
}


@pytest.mark.parametrize("name", WITHOUT_SOURCE)
def test_a_subject_without_a_source_is_known_as_one(faq: Faq, name: str) -> None:
    subject = faq.subject_named(name)
    assert subject is not None
    assert subject.id == WITHOUT_SOURCE[name]
    assert faq.topic_named(name) is None


def test_every_subject_without_a_source_is_looked_at(faq: Faq) -> None:
    assert set(WITHOUT_SOURCE.values()) == set(faq.subjects)


@pytest.mark.parametrize("subject", WITH_SOURCE)
def test_a_subject_that_was_asked_for_has_a_sourced_answer(faq: Faq, subject: str) -> None:
    answer = faq.answer_with_id(WITH_SOURCE[subject])
    assert answer is not None
    assert any(not source.id.startswith("article-") for source in answer.sources)


def test_only_for_whom_and_when_stand_beside_an_answer(faq: Faq) -> None:
    asides = {subject.id for subject in faq.subjects.values() if subject.aside}
    assert asides == {"pregnancy", "children", "menopause", "periods", "dialysis"}


def test_foods_that_no_answer_names_are_named_by_none(faq: Faq) -> None:
    # No rule of the loader: a new nutrient is one file, whatever foods it names.
    lists = [a for a in faq.answers() if a.aspect in {"foods", "food_amounts"}]
    text = " ".join(" ".join((a.text, *a.bullets)) for a in lists).lower()
    unlisted = [food for food in faq.foods.values() if not food.nutrients]
    named = {n for food in unlisted for n in food.names if re.search(rf"\b{re.escape(n)}\b", text)}
    assert len(unlisted) > 50
    assert named == set()


def test_whom_to_ask_and_what_a_subject_is_fit_into_a_sentence(faq: Faq) -> None:
    for subject in faq.subjects.values():
        assert re.match(r"(?:a|the) ", subject.ask), subject.id
        assert not subject.name.endswith("."), subject.id
        assert not subject.ask.endswith("."), subject.id


def test_names_of_subjects_have_no_other_meaning(faq: Faq) -> None:
    words = "period periods tens tonic oxide oil spray boy girl weed shot booster nursing normal"
    assert [word for word in (*words.split(), *"acek") if faq.subject_named(word)] == []


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


def form(phrase: str) -> str:
    """Return the form in which phrases are compared; emoji and the like stand for themselves."""
    return " ".join(provenance.words(without_marks(phrase))) or phrase.strip()


@pytest.fixture(scope="module")
def training() -> list[tuple[str, str]]:
    return training_phrases()


@pytest.fixture(scope="module")
def held_out(root: Path) -> list[tuple[str, str]]:
    return list(marked_phrases(root / "tests" / "nlu" / "held_out.yml"))


@pytest.fixture(scope="module")
def in_conversations(root: Path) -> list[str]:
    """Messages of the short conversations; what one or two words can say has few wordings."""
    conversations = load(root / "tests" / "nlu" / "conversations.yml")["conversations"]
    said = [turn["say"] for conversation in conversations for turn in conversation["turns"]]
    return [text for text in said if len(form(text).split()) > 2]


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
    marks = [mark for _, phrase in (*training, *held_out) for mark in MARK.finditer(phrase)]
    assert {mark["label"] for mark in marks} == {"topic", "body_part"}
    for _, phrase in (*training, *held_out):
        assert not set(without_marks(phrase)) & set("[]{}"), phrase


# Of the held-out messages, tests/nlu/test_no_leaks.py asks more than that.


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
