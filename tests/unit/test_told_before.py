"""A follow-up is not told the very words of the turn before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.asking import clause, told
from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.reply import Reply, reply_to_message
from twitchwise.faq.told_before import ToldBefore, leans_on_the_last_turn
from twitchwise.faq.understood import CLAUSES, Clause

EXCESS = "magnesium.excess"


def said_to(faq: Faq, context: Context, *clauses: Clause, **parse_data: object) -> Reply:
    message = {CLAUSES: [each.as_data() for each in clauses], **parse_data}
    return reply_to_message(faq, message, context, [EXCESS])


@pytest.mark.parametrize(
    ("asked", "leans"),
    [
        (clause("ask_harmless", refers=True), True),
        (clause("ask_harmless", "magnesium"), False),
        (clause("ask_harmless", subjects=("children",)), False),
        (clause("ask_harmless", foods=("banana",)), False),
        (clause("ask_harmless", unmentioned=("fasting",)), False),
        (clause("ask_foods", count=3), False),
        (clause("describe"), False),
        (told(), False),
    ],
    ids=["bare", "topic", "for_whom", "food", "unmentioned", "count", "remark", "nothing_asked"],
)
def test_what_leans_on_the_last_turn(asked: Clause, leans: bool) -> None:
    assert leans_on_the_last_turn([asked]) is leans


def test_the_last_answer_is_not_told_again_to_a_follow_up(faq: Faq) -> None:
    known = Context("magnesium", "excess", told=(EXCESS,))
    dangerous = clause("ask_harmless", refers=True)

    said = said_to(faq, known, dangerous)
    (part,) = said.parts
    assert isinstance(part, ToldBefore)
    assert part.id == said.answered == EXCESS
    assert said.new_answers == ()
    assert said.suggestions, "there is a way on"

    (anew,) = said_to(faq, replace(known, told=("magnesium.foods",)), dangerous).parts
    assert not isinstance(anew, ToldBefore)
    (named,) = said_to(faq, known, clause("ask_excess", "magnesium")).parts
    assert not isinstance(named, ToldBefore)


def test_the_other_of_two_readings_is_what_is_new(faq: Faq) -> None:
    ranking = [
        {"name": "ask_excess", "confidence": 0.5},
        {"name": "ask_cautions", "confidence": 0.4},
    ]
    asked = clause("ask_excess", refers=True, confidence=0.5)
    known = Context("magnesium", "excess", told=(EXCESS,))

    said = said_to(faq, known, asked, intent_ranking=ranking)
    assert said.answered == "magnesium.cautions"
    assert said.best_guess == "What should I be careful with?"
    both = said_to(faq, Context("magnesium"), asked, intent_ranking=ranking)
    assert both.answered == f"{EXCESS} magnesium.cautions"


def test_what_was_told_before_warns_of_nothing_now(faq: Faq) -> None:
    answer = next(
        a
        for t in faq.topics.values()
        if t.kind == "nutrient"
        for a in t.answers.values()
        if a.names_red_flag
    )
    assert Reply(parts=(answer,)).names_red_flag
    assert not Reply(parts=(ToldBefore((answer,)),)).names_red_flag
