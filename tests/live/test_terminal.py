"""The terminal against the trained bot: a person's conversation, pipes, and servers that die."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.live.client import Client
from tests.live.servers import ROOT, Server
from tests.terminal.program import Surroundings, command
from tests.terminal.screen import Person
from twitchwise.faq import load_faq
from twitchwise.paths import HOME_VARIABLE

DISCLAIMER = "This is general information. It is no substitute for professional medical advice."
_PATIENCE_SECONDS = 60
_RASA = "twitchwise.serving.rasa_process"
#: `twitchwise chat` that does not find a server which happens to run at the usual place.
_NONE_RUNS = (
    "from twitchwise.terminal import locate; locate.DEFAULT_URL = 'http://127.0.0.1:9'; "
    "from twitchwise.cli import main; main()"
)

Open = Callable[..., Person]


@pytest.fixture
def person(tmp_path: Path) -> Surroundings:
    """The folder of whoever sits at the terminal."""
    return Surroundings(tmp_path)


@pytest.fixture
def opened(person: Surroundings) -> Iterator[Open]:
    """Opens a command in a terminal."""
    people: list[Person] = []

    def open_one(arguments: list[str], **variables: str) -> Person:
        people.append(
            Person(arguments, folder=person.folder, variables=person.variables(**variables))
        )
        return people[-1]

    yield open_one
    for each in people:
        each.close()


def piped(
    person: Surroundings, arguments: list[str], given: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments,
        input=given,
        capture_output=True,
        text=True,
        cwd=person.folder,
        env=person.variables(),
        timeout=300,
        check=False,
    )


def test_a_conversation_with_question_choice_follow_up_and_a_numb_foot(
    bot: Client, opened: Open
) -> None:
    chat = opened(command("chat", "--url", bot.url))
    answer = chat.say("wat vitamin for foot twiching")
    assert "magnesium" in answer
    assert "Source" in answer
    assert "[1] What helps?" in answer
    assert "→ What helps?" in chat.say("1")
    assert "magnesium" in chat.say("and which foods have it?")
    numb = chat.say("my foot is numb")
    assert "SEE A DOCTOR" in numb
    assert "EMERGENCY" in chat.say("and now I cannot breathe")
    for reply in (answer, numb):
        assert " ".join(reply.split()).endswith(f"{DISCLAIMER} You:")
    chat.type("/quit")
    chat.enter()
    assert chat.exit_code() == 0


def test_what_was_said_is_gone_from_the_server_when_the_person_leaves(
    server: Server, opened: Open
) -> None:
    words = "why do my earlobes feel purple"
    chat = opened(command("chat", "--url", server.client.url))
    chat.say(words)
    assert words in stored_text(server)
    chat.press("d")
    assert chat.exit_code() == 0
    assert words not in stored_text(server)


def stored_text(server: Server) -> str:
    files = server.store.parent.glob(f"{server.store.name}*")
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def test_a_named_conversation_goes_on_in_the_next_run(bot: Client, opened: Open) -> None:
    first = opened(command("chat", "--url", bot.url, "--resume", "feet"))
    first.say("wat vitamin for foot twiching")
    first.press("d")
    assert first.exit_code() == 0
    second = opened(command("chat", "--url", bot.url, "--resume", "feet"))
    second.wait_for_prompt()
    assert "wat vitamin for foot twiching" in second.text()
    assert "oily fish" in second.say("and which foods have it?")
    assert "deleted" in second.say("/forget")


def test_two_lines_in_two_objects_out(bot: Client, person: Surroundings) -> None:
    lines = "can dehydration cause leg twitching\nmy foot is numb\n"
    arguments = command("chat", "--json", "--url", bot.url)
    done = piped(person, arguments, lines)
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["outcome"] for turn in turns] == ["none", "escalate"]
    assert turns[0]["answer_ids"] == ["dehydration.link"]
    assert turns[0]["sources"]
    assert {turn["disclaimer"] for turn in turns} == {DISCLAIMER}
    assert (done.returncode, done.stderr) == (0, "")
    assert piped(person, [*arguments, "--exit-on-escalation"], lines).returncode == 10


def test_a_script_is_not_held_up_by_limits_for_strangers(
    server: Server, person: Surroundings
) -> None:
    questions = [question.ask for question in load_faq().questions] * 2
    # Found by itself: so the client knows the token of whoever runs the server.
    variables = person.variables(**{HOME_VARIABLE: str(ROOT)})
    done = subprocess.run(
        command("chat", "--json"),
        input="\n".join(questions),
        capture_output=True,
        text=True,
        cwd=person.folder,
        env=variables,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["message"] for turn in turns] == questions
    assert {turn["disclaimer"] for turn in turns} == {DISCLAIMER}


def test_a_message_to_a_server_that_is_killed_is_kept_and_answered_once(
    server: Server, opened: Open
) -> None:
    chat = opened(command("chat", "--url", server.client.url))
    chat.say("hello")
    rasa = server.process_of(_RASA)
    assert rasa is not None
    restarts = server.written().count("answers again")
    rasa.send_signal(signal.SIGSTOP)
    chat.type("my leg feels numb")
    chat.enter()
    chat.wait_for("One moment")
    rasa.kill()
    chat.wait_for("press Enter to send it again.")
    # Heard although nobody answered.
    assert "SEE A DOCTOR" in chat.text()
    chat.wait_for_prompt("my leg feels numb")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while server.written().count("answers again") == restarts:
        assert time.monotonic() < deadline, server.written()
        time.sleep(0.1)
    chat.enter()
    chat.wait_for(DISCLAIMER, times=3)
    chat.wait_for_prompt()
    assert chat.count("SEE A DOCTOR") == 2
    chat.press("d")
    assert chat.exit_code() == 0


def test_leaving_while_a_message_has_no_reply_is_told_by_the_exit_code(
    server: Server, opened: Open
) -> None:
    chat = opened(command("chat", "--url", server.client.url, "--timeout", "0.5"))
    chat.say("hello")
    rasa = server.process_of(_RASA)
    assert rasa is not None
    rasa.send_signal(signal.SIGSTOP)
    try:
        chat.type("and calcium?")
        chat.enter()
        chat.wait_for("did not answer in time.")
        chat.wait_for_prompt("and calcium?")
        chat.press("u")
        chat.press("d")
        assert chat.exit_code() == 3
    finally:
        rasa.send_signal(signal.SIGCONT)


def test_where_no_server_runs_one_is_started_for_the_conversation_and_stopped_after(
    tmp_path: Path, person: Surroundings, opened: Open
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("actions", "build", "config.yml", "credentials.yml", "data", "domain.yml"):
        (home / name).symlink_to(ROOT / name)
    for name in ("endpoints.yml", "models", "requirements.lock", "settings.yml"):
        (home / name).symlink_to(ROOT / name)
    arguments = [sys.executable, "-c", _NONE_RUNS, "chat"]
    chat = opened(arguments, **{HOME_VARIABLE: str(home)})
    chat.wait_for_prompt()
    assert "dairy" in chat.say("which foods have calcium")
    (client,) = [p for p in psutil.Process().children() if "locate.DEFAULT_URL" in str(p.cmdline())]
    started = client.children(recursive=True)
    assert [p for p in started if _RASA in p.cmdline()]
    # Nobody else is led to it.
    assert not (home / "var" / "server.json").exists()
    chat.press("d")
    assert chat.exit_code() == 0
    assert not [p for p in started if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
