"""The history of what was typed: kept over runs, private, and never a reason to fail."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.terminal import files
from twitchwise.terminal.line_history import PrivateHistory

LINES = ["my foot is numb", "two\nlines", "Ärger", "+ plus", "# hash", " blanks ", ""]


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history file, in a folder that is not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "twitchwise" / "history"


@pytest.fixture
def told() -> list[str]:
    """What the person was told."""
    return []


@pytest.fixture
def history(path: Path, told: list[str]) -> PrivateHistory:
    return PrivateHistory(path, told.append)


def read_again(path: Path, told: list[str]) -> list[str]:
    """Return what another run finds, the newest first."""
    return list(PrivateHistory(path, told.append).load_history_strings())


def test_what_was_typed_is_there_in_the_next_run(
    history: PrivateHistory, path: Path, told: list[str]
) -> None:
    for line in LINES:
        history.append_string(line)
    assert read_again(path, told) == LINES[::-1]
    assert told == []


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_is_there_as_it_was_typed(
    tmp_path_factory: pytest.TempPathFactory, line: str
) -> None:
    path = tmp_path_factory.mktemp("history") / "history"
    told: list[str] = []
    PrivateHistory(path, told.append).store_string(line)
    assert (read_again(path, told), told) == ([line], [])


def test_a_run_before_anything_was_typed_has_nothing(
    history: PrivateHistory, path: Path, told: list[str]
) -> None:
    assert (list(history.load_history_strings()), told) == ([], [])
    assert not path.parent.exists()


def test_only_its_owner_can_read_it(history: PrivateHistory, path: Path) -> None:
    mask = os.umask(0)
    try:
        history.store_string("my foot is numb")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_damaged_file_is_read_as_far_as_it_goes(path: Path, told: list[str]) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x00\xff junk\n+good\n\n# 2026\n+ha\xfflf")
    assert "good" in " ".join(read_again(path, told))
    assert told == []


def test_a_file_that_cannot_be_used_is_told_once(
    history: PrivateHistory, path: Path, told: list[str]
) -> None:
    path.mkdir(parents=True)
    assert list(history.load_history_strings()) == []
    history.store_string("one")
    history.store_string("two")
    assert len(told) == 1
    assert str(path) in told[0]


def test_a_folder_that_cannot_be_made_is_told_once(
    history: PrivateHistory, path: Path, told: list[str]
) -> None:
    path.parent.parent.write_text("mine")
    assert list(history.load_history_strings()) == []
    history.store_string("one")
    history.store_string("two")
    assert len(told) == 1


def test_what_no_file_can_hold_is_told_without_its_words(
    history: PrivateHistory, path: Path, told: list[str]
) -> None:
    history.store_string("my foot is numb \ud800")
    assert len(told) == 1
    assert "numb" not in told[0]
    history.store_string("after it")
    assert read_again(path, told) == ["after it"]


def test_in_this_run_the_line_can_be_found_all_the_same(
    history: PrivateHistory, path: Path
) -> None:
    path.mkdir(parents=True)
    history.append_string("my foot is numb")
    assert history.get_strings() == ["my foot is numb"]


def test_what_was_forgotten_is_gone_in_this_run_and_the_next(
    history: PrivateHistory, path: Path, told: list[str]
) -> None:
    history.append_string("my foot is numb")
    files.forget_history()
    history.forget()
    assert history.get_strings() == []
    history.append_string("hello")
    assert history.get_strings() == read_again(path, told) == ["hello"]
