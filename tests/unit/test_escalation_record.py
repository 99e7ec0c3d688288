"""Records: stable ids, no sender and no text in them, and back again from JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.escalation_tools import KEY, START, TEXT, record
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations.hash_key import HASH_KEY_VARIABLE, hash_key
from twitchwise.escalations.record import Escalation, conversation_hash, escalation_id
from twitchwise.paths import HOME_VARIABLE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.delenv(HASH_KEY_VARIABLE, raising=False)
    return tmp_path


def test_ids_never_change() -> None:
    """This very id must come out after every update: duplicates are told by it."""
    assert escalation_id("rest", "abc", "message-1") == "b4150517-de94-5147-b7c4-ae506cd1e5f3"


def test_the_same_message_has_the_same_id() -> None:
    first, again = record(1), record(1, at=START + timedelta(hours=1), outcome="emergency")
    assert first.id == again.id
    assert uuid.UUID(first.id).version == 5
    others = [record(2), record(1, channel="telegram"), record(1, sender="somebody else")]
    assert len({first.id, *(other.id for other in others)}) == 4


def test_parts_of_an_id_do_not_run_into_each_other() -> None:
    assert escalation_id("a", "b", "cd") != escalation_id("a", "bc", "d")
    assert escalation_id('a", "b', "c", "d") != escalation_id("a", 'b", "c', "d")


def test_neither_sender_nor_text_is_in_a_record() -> None:
    line = record(sender="+49 151 23456789").as_json()
    assert "23456789" not in line
    assert "Zebulon" not in line
    assert record().text is None
    assert record(keep_text=True).text == TEXT


def test_the_hash_depends_on_the_key() -> None:
    assert conversation_hash("+49", KEY) == conversation_hash("+49", KEY)
    assert conversation_hash("+49", KEY) != conversation_hash("+49", KEY + b"!")
    assert conversation_hash("+49", KEY) != conversation_hash("+50", KEY)
    assert len(conversation_hash("\ud800", KEY)) == 64


@given(
    text=st.none() | st.text(),
    signs=st.lists(st.text(), max_size=4),
    channel=st.text(),
    hours=st.integers(-12, 12),
)
def test_a_record_comes_back_from_json(
    text: str | None, signs: list[str], channel: str, hours: int
) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=hours)))
    made = record(keep_text=text is not None, text=text or "", signs=signs, channel=channel, at=at)
    assert Escalation.from_json(made.as_json()) == made
    assert "\n" not in made.as_json()
    assert made.at.tzinfo is timezone.utc


def test_what_databases_refuse_is_taken_out() -> None:
    made = record(keep_text=True, text="a\0b\ud800c", channel="re\0st")
    assert (made.text, made.channel) == ("a b?c", "re st")


@pytest.mark.parametrize(
    "wrong",
    [{"at": datetime(2026, 1, 1)}, {"outcome": "advise"}, {"outcome": ""}, {"person": "dog"}],
)
def test_what_is_no_record(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        record(**wrong)


@pytest.mark.parametrize("key", ["id", "at", "signs", "outcome", "person"])
@pytest.mark.parametrize("value", [None, 7, [7], {}, "nonsense", "missing"])
def test_damaged_json_is_a_value_error(key: str, value: object) -> None:
    values = record().as_dict()
    if value == "missing":
        del values[key]
    elif (key, value) in (("id", "nonsense"), ("signs", {})) or key == "signs":
        values[key] = 7
    else:
        values[key] = value
    if (key, value) == ("id", "nonsense"):
        values["id"] = 7
    with pytest.raises(ValueError):
        Escalation.from_json(json.dumps(values))


@pytest.mark.parametrize("line", ["", "[]", "7", "null", '"a"', "{", b"\xff\xfe", "[" * 100_000])
def test_what_is_no_json_object(line: str | bytes) -> None:
    with pytest.raises(ValueError):
        Escalation.from_json(line)


def test_the_key_is_made_once_and_for_its_owner_alone(home: Path) -> None:
    key = hash_key()
    file = home / "var" / "hash.key"
    assert len(key) == 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert hash_key() == key
    assert [path.name for path in file.parent.iterdir()] == ["hash.key"]


def test_the_variable_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HASH_KEY_VARIABLE, "0123456789abcdef")
    assert hash_key() == b"0123456789abcdef"
    assert not (home / "var").exists()


def test_many_that_start_together_have_one_key(tmp_path: Path) -> None:
    path = tmp_path / "together" / "hash.key"
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: hash_key(path), range(64)))) == 1


def test_processes_that_start_together_have_one_key(home: Path, root: Path) -> None:
    code = "from twitchwise.escalations.hash_key import hash_key; print(hash_key().decode())"
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert [process.returncode for process in started] == [0] * 4


def test_a_key_that_is_none(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = tmp_path / "short.key"
    short.write_text("abc\n", encoding="ascii")
    not_text = tmp_path / "binary.key"
    not_text.write_bytes(b"\xff" * 64)
    for path in (short, not_text, short / "below a file"):
        with pytest.raises(TwitchwiseError, match="Mend: ") as raised:
            hash_key(path)
        assert "\n" not in str(raised.value)
    monkeypatch.setenv(HASH_KEY_VARIABLE, "short")
    with pytest.raises(TwitchwiseError, match=HASH_KEY_VARIABLE):
        hash_key()
