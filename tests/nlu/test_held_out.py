"""The trained model on messages that it has never seen (tests/nlu/held_out.yml)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from evaluation.thresholds import load_thresholds
from evaluation.understanding import Parse, load_marked, load_parser, meanings
from tests.phrases import plain_phrases
from twitchwise.faq import Faq
from twitchwise.faq.understood import Clause, clauses_of

INTENT_ACCURACY = 0.92
#: Both get the answer that fits what they name; the difference is one of words.
STATEMENTS = {"mention_topic", "describe"}
TOPIC_ACCURACY = 0.90
#: Below it, questions are suggested instead of an answer.
CONFIDENT = load_thresholds().answer_confidence
CONFIDENT_AND_WRONG = 0.06


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
        return {self.predicted, self.intent} <= STATEMENTS or self.predicted == self.intent

    @property
    def confidently_wrong(self) -> bool:
        return not self.right and self.predicted != "nlu_fallback" and self.confidence >= CONFIDENT


@pytest.fixture(scope="session")
def parse(monkeypatch_session: pytest.MonkeyPatch, root: Path) -> Parse:
    """Parses a text with the trained model, as the server does."""
    monkeypatch_session.chdir(root)  # put back afterwards: the parser changes it as well
    return load_parser()


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterable[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="session")
def results(faq: Faq, parse: Parse) -> list[Result]:
    known = {phrase.lower() for phrase in plain_phrases()}
    judged = []
    for message in load_marked(faq):
        data = parse(message.text)
        judged.append(
            Result(
                text=message.text,
                intent=message.intent,
                predicted=str(data["intent"]["name"]),
                confidence=float(data["intent"]["confidence"]),
                named=message.named,
                found=meanings(faq, data["entities"]),
                in_training=message.text.lower() in known,
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
    assert parse(text)["intent"]["name"] in {"nlu_fallback", "out_of_scope", "other_language"}


def test_every_payload_is_its_own_question(parse: Parse, faq: Faq):
    topics = [faq.topics[name] for name in ("magnesium", "twitch", "stress", "deficiency")]
    for topic in topics:
        for aspect in faq.aspects:
            data = parse(f"q:{topic.code}.{aspect}")
            assert data["intent"] == {"name": f"ask_{aspect}", "confidence": 1.0}
            assert [entity["value"] for entity in data["entities"]] == [topic.id]
            # What the classifier made of the payload's letters is gone.
            assert clauses_of(data, faq) == [Clause(f"ask_{aspect}", topics=(topic.id,))]


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
    assert not data.get("clauses")
    assert not data.get("similar_questions")


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


def test_a_message_comes_with_near_questions(parse: Parse, faq: Faq):
    data = parse("wot abut the quesstion foods zzz magnesium twitch")

    assert data["similar_questions"]
    assert {near["id"] for near in data["similar_questions"]} <= {q.id for q in faq.questions}
    assert all(0.25 <= near["score"] <= 1 for near in data["similar_questions"])


def test_names_have_the_ids_of_what_they_name(parse: Parse):
    text = "do statins and low potasium make my big toe twitch"
    data = parse(text)

    named = [(entity["entity"], entity["value"]) for entity in data["entities"]]
    assert named == [
        ("subject", "statins"),
        ("topic", "potassium"),
        ("body_part", "foot"),
        ("topic", "twitch"),
    ]


def test_several_questions_are_clauses_in_order(parse: Parse, faq: Faq):
    data = parse("What causes leg cramps, and which foods have magnesium?")
    asked = [clause for clause in clauses_of(data, faq) if clause.asked]

    assert [clause.intent for clause in asked] == ["ask_causes", "ask_foods"]
    assert asked[1].topics == ("magnesium",)


def test_what_is_kept_of_a_message_is_small(parse: Parse):
    # Each message is stored with its parse data.
    data = parse("my calf twitches, what helps? " * 100)

    assert len(data["intent_ranking"]) <= 3
    assert len(data["clauses"]) <= 12
    assert not data.get("similar_questions")
