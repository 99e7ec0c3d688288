"""``twitchwise chat`` and ``twitchwise ask``: puts the parts together, and cleans up after."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from twitchwise.errors import TwitchwiseError
from twitchwise.output import to_stderr, until_the_reader_goes
from twitchwise.terminal import files
from twitchwise.terminal.client import ChatClient, is_this_machine
from twitchwise.terminal.contract import Turn
from twitchwise.terminal.conversation import Conversation, new_id
from twitchwise.terminal.failures import ExitCode, WrongUse
from twitchwise.terminal.script import (
    PlainTurns,
    answer_lines,
    encode_streams,
    lines_of,
    open_streams,
    print_json,
    print_names,
    text_of,
    wait_with_a_question,
)
from twitchwise.terminal.servers import Server, server_for
from twitchwise.terminal.signals import leaving_on_signals, uninterrupted
from twitchwise.terminal.view import PlainView, View

if TYPE_CHECKING:
    from twitchwise.terminal.line_history import PrivateHistory

# A client has no log: what goes wrong is told to the person, who should not read it twice.
logging.getLogger("twitchwise").addHandler(logging.NullHandler())

_FORGET_SECONDS = 3.0
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
        with until_the_reader_goes():
            print_names(sorted(files.saved_conversations()))
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
    return _without_a_person(options, None, [(0, asked.strip())], show, asked=asked)


def _without_a_person(
    options: argparse.Namespace,
    name: str | None,
    lines: Iterable[tuple[int, str]],
    show: Callable[[Turn], None],
    *,
    asked: str = "",
) -> int:
    encode_streams(as_utf8=options.json)
    with (
        leaving_on_signals(lambda leaving: False),
        contextlib.ExitStack() as stack,
    ):

        def found() -> Server:
            server = stack.enter_context(server_for(options.url))
            server.wait_until_ready(to_stderr)
            return server

        server = wait_with_a_question(asked, found)
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
    encode_streams(as_utf8=False)
    leaving: list[Callable[[BaseException], bool]] = []
    with (
        leaving_on_signals(lambda error: any(leave(error) for leave in leaving)),
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
    server = None if is_this_machine(client.url) else client.place
    known = files.saved_conversations().get(name)
    # Another server must not learn the id: whoever knows it can read the conversation.
    if known is not None and known.server != server:
        raise WrongUse(
            f"“{name}” is a conversation with {known.server or 'a server of this machine'}. "
            "Mend: talk to that one, or choose another name."
        )
    saved = known or files.Saved(new_id(), server)
    conversation = Conversation(client, saved.id, name, keeps_turns=keeps_turns)
    # Also a new one: a name is kept where there is a server to keep the conversation.
    conversation.resume()
    if known is None:
        files.save_conversation(name, saved)
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
    with uninterrupted():
        try:
            conversation.forget(_FORGET_SECONDS)
        except TwitchwiseError:
            return False
    return True
