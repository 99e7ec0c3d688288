"""What a clause is about where it does not say so: the rest of its message, or the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from twitchwise.faq.index import Faq
from twitchwise.faq.models import GENERAL_TOPIC, MEDICATION, PERSONAL, BodyPart, Topic
from twitchwise.faq.understood import TALKED_OF_FIRST, Clause

#: What is asked of the movement that a message tells of, unless it names something else: in
#: "my calf jumps. I take magnesium. Is it dangerous?" the calf.
_OF_WHAT_IS_FELT = {"causes", "nutrients", "help", "harmless", "outlook", "see_doctor"}
#: What is asked of whatever was named last: "the letter says myoclonus. What does it mean?"
_OF_THE_NEAREST = {"definition", "difference"}
#: What is asked of a nutrient before anything else that was told.
_OF_FOOD = {"foods", "supplements", "testing"}
_OF_AMOUNTS = {"food_amounts", "foods_low", "amount", "deficiency_name"}
_OF_NUTRIENTS = _OF_FOOD | {
    "foods_low",
    "food_amounts",
    "amount",
    "excess",
    "deficiency_name",
    "signs",
    "role",
    "medicines",
    "cautions",
    "risk_groups",
}
#: What vegans and older people have answers of their own for.
_OF_WHO_IT_IS = {"nutrients", "foods", "supplements", "testing"}
_SUPPLEMENTS = "supplements"
#: What "what else" asks of the twitch rather than of the nutrient or trigger just talked of.
_OF_SOMETHING_ELSE = {"causes", "testing", "nutrients"}
#: What "it" asks of a nutrient that was talked of before a twitch.
_OF_WHAT_IS_TAKEN = {"cautions", "excess", "amount"}
#: "Which fish has it" asks of the nutrient, "what to eat for it" of the twitch.
_OF_WHAT_HOLDS_IT = {"foods", "food_amounts", "foods_low"}
#: The same of an earlier turn, where "what helps?" is about the nutrient just talked of.
_OF_WHAT_WAS_FELT = {"nutrients", "harmless", "outlook", "see_doctor"}
#: Conditions that people feel: who tells of one asks where it comes from.
FELT = ("tremor", "restless_legs", "peripheral_neuropathy")
#: What a doctor may have called it.
DIAGNOSES = ("benign_fasciculation", "restless_legs", "tetany", "peripheral_neuropathy")
#: Illnesses that people fear, and what is asked of the twitch even after them.
FEARED = ("medical_conditions", "motor_neurone_disease")
_OF_ONES_OWN_TWITCH = {"causes", "nutrients", "foods", "help"}
_EYELID, _SPASM = "eyelid", "spasm"
#: What makes nutrients run low, whatever twitches.
LOWER_NUTRIENTS = ("medical_conditions", "medication", "alcohol")
#: Movements that only say when it twitches.
WHEN = ("night_twitch",)
#: What tells, beside a movement, when it comes ("I jolt as I fall asleep") or what is feared.
ONLY_TELLS_WHEN = ("sleep", "medical_conditions")
#: Subjects that say for whom is asked, and that later questions remember.
FOR_WHOM = ("children", "dialysis", "pregnancy")
#: Kinds of topic that a question is about wherever they are named.
STRONG = ("nutrient", "factor", "condition")


@dataclass(frozen=True)
class Context:
    """What the conversation was about so far.

    ``topic``, ``aspect`` and ``body_part`` are those of the last answer, ``movement`` is the
    movement that was talked of last ("leg_twitch"), and ``together`` are the topics that a turn
    answered on side by side, the last such turn. ``nutrient`` is the nutrient that was talked of
    last, ``listed`` are the topics that the last list in an answer names, and ``earlier`` are the
    nutrients talked of, the first one first. ``subject`` is what the last turn had no source on,
    where it had nothing else to say, ``for_whom`` is asked (children, pregnancy), and
    ``leaves_out`` are the groups of foods that somebody does not eat. ``factor`` is the trigger
    that was talked of last, and ``told`` are the ids of the answers of the last turn that had one.
    """

    topic: str | None = None
    aspect: str | None = None
    body_part: str | None = None
    movement: str | None = None
    together: tuple[str, ...] = ()
    nutrient: str | None = None
    listed: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    subject: str | None = None
    for_whom: str | None = None
    leaves_out: tuple[str, ...] = ()
    factor: str | None = None
    told: tuple[str, ...] = ()

    def at_place(self, place: int | None) -> str | None:
        """Return the topic that "the first one" (0) or "the other one" (-1) points to.

        "Back to the first one" (-2) is what was talked of first.
        """
        if place is None:
            return None
        if place == TALKED_OF_FIRST:
            return next(iter(self.earlier), None)
        candidates = (self.together, self.listed, self.earlier)
        several = next((topics for topics in candidates if len(topics) > 1), ())
        if place < 0:
            others = [topic for topic in several if topic != self.topic]
            return others[0] if len(several) > 1 and others else None
        return several[place] if place < len(several) else None


def topics_together(last: Sequence[str], recent: Sequence[str]) -> tuple[str, ...]:
    """Return the topics that were answered on side by side: what "both" points to.

    Args:
        last: ids of the answers of the last turn that had one.
        recent: ids (``topic.aspect``) of the answers given lately, the last one last.
    """
    topics = tuple(dict.fromkeys(answer_id.partition(".")[0] for answer_id in last))
    if len(topics) != 1:
        return topics
    by_aspect: dict[str, list[str]] = {}
    for answer_id in reversed(recent):
        topic, _, aspect = answer_id.partition(".")
        by_aspect.setdefault(aspect, []).insert(0, topic)
    # The nearest ones that had the same question, one after the other ("and calcium?").
    pairs = (known[-2:] for known in by_aspect.values() if len(known) > 1)
    several = (pair for pair in pairs if topics[0] in pair)
    return tuple(dict.fromkeys(next(several, list(topics))))


def nutrients_talked_of(faq: Faq, recent: Sequence[str]) -> tuple[str, ...]:
    """Return the nutrients among the answers given lately, the first one first.

    Args:
        faq: the FAQ.
        recent: ids (``topic.aspect``) of the answers given lately, the last one last.
    """
    topics = dict.fromkeys(answer_id.partition(".")[0] for answer_id in recent)
    return tuple(t for t in topics if t in faq.topics and faq.topics[t].kind == "nutrient")


def factor_talked_of(faq: Faq, recent: Sequence[str]) -> str | None:
    """Return the trigger that an answer was given on last: caffeine, stress, alcohol.

    Args:
        faq: the FAQ.
        recent: ids (``topic.aspect``) of the answers given lately, the last one last.
    """
    topics = (answer_id.partition(".")[0] for answer_id in reversed(recent))
    known = (topic for topic in topics if topic in faq.topics and topic not in PERSONAL)
    return next((topic for topic in known if faq.topics[topic].kind == "factor"), None)


def kinds_named(faq: Faq, clause: Clause) -> set[str]:
    """Return the kinds of the topics that a clause names."""
    return {faq.topics[topic].kind for topic in clause.topics if topic in faq.topics}


@dataclass(frozen=True)
class Told:
    """What the rest of a message names, the nearest first."""

    strong: tuple[Topic, ...] = ()
    movement: Topic | None = None
    body_part: BodyPart | None = None
    nearest: Topic | None = None
    other: Topic | None = None
    level: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether the rest of the message names any topic at all."""
        return bool(self.strong or self.movement or self.other)

    @property
    def has_nutrient(self) -> bool:
        """Whether a nutrient is named."""
        return any(topic.kind == "nutrient" for topic in self.strong)


def told_in(faq: Faq, clauses: Iterable[Clause]) -> Told:
    """Return what the rest of a message is about; the nearest clause counts most."""
    strong: list[Topic] = []
    felt: list[Topic] = []
    parts: list[BodyPart] = []
    nearest: list[Topic] = []
    others: list[Topic] = []
    levels: list[str] = []
    for clause in clauses:
        topics = [faq.topics[topic] for topic in clause.topics if topic in faq.topics]
        if any(topic.kind == "movement" for topic in topics):
            topics = [topic for topic in topics if topic.id not in ONLY_TELLS_WHEN]
        part = first_part(faq, clause) or implied_body_part(faq, topics)
        strong += [topic for topic in reversed(topics) if topic.kind in STRONG]
        strong += _nutrients_of_subjects(faq, clause)
        movements = [topic for topic in topics if topic.kind == "movement"]
        felt += [movement_meant(faq, movements, part)] if movements else []
        parts += [part] if part else []
        nearest += [t for t in reversed(topics) if t.kind in {*STRONG, "movement"}]
        others += [topic for topic in topics if topic.kind in {"care", "general"}]
        if clause.level and any(topic.kind == "nutrient" for topic in topics):
            levels.append(clause.level)
    part = parts[0] if parts else None
    movement = None
    told_felt = any(topic.id in FELT for topic in strong)
    if felt or (part and not told_felt):
        # "my legs are cold and my toes go numb, why" tells of no twitch.
        # Where it twitches may be told in another sentence.
        movement = movement_meant(faq, felt[:1] or [faq.topics[GENERAL_TOPIC]], part)
    return Told(
        strong=tuple(strong),
        movement=movement,
        body_part=part,
        nearest=next(iter(nearest), movement),
        other=next(iter(others), None),
        level=next(iter(levels), None),
    )


def _nutrients_of_subjects(faq: Faq, clause: Clause) -> list[Topic]:
    """Return the nutrients that subjects without a source are a form of (magnesium oxide)."""
    subjects = [faq.subjects[name] for name in clause.subjects if name in faq.subjects]
    near = [faq.topics[s.nearest[0].partition(".")[0]] for s in subjects if not s.aside]
    return [topic for topic in near if topic.kind == "nutrient"]


def known_context(
    faq: Faq, clause: Clause, aspect: str | None, told: Told, context: Context
) -> Context:
    """Return the context for a clause: the rest of the message, or else the conversation."""
    aside = told.other is not None and not (told.strong or told.movement)
    if told.says_something and not (aside and clause.refers and context.topic in faq.topics):
        # "Can you get too much of it, my multivit has loads": of what was talked of.
        topic = _topic_told(told, aspect, clause) or told.other
        return Context(
            topic.id if topic else None,
            context.aspect,
            told.body_part.id if told.body_part else None,
            told.movement.id if told.movement else None,
            tuple(dict.fromkeys(t.id for t in reversed(told.strong) if t.kind == "nutrient")),
        )
    known = faq.topics.get(context.topic or "")
    if aspect in _OF_SOMETHING_ELSE and clause.others:
        return replace(context, topic=context.movement or GENERAL_TOPIC)
    if aspect == "help" and clause.others and context.aspect == aspect and not clause.topics:
        # "what else can i do", after what is to be done about low magnesium
        return replace(context, topic=context.movement or GENERAL_TOPIC)
    if aspect == "outlook" and clause.refers and context.aspect == _SUPPLEMENTS:
        return replace(context, topic=_SUPPLEMENTS)  # "how long before they work"
    if clause.stops and known is not None and known.id == MEDICATION:
        return context  # "can I just stop taking it": never taken for a nutrient
    if known is None or known.kind == "movement":
        points = clause.refers or aspect == "excess"
        held = clause.contains and aspect in _OF_WHAT_HOLDS_IT
        taken = points and aspect in _OF_WHAT_IS_TAKEN
        nutrient = faq.topics.get(context.nutrient or "")
        tested = aspect == "testing" and clause.refers and nutrient is not None
        shown = tested and nutrient is not None and "testing" in nutrient.answers
        if nutrient is not None and (held or taken or shown or aspect in _OF_AMOUNTS):
            return replace(context, topic=nutrient.id)
        return context
    if context.movement and aspect in _OF_WHAT_WAS_FELT and known.kind == "nutrient":
        return replace(context, topic=context.movement)
    if context.movement and known.kind == "general" and aspect == "see_doctor":
        return replace(context, topic=context.movement)
    if context.movement and known.id in FEARED and aspect in _OF_ONES_OWN_TWITCH:
        # "what could it be then": who fears ALS does not ask how ALS begins.
        return replace(context, topic=context.movement)
    if context.movement and known.id in FEARED and aspect == "outlook" and clause.ends:
        return replace(context, topic=context.movement)  # "will this ever go away"
    if context.movement and known.kind == "factor" and aspect == "deficiency_name":
        return replace(context, topic=context.movement)  # "does it have a name", of a jerk
    lacks_it = aspect == "excess" and aspect not in known.answers
    if context.nutrient and known.kind != "nutrient" and (lacks_it or clause.level == "low"):
        return replace(context, topic=context.nutrient)  # "does a lack of it cause cramps"
    if aspect == "excess" and level_before(context) and aspect in known.answers:
        return context  # "how much is too much", still of water
    # "i am a vegetarian" between "b12" and "do eggs have it" is no change of topic.
    if context.nutrient and (clause.refers and aspect in _OF_NUTRIENTS or aspect in _OF_AMOUNTS):
        return replace(context, topic=context.nutrient)
    return context


def _topic_told(told: Told, aspect: str | None, clause: Clause) -> Topic | None:
    """Return which of the things told an aspect is asked of."""
    refers = clause.refers
    strong = told.strong[0] if told.strong else None
    medicine = next((topic for topic in told.strong if topic.id == MEDICATION), None)
    if clause.stops and medicine is not None:
        return medicine  # "my water pill drains potassium. Can I just stop it?"
    person = next((topic for topic in told.strong if topic.id in PERSONAL), None)
    if person is not None and aspect in _OF_WHO_IT_IS and aspect in person.answers:
        return person
    if aspect in _OF_THE_NEAREST:
        # "A cramp woke me from deep sleep. What was that?"
        when = ONLY_TELLS_WHEN if told.movement else ()
        named = (t for t in told.strong if aspect in t.answers and t.id not in when)
        nearest = None if told.nearest is not None and told.nearest.id in when else told.nearest
        return next(named, None) or nearest or told.movement
    own = strong is not None and strong.kind == "factor" and aspect in strong.answers
    own = own and not (strong is not None and strong.id in ONLY_TELLS_WHEN and told.movement)
    lowers = strong is not None and strong.id in LOWER_NUTRIENTS
    if aspect == "nutrients" and own and (told.nearest is strong or (refers and lowers)):
        return strong  # "the stomach tablet lowers a mineral. Which one was it?"
    diagnosed = next((t for t in told.strong if t.id in DIAGNOSES and aspect in t.answers), None)
    if aspect == "outlook" and diagnosed is not None:
        return diagnosed  # "he called it benign fasciculations. Will they go?"
    if aspect == "outlook" and own and told.nearest is strong:
        return strong  # "is it from the pill, and will it go away?"
    if aspect == "harmless" and refers and told.level and told.has_nutrient:
        return strong  # "my magnesium was low. Is that bad?"
    nutrient = next((topic for topic in told.strong if topic.kind == "nutrient"), None)
    if aspect == "causes" and clause.level == "low" and nutrient is not None:
        return nutrient  # "potassium was 3.2, my legs twitch. why am I low?"
    if aspect in _OF_WHAT_IS_FELT:
        diagnosis = strong is not None and strong.kind == "condition" and aspect in strong.answers
        if refers and diagnosis and told.nearest is strong:
            return strong  # "he said it is restless legs. Any treatment for it?"
        return told.movement or strong
    if aspect in _OF_NUTRIENTS and nutrient is not None:
        return nutrient
    if aspect in _OF_FOOD:
        # Somebody's job or illness is no subject of "what should I eat?".
        return told.movement or strong
    return strong or told.movement


def context_told(faq: Faq, clauses: Sequence[Clause]) -> Context:
    """Return what a message that got no answer was about, so that the next one can go on from it.

    "What is that called?" may follow an emergency text.
    """
    told = told_in(faq, list(reversed(clauses)))
    named = [faq.topics[t] for clause in clauses for t in clause.topics if t in faq.topics]
    felt = next((t for t in named if t.id in DIAGNOSES or t.kind == "condition"), None)
    whom = next((s for c in clauses for s in c.subjects if s in FOR_WHOM), None)
    topic = felt or told.movement or next(iter(told.strong), None)
    return Context(
        topic=topic.id if topic else None,
        body_part=told.body_part.id if told.body_part else None,
        movement=told.movement.id if told.movement else None,
        nutrient=nutrient_named(faq, clauses),
        for_whom=whom,
    )


def level_talked_of(faq: Faq, clause: Clause, told: Told, context: Context) -> str | None:
    """Return whether too little or too much of a nutrient is talked of, None for other topics."""
    if clause.topics:
        return clause.level if "nutrient" in kinds_named(faq, clause) else None
    if told.says_something:
        return (clause.level or told.level) if told.has_nutrient else None
    known = faq.topics.get(context.topic or "")
    if known is None or "excess" not in known.answers:
        return None
    # After "too much potassium", "what helps" must not be answered as for too little of it.
    return clause.level or level_before(context)


def level_before(context: Context) -> str | None:
    """Return ``high`` where too much of something was talked of, as of water."""
    return "high" if context.aspect == "excess" else None


def nutrient_named(faq: Faq, clauses: Sequence[Clause]) -> str | None:
    """Return the nutrient that a message names, the last one."""
    named = [
        topic
        for clause in clauses
        for topic in (*clause.topics, *(near.id for near in _nutrients_of_subjects(faq, clause)))
        if topic in faq.topics
    ]
    return next((t for t in reversed(named) if faq.topics[t].kind == "nutrient"), None)


def movement_named(faq: Faq, clauses: Sequence[Clause]) -> str | None:
    """Return the movement that a message tells of, the last one named."""
    movement = told_in(faq, list(reversed(clauses))).movement
    return movement.id if movement else None


def first_part(faq: Faq, clause: Clause) -> BodyPart | None:
    """Return the first body part that a clause names."""
    return next((faq.body_parts[p] for p in clause.body_parts if p in faq.body_parts), None)


def implied_body_part(faq: Faq, topics: Sequence[Topic]) -> BodyPart | None:
    """Return the body part of a topic such as "foot twitching", whose name holds one."""
    named = {topic.id for topic in topics} - {GENERAL_TOPIC}
    return next((part for part in faq.body_parts.values() if part.topic in named), None)


def movement_meant(
    faq: Faq, movements: Sequence[Topic], body_part: BodyPart | None, aspect: str | None = None
) -> Topic:
    """Return the movement that is meant: the specific one, or that of the body part."""
    specific = [topic for topic in movements if topic.id != GENERAL_TOPIC]
    if body_part is not None and body_part.id == _EYELID:
        # "A tiny spasm of my eyelid" is what people call a twitching one.
        specific = [topic for topic in specific if topic.id != _SPASM]
    if body_part is not None and body_part.topic != GENERAL_TOPIC:
        # A calf that twitches at night is a twitching calf, unless the night is what is asked.
        specific = [t for t in specific if t.id not in WHEN or aspect in t.answers]
    if specific:
        return specific[0]
    return faq.topics[body_part.topic] if body_part else movements[0]
