"""What Tab offers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from twitchwise.terminal.commands import COMMANDS
from twitchwise.terminal.completion import ChatCompleter, matching

QUESTIONS = (
    "What helps against calf cramps?",
    "Can low calcium cause cramps?",
    "Calf cramps at night: why?",
    "Is it harmless?",
)
ON_TAB = CompleteEvent(completion_requested=True)
WHILE_TYPING = CompleteEvent(text_inserted=True)


def offered(
    typed: str, event: CompleteEvent = ON_TAB, questions: tuple[str, ...] = QUESTIONS
) -> list[str]:
    """Return what the line becomes with each of the offers."""
    completer = ChatCompleter(questions)
    found = completer.get_completions(Document(typed), event)
    return [typed[: len(typed) + each.start_position] + each.text for each in found]


def test_a_slash_offers_all_commands() -> None:
    assert offered("/", WHILE_TYPING) == [command.name for command in COMMANDS]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/f", ["/forget", "/feedback"]),
        ("/EX", ["/export"]),
        ("/help", ["/help"]),
        ("/x", []),
        ("/help me", []),
    ],
)
def test_a_command_is_completed_while_it_is_typed(typed: str, found: list[str]) -> None:
    assert offered(typed, WHILE_TYPING) == found


def test_commands_are_offered_with_what_they_take_and_do() -> None:
    found = list(ChatCompleter(()).get_completions(Document("/exp"), WHILE_TYPING))
    assert [(each.display_text, each.display_meta_text) for each in found] == [
        ("/export [FILE]", "save the conversation (.md or .json)")
    ]


def test_questions_come_on_tab_alone() -> None:
    assert offered("calf", WHILE_TYPING) == []
    assert offered("calf") != []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("calf", ["Calf cramps at night: why?", "What helps against calf cramps?"]),
        ("CRAMPS calc", ["Can low calcium cause cramps?"]),
        ("  harm", ["Is it harmless?"]),
        ("calf magnesium", []),
        ("alf", []),
    ],
)
def test_questions_hold_all_the_words_typed(typed: str, found: list[str]) -> None:
    assert matching(typed, QUESTIONS) == found


@pytest.mark.parametrize("typed", ["", " ", "c", " c "])
def test_one_letter_is_too_little(typed: str) -> None:
    assert matching(typed, QUESTIONS) == []


def test_what_was_typed_gives_way_to_the_whole_question() -> None:
    assert offered("harm") == ["Is it harmless?"]


def test_what_stands_after_the_cursor_stays_out_of_it() -> None:
    document = Document("calf xxx", cursor_position=4)
    found = list(ChatCompleter(QUESTIONS).get_completions(document, ON_TAB))
    assert [each.start_position for each in found] == [-4, -4]


def test_a_menu_has_an_end() -> None:
    many = [f"Question {number}" for number in range(100)]
    assert len(matching("question", many)) == 12


@pytest.mark.parametrize("questions", [(), ("",), ("?",), ("  ",), ("\n",), ("ca\nlf?",)])
def test_odd_questions_are_no_reason_to_fail(questions: tuple[str, ...]) -> None:
    assert offered("xx", questions=questions) == []


@given(st.text(), st.lists(st.text()))
def test_only_questions_of_the_list_are_offered(typed: str, questions: list[str]) -> None:
    assert set(matching(typed, questions)) <= set(questions)


@given(st.text(st.characters(blacklist_characters="/"), min_size=1))
def test_no_line_makes_completion_fail(typed: str) -> None:
    assert set(offered(typed)) <= set(QUESTIONS)
