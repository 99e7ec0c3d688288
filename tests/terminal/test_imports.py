"""The client starts quickly and anywhere: it has nothing of the server in it."""

from __future__ import annotations

import subprocess
import sys

from tests.terminal.fake_server import FakeServer, hang_up
from tests.terminal.program import Surroundings
from tests.terminal.screen import Person

_SERVER = {"rasa", "tensorflow", "sanic", "spacy"}
#: Loaded at most where a message was not answered.
_SLOW = {"numpy", "scipy", "sklearn", "sqlalchemy"}
_LISTING = """
import atexit, pathlib, runpy, sys
listing = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: listing.write_text(" ".join({name.split(".")[0] for name in sys.modules})))
runpy.run_module("twitchwise.cli", run_name="__main__", alter_sys=True)
"""


def test_a_conversation_in_a_pipe_imports_nothing_of_the_server(
    server: FakeServer, home: Surroundings
) -> None:
    listing = home.folder / "modules"
    subprocess.run(
        [sys.executable, "-c", _LISTING, str(listing), "chat", "--url", server.url],
        input=b"magnesium\n1\nmy chest hurts\n",
        env=home.variables(),
        cwd=home.folder,
        capture_output=True,
        check=True,
    )
    assert len(server.sent()) == 3
    modules = set(listing.read_text(encoding="utf-8").split())
    assert "twitchwise" in modules and not modules & (_SERVER | _SLOW)


def test_a_message_without_an_answer_imports_nothing_of_the_server(
    server: FakeServer, home: Surroundings
) -> None:
    listing = home.folder / "modules"
    server.fail(hang_up())
    done = subprocess.run(
        [sys.executable, "-c", _LISTING, str(listing), "ask", "numb", "--url", server.url],
        env=home.variables(),
        cwd=home.folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    modules = set(listing.read_text(encoding="utf-8").split())
    assert "twitchwise" in modules and not modules & _SERVER


def test_a_conversation_at_the_prompt_imports_nothing_of_the_server(
    server: FakeServer, home: Surroundings
) -> None:
    listing = home.folder / "modules"
    person = Person(
        [sys.executable, "-c", _LISTING, str(listing), "chat", "--url", server.url],
        folder=home.folder,
        variables=home.variables(),
    )
    try:
        for line in ("magnesium", "my chest hurts", "/export talk.md", "/feedback +", "/forget"):
            person.say(line)
        person.press("d")
        assert person.exit_code() == 0
    finally:
        person.close()
    modules = set(listing.read_text(encoding="utf-8").split())
    assert "twitchwise" in modules and not modules & (_SERVER | _SLOW)
