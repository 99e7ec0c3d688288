"""Leads conversations with the real bot, writes them down: ``python -m evaluation.transcripts``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from evaluation.bot import running_bot
from tests.live.client import Client, Message, new_sender, response_of
from twitchwise.dialogue.names import DISCLAIMER
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import project_root

CONVERSATIONS = Path(__file__).parent / "conversations.yml"
PAGE = project_root() / "docs" / "conversations.md"
_INTRODUCTION = """# Conversations

<!-- Written by `make transcripts` from evaluation/conversations.yml. Do not edit. -->

Twenty worried, hurried or confused people talk to the real bot. What they say stands in
`evaluation/conversations.yml`; the replies are what the bot said, word for word. Lines in square
brackets are buttons. The disclaimer closes each turn; it is shown once here.
"""


def main() -> int:
    """Write the page; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.transcripts")
    parser.add_argument("--url", help="talk to the bot that runs there, instead of starting one")
    options = parser.parse_args()
    conversations = yaml.safe_load(CONVERSATIONS.read_text(encoding="utf-8"))["conversations"]
    try:
        if options.url:
            page = written(Client(options.url), conversations)
        else:
            with (
                tempfile.TemporaryDirectory(prefix="twitchwise-transcripts-") as folder,
                running_bot(Path(folder) / "bot") as bot,
            ):
                page = written(bot, conversations)
    except (TwitchwiseError, RuntimeError) as error:
        print(f"transcripts: {error}", file=sys.stderr)
        return 1
    PAGE.write_text(page, encoding="utf-8")
    print(f"{len(conversations)} conversations: {PAGE.relative_to(project_root())}")
    return 0


def written(bot: Client, conversations: Sequence[dict[str, Any]]) -> str:
    """Lead the conversations and return the page."""
    parts = [_INTRODUCTION]
    disclaimer = ""
    for number, conversation in enumerate(conversations, start=1):
        sender = f"{new_sender()}-transcript"
        lines: list[str] = []
        for text in conversation["says"]:
            messages = bot.say(sender, text)
            disclaimer = next(
                (m["text"] for m in messages if response_of(m) == DISCLAIMER), disclaimer
            )
            lines += [f"> {text}", "", *_said(messages), ""]
        body = "\n".join(lines).rstrip()
        parts.append(f"## {number}. Somebody who {conversation['who']}\n\n```text\n{body}\n```\n")
    parts.insert(1, f"> {disclaimer}\n")
    return "\n".join(parts)


def _said(messages: Iterable[Message]) -> list[str]:
    lines: list[str] = []
    for message in messages:
        if response_of(message) == DISCLAIMER:
            continue
        lines += (message.get("text") or "").splitlines()
        buttons = message.get("buttons") or []
        if buttons:
            lines.append("   " + "  ".join(f"[{button['title']}]" for button in buttons))
    return lines


if __name__ == "__main__":
    sys.exit(main())
