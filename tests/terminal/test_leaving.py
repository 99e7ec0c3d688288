"""However a conversation ends, it is forgotten; unless it has a name to be gone on with."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable

import pytest

from tests.terminal import replies
from tests.terminal.conftest import Open
from tests.terminal.fake_server import FakeServer
from tests.terminal.program import Surroundings
from tests.terminal.screen import Person
from twitchwise.cli import main


def _ctrl_c_twice(person: Person) -> None:
    person.press("c")
    person.wait_for("Ctrl-C again leaves")
    person.wait_for_prompt()
    person.press("c")


_WAYS: dict[str, Callable[[Person], None]] = {
    "quit": lambda person: person.type("/quit\r"),
    "Ctrl-D": lambda person: person.press("d"),
    "Ctrl-C twice": _ctrl_c_twice,
    "SIGTERM": lambda person: person.kill(signal.SIGTERM),
    "SIGHUP": lambda person: person.kill(signal.SIGHUP),
    "the window is closed": lambda person: person.close_window(),
}
#: Those that another prompt takes in another way.
_PLAIN_WAYS = ("Ctrl-D", "SIGTERM", "the window is closed")


@pytest.mark.parametrize(
    ("options", "leave"),
    [
        *[pytest.param([], leave, id=name) for name, leave in _WAYS.items()],
        *[pytest.param(["--plain"], _WAYS[name], id=f"{name}, plain") for name in _PLAIN_WAYS],
    ],
)
def test_a_conversation_is_forgotten_at_its_end(
    open_chat: Open, server: FakeServer, options: list[str], leave: Callable[[Person], None]
) -> None:
    person = open_chat(*options)
    person.say("hello")
    leave(person)
    server.wait_for("DELETE", "/conversation")
    person.exit_code()
    assert server.forgotten() == [server.sent()[0].conversation]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_message_on_its_way_is_forgotten_too(
    chat: Person, server: FakeServer, sign: signal.Signals
) -> None:
    with server.holding() as held:
        chat.type("hello\r")
        held.wait()
        chat.kill(sign)
        forgotten = server.wait_for("DELETE", "/conversation")
        chat.exit_code()
    message = server.sent()[0]
    assert forgotten.conversation == message.conversation
    assert forgotten.body["pending"] == [message.body["id"]]


def test_a_terminal_is_left_as_it_was(chat: Person) -> None:
    chat.say("hello")
    chat.kill(signal.SIGTERM)
    chat.exit_code()
    raw = chat.raw()
    # Pasted lines are announced no more, the cursor is seen, and the first screen is shown.
    assert raw.rfind("\x1b[?2004l") > raw.rfind("\x1b[?2004h")
    assert raw.rfind("\x1b[?25h") >= raw.rfind("\x1b[?25l")
    assert "\x1b[?1049h" not in raw


def test_a_named_conversation_is_kept_and_gone_on_with(
    open_chat: Open, server: FakeServer, home: Surroundings
) -> None:
    server.reply = lambda text: [replies.escalation(), replies.answer()] if "numb" in text else []
    first = open_chat("--resume", "calf")
    first.say("hello")
    first.say("my foot is numb")
    first.press("d")
    assert first.exit_code() == 0
    names = home.state / "conversations.json"
    assert names.stat().st_mode & 0o777 == 0o600
    conversation = server.sent()[0].conversation
    kept = names.read_text(encoding="utf-8")
    assert json.loads(kept) and "calf" in kept and conversation in kept

    second = open_chat("--resume", "calf")
    second.wait_for_prompt()
    # How many there were, and the last turn: what was said, and what can be chosen.
    shown = " ".join(second.text().split())
    assert "2 messages" in shown and "hello" not in shown
    assert "my foot is numb" in shown and "SEE A DOCTOR" in shown
    assert second.count(replies.ESCALATION) == second.count(replies.ANSWER) == 1
    second.say("2")
    assert server.sent()[-1].body["message"] == replies.CHOICES[1][1]
    _ctrl_c_twice(second)
    assert second.exit_code() == 130
    assert {one.conversation for one in server.sent()} == {conversation}
    assert server.forgotten() == []


def test_named_conversations_are_listed_and_each_has_its_own(
    open_chat: Open, server: FakeServer
) -> None:
    for name in ("calf", "my eyelid"):
        person = open_chat("--resume", name)
        person.say("hello")
        person.press("d")
        person.exit_code()
    assert len({one.conversation for one in server.sent()}) == 2
    listed = open_chat("--list")
    assert listed.exit_code() == 0
    assert "calf" in listed.text() and "my eyelid" in listed.text()
    assert not any(one.conversation in listed.text() for one in server.sent())


def test_a_named_conversation_that_was_forgotten_begins_anew(
    open_chat: Open, server: FakeServer
) -> None:
    first = open_chat("--resume", "calf")
    first.say("hello")
    first.say("/forget")
    first.press("d")
    first.exit_code()
    conversation = server.sent()[0].conversation
    assert server.forgotten()[:1] == [conversation]
    second = open_chat("--resume", "calf")
    second.say("magnesium")
    assert replies.GREETING not in second.text()
    assert server.sent()[-1].conversation != conversation


@pytest.mark.parametrize("damage", ["", '{"calf": 7}', '{"calf": "short"}', "\ud800"])
def test_a_damaged_list_of_names_is_told_and_left_alone(
    open_chat: Open, home: Surroundings, damage: str
) -> None:
    home.state.mkdir(parents=True)
    names = home.state / "conversations.json"
    names.write_bytes(damage.encode("utf-8", "surrogatepass"))
    named = open_chat("--resume", "calf")
    named.wait_until(lambda: "conversations.json" in named.text().replace("\n", ""), "the file")
    assert named.exit_code() == 2
    assert "Mend" in named.text() and "Traceback" not in named.text()
    assert names.read_bytes() == damage.encode("utf-8", "surrogatepass")


def test_another_server_is_not_told_the_id_of_a_named_conversation(
    open_chat: Open, server: FakeServer, home: Surroundings
) -> None:
    home.state.mkdir(parents=True)
    saved = {"calf": {"id": "conversation-0123456789", "server": "https://clinic.example"}}
    (home.state / "conversations.json").write_text(json.dumps(saved), encoding="utf-8")
    named = open_chat("--resume", "calf")
    assert named.exit_code() == 2
    assert "is a conversation with https://clinic.example. Mend" in " ".join(named.text().split())
    assert not server.seen("GET", "/history") and not server.sent()


def test_who_needs_no_name_talks_beside_a_damaged_list(open_chat: Open, home: Surroundings) -> None:
    home.state.mkdir(parents=True)
    (home.state / "conversations.json").write_text("{", encoding="utf-8")
    assert replies.GREETING in open_chat().say("hello")


@pytest.mark.parametrize(
    "name",
    ["  ", "two\nlines", "\x1b[31m", "n" * 10_000],
    ids=["blank", "two lines", "a colour", "long"],
)
def test_a_name_that_cannot_be_shown_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.delenv("TWITCHWISE_URL", raising=False)
    with pytest.raises(SystemExit) as end:
        main(["chat", "--resume", name])
    assert end.value.code == 2
    assert "\x1b" not in capsys.readouterr().err
