"""Reading content files: what comes out, and where mistakes are said to be."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from twitchwise.faq import ContentError, Faq, Problem, load_faq
from twitchwise.faq.loader import answer_ids, read_content, resolved_answer
from twitchwise.faq.yaml_lines import YamlProblem, load_yaml

ZINC = """\
id: zinc
code: zn
name: zinc
kind: nutrient
parent: deficiency
names: [zinc, zinc deficiency]
misspellings: [zink]
answers:
  link:
    text: >-
      It may be linked
      to twitching.
    bullets:
      - a first
        bullet
    facts: [zn-01]
    sources: [zinc-sheet, article-foot]
    reviewed: 2026-11-22
    confidence: high
    follow_ups: [zinc.signs]
    body_parts:
      foot:
        text: In the foot as well.
        facts: [zn-02]
        sources: [article-foot]
        reviewed: 2026-11-21
        confidence: medium
        names_red_flag: true
sources:
  - id: zinc-sheet
    title: Zinc, fact sheet
    publisher: Some Institute
    url: https://example.org/zinc
    confidence: high
"""


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """The project's content with one more topic."""
    copy = tmp_path / "faq"
    shutil.copytree(root / "data" / "faq", copy)
    (copy / "zinc.yml").write_text(ZINC, encoding="utf-8")
    return copy


@pytest.fixture
def with_zinc(folder: Path) -> Faq:
    return load_faq(folder)


def test_a_new_topic_needs_no_code(with_zinc: Faq, faq: Faq) -> None:
    assert set(with_zinc.topics) == {*faq.topics, "zinc"}
    zinc = with_zinc.topic_named("Zink")
    assert zinc is not None
    assert (zinc.id, zinc.code, zinc.kind, zinc.parent) == ("zinc", "zn", "nutrient", "deficiency")
    foods = with_zinc.find_answer(zinc, "testing")
    assert foods is not None
    assert foods.id == "deficiency.testing"


def test_an_answer_is_read_whole(with_zinc: Faq) -> None:
    answer = with_zinc.answer_with_id("zinc.link")
    assert answer is not None
    assert answer.text == "It may be linked to twitching."
    assert answer.bullets == ("a first bullet",)
    assert answer.facts == ("zn-01",)
    assert [source.title for source in answer.sources] == [
        "Zinc, fact sheet",
        "What vitamin deficiency causes foot twitches?",
    ]
    assert answer.sources[0].url == "https://example.org/zinc"
    assert answer.reviewed == datetime.date(2026, 11, 22)
    assert answer.confidence == "high"
    assert [source.confidence for source in answer.sources] == ["high", "medium"]
    assert answer.follow_ups == ("zinc.signs",)
    assert (answer.names_red_flag, answer.body_part) == (False, None)


def test_an_answer_for_a_body_part_stands_beside_it(with_zinc: Faq) -> None:
    answer = with_zinc.answer_with_id("zinc.link.foot")
    assert answer is not None
    assert (answer.topic, answer.aspect, answer.body_part) == ("zinc", "link", "foot")
    assert answer.confidence == "medium"
    assert answer.names_red_flag
    assert answer.follow_ups == ()


def test_texts_hold_no_line_breaks(faq: Faq) -> None:
    for answer in faq.answers():
        assert "\n" not in "".join([answer.text, *answer.bullets]), answer.id


def test_no_file_of_the_folder_is_left_out(faq: Faq, root: Path) -> None:
    files = {path.stem for path in (root / "data" / "faq").glob("*.yml")}
    others = {"aspects", "body_parts", "sources", "questions", "red_flags", "foods"}
    assert set(faq.topics) == files - others - {
        "unused_facts",
        "unsourced",
        "remarks",
        "unmentioned",
    }


def test_a_subject_without_a_source_is_found_by_its_names(faq: Faq) -> None:
    subject = faq.subject_named("Mag  Glycinate")
    assert subject is not None
    assert (subject.id, subject.aside) == ("magnesium_forms", False)
    assert subject.ask == "a pharmacist or dietitian"
    assert [faq.answer_with_id(target) is not None for target in subject.nearest] == [True] * 3
    assert faq.subject_named("glicinate") == subject
    assert faq.subject_named("magnesium") is None
    assert faq.subjects["children"].aside


def test_a_topic_takes_the_place_of_the_subject_with_its_id(with_zinc: Faq, faq: Faq) -> None:
    assert set(faq.subjects) - set(with_zinc.subjects) == {"zinc"}
    assert faq.subject_named("zinc") == faq.subjects["zinc"]
    assert with_zinc.subject_named("zinc") is None


def test_all_mistakes_are_told_at_once_and_in_order(folder: Path) -> None:
    (folder / "zinc.yml").write_text(ZINC.replace("kind: nutrient", "kind: metal"), "utf-8")
    (folder / "stress.yml").write_text("", encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_faq(folder)
    problems = raised.value.problems
    assert list(problems) == sorted(problems)
    named = {(problem.file, problem.line) for problem in problems}
    assert ("zinc.yml", 4) in named
    assert ("stress.yml", 1) in named
    assert str(raised.value).splitlines() == [str(problem) for problem in problems]


def test_an_empty_folder_lacks_every_required_file(tmp_path: Path) -> None:
    problems = read_content(tmp_path).problems
    assert {problem.file for problem in problems} == {
        "aspects.yml",
        "body_parts.yml",
        "sources.yml",
        "questions.yml",
        "unused_facts.yml",
        "unsourced.yml",
        "foods.yml",
        "unmentioned.yml",
    }
    assert {problem.message for problem in problems} == {"the file is missing."}


def test_ids_of_answers_and_inheritance(folder: Path) -> None:
    content = read_content(folder)
    assert {"zinc.link", "zinc.link.foot"} <= answer_ids(content)
    assert resolved_answer(content, "zinc.link") == "zinc.link"
    assert resolved_answer(content, "zinc.testing") == "deficiency.testing"
    assert resolved_answer(content, "zinc.no_aspect") is None
    assert resolved_answer(content, "no_topic.link") is None


def test_a_problem_is_one_line_with_its_place_and_mend() -> None:
    problem = Problem("zinc.yml", 7, "it is wrong.", "put it right.")
    assert str(problem) == "zinc.yml:7: it is wrong. Mend: put it right."


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_of_keys_and_items(tmp_path: Path) -> None:
    located = load_yaml(write(tmp_path, "# about\na: 1\nb:\n  - x\n  - c: 2\n    d: 3\n"))
    assert located.data == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    places = [("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "d"), ("b", 1, "missing", "deeper")]
    assert [located.line_of(place) for place in places] == [2, 3, 4, 5, 6, 5]


def test_an_empty_file_has_no_data(tmp_path: Path) -> None:
    located = load_yaml(write(tmp_path, "# nothing but this\n"))
    assert located.data is None
    assert located.line_of(("a",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a:\n  c: 1\n  c: 2\n", 3, "twice"),
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("a: 1\nb: one: two\n", 2, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("a: \x07\n", 1, "not valid YAML"),
    ],
)
def test_what_is_no_yaml_has_a_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(YamlProblem, match=said) as raised:
        load_yaml(write(tmp_path, text))
    assert raised.value.line == line


def test_a_list_that_holds_itself_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(YamlProblem):
        load_yaml(write(tmp_path, "a: &loop\n  - *loop\n"))


def test_a_file_in_another_encoding_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_bytes("a: caf\u00e9\n".encode("latin-1"))
    with pytest.raises(YamlProblem, match="UTF-8"):
        load_yaml(path)
