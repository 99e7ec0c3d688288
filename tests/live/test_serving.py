"""The processes: a dead action server, Ctrl-C, a busy port."""

from __future__ import annotations

import time

import pytest

from tests.live.client import (
    Client,
    answer_ids,
    new_conversation,
    new_sender,
    safety_lines,
    shape,
)
from tests.live.servers import ROOT, Server, Stopped, busy_port, run_command

_ACTIONS = "twitchwise.serving.action_process"
_PATIENCE_SECONDS = 60


def test_a_killed_action_server_is_started_again_and_the_bot_goes_on(server: Server) -> None:
    actions = server.process_of(_ACTIONS)
    assert actions is not None
    actions.kill()
    actions.wait()
    sender = new_sender()
    numb = server.client.say(sender, "what foods have magnesium, my hand is numb")
    assert safety_lines(numb) == ["utter_escalation"]
    answered: list[str] = []
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not answered and time.monotonic() < deadline:
        said = server.client.say(sender, "which foods have magnesium")
        answered = answer_ids(said)
        if not answered:
            assert shape(said) == ["utter_answer_unavailable", "utter_disclaimer"]
            time.sleep(0.2)
    assert answered == ["magnesium.foods"]
    again = server.process_of(_ACTIONS)
    assert again is not None
    assert again.pid != actions.pid


def test_a_killed_rasa_server_is_started_again_and_knows_the_conversation(server: Server) -> None:
    conversation = new_conversation()
    server.client.stream(conversation, "wat vitamin for foot twiching")
    rasa = server.process_of("twitchwise.serving.rasa_process")
    assert rasa is not None
    # Another test may have had a server started again before.
    before = server.written().count("answers again")
    rasa.kill()
    rasa.wait()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while server.written().count("answers again") == before and time.monotonic() < deadline:
        time.sleep(0.2)
    said, _ = server.client.stream(conversation, "and which foods have it?")
    assert answer_ids(said) == ["foot_twitch.foods"]
    assert len(server.client.history(conversation)) == 2


def test_without_an_action_server_the_bot_says_so(bot_without_actions: Client) -> None:
    said = bot_without_actions.ask("which foods have magnesium")
    assert shape(said) == ["utter_answer_unavailable", "utter_disclaimer"]
    assert shape(bot_without_actions.ask("hello")) == ["utter_greet", "utter_disclaimer"]


def test_ctrl_c_leaves_nothing_running(stopped_bot: Stopped) -> None:
    assert stopped_bot.left == []
    assert stopped_bot.port_is_free
    assert stopped_bot.exit_code == 0


@pytest.mark.parametrize("arguments", [[], ["--host", "127.0.0.1"]])
def test_a_busy_port_is_told_in_one_line(arguments: list[str]) -> None:
    with busy_port() as port:
        finished = run_command(ROOT, "serve", "--port", str(port), *arguments)
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert len(finished.stderr.splitlines()) == 1
    assert str(port) in finished.stderr
    assert "Mend:" in finished.stderr


def test_a_port_that_does_not_exist_is_told_in_one_line() -> None:
    finished = run_command(ROOT, "serve", "--port", "70000")
    assert finished.returncode == 1
    assert len(finished.stderr.splitlines()) == 1
