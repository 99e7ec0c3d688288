"""The trained model on messages that it has never seen (tests/nlu/held_out.yml)."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.nlu.training_data.entities_parser import (
    find_entities_in_training_example,
    replace_entities,
)

from twitchwise.faq import Faq

INTENT_ACCURACY = 0.92
TOPIC_ACCURACY = 0.90
#: The FallbackClassifier's threshold: below it, questions are suggested instead of an answer.
CONFIDENT = 0.25
CONFIDENT_AND_WRONG = 0.06

Parse = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Result:
    """A message with what it should be understood as, and what it was understood as."""

    text: str
    intent: str
    predicted: str
    confidence: float
    named: frozenset[str]
    found: frozenset[str]
    in_training: bool

    @property
    def right(self) -> bool:
        return self.predicted == self.intent

    @property
    def confidently_wrong(self) -> bool:
        return not self.right and self.predicted != "nlu_fallback" and self.confidence >= CONFIDENT


@pytest.fixture(scope="session")
def parse(root: Path, monkeypatch_session: pytest.MonkeyPatch) -> Parse:
    """Parses a text with the trained model, as the server does."""
    model = root / "models" / "twitchwise.tar.gz"
    assert model.is_file(), "There is no model: run 'make train'."
    monkeypatch_session.chdir(root)  # config.yml names the spaCy pipeline by a relative path
    agent = Agent.load(str(model))
    assert agent.processor is not None
    processor = agent.processor
    return lambda text: dict(asyncio.run(processor.parse_message(UserMessage(text))))


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterable[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def messages(*files: Path) -> list[tuple[str, str]]:
    """Return the marked messages of NLU files with their intents."""
    found = []
    for file in files:
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found += [(re.sub(r"^- ", "", line.strip()), block["intent"]) for line in lines]
    return found


def resolved(faq: Faq, entities: Iterable[dict[str, Any]]) -> frozenset[str]:
    """Return what is named, by meaning: ids of topics and body parts.

    "Foot twitching" is a foot and a twitch, whether marked as one name or as two. "Vitamin" and
    "deficiency" add nothing where another topic is named ("calcium shortage"). A marked name that
    the FAQ lacks counts as the name inside it ("low potasium"), or else stays as it is.
    """
    topics: set[str] = set()
    parts: set[str] = set()
    of_part = {part.topic: part.id for part in faq.body_parts.values() if part.topic != "twitch"}
    for entity in entities:
        name = str(entity["value"])
        if entity["entity"] == "body_part":
            part = faq.body_part_named(name)
            parts.add(part.id if part else name)
            continue
        topic = next((t for words in inside(name) if (t := faq.topic_named(words))), None)
        if topic and topic.id in of_part:
            parts.add(of_part[topic.id])
        topics.add("twitch" if topic and topic.id in of_part else topic.id if topic else name)
    if topics - {"deficiency"}:
        topics.discard("deficiency")
    return frozenset({f"topic {t}" for t in topics} | {f"body part {p}" for p in parts})


def inside(name: str) -> Iterable[str]:
    """Yield the name and the runs of words in it, longest first."""
    words = name.split()
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


@pytest.fixture(scope="session")
def results(root: Path, faq: Faq, parse: Parse) -> list[Result]:
    held_out = messages(root / "tests" / "nlu" / "held_out.yml")
    training = messages(*sorted((root / "data" / "nlu").glob("*.yml")))
    known = {replace_entities(marked).lower() for marked, _ in training}
    judged = []
    for marked, intent in held_out:
        text = replace_entities(marked)
        data = parse(text)
        judged.append(
            Result(
                text=text,
                intent=intent,
                predicted=str(data["intent"]["name"]),
                confidence=float(data["intent"]["confidence"]),
                named=resolved(faq, find_entities_in_training_example(marked)),
                found=resolved(faq, data["entities"]),
                in_training=text.lower() in known,
            )
        )
    return judged


def share(results: Iterable[Result], holds: Callable[[Result], bool]) -> float:
    judged = [holds(result) for result in results]
    return sum(judged) / len(judged)


def table(results: list[Result], good: Callable[[Result], bool]) -> str:
    """Return a line for each intent, then the messages that went wrong."""
    of_intent = Counter(result.intent for result in results)
    right = Counter(result.intent for result in results if good(result))
    lines = [f"{i:22}{right[i]:4} of {n:3}" for i, n in sorted(of_intent.items())]
    for result in results:
        if not good(result):
            difference = ", ".join(sorted(result.named ^ result.found))
            lines.append(
                f"  {result.intent} -> {result.predicted} ({result.confidence:.2f}): "
                f"{result.text!r} {difference}"
            )
    return "\n".join(["", *lines])


def understood(result: Result) -> bool:
    return result.right


def test_there_are_enough_messages_of_every_intent(root: Path, results: list[Result]):
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    count = Counter(result.intent for result in results)

    assert {i: n for i in domain["intents"] if (n := count[i]) < 8} == {"nlu_fallback": 0}


def test_intents_are_understood(results: list[Result]):
    assert share(results, understood) >= INTENT_ACCURACY, table(results, understood)


def test_intents_are_understood_where_no_phrase_is_the_same(results: list[Result]):
    # Short messages ("thx", "and calcium?") stand in the training data as well.
    new = [result for result in results if not result.in_training]

    assert len(new) >= 250
    assert share(new, understood) >= INTENT_ACCURACY, table(new, understood)


def test_topics_and_body_parts_are_recognised(results: list[Result]):
    def recognised(result: Result) -> bool:
        return result.named == result.found

    named = [result for result in results if result.named]
    assert share(named, recognised) >= TOPIC_ACCURACY, table(named, recognised)


def test_confident_mistakes_are_rare(results: list[Result]):
    def not_misled(result: Result) -> bool:
        return not result.confidently_wrong

    misled = 1 - share(results, not_misled)
    assert misled <= CONFIDENT_AND_WRONG, table(results, not_misled)


def test_no_intent_is_mostly_misunderstood(results: list[Result]):
    for intent in {result.intent for result in results}:
        own = [result for result in results if result.intent == intent]
        assert share(own, understood) >= 0.7, table(own, understood)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "😀", "🦵⚡🦵", "…", "\u200b"])
def test_what_holds_no_word_is_not_understood(parse: Parse, text: str):
    assert parse(text)["intent"]["name"] == "nlu_fallback"


@pytest.mark.parametrize("text", ["asdf", "asdfghjkl", "sdlkfj wer", "xx yy zz"])
def test_keyboard_noise_is_not_taken_for_a_question(parse: Parse, text: str):
    assert parse(text)["intent"]["name"] in {"nlu_fallback", "out_of_scope"}


def test_every_payload_is_its_own_question(parse: Parse, faq: Faq):
    topics = [faq.topics[name] for name in ("magnesium", "twitch", "stress", "deficiency")]
    for topic in topics:
        for aspect in faq.aspects:
            data = parse(f"q:{topic.code}.{aspect}")
            assert data["intent"] == {"name": f"ask_{aspect}", "confidence": 1.0}
            assert [entity["value"] for entity in data["entities"]] == [topic.id]


def test_a_payload_can_name_a_body_part(parse: Parse):
    entities = parse(" q:mg.link.foot ")["entities"]

    assert [(e["entity"], e["value"]) for e in entities] == [
        ("topic", "magnesium"),
        ("body_part", "foot"),
    ]


@pytest.mark.parametrize(
    "payload", ["q:", "q:zz.foods", "q:mg.horoscope", "q:mg", "q:mg.foods.x y"]
)
def test_a_payload_of_nothing_is_not_understood(parse: Parse, payload: str):
    data = parse(payload)

    assert data["intent"]["name"] == "nlu_fallback"
    assert data["entities"] == []


@pytest.mark.parametrize("intent", ["greet", "ask_foods", "restart", "session_start"])
def test_an_intent_can_be_given_by_name(parse: Parse, intent: str):
    assert parse(f"/{intent}")["intent"]["name"] == intent


def test_capitals_and_spaces_do_not_matter(parse: Parse):
    plain = parse("which foods have magnesium")
    shouted = parse("  WHICH FOODS HAVE MAGNESIUM ")

    assert shouted["intent"]["name"] == plain["intent"]["name"] == "ask_foods"
    assert [e["value"].lower() for e in shouted["entities"]] == ["magnesium"]


def test_a_very_long_message_is_parsed(parse: Parse):
    data = parse("my calf twitches and " * 2000)

    assert data["intent"]["name"]


def test_what_is_not_understood_comes_with_near_questions(parse: Parse, faq: Faq):
    data = parse("the of and")

    assert data["intent"]["name"] == "nlu_fallback"
    assert data["similar_questions"]
    assert {near["id"] for near in data["similar_questions"]} <= {q.id for q in faq.questions}
    assert all(0.25 <= near["score"] <= 1 for near in data["similar_questions"])


def test_what_is_understood_needs_no_near_questions(parse: Parse):
    assert not parse("which foods have magnesium").get("similar_questions")
