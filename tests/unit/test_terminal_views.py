"""What is shown: as plain lines, and on a terminal that can do more."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.terminal import hostile, replies
from twitchwise.output import to_stderr
from twitchwise.rendering.turn import SourceCard
from twitchwise.terminal.contract import Button, Turn
from twitchwise.terminal.rich_view import RichView
from twitchwise.terminal.view import (
    PlainView,
    View,
    choice_line,
    labelled,
    source_lines,
    turn_lines,
)

BUTTONS = (Button(title="Why?", payload="q:why"), Button(title="Which?", payload="q:which"))
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
FRAME = "┏┓┗┛┃━"

Show = Callable[[Callable[[View], None]], str]


def turn(*messages: replies.Message, **changed: Any) -> Turn:
    sent = replies.turn("conversation-0123456789", "id-12345", "hello", messages)
    return Turn.parse_obj({**sent, **changed})


def rich(show: Callable[[View], None], *, width: int = 80, colours: bool = False) -> str:
    """Return what a terminal of so many columns is sent."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colours,
        color_system="standard" if colours else None,
        no_color=False if colours else None,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )
    with console.capture() as capture:
        show(RichView(console))
    return capture.get()


@pytest.fixture
def plain(capsys: pytest.CaptureFixture[str]) -> Show:
    """What shows something as plain lines, and gives what was printed."""

    def shown(show: Callable[[View], None]) -> str:
        show(PlainView())
        return capsys.readouterr().out

    return shown


def words(shown: str) -> str:
    """Return what was shown without frames, escape sequences and blanks."""
    return re.sub(rf"[\s{FRAME}]", "", ESCAPE.sub("", shown))


# Plain lines.


def test_a_turn_is_its_texts_choices_and_the_disclaimer_last() -> None:
    both = turn(replies.escalation(), replies.answer())
    text = replies.answer()["text"]
    assert list(turn_lines(both)) == [
        f"SEE A DOCTOR: {replies.ESCALATION}",
        text,
        "[1] What helps?",
        "[2] Which foods?",
        "[3] When should I see a doctor?",
        replies.DISCLAIMER,
    ]


def test_an_emergency_says_so_and_how_to_call() -> None:
    assert list(turn_lines(turn(replies.emergency()))) == [
        f"EMERGENCY: {replies.EMERGENCY}",
        "Call 112: tel:112",
        replies.DISCLAIMER,
    ]


def test_numbers_go_on_over_the_whole_turn() -> None:
    one = {**replies.said("One."), "buttons": [replies.choice("A", "a")]}
    two = {**replies.said("Two."), "buttons": [replies.choice("B", "b"), replies.link("C", "x:c")]}
    lines = list(turn_lines(turn(one, two)))
    assert lines[:-1] == ["One.", "[1] A", "Two.", "[2] B", "C: x:c"]


@pytest.mark.parametrize("title", ["one\ntwo", "one\n[2] two"])
def test_a_choice_is_one_line(title: str) -> None:
    assert len(choice_line(1, Button(title=title, payload="x")).splitlines()) == 1


def test_only_urgent_texts_get_a_word_before_them() -> None:
    assert labelled("emergency", "Call.") == "EMERGENCY: Call."
    assert labelled("escalation", "Go.") == "SEE A DOCTOR: Go."
    for kind in ("answer", "text", "advice", "conditional", "new"):
        assert labelled(kind, "Hi.") == "Hi."


def test_a_turn_ends_with_an_empty_line(plain: Show) -> None:
    shown = plain(lambda view: view.turn(turn(replies.said("Hi."))))
    assert shown == f"Hi.\n{replies.DISCLAIMER}\n\n"


def test_plain_lines_hold_no_escape_sequence_whatever_is_shown(plain: Show) -> None:
    def show_all(view: View) -> None:
        view.say("line")
        view.heading("heading")
        view.chosen("title")
        view.choices(BUTTONS)
        view.urgent("emergency", "Call 112.")
        view.turn(turn(replies.emergency(), replies.answer()))
        with view.waiting():
            pass
        with view.starting() as tell:
            tell("step")

    shown = plain(show_all)
    assert shown.replace("\n", "").isprintable()
    for part in ("line", "heading", "(title)", "[2] Which?", "EMERGENCY: Call 112.", "step"):
        assert part in shown


def test_what_is_no_answer_goes_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    to_stderr("line")
    assert capsys.readouterr() == ("", "line\n")


def test_sources_are_told_with_where_they_are_and_when_they_were_checked() -> None:
    assert list(source_lines(turn(replies.answer()))) == [
        "“Magnesium”, Office of Dietary Supplements, https://ods.example/magnesium",
        "“Why muscles twitch”, Health Service, https://health.example/twitch",
        "Last checked on 1 November 2026.",
    ]


def test_what_a_source_lacks_is_left_out() -> None:
    bare = replies.answer(sources=[SourceCard("Title", "")])
    assert next(iter(source_lines(turn(bare)))) == "“Title”"
    assert list(source_lines(turn(replies.said("Hi.")))) == []


# A terminal that can do more.


@pytest.mark.parametrize(
    ("message", "label"),
    [(replies.emergency(), "EMERGENCY"), (replies.escalation(), "SEE A DOCTOR")],
)
@pytest.mark.parametrize("width", [20, 39, 40, 80, 200])
def test_urgent_messages_have_their_word_at_any_width(
    message: replies.Message, label: str, width: int
) -> None:
    shown = rich(lambda view: view.turn(turn(message)), width=width)
    assert words(label) in words(shown)
    assert words(message["text"]) in words(shown)
    assert max(map(len, shown.splitlines())) <= width


@pytest.mark.parametrize(("width", "is_framed"), [(39, False), (40, True), (80, True)])
def test_a_frame_needs_room(width: int, is_framed: bool) -> None:
    shown = rich(lambda view: view.urgent("emergency", "Call 112."), width=width)
    assert bool(set(shown) & set(FRAME)) == is_framed


def test_what_is_not_urgent_has_no_frame() -> None:
    shown = rich(lambda view: view.turn(turn(replies.answer())))
    assert not set(shown) & set(FRAME)


@pytest.mark.parametrize("width", [30, 80])
def test_a_turn_has_all_its_parts_and_the_disclaimer_last(width: int) -> None:
    shown = rich(lambda view: view.turn(turn(replies.answer())), width=width)
    last = words(shown).find(words(replies.DISCLAIMER))
    assert words(shown).endswith(words(replies.DISCLAIMER))
    for part in (replies.ANSWER, *replies.BULLETS, "[1] What helps?", "[3] When should I see"):
        assert -1 < words(shown).find(words(part)) < last
    for source in replies.SOURCES:
        assert words(source.title) in words(shown)
        assert words(str(source.url)) in words(shown)


def test_two_answers_are_told_apart() -> None:
    shown = rich(lambda view: view.turn(turn(replies.answer(), replies.answer())))
    assert "Answer 1 of 2" in shown
    assert "Answer 2 of 2" in shown
    assert "[4] What helps?" in shown
    assert "Answer 1" not in rich(lambda view: view.turn(turn(replies.answer())))


def test_long_lines_are_no_wider_than_is_good_to_read() -> None:
    shown = rich(lambda view: view.turn(turn(replies.said("word " * 100))), width=300)
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 96


def test_colours_say_nothing_that_words_do_not() -> None:
    def show(view: View) -> None:
        view.turn(turn(replies.emergency(), replies.escalation(), replies.answer()))

    coloured = rich(show, colours=True)
    assert ESCAPE.search(coloured)
    assert ESCAPE.sub("", coloured) == rich(show)


@pytest.mark.parametrize("text", hostile.MARKS.values(), ids=hostile.MARKS.keys())
@pytest.mark.parametrize("kind", ["text", "answer", "escalation"])
def test_marks_in_texts_are_shown_as_text(text: str, kind: str) -> None:
    """The client has taken out what a terminal acts on; these are for whoever renders texts."""
    text = "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
    message = {
        "text": replies.said(text),
        "answer": replies.answer(text, [text]),
        "escalation": {**replies.escalation(), "text": text},
    }[kind]
    shown = rich(lambda view: view.turn(turn(message)))
    assert words(text) in words(shown)


@pytest.mark.parametrize(
    "text", ["[red]words[/red]", "[/]", "[bold", ":smile:", "**bold**", "\\[x]"]
)
def test_marks_in_lines_of_our_own_are_shown_as_text(text: str) -> None:
    def show(view: View) -> None:
        view.say(text)
        view.heading(text)
        view.chosen(text)
        view.choices([Button(title=text, payload="x")])
        view.urgent("emergency", text)

    assert rich(show, colours=False).count(text) == 5


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_any_text_is_shown_whole(text: str) -> None:
    shown = rich(lambda view: view.turn(turn(replies.said(text))))
    assert words(text) in words(shown)


def test_waiting_ends_with_what_is_inside() -> None:
    def show(view: View) -> None:
        with pytest.raises(KeyboardInterrupt), view.waiting():
            raise KeyboardInterrupt

    assert rich(show) == ""


def test_steps_of_a_start_may_hold_marks() -> None:
    def show(view: View) -> None:
        with view.starting() as tell:
            tell("Epoch 1 [/red] [bold")

    rich(show)
