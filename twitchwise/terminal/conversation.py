"""A conversation: what was said, what can be chosen, and what still waits for its reply."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from twitchwise.errors import TwitchwiseError
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.contract import Button, Turn
from twitchwise.terminal.failures import NotConnected, NoTwitchwise, WrongUse
from twitchwise.terminal.message import Message


def restart() -> Message:
    """Return what lets the server leave aside what was talked of (the web page sends it, too)."""
    return Message("/restart", "/restart", "Start again")


def new_id() -> str:
    """Return an id that nobody can guess (128 random bits)."""
    return secrets.token_urlsafe(16)


#: So many turns say what a message is about where not all are kept.
_LAST_TURNS = 20


class Conversation:
    """Sends messages, one after the other."""

    def __init__(
        self,
        client: ChatClient,
        conversation_id: str,
        name: str | None = None,
        *,
        keeps_turns: bool = True,
    ) -> None:
        """Begin a conversation, or go on with the one of this id.

        Args:
            client: the server.
            conversation_id: nobody can guess it.
            name: by which it can be found again; None where it is deleted at the end.
            keeps_turns: whether all that was said is kept here; else only the last turns are.
        """
        self._client = client
        self._keeps_turns = keeps_turns
        self._begin(conversation_id, name)

    def _begin(self, conversation_id: str, name: str | None) -> None:
        self.id = conversation_id
        self.name = name
        self.turns: list[Turn] = []
        #: The message that got no reply yet, and why.
        self.unanswered: Message | None = None
        self.failure: TwitchwiseError | None = None
        self._choices: Sequence[Button] = ()
        #: Ids of messages that got no reply: they may still come to the server.
        self._on_their_way: list[str] = []

    def resume(self) -> None:
        """Read what was said before."""
        self.turns = list(self._client.history(self.id))
        self._choices = self.turns[-1].choices if self.turns else ()

    def offer(self, choices: Sequence[Button]) -> None:
        """Let the next message choose from these by number."""
        self._choices = choices

    @property
    def last(self) -> Turn | None:
        """Return the last turn."""
        return self.turns[-1] if self.turns else None

    def rated(self, rating: str) -> None:
        """Remember the thumb that the last turn got."""
        self.turns[-1] = self.turns[-1].copy(update={"rating": rating})

    def message_for(self, line: str) -> Message:
        """Return what is sent for a line: a choice by its number, or the line.

        The same line again, where it got no reply, is the same message.
        """
        if self.unanswered is not None and line == self.unanswered.line:
            return self.unanswered
        # Not isdigit(): that takes "²" for a digit.
        number = int(line) if line.isascii() and line.strip().isdigit() and len(line) < 9 else 0
        if 1 <= number <= len(self._choices):
            chosen = self._choices[number - 1]
            return Message(line, chosen.payload, chosen.title)
        return Message(line, line)

    def send(self, message: Message, on_wait: Callable[[int], None] = lambda seconds: None) -> Turn:
        """Send a message; return the turn.

        Args:
            message: what to send.
            on_wait: told how many seconds the server wants us to wait.

        Raises:
            TwitchwiseError: there was no reply. The message is kept in ``unanswered``.
        """
        self.unanswered, self.failure = message, None
        is_new = message.id not in self._on_their_way
        if is_new:
            self._on_their_way.append(message.id)
        try:
            turn = self._client.send(self.id, message, on_wait)
        except WrongUse:
            # It would be refused again.
            self.unanswered = None
            self._on_their_way.remove(message.id)
            raise
        except TwitchwiseError as error:
            self.failure = error
            if is_new and isinstance(error, NotConnected | NoTwitchwise):
                self._on_their_way.remove(message.id)
            raise
        self.unanswered = None
        self._on_their_way.remove(message.id)
        self.turns.append(turn)
        if not self._keeps_turns:
            del self.turns[:-_LAST_TURNS]
        self._choices = turn.choices
        return turn

    def not_answered(self, message: Message, why: TwitchwiseError) -> None:
        """Keep a message that got no reply, for whatever reason."""
        self.unanswered, self.failure = message, why

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was ever sent in it."""
        return not self.turns and not self._on_their_way

    def forget(self, seconds: float | None = None) -> None:
        """Delete all of it on the server; what comes next begins a conversation without a name.

        Args:
            seconds: how long to wait, where that is not as long as for a message.

        Raises:
            TwitchwiseError: it was not deleted.
        """
        if not self.is_empty:
            self._client.forget(self.id, self._on_their_way, seconds)
        self._begin(new_id(), None)
