"""What remarks point to: the phrases, and the classifier that learns from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from twitchwise.faq import Faq
from twitchwise.faq.problems import ContentError
from twitchwise.faq.remark_phrases import Remark, read_remarks
from twitchwise.nlu.aspect_model import AspectModel
from twitchwise.nlu.remarks import RemarkModel

GOOD = """
remarks:
  - about: sleep
    phrases: ["up till two again", "never in bed before midnight"]
  - about: nothing
    phrases: ["only the left one"]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "remarks.yml").write_text(text, encoding="utf-8")
    return folder


def test_phrases_are_read_with_what_they_point_to(tmp_path: Path) -> None:
    assert read_remarks(written(tmp_path, GOOD), {"sleep"}) == [
        Remark("up till two again", "sleep"),
        Remark("never in bed before midnight", "sleep"),
        Remark("only the left one", "nothing"),
    ]


def test_the_projects_phrases_can_be_used(faq: Faq, root: Path) -> None:
    phrases = read_remarks(root / "data" / "faq", faq.topics)
    assert {"nothing", "lasting", "checked", "afraid", "sleep"} <= {p.about for p in phrases}
    # Each topic that a remark brings up has something to say of twitching.
    topics = {phrase.about for phrase in phrases} & set(faq.topics)
    assert [topic for topic in topics if "link" not in faq.topics[topic].answers] == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("remarks: []", 1, "at least 1 item"),
        ("remarks:\n  - about: sleep", 2, "'remarks.0.phrases' is missing"),
        ("remarks:\n  - about: moon\n    phrases: [a b]", 2, "no topic 'moon'"),
        (
            "remarks:\n  - about: sleep\n    phrases:\n      - so so\n      - so so",
            5,
            "'so so' stands there twice",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(ContentError) as error:
        read_remarks(written(tmp_path, text), {"sleep"})
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == ("remarks.yml", line)
    assert words in problem.message
    assert problem.mend


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="missing"):
        read_remarks(tmp_path, {"sleep"})


@pytest.fixture(scope="module")
def model() -> RemarkModel:
    model = RemarkModel(AspectModel())
    model.train(
        [
            ("up till two again and out of bed at five", "sleep"),
            ("never in bed before midnight", "sleep"),
            ("the baby had me up all hours", "sleep"),
            ("it was boiling on that roof", "dehydration"),
            ("sweated through three shirts in the heat", "dehydration"),
            ("a scorching day on the roof", "dehydration"),
            ("only the left one", "nothing"),
            ("just below the elbow", "nothing"),
            ("on the outside of it", "nothing"),
        ]
    )
    return model


def test_a_remark_points_to_what_its_words_remind_of(model: RemarkModel) -> None:
    assert model.about("in bed at two, up at five again") == "sleep"
    assert model.about("boiling heat on the roof") == "dehydration"


def test_what_points_to_nothing(model: RemarkModel) -> None:
    assert model.about("only below the left elbow") is None
    assert model.about("the roof") is None
    assert model.about("") is None


def test_a_saved_model_says_the_same(model: RemarkModel, tmp_path: Path) -> None:
    model.save(tmp_path / "remarks")
    again = RemarkModel.load(tmp_path / "remarks")
    for text in (
        "boiling heat on the roof",
        "in bed at two, up at five again",
        "the left one only",
    ):
        assert again.about(text) == model.about(text)
