"""Long conversations: context is kept, and what is kept of a session does not grow."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.live.client import Client, answer_ids, new_sender, safety_lines
from tests.live.servers import Server

TURNS = 30
#: Of one session of a few turns; an unbounded conversation has several times as many.
MOST_EVENTS = 120
_NUTRIENTS = ("calcium", "potassium", "sodium", "vitamin_d", "magnesium")


@pytest.fixture
def long_conversation(server: Server) -> str:
    """The sender of a conversation of 30 turns, in which each needs the one before."""
    sender = new_sender()
    assert answer_ids(server.client.say(sender, "which foods have magnesium")) == [
        "magnesium.foods"
    ]
    for turn in range(1, TURNS):
        nutrient = _NUTRIENTS[turn % len(_NUTRIENTS)]
        said = server.client.say(sender, f"and {nutrient.replace('_', ' ')}?")
        assert answer_ids(said) == [f"{nutrient}.foods"], f"turn {turn}"
    return sender


def _sessions(server: Server, sender: str) -> list[list[str]]:
    """Return the types of the stored events, session by session."""
    with closing(sqlite3.connect(server.store)) as database:
        rows = database.execute(
            "SELECT type_name FROM events WHERE sender_id = ? ORDER BY id", (sender,)
        )
        types = [str(row[0]) for row in rows]
    sessions: list[list[str]] = []
    for name in types:
        if name == "session_started":
            sessions.append([])
        elif sessions:
            sessions[-1].append(name)
    return sessions


def test_context_outlasts_sessions_which_stay_short(server: Server, long_conversation: str) -> None:
    sessions = _sessions(server, long_conversation)
    assert sum(session.count("user") for session in sessions) == TURNS
    assert len(sessions) >= 3, "the conversation should cross sessions"
    sizes = [len(session) for session in sessions]
    assert max(sizes) <= MOST_EVENTS, sizes
    # Apart from the first and the last one, all hold the same: nothing piles up.
    assert max(sizes[1:-1]) - min(sizes[1:-1]) <= 10, sizes


def test_a_pronoun_is_understood_over_small_talk_and_sessions(bot: Client) -> None:
    sender = new_sender()
    bot.say(sender, "can low magnesium cause twitching")
    for _ in range(6):
        bot.say(sender, "thanks")
    assert answer_ids(bot.say(sender, "which foods have it?")) == ["magnesium.foods"]


def test_advice_is_given_once_a_conversation_over_sessions(bot: Client) -> None:
    sender = new_sender()
    first = bot.say(sender, "my calf hurts a lot, can stress cause twitching")
    assert safety_lines(first) == ["utter_see_doctor"]
    for _ in range(6):
        bot.say(sender, "thanks")
    again = bot.say(sender, "my calf hurts a lot, can stress cause twitching")
    assert safety_lines(again) == []


def test_what_is_said_lands_in_the_store_of_the_settings(server: Server) -> None:
    sender = new_sender()
    server.client.say(sender, "hello")
    assert _sessions(server, sender)
