"""Lists of foods without what somebody leaves out: no milk, no nuts, vegan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from twitchwise.faq.context import Context
from twitchwise.faq.index import Faq
from twitchwise.faq.models import Answer, FoodGroup
from twitchwise.faq.sureness import SURE
from twitchwise.faq.understood import DESCRIBE, MENTION, Clause

FOODS = "foods"
#: Aspects whose answers are lists of foods.
OF_FOODS = frozenset({FOODS, "food_amounts"})
#: What may seem to be asked where only a food is ruled out ("calcium, no dairy").
_ONLY_RULES_OUT = frozenset(
    {DESCRIBE, MENTION, "ask_foods_low", "ask_cautions", "ask_food_amounts", "deny", "complain"}
)
#: What "how do people who can't have milk get enough calcium" may be taken for.
_HARDLY_ASKED = frozenset({"help", "risk_groups"})
#: What asks in general ("are vegans at risk"), and tells of nobody's own way of eating.
_PLANT_DIET = "plant_diet"
#: Foods that belong to no group, and what the answers call foods in general.
_ALSO_FOOD = r"foods?|drinks?|quinoa|rice|rhubarb|salt|squash|sauces|meals|sunlight|sun"
#: Where one item of a list ends: "milk, cheese and yogurt; for vegetarians also eggs".
_JOINT = re.compile(r"\s*;\s*|\s*,\s*(?:(?:and|or|also)\s+)?|\s+(?:and|or)\s+")
_ODD_START = re.compile(r"^(?:such as|above all|also|and|or|other)\s+", re.IGNORECASE)
_ODD_END = re.compile(r"[\s,;]+(?:such as|above all|also|and|or)?\s*$", re.IGNORECASE)
_AMOUNT = re.compile(r"\d\s*(?:mg|mcg|g|oz)\b")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z])")


@dataclass(frozen=True)
class LeftOutNote:
    """What a list was told without; ``check_label`` where ready-made foods may hold it unseen."""

    foods: str
    check_label: bool


def with_foods_asked(faq: Faq, clauses: Sequence[Clause], context: Context) -> list[Clause]:
    """Return the clauses with "calcium, no dairy" and "I don't eat fish" as questions on foods.

    The latter only where foods were talked of last.
    """
    return [_asking_of_foods(faq, clause, context) for clause in clauses]


def _asking_of_foods(faq: Faq, clause: Clause, context: Context) -> Clause:
    if not (clause.asked and clause.left_out):
        return clause
    topics = tuple(topic for topic in clause.topics if topic != _PLANT_DIET)
    nutrient = any(topic in faq.topics and faq.topics[topic].kind == "nutrient" for topic in topics)
    of_what_to_eat = context.aspect in {*OF_FOODS, "help"}
    goes_on = not topics and not clause.subjects and of_what_to_eat
    if clause.aspect == FOODS and nutrient:
        return replace(clause, confidence=1.0)
    if nutrient and clause.aspect in _HARDLY_ASKED and clause.confidence < SURE:
        return replace(clause, intent=f"ask_{FOODS}", topics=topics)
    if (clause.intent in _ONLY_RULES_OUT or clause.aspect == FOODS) and (nutrient or goes_on):
        return replace(clause, intent=f"ask_{FOODS}", topics=topics, confidence=1.0)
    return clause


def left_out_after(clauses: Iterable[Clause], context: Context) -> tuple[str, ...]:
    """Return ids of the groups that are left out now, in this message or before."""
    told = list(clauses)
    taken_up = {group for clause in told for group in clause.taken_up}
    new = [group for clause in told for group in clause.left_out]
    groups = dict.fromkeys((*context.leaves_out, *new))
    return tuple(group for group in groups if group not in taken_up)


def asked_about_all_the_same(faq: Faq, clauses: Iterable[Clause]) -> set[str]:
    """Return ids of the groups with a food that is asked about: "how much is in milk"."""
    names = {
        name
        for clause in clauses
        if clause.asked
        for food in clause.foods
        if food in faq.foods
        for name in faq.foods[food].names
    }
    return {group.id for group in faq.food_groups.values() if names & set(group.names)}


def fitting(faq: Faq, answer: Answer, leaves_out: Sequence[str]) -> Answer | None:
    """Return a list of foods without what is left out; None where nothing would be left of it.

    Answers that are no lists are returned as they are.
    """
    groups = [faq.food_groups[each] for each in leaves_out if each in faq.food_groups]
    if not groups or answer.aspect not in OF_FOODS or not answer.bullets:
        return answer
    out, food = _naming(groups), _food_words(faq)
    bullets = [kept for bullet in answer.bullets if (kept := _bullet(bullet, out, food))]
    if not any(food.search(bullet) for bullet in bullets):
        return None
    return replace(answer, text=_lead(answer.text, out), bullets=tuple(bullets))


def note_on(faq: Faq, answers: Sequence[Answer], leaves_out: Sequence[str]) -> LeftOutNote | None:
    """Return what the lists among the answers leave out; None where there is no such list."""
    lists = [answer for answer in answers if answer.aspect in OF_FOODS and answer.bullets]
    groups = [faq.food_groups[each] for each in leaves_out if each in faq.food_groups]
    if not lists or not groups:
        return None
    names = [group.name for group in groups]
    told = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return LeftOutNote(told, any(group.check_label for group in groups))


def _bullet(bullet: str, out: re.Pattern[str], food: re.Pattern[str]) -> str:
    """Return a bullet without the foods left out; an empty text where nothing is left of it.

    Figures belong to what stands before them, so that a part with a figure stays or goes whole.
    """
    if not out.search(bullet) or bullet.endswith("."):
        return bullet
    if _AMOUNT.search(bullet):
        parts = [part for part in re.split(r";\s*", bullet) if not out.search(part)]
        return "; ".join(parts)
    label, colon, rest = bullet.partition(": ")
    if not colon:
        return _items(bullet, out, food)
    if out.search(label) and not food.search(rest):
        kept = _items(label, out, food)  # "dairy, tofu: calcium"
        return f"{kept}: {rest}" if kept else ""
    if out.search(label):
        return ""  # "nuts: cashews, almonds"
    kept = _items(rest, out, food)
    return f"{label}: {kept}" if kept else ""


def _items(text: str, out: re.Pattern[str], food: re.Pattern[str]) -> str:
    kept = [(joint, item) for joint, item in _split(text) if not out.search(item)]
    if not any(food.search(item) for _, item in kept):
        return ""
    joined = kept[0][1] + "".join(joint + item for joint, item in kept[1:])
    return _ODD_START.sub("", _ODD_END.sub("", joined))


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the items of a list, each after what joins it to the one before."""
    start, joint = 0, ""
    for match in _JOINT.finditer(text):
        yield joint, text[start : match.start()]
        start, joint = match.end(), match[0]
    yield joint, text[start:]


def _lead(text: str, out: re.Pattern[str]) -> str:
    """Return the text above a list without the sentences that name what is left out.

    The last one leads over to the list, and stays.
    """
    sentences = _SENTENCE.split(text)
    return " ".join([*(s for s in sentences[:-1] if not out.search(s)), sentences[-1]])


def _naming(groups: Iterable[FoodGroup]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for group in groups for word in group.listed_as)
    return re.compile(rf"\b(?:{words})(?:e?s)?\b", re.IGNORECASE)


def _food_words(faq: Faq) -> re.Pattern[str]:
    words = "|".join(re.escape(w) for group in faq.food_groups.values() for w in group.listed_as)
    return re.compile(rf"\b(?:(?:{words})(?:e?s)?|{_ALSO_FOOD})\b", re.IGNORECASE)
