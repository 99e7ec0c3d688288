"""The local spaCy pipeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from tests.builders import make_faq, make_topic
from twitchwise.errors import TwitchwiseError
from twitchwise.faq import Faq
from twitchwise.nlu.spacy_pipeline import (
    build_pipeline,
    entity_patterns,
    fingerprint_of,
    saved_fingerprint,
)

SMALL = make_faq(
    [
        make_topic("zinc", "nutrient", names=["zinc", "low zinc"], misspellings=["zink", "zinc"]),
        make_topic("stress", "factor"),
    ]
)


@pytest.fixture(scope="module")
def pipeline(faq: Faq, tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder = tmp_path_factory.mktemp("pipeline") / "not" / "there" / "yet"
    build_pipeline(faq, folder)
    return spacy.load(folder)


def found(pipeline: Language, text: str) -> list[tuple[str, str, str]]:
    return [(ent.text, ent.label_, ent.ent_id_) for ent in pipeline(text).ents]


def test_every_name_is_a_pattern_once() -> None:
    assert entity_patterns(SMALL) == [
        {"label": "topic", "pattern": "zinc", "id": "nutrient/zinc"},
        {"label": "topic", "pattern": "low zinc", "id": "nutrient/zinc"},
        {"label": "topic", "pattern": "zink", "id": "nutrient/zinc"},
        {"label": "topic", "pattern": "stress", "id": "factor/stress"},
        {"label": "body_part", "pattern": "foot", "id": "body_part/foot"},
        {"label": "body_part", "pattern": "feet", "id": "body_part/foot"},
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zinc", []),
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
    ],
)
def test_names_are_found(
    pipeline: Language, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(pipeline, text) == expected


def test_every_name_of_the_faq_is_found_whole(pipeline: Language, faq: Faq) -> None:
    named = [
        (name, f"{topic.kind}/{topic.id}")
        for topic in faq.topics.values()
        for name in (*topic.names, *topic.misspellings)
    ]
    named += [(n, f"body_part/{part.id}") for part in faq.body_parts.values() for n in part.names]
    missed = [
        (name, entity)
        for name, entity in named
        if [(text, ent_id) for text, _, ent_id in found(pipeline, name)] != [(name, entity)]
    ]
    assert missed == []


def test_what_the_ruler_finds_the_index_knows(faq: Faq) -> None:
    for pattern in entity_patterns(faq):
        kind, _, wanted = pattern["id"].partition("/")
        known = faq.body_part_named if kind == "body_part" else faq.topic_named
        item = known(pattern["pattern"])
        assert item is not None
        assert item.id == wanted


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
