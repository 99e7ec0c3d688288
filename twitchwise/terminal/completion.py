"""What Tab offers: commands, and questions that people often ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from twitchwise.terminal.commands import COMMANDS

_LEAST_LETTERS = 2
_MOST_QUESTIONS = 12


class ChatCompleter(Completer):
    """Completes commands while they are typed, and questions on Tab."""

    def __init__(self, questions: Sequence[str]) -> None:
        """Take the questions to offer."""
        self._questions = questions

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Give what the line may become."""
        typed = document.text_before_cursor
        if typed.startswith("/"):
            yield from _commands(typed)
        elif complete_event.completion_requested:
            for question in matching(typed, self._questions):
                yield Completion(question, start_position=-len(typed))


def matching(typed: str, questions: Sequence[str]) -> list[str]:
    """Return the questions that hold all the words typed (the last one may be unfinished)."""
    words = typed.lower().split()
    if sum(map(len, words)) < _LEAST_LETTERS:
        return []
    found = [question for question in questions if _holds(question.lower(), words)]
    # Those that begin as it was typed come first.
    found.sort(key=lambda question: not question.lower().startswith(typed.lower().strip()))
    return found[:_MOST_QUESTIONS]


def _holds(question: str, words: Sequence[str]) -> bool:
    there = question.replace("?", " ").split()
    return all(any(word.startswith(begun) for word in there) for begun in words)


def _commands(typed: str) -> Iterator[Completion]:
    for command in COMMANDS:
        if command.name.startswith(typed.lower()):
            yield Completion(
                command.name,
                start_position=-len(typed),
                display=f"{command.name} {command.argument}".strip(),
                display_meta=command.help,
            )
