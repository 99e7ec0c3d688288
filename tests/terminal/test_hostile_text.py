"""Texts of a server are texts: in a terminal, and in a pipe."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

from tests.terminal import hostile, replies
from tests.terminal.conftest import Open
from tests.terminal.fake_server import FakeServer, refusal
from tests.terminal.program import Pipes
from tests.terminal.replies import Message
from tests.terminal.screen import Person
from twitchwise.rendering.turn import SourceCard

_NAMES = tuple(hostile.ALL)


def _everywhere(message: str) -> Sequence[Message]:
    """Return a turn that has a hostile text (chosen by its number) wherever a text can be."""
    if not message.isdigit():
        return [replies.said(message)]
    text = hostile.ALL[_NAMES[int(message) - 100]]
    sources = [SourceCard(text, text, f"https://x.example/{text}"), SourceCard(text, text, text)]
    whole = replies.answer(text, [text], sources, [(text, text)])
    whole["buttons"].append(replies.link(text, text))
    return [
        replies.said(text, "utter_emergency"),
        replies.said(text, "utter_escalation"),
        whole,
    ]


def _numbers() -> list[str]:
    return [str(number) for number in range(100, 100 + len(_NAMES))]


def _words(text: str) -> str:
    """Return the letters of a text: control characters and blanks may look different."""
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())


def _controls(text: str) -> set[str]:
    return {sign for sign in text if unicodedata.category(sign) == "Cc"}


def _does_nothing(person: Person) -> None:
    raw = person.raw()
    assert person.title == "" and person.bells == 0
    assert [sequence for sequence in hostile.OPENINGS if sequence in raw] == []
    # Backspace is left out: the prompt moves its own cursor with it.
    assert not set(raw) & set("\x00\x07\x0b\x0c\x0e\x0f\x7f\x85\x9b\x9c\x9d")


def test_hostile_texts_do_nothing_to_the_terminal(open_chat: Open, server: FakeServer) -> None:
    server.reply = _everywhere
    person = open_chat(rows=200)
    for name, number in zip(_NAMES, _numbers(), strict=True):
        shown = person.say(number)
        text = hostile.ALL[name]
        # Emergency, escalation, answer, bullet, sources, choice.
        assert _words(shown).count(_words(text)) >= 6, (name, shown)
    _does_nothing(person)
    person.say("all is well")
    person.press("d")
    assert person.exit_code() == 0


def test_marks_in_texts_are_shown_as_they_are(chat: Person, server: FakeServer) -> None:
    text = "**bold** [words](https://evil.example) [red]colour[/red] `code` <b>"
    server.reply = lambda _: [replies.answer(text, [text], [], [(text, "q:x")])]
    shown = " ".join(chat.say("hello").split())
    assert shown.count(text) == 3
    server.reply = lambda _: [replies.said(text, "utter_emergency")]
    assert text in " ".join(chat.say("hello").replace("│", "").split())


def test_hostile_words_about_the_server_do_nothing(open_chat: Open, server: FakeServer) -> None:
    title, mark = hostile.SEQUENCES["title"], "[red]x[/red]"
    server.about |= {
        "name": title,
        "emergency_number": title,
        "disclaimer": title + mark,
        "questions": [title],
        "starters": [{"title": title + mark, "payload": "q:x"}],
        "contact": {"name": title, "phone": title, "url": title, "hours": title},
    }
    person = open_chat()
    person.wait_for_prompt()
    assert mark in person.text()
    person.say("/privacy")
    person.say("/disclaimer")
    person.type("\x1b")
    _does_nothing(person)


def test_a_hostile_refusal_does_nothing(chat: Person, server: FakeServer) -> None:
    server.fail(refusal(400, hostile.SEQUENCES["title"] + "[red]x[/red]"))
    chat.type("hello\r")
    server.wait_for("POST", "/turn")
    chat.press("u")
    chat.say("hello there")
    _does_nothing(chat)


def test_hostile_texts_in_a_pipe_are_single_signs(pipes: Pipes, server: FakeServer) -> None:
    server.reply = _everywhere
    done = pipes.chat("\n".join(_numbers()))
    assert done.exit_code == 0 and done.err == ""
    assert _controls(done.out) <= {"\n"}
    assert "?[31;1;5mred words?[0m" in done.out
    assert "**bold** _under_ `code` [words](https://evil.example) # head" in done.out
    assert "[red]words[/red]" in done.out


def test_hostile_texts_as_json_are_one_line_each(pipes: Pipes, server: FakeServer) -> None:
    server.reply = _everywhere
    done = pipes.chat("\n".join(_numbers()), "--json")
    assert done.exit_code == 0 and done.err == ""
    lines = done.out.removesuffix("\n").split("\n")
    assert len(lines) == len(_NAMES)
    for name, line in zip(_NAMES, lines, strict=True):
        told = json.loads(line)
        assert _words(told["texts"][0]) == _words(hostile.ALL[name])
        # JSON may hold some of them as they are, and a terminal would obey.
        assert _controls(line) == set()
