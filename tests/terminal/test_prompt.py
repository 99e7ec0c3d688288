"""A person at the prompt: what is shown, and what keys do."""

from __future__ import annotations

import pytest

from tests.terminal import replies
from tests.terminal.conftest import Open
from tests.terminal.fake_server import FakeServer
from tests.terminal.program import Surroundings, command
from tests.terminal.screen import Person

_FRAMES = "╭╮╰╯│┌┐└┘┃━─"


def _letters(text: str) -> str:
    """Return a text without blanks and ends of lines."""
    return "".join(text.split())


# What is shown.


def test_a_notice_and_numbered_starters_come_before_the_first_prompt(chat: Person) -> None:
    before = " ".join(chat.text().split())
    assert "Twitchwise" in before
    assert "Not for emergencies. In an emergency call 112" in before
    assert "/help" in before
    for number, (title, _) in enumerate(replies.STARTERS, start=1):
        assert f"[{number}] {title}" in before
    assert chat.text().splitlines()[-1].strip() == "You:"


def test_an_answer_is_rendered_with_bullets_sources_choices_and_disclaimer(
    chat: Person, server: FakeServer
) -> None:
    shown = chat.say("does magnesium matter")
    assert server.texts() == ["does magnesium matter"]
    flat = " ".join(shown.split())
    for text in (replies.ANSWER, replies.DISCLAIMER, *replies.BULLETS):
        assert flat.count(text) == 1, text
    lines = [line.strip() for line in shown.splitlines()]
    for bullet in replies.BULLETS:
        assert f"• {bullet}" in lines
    for source in replies.SOURCES:
        assert source.title in flat and source.publisher in flat
        # Where it leads: in words, or behind the words.
        assert source.url and source.url in chat.raw()
    for number, (title, _) in enumerate(replies.CHOICES, start=1):
        assert f"[{number}] {title}" in flat
    assert "**" not in shown and "](" not in shown
    # It alone is faint, and after it there is nothing but the next prompt.
    assert chat.is_faint(replies.DISCLAIMER)
    assert not chat.is_faint(replies.ANSWER) and not chat.is_faint(replies.BULLETS[0])
    assert flat.removesuffix("You:").rstrip().endswith(replies.DISCLAIMER)


def test_what_is_urgent_comes_in_a_panel_that_says_so(chat: Person) -> None:
    for message, text, title in (
        ("my foot is numb", replies.ESCALATION, "SEE A DOCTOR"),
        ("my chest hurts", replies.EMERGENCY, "EMERGENCY"),
    ):
        shown = chat.say(message)
        heading = next(line for line in shown.splitlines() if title in line)
        assert set(heading) & set(_FRAMES), heading
        assert chat.count(text) == 1
        assert not chat.is_faint(text.split()[0])
    assert chat.count(replies.DISCLAIMER) == 2
    # A button that opens something shows where that is, and is none of the choices that are sent.
    assert "Call 112" in shown and "tel:112" in chat.raw()
    assert "[1]" not in shown


def test_a_number_picks_a_choice_of_the_last_turn(chat: Person, server: FakeServer) -> None:
    chat.say("1")
    chat.say("3")
    chat.say("my foot is numb")
    # Nothing is to be chosen after that one.
    chat.say("1")
    starter, choice = replies.STARTERS[0], replies.CHOICES[2]
    assert [(one.body["message"], one.body.get("title")) for one in server.sent()] == [
        (starter[1], starter[0]),
        (choice[1], choice[0]),
        ("my foot is numb", None),
        ("1", None),
    ]
    assert len({one.conversation for one in server.sent()}) == 1
    assert len({one.body["id"] for one in server.sent()}) == 4


def test_a_number_without_a_choice_is_a_message(chat: Person, server: FakeServer) -> None:
    for number in ("7", "0", "-1"):
        chat.say(number)
    assert [(one.body["message"], one.body.get("title")) for one in server.sent()] == [
        ("7", None),
        ("0", None),
        ("-1", None),
    ]


def test_numbers_of_choices_go_on_over_all_messages_of_a_turn(
    chat: Person, server: FakeServer
) -> None:
    second = {**replies.said("Or this."), "buttons": [replies.choice("Fourth", "q:fourth")]}
    server.reply = lambda _: [replies.answer(), second]
    assert "[4] Fourth" in chat.say("both")
    chat.say("4")
    assert server.sent()[-1].body["message"] == "q:fourth"


def test_an_empty_line_sends_nothing(chat: Person, server: FakeServer) -> None:
    chat.enter()
    chat.say("   ")
    chat.say("hello")
    assert server.texts() == ["hello"]


# Keys.


def test_ctrl_c_clears_the_line_and_a_second_one_leaves(chat: Person, server: FakeServer) -> None:
    chat.type("never sent")
    chat.wait_for_prompt("never sent")
    chat.press("c")
    chat.wait_for("Ctrl-C again leaves")
    chat.say("hello")
    # Something came between, so this is a first one again.
    chat.press("c")
    chat.wait_for("Ctrl-C again leaves", times=2)
    chat.wait_for_prompt()
    chat.press("c")
    assert chat.exit_code() == 130
    assert server.texts() == ["hello"]


def test_ctrl_d_leaves_on_an_empty_line_only(chat: Person, server: FakeServer) -> None:
    chat.type("hello")
    chat.wait_for_prompt("hello")
    chat.press("d")
    chat.type(" you")
    chat.wait_for_prompt("hello you")
    chat.enter()
    chat.wait_for(replies.GREETING)
    chat.wait_for_prompt()
    chat.press("d")
    assert chat.exit_code() == 0
    assert server.texts() == ["hello you"]


def test_what_was_typed_is_found_in_the_next_run_and_only_readable_by_its_owner(
    open_chat: Open, server: FakeServer, home: Surroundings
) -> None:
    first = open_chat()
    first.say("first question")
    first.say("hello again")
    first.press("d")
    assert first.exit_code() == 0
    assert home.history.stat().st_mode & 0o777 == 0o600
    assert home.state.stat().st_mode & 0o777 == 0o700

    second = open_chat()
    second.wait_for_prompt()
    second.up()
    second.wait_for_prompt("hello again")
    second.up()
    second.wait_for_prompt("first question")
    second.press("c")
    second.wait_for_prompt()
    second.press("r")
    second.type("first")
    second.wait_for("first question")
    second.enter()
    second.wait_until(lambda: len(server.sent()) == 3 or second.text().endswith("question"), "it")
    if len(server.sent()) < 3:
        # The first Enter takes what was found, the second sends it.
        second.enter()
    server.wait_for("POST", "/turn", times=3)
    assert server.texts()[-1] == "first question"


def test_without_history_nothing_is_kept_or_found(
    open_chat: Open, server: FakeServer, home: Surroundings
) -> None:
    with_history = open_chat()
    with_history.say("hello kept")
    with_history.press("d")
    with_history.exit_code()
    kept = home.history.read_bytes()

    without = open_chat("--no-history")
    without.wait_for_prompt()
    without.up()
    without.say("hello private")
    without.press("d")
    assert without.exit_code() == 0
    assert server.texts() == ["hello kept", "hello private"]
    assert home.history.read_bytes() == kept


def test_pasted_lines_are_one_message(chat: Person, server: FakeServer) -> None:
    chat.paste("hello", "my calf twitches 🦵", "früh at night")
    chat.wait_for("at night")
    assert server.sent() == []
    chat.enter()
    chat.wait_for(replies.GREETING)
    assert server.texts() == ["hello\nmy calf twitches 🦵\nfrüh at night"]


def test_esc_enter_begins_a_line(chat: Person, server: FakeServer) -> None:
    chat.type("hello\x1b\rthere")
    chat.wait_for("there")
    chat.enter()
    chat.wait_for(replies.GREETING)
    assert server.texts() == ["hello\nthere"]


def test_tab_completes_commands_and_common_questions(chat: Person, server: FakeServer) -> None:
    chat.type("/res")
    chat.wait_for_prompt("/res")
    chat.tab()
    chat.wait_for_prompt("/restart")
    chat.press("u")
    chat.wait_for_prompt()
    chat.type("Can dehyd")
    chat.wait_for_prompt("Can dehyd")
    chat.tab()
    chat.wait_for_prompt(replies.QUESTIONS[0])
    chat.enter()
    server.wait_for("POST", "/turn")
    assert server.texts() == [replies.QUESTIONS[0]]


# Windows and terminals of all kinds.


def test_the_window_may_change_its_size_at_the_prompt_and_while_waiting(
    chat: Person, server: FakeServer
) -> None:
    chat.type("does magnesium")
    chat.wait_for_prompt("does magnesium")
    chat.resize(60, 24)
    chat.type(" matter")
    chat.wait_until(lambda: chat.text().endswith("does magnesium matter"), "the line")
    with server.holding() as held:
        chat.enter()
        held.wait()
        chat.resize(45, 30)
        held.release()
        chat.wait_for(replies.DISCLAIMER)
    chat.wait_for_prompt()
    answer = chat.text().rpartition("matter\n")[2]
    assert max(len(line) for line in answer.splitlines()) <= 45
    assert _letters(replies.ANSWER) in _letters(answer)
    assert server.texts() == ["does magnesium matter"]


def test_a_narrow_window_has_all_the_words_and_no_frame(open_chat: Open) -> None:
    person = open_chat(columns=25)
    person.say("chest")
    person.say("numb")
    person.say("magnesium")
    text = person.text()
    assert not set(text) & set(_FRAMES)
    assert "EMERGENCY" in text and "SEE A DOCTOR" in text
    words = (replies.EMERGENCY, replies.ESCALATION, replies.ANSWER, replies.CHOICES[2][0])
    for each in words:
        assert _letters(each) in _letters(text)


def test_no_color_means_none(open_chat: Open) -> None:
    person = open_chat(NO_COLOR="1")
    person.say("my chest hurts")
    person.say("my foot is numb")
    person.say("magnesium")
    assert person.colours() == set()


@pytest.mark.parametrize(("options", "terminal"), [(["--plain"], "xterm-256color"), ([], "dumb")])
def test_a_plain_terminal_gets_words_only(
    open_chat: Open, server: FakeServer, options: list[str], terminal: str
) -> None:
    person = open_chat(*options, TERM=terminal)
    shown = person.say("my foot is numb")
    assert shown.startswith(f"SEE A DOCTOR: {replies.ESCALATION}\n{replies.DISCLAIMER}\n")
    shown = person.say("magnesium")
    assert "[2] Which foods?" in shown
    person.say("2")
    person.type("never sent")
    person.press("c")
    person.wait_for("Ctrl-C again leaves")
    person.say("hello")
    person.say("/privacy")
    person.press("d")
    assert person.exit_code() == 0
    assert "\x1b" not in person.raw()
    assert server.texts() == ["my foot is numb", "magnesium", "q:mg.foods", "hello"]


def test_a_plain_terminal_is_left_with_ctrl_c_twice(open_chat: Open, server: FakeServer) -> None:
    person = open_chat("--plain")
    person.say("hello")
    person.press("c")
    person.wait_for("Ctrl-C again leaves")
    person.wait_for_prompt()
    person.press("c")
    assert person.exit_code() == 130
    assert server.forgotten() == [server.sent()[0].conversation]


def test_json_in_a_terminal_is_json_only(open_chat: Open, server: FakeServer) -> None:
    person = open_chat("--json")
    person.type("hello\n")
    person.wait_for('"texts"')
    person.press("d")
    assert person.exit_code() == 0
    assert "You:" not in person.text()
    assert server.texts() == ["hello"]


def test_an_escalation_leaves_where_that_is_asked_for(open_chat: Open, server: FakeServer) -> None:
    person = open_chat("--exit-on-escalation")
    person.say("hello")
    person.type("my foot is numb\r")
    assert person.exit_code() == 10
    assert "SEE A DOCTOR" in person.text() and person.text().count(replies.DISCLAIMER) == 2
    assert len(server.forgotten()) == 1


def test_lines_that_are_piped_in_get_plain_lines_in_a_terminal(
    server: FakeServer, home: Surroundings
) -> None:
    whole = f"printf 'my foot is numb\\n' | {' '.join(command('chat', '--url', server.url))}"
    person = Person(["/bin/sh", "-c", whole], folder=home.folder, variables=home.variables())
    try:
        assert person.exit_code() == 0
        assert person.text() == f"SEE A DOCTOR: {replies.ESCALATION}\n{replies.DISCLAIMER}"
        assert "\x1b" not in person.raw()
    finally:
        person.close()


def test_ask_at_a_terminal_takes_lines_until_ctrl_d(server: FakeServer, home: Surroundings) -> None:
    line = command("ask", "--url", server.url)
    person = Person(line, folder=home.folder, variables=home.variables())
    try:
        person.wait_until(lambda: "Ctrl-D" in person.text(), "what to do")
        person.type("my foot\ris numb\r")
        person.press("d")
        assert person.exit_code() == 0
        assert "SEE A DOCTOR" in person.text()
        assert server.texts() == ["my foot\nis numb"]
    finally:
        person.close()


@pytest.mark.parametrize("options", [[], ["--plain"]], ids=["rich", "plain"])
def test_a_terminal_that_takes_ascii_only_shows_what_is_urgent(
    open_chat: Open, server: FakeServer, options: list[str]
) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    person = open_chat(*options, **ascii_only)
    person.say("magnesium")
    server.reply = lambda _: [replies.said("Please see a doctor – today …", "utter_escalation")]
    shown = person.say("my foot is numb")
    assert "SEE A DOCTOR" in shown and "Please see a doctor" in shown
    person.press("d")
    assert person.exit_code() == 0


@pytest.mark.parametrize("options", [[], ["--plain"]], ids=["rich", "plain"])
def test_keys_that_are_no_utf_8_do_not_hide_what_is_typed(
    open_chat: Open, server: FakeServer, options: list[str]
) -> None:
    person = open_chat(*options)
    person.wait_for_prompt()
    person.type(b"\xff my foot is numb\r")
    person.wait_for("SEE A DOCTOR")
    assert server.texts()[0].endswith("my foot is numb")
    person.wait_for_prompt()
    person.press("d")
    assert person.exit_code() == 0
