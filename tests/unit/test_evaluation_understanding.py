"""Intents, names and thresholds of the evaluation, without a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.held_out import Question
from evaluation.peers import PassageSearch, key_of, measure_tfidf
from evaluation.results import Share
from evaluation.scoring import Delivered, Replies
from evaluation.thresholds import Thresholds, load_thresholds
from evaluation.understanding import (
    RULES,
    Marked,
    Understood,
    first_guess,
    load_marked,
    meanings,
    measure_sureness,
    measure_understanding,
    responses_of_intents,
    surest,
)
from twitchwise.faq import Faq


def named(value: str, label: str = "topic") -> dict[str, Any]:
    return {"entity": label, "value": value}


def parsed(intent: str, confidence: float, *entities: dict[str, Any]) -> dict[str, Any]:
    best = {"name": intent, "confidence": confidence}
    return {"intent": best, "intent_ranking": [best], "entities": list(entities)}


@pytest.mark.parametrize("value", ["magnesium", "Low Magnesium", "very low magnesium"])
def test_a_topic_counts_by_what_it_means(faq: Faq, value: str):
    assert meanings(faq, [named(value)]) == {"topic magnesium"}


def test_foot_twitching_is_a_foot_and_a_twitch(faq: Faq):
    apart = meanings(faq, [named("foot", "body_part"), named("twitch")])

    assert meanings(faq, [named("foot_twitch")]) == apart == {"body part foot", "topic twitch"}


def test_deficiency_adds_nothing_to_a_nutrient(faq: Faq):
    assert meanings(faq, [named("calcium"), named("deficiency")]) == {"topic calcium"}
    assert meanings(faq, [named("deficiency")]) == {"topic deficiency"}


def test_what_came_after_the_marks_is_left_out(faq: Faq):
    subject = next(iter(faq.subjects))

    found = [named(subject, "subject"), named("plant_diet"), named("magnesium")]
    assert meanings(faq, found) == {"topic magnesium"}


def test_an_unknown_name_stays_as_it_is(faq: Faq):
    assert meanings(faq, [named("plutonium")]) == {"topic plutonium"}


def test_marked_messages_are_read(faq: Faq, tmp_path: Path):
    file = tmp_path / "nlu.yml"
    file.write_text(
        'version: "3.1"\nnlu:\n- intent: ask_foods\n  examples: |\n'
        "    - foods with [potassium](topic)\n    - what to eat\n",
        encoding="utf-8",
    )

    assert load_marked(faq, file) == [
        Marked("foods with potassium", "ask_foods", frozenset({"topic potassium"})),
        Marked("what to eat", "ask_foods", frozenset()),
    ]


def test_f1_of_intents_and_names():
    marked = [
        Marked("a", "greet", frozenset()),
        Marked("b", "greet", frozenset({"topic x", "topic y"})),
        Marked("c", "thank", frozenset({"topic x"})),
        Marked("d", "thank", frozenset()),
    ]
    understood = [
        Understood("greet", frozenset()),
        Understood("thank", frozenset({"topic x"})),
        Understood("thank", frozenset({"topic x", "topic z"})),
        Understood("thank", frozenset()),
    ]
    result = measure_understanding(marked, understood)

    assert result.intents == Share(hits=3, out_of=4)
    assert result.f1_by_intent == {"greet": 0.6667, "thank": 0.8}
    assert result.macro_f1 == pytest.approx(0.73335)
    assert result.entity_precision == Share(hits=2, out_of=3)
    assert result.entity_recall == Share(hits=2, out_of=3)
    assert result.entity_f1 == pytest.approx(2 / 3)
    assert result.confusion == {"greet": {"greet": 1, "thank": 1}, "thank": {"thank": 2}}


def test_the_surest_intent_is_never_the_fallback():
    data = parsed("nlu_fallback", 0.3)
    data["intent_ranking"].append({"name": "ask_foods", "confidence": 0.25})

    assert surest(data) == ("ask_foods", 0.25)
    assert surest(parsed("greet", 0.9)) == ("greet", 0.9)
    assert surest(parsed("nlu_fallback", 0.3)) == ("nlu_fallback", 0.0)


def test_rules_say_what_answers_small_talk():
    responses = responses_of_intents(RULES)

    assert responses["greet"] == "utter_greet"
    assert "ask_foods" not in responses


def test_a_first_guess_needs_no_confidence(faq: Faq):
    data = parsed("ask_foods", 0.01, named("magnesium"))

    assert first_guess(faq, data, {}) == ("magnesium.foods",)
    assert first_guess(faq, parsed("greet", 0.01), {"greet": "utter_greet"}) == ("utter_greet",)


def test_where_the_bot_held_back_its_first_guess_is_judged(faq: Faq):
    asked = Question("magnesium foods", "search", "answer", (("magnesium.foods",),))
    replies = Replies([asked, asked], [Delivered(("utter_fallback",)), Delivered(("x.y",))])

    def parse(_: str) -> dict[str, Any]:
        return parsed("ask_foods", 0.2, named("magnesium"))

    sureness = measure_sureness(parse, faq, Thresholds(0.3, 0.7), replies)

    assert sureness.confidence == [0.2, 0.2]
    assert sureness.right == [True, False]
    assert len(sureness.similarity) == len(sureness.similar_right) == 2
    assert (sureness.threshold, sureness.same_question) == (0.3, 0.7)


def test_the_bot_s_own_threshold_is_found():
    assert 0 < load_thresholds().answer_confidence < 1


@pytest.mark.parametrize("key", ["answer_confidence", "threshold"])
def test_a_threshold_is_read(tmp_path: Path, key: str):
    config = tmp_path / "config.yml"
    config.write_text(f"pipeline:\n- name: a\n- name: b\n  {key}: 0.4\n", encoding="utf-8")

    assert load_thresholds(config).answer_confidence == 0.4


def test_no_threshold_is_told(tmp_path: Path):
    config = tmp_path / "config.yml"
    config.write_text("pipeline:\n- name: a\n", encoding="utf-8")

    with pytest.raises(ValueError, match="threshold"):
        load_thresholds(config)


def test_the_search_finds_the_passage_with_the_same_words(faq: Faq):
    answer = faq.topics["magnesium"].answers["foods"]
    search = PassageSearch(faq)

    assert search.best(answer.text, limit=1) == (answer.id,)
    assert search.best("zzz qqq") == ()


def test_the_search_is_judged_by_its_first_passage_and_by_three(faq: Faq):
    text = " ".join(faq.topics["magnesium"].answers["foods"].bullets)
    right = Question(text, "search", "answer", (("magnesium.foods",),))
    nothing = Question("zzz", "noise", "fallback", (("utter_fallback",),))

    peer = measure_tfidf(faq, [right, nothing])

    assert peer.metrics.accuracy == Share(hits=1, out_of=2)
    assert peer.metrics.top_three == Share(hits=1, out_of=2)


def test_a_key_tells_contents_apart():
    assert key_of("a", "b") == key_of("a", "b") != key_of("ab", "")
