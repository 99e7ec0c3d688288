"""A database that several connections and processes share."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from twitchwise.conversations.store import ConversationStore, KeptTurn
from twitchwise.database import make_private

_LOOK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM others").fetchone()[0])
connection.close()
"""


def rows_seen_by_another_process(path: Path) -> int:
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK, str(path)], capture_output=True, text=True, check=True
    )
    return int(looked.stdout)


def test_what_is_written_after_another_process_looked_is_there(tmp_path: Path) -> None:
    """As in the server, where Rasa's store has the file open before ours does."""
    path = tmp_path / "shared.sqlite3"
    make_private(path)
    others = sqlite3.connect(path, isolation_level=None)
    others.execute("PRAGMA journal_mode=WAL")
    others.execute("CREATE TABLE others (id INTEGER)")
    others.execute("INSERT INTO others VALUES (1)")
    store = ConversationStore(f"sqlite:///{path}")
    store.keep(KeptTurn("a", "1", datetime.now(timezone.utc), "hello", ()))
    store.close()
    assert rows_seen_by_another_process(path) == 1
    others.execute("INSERT INTO others VALUES (2)")
    assert rows_seen_by_another_process(path) == 2
    others.close()


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "new.sqlite3"
    make_private(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    make_private(path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(sa.exc.OperationalError):
        make_private(tmp_path / "file" / "new.sqlite3")
