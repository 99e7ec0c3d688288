"""What a clause asks beyond its words: of a food, of a medicine beside a nutrient, in fear."""

from __future__ import annotations

from dataclasses import replace

from twitchwise.faq.context import Context, Told, kinds_named
from twitchwise.faq.index import Faq
from twitchwise.faq.models import MEDICATION
from twitchwise.faq.understood import DESCRIBE, Clause

#: What somebody who takes a medicine asks of the nutrient talked of ("I take water pills, is that a
#: problem").
_OF_A_MEDICINE_TAKEN = {"cautions", "medicines", "link", "harmless"}
#: The same without a word that points to the nutrient.
_OF_TWO_TAKEN = {"cautions", "medicines"}
#: What is told of the nutrient to somebody who names a food, by what they ask.
_OF_A_FOOD = {
    "ask_foods": "foods",
    "ask_help": "foods",
    "ask_supplements": "foods",
    "mention_topic": "foods",
    DESCRIBE: "foods",
    "ask_food_amounts": "food_amounts",
    "ask_amount": "food_amounts",
    "ask_foods_low": "cautions",
    "ask_cautions": "cautions",
}
_MOTOR_NEURONE_DISEASE = "motor_neurone_disease"


def as_implied(faq: Faq, clause: Clause, told: Told, context: Context) -> Clause:
    """Return the clause as the question that it implies; as it is, where it implies none.

    Args:
        faq: the FAQ.
        clause: a clause that is to be answered.
        told: what the rest of its message names.
        context: what the conversation was about.
    """
    clause = _medicine_beside(faq, clause, told, context)
    clause = _told_in_fear(faq, clause, context)
    return _food_asked_about(faq, clause, told, context)


def _medicine_beside(faq: Faq, clause: Clause, told: Told, context: Context) -> Clause:
    """Return a remark on a medicine as a question on the nutrient talked of, where it is one.

    After "calcium tablets", "I'm on thyroid pills too" and "I take ramipril, is that a problem"
    ask how the two go together.
    """
    nutrient = faq.topics.get(context.topic or "")
    named = {*clause.topics, *(topic.id for topic in told.strong)}
    if nutrient is None or nutrient.kind != "nutrient" or told.movement or named != {MEDICATION}:
        return clause
    points = clause.refers and clause.aspect in _OF_A_MEDICINE_TAKEN
    # "safe with lisinopril"
    points = points or clause.aspect in _OF_TWO_TAKEN
    if not (points or clause.intent == DESCRIBE):
        return clause
    aspect = "medicines" if "medicines" in nutrient.answers else "cautions"
    return replace(clause, intent=f"ask_{aspect}", topics=(nutrient.id,), refers=False)


def _told_in_fear(faq: Faq, clause: Clause, context: Context) -> Clause:
    """Return what somebody who fears ALS tells of a twitch as a question on ALS.

    "It is in my calf and now my arm" is no change of topic then.
    """
    known = faq.topics.get(context.topic or "")
    if known is None or known.id != _MOTOR_NEURONE_DISEASE or clause.intent != DESCRIBE:
        return clause
    if clause.subjects or kinds_named(faq, clause) - {"movement"}:
        return clause
    aspect = "link" if context.aspect == "harmless" else "harmless"
    return replace(clause, intent=f"ask_{aspect}", topics=(known.id,))


def _food_asked_about(faq: Faq, clause: Clause, told: Told, context: Context) -> Clause:
    """Return a question on a food as one on the nutrient that it is eaten for.

    "Are bananas any good?" is about potassium, unless another nutrient in them was talked of.
    """
    foods = [faq.foods[food] for food in clause.foods if food in faq.foods]
    held = [
        n for n in dict.fromkeys(n for food in foods for n in food.nutrients) if n in faq.topics
    ]
    unlisted = _OF_A_FOOD.get(str(clause.intent)) if foods and not held else None
    if (
        unlisted
        and context.nutrient in faq.topics
        and not (clause.topics or clause.subjects or clause.body_parts)
    ):
        # "but I eat nutritional yeast", of B12: what has it is told, and that this is not named.
        return replace(clause, intent=f"ask_{unlisted}", topics=(str(context.nutrient),))
    if not held or clause.subjects or kinds_named(faq, clause) - {"care", "general"}:
        return clause
    talked_of = next((topic.id for topic in told.strong if topic.id in held), context.nutrient)
    if talked_of not in held and (told.movement or clause.body_parts):
        return clause  # "do bananas help with leg cramps": what else does is told with them
    if clause.intent == DESCRIBE and talked_of not in held:
        return clause
    aspect = _OF_A_FOOD.get(str(clause.intent))
    if aspect is None:
        return clause
    nutrient = talked_of if talked_of in held else held[0]
    return replace(clause, intent=f"ask_{aspect}", topics=(str(nutrient),))
