"""What begins with a slash: a command, one that was meant, or a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.terminal.commands import COMMANDS, Call, Unknown, read_command

NAMES = [command.name for command in COMMANDS]
NO_ARGUMENT = [command.name for command in COMMANDS if not command.argument]


@pytest.mark.parametrize("name", NAMES)
def test_each_command_is_known_by_its_name(name: str) -> None:
    assert read_command(name) == Call(name, "")


@pytest.mark.parametrize("line", ["/QUIT", "/Quit", "/quit   ", "/exit", "/EXIT "])
def test_capitals_blanks_at_the_end_and_another_name_do_not_matter(line: str) -> None:
    assert read_command(line) == Call("/quit", "")


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        ("/export notes.md", "notes.md"),
        ("/export   ~/my notes.json ", "~/my notes.json"),
        ("/export notes", "notes"),
        ("/export", ""),
    ],
)
def test_export_takes_a_file(line: str, argument: str) -> None:
    assert read_command(line) == Call("/export", argument)


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        ("/feedback +", "+"),
        ("/feedback -", "-"),
        ("/feedback - it did not help", "- it did not help"),
        ("/feedback +it helped", "+it helped"),
    ],
)
def test_feedback_takes_a_thumb_and_a_comment(line: str, argument: str) -> None:
    assert read_command(line) == Call("/feedback", argument)


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("/hlep", "/help"),
        ("/halp", "/help"),
        ("/source", "/sources"),
        ("/exprot", "/export"),
        ("/exprot notes.md", "/export"),
        ("/fedback + thanks", "/feedback"),
        ("/qiut", "/quit"),
        ("/privcy", "/privacy"),
        ("/", "/help"),
        ("/ ", "/help"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(line: str, nearest: str) -> None:
    assert read_command(line) == Unknown(line.split()[0], nearest)


@pytest.mark.parametrize(
    "line",
    [
        "/my foot is numb",
        "/numb",
        "/weak",
        "/hlep my foot is numb",
        "/feedback my foot is numb",
        "/feedback numb",
        "/export my foot is numb",
        "/etc/passwd",
        "/?",
        "/123",
        "/ask_foods{}",
    ],
)
def test_what_is_no_command_is_a_message(line: str) -> None:
    assert read_command(line) is None


@pytest.mark.parametrize("name", NO_ARGUMENT)
@pytest.mark.parametrize("words", ["my foot is numb", "numb"])
@pytest.mark.parametrize(
    "blank", [" ", "\n", "\t", "\u00a0"], ids=["blank", "new line", "tab", "fixed blank"]
)
def test_words_after_a_command_that_takes_none_are_heard(name: str, words: str, blank: str) -> None:
    """Whatever stands between them: several lines can be pasted."""
    assert read_command(f"{name}{blank}{words}") is None


@pytest.mark.parametrize("blank", ["\n", "\t"], ids=["new line", "tab"])
def test_words_after_feedback_that_are_no_thumb_are_heard(blank: str) -> None:
    assert read_command(f"/feedback{blank}weak") is None


@pytest.mark.parametrize("line", ["", " ", "help", " /help", "what does /help do", "\u2215help"])
def test_what_begins_without_a_slash_is_a_message(line: str) -> None:
    assert read_command(line) is None


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_after_a_slash_is_read_as_something(text: str) -> None:
    found = read_command(f"/{text}")
    assert found is None or isinstance(found, (Call, Unknown))
    if isinstance(found, Call):
        assert found.name in NAMES
    if isinstance(found, Unknown):
        assert found.nearest in NAMES
