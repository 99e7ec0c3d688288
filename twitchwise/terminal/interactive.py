"""A conversation with a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from twitchwise.errors import TwitchwiseError
from twitchwise.terminal.client import ChatClient, CommentIsUrgent
from twitchwise.terminal.commands import Call, Unknown, read_command
from twitchwise.terminal.contract import About, Button, Urgent
from twitchwise.terminal.conversation import Conversation, restart
from twitchwise.terminal.exporting import export
from twitchwise.terminal.failures import ExitCode, Unreachable, WrongUse
from twitchwise.terminal.message import Message
from twitchwise.terminal.notices import Kept, help_lines, opening, people_lines, privacy_lines
from twitchwise.terminal.prompts import Prompt
from twitchwise.terminal.signals import uninterrupted
from twitchwise.terminal.unheard import PATIENCE_SECONDS, Unheard, told_after, urgent_reply
from twitchwise.terminal.view import View, source_lines, waiting_line

_STOPPED = "Stopped waiting."
_KEPT = "Your message is kept: press Enter to send it again."
#: What leaves other programs, and is a message here.
_WAYS_OUT = ("quit", "exit", "bye")
_THUMBS = {"+": "up", "-": "down"}


class Chat:
    """Reads, sends and shows, until the person leaves."""

    def __init__(
        self,
        *,
        client: ChatClient,
        conversation: Conversation,
        about: About,
        history: Path | None,
        prompt: Prompt,
        view: View,
        exit_on_escalation: bool,
        before_sending: Callable[[], None],
        forget_history: Callable[[], bool],
        forget_name: Callable[[str], None],
    ) -> None:
        """Take the parts.

        Args:
            client: the server.
            conversation: a new one, or one that is resumed.
            about: what the server says of itself.
            history: the file of what was typed; None where it is not kept.
            prompt: where the person types.
            view: where the person reads.
            exit_on_escalation: whether to leave after an escalation or emergency.
            before_sending: makes sure that there is a server; may raise TwitchwiseError.
            forget_history: deletes what was typed in all runs; says whether there was anything.
            forget_name: forgets the name of a conversation.
        """
        self._client = client
        self._conversation = conversation
        self._about = about
        self._history = history
        self._prompt = prompt
        self._view = view
        self._exit_on_escalation = exit_on_escalation
        self._before_sending = before_sending
        self._forget_history = forget_history
        self._forget_name = forget_name
        self._interrupts = 0
        self._line_kept = ""

    def _kept(self) -> Kept:
        return Kept(self._client.place, self._conversation.name, self._history)

    def run(self) -> int:
        """Lead the conversation; return the exit code."""
        self._open()
        code: int | None = None
        while code is None:
            try:
                code = self._next()
            except KeyboardInterrupt:
                self._interrupts += 1
                self._line_kept = ""
                if self._interrupts > 1:
                    return ExitCode.INTERRUPTED
                self._view.say("Ctrl-C again leaves.")
            except EOFError:
                self._view.say("")
                return self._leaving()
        return code

    def _open(self) -> None:
        for line in opening(self._about, self._kept()):
            self._view.say(line)
        last = self._conversation.last
        if last is not None:
            count = len(self._conversation.turns)
            noun = "message" if count == 1 else "messages"
            self._view.heading(f"You sent {count} {noun} before. The last one: {last.message}")
            self._view.turn(last)
            return
        self._offer_starters()

    def _offer_starters(self) -> None:
        starters = [Button(title=s.title, payload=s.payload) for s in self._about.starters]
        if starters:
            self._view.say("")
            self._view.heading("You could begin with")
            self._view.choices(starters)
            self._conversation.offer(starters)
        self._view.say("")

    def _next(self) -> int | None:
        """Read a line and do what it asks for; return the exit code where that is to leave."""
        line, kept = self._prompt.read(self._line_kept), self._line_kept
        self._interrupts = 0
        self._line_kept = ""
        if not line.strip():
            return None
        called = None if line == kept else _command(line)
        if isinstance(called, Unknown):
            self._view.say(f"There is no {called.name}. Did you mean {called.nearest}?")
            self._line_kept = kept
            return None
        if isinstance(called, Call):
            code = self._call(called)
            if self._conversation.unanswered is not None:
                self._line_kept = self._conversation.unanswered.line
            return code
        message = self._conversation.message_for(line)
        if message.title is not None:
            self._view.chosen(message.title)
        return self._send(message)

    def _send(self, message: Message) -> int | None:
        unheard = self._unheard(message.title or message.line)
        before = len(self._conversation.turns)

        def wait(seconds: int) -> None:
            unheard.tell()
            self._view.say(waiting_line(seconds))

        try:
            with told_after(PATIENCE_SECONDS, unheard.tell):
                self._before_sending()
                with self._view.waiting():
                    turn = self._conversation.send(message, wait)
        except KeyboardInterrupt as error:
            self._interrupts = _presses(error)
            if len(self._conversation.turns) == before:
                self._not_answered(message, Unreachable(_STOPPED), unheard)
                return ExitCode.INTERRUPTED if self._interrupts > 1 else None
            # The reply had just come.
            turn = self._conversation.turns[-1]
        except WrongUse as error:
            unheard.tell()
            self._view.say(str(error))
            return None
        except TwitchwiseError as error:
            self._not_answered(message, error, unheard)
            return None
        self._view.turn(turn)
        if message.line.strip().lower() in _WAYS_OUT:
            self._view.say("/quit or Ctrl-D leaves.")
        return ExitCode.ESCALATED if turn.is_urgent and self._exit_on_escalation else None

    def _unheard(self, text: str) -> Unheard:
        turns = list(self._conversation.turns)
        return Unheard(text, self._tell_urgent, texts=self._about.safety_texts, turns=turns)

    def _not_answered(self, message: Message, why: TwitchwiseError, unheard: Unheard) -> None:
        # Another Ctrl-C must not take the advice away.
        with uninterrupted():
            self._conversation.not_answered(message, why)
            self._line_kept = message.line
            unheard.tell()
            self._view.say(f"{why.without_mend} {_KEPT}")

    def _leaving(self) -> int:
        """Return the exit code: whether a message is left that got no reply."""
        failure = self._conversation.failure
        return failure.exit_code if failure is not None else ExitCode.FINE

    def _call(self, call: Call) -> int | None:
        try:
            return self._commands()[call.name](call.argument)
        except TwitchwiseError as error:
            self._view.say(str(error))
            return None

    def _commands(self) -> dict[str, Callable[[str], int | None]]:
        return {
            "/help": lambda _: self._say_all(*help_lines(self._prompt.keys)),
            "/sources": self._sources,
            "/restart": lambda _: self._send(restart()),
            "/forget": self._forget,
            "/export": self._export,
            "/feedback": self._feedback,
            "/privacy": lambda _: self._say_all(*privacy_lines(self._about, self._kept())),
            "/disclaimer": lambda _: self._say_all(
                self._about.disclaimer,
                *opening(self._about, self._kept()),
                *people_lines(self._about),
            ),
            "/quit": lambda _: self._leaving(),
        }

    def _say_all(self, *lines: str) -> None:
        for line in lines:
            self._view.say(line)

    def _sources(self, _: str) -> None:
        turns = [turn for turn in self._conversation.turns if turn.sources]
        if not turns:
            self._view.say("There is no answer with a source yet.")
            return
        if turns[-1] is not self._conversation.last:
            self._view.say(f"For “{turns[-1].message}”:")
        self._say_all(*source_lines(turns[-1]))

    def _forget(self, _: str) -> None:
        # First what is here: that works whatever becomes of the server.
        if self._forget_history():
            self._view.say("The history of what you typed is deleted.")
        name = self._conversation.name
        with self._view.waiting():
            self._conversation.forget()
        if name is not None:
            self._forget_name(name)
        self._view.say("The conversation is deleted from the server.")
        self._offer_starters()

    def _export(self, file: str) -> None:
        now = datetime.now().astimezone()
        path = export(self._conversation.turns, self._about, file, now)
        self._view.say(f"Saved to {path}.")

    def _feedback(self, argument: str) -> None:
        if not argument:
            self._view.say("Write /feedback + or /feedback -, and a comment after it if you like.")
            return
        comment = argument[1:].strip()
        unheard = self._unheard(comment)
        last = self._conversation.last
        if last is None:
            unheard.tell()
            self._view.say("There is no answer yet.")
            return
        rating = _THUMBS[argument[0]]
        try:
            with told_after(PATIENCE_SECONDS, unheard.tell), self._view.waiting():
                urgent = self._client.rate(self._conversation.id, last.id, rating, comment)
        except CommentIsUrgent as error:
            self._tell_urgent(error.urgent)
            self._view.say(str(error))
            return
        except TwitchwiseError:
            unheard.tell()
            raise
        self._conversation.rated(rating)
        if urgent is not None:
            self._tell_urgent(urgent)
        dropped = " Comments are not kept here." if comment and not self._about.comments else ""
        self._view.say(f"Thank you.{dropped}")

    def _tell_urgent(self, urgent: Urgent) -> None:
        self._view.urgent(urgent.kind, urgent.text)
        self._view.say(self._about.disclaimer)


def _presses(error: BaseException | None) -> int:
    """Return how often Ctrl-C was pressed: another press is raised while the first is handled."""
    count = 0
    while error is not None:
        count += isinstance(error, KeyboardInterrupt)
        error = error.__context__
    return count


def _command(line: str) -> Call | Unknown | None:
    """Return the command that a line is; None where it is a message.

    What tells of weakness, numbness or an emergency is a message, whatever it looks like.
    """
    called = read_command(line)
    is_doubtful = isinstance(called, Unknown) or (
        isinstance(called, Call) and called.name == "/export" and len(called.argument.split()) > 1
    )
    return None if is_doubtful and urgent_reply(line.lstrip("/"), {}) is not None else called
