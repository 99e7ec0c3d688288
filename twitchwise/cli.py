"""The command line: ``twitchwise COMMAND``. Rasa is imported only in the processes that need it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from twitchwise import __version__
from twitchwise.errors import TwitchwiseError
from twitchwise.escalations import options as escalation_options
from twitchwise.feedback import options as feedback_options
from twitchwise.output import to_stderr
from twitchwise.paths import HOME_VARIABLE, faq_folder, project_root
from twitchwise.terminal import options as terminal_options
from twitchwise.variables import load_variables

DEFAULT_PORT = 5005


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; mistakes that a person can mend end in one line and an exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.needs_project:
            _go_to_project()
            load_variables()
        sys.exit(options.run(options))
    except TwitchwiseError as error:
        to_stderr(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _go_to_project() -> None:
    """Make the project's folder the current one: Rasa takes paths from there."""
    if not (project_root() / "config.yml").is_file():
        raise TwitchwiseError(
            f"{project_root()} holds no Twitchwise project. "
            f"Mend: let {HOME_VARIABLE} name one, or unset it."
        )
    os.chdir(project_root())


def _absolute(path: str) -> Path:
    """Return the folder as seen from where the command was given."""
    return Path(path).resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="twitchwise", description="An assistant on muscle twitching and nutrition."
    )
    parser.add_argument("--version", action="version", version=f"twitchwise {__version__}")
    parser.set_defaults(needs_project=True)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="train if needed, and start the bot")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen on")
    serve.add_argument("--host", help="address to listen on (default: the setting 'host')")
    # How the terminal starts one of its own: nobody else is led to it, and no page is built.
    serve.add_argument("--for-one-conversation", action="store_true", help=argparse.SUPPRESS)
    serve.set_defaults(run=_serve)

    chat = commands.add_parser("chat", help="talk to the bot in the terminal, or through a pipe")
    terminal_options.add_chat_arguments(chat)
    chat.set_defaults(run=_chat, needs_project=False)

    ask = commands.add_parser("ask", help="ask the bot one question")
    terminal_options.add_ask_arguments(ask)
    ask.set_defaults(run=_ask, needs_project=False)

    train = commands.add_parser("train", help="train the model if its sources changed")
    train.add_argument("--force", action="store_true", help="train in any case")
    train.set_defaults(run=_train)

    build = commands.add_parser("build-nlp", help="build the spaCy pipeline from the FAQ's names")
    build.set_defaults(run=_build_nlp)

    safety = commands.add_parser(
        "build-safety", help="train the safety classifier if its sources changed"
    )
    safety.set_defaults(run=_build_safety)

    web = commands.add_parser("build-web", help="build the web page if its sources changed")
    web.set_defaults(run=_build_web)

    check = commands.add_parser("check", help="check the content for mistakes")
    check.add_argument("folder", nargs="?", type=_absolute, help="default: data/faq")
    check.set_defaults(run=_check)

    escalations = commands.add_parser(
        "escalations", help="list, filter and export what was escalated"
    )
    escalation_options.add_arguments(escalations, _absolute)
    escalations.set_defaults(run=_escalations)

    feedback = commands.add_parser(
        "feedback", help="list thumbs up and down, and what was not answered"
    )
    feedback_options.add_arguments(feedback, _absolute)
    feedback.set_defaults(run=_feedback)

    channels = commands.add_parser("channels", help="show which messaging platforms are on")
    channels.add_argument("--format", choices=("table", "json"), default="table")
    channels.add_argument(
        "--env-example", action="store_true", help="write .env.example: all variables there are"
    )
    channels.set_defaults(run=_channels)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from twitchwise.channels.bearer import require_tokens
    from twitchwise.escalations.recorder import require_settings
    from twitchwise.serving.supervisor import Supervisor, end_with_standard_input, require_free_port
    from twitchwise.serving.training import train_if_needed
    from twitchwise.settings import settings

    if options.for_one_conversation:
        end_with_standard_input()
    host = options.host or settings().host
    require_free_port(host, options.port)
    require_settings()
    require_tokens()
    train_if_needed()
    is_shared = not options.for_one_conversation
    if is_shared:
        _build_web_page()
    supervisor = Supervisor(host, options.port, _tell_where, is_announced=is_shared)
    asyncio.run(supervisor.run())
    print("Stopped.", file=sys.stderr)
    return 0


def _build_web_page() -> None:
    """Build the web page; without one, the bot still answers over HTTP."""
    from twitchwise.serving.web_build import build_if_needed

    try:
        build_if_needed()
    except TwitchwiseError as error:
        print(f"{error} The bot starts all the same.", file=sys.stderr, flush=True)


def _tell_where(url: str) -> None:
    from twitchwise.channels.platforms.listing import summary, unknown_lines
    from twitchwise.known_variables import unknown_variables
    from twitchwise.serving.ready import ready_line

    for line in unknown_lines(unknown_variables(os.environ)):
        to_stderr(line)
    print(
        f"{ready_line(url)}\n"
        f"Open it: {url}/chat\n"
        f"Apps:    {summary()}\n"
        "Chat:    twitchwise chat (or 'make chat') in another terminal\n"
        f"Ask it:  curl -s {url}/webhooks/rest/webhook "
        """-d '{"sender": "me", "message": "can dehydration cause leg twitching"}'\n"""
        "Stop it: Ctrl-C",
        flush=True,
    )


def _chat(options: argparse.Namespace) -> int:
    from twitchwise.terminal.run import run_chat

    return run_chat(options)


def _ask(options: argparse.Namespace) -> int:
    from twitchwise.terminal.run import run_ask

    return run_ask(options)


def _train(options: argparse.Namespace) -> int:
    from twitchwise.serving.training import train_if_needed

    if not train_if_needed(force=options.force):
        print("The model is up to date.", file=sys.stderr)
    return 0


def _build_nlp(_: argparse.Namespace) -> int:
    from twitchwise.faq import load_faq
    from twitchwise.nlu.spacy_pipeline import build_pipeline

    print(f"spaCy pipeline {build_pipeline(load_faq())}")
    return 0


def _build_safety(_: argparse.Namespace) -> int:
    from twitchwise.safety.training import build_if_needed

    if not build_if_needed():
        print("The safety classifier is up to date.", file=sys.stderr)
    return 0


def _build_web(_: argparse.Namespace) -> int:
    from twitchwise.serving.web_build import build_if_needed

    if not build_if_needed():
        print("The web page is up to date.", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    from twitchwise.faq.checks import check_content, content_summary
    from twitchwise.faq.loader import read_content

    folder = options.folder or faq_folder()
    if not folder.is_dir():
        raise TwitchwiseError(f"{folder} is no folder. Mend: name the folder of the FAQ.")
    problems = check_content(folder)
    for problem in problems:
        print(problem)
    if problems:
        noun = "mistake" if len(problems) == 1 else "mistakes"
        print(f"{len(problems)} {noun} found.", file=sys.stderr)
        return 1
    print(f"The content is fine: {content_summary(read_content(folder))}.")
    return 0


def _escalations(options: argparse.Namespace) -> int:
    from twitchwise.escalations.listing import run

    return run(options)


def _feedback(options: argparse.Namespace) -> int:
    from twitchwise.feedback.listing import run

    return run(options)


def _channels(options: argparse.Namespace) -> int:
    from twitchwise.channels.platforms.listing import run

    return run(options)


if __name__ == "__main__":
    main()
