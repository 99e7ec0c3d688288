"""``twitchwise chat`` and ``twitchwise ask``: puts the parts together, and cleans up after."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

from twitchwise.errors import TwitchwiseError
from twitchwise.listings import until_the_reader_goes
from twitchwise.terminal import files
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.contract import Turn
from twitchwise.terminal.conversation import Conversation, new_id
from twitchwise.terminal.failures import ExitCode, WrongUse
from twitchwise.terminal.script import (
    PlainTurns,
    answer_lines,
    encode_output,
    lines_of,
    open_streams,
    print_json,
    text_of,
)
from twitchwise.terminal.servers import Server, server_for
from twitchwise.terminal.view import PlainView, View, to_stderr

if TYPE_CHECKING:
    from twitchwise.terminal.line_history import PrivateHistory

# A client has no log: what goes wrong is told to the person, who should not read it twice.
logging.getLogger("twitchwise").addHandler(logging.NullHandler())

_FORGET_SECONDS = 3.0
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_ALL_SIGNALS = (signal.SIGINT, *_SIGNALS)
_NOT_DELETED = (
    "The conversation could not be deleted from the server. "
    "There it is deleted by itself, as a rule 30 days after its last message."
)


def run_chat(options: argparse.Namespace) -> int:
    """Lead a conversation with a person, or answer what comes from a pipe; return the exit code.

    Raises:
        TwitchwiseError: as :mod:`twitchwise.terminal.failures` says.
    """
    open_streams()
    if options.list:
        for each in sorted(files.saved_conversations()):
            print(each)
        return ExitCode.FINE
    name = files.require_name(options.resume) if options.resume is not None else None
    if sys.stdin.isatty() and sys.stdout.isatty() and not options.json:
        return _with_a_person(options, name)
    if sys.stdin.isatty():
        to_stderr("Type a message and press Enter; Ctrl-D ends.")
    return _without_a_person(options, name, lines_of(sys.stdin.buffer), PlainTurns().show)


def run_ask(options: argparse.Namespace) -> int:
    """Answer one message; return the exit code.

    Raises:
        TwitchwiseError: as :mod:`twitchwise.terminal.failures` says.
    """
    open_streams()
    if not options.words and sys.stdin.isatty():
        to_stderr("Type your question; Ctrl-D ends it.")
    asked = " ".join(options.words) or text_of(sys.stdin.buffer.read())
    if not asked.strip():
        raise WrongUse('There is no question. Mend: twitchwise ask "can stress cause twitching"')
    # One question is asked by a person as often as by a script.
    is_for_a_person = sys.stdout.isatty() and not _is_plain(options)
    show = _view(options).turn if is_for_a_person else PlainTurns().show
    return _without_a_person(options, None, [(0, asked.strip())], show)


def _without_a_person(
    options: argparse.Namespace,
    name: str | None,
    lines: Iterable[tuple[int, str]],
    show: Callable[[Turn], None],
) -> int:
    encode_output(as_utf8=options.json)
    with (
        _leaving_on_signals(lambda leaving: False),
        server_for(options.url) as server,
    ):
        server.wait_until_ready(to_stderr)
        conversation = _conversation(_client(server, options), name, keeps_turns=False)
        with _deleted_after(conversation), until_the_reader_goes():
            return answer_lines(
                lines,
                conversation,
                print_json if options.json else show,
                exit_on_escalation=options.exit_on_escalation,
            )
    return ExitCode.FINE


def _with_a_person(options: argparse.Namespace, name: str | None) -> int:
    encode_output(as_utf8=False)
    leaving: list[Callable[[BaseException], bool]] = []
    with (
        _leaving_on_signals(lambda error: any(leave(error) for leave in leaving)),
        server_for(options.url) as server,
    ):
        # A server that was started has been loading since; so do what takes time here.
        from twitchwise.terminal.interactive import Chat
        from twitchwise.terminal.prompts import EditedPrompt, PlainPrompt, Prompt

        is_plain = _is_plain(options)
        view = _view(options)
        with view.starting() as tell:
            server.wait_until_ready(tell)
        client = _client(server, options)
        about = client.about()
        conversation = _conversation(client, name, keeps_turns=True)
        history = None if is_plain or options.no_history else _history(view)
        prompt: Prompt = PlainPrompt() if is_plain else EditedPrompt(history, about.questions)
        leaving.append(prompt.leave)

        def forget_history() -> bool:
            if history is not None:
                history.forget()
            return files.forget_history()

        chat = Chat(
            client=client,
            conversation=conversation,
            about=about,
            history=files.history_file() if history is not None else None,
            prompt=prompt,
            view=view,
            exit_on_escalation=options.exit_on_escalation,
            before_sending=lambda: server.start_again_if_it_ended(view.say),
            forget_history=forget_history,
            forget_name=lambda name: files.save_conversation(name, None),
        )
        with _deleted_after(conversation):
            return chat.run()


def _client(server: Server, options: argparse.Namespace) -> ChatClient:
    return ChatClient(server.url, seconds=options.timeout, token=server.token)


def _conversation(client: ChatClient, name: str | None, *, keeps_turns: bool) -> Conversation:
    """Return a new conversation, or the one of a name with what was said in it."""
    if name is None:
        return Conversation(client, new_id(), keeps_turns=keeps_turns)
    known = files.saved_conversations().get(name)
    conversation = Conversation(client, known or new_id(), name, keeps_turns=keeps_turns)
    # Also a new one: a name is kept where there is a server to keep the conversation.
    conversation.resume()
    if known is None:
        files.save_conversation(name, conversation.id)
    return conversation


def _is_plain(options: argparse.Namespace) -> bool:
    is_dumb = os.environ.get("TERM", "dumb") in ("dumb", "")
    # As other programs for the terminal have it (charm's huh, GitHub's gh).
    return bool(options.plain) or is_dumb or bool(os.environ.get("ACCESSIBLE"))


def _view(options: argparse.Namespace) -> View:
    if _is_plain(options):
        return PlainView()
    from twitchwise.terminal.rich_view import RichView

    return RichView()


def _history(view: View) -> PrivateHistory:
    from twitchwise.terminal.line_history import PrivateHistory

    return PrivateHistory(files.history_file(), view.say)


@contextlib.contextmanager
def _deleted_after(conversation: Conversation) -> Iterator[None]:
    """Delete the conversation when what is inside ends, however it ends; a named one is kept."""
    try:
        yield
    except TwitchwiseError as error:
        if not _is_deleted(conversation):
            raise type(error)(f"{error} {_NOT_DELETED}") from error
        raise
    except BaseException:
        _is_deleted(conversation)
        raise
    if not _is_deleted(conversation):
        to_stderr(_NOT_DELETED)


def _is_deleted(conversation: Conversation) -> bool:
    """Delete a conversation that has no name; return False where the server did not do it."""
    if conversation.name is not None:
        return True
    # It takes seconds at most; another Ctrl-C must not leave the conversation there.
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ALL_SIGNALS}
    try:
        conversation.forget(_FORGET_SECONDS)
    except TwitchwiseError:
        return False
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return True


@contextlib.contextmanager
def _leaving_on_signals(leave: Callable[[BaseException], bool]) -> Iterator[None]:
    """Let SIGTERM and SIGHUP (the window was closed) end the program in order.

    Args:
        leave: ends what reads from the terminal with an error; False where nothing does.
    """

    def on_signal(number: int, _: FrameType | None) -> None:
        # Once is enough: another one must not break off what is put in order.
        for each in _ALL_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        leaving = SystemExit(128 + number)
        if not leave(leaving):
            raise leaving

    before = {number: signal.getsignal(number) for number in _ALL_SIGNALS}
    for number in _SIGNALS:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
