"""Puts the held-out questions and dialogues to a real bot, over HTTP."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from evaluation.held_out import Dialogue, Question
from evaluation.scoring import SUGGESTIONS, Delivered, Replies
from tests.live.client import Client, Message
from tests.live.servers import ROOT, Plan, Server
from twitchwise.dialogue.names import AGAIN, DISCLAIMER
from twitchwise.faq import Faq, project_faq
from twitchwise.faq.payloads import parse_payload

#: How many conversations are led at the same time.
_CALLERS = 4


@contextlib.contextmanager
def running_bot(folder: Path) -> Iterator[Client]:
    """Start the bot as people do, keep its conversations in ``folder``, and stop it at the end."""
    plan = Plan(
        ROOT, lambda port: ["-m", "twitchwise.cli", "serve", "--port", str(port)], "is ready"
    )
    server = Server(plan, folder)
    try:
        yield server.client
    finally:
        server.stop()


def put_to(
    bot: Client, questions: Sequence[Question], dialogues: Sequence[Dialogue] = ()
) -> Replies:
    """Ask each question in a conversation of its own, and lead each dialogue in one."""
    asked = [[question.ask] for question in questions]
    said = [[turn.say for turn in dialogue.turns] for dialogue in dialogues]
    came = _lead(bot, [*asked, *said])
    delivered = [turns[0] for turns in came[: len(asked)]]
    return Replies(questions, delivered, dialogues, came[len(asked) :])


def delivered_in(messages: Sequence[Message], faq: Faq) -> Delivered:
    """Return what a turn delivered: ids of answers and responses, and what it suggests."""
    ids: list[str] = []
    suggested: list[str] = []
    for message in messages:
        metadata: dict[str, Any] = message.get("metadata") or {}
        # The brief form of a response says the same.
        response = str(metadata.get("utter_action") or "").removesuffix(f"_{AGAIN}")
        if response and response != DISCLAIMER:
            ids.append(response)
        # "No reliable source" is a response and has an id besides; a comparison has several.
        ids += str((metadata.get("answer") or {}).get("answer_id") or "").split()
        if response == SUGGESTIONS:
            for button in message.get("buttons") or []:
                suggested += _meant_by(str(button.get("payload") or ""), faq)
    return Delivered(tuple(ids), tuple(suggested))


def _lead(bot: Client, conversations: Sequence[Sequence[str]]) -> list[list[Delivered]]:
    faq = project_faq()

    def lead(texts: Sequence[str]) -> list[Delivered]:
        # A name that no bot that has been running for long knows either.
        sender = f"evaluation-{uuid.uuid4().hex}"
        return [delivered_in(bot.say(sender, text), faq) for text in texts]

    with ThreadPoolExecutor(_CALLERS) as pool:
        return list(pool.map(lead, conversations))


def _meant_by(payload: str, faq: Faq) -> list[str]:
    """Return the id that a button's payload asks for, and the answer that it would get."""
    parsed = parse_payload(payload)
    topic = faq.topic_with_code(parsed.code) if parsed else None
    if parsed is None or topic is None:
        return []
    answer = faq.find_answer(topic, parsed.aspect, parsed.body_part)
    asked = f"{topic.id}.{parsed.aspect}"
    return [asked] if answer is None else list(dict.fromkeys((asked, answer.id)))
