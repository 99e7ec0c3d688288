"""The local spaCy pipeline."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from tests.builders import make_faq, make_subject, make_topic
from twitchwise.errors import TwitchwiseError
from twitchwise.faq import BodyPart, Faq, Topic, UnsourcedSubject
from twitchwise.nlu.spacy_pipeline import (
    BESIDE,
    BODY_PART,
    SUBJECT,
    TOPIC,
    build_pipeline,
    entity_patterns,
    fingerprint_of,
    saved_fingerprint,
)

SMALL = make_faq(
    [
        make_topic("zinc", "nutrient", names=["zinc", "low zinc"], misspellings=["zink", "zinc"]),
        make_topic("stress", "factor"),
        make_topic("medication", "factor", names=["pills"]),
        make_topic("plant_diet", "factor", names=["vegan"]),
    ],
    subjects=[make_subject("tin", names=["tin", "tins"], misspellings=["tinn", "tin"])],
)


def found(pipeline: Language, text: str) -> list[tuple[str, str, str]]:
    return [(ent.text, ent.label_, ent.ent_id_) for ent in pipeline(text).ents]


def test_every_name_is_a_pattern_once() -> None:
    assert entity_patterns(SMALL) == [
        {"label": "topic", "pattern": "zinc", "id": "nutrient/zinc"},
        {"label": "topic", "pattern": "low zinc", "id": "nutrient/zinc"},
        {"label": "topic", "pattern": "zink", "id": "nutrient/zinc"},
        {"label": "topic", "pattern": "stress", "id": "factor/stress"},
        {"label": "topic", "pattern": "pills", "id": "medicine/medication"},
        {"label": "topic", "pattern": "vegan", "id": "person/plant_diet"},
        {"label": "body_part", "pattern": "foot", "id": "body_part/foot"},
        {"label": "body_part", "pattern": "feet", "id": "body_part/foot"},
        {"label": "subject", "pattern": "tin", "id": "subject/tin"},
        {"label": "subject", "pattern": "tins", "id": "subject/tin"},
        {"label": "subject", "pattern": "tinn", "id": "subject/tin"},
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unobtainium", []),
        ("zinc", [("zinc", "subject", "subject/zinc")]),
        ("magnesium", [("magnesium", "topic", "nutrient/magnesium")]),
        ("MAGNESIUM?", [("MAGNESIUM", "topic", "nutrient/magnesium")]),
        ("is low Magnesium bad", [("low Magnesium", "topic", "nutrient/magnesium")]),
        (
            "why does my foot twitch",
            [("foot twitch", "topic", "movement/foot_twitch")],
        ),
        (
            "twitch in my big toe",
            [("twitch", "topic", "movement/twitch"), ("big toe", "body_part", "body_part/foot")],
        ),
        ("magnesuim", [("magnesuim", "topic", "nutrient/magnesium")]),
        ("the footage", []),
        # In all their forms, with hyphens, and with points at their ends.
        ("cramping", [("cramping", "topic", "movement/cramp")]),
        (
            "my toes' cramps...",
            [
                ("toes", "body_part", "body_part/foot"),
                ("cramps", "topic", "movement/cramp"),
            ],
        ),
        ("low-potassium?", [("potassium", "topic", "nutrient/potassium")]),
        ("b-12", [("b-12", "topic", "nutrient/vitamin_b12")]),
        ("water tablets", [("water tablets", "topic", "medicine/medication/example/diuretics")]),
        ("medical", []),
    ],
)
def test_names_are_found(
    pipeline: Language, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(pipeline, text) == expected


def test_every_name_of_the_faq_is_found_whole(pipeline: Language, faq: Faq) -> None:
    patterns = entity_patterns(faq)
    missed = [
        pattern
        for pattern in patterns
        if found(pipeline, pattern["pattern"])
        != [(pattern["pattern"], pattern["label"], pattern["id"])]
    ]
    assert missed == []
    assert {pattern["label"] for pattern in patterns} == {TOPIC, BODY_PART, SUBJECT}


def test_what_the_ruler_finds_the_index_knows(faq: Faq) -> None:
    look_up: dict[str, Callable[[str], Topic | BodyPart | UnsourcedSubject | None]] = {
        TOPIC: faq.topic_named,
        BODY_PART: faq.body_part_named,
        SUBJECT: faq.subject_named,
    }
    for pattern in entity_patterns(faq):
        if pattern["id"].endswith(f"/{BESIDE}"):
            continue  # no name by itself
        known = look_up[pattern["label"]](pattern["pattern"])
        assert known is not None, pattern
        assert pattern["id"].split("/")[1] == known.id


def test_the_tokenizer_keeps_every_character(pipeline: Language) -> None:
    text = "b-12, low-potassium foods?! it's “fine”…  (my toes')\n-- e.g. x/y"
    assert pipeline(text).text == text


@pytest.mark.parametrize("piece", [".", "🙂", "a-", "'", "(", "magnesium-"])
def test_a_long_run_without_blanks_is_a_few_words(pipeline: Language, piece: str) -> None:
    # spaCy's own tokenizer tries every affix anew here, and takes minutes.
    assert len(pipeline.make_doc(piece * 20_000)) <= 2 * 20_000


def test_the_fingerprint_is_saved_and_read(tmp_path: Path) -> None:
    fingerprint = build_pipeline(SMALL, tmp_path / "spacy")
    assert fingerprint == fingerprint_of(entity_patterns(SMALL))
    assert saved_fingerprint(tmp_path / "spacy") == fingerprint


def test_building_again_replaces_the_pipeline(tmp_path: Path, faq: Faq) -> None:
    build_pipeline(faq, tmp_path)
    fingerprint = build_pipeline(SMALL, tmp_path)
    assert saved_fingerprint(tmp_path) == fingerprint
    assert found(spacy.load(tmp_path), "zink and magnesium") == [("zink", "topic", "nutrient/zinc")]


def test_other_names_have_another_fingerprint(faq: Faq) -> None:
    patterns = entity_patterns(SMALL)
    more = make_faq([make_topic("zinc", "nutrient", names=["zinc", "low zinc", "zincs"])])
    prints = [fingerprint_of(entity_patterns(each)) for each in (SMALL, more, faq)]
    assert len(set(prints)) == 3
    assert fingerprint_of(patterns) == prints[0]


@pytest.mark.parametrize("meta", [None, "", "{", "{}", "[]"])
def test_a_missing_or_broken_pipeline_is_one_clear_line(tmp_path: Path, meta: str | None) -> None:
    folder = tmp_path / "spacy"
    if meta is not None:
        folder.mkdir()
        (folder / "meta.json").write_text(meta, encoding="utf-8")
    with pytest.raises(TwitchwiseError) as raised:
        saved_fingerprint(folder)
    message = str(raised.value)
    assert "\n" not in message
    assert str(folder) in message
    assert "Mend: run 'make train'" in message


def test_a_pipeline_of_somebody_else_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path)
    assert "lang" in json.loads((tmp_path / "meta.json").read_text(encoding="utf-8"))
    with pytest.raises(TwitchwiseError):
        saved_fingerprint(tmp_path)
