"""Talk to a bot over REST and time its answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """An answer over REST.

    Attributes:
        milliseconds: from the request to the whole answer.
        texts: the texts of the answer; empty where there was an error or silence.
    """

    milliseconds: float
    texts: tuple[str, ...]


def rest_client(port: int) -> httpx.AsyncClient:
    """Return a client of the bot on ``port`` that goes through no proxy."""
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=ANSWER_SECONDS, trust_env=False
    )


async def ask(client: httpx.AsyncClient, sender: str, message: str) -> Answer:
    """Send ``message`` and return the answer; an error counts as an empty answer."""
    started = time.perf_counter()
    try:
        response = await client.post(
            "/webhooks/rest/webhook", json={"sender": sender, "message": message}
        )
        parts = response.json() if response.status_code == httpx.codes.OK else []
    except (httpx.HTTPError, ValueError):
        parts = []
    milliseconds = 1000 * (time.perf_counter() - started)
    return Answer(milliseconds, tuple(part.get("text") or "" for part in parts))


async def converse(
    client: httpx.AsyncClient, messages: Sequence[str], users: int, conversations: int, tag: str
) -> list[Answer]:
    """Let ``users`` talk at the same time, each through ``conversations`` in turn.

    Each conversation has a new sender and says all ``messages`` without a pause.
    """

    async def talk(user: int) -> list[Answer]:
        return [
            await ask(client, f"{tag}-{user}-{number}", message)
            for number in range(conversations)
            for message in messages
        ]

    groups = await asyncio.gather(*(talk(user) for user in range(users)))
    return [answer for group in groups for answer in group]
