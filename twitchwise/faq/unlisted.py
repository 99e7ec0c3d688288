"""Foods that somebody asks about and that what is said does not name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from twitchwise.faq.index import Faq
from twitchwise.faq.left_out import FOODS, OF_FOODS
from twitchwise.faq.models import Answer, Food
from twitchwise.faq.query import Request, Unsourced
from twitchwise.faq.understood import Clause

_AMOUNTS = "food_amounts"


@dataclass(frozen=True)
class UnlistedNote:
    """Foods asked about that no answer names, or that the figures given leave out."""

    foods: str
    lacks_figure: bool


def not_listed(
    faq: Faq, clauses: Iterable[Clause], answers: Sequence[Answer]
) -> UnlistedNote | None:
    """Return the foods asked about that the answers say nothing of; None where there are none.

    "Dates, potassium?" gets the foods with potassium, and that none of the sources names dates.
    """
    foods = _foods_asked(faq, clauses)
    lists = [answer for answer in answers if answer.aspect in OF_FOODS]
    amounts = [answer for answer in answers if answer.aspect == _AMOUNTS]
    if amounts:
        without_figure = [food for food in foods if not _named_in(amounts, food)]
        return UnlistedNote(_joined(without_figure), True) if without_figure else None
    # What is listed elsewhere may be asked about for other reasons ("does milk help me sleep").
    unknown = [f for f in foods if not _named_in(answers, f) and (lists or not f.nutrients)]
    return UnlistedNote(_joined(unknown), False) if unknown and answers else None


def with_amounts_that_name(
    faq: Faq, asked: Sequence[Request | Unsourced], clauses: Sequence[Clause]
) -> list[Request | Unsourced]:
    """Return what is asked, with the amounts in foods where they alone name the food.

    "Spinach?", of calcium: what is told of it stands with the amounts.
    """
    foods = _foods_asked(faq, clauses)
    return [
        _naming(faq, item, foods) if isinstance(item, Request) and foods else item for item in asked
    ]


def _naming(faq: Faq, request: Request, foods: Sequence[Food]) -> Request:
    if request.aspect != FOODS:
        return request
    own = faq.find_answer(request.topic, request.aspect, request.body_part)
    if own is None or any(_named_in([own], food) for food in foods):
        return request
    amounts = request.topic.answers.get(_AMOUNTS)
    told = amounts is not None and any(_named_in([amounts], food) for food in foods)
    return replace(request, aspect=_AMOUNTS) if told else request


def _foods_asked(faq: Faq, clauses: Iterable[Clause]) -> list[Food]:
    """Return the foods asked about, without those that are only said to be eaten."""
    asked = [clause for clause in clauses if clause.asked]
    eaten = {group for clause in asked for group in clause.taken_up}
    names = {n for group in eaten if group in faq.food_groups for n in faq.food_groups[group].names}
    found = dict.fromkeys(food for clause in asked for food in clause.foods if food in faq.foods)
    return [faq.foods[food] for food in found if not names & set(faq.foods[food].names)]


def _named_in(answers: Iterable[Answer], food: Food) -> bool:
    text = " ".join(" ".join((answer.text, *answer.bullets)) for answer in answers)
    names = "|".join(re.escape(name) for name in food.names)
    return re.search(rf"\b(?:{names})\b", text, re.IGNORECASE) is not None


def _joined(foods: Sequence[Food]) -> str:
    names = [food.id for food in foods]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
