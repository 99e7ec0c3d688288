"""Where a person types: with editing, history and completion, or line by line."""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style

from twitchwise.terminal.completion import ChatCompleter

PROMPT = "You: "
_ROWS_OF_MENU = 6


class Prompt(Protocol):
    """Reads what a person types."""

    #: What the keys do, for the help.
    keys: tuple[str, ...]

    def read(self, kept: str) -> str:
        """Return a line, or several that were pasted.

        Args:
            kept: a line that got no reply; the person need only press Enter to send it again.

        Raises:
            EOFError: Ctrl-D.
            KeyboardInterrupt: Ctrl-C.
        """

    def leave(self, leaving: BaseException) -> bool:
        """End the reading with an exception; return False where nothing is being read."""


class EditedPrompt:
    """A line that can be edited, completed and searched in what was typed before."""

    keys: tuple[str, ...] = (
        "Tab completes commands and common questions. Up, down and Ctrl-R find what you typed.",
        "Esc Enter begins a new line. Ctrl-C clears the line, twice leaves. Ctrl-D leaves.",
    )

    def __init__(self, history: History | None, questions: Sequence[str]) -> None:
        """Take what was typed before (None: nothing), and the questions to offer."""
        self._session: PromptSession[str] = PromptSession(
            history=history or InMemoryHistory(),
            auto_suggest=AutoSuggestFromHistory(),
            completer=ChatCompleter(questions),
            complete_while_typing=Condition(self._is_command),
            enable_open_in_editor=True,
            enable_suspend=True,
            key_bindings=_keys(),
            prompt_continuation=" " * len(PROMPT),
            reserve_space_for_menu=_ROWS_OF_MENU,
            style=Style([("prompt", "bold")]),
        )

    def _is_command(self) -> bool:
        return self._session.default_buffer.text.startswith("/")

    def read(self, kept: str) -> str:
        """Return what was typed; what is kept stands there already."""
        # What was typed while the reply was awaited is a line of its own.
        apart = "\n" if kept and _is_typed_ahead() else ""
        typed = self._session.prompt([("class:prompt", PROMPT)], default=kept + apart)
        return kept if typed.rstrip("\n") == kept else typed

    def leave(self, leaving: BaseException) -> bool:
        """End the prompt in order, so that the terminal is as it was."""
        app = self._session.app
        if not app.is_running or app.loop is None:
            return False

        def leave() -> None:
            if app.future is not None and not app.future.done():
                app.exit(exception=leaving)

        app.loop.call_soon_threadsafe(leave)
        return True


class PlainPrompt:
    """Lines as the terminal itself gives them: for TERM=dumb and screen readers."""

    keys: tuple[str, ...] = ("Ctrl-C clears the line, twice leaves. Ctrl-D leaves.",)

    def read(self, kept: str) -> str:
        """Return a line; an empty one is the kept one."""
        # Not input(PROMPT), which writes it to standard error.
        print(PROMPT, end="", flush=True)
        try:
            return input() or kept
        except KeyboardInterrupt:
            # The terminal has shown ^C on that line.
            print()
            raise

    def leave(self, leaving: BaseException) -> bool:
        """Leave it to the caller: nothing has to be put in order."""
        return False


def _is_typed_ahead() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
