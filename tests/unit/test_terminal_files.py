"""What the terminal keeps on this machine: where, for whom, and what a damaged file does."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from twitchwise.errors import TwitchwiseError
from twitchwise.terminal import files
from twitchwise.terminal.conversation import new_id
from twitchwise.terminal.failures import WrongUse

ID = files.Saved(new_id(), None)
OTHER = files.Saved(new_id(), "https://clinic.example")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the files, which is not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "twitchwise"


def write_names(state: Path, content: bytes) -> None:
    state.mkdir(parents=True)
    (state / "conversations.json").write_bytes(content)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_files_are_where_the_system_has_such(state: Path) -> None:
    assert files.state_folder() == state
    assert files.history_file() == state / "history"
    assert files.names_file() == state / "conversations.json"


def test_to_ask_where_they_are_makes_nothing(state: Path) -> None:
    files.history_file()
    files.names_file()
    assert files.saved_conversations() == {}
    assert not state.parent.exists()


def test_a_name_stands_for_its_conversation() -> None:
    files.save_conversation("calves", ID)
    files.save_conversation("Ärger mit dem Lid", OTHER)
    assert files.saved_conversations() == {"calves": ID, "Ärger mit dem Lid": OTHER}


def test_a_name_may_get_another_conversation() -> None:
    files.save_conversation("calves", ID)
    files.save_conversation("calves", OTHER)
    assert files.saved_conversations() == {"calves": OTHER}


def test_a_name_may_stand_for_nothing_any_more() -> None:
    files.save_conversation("calves", ID)
    files.save_conversation("lid", OTHER)
    files.save_conversation("calves", None)
    files.save_conversation("never there", None)
    assert files.saved_conversations() == {"lid": OTHER}


def test_only_their_owner_can_read_them(state: Path) -> None:
    mask = os.umask(0)
    try:
        files.save_conversation("calves", ID)
        with open(files.history_file(), "a", opener=files.open_private) as file:
            file.write("my foot is numb")
    finally:
        os.umask(mask)
    assert mode(state) == 0o700
    assert mode(files.names_file()) == mode(files.history_file()) == 0o600


def test_a_folder_that_is_there_stays_as_its_owner_made_it(state: Path) -> None:
    state.mkdir(parents=True)
    state.chmod(0o755)
    files.save_conversation("calves", ID)
    assert mode(state) == 0o755
    assert mode(files.names_file()) == 0o600


DAMAGED = {
    "nothing": b"",
    "half a file": b'{"calves": "conv',
    "a list": b'["calves"]',
    "a text": b'"calves"',
    "null": b"null",
    "a number for a conversation": b'{"calves": 5}',
    "an id alone": b'{"calves": "conversation-0123456789"}',
    "no server": b'{"calves": {"id": "conversation-0123456789"}}',
    "a number for an id": b'{"calves": {"id": 5, "server": null}}',
    "null for an id": b'{"calves": {"id": null, "server": null}}',
    "a number for a server": b'{"calves": {"id": "conversation-0123456789", "server": 5}}',
    "no UTF-8": b'{"calves\xff": {"id": "conversation-0123456789", "server": null}}',
    "another program's": b"PK\x03\x04",
    "a deep list": b"[" * 100_000,
    "no id of ours": b'{"calves": {"id": "x", "server": null}}',
    "an id that no header can hold": (
        '{"calves": {"id": "%s", "server": null}}' % ("€" * 22)
    ).encode(),
    "an id of two lines": b'{"calves": {"id": "conversation-0123456789\\n", "server": null}}',
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_told_with_its_place(state: Path, content: bytes) -> None:
    write_names(state, content)
    with pytest.raises(TwitchwiseError, match=r"conversations\.json cannot be read\. Mend"):
        files.saved_conversations()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}'])
def test_a_damaged_file_is_not_written_over(state: Path, content: bytes) -> None:
    write_names(state, content)
    with pytest.raises(TwitchwiseError):
        files.save_conversation("calves", ID)
    assert files.names_file().read_bytes() == content


def test_a_folder_in_place_of_the_file_is_told(state: Path) -> None:
    (state / "conversations.json").mkdir(parents=True)
    with pytest.raises(TwitchwiseError, match=r"conversations\.json"):
        files.saved_conversations()


def test_a_file_in_place_of_the_folder_is_told(state: Path) -> None:
    state.parent.write_text("mine")
    with pytest.raises(TwitchwiseError, match="Mend"):
        files.save_conversation("calves", ID)
    assert state.parent.read_text() == "mine"


@pytest.mark.parametrize("place", ["/proc/state", "/dev/null"])
def test_a_folder_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", place)
    with pytest.raises(TwitchwiseError, match="Mend"):
        files.save_conversation("calves", ID)


def test_two_runs_that_save_at_once_lose_no_name() -> None:
    names = [f"name {number}" for number in range(20)]
    with ThreadPoolExecutor(8) as runs:
        list(
            runs.map(lambda name: files.save_conversation(name, files.Saved(new_id(), None)), names)
        )
    assert sorted(files.saved_conversations()) == sorted(names)


def test_a_file_that_others_could_read_is_closed(state: Path) -> None:
    state.mkdir(parents=True)
    files.history_file().touch(mode=0o644)
    with open(files.history_file(), "a", opener=files.open_private):
        assert mode(files.history_file()) == 0o600


@pytest.mark.parametrize("flags", ["r", "a"])
def test_what_is_no_plain_file_is_not_waited_for(state: Path, flags: str) -> None:
    state.mkdir(parents=True)
    os.mkfifo(files.history_file())
    with pytest.raises(OSError), open(files.history_file(), flags, opener=files.open_private):
        pass


def test_a_full_disk_keeps_the_names_that_were_there(monkeypatch: pytest.MonkeyPatch) -> None:
    files.save_conversation("calves", ID)

    def is_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)
    with pytest.raises(TwitchwiseError, match="No space left"):
        files.save_conversation("lid", OTHER)
    assert files.saved_conversations() == {"calves": ID}
    drafts = [each.name for each in files.state_folder().iterdir() if each.name.startswith(".")]
    assert drafts == []


def test_the_history_can_be_deleted(state: Path) -> None:
    state.mkdir(parents=True)
    files.history_file().write_text("my foot is numb")
    assert files.forget_history() is True
    assert list(state.iterdir()) == []


def test_a_history_that_is_not_there_is_deleted_already() -> None:
    assert files.forget_history() is False
    assert not files.history_file().exists()


def test_a_history_that_cannot_be_deleted_is_told(state: Path) -> None:
    files.history_file().mkdir(parents=True)
    with pytest.raises(TwitchwiseError, match="cannot be deleted"):
        files.forget_history()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("calves", "calves"),
        ("  my calves ", "my calves"),
        ("Lid-Ärger", "Lid-Ärger"),
        ("n" * 64,) * 2,
    ],
)
def test_names_are_words(given: str, name: str) -> None:
    assert files.require_name(given) == name


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "\u00a0",
        "n" * 65,
        "two\nlines",
        "\x1b[31mred",
        "tab\tin it",
        "\u202eturned",
        "\udcff",
    ],
    ids=ascii,
)
def test_what_would_not_be_shown_as_it_is_is_no_name(given: str) -> None:
    with pytest.raises(WrongUse, match="--resume"):
        files.require_name(given)
