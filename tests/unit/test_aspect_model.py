"""The classifier of what is asked, without Rasa."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.nlu.aspect_model import AspectModel, Span, replace_names

PHRASES = {
    "ask_foods": [
        "which foods have nutrientname",
        "what should i eat for nutrientname",
        "foods with nutrientname",
        "what fruit has nutrientname",
        "food rich in nutrientname",
        "what do i eat against movementname",
        "good foods for muscles",
        "nutrientname in food",
        "which nuts have nutrientname",
        "what to eat",
    ],
    "ask_see_doctor": [
        "when should i see a doctor",
        "do i need a doctor",
        "should a doctor look at movementname",
        "see a doctor about it",
        "when to go to the gp",
        "is it time for a doctor",
        "which doctor do i ask",
        "do i need an appointment",
        "go to hospital with movementname",
        "when is a doctor needed",
    ],
    "greet": [
        "hello",
        "hi",
        "hey there",
        "good morning",
        "hello bot",
        "hi there",
        "good evening",
        "hey",
        "hello again",
        "morning",
    ],
}
TEXTS = [text for texts in PHRASES.values() for text in texts]
LABELS = [label for label, texts in PHRASES.items() for _ in texts]


@pytest.fixture(scope="module")
def model() -> AspectModel:
    trained = AspectModel()
    trained.train(TEXTS, LABELS)
    return trained


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("what foods are rich in nutrientname", "ask_foods"),
        ("foods for movementname", "ask_foods"),
        ("should i see the docter", "ask_see_doctor"),
        ("hello hello", "greet"),
    ],
)
def test_new_wordings_are_understood(model: AspectModel, text: str, label: str) -> None:
    assert model.predict(text)[0].label == label


def test_all_labels_are_ranked_and_their_probabilities_make_one(model: AspectModel) -> None:
    predictions = model.predict("which foods")
    assert {prediction.label for prediction in predictions} == set(PHRASES)
    confidences = [prediction.confidence for prediction in predictions]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", "   ", "日本語", "🙂", "…"])
def test_nothing_is_predicted_for_a_text_without_known_features(
    model: AspectModel, text: str
) -> None:
    assert model.predict(text) == []


def test_a_saved_model_predicts_the_same(model: AspectModel, tmp_path: Path) -> None:
    model.save(tmp_path / "new" / "folder")
    loaded = AspectModel.load(tmp_path / "new" / "folder")
    for text in [*TEXTS, "what foods", "doctor?", "good morning doctor"]:
        before, after = model.predict(text), loaded.predict(text)
        assert [p.label for p in after] == [p.label for p in before]
        assert [p.confidence for p in after] == pytest.approx([p.confidence for p in before], 1e-4)
    assert loaded.predict("") == []


def test_what_is_saved_is_no_pickle(model: AspectModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"vocabulary.json", "weights.npz"}
    vocabulary = json.loads((tmp_path / "vocabulary.json").read_text("utf-8"))
    assert {"word foods", "ood"} <= set(vocabulary)
    assert sorted(vocabulary.values()) == list(range(len(vocabulary)))


def test_training_twice_gives_the_same(model: AspectModel) -> None:
    again = AspectModel()
    again.train(TEXTS, LABELS)
    assert again.predict("which foods help") == model.predict("which foods help")


def test_names_are_replaced_by_their_kind() -> None:
    text = "Can low Magnesium make my FOOT twitch?"
    spans = [Span(4, 17, "nutrient"), Span(26, 30, "body_part"), Span(31, 37, "movement")]
    assert replace_names(text, spans) == "can nutrientname low make my bodyname movementname?"


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("magnesium", "nutrient", "nutrientname"),
        ("Magnesium Deficiency", "nutrient", "nutrientname deficiency"),
        ("lack of sleep", "factor", "factorname lack"),
        ("thyroid", "condition", "conditionname"),
        ("supplements", "care", "supplements"),
        ("Deficiency", "general", "deficiency"),
    ],
)
def test_words_that_say_what_is_asked_are_kept(name: str, kind: str, expected: str) -> None:
    assert replace_names(name, [Span(0, len(name), kind)]) == expected


def test_spans_may_come_in_any_order_and_overlap() -> None:
    text = "low calcium and stress"
    spans = [Span(16, 22, "factor"), Span(0, 11, "nutrient"), Span(4, 11, "nutrient")]
    assert replace_names(text, spans) == "nutrientname low and factorname"


@given(st.text(max_size=60))
def test_a_text_without_names_is_only_put_in_lower_case(text: str) -> None:
    assert replace_names(text, []) == text.lower()
