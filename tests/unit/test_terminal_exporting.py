"""A conversation saved to a file: in which form, for whom, and never over another file."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from tests.terminal import replies
from twitchwise.errors import TwitchwiseError
from twitchwise.terminal.contract import About, Turn
from twitchwise.terminal.exporting import export
from twitchwise.terminal.failures import WrongUse

ABOUT = About.parse_obj(replies.ABOUT.as_dict())
NOW = datetime(2026, 11, 28, 21, 50, 7).astimezone()


def turn(message: str, *said: replies.Message) -> Turn:
    sent = replies.turn("conversation-0123456789", "id-12345", message, said)
    return Turn.parse_obj(sent)


TURNS = (
    turn("hello", replies.said("Hällo.")),
    turn("low magnesium", replies.answer()),
    turn("my foot is numb", replies.escalation()),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the program was started in; the home folder is another one."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def save(file: str, turns: Sequence[Turn] = TURNS) -> Path:
    return export(turns, ABOUT, file, NOW)


def in_folder(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_without_a_name_the_file_is_named_after_the_moment(here: Path) -> None:
    save("")
    assert in_folder(here) == ["twitchwise-2026-11-28-215007.md"]


def test_markdown_holds_all_that_was_said(here: Path) -> None:
    text = save("notes.md").read_text("utf-8")
    assert text.startswith("# Conversation with Twitchwise\n")
    expected = ["You:", "hello", "Hällo.", replies.ANSWER, *replies.BULLETS, "SEE A DOCTOR"]
    at = [text.find(part) for part in expected]
    assert -1 not in at
    assert at == sorted(at)
    assert text.count(replies.DISCLAIMER) == len(TURNS)


def test_json_has_the_form_that_the_web_page_saves(here: Path) -> None:
    written = save("notes.json").read_text("utf-8")
    saved = json.loads(written)
    assert set(saved) == {"assistant", "version", "saved", "disclaimer", "turns"}
    assert [each["message"] for each in saved["turns"]] == [each.message for each in TURNS]
    assert set(saved["turns"][0]) == {"at", "message", "outcome", "rating", "replies"}
    assert set(saved["turns"][1]["replies"][0]) == {"kind", "text", "answer"}
    assert saved["turns"][2]["outcome"] == "escalate"
    assert datetime.fromisoformat(saved["saved"]) == NOW
    assert "Hällo." in written


@pytest.mark.parametrize("file", ["notes.md", "notes.json", ""])
def test_only_its_owner_can_read_it(file: str) -> None:
    mask = os.umask(0)
    try:
        path = save(file)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_home_folder_has_its_short_form(tmp_path: Path) -> None:
    assert save("~/notes.md") == tmp_path / "notes.md"
    assert (tmp_path / "notes.md").is_file()


@pytest.mark.parametrize("file", ["notes.md", "notes.json"])
def test_a_file_that_is_there_stays_as_it_is(here: Path, file: str) -> None:
    (here / file).write_text("mine")
    with pytest.raises(WrongUse, match="is there already"):
        save(file)
    assert (here / file).read_text() == "mine"
    assert in_folder(here) == [file]


def test_two_files_of_the_same_second_do_not_overwrite_each_other(here: Path) -> None:
    first = save("")
    before = first.read_bytes()
    with pytest.raises(WrongUse):
        save("", TURNS[:1])
    assert first.read_bytes() == before


def test_what_a_link_leads_to_stays_as_it_is(here: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.md"
    (here / "notes.md").symlink_to(target)
    with contextlib.suppress(WrongUse):
        save("notes.md")
    assert not target.exists()


def test_a_folder_is_left_alone(here: Path) -> None:
    (here / "notes.md").mkdir()
    with pytest.raises(WrongUse, match="is there already"):
        save("notes.md")


@pytest.mark.parametrize(
    "file", ["notes", "notes.txt", "notes.md.exe", ".md", "folder/", "/", "..", "~"]
)
def test_files_of_another_kind_are_not_written(here: Path, file: str) -> None:
    with pytest.raises(WrongUse, match=r"\.md or \.json"):
        save(file)
    assert in_folder(here) == []


NOT_WRITABLE = {
    "no such folder": "missing/notes.md",
    "a file for a folder": "file/notes.md",
    "a folder without rights, even for root": "/proc/notes.md",
    "the home of nobody": "~nobody-of-this-name/notes.md",
    "a name that is too long": "n" * 300 + ".md",
    "a byte that no name has": "no\0tes.md",
    "half a character": "no\ud800tes.md",
}


@pytest.mark.parametrize("file", NOT_WRITABLE.values(), ids=NOT_WRITABLE.keys())
def test_what_cannot_be_written_is_told(here: Path, file: str) -> None:
    (here / "file").write_text("mine")
    with pytest.raises(TwitchwiseError):
        save(file)
    assert in_folder(here) == ["file"]


def test_a_folder_that_may_not_be_looked_into_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Whoever runs the tests as root may look into any folder.
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "lstat", refuse)
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(TwitchwiseError):
        save("closed/notes.md")


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No file gets longer than some bytes, that of pytest's own output included."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("file", ["notes.md", "notes.json"])
def test_a_full_disk_leaves_nothing_behind(here: Path, file: str) -> None:
    """Half a file would be in the way of the next try, and looks like a whole one."""
    with full_disk(), pytest.raises(TwitchwiseError, match="cannot be written"):
        save(file)
    assert in_folder(here) == []


@pytest.mark.parametrize("file", ["", "notes.md", "notes.json"])
def test_an_empty_conversation_is_not_saved(here: Path, file: str) -> None:
    with pytest.raises(WrongUse, match="nothing to save"):
        save(file, ())
    assert in_folder(here) == []
