"""The commands of the prompt."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from tests.terminal import replies
from tests.terminal.conftest import Open
from tests.terminal.fake_server import FakeServer, refusal
from tests.terminal.program import Surroundings
from tests.terminal.screen import Person

_COMMANDS = (
    "/help",
    "/sources",
    "/restart",
    "/forget",
    "/export",
    "/feedback",
    "/privacy",
    "/disclaimer",
    "/quit",
)
_ESCALATION = {"kind": "escalation", "text": "Please see a doctor today."}
_EMERGENCY = {"kind": "emergency", "text": "Call 112 at once."}


def test_help_disclaimer_and_typing_errors_are_not_sent(chat: Person, server: FakeServer) -> None:
    shown = chat.say("/help")
    assert [command for command in _COMMANDS if command not in shown] == []
    assert replies.DISCLAIMER in " ".join(chat.say("/disclaimer").split())
    assert "There is no /hlep. Did you mean /help?" in chat.say("/hlep")
    assert server.sent() == []


def test_sources_shows_those_of_the_last_answer(chat: Person, server: FakeServer) -> None:
    # Before any answer there is a line that says so.
    assert chat.say("/sources").removesuffix("You:").strip()
    chat.say("magnesium")
    shown = chat.say("/sources")
    for source in replies.SOURCES:
        assert source.title in shown and source.publisher in shown
    assert server.texts() == ["magnesium"]


def test_restart_is_sent_in_the_same_conversation(chat: Person, server: FakeServer) -> None:
    chat.say("hello")
    chat.say("/restart")
    assert server.texts() == ["hello", "/restart"]
    assert len({one.conversation for one in server.sent()}) == 1


def test_forget_deletes_conversation_and_history_and_begins_anew(
    chat: Person, server: FakeServer, home: Surroundings
) -> None:
    chat.say("hello")
    assert home.history.exists()
    chat.say("/forget")
    first = server.sent()[0].conversation
    assert server.forgotten() == [first]
    assert not home.history.exists() or b"hello" not in home.history.read_bytes()
    for _ in range(3):
        chat.up()
    chat.type("!")
    chat.wait_until(lambda: chat.line().endswith("!"), "the mark")
    assert "hello" not in chat.line()
    chat.press("u")
    chat.say("magnesium")
    assert server.sent()[1].conversation != first


def test_forget_that_fails_says_so(chat: Person, server: FakeServer) -> None:
    chat.say("hello")
    server.fail(refusal(503, "Please try again in a minute."), at="/conversation")
    said = chat.say("/forget").removesuffix("You:").strip()
    assert said
    # It was not forgotten, so it goes on, and can be forgotten again.
    chat.say("/forget")
    assert server.forgotten() == [server.sent()[0].conversation] * 2


def test_privacy_says_how_long_what_is_kept(
    open_chat: Open, server: FakeServer, home: Surroundings
) -> None:
    nameless, named = open_chat(), open_chat("--resume", "calf", "--no-history")
    said = " ".join(nameless.say("/privacy").split())
    assert "deleted" in said and "when you leave" in said
    # A path is broken anywhere by the end of a line.
    assert str(home.history) in said.replace(" ", "")
    said = " ".join(named.say("/privacy").split())
    assert "30 days" in said and str(home.history) not in said.replace(" ", "")
    assert server.sent() == []


@pytest.mark.parametrize("command", ["/quit", "/exit"])
def test_quit_and_exit_leave(chat: Person, command: str) -> None:
    chat.type(f"{command}\r")
    assert chat.exit_code() == 0


def test_what_is_no_command_is_sent(chat: Person, server: FakeServer) -> None:
    texts = [
        "/my foot is numb",
        "/help my foot is numb",
        "/quit it is numb",
        "/exports my foot is numb",
        "/tingling",
        "/ my foot is numb",
        "//",
    ]
    for text in texts:
        chat.say(text)
    assert server.texts() == texts


# Export.


def test_export_writes_what_was_said_for_its_owner_only(chat: Person, home: Surroundings) -> None:
    chat.say("does magnesium matter")
    chat.say("my foot is numb")
    chat.say("/export talk.md")
    chat.say("/export talk.json")
    for name in ("talk.md", "talk.json"):
        file = home.folder / name
        assert file.stat().st_mode & 0o777 == 0o600
        # Markdown sets some signs apart.
        text = file.read_text(encoding="utf-8").replace("\\", "")
        assert "does magnesium matter" in text and "my foot is numb" in text
        assert replies.ANSWER in text and replies.DISCLAIMER in text
        assert str(replies.SOURCES[1].url) in text
    assert json.loads((home.folder / "talk.json").read_text(encoding="utf-8"))


def test_export_without_a_name_chooses_one(chat: Person, home: Surroundings) -> None:
    chat.say("hello")
    said = chat.say("/export")
    files = [file for file in home.folder.iterdir() if file.is_file()]
    assert len(files) == 1 and files[0].suffix in (".md", ".json")
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert files[0].name in "".join(said.split())


def test_export_of_hostile_texts_is_markdown_that_shows_them(
    chat: Person, server: FakeServer, home: Surroundings
) -> None:
    server.reply = lambda _: [replies.said("**x** <script>alert(1)</script> [a](javascript:b)")]
    chat.say("hello")
    chat.say("/export talk.md")
    text = (home.folder / "talk.md").read_text(encoding="utf-8")
    page = MarkdownIt("commonmark").render(text)
    assert "<script" not in page and "<strong>x" not in page and 'javascript:b"' not in page
    assert "alert(1)" in page


def test_export_never_overwrites(chat: Person, home: Surroundings) -> None:
    (home.folder / "mine.md").write_text("mine", encoding="utf-8")
    (home.folder / "link.md").symlink_to(home.folder / "elsewhere.md")
    chat.say("hello")
    for name in ("mine.md", "link.md"):
        assert name in chat.say(f"/export {name}")
    assert (home.folder / "mine.md").read_text(encoding="utf-8") == "mine"
    assert not (home.folder / "elsewhere.md").exists()


def test_export_that_cannot_be_done_says_so_in_one_line(
    chat: Person, home: Surroundings, server: FakeServer
) -> None:
    (home.folder / "file").write_text("", encoding="utf-8")
    chat.say("hello")
    before = set(home.folder.iterdir())
    for name in ("talk.exe", "talk", "missing/talk.md", "file/talk.md"):
        said = chat.say(f"/export {name}").removesuffix("You:").strip()
        assert said and "Traceback" not in said, name
    assert set(home.folder.iterdir()) == before
    chat.say("hello")
    assert server.texts() == ["hello", "hello"]


# Feedback.


def test_feedback_rates_the_last_turn(chat: Person, server: FakeServer) -> None:
    chat.say("hello")
    chat.say("magnesium")
    chat.say("/feedback + clear and kind")
    chat.say("/feedback -")
    rated = server.seen("POST", "/feedback")
    last = server.sent()[-1]
    assert [(one.conversation, one.body["id"]) for one in rated] == [
        (last.conversation, last.body["id"])
    ] * 2
    assert [(one.body["rating"], one.body.get("comment") or None) for one in rated] == [
        ("up", "clear and kind"),
        ("down", None),
    ]


def test_feedback_before_any_turn_is_not_sent(chat: Person, server: FakeServer) -> None:
    assert chat.say("/feedback + nice").removesuffix("You:").strip()
    assert server.seen("POST", "/feedback") == []


def test_an_urgent_comment_is_answered_whatever_becomes_of_it(
    chat: Person, server: FakeServer
) -> None:
    chat.say("hello")
    for urgent, title in ((_ESCALATION, "SEE A DOCTOR"), (_EMERGENCY, "EMERGENCY")):
        server.urgent = urgent
        shown = chat.say("/feedback - my foot is numb")
        assert title in shown and urgent["text"] in shown
    server.urgent = None
    # Stored or not.
    server.fail(refusal(503, urgent=_ESCALATION), at="/feedback")
    shown = chat.say("/feedback - my foot is numb")
    assert "SEE A DOCTOR" in shown and _ESCALATION["text"] in shown


def test_commands_work_where_nothing_can_be_kept(
    open_chat: Open, server: FakeServer, home: Surroundings
) -> None:
    (home.folder / "state").write_text("no folder", encoding="utf-8")
    person = open_chat()
    person.say("hello")
    person.say("/forget")
    person.say("magnesium")
    person.say("/export talk.md")
    person.press("d")
    assert person.exit_code() == 0
    assert server.texts() == ["hello", "magnesium"]
    assert (home.folder / "talk.md").exists()
    assert "Traceback" not in person.text()
