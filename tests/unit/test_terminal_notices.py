"""What the terminal says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.terminal import replies
from twitchwise.terminal.commands import COMMANDS
from twitchwise.terminal.contract import About
from twitchwise.terminal.notices import (
    Kept,
    emergency_line,
    help_lines,
    opening,
    people_lines,
    privacy_lines,
)

URL = "http://127.0.0.1:5005"
HISTORY = Path("/home/me/.local/state/twitchwise/history")
NAMELESS = Kept(URL, None, HISTORY)
NAMED = Kept(URL, "calves", HISTORY)
LEAVE = "deleted from the server when you leave"


def about(**changed: Any) -> About:
    return About.parse_obj({**replies.ABOUT.as_dict(), **changed})


def test_people_read_first_what_it_is_and_is_not() -> None:
    text = "\n".join(opening(about(), NAMELESS))
    for promise in (
        "Twitchwise is a computer program",
        "does not replace a doctor",
        "Not for emergencies. In an emergency call 112.",
        "Nobody reads along.",
        LEAVE,
        "/help",
        "/quit",
    ):
        assert promise in text


def test_the_number_is_the_operator_s() -> None:
    number = "your local emergency number (such as 112, 911 or 999)"
    assert number in emergency_line(about(emergency_number=number))


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        (30, "kept on the server as “calves”, and deleted after 30 days without a message."),
        (1, "deleted after 1 day without"),
        (0, "kept on the server as “calves”."),
    ],
)
def test_a_named_conversation_says_how_long_it_is_kept(days: int, kept: str) -> None:
    for lines in (opening(about(days=days), NAMED), privacy_lines(about(days=days), NAMED)):
        text = "\n".join(lines)
        assert kept in text
        assert LEAVE not in text


@pytest.mark.parametrize("lines", [opening, privacy_lines])
def test_who_may_read_it_later_is_said(lines: Any) -> None:
    assert "may read parts of it later" in "\n".join(lines(about(texts_read=True), NAMED))
    assert "may read" not in "\n".join(lines(about(texts_read=False), NAMED))


@pytest.mark.parametrize(
    ("texts_read", "words"), [(True, "perhaps with your words"), (False, "without your words")]
)
def test_escalations_are_said_to_be_recorded(texts_read: bool, words: str) -> None:
    text = "\n".join(privacy_lines(about(texts_read=texts_read), NAMELESS))
    assert "weakness, numbness or an emergency" in text
    assert words in text


def test_what_is_kept_here_is_said_with_its_place() -> None:
    text = "\n".join(privacy_lines(about(), NAMELESS))
    assert str(HISTORY) in text
    assert URL in text
    assert "/forget" in text


def test_without_a_history_there_is_no_word_of_one() -> None:
    text = "\n".join(privacy_lines(about(), Kept(URL, None, None)))
    assert "Nothing of what you type is kept on this machine." in text
    assert str(HISTORY.parent) not in text


def test_the_help_has_all_commands_in_one_column() -> None:
    lines = [line for line in help_lines(["Ctrl-D leaves."]) if line.startswith("  /")]
    assert [line.split()[0] for line in lines] == [command.name for command in COMMANDS]
    assert all(command.help in line for command, line in zip(COMMANDS, lines, strict=True))
    assert len({line.index(c.help) for c, line in zip(COMMANDS, lines, strict=True)}) == 1


def test_people_can_be_reached() -> None:
    contact = {"name": "Clinic", "phone": "020 1234", "url": "", "hours": "Mon to Fri"}
    reached = about(contact=contact, crisis_line="Samaritans", crisis_phone="116123")
    assert list(people_lines(reached)) == [
        "If you think of ending your life: Samaritans, 116123.",
        "To talk to somebody: Clinic, 020 1234, Mon to Fri.",
    ]


def test_what_there_is_not_is_not_told() -> None:
    nobody = about(contact=None, crisis_line="a crisis line", crisis_phone=None)
    assert list(people_lines(nobody)) == ["If you think of ending your life: a crisis line."]
    assert list(people_lines(about(contact=None, crisis_line=""))) == []
