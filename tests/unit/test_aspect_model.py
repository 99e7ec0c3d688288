"""The classifier of what is asked, without Rasa."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from twitchwise.nlu.aspect_model import (
    FOREIGN_LABELS,
    AspectModel,
    Features,
    Prediction,
    Span,
    known_stems,
    level_of,
    replace_names,
)

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


@pytest.mark.parametrize("text", ["", "   ", "🙂", "…"])
def test_nothing_is_predicted_for_a_text_without_words(model: AspectModel, text: str) -> None:
    assert model.predict(text) == []


def test_two_words_that_nobody_knows_are_the_same_to_it(model: AspectModel) -> None:
    assert model.predict("日本語") == model.predict("слово") != []


def test_many_texts_are_ranked_as_one_by_one(model: AspectModel) -> None:
    texts = ["which foods", "🙂", "good morning", "see a doctor"]
    together = model.predict_all(texts)
    assert [labels(ranking) for ranking in together] == [labels(model.predict(t)) for t in texts]
    assert together[1] == []
    assert model.predict_all([]) == []


def test_the_probabilities_are_those_of_scikit_learn(model: AspectModel) -> None:
    # Each label is fitted by itself, side by side with others, and a clause has few features.
    stock = clone(model._unfitted).set_params(class_weight="balanced")
    stock.fit(model._vectorizer.transform(TEXTS), LABELS)
    asked = [*TEXTS, "what foods help", "hello doctor"]
    expected = stock.predict_proba(model._vectorizer.transform(asked))
    for text, row in zip(asked, expected, strict=True):
        found = dict(model.predict(text))
        assert [found[label] for label in stock.classes_] == pytest.approx(row, abs=0.005)


def labels(ranking: list[Prediction]) -> list[str]:
    return [prediction.label for prediction in ranking]


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
    features = vocabulary["features"]
    assert {"w foods", "s food", "2 ^ food", "3 ^ hello $", "l ood"} <= set(features)
    assert sorted(features.values()) == list(range(len(features)))
    assert {"food", "doctor"} <= set(vocabulary["known_stems"])


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
        ("lack of sleep", "factor", "factorname"),
        ("thyroid", "condition", "conditionname"),
        ("water tablets", "medicine", "factorname"),
        ("vegan", "person", "personname"),
        ("statins", "subject", "subjectname"),
        ("High-Potassium", "nutrient", "nutrientname high"),
        ("hypokalemia", "nutrient", "nutrientname low"),
        ("hyperkalemia", "nutrient", "nutrientname high"),
        ("hypothyroidism", "condition", "conditionname"),
        ("keto", "diet", "diet"),
        ("tablets", "supplements", "supplements"),
        ("Shortage", "deficiency", "deficiency"),
        ("Which vitamin", "deficiency", "which vitamin"),
        ("anything", "unheard_of", "anything"),
    ],
)
def test_words_that_say_what_is_asked_are_kept(name: str, kind: str, expected: str) -> None:
    assert replace_names(name, [Span(0, len(name), kind)]) == expected


def test_a_medicine_beside_a_nutrient_is_told_apart() -> None:
    # People ask how the two go together.
    spans = [Span(3, 16, "medicine"), Span(23, 32, "nutrient")]
    assert replace_names("do water tablets lower potassium", spans) == (
        "do medicinename lower nutrientname"
    )


def test_spans_may_come_in_any_order_and_overlap() -> None:
    text = "low calcium and stress"
    spans = [Span(16, 22, "factor"), Span(0, 11, "nutrient"), Span(4, 11, "nutrient")]
    assert replace_names(text, spans) == "nutrientname low and factorname"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("low calcium", "low"),
        ("Magnesium-deficiency", "low"),
        ("lack of b12", "low"),
        ("hypokalemia", "low"),
        ("high potassium", "high"),
        ("hyperkalemia", "high"),
        ("magnesium", None),
        ("potassium level", None),
    ],
)
def test_a_name_may_say_how_much(name: str, level: str | None) -> None:
    assert level_of(name) == level


def test_our_words_stand_in_two_phrases_about_our_subject() -> None:
    texts = ["which foods have zinc", "foods with zinc", "a poem on zinc", "which poem", "poems"]
    intents = ["ask_foods", "ask_foods", *["out_of_scope"] * 3]
    assert set(intents[2:]) <= FOREIGN_LABELS
    assert known_stems(texts, intents) == {"food", "zinc"}


def test_words_that_no_phrase_of_ours_holds(model: AspectModel) -> None:
    assert not model.has_foreign_words("which foods should i see")
    assert model.has_foreign_words("which foods are turquoise")


def test_a_word_twice_in_one_phrase_is_no_word_of_ours_yet() -> None:
    assert known_stems(["zinc zinc", "which foods"], ["ask_foods", "ask_foods"]) == set()


def test_words_that_are_not_ours_look_alike() -> None:
    features = Features({"symptom", "of"})
    assert "3 symptom of unknownword" in features.of("symptoms of lupus")
    assert "3 symptom of unknownword" in features.of("Symptoms of asthma")
    assert "s lupus" not in features.of("symptoms of lupus")
    # As typed, each word still counts for itself.
    assert "w lupus" in features.of("symptoms of lupus")


def test_a_question_mark_is_a_word() -> None:
    features = Features({"why"})
    assert "3 ^ why ?" in features.of("why?")


@given(st.text(max_size=60))
def test_features_are_found_in_any_text(text: str) -> None:
    found = Features({"food"}).of(text)
    assert {feature[:2] for feature in found} <= {"w ", "s ", "2 ", "3 ", "l "}


@given(st.text(max_size=60))
def test_a_text_without_names_is_only_put_in_lower_case(text: str) -> None:
    assert replace_names(text, []) == text.lower()
