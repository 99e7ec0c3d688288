"""Clauses of messages for tests, and what is to be answered to them, in short."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.query import Request, Unsourced, resolve_message
from twitchwise.faq.understood import Clause


def clause(intent: str | None, topics: str = "", parts: str = "", **more: Any) -> Clause:
    """Return a clause that asks; names are ids, with blanks between them."""
    return Clause(intent, topics=tuple(topics.split()), body_parts=tuple(parts.split()), **more)


def told(topics: str = "", parts: str = "", **more: Any) -> Clause:
    """Return a clause that asks nothing, and only says what a message is about."""
    return clause("describe", topics, parts, asked=False, **more)


def shown(asked: Request | Unsourced) -> str:
    """Return what is asked as ``topic.aspect``, ``topic.aspect.body_part`` or ``no_source.…``."""
    if isinstance(asked, Unsourced):
        return f"no_source.{asked.subject.id}"
    return ".".join([asked.topic.id, asked.aspect, *([asked.body_part] if asked.body_part else [])])


def asked_of(faq: Faq, *clauses: Clause, context: Context | None = None) -> list[str]:
    """Return what is to be answered to a message of these clauses."""
    return [shown(asked) for asked in resolve_message(faq, clauses, context or Context())]


@st.composite
def any_clause(draw: st.DrawFn) -> Clause:
    """Strategy: a clause with names of every kind, and some that nobody knows."""
    names = [
        *("magnesium", "sodium", "stress", "plant_diet", "medication", "cramp", "twitch"),
        *("leg_twitch", "diet", "deficiency", "motor_neurone_disease", "gone"),
    ]
    aspects = ("causes", "help", "foods", "foods_low", "medicines", "difference", "gone")
    intents = (*(f"ask_{aspect}" for aspect in aspects), "ask_why", "describe", "greet", None)
    return Clause(
        intent=draw(st.sampled_from(intents)),
        asked=draw(st.booleans()),
        topics=tuple(draw(st.lists(st.sampled_from(names), max_size=3))),
        body_parts=tuple(draw(st.lists(st.sampled_from(["leg", "hand", "gone"]), max_size=2))),
        subjects=tuple(
            draw(st.lists(st.sampled_from(["zinc", "children", "pregnancy", "gone"]), max_size=2))
        ),
        refers=draw(st.booleans()),
        together=draw(st.booleans()),
        stops=draw(st.booleans()),
        others=draw(st.booleans()),
        aspects=tuple(draw(st.lists(st.sampled_from(aspects), max_size=2))),
        level=draw(st.sampled_from([None, "low", "high"])),
    )
