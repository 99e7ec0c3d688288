"""What a statement wants to hear where nothing is asked: how bad it is, what else it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from twitchwise.faq.understood import MENTION
from twitchwise.nlu.aspect_model import Prediction
from twitchwise.nlu.forms import drinks_much, fears, level_said, took_too_much
from twitchwise.nlu.names_in_text import BODY_PART, Name
from twitchwise.nlu.read_clause import CAUSES, DESCRIBE, ReadClause, not_ruled_out

HARMLESS = "ask_harmless"
EXCESS = "ask_excess"
DEHYDRATION = "dehydration"
#: How sure it is that a statement of what is no cause asks for other causes.
_PROBABLY = 0.6


def as_meant(clauses: Sequence[ReadClause]) -> list[ReadClause]:
    """Return the clauses with statements as what they want to hear, where nothing is asked."""
    if any(clause.asks for clause in clauses):
        return list(clauses)
    return [
        _statement_meant(clause) if clause.intent in {DESCRIBE, MENTION} else clause
        for clause in clauses
    ]


def _statement_meant(clause: ReadClause) -> ReadClause:
    """Return a statement of fear, of much of a nutrient, or of what is no cause, as a question."""
    kept = not_ruled_out(clause)
    if clause.intent == DESCRIBE and fears(clause.text):
        return replace(clause, ranking=[Prediction(HARMLESS, clause.confidence)])
    much = level_said(clause.text) == "high"
    if clause.intent == DESCRIBE and much and any(n.kind == "nutrient" for n in clause.names):
        return replace(clause, ranking=[Prediction(EXCESS, clause.confidence)])
    if clause.intent == DESCRIBE and drinks_much(clause.text) and _drinks_alone(clause.names):
        return replace(clause, ranking=[Prediction(EXCESS, clause.confidence)])
    if clause.intent == DESCRIBE and took_too_much(clause.text) and _of_nutrients(clause.names):
        return replace(clause, ranking=[Prediction(EXCESS, clause.confidence)])
    if clause.names and not kept:
        return replace(clause, names=[], ranking=[Prediction(CAUSES, _PROBABLY)], others=True)
    return clause


def _of_nutrients(names: Sequence[Name]) -> bool:
    """Say whether nothing but nutrients and tablets is named, if anything is."""
    return all(name.kind in {"nutrient", "supplements"} for name in names)


def _drinks_alone(names: Sequence[Name]) -> bool:
    """Say whether drinking is named, and nothing but a movement besides."""
    drinks = any(name.id == DEHYDRATION for name in names)
    others = (name for name in names if name.id != DEHYDRATION)
    return drinks and all(n.kind == "movement" or n.label == BODY_PART for n in others)
