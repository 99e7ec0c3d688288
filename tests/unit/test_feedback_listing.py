"""``twitchwise feedback``: what is counted and listed, in which form, and wrong options."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feedback_tools import HERE, START, rating, unanswered
from twitchwise import cli
from twitchwise.feedback.formats import csv_lines, table
from twitchwise.feedback.record import UNANSWERED_KINDS
from twitchwise.feedback.report import RatedPart, Report, UnansweredPart, count_answers
from twitchwise.feedback.store import FeedbackStore
from twitchwise.paths import HOME_VARIABLE
from twitchwise.settings import read_settings, settings

HOSTILE = st.text(st.sampled_from("=+-@\t\r\n '\",;|a1\x1b\u202e\x9b"), max_size=6)


class Finished(NamedTuple):
    code: object
    out: str
    err: str


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.yml").write_text("")
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    for name in ("TWITCHWISE_TRACKER_STORE_URL", "TWITCHWISE_TRACKER_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield home
    settings.cache_clear()


@pytest.fixture
def store(home: Path) -> Iterator[FeedbackStore]:
    with closing(FeedbackStore(settings().database_url())) as store:
        yield store


@pytest.fixture
def filled(store: FeedbackStore) -> FeedbackStore:
    """Seven thumbs, of which two have comments, and four turns without an answer."""
    store.rate(rating(1, answer_ids=("magnesium.foods", "zinc.dose")))
    store.rate(rating(2, rating="down", comment="too\nlong", question="which foods?"))
    store.rate(rating(3, rating="down"))
    store.rate(rating(4, answer_ids=("zinc.dose",), rating="down"))
    store.rate(rating(5, answer_ids=("iron.foods",), comment="thanks"))
    store.rate(rating(6, answer_ids=(), responses=("utter_greet",)))
    store.rate(rating(7, rating="up"))
    store.note_unanswered(unanswered(1, kind="no_source", about="iron.dose"))
    store.note_unanswered(unanswered(2, kind="no_source", about="zinc.test", question="test?"))
    store.note_unanswered(unanswered(3, kind="no_source", about="zinc.test"))
    store.note_unanswered(unanswered(4, question="what of it?", channel="telegram"))
    return store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Finished:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["feedback", *arguments])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    return Finished(stopped.value.code, printed.out, printed.err)


def one_line(finished: Finished) -> str:
    assert finished.code == 1
    (line,) = finished.err.splitlines()
    assert "Mend: " in line
    return line


RATED = """\
answer           up  down  share up  last rated (UTC)
magnesium.foods  2   2     50%       2026-05-31 12:07
zinc.dose        1   1     50%       2026-05-31 12:04
(no answer)      1   0     100%      2026-05-31 12:06
iron.foods       1   0     100%      2026-05-31 12:05

Comments
  2026-05-31 12:05  up  iron.foods
    said: thanks
  2026-05-31 12:02  down  magnesium.foods
    asked: which foods?
    said: too long
"""
NOT_ANSWERED = """\
Not answered
  not_understood  1
  no_source       3

Asked for most, without an answer
  zinc.test  no_source  2
  iron.dose  no_source  1

Questions not answered
  2026-05-31 12:04  not_understood
    asked: what of it?
  2026-05-31 12:02  no_source  zinc.test
    asked: test?
"""


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], f"{RATED}\n{NOT_ANSWERED}"),
        (["--unanswered"], NOT_ANSWERED),
        (
            ["--answer", ""],
            RATED.replace("(no answer)      1   0     100%      2026-05-31 12:06\n", ""),
        ),
    ],
    ids=["everything", "unanswered", "ratings"],
)
def test_the_table(capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str) -> None:
    assert run(capsys, *arguments) == (0, expected, "")


def test_without_texts_there_is_no_section_for_them(
    capsys: pytest.CaptureFixture[str], store: FeedbackStore
) -> None:
    store.rate(rating())
    store.note_unanswered(unanswered())
    finished = run(capsys)
    assert finished.out.splitlines()[2:] == ["", "Not answered", "  not_understood  1"]


def test_the_last_texts_are_shown_or_all(
    capsys: pytest.CaptureFixture[str], store: FeedbackStore
) -> None:
    for number in range(60):
        store.rate(rating(number, comment=f"comment {number}."))
        store.note_unanswered(unanswered(number, question=f"question {number}."))
    last = run(capsys).out
    assert last.count("said: ") == last.count("asked: ") == 5
    assert "comment 59." in last
    assert "question 55." in last
    assert "question 54." not in last
    assert run(capsys, "--texts").out.count("said: ") == 60
    assert run(capsys, "--texts", "--unanswered").out.count("asked: ") == 60


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "answers", "single", "not_answered"),
    [
        ([], {"magnesium.foods": (2, 2), "zinc.dose": (1, 1)}, [7, 6, 5, 4, 3, 2, 1], 4),
        (["--limit", "2"], {"magnesium.foods": (2, 2), "zinc.dose": (1, 1)}, [7, 6], 4),
        (["--limit", "0"], {"magnesium.foods": (2, 2)}, [7, 6, 5, 4, 3, 2, 1], 4),
        (["--since", "2026-05-31 12:04"], {"zinc.dose": (0, 1)}, [7, 6, 5, 4], 1),
        (["--until", "2026-05-31 12:02"], {"magnesium.foods": (1, 0), "zinc.dose": (1, 0)}, [1], 1),
        (["--until", "2026-05-31"], {"magnesium.foods": (2, 2)}, [7, 6, 5, 4, 3, 2, 1], 4),
        (["--since", "5m"], {}, [], 0),
        (["--rating", "down"], {"magnesium.foods": (0, 2), "zinc.dose": (0, 1)}, [4, 3, 2], None),
        (["--answer", "zinc"], {"zinc.dose": (1, 1)}, [4, 1], None),
        (["--answer", "zinc", "--rating", "up"], {"zinc.dose": (1, 0)}, [1], None),
        (["--answer", "%"], {}, [], None),
    ],
)
def test_what_is_counted(
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    answers: dict[str, tuple[int, int]],
    single: list[int],
    not_answered: int | None,
) -> None:
    found = json.loads(run(capsys, "--format", "json", *arguments).out)
    counted = {count["answer_id"]: (count["up"], count["down"]) for count in found["answers"]}
    assert {name: counted.get(name) for name in answers} == answers
    if not answers:
        assert counted == {}
    if "--answer" in arguments:
        assert counted.keys() == answers.keys()
    assert [thumb["message_id"] for thumb in found["ratings"]] == [
        f"message-{number}" for number in single
    ]
    assert ("unanswered" in found) == (not_answered is not None)
    if not_answered is not None:
        assert sum(found["unanswered"].values()) == not_answered


@pytest.mark.usefixtures("filled")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "--format", "json").out)
    assert list(found) == ["answers", "ratings", "unanswered", "about", "unanswered_turns"]
    assert found["answers"][0] == {
        "answer_id": "magnesium.foods",
        "up": 2,
        "down": 2,
        "share_up": 0.5,
        "last_rated": "2026-05-31T12:07:00.123456+00:00",
    }
    assert found["answers"][2]["answer_id"] is None
    assert (
        found["ratings"][-2]
        == rating(2, rating="down", comment="too\nlong", question="which foods?").as_dict()
    )
    expected = {**dict.fromkeys(UNANSWERED_KINDS, 0), "not_understood": 1, "no_source": 3}
    assert found["unanswered"] == expected
    assert found["about"][0] == {"kind": "no_source", "about": "zinc.test", "count": 2}
    assert found["unanswered_turns"][0]["question"] == "what of it?"
    only = json.loads(run(capsys, "--format", "json", "--unanswered").out)
    assert only == {key: found[key] for key in ("unanswered", "about", "unanswered_turns")}


@pytest.mark.usefixtures("filled")
def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["message_id"] for line in lines][:2] == ["message-7", "message-6"]
    assert len(lines) == 7
    lines = run(capsys, "--format", "jsonl", "--unanswered").out.splitlines()
    assert [json.loads(line)["about"] for line in lines] == [
        "",
        "zinc.test",
        "zinc.test",
        "iron.dose",
    ]


@pytest.mark.usefixtures("filled")
def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(capsys, "--format", "csv").out, newline="")))
    assert rows[-1]["answer_ids"] == "magnesium.foods zinc.dose"
    assert rows[-1]["comment"] == ""
    assert rows[-2]["comment"] == "too\nlong"
    assert (rows[0]["rating"], rows[0]["conversation_hash"]) == ("up", HERE)
    out = run(capsys, "--format", "csv", "--unanswered").out
    first, *_, last = csv.DictReader(io.StringIO(out, newline=""))
    assert (first["channel"], first["question"], last["about"]) == (
        "telegram",
        "what of it?",
        "iron.dose",
    )


def report(text: str) -> Report:
    """A report with the text wherever one can be."""
    thumb = rating(comment=text, question=text, answer_ids=(text,), outcome=text, message_id=text)
    turn = unanswered(question=text, about=text, channel=text, message_id=text)
    kinds = {**dict.fromkeys(UNANSWERED_KINDS, 0), "not_understood": 1}
    return Report(
        RatedPart(count_answers([thumb]), [thumb]),
        UnansweredPart(kinds, [("no_source", text, 1)], [turn]),
    )


@given(HOSTILE)
def test_no_text_reaches_a_terminal_as_a_command_or_as_lines(text: str) -> None:
    lines = list(table(report(text)))
    assert all(line.endswith("\n") and line[:-1].isprintable() for line in lines if line != "\n")
    plain = list(table(report("a" if text.strip() else "")))
    assert len(lines) == len(plain)


@given(HOSTILE)
def test_no_cell_of_a_csv_file_is_a_formula(text: str) -> None:
    made = report(text)
    for each in (made, Report(None, made.unanswered)):
        _, cells = csv.reader(io.StringIO("".join(csv_lines(each)), newline=""))
        for cell in cells:
            assert cell.lstrip(" ")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") or not cell


def test_each_answer_of_a_turn_counts_once() -> None:
    found = count_answers([rating(answer_ids=("a.b", "a.b", "c.d"))])
    assert [(count.answer_id, count.up, count.down) for count in found] == [
        ("a.b", 1, 0),
        ("c.d", 1, 0),
    ]


def test_the_most_disliked_come_first() -> None:
    thumbs = [
        rating(1, answer_ids=("good",)),
        rating(2, answer_ids=("mixed",)),
        rating(3, answer_ids=("mixed", "bad", "worse"), rating="down"),
        rating(4, answer_ids=("worse",), rating="down"),
    ]
    found = count_answers(reversed(thumbs))
    assert [count.answer_id for count in found] == ["worse", "bad", "mixed", "good"]
    assert [count.share_up for count in found] == [0, 0, 0.5, 1]
    assert found[0].last_rated == START + timedelta(minutes=4)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_file_is_written_where_the_command_was_given(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: str,
) -> None:
    shown = run(capsys, "--format", form)
    monkeypatch.chdir(tmp_path)
    finished = run(capsys, "--format", form, "--output", "out.txt")
    assert (finished.code, finished.out, finished.err) == (0, "", "")
    with (tmp_path / "out.txt").open(newline="", encoding="utf-8") as file:
        assert file.read() == shown.out
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("filled")
def test_a_file_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "nowhere" in one_line(run(capsys, "--output", str(tmp_path / "nowhere" / "out.txt")))


@pytest.mark.parametrize("arguments", [[], ["--unanswered"], ["--rating", "up"], ["--texts"]])
def test_no_database_yet(
    capsys: pytest.CaptureFixture[str], home: Path, arguments: list[str]
) -> None:
    assert run(capsys, *arguments) == (0, "No feedback yet.\n", "")
    assert not (home / "var").exists()


def test_a_database_of_conversations_without_feedback(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "var").mkdir()
    with closing(sqlite3.connect(home / "var" / "conversations.sqlite3")) as rasa:
        rasa.execute("CREATE TABLE events (id INTEGER)")
    assert run(capsys) == (0, "No feedback yet.\n", "")


@pytest.mark.parametrize(
    ("form", "empty"),
    [
        ("jsonl", ""),
        ("csv", "at,kind,about,channel,question,conversation_hash,message_id\r\n"),
    ],
)
def test_no_database_yet_for_programs(
    capsys: pytest.CaptureFixture[str], form: str, empty: str
) -> None:
    finished = run(capsys, "--format", form, "--unanswered")
    assert finished == (0, empty, "No feedback yet.\n")


def test_an_empty_object_has_all_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "--format", "json").out)
    assert found == {
        "answers": [],
        "ratings": [],
        "unanswered": dict.fromkeys(UNANSWERED_KINDS, 0),
        "about": [],
        "unanswered_turns": [],
    }


@pytest.mark.usefixtures("filled")
def test_nothing_that_matches(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--answer", "none") == (0, "No feedback matches.\n", "")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--since", "yesterday"], "--since yesterday: no date."),
        (["--until", "2026-13-01"], "--until 2026-13-01: no date."),
        (["--limit", "-1"], "--limit -1"),
        (["--unanswered", "--rating", "up"], "--rating chooses ratings"),
        (["--unanswered", "--answer", "zinc"], "--answer chooses ratings"),
    ],
)
def test_a_wrong_option_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    assert part in one_line(run(capsys, *arguments))


@pytest.mark.parametrize("arguments", [["--rating", "sideways"], ["--format", "xml"], ["x"]])
def test_what_is_no_option_shows_how_to_call_it(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    finished = run(capsys, *arguments)
    assert finished.code == 2
    assert finished.err.startswith("usage: twitchwise")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    finished = run(capsys, "--help")
    assert finished.code == 0
    assert "so many of each kind at most; 0 for all (default: 50)" in " ".join(finished.out.split())


def test_a_database_that_cannot_be_reached(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://somebody:geheim@127.0.0.1:1/none"
    monkeypatch.setenv("TWITCHWISE_TRACKER_STORE_URL", url)
    line = one_line(run(capsys))
    assert line.startswith("The database of feedback cannot be used: ")
    assert "tracker_store_url" in line
    assert "geheim" not in line


def test_a_file_that_is_no_database(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "var").mkdir()
    (home / "var" / "conversations.sqlite3").write_bytes(b"nonsense" * 1000)
    assert "not a database" in one_line(run(capsys))


def started(root: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "twitchwise.cli", "feedback", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
    )


def test_a_closed_pipe_is_no_error(root: Path, store: FeedbackStore) -> None:
    for number in range(500):
        store.rate(rating(number, comment="x" * 500))
    process = started(root, "--format", "jsonl", "--limit", "0")
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(60) == 0


def test_rasa_is_not_imported(root: Path) -> None:
    code = (
        "import sys; from twitchwise import cli\n"
        "try: cli.main(['feedback'])\n"
        "except SystemExit: pass\n"
        "heavy = {'rasa', 'tensorflow', 'sklearn', 'spacy', 'requests', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout == "No feedback yet.\n[]\n"


def test_a_project_folder_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "nowhere"))
    assert "nowhere" in one_line(run(capsys))


def test_texts_are_off_until_they_are_turned_on(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWITCHWISE_FEEDBACK_TEXTS", raising=False)
    assert settings().feedback_texts is False
    assert read_settings(root / "settings.yml").feedback_texts is False
    monkeypatch.setenv("TWITCHWISE_FEEDBACK_TEXTS", "true")
    settings.cache_clear()
    assert settings().feedback_texts is True
