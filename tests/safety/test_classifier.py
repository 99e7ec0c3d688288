"""The classifier that adds what the rules do not see, and takes nothing away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.leaks import Phrase, find_leaks
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import safety_classifier_file
from twitchwise.safety import Outcome, assess, default_rules, normalise
from twitchwise.safety import classifier as classifying
from twitchwise.safety.classifier import HEADS, Kind, SignClassifier, project_classifier, units
from twitchwise.safety.training import (
    Example,
    phrases_folder,
    read_examples,
    train,
)

HERE = Path(__file__).parent
SMALL = [
    *(Example(f"my {part} lets the {thing} slip", Kind.STRENGTH)
      for part in ("hand", "thumb", "arm") for thing in ("cup", "pen", "fork")),
    *(Example(f"my {part} does not notice the {thing}", Kind.FEELING)
      for part in ("foot", "toe", "heel") for thing in ("floor", "sock", "stone")),
    *(Example(f"she is {how} on the floor", Kind.EMERGENCY) for how in ("blue", "stiff", "cold")),
    *(Example(f"i see no way {how}", Kind.CRISIS) for how in ("out", "on", "forward")),
    *(Example(f"which {food} have magnesium", Kind.NONE) for food in ("nuts", "seeds", "beans")),
    *(Example(f"my {part} twitches on the {place}", Kind.NONE)
      for part in ("hand", "foot", "arm") for place in ("sofa", "bus", "bed")),
]  # fmt: skip


@pytest.fixture(scope="module")
def small() -> SignClassifier:
    return train(SMALL)


def pieces(text: str) -> list[str]:
    normal = normalise(text)
    return [" ".join(normal.tokens[unit.start : unit.end]) for unit in units(normal)]


def test_a_message_is_looked_at_by_sentence_and_by_clause() -> None:
    assert pieces("Hello there. My cup falls down and I twitch, is it low salt?") == [
        "hello there",
        "my cup falls down and i twitch , is it low salt",
        "my cup falls down",
        "is it low salt",
    ]


def test_a_sentence_without_end_is_cut() -> None:
    found = list(units(normalise("twitch " * 1000)))
    assert max(unit.end - unit.start for unit in found) <= 60
    assert {place for unit in found for place in range(*unit)} == set(range(1000))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my wrist lets the plate slip", Kind.STRENGTH),
        ("my ankle does not notice the sock", Kind.FEELING),
        ("she is blue on the stairs", Kind.EMERGENCY),
        ("i see no way out of this", Kind.CRISIS),
        ("which grains have magnesium", None),
    ],
)
def test_it_learns_from_phrases(small: SignClassifier, text: str, kind: Kind | None) -> None:
    hits = small.find(normalise(text))
    assert (hits[0].kind if hits else None) is kind


def test_what_is_about_one_part_teaches_about_another(small: SignClassifier) -> None:
    assert any("a part" in name for name in small.columns)


def test_a_text_without_known_features_is_nothing(small: SignClassifier) -> None:
    assert small.find(normalise("")) == []
    assert small.find(normalise("我的脚麻了")) == []
    assert small.scores(["ζζζ"]) is None


def test_sentences_in_which_the_rules_saw_something_are_left_to_them(
    small: SignClassifier,
) -> None:
    found = assess("my numb hand lets the cup slip", classifier=small)
    assert (found.outcome, found.signs, found.described) == (
        Outcome.ESCALATE, ("numbness",), False,
    )  # fmt: skip
    apart = assess("my foot is numb. my hand lets the cup slip", classifier=small)
    assert set(apart.signs) == {"numbness", "weakness"}
    asked = assess("does b12 help with numbness when cups slip", classifier=small)
    assert asked.outcome is Outcome.CONDITIONAL
    alone = assess("my hand lets the cup slip", classifier=small)
    assert (alone.outcome, alone.described) == (Outcome.ESCALATE, True)


def test_look_alikes_are_not_looked_at(small: SignClassifier) -> None:
    normal = normalise("my hand lets the cup slip")
    assert small.find(normal, masked=frozenset(range(len(normal.tokens)))) == []


def test_it_is_kept_and_read_again(small: SignClassifier, tmp_path: Path) -> None:
    file = tmp_path / "not there yet" / "classifier.npz"
    small.save(file, "hash")
    again = SignClassifier.load(file)
    assert classifying.trained_from(file) == "hash"
    words = ["my", "hand", "lets", "the", "cup", "slip"]
    before, after = small.scores(words), again.scores(words)
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(after, before)
    assert (again.parts, again.threshold) == (small.parts, small.threshold)


def test_training_twice_gives_the_same(small: SignClassifier) -> None:
    again = train(SMALL)
    assert again.columns == small.columns
    np.testing.assert_array_equal(again.weights, small.weights)


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_without_a_classifier_the_rules_go_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    content: bytes | None,
) -> None:
    file = tmp_path / "safety_classifier.npz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(classifying, "safety_classifier_file", lambda: file)
    project_classifier.cache_clear()
    assert project_classifier() is None
    project_classifier.cache_clear()
    assert "twitchwise build-safety" in caplog.text
    assert assess("my foot is numb", classifier=None).outcome is Outcome.ESCALATE


EVERYTHING = [
    case["text"]
    for group in yaml.safe_load((HERE / "cases.yml").read_text("utf-8")).values()
    for case in group
]


@pytest.mark.parametrize("text", EVERYTHING)
def test_it_takes_nothing_away(classifier: SignClassifier, text: str) -> None:
    assert assess(text, classifier=classifier).outcome >= assess(text).outcome


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=200)
def test_any_string_is_assessed(text: str) -> None:
    assert assess(text, classifier=project_classifier()).outcome >= assess(text).outcome


def test_it_stays_small(classifier: SignClassifier) -> None:
    assert safety_classifier_file().stat().st_size < 20_000_000


def test_no_phrase_stands_in_what_measures_it() -> None:
    phrases = [example.text for example in read_examples(phrases_folder())]
    measured = [
        Phrase(row["text"], f"{name}: {group}")
        for name in ("held_out", "development")
        for group, rows in yaml.safe_load((HERE / f"{name}.yml").read_text("utf-8")).items()
        for row in rows
    ]
    assert len(measured) > 1000
    assert [str(leak) for leak in find_leaks(measured, phrases)] == []


def test_a_phrase_is_said_with_the_words_of_its_names(tmp_path: Path) -> None:
    for kind in Kind:
        (tmp_path / f"{kind.value}.yml").write_text(f"label: {kind.value}\nphrases: [x]", "utf-8")
    (tmp_path / "drawn.yml").write_text(
        "label: none\ndraws: 20\nwords: {part: [calf, toe], verb: [hops]}\n"
        'phrases: ["my {part} {verb}", "{part}?"]',
        encoding="utf-8",
    )
    texts = [example.text for example in read_examples(tmp_path) if example.text != "x"]
    assert len(texts) == 40
    assert set(texts) == {"my calf hops", "my toe hops", "calf?", "toe?"}
    assert [e.text for e in read_examples(tmp_path) if e.text != "x"] == texts


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("label: none\nwords: {a: [b]}\nphrases: ['{c}']", ["'{c}'", "'words'"]),
        ("label: none\nwords: [a]\nphrases: ['{c}']", ["'{c}'", "'words'"]),
        ("label: none\nwords: {a: []}\nphrases: ['{a}']", ["'{a}'", "'words'"]),
        ("label: strength\nphrases: [a, 1]", ["phrase 2 is 1", "quotes"]),
        ("label: strenght\nphrases: [a]", ["'strenght'", "strength, feeling"]),
        ("label: none", ["label, about, phrases"]),
        ("- a", ["label, about, phrases"]),
        ("label: [", ["is no YAML"]),
        ("label: none\nphrases: [a]", ["no phrases for: crisis, emergency, feeling, strength"]),
    ],
)
def test_wrong_phrases_are_one_clear_line(tmp_path: Path, content: str, words: list[str]) -> None:
    (tmp_path / "own.yml").write_text(content, encoding="utf-8")
    with pytest.raises(TwitchwiseError) as raised:
        read_examples(tmp_path)
    assert "\n" not in str(raised.value)
    for word in words:
        assert word in str(raised.value)


def test_rules_that_are_no_longer_lean_are_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    from twitchwise.safety import RulesError, upkeep

    monkeypatch.setattr(upkeep, "collisions", lambda _: ["water"])
    with pytest.raises(RulesError, match="'water' is an ordinary word"):
        upkeep.require_sound(default_rules())


def _heads(**scores: float) -> SignClassifier:
    """Return a classifier for which every text has these scores; -9 where none is given."""
    return SignClassifier(
        columns={"x": 0},
        idf=np.ones(1, dtype=np.float32),
        weights=np.zeros((1, len(HEADS)), dtype=np.float32),
        intercepts=np.array([scores.get(head, -9.0) for head in HEADS], dtype=np.float32),
        parts=frozenset(),
        threshold=-2.2,
    )


@pytest.mark.parametrize(
    ("scores", "kind"),
    [
        ({"any": 0.6, "emergency": -3.0}, Kind.STRENGTH),
        ({"any": 0.6, "emergency": -3.0, "feeling": 0.1}, Kind.FEELING),
        ({"any": 0.4, "emergency": -3.0}, None),
        ({"any": 0.6, "emergency": 0.3}, Kind.EMERGENCY),
        ({"any": -3.0, "emergency": 0.3}, None),
    ],
)
def test_a_nearly_certain_sign_counts_though_its_kind_is_unclear(
    scores: dict[str, float], kind: Kind | None
) -> None:
    hits = _heads(**scores).find(normalise("x"))
    assert (hits[0].kind if hits else None) is kind
