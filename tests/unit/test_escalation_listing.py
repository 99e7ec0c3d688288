"""``twitchwise escalations``: what is listed, in which form, and what is wrong with an option."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.escalation_tools import SECRET, TEXT, record
from twitchwise import cli
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.formats import csv_lines
from twitchwise.escalations.record import utc_now
from twitchwise.escalations.spool import Spool, spool_path
from twitchwise.escalations.store import EscalationStore, Filters, Listed
from twitchwise.listings import read_time
from twitchwise.paths import HOME_VARIABLE
from twitchwise.settings import settings

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)


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
    for name in ("TWITCHWISE_ESCALATIONS_URL", "TWITCHWISE_ESCALATIONS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield home
    settings.cache_clear()


@pytest.fixture
def filled(home: Path) -> EscalationStore:
    """Three records: delivered, waiting after a failure, and recorded without a webhook."""
    store = EscalationStore(settings().escalations_database_url())
    store.add(record(1, outcome="emergency", signs=("weakness", "speech")), deliver=True)
    store.delivered(record(1).id)
    store.add(record(2), deliver=True)
    store.failed(record(2).id, "HTTP 500", utc_now() + timedelta(hours=1))
    store.add(record(3, channel="telegram", keep_text=True, outcome="conditional"), deliver=False)
    return store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Finished:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["escalations", *arguments])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    return Finished(stopped.value.code, printed.out, printed.err)


def one_line(finished: Finished) -> str:
    assert finished.code == 1
    (line,) = finished.err.splitlines()
    assert "Mend: " in line
    return line


def numbers(finished: Finished) -> list[int]:
    """Which records a JSON export holds."""
    known = {record(number).at.isoformat(): number for number in range(100)}
    return [known[found["at"]] for found in json.loads(finished.out)]


@pytest.mark.usefixtures("filled")
def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    finished = run(capsys)
    assert (finished.code, finished.err) == (0, "")
    heading, third, second, first = finished.out.splitlines()
    assert heading.split("  ")[0] == "time (UTC)"
    assert third.startswith("2026-05-31 12:03:00  conditional  weakness")
    assert third.endswith("-")
    assert second.endswith("waiting (1 try, HTTP 500)")
    assert first.startswith("2026-05-31 12:01:00  emergency    weakness, speech  rest")
    assert first.endswith("delivered")
    assert record(1).conversation[:8] in first
    assert record(1).conversation not in first
    column = heading.index("channel")
    assert {line[column - 1] for line in (first, second, third)} == {" "}
    assert [line[column:].split()[0] for line in (first, second, third)] == [
        "rest",
        "rest",
        "telegram",
    ]
    assert "Zebulon" not in finished.out


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [3, 2, 1]),
        (["--limit", "2"], [3, 2]),
        (["--limit", "0"], [3, 2, 1]),
        (["--since", "2026-05-31 12:02"], [3, 2]),
        (["--since", "2026-06-01"], []),
        (["--until", "2026-05-31"], [3, 2, 1]),
        (["--until", "2026-05-30"], []),
        (["--until", "2026-05-31T14:02:00+02:00"], [1]),
        (["--since", "5m"], []),
        (["--outcome", "emergency"], [1]),
        (["--outcome", "emergency", "--outcome", "escalate"], [2, 1]),
        (["--sign", "speech"], [1]),
        (["--channel", "telegram"], [3]),
        (["--conversation", record(1).conversation[:8]], [3, 2, 1]),
        (["--conversation", "xyz"], []),
        (["--undelivered"], [2]),
    ],
)
def test_filters(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: list[int]
) -> None:
    finished = run(capsys, "--format", "json", *arguments)
    assert finished.code == 0
    assert numbers(finished) == expected


def test_the_last_fifty_are_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = EscalationStore(settings().escalations_database_url())
    for number in range(60):
        store.add(record(number), deliver=False)
    assert numbers(run(capsys, "--format", "json")) == list(range(59, 9, -1))
    assert len(numbers(run(capsys, "--format", "json", "--limit", "0"))) == 60


@pytest.mark.usefixtures("filled")
def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in run(capsys, "--format", "jsonl").out.splitlines()]
    third, second, first = lines
    assert third["text"] == TEXT
    assert third["delivery"] is None
    assert second["delivery"]["state"] == "pending"
    assert second["delivery"]["last_error"] == "HTTP 500"
    assert second["delivery"]["next_attempt_at"] > "2026"
    assert first["delivery"]["state"] == "delivered"
    assert first["delivery"]["next_attempt_at"] is None
    assert first["at"] == "2026-05-31T12:01:00.123456+00:00"


@pytest.mark.usefixtures("filled")
def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    third, second, first = csv.DictReader(io.StringIO(run(capsys, "--format", "csv").out))
    assert third["text"] == TEXT
    assert first["signs"] == "weakness speech"
    assert [row["delivery"] for row in (third, second, first)] == ["", "pending", "delivered"]


@given(
    text=st.text(st.sampled_from("=+-@\t\r\n '\",;|a1"), min_size=1, max_size=6),
    channel=st.text(st.sampled_from("=+-@\t\r\n '\",;|a1"), min_size=1, max_size=6),
)
def test_no_cell_of_a_csv_file_is_a_formula(text: str, channel: str) -> None:
    made = record(keep_text=True, text=text, channel=channel, signs=("=1+1",))
    written = "".join(csv_lines([Listed(made, None)]))
    heading, cells = csv.reader(io.StringIO(written, newline=""))
    for cell in cells:
        assert cell.lstrip(" ")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") or not cell
    assert cells[heading.index("text")].removeprefix("'") == text.removeprefix("'")


def test_what_a_terminal_would_obey_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    store = EscalationStore(settings().escalations_database_url())
    store.add(record(1, channel="re\x1b[31mst\n"), deliver=False)
    finished = run(capsys)
    assert "\x1b" not in finished.out
    assert len(finished.out.splitlines()) == 2


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_file_is_written_where_the_command_was_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    shown = run(capsys, "--format", form)
    (tmp_path / "out.txt").write_text("before")
    os.chdir(tmp_path)
    finished = run(capsys, "--format", form, "--output", "out.txt")
    assert (finished.code, finished.out, finished.err) == (0, "", "")
    with (tmp_path / "out.txt").open(newline="", encoding="utf-8") as file:
        assert file.read() == shown.out
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"home", "out.txt"}


@pytest.mark.usefixtures("filled")
def test_a_file_is_not_touched_where_reading_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_store: EscalationStore, _filters: Filters) -> Iterator[Listed]:
        yield Listed(record(1), None)
        raise OSError(5, "Input/output error")

    (tmp_path / "out.txt").write_text("before")
    monkeypatch.setattr(EscalationStore, "find", broken)
    finished = run(capsys, "--format", "csv", "--output", str(tmp_path / "out.txt"))
    assert "out.txt" in one_line(finished)
    assert (tmp_path / "out.txt").read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"home", "out.txt"}


@pytest.mark.usefixtures("filled")
def test_a_file_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    line = one_line(run(capsys, "--output", str(tmp_path / "nowhere" / "out.txt")))
    assert "nowhere" in line


@pytest.mark.parametrize("arguments", [[], ["--undelivered"], ["--since", "24h"]])
def test_no_database_yet(
    capsys: pytest.CaptureFixture[str], home: Path, arguments: list[str]
) -> None:
    finished = run(capsys, *arguments)
    assert finished == (0, "No escalations yet.\n", "")
    assert not (home / "var").exists()


@pytest.mark.parametrize(("form", "empty"), [("json", "[]\n"), ("jsonl", "")])
def test_no_database_yet_for_programs(
    capsys: pytest.CaptureFixture[str], form: str, empty: str
) -> None:
    assert run(capsys, "--format", form) == (0, empty, "No escalations yet.\n")


@pytest.mark.usefixtures("filled")
def test_nothing_that_matches(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--sign", "none") == (0, "No escalations match.\n", "")


def test_records_in_the_spool_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Spool(spool_path()).append(record(1))
    finished = run(capsys)
    assert finished.out == "No escalations yet.\n"
    assert finished.err.startswith("1 record waits in ")


@pytest.mark.usefixtures("filled")
def test_retrying(capsys: pytest.CaptureFixture[str], filled: EscalationStore) -> None:
    assert filled.due(utc_now()) == []
    finished = run(capsys, "--retry")
    assert finished.code == 0
    assert finished.out.startswith("1 escalation is due now.")
    assert [claimed.escalation.id for claimed in filled.due(utc_now())] == [record(2).id]


def test_retrying_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--retry").out.startswith("0 escalations are due now.")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--since", "yesterday"], "--since yesterday: no date."),
        (["--until", "2026-13-01"], "--until 2026-13-01: no date."),
        (["--since", ""], "no date."),
        (["--since", "999999w"], "no date."),
        (["--outcome", "disaster"], "emergency, escalate, conditional"),
        (["--limit", "-1"], "--limit -1"),
    ],
)
def test_a_wrong_option_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    assert part in one_line(run(capsys, *arguments))


@pytest.mark.parametrize(
    "url", ["postgresql://somebody:geheim@127.0.0.1:1/none", "sqlite:////proc/none/e.sqlite3"]
)
def test_a_database_that_cannot_be_reached(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("TWITCHWISE_ESCALATIONS_URL", url)
    finished = run(capsys)
    if url.startswith("sqlite"):
        assert finished.out == "No escalations yet.\n"
        return
    line = one_line(finished)
    assert "refused" in line
    assert "geheim" not in line


def test_a_file_that_is_no_database(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "var").mkdir()
    (home / "var" / "escalations.sqlite3").write_bytes(b"nonsense" * 1000)
    assert "not a database" in one_line(run(capsys))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("2026-05-31", "2026-05-31T00:00:00+00:00"),
        ("2026-05-31 14:30", "2026-05-31T14:30:00+00:00"),
        ("2026-05-31T14:30:00Z", "2026-05-31T14:30:00+00:00"),
        ("2026-05-31T14:30+02:00", "2026-05-31T12:30:00+00:00"),
        ("24h", "2026-05-31T12:00:00+00:00"),
        ("7d", "2026-05-25T12:00:00+00:00"),
        ("90m", "2026-06-01T10:30:00+00:00"),
        ("1w", "2026-05-25T12:00:00+00:00"),
    ],
)
def test_times(given_text: str, expected: str) -> None:
    found = read_time("--since", given_text, NOW)
    assert found is not None
    assert found.isoformat() == expected


def test_until_a_day_includes_it() -> None:
    found = read_time("--until", "2026-05-31", NOW)
    assert found is not None
    assert found.isoformat() == "2026-06-01T00:00:00+00:00"
    assert read_time("--until", None, NOW) is None


@given(st.text())
def test_any_text_is_a_time_or_a_clear_error(text: str) -> None:
    try:
        found = read_time("--since", text, NOW)
    except TwitchwiseError:
        return
    assert found is not None
    assert found.tzinfo is timezone.utc


def started(root: Path, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "twitchwise.cli", "escalations", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        **more,
    )


def test_a_closed_pipe_is_no_error(root: Path) -> None:
    store = EscalationStore(settings().escalations_database_url())
    for number in range(2000):
        store.add(record(number), deliver=False)
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
        "try: cli.main(['escalations'])\n"
        "except SystemExit: pass\n"
        "heavy = {'rasa', 'tensorflow', 'sklearn', 'spacy', 'requests', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout == "No escalations yet.\n[]\n"


def test_serving_says_at_once_what_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_ESCALATION_WEBHOOK_URL", "https://example.org/")
    monkeypatch.delenv("TWITCHWISE_ESCALATION_WEBHOOK_SECRET", raising=False)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["serve", "--port", "0"])
    finished = Finished(stopped.value.code, *capsys.readouterr())
    assert "TWITCHWISE_ESCALATION_WEBHOOK_SECRET" in one_line(finished)
    assert SECRET.decode("latin-1") not in finished.err
