"""An app that has nothing but the HTTP channel, for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from sanic.touchup import TouchUp

from tests.builders import make_answer
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.http import HttpChannel
from twitchwise.channels.refusals import refuse_unknown_routes
from twitchwise.escalations.recorder import project_recorder
from twitchwise.rendering.turn import AnswerCard
from twitchwise.settings import settings

PREFIX = "/webhooks/rest"

Handler = Callable[[UserMessage], Awaitable[None]]


def forget_what_was_read() -> None:
    """Let settings, and what depends on them, be read anew."""
    for cached in (settings, project_feedback, project_recorder):
        cached.cache_clear()


def _let_others_start(patch: pytest.MonkeyPatch) -> None:
    """Let other apps of this process start, too: a start rewrites Sanic's methods, once."""
    if getattr(Sanic, "__touched__", False):
        patch.setattr(TouchUp, "run", lambda _: None)
        return
    for target, name in TouchUp._registry:
        patch.setattr(target, name, getattr(target, name))
        patch.setattr(target, "__touched__", False, raising=False)


@contextmanager
def http_app(
    name: str, folder: Path, handle: Handler, variables: Mapping[str, str]
) -> Iterator[Sanic]:
    """Make an app whose files are in ``folder``; it has still to be started."""
    patch = pytest.MonkeyPatch()
    patch.setenv("TWITCHWISE_TRACKER_STORE_PATH", str(folder / "conversations.sqlite3"))
    patch.setenv("TWITCHWISE_ESCALATIONS_PATH", str(folder / "escalations.sqlite3"))
    for variable, value in variables.items():
        patch.setenv(variable, value)
    forget_what_was_read()
    made = Sanic(name)
    made.blueprint(HttpChannel().blueprint(handle), url_prefix=PREFIX)
    _let_others_start(patch)
    yield made
    del Sanic._app_registry[name]
    patch.undo()
    forget_what_was_read()


async def answer(message: UserMessage) -> None:
    """Answer as Rasa does: an answer with a card and a button."""
    card = AnswerCard.of(make_answer("zinc.link")).as_metadata()
    button = {"title": "Foods", "payload": "q:zi.foods"}
    said = {"text": f"On {message.text}.", "answer": card, "buttons": [button]}
    await message.output_channel.send_response(message.sender_id, said)


async def start(app: Sanic) -> None:
    """Do what the server does before it listens, but for its limits on sizes."""
    await app._startup()
    refuse_unknown_routes(app)
