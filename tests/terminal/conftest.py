"""The client, a server that it talks to, and a person who uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.fake_server import FakeServer, running_server
from tests.terminal.program import Pipes, Surroundings, command
from tests.terminal.screen import Person

#: Opens the client in a terminal. Options are those of ``chat``; "columns", "rows" and "server"
#: may be given, and variables by their names.
Open = Callable[..., Person]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server of this test's own."""
    with running_server() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Surroundings:
    """The folder of whoever runs the client."""
    return Surroundings(tmp_path)


@pytest.fixture
def open_chat(server: FakeServer, home: Surroundings) -> Iterator[Open]:
    """What opens ``twitchwise chat`` in a terminal."""
    people: list[Person] = []

    def open_one(*options: str, columns: int = 100, rows: int = 40, **variables: str) -> Person:
        person = Person(
            command("chat", "--url", server.url, *options),
            folder=home.folder,
            variables=home.variables(**variables),
            columns=columns,
            rows=rows,
        )
        people.append(person)
        return person

    yield open_one
    for person in people:
        person.close()


@pytest.fixture
def chat(open_chat: Open) -> Person:
    """The client in a terminal, ready for the first message."""
    person = open_chat()
    person.wait_for_prompt()
    return person


@pytest.fixture
def pipes(server: FakeServer, home: Surroundings) -> Pipes:
    """What runs the client without a terminal."""
    return Pipes(home, server.url)
