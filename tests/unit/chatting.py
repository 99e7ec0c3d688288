"""Somebody who types at the prompt of the terminal, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.terminal.fake_server import FakeServer
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.contract import About
from twitchwise.terminal.conversation import Conversation, new_id
from twitchwise.terminal.interactive import Chat
from twitchwise.terminal.view import PlainView


class Typed:
    """A person who types these lines, and then leaves; an exception is a key such as Ctrl-C."""

    keys: tuple[str, ...] = ("Ctrl-D leaves.",)

    def __init__(self, lines: Sequence[str | type[BaseException]]) -> None:
        self._lines = [*lines, EOFError]
        self.kept: list[str] = []

    def read(self, kept: str) -> str:
        self.kept.append(kept)
        line = self._lines.pop(0)
        if isinstance(line, str):
            return line or kept
        raise line

    def leave(self, leaving: BaseException) -> bool:
        return False


class Session:
    """What happened while somebody typed."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.client = ChatClient(server.url, seconds=10)
        self.conversation = Conversation(self.client, new_id())
        self.prompt = Typed(())
        self.histories_forgotten = 0
        self.names_forgotten: list[str] = []
        self.before_sending: Callable[[], None] = lambda: None

    def type(
        self,
        *lines: str | type[BaseException],
        exit_on_escalation: bool = False,
    ) -> int:
        """Return the exit code."""
        self.prompt = Typed(lines)
        return self._chat(exit_on_escalation).run()

    def commands(self) -> set[str]:
        """Return the names that the chat has something to do for."""
        return set(self._chat(False)._commands())

    def _chat(self, exit_on_escalation: bool) -> Chat:
        return Chat(
            client=self.client,
            conversation=self.conversation,
            about=About.parse_obj(self.server.about),
            history=None,
            prompt=self.prompt,
            view=PlainView(),
            exit_on_escalation=exit_on_escalation,
            before_sending=lambda: self.before_sending(),
            forget_history=self._forget_history,
            forget_name=self.names_forgotten.append,
        )

    def _forget_history(self) -> bool:
        self.histories_forgotten += 1
        return True
