"""The database of feedback: a turn once, and nothing of the person once it was forgotten.

The tests run against SQLite, and against PostgreSQL too where TWITCHWISE_TEST_POSTGRES_URL names
an empty database of its own for them (its tables are dropped).
"""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.unit.escalation_tools import locked
from tests.unit.feedback_tools import HERE, START, THERE, rating, unanswered
from twitchwise.errors import TwitchwiseError
from twitchwise.feedback import store as module
from twitchwise.feedback.record import Rating, Unanswered
from twitchwise.feedback.store import FeedbackStore, Filters

POSTGRES = os.environ.get("TWITCHWISE_TEST_POSTGRES_URL", "")
ALL = Filters()


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/some/conversations.sqlite3"
    engine = sa.create_engine(POSTGRES)
    module._METADATA.drop_all(engine)
    engine.dispose()
    return POSTGRES


@pytest.fixture
def store(url: str) -> Iterator[FeedbackStore]:
    store = FeedbackStore(url)
    yield store
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a store of SQLite is, for tests of its bytes."""
    return tmp_path / "conversations.sqlite3"


def ratings(store: FeedbackStore, **filters: Any) -> list[Rating]:
    return list(store.ratings(Filters(**filters)))


def turns(store: FeedbackStore, **filters: Any) -> list[Unanswered]:
    return list(store.unanswered(Filters(**filters)))


def numbers(found: list[Any]) -> list[int]:
    return [round((record.at - START) / timedelta(minutes=1)) for record in found]


def test_what_is_kept_comes_back_as_it_was(store: FeedbackStore) -> None:
    thumb = rating(
        comment="naïve \U0001f600 'text'",
        question="q?",
        answer_ids=("a.b", "c.d"),
        responses=(),
        outcome="escalate",
        rating="down",
    )
    turn = unanswered(kind="no_source", about="zinc.dose", channel="telegram", question="q?")
    store.rate(thumb)
    store.note_unanswered(turn)
    assert ratings(store) == [thumb]
    assert turns(store) == [turn]


def test_a_second_thumb_takes_the_place_of_the_first(store: FeedbackStore) -> None:
    store.rate(rating(1, rating="down", comment="no"))
    store.rate(rating(2))
    store.rate(rating(1, conversation_hash=THERE))
    again = rating(1, at=START + timedelta(hours=1), outcome="advise")
    store.rate(again)
    assert ratings(store) == [again, rating(2), rating(1, conversation_hash=THERE)]


def test_a_thumb_is_taken_back(store: FeedbackStore) -> None:
    kept = [rating(2), rating(1, conversation_hash=THERE)]
    for thumb in (*kept, rating(1)):
        store.rate(thumb)
    store.withdraw(HERE, "message-1")
    assert ratings(store) == kept
    store.withdraw(HERE, "message-1")
    store.withdraw(HERE, "message-9")
    assert ratings(store) == kept


def test_a_turn_is_noted_once(store: FeedbackStore) -> None:
    store.note_unanswered(unanswered(1))
    store.note_unanswered(unanswered(1, kind="guessed", at=START + timedelta(hours=1)))
    store.note_unanswered(unanswered(1, conversation_hash=THERE))
    assert {(turn.conversation_hash, turn.kind) for turn in turns(store)} == {
        (HERE, "not_understood"),
        (THERE, "not_understood"),
    }


@pytest.mark.parametrize("given", [{"conversation_hash": ""}, {"message_id": ""}])
def test_what_belongs_to_no_turn_is_refused(store: FeedbackStore, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="conversation"):
        store.rate(rating(**given))
    with pytest.raises(ValueError, match="conversation"):
        store.note_unanswered(unanswered(**given))


def test_ratings_of_a_conversation(store: FeedbackStore) -> None:
    assert store.ratings_of(HERE) == {}
    store.rate(rating(1))
    store.rate(rating(2, rating="down"))
    store.rate(rating(3, conversation_hash=THERE))
    assert store.ratings_of(HERE) == {"message-1": "up", "message-2": "down"}
    store.forget(HERE)
    assert store.ratings_of(HERE) == store.ratings_of("") == {}


def test_forgetting_leaves_only_what_is_counted(store: FeedbackStore) -> None:
    for number in (1, 2):
        store.rate(rating(number, comment="c", question="q"))
        store.note_unanswered(unanswered(number, kind="no_source", about="a.b", question="q"))
    others = (
        rating(3, conversation_hash=THERE, comment="c"),
        unanswered(3, conversation_hash=THERE, question="q"),
    )
    store.rate(others[0])
    store.note_unanswered(others[1])
    for _ in range(2):
        store.forget(HERE)
    nobody = {"conversation_hash": "", "message_id": ""}
    assert ratings(store) == [others[0], rating(2, **nobody), rating(1, **nobody)]
    left = {"kind": "no_source", "about": "a.b", **nobody}
    assert turns(store) == [others[1], unanswered(2, **left), unanswered(1, **left)]
    # The same turn again is another row; what was forgotten is neither replaced nor withdrawn.
    store.rate(rating(1))
    store.withdraw("", "")
    assert len(ratings(store)) == 4


def test_rows_have_ids_of_their_own(store: FeedbackStore) -> None:
    for number in range(5):
        store.rate(rating(number))
    with store._database.engine.connect() as connection:
        ids = connection.execute(sa.select(module._RATINGS.c.id)).scalars().all()
    assert len({key[:8] for key in ids}) == 5
    assert not any("message" in key or HERE[:8] in key for key in ids)


def test_what_is_old_is_forgotten(store: FeedbackStore) -> None:
    for number in (1, 2, 3):
        store.rate(rating(number, comment="c"))
        store.note_unanswered(unanswered(number, question="q"))
    store.forget_older_than(START + timedelta(minutes=2))
    for found in (ratings(store), turns(store)):
        assert [record.conversation_hash for record in found] == [HERE, HERE, ""]
    assert [thumb.comment for thumb in ratings(store)] == ["c", "c", None]
    assert [turn.question for turn in turns(store)] == ["q", "q", None]


def bytes_beside(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(file.parent.iterdir()))


@pytest.mark.parametrize("way", ["forget", "forget_older_than"])
def test_no_byte_of_a_text_is_left(file: Path, way: str) -> None:
    # Rasa has the same file open.
    with closing(sqlite3.connect(file)) as rasa:
        rasa.execute("PRAGMA journal_mode=WAL")
        rasa.execute("CREATE TABLE events (data TEXT)")
        rasa.commit()
        store = FeedbackStore(f"sqlite:///{file}")
        for number in range(60):
            text = f"Zebulon{number:03} " * (1 + number * 7)
            store.rate(rating(number, comment=text, question=f"Yolanda{number:03} {text}"))
            store.note_unanswered(unanswered(number, question=f"Xerxes{number:03} {text}"))
            rasa.execute("INSERT INTO events VALUES ('kept')")
            rasa.commit()
        # Replaced and withdrawn texts go, too.
        for number in range(0, 60, 3):
            store.rate(rating(number, comment=f"Wilhelmina{number:03}"))
        store.withdraw(HERE, "message-2")
        names = (b"Zebulon", b"Yolanda", b"Xerxes", b"Wilhelmina", HERE.encode(), b"message-1")
        before = bytes_beside(file)
        assert [name for name in names if name not in before] == []
        if way == "forget":
            store.forget(HERE)
        else:
            store.forget_older_than(START + timedelta(days=1))
        after = bytes_beside(file)
        assert [name for name in names if name in after] == []
        assert file.with_name(file.name + "-wal").stat().st_size == 0
        assert rasa.execute("SELECT count(*) FROM events").fetchone() == (60,)
        assert len(ratings(store)) == 59
        store.close()


def test_a_reader_keeps_the_log_and_that_is_told(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FeedbackStore(f"sqlite:///{file}")
    store.rate(rating(comment="Zebulon"))
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM feedback_ratings").fetchone() == (1,)
        with caplog.at_level(logging.WARNING):
            store.forget(HERE)
        assert "still in the database's log" in caplog.text
        assert ratings(store)[0].comment is None
        assert b"Zebulon" in bytes_beside(file)
    store.forget(HERE)
    assert b"Zebulon" not in bytes_beside(file)
    store.close()


@pytest.fixture
def filled(store: FeedbackStore) -> FeedbackStore:
    store.rate(rating(1, answer_ids=("magnesium.foods", "zinc.dose"), comment="good"))
    store.rate(rating(2, rating="down", question="asked"))
    store.rate(rating(3, answer_ids=("zinc.foods",), rating="down", comment="bad"))
    store.rate(rating(4, answer_ids=()))
    store.note_unanswered(unanswered(1, kind="no_source", about="zinc.dose", question="asked"))
    store.note_unanswered(unanswered(2, kind="no_source", about="zinc.dose"))
    store.note_unanswered(unanswered(3, question="asked too"))
    return store


@pytest.mark.parametrize(
    ("filters", "expected", "expected_turns"),
    [
        ({}, [4, 3, 2, 1], [3, 2, 1]),
        ({"limit": 2}, [4, 3], [3, 2]),
        ({"since": START + timedelta(minutes=2)}, [4, 3, 2], [3, 2]),
        ({"until": START + timedelta(minutes=2)}, [1], [1]),
        ({"rating": "up"}, [4, 1], [3, 2, 1]),
        ({"rating": "down", "limit": 1}, [3], [3]),
        ({"answer": "zinc"}, [3, 1], [3, 2, 1]),
        ({"answer": "zinc", "limit": 1}, [3], [3]),
        ({"answer": "ZINC"}, [], [3, 2, 1]),
        ({"answer": "%"}, [], [3, 2, 1]),
        ({"answer": "foods"}, [], [3, 2, 1]),
        ({"with_texts": True}, [3, 1], [3, 1]),
    ],
)
def test_filters(
    filled: FeedbackStore,
    filters: dict[str, Any],
    expected: list[int],
    expected_turns: list[int],
) -> None:
    assert numbers(ratings(filled, **filters)) == expected
    assert numbers(turns(filled, **filters)) == expected_turns


def test_counts_of_what_was_not_answered(filled: FeedbackStore) -> None:
    assert filled.unanswered_counts(ALL) == {
        ("no_source", "zinc.dose"): 2,
        ("not_understood", ""): 1,
    }
    late = Filters(since=START + timedelta(minutes=2))
    assert filled.unanswered_counts(late) == {
        ("no_source", "zinc.dose"): 1,
        ("not_understood", ""): 1,
    }


def test_whether_there_is_anything(store: FeedbackStore) -> None:
    store.withdraw(HERE, "message-1")
    assert store.is_empty()
    store.note_unanswered(unanswered())
    assert not store.is_empty()


def test_a_database_is_not_made_by_looking(url: str, tmp_path: Path) -> None:
    store = FeedbackStore(url)
    assert not store.exists()
    assert not (tmp_path / "some").exists()
    store.rate(rating())
    assert store.exists()
    store.close()


def test_the_file_is_for_its_owner_alone(file: Path) -> None:
    store = FeedbackStore(f"sqlite:///{file}")
    store.rate(rating())
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}
    store.close()


def test_processes_that_start_at_once_make_the_tables_once(url: str, root: Path) -> None:
    code = (
        "import sys\n"
        "from tests.unit.feedback_tools import rating, unanswered\n"
        "from twitchwise.feedback.store import FeedbackStore\n"
        "store = FeedbackStore(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "store.rate(rating(int(sys.argv[2])))\n"
        "store.note_unanswered(unanswered(1))\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, url, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        for number in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    store = FeedbackStore(url)
    assert numbers(ratings(store)) == [2, 1, 0]
    assert len(turns(store)) == 1
    store.close()


def test_many_who_rate_a_turn_at_once_leave_one_thumb(url: str) -> None:
    stores = [FeedbackStore(url) for _ in range(4)]
    start = threading.Barrier(4)

    def rate(store: FeedbackStore) -> None:
        start.wait()
        for number in range(10):
            store.rate(rating(1, rating=("up", "down")[number % 2]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rate, stores))
    assert len(ratings(stores[0])) == 1
    for store in stores:
        store.close()


def test_a_locked_database_is_an_error_within_a_second_and_then_none(file: Path) -> None:
    store = FeedbackStore(f"sqlite:///{file}")
    store.rate(rating(1))
    with locked(file):
        for act in (
            lambda: store.rate(rating(2)),
            lambda: store.note_unanswered(unanswered()),
            lambda: store.withdraw(HERE, "message-1"),
            lambda: store.forget(HERE),
        ):
            began = time.monotonic()
            with pytest.raises(sa.exc.OperationalError, match="locked"):
                act()
            assert 0.5 < time.monotonic() - began < 2.5
        # Readers do not wait.
        assert len(ratings(store)) == 1
    store.rate(rating(2))
    assert numbers(ratings(store)) == [2, 1]
    store.close()


def test_a_new_store_at_a_locked_database(file: Path) -> None:
    first = FeedbackStore(f"sqlite:///{file}")
    first.rate(rating(1))
    second = FeedbackStore(f"sqlite:///{file}")
    with locked(file), pytest.raises(sa.exc.OperationalError, match="locked"):
        second.rate(rating(2))
    second.rate(rating(2))
    assert len(ratings(first)) == 2
    first.close()
    second.close()


@pytest.mark.parametrize("wrong", ["nonsense", "mysql://a:geheim@b/c", "postgresql+no://"])
def test_an_address_that_is_none_is_one_clear_line(wrong: str) -> None:
    with pytest.raises(TwitchwiseError, match=r"tracker_store_url .*Mend: ") as raised:
        FeedbackStore(wrong)
    assert "\n" not in str(raised.value)
    assert "geheim" not in str(raised.value)
