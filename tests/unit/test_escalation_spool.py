"""The spool: what the database did not take is kept, and moved on once, whatever breaks."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.unit.escalation_tools import record
from twitchwise.escalations.record import Escalation
from twitchwise.escalations.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "var" / "escalations.spool.jsonl")


def imported(spool: Spool) -> list[Escalation]:
    found: list[Escalation] = []
    assert spool.import_into(found.append) == len(found)
    return found


def test_records_are_kept_and_moved_on(spool: Spool) -> None:
    assert spool.is_empty()
    assert imported(spool) == []
    for number in range(3):
        spool.append(record(number, keep_text=True, text="two\nlines"))
    assert spool.path.stat().st_mode & 0o777 == 0o600
    assert spool.waiting() == 3
    assert [found.id for found in imported(spool)] == [record(number).id for number in range(3)]
    assert spool.is_empty()
    assert spool.waiting() == 0
    assert imported(spool) == []
    assert not spool.unreadable.exists()


def test_a_torn_last_line_loses_no_other(spool: Spool) -> None:
    spool.append(record(1))
    with spool.path.open("ab") as file:
        file.write(record(2).as_json()[:50].encode())
    spool.append(record(3))
    assert imported(spool) == [record(1), record(3)]
    assert spool.is_empty()
    assert record(2).as_json()[:50] in spool.unreadable.read_text()
    assert spool.unreadable.stat().st_mode & 0o777 == 0o600


def test_a_line_without_its_end_is_read_where_it_is_whole(spool: Spool) -> None:
    spool.append(record(1))
    spool.path.write_bytes(spool.path.read_bytes().rstrip())
    spool.append(record(2))
    assert imported(spool) == [record(1), record(2)]


@pytest.mark.parametrize("junk", [b"\xff\xfe\x00", b"{}", b"[1]", b"null", b"\x00" * 100])
def test_junk_is_kept_aside(spool: Spool, junk: bytes) -> None:
    spool.append(record(1))
    with spool.path.open("ab") as file:
        file.write(junk + b"\n")
    spool.append(record(2))
    assert imported(spool) == [record(1), record(2)]
    assert junk in spool.unreadable.read_bytes()


def test_what_the_database_refuses_for_good_is_kept_aside(spool: Spool) -> None:
    def add(escalation: Escalation) -> None:
        if escalation == record(2):
            raise ValueError("refused")
        taken.append(escalation)

    taken: list[Escalation] = []
    for number in (1, 2, 3):
        spool.append(record(number))
    spool.import_into(add)
    assert taken == [record(1), record(3)]
    assert spool.is_empty()
    assert record(2).as_json() in spool.unreadable.read_text()


def test_nothing_is_lost_where_the_database_fails_in_the_middle(spool: Spool) -> None:
    def add(escalation: Escalation) -> None:
        if len(taken) == 1:
            raise ConnectionError
        taken.append(escalation)

    taken: list[Escalation] = []
    for number in (1, 2):
        spool.append(record(number))
    with pytest.raises(ConnectionError):
        spool.import_into(add)
    assert not spool.is_empty()
    # What comes meanwhile goes into a new file; both are moved on, in order.
    spool.append(record(3))
    assert spool.waiting() == 3
    assert imported(spool) == [record(1), record(2), record(3)]


def test_records_that_come_during_an_import_are_kept(spool: Spool) -> None:
    spool.append(record(1))
    spool.import_into(lambda _: spool.append(record(2)))
    assert imported(spool) == [record(2)]


def test_one_imports_at_a_time(spool: Spool) -> None:
    spool.append(record(1))
    others: list[list[Escalation]] = []
    other = Spool(spool.path)
    assert spool.import_into(lambda _: others.append(imported(other))) == 1
    assert others == [[]]


def test_many_append_while_one_imports(spool: Spool) -> None:
    found: list[str] = []
    done = threading.Event()

    def append(first: int) -> None:
        for number in range(first, first + 40):
            Spool(spool.path).append(record(number))

    def move_on() -> None:
        while not done.is_set():
            spool.import_into(lambda escalation: found.append(escalation.id))

    threads = [threading.Thread(target=append, args=(part * 100,)) for part in range(4)]
    importer = threading.Thread(target=move_on)
    for thread in (importer, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    importer.join()
    spool.import_into(lambda escalation: found.append(escalation.id))
    expected = [record(part * 100 + n).id for part in range(4) for n in range(40)]
    assert sorted(found) == sorted(expected)
    assert not spool.unreadable.exists()


def test_a_process_killed_while_importing_loses_nothing(spool: Spool, root: Path) -> None:
    for number in (1, 2, 3):
        spool.append(record(number))
    code = f"""
import os, signal
from pathlib import Path
from twitchwise.escalations.spool import Spool
seen = []
def add(escalation):
    seen.append(escalation)
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
Spool(Path({str(spool.path)!r})).import_into(add)
"""
    killed = subprocess.run([sys.executable, "-c", code], cwd=root, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not spool.path.exists()
    assert spool.importing.exists()
    spool.append(record(4))
    assert imported(spool) == [record(number) for number in (1, 2, 3, 4)]


def test_a_disk_that_takes_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        Spool(tmp_path / "file" / "spool.jsonl").append(record())
