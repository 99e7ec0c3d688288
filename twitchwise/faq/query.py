"""From what was understood of a message to what has to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twitchwise.faq.context import (
    FELT,
    LOWER_NUTRIENTS,
    ONLY_TELLS_WHEN,
    STRONG,
    WHEN,
    Context,
    Told,
    first_part,
    implied_body_part,
    kinds_named,
    known_context,
    level_before,
    level_talked_of,
    movement_meant,
    told_in,
)
from twitchwise.faq.implied import as_implied
from twitchwise.faq.index import Faq
from twitchwise.faq.models import (
    GENERAL_TOPIC,
    MEDICATION,
    PERSONAL,
    BodyPart,
    Topic,
    UnsourcedSubject,
)
from twitchwise.faq.remarked import told_of
from twitchwise.faq.sureness import SURE
from twitchwise.faq.understood import DESCRIBE, MENTION, Clause

#: More answers than this in one turn are too much to read on a phone.
MAX_REQUESTS = 3

#: Kinds of topic, strongest first: where several are named, the strongest kind is what is asked
#: about, and a movement only says where or how it twitches ("can low calcium cause leg cramps").
_STRENGTH = (("nutrient", "factor", "condition"), ("care",), ("movement",), ("general",))
#: What is asked of a movement even where diet or supplements are named with it ("apart from diet,
#: what makes feet twitch").
_OF_MOVEMENT = {
    "causes",
    "nutrients",
    "harmless",
    "outlook",
    "see_doctor",
    "signs",
    "definition",
    "foods",
    "supplements",
}


#: Aspects that only say something of nutrients, and who answers for other topics.
_STAND_INS = {"foods_low": ("diet", "cautions"), "medicines": ("medication", "link")}
#: What is told of a nutrient in the answer of another topic.
_TOLD_WITH = {("sodium", "medicines"): "electrolytes"}
#: Aspects whose answers on nutrients are about too little of it.
_OF_A_SHORTAGE = {
    "definition",
    "link",
    "signs",
    "causes",
    "harmless",
    "deficiency_name",
    "help",
    "difference",
}
#: What was asked of a twitch, and is not meant of a trigger ("dehydration?").
_NOT_OF_A_FACTOR = {"causes", "nutrients", "signs"}
#: What goes on after a remark, by what was talked of; otherwise what helps.
_AFTER_A_REMARK = {
    "amount": "amount",
    "excess": "excess",
    "foods": "food_amounts",
    "food_amounts": "food_amounts",
}
#: What is told again to a remark, as it differs by who somebody is.
TOLD_AGAIN = frozenset({*_AFTER_A_REMARK.values(), "foods"})
#: What a remark may want to hear, the likeliest first.
_OF_ANY_REMARK = ("help", "see_doctor", "outlook", "causes")
_OF_FOODS = {"foods", "food_amounts"}
_OF_AMOUNTS = {"amount", "excess"}
#: What a factor that has no answer of its own leaves to the twitch: "anything I can eat for it?"
_OF_THE_TWITCH = {"foods", "supplements", "nutrients", "testing", "see_doctor", "outlook"}
#: Aspects that carry over from somebody to a nutrient ("how much at eighty", "and b12?").
_OF_SOMEBODY = {"amount", "supplements", "testing"}
#: Aspects that carry over from one kind of topic to another ("and for stress?").
_SHARED_ASPECTS = {"foods", "help", "link", "outlook", "harmless", "testing", "supplements"}
#: What is asked of a subject without a source that was named before ("could it be that?").
_OF_A_SUBJECT = {
    *("link", "causes", "definition", "cautions", "supplements", "difference", "role"),
    "harmless",
}
#: What is never answered in general to somebody who asks for a child or in pregnancy.
_OF_TAKING = {"supplements", "amount", "cautions", "medicines", "excess"}
_MEDICAL_CONDITIONS, _MOTOR_NEURONE_DISEASE = "medical_conditions", "motor_neurone_disease"
#: What is asked of something to take, or to eat, even without a word that points to it.
_OF_WHAT_IS_TAKEN = {"amount", "excess", "cautions", "definition"}
#: What is asked of the forms of a mineral, not of the mineral.
_OF_A_FORM = {"difference"}
_CHILDREN = "children"
NORMAL_RANGES = "normal_ranges"
_PREGNANCY = "pregnancy"
#: Subjects told of by the way, unless nothing else is asked about.
_BY_THE_WAY = {"menopause", "periods"}
#: What "it" never points to: in "EMG was clean. So what is it?" it is the twitch.
_TOLD_BY_THE_WAY = {"nerve_tests"}
#: For whom nothing that holds in general is said: "drink more" harms on dialysis.
_DIALYSIS = "dialysis"
_ON_THEIR_OWN = {_CHILDREN, _DIALYSIS}
#: The illness with which minerals to take are told of with a caution, in later questions too.
KIDNEY_DISEASE = "kidney_disease"
#: What is asked of the value of a test, which no source judges, and what may be told beside that.
_OF_A_VALUE = {"harmless", "amount", "excess", "definition"}
_SAYS_IF_NORMAL = {*_OF_A_VALUE, "link", None}
_DEHYDRATION = "dehydration"
_CRAMP = "cramp"
#: What tells when a cramp comes: the causes of cramps name it, and its own answer is on twitches.
_TELLS_WHEN_OF_CRAMPS = ("overexertion",)
_DEFICIENCY = "deficiency"
_OLDER_AGE = "older_age"


@dataclass(frozen=True)
class Request:
    """One thing to answer.

    ``count`` is how many things were asked for ("5 causes"); ``compared`` is true where the
    answer is to stand beside that on another topic.
    """

    topic: Topic
    aspect: str
    body_part: str | None = None
    count: int | None = None
    compared: bool = False


@dataclass(frozen=True)
class Unsourced:
    """A subject that was asked about and no source covers, and what can be offered beside it.

    ``again`` is true where the last turn said so already.
    """

    subject: UnsourcedSubject
    beside: tuple[Request, ...] = ()
    again: bool = False


def resolve_message(
    faq: Faq, clauses: Sequence[Clause], context: Context
) -> list[Request | Unsourced]:
    """Return what to answer to a message, in order, each thing once.

    Args:
        faq: the FAQ.
        clauses: the clauses of the message; those not ``asked`` only tell what it is about.
        context: what the conversation was about; used only where the message itself is silent.
    """
    same = _same_subject(faq, clauses, context) or _value_told(faq, clauses, context)
    if same is not None:
        return [same]
    found: list[Request | Unsourced] = []
    for number, clause in enumerate(clauses):
        if clause.asked:
            around = [*reversed(clauses[:number]), *clauses[number + 1 :]]
            found += _resolve_clause(faq, clause, around, context)
    return list(dict.fromkeys(found))


def _same_subject(faq: Faq, clauses: Sequence[Clause], context: Context) -> Unsourced | None:
    """Return the subject without a source that a follow-up still asks about: "why would that work".

    None where it names anything, or asks for something else.
    """
    subject = faq.subjects.get(context.subject or "")
    asked = [clause for clause in clauses if clause.asked]
    if subject is None or subject.aside or not asked:
        return None
    if any(c.topics or c.body_parts or c.subjects or c.foods for c in clauses):
        return None
    near = faq.topics.get(next(iter(subject.nearest), "").partition(".")[0])
    if near is not None and near.id == MEDICATION and any(c.stops for c in asked):
        return None  # "should I stop it", of a statin: never without the doctor.
    if near is not None and near.kind == "nutrient" and _is_a_form(subject, near):
        # "which is gentler", of forms of magnesium; "which foods" is asked of magnesium.
        form = all(clause.aspect in _OF_A_FORM for clause in asked)
        return Unsourced(subject, again=True) if form else None
    if subject.id == NORMAL_RANGES:
        # "is that bad", of a value; "what does it do" is asked of the nutrient.
        judged = all(clause.refers and clause.aspect in _OF_A_VALUE for clause in asked)
        return Unsourced(subject, again=True) if judged else None
    if all(_asks_on(clause) for clause in asked):
        return Unsourced(subject, again=True)
    return None


def _is_a_form(subject: UnsourcedSubject, nutrient: Topic) -> bool:
    """Say whether a subject is a form of a nutrient that has answers: magnesium glycinate."""
    return any(nutrient.name.lower() in name.lower() for name in subject.names)


def _value_told(faq: Faq, clauses: Sequence[Clause], context: Context) -> Unsourced | None:
    """Return that no source judges the value of a test ("mine was 0.68"), if one was told.

    None where no nutrient was talked of, nor tests: then the number may be anything.
    """
    if NORMAL_RANGES not in faq.subjects or not any(c.value for c in clauses if c.asked):
        return None
    known = faq.topics.get(context.topic or "")
    nutrient = (
        known if known and known.kind == "nutrient" else faq.topics.get(context.nutrient or "")
    )
    tested = context.aspect == "testing" or context.subject == NORMAL_RANGES
    if nutrient is None and not tested:
        return None
    beside = (Request(nutrient, "testing"),) if nutrient is not None else ()
    return Unsourced(faq.subjects[NORMAL_RANGES], beside)


def _asks_on(clause: Clause) -> bool:
    """Say whether a clause that names nothing asks of what was talked of last."""
    if clause.others or clause.place is not None or clause.together:
        return False
    if clause.intent == "ask_why" or (clause.intent == DESCRIBE and clause.refers):
        return True  # "my dad drank it every night", of tonic water
    taken = clause.aspect in _OF_WHAT_IS_TAKEN | _OF_A_FORM
    return clause.aspect is not None and (clause.refers or taken)


def resolve_remark(
    faq: Faq, clauses: Sequence[Clause], context: Context, recent: Sequence[str] = ()
) -> list[Request]:
    """Return how to go on after a remark that names nothing ("I barely go outside").

    It is taken to be about what was talked of: amounts are told again, as they differ by who
    somebody is, foods with how much they hold, and otherwise what helps, or what comes next to
    that where it was told lately.
    """
    topic = faq.topics.get(context.topic or "")
    remark = next((c for c in clauses if c.asked and c.intent == DESCRIBE), None)
    if topic is None or remark is None:
        return []
    told = told_of(faq, remark.implies, context, recent) if remark.implies else None
    if told is not None:
        return [Request(*told, context.body_part)]
    after = _AFTER_A_REMARK.get(context.aspect or "")
    if after is not None:
        return [Request(topic, after, context.body_part)]
    new = (a for a in _OF_ANY_REMARK if f"{topic.id}.{a}" not in recent and a in topic.answers)
    return [Request(topic, next(new, _OF_ANY_REMARK[0]), context.body_part)]


def _resolve_clause(
    faq: Faq, clause: Clause, around: Sequence[Clause], context: Context
) -> list[Request | Unsourced]:
    told = told_in(faq, around)
    if clause.intent == MENTION and around and around[0].asked and around[0].aspect == "link":
        clause = replace(clause, intent=around[0].intent)  # "Is it hormones? Magnesium?"
    named_young = any(_CHILDREN in each.subjects for each in (clause, *around))
    if (named_young or context.for_whom == _CHILDREN) and not clause.oneself:
        # "Are gummies safe at his age", of a child
        kept = tuple(topic for topic in clause.topics if topic != _OLDER_AGE)
        clause = replace(clause, topics=kept)
    clause = as_implied(faq, clause, told, context)
    if clause.intent == DESCRIBE and clause.implies and context.topic in faq.topics:
        return []  # "it was 36 on that roof": see resolve_remark
    if clause.intent == DESCRIBE:
        if not (clause.topics or clause.body_parts or clause.subjects):
            return []
        # What is told anew is no follow-up: it gets the aspect of its own kind.
        context = Context()
        clause = replace(clause, topics=_topics_told(faq, clause))
    asks_of_it = clause.aspect == "link" and context.topic in faq.topics
    if asks_of_it and clause.implies in faq.topics and not clause.topics:
        # "is that the heat up there"
        clause = replace(clause, topics=(str(clause.implies),), refers=False)
    clause = replace(clause, subjects=_subjects_meant(faq, clause, around, context))
    found: list[Request | Unsourced] = []
    for aspect in _aspects_asked(faq, clause, told, context):
        known = known_context(faq, clause, aspect, told, context)
        requests = _requests(faq, clause, aspect, known)
        found += _unsourced(faq, clause, requests, aspect) if clause.subjects else requests
    return found


def _topics_told(faq: Faq, clause: Clause) -> tuple[str, ...]:
    """Return the topics of a statement that it is about.

    "I jolt as I fall asleep" tells when, and "he fears Parkinson's, his finger shakes" what is
    feared: both are about the movement.
    """
    if "movement" not in kinds_named(faq, clause):
        return clause.topics
    only_tells = {*ONLY_TELLS_WHEN, *(_TELLS_WHEN_OF_CRAMPS if _CRAMP in clause.topics else ())}
    return tuple(topic for topic in clause.topics if topic not in only_tells)


def _subjects_meant(
    faq: Faq, clause: Clause, around: Sequence[Clause], context: Context
) -> tuple[str, ...]:
    """Return the subjects without a source that a clause is about.

    One that says for whom ("I am pregnant") holds for the whole message, children only where their
    muscles are told of ("my toddler's leg jumps", not "I carry a toddler"); another one where the
    clause names nothing else, or points back ("I have sciatica. could it be that?").
    """
    asides = [
        (subject, bool(other.body_parts) or "movement" in kinds_named(faq, other))
        for other in around
        for subject in other.subjects
        if subject in faq.subjects and faq.subjects[subject].aside
    ]
    moving = {subject for subject, moves in asides if moves}
    # "Posting for my daughter, she is 8. What is normal for her age?"
    asides_meant = [s for s, _ in asides if s != _CHILDREN or s in moving or clause.another]
    back: list[str] = []
    beside = around[0] if around else clause
    # "My sister swears by citrate. Swap over?"
    names_nothing = not (clause.topics or clause.body_parts)
    of_beside = names_nothing and not beside.topics and beside.subjects
    # "He swore by tonic water for his cramps. Is there anything in it?"
    unclear = names_nothing and beside.subjects and clause.refers and clause.confidence < SURE
    if (
        (clause.refers or of_beside)
        and not (clause.others or clause.together)
        and (clause.aspect in _OF_A_SUBJECT or unclear)
        and not kinds_named(faq, clause) & set(STRONG)
    ):
        told = [
            subject for other in around for subject in other.subjects if subject in faq.subjects
        ]
        back = [
            subject
            for subject in told
            if not faq.subjects[subject].aside
            and subject not in _TOLD_BY_THE_WAY
            # "My D was 28. People take 10,000, is that safe?" asks of no blood level.
            and not (subject == NORMAL_RANGES and clause.aspect in _OF_TAKING)
        ]
    known = [subject for subject in clause.subjects if subject in faq.subjects]
    asking = [clause, *(other for other in around if other.asked)]
    if known or back or any(c.subjects or kinds_named(faq, c) & set(STRONG) for c in asking):
        # "My periods are heavy, is it worth to ask for iron" is about iron.
        asides_meant = [subject for subject in asides_meant if subject not in _BY_THE_WAY]
    found = dict.fromkeys([*known, *asides_meant, *back])
    if _CHILDREN in moving and _PREGNANCY not in {*known, *moving}:
        found.pop(_PREGNANCY, None)  # "my toddler's hands cramped. he is still on breastmilk"
    whom = context.for_whom
    if whom == _PREGNANCY and _CHILDREN in found and not moving:
        found = {_PREGNANCY: None}  # "does it go once the baby is here"
    if _PREGNANCY in found:
        found.pop(_CHILDREN, None)  # "is it safe for the baby"
    if not found and whom in faq.subjects and _matters_to(str(whom), clause):
        return (str(whom),)
    return tuple(found)


def _matters_to(whom: str, clause: Clause) -> bool:
    """Say whether it still matters to what is asked for whom it was asked before.

    "She is six", and then "is magnesium safe": but not "can I take it".
    """
    if whom == _CHILDREN and clause.oneself:
        return False
    if whom == _DIALYSIS:
        return clause.aspect not in {None, "see_doctor", "definition", "role", "testing"}
    if whom == _PREGNANCY and (clause.aspect == "amount" or clause.confidence < SURE):
        return False  # Amounts are told for pregnancy, too.
    return clause.aspect in _OF_TAKING


def _aspects_asked(faq: Faq, clause: Clause, told: Told, context: Context) -> list[str | None]:
    if clause.intent == "ask_why":
        anew = clause.topics or told.says_something
        return ["causes" if anew else _aspect_of_why(faq, context)]
    aspect = clause.aspect if clause.aspect in faq.aspects else None
    if clause.intent == DESCRIBE and set(clause.topics) & set(FELT):
        return ["causes"]
    if aspect is None:
        return [None]
    more = [a for a in clause.aspects if a in faq.aspects]
    level = level_talked_of(faq, clause, told, context)
    return list(dict.fromkeys(_at_level(a, level) for a in (more or [aspect])))


def _at_level(aspect: str, level: str | None) -> str:
    """Return what is asked where a nutrient's name itself says "low" or "high".

    "What is hypokalemia" asks for the name of a shortage; "signs of hyperkalemia" are not those
    of a shortage, which the aspect ``signs`` is about.
    """
    if level == "low" and aspect == "definition":
        return "deficiency_name"
    if level == "high" and aspect in {*_OF_A_SHORTAGE, "role"}:
        return "excess"
    return aspect


def _aspect_of_why(faq: Faq, context: Context) -> str:
    """Return what a bare "why?" asks: the next deeper thing about the topic."""
    topic = faq.topics.get(context.topic or "") or faq.topics[GENERAL_TOPIC]
    if context.aspect == "supplements" and "cautions" in topic.answers:
        return "cautions"  # "why should I not?"
    first, second = ("causes", "nutrients") if topic.kind == "movement" else ("role", "link")
    return second if context.aspect == first else first


def _requests(faq: Faq, clause: Clause, aspect: str | None, known: Context) -> list[Request]:
    topics = _topics_meant(faq, clause, aspect, known)
    part = first_part(faq, clause)
    found = _special_requests(faq, clause, aspect, topics, known)
    if not found:
        found = resolve(
            faq, _fitting_aspect(faq, clause, aspect, topics, known), topics, part, known
        )
    return [replace(request, count=clause.count) for request in _to_the_point(faq, found)]


def _to_the_point(faq: Faq, requests: Sequence[Request]) -> list[Request]:
    """Return the requests without those that only twitching in general would answer for.

    In "do runners lose magnesium" magnesium has an answer, and running has none of its own.
    """
    answers = [faq.find_answer(r.topic, r.aspect, r.body_part) for r in requests]
    inherited = [
        answer is not None
        and answer.topic == GENERAL_TOPIC
        and request.topic.kind not in {"movement", "general"}
        for request, answer in zip(requests, answers, strict=True)
    ]
    if all(inherited):
        return list(requests)
    return [request for request, lent in zip(requests, inherited, strict=True) if not lent]


def _topics_meant(faq: Faq, clause: Clause, aspect: str | None, known: Context) -> list[Topic]:
    """Return the topics named, without "vitamin" where it only points to what was talked of."""
    topics = [faq.topics[topic] for topic in clause.topics if topic in faq.topics]
    if any(topic.id == _MOTOR_NEURONE_DISEASE for topic in topics):
        # "that disease, the ALS one"
        topics = [topic for topic in topics if topic.id != _MEDICAL_CONDITIONS]
    pointed = faq.topics.get(known.at_place(clause.place) or "")
    if pointed is not None and all(topic.kind == "general" for topic in topics):
        return [pointed]  # "how do I get more of the first one"
    points_back = aspect == "nutrients" or (clause.refers and aspect is not None)
    if known.topic and points_back and all(topic.kind == "general" for topic in topics):
        return []
    before = faq.topics.get(known.topic or "")
    if before is not None and before.kind in STRONG and aspect == "supplements":
        care = topics and all(topic.kind == "care" for topic in topics)
        if care and aspect in before.answers:
            return []  # "i am vegan. should i take a supplement"
    if (
        aspect == "difference"
        and before is not None
        and "difference" in before.answers
        and len(topics) <= 1
        and before.id != GENERAL_TOPIC
    ):
        # "how does that differ from a harmless twitch"
        return [before, *topics]
    nutrient = faq.topics.get(known.nutrient or "") or before
    medicine_only = bool(topics) and all(topic.id == MEDICATION for topic in topics)
    taken = clause.refers and aspect in {"cautions", "medicines"}
    if medicine_only and taken and nutrient is not None and nutrient.kind == "nutrient":
        return [nutrient]  # "is it dangerous to take with blood pressure pills"
    diet_only = bool(topics) and all(topic.kind == "care" for topic in topics)
    if diet_only and aspect in _OF_FOODS and before is not None and before.kind == "nutrient":
        return []  # "dairy free sources?", of calcium
    both = clause.together or (aspect == "difference" and len(known.together) > 1)
    if both and not topics and not clause.body_parts:
        return [faq.topics[topic] for topic in known.together if topic in faq.topics]
    return topics


def _fitting_aspect(
    faq: Faq, clause: Clause, aspect: str | None, topics: Sequence[Topic], known: Context
) -> str | None:
    """Return the aspect that fits what is named, where the words alone mislead."""
    kinds = {topic.kind for topic in topics}
    before = faq.topics.get(known.topic or "")
    if not kinds and before is not None and before.kind == "nutrient":
        kinds = {"nutrient"}
    # "which medicines cause twitching" asks what they are, "what else than stress" not of stress.
    own = clause.others or any(topic.id == MEDICATION for topic in topics)
    as_cause = {"nutrient"} if own else {"nutrient", "factor"}
    if aspect == "causes" and "movement" in kinds and kinds & as_cause:
        # "would a lack of calcium explain my twitch" asks no cause of the lack, and "out in the
        # heat, now my calves twitch, why" none of the heat.
        return "link"
    if aspect in {"supplements", "amount"} and _only_medicine(topics, known) and clause.refers:
        return "cautions"  # "can I just take it every other day", of a statin
    of_movement = bool(topics) and kinds == {"movement"}
    if aspect == "role" and of_movement and clause.refers and before is not None:
        # "and does it do anything for cramps", with "it" a nutrient
        return "link" if before.kind in STRONG else aspect
    if aspect == "cautions" and _has_no_cautions(clause, topics, before):
        return "harmless"  # "is it bad for you", of a jerk
    drinks = _drinks(topics or ([before] if before is not None else []))
    if aspect == "harmless" and drinks and "high" in {clause.level, level_before(known)}:
        return "excess"  # "I get through four litres, is that daft"
    for_whom = {topic.id for topic in topics} | {known.topic}
    if aspect == "harmless" and "nutrient" in kinds and for_whom & set(PERSONAL):
        return "risk_groups"  # "I am vegan, should I worry about b12"
    if aspect == "harmless" and "nutrient" in kinds and "movement" not in kinds:
        # Whether a twitch is harmless says nothing of a shortage: its signs tell what is serious.
        # "I put my magnesium into juice, can that be harmful" asks of taking it.
        low = clause.level == "low" or known.aspect in _OF_A_SHORTAGE
        return "signs" if low else "cautions"
    if aspect == "causes" and {"general", "movement"} <= kinds:
        return "nutrients"  # "nutritional causes of twitching"
    if clause.intent == DESCRIBE and {"care", "movement"} <= kinds:
        return "link"  # "started keto, and now my legs twitch"
    if aspect is None and {"care", "movement"} <= kinds:
        # "myoclonus diet", "cramp supplements"
        care = next(topic for topic in topics if topic.kind == "care")
        return "supplements" if care.id == "supplements" else "foods"
    named = kinds or ({before.kind} if before is not None else set())
    if aspect == "deficiency_name" and named and not named & {"nutrient", "general"}:
        return "definition"
    return aspect


def _only_medicine(topics: Sequence[Topic], known: Context) -> bool:
    return {topic.id for topic in topics} == {MEDICATION} or (
        not topics and known.topic == MEDICATION
    )


def _has_no_cautions(clause: Clause, topics: Sequence[Topic], before: Topic | None) -> bool:
    """Say whether cautions are asked of a movement or condition, which are nothing to take."""
    about = list(topics) or ([before] if before is not None and clause.refers else [])
    return bool(about) and all(
        topic.kind in {"movement", "condition"} and "cautions" not in topic.answers
        for topic in about
    )


def _special_requests(
    faq: Faq, clause: Clause, aspect: str | None, topics: Sequence[Topic], known: Context
) -> list[Request]:
    """Return the requests where the kinds of what is named say more than the aspect."""
    if clause.stops and _is_on_medicine(faq, topics, known):
        return [Request(faq.topics[MEDICATION], "cautions")]
    if aspect in _STAND_INS:
        return _of_nutrients_only(faq, clause, aspect, topics, known)
    if aspect == "link":
        return _linked(faq, clause, topics, known)
    if aspect == "difference":
        # "how would I tell", after stress and vitamin B12: by what each of them does.
        level = clause.level if clause.topics else "low"
        return _compared(faq, topics, level)
    if clause.foods and aspect in _OF_AMOUNTS:
        held = [topic for topic in topics if "food_amounts" in topic.answers]
        if len(held) == 1:
            # "how many bananas a day is too much potassium"
            return [Request(held[0], aspect), Request(held[0], "food_amounts")]
    strong = [topic for topic in topics if topic.kind in STRONG]
    movements = [topic for topic in topics if topic.kind == "movement"]
    cramps = [topic for topic in movements if topic.id == _CRAMP]
    if aspect == "causes" and cramps and {t.id for t in strong} == set(_TELLS_WHEN_OF_CRAMPS):
        return [Request(cramps[0], aspect)]  # "cramped up at mile 20, why"
    lower = [t for t in strong if t.id in LOWER_NUTRIENTS]
    if aspect == "nutrients" and lower and lower == strong:
        # "I have had a gastric bypass, which vitamins are the worry with twitching"
        return [Request(topic, "nutrients") for topic in lower]
    who = [topic for topic in strong if topic.id in PERSONAL]
    # "do old people twitch more"
    of_them = "link" if aspect == "risk_groups" and movements else aspect
    if who and who == strong and all(of_them in topic.answers for topic in who):
        return [Request(topic, str(of_them)) for topic in who]
    if who and who == strong and movements:
        part = first_part(faq, clause)
        told = [Request(topic, "link") for topic in who]
        return [*resolve(faq, aspect, movements, part, known), *told]
    return []


def _is_on_medicine(faq: Faq, topics: Sequence[Topic], known: Context) -> bool:
    """Say whether it is medicines that are talked of, so that nobody is told to stop one."""
    named = faq.topics[MEDICATION] in topics
    return named or known.topic == MEDICATION or (not topics and known.aspect == "medicines")


def _of_nutrients_only(
    faq: Faq, clause: Clause, aspect: str, topics: Sequence[Topic], known: Context
) -> list[Request]:
    """Return requests for an aspect that only says something of nutrients."""
    nutrients = list(dict.fromkeys(topic for topic in topics if topic.kind == "nutrient"))
    before = faq.topics.get(known.topic or "")
    if aspect == "medicines":
        drained = _drained_by(faq, clause, topics, nutrients, before)
        if drained:
            return drained
    if nutrients and aspect == "foods_low" and clause.level == "high":
        # No list of ours says what to avoid then; what too much does, and whom to ask, is told.
        return [Request(t, aspect if aspect in t.answers else "excess") for t in nutrients]
    if nutrients:
        return [_told_with(faq, Request(topic, aspect)) for topic in nutrients]
    asked_of_twitch = any(topic.kind == "movement" for topic in topics)
    if before is not None and before.kind == "nutrient" and not asked_of_twitch:
        return [_told_with(faq, Request(before, aspect))]
    if aspect == "medicines" and any(topic.kind == "general" for topic in topics):
        return [Request(faq.topics[MEDICATION], "nutrients")]
    factors = [topic for topic in topics if topic.kind == "factor" and topic.id != MEDICATION]
    dropped = aspect == "foods_low" and clause.refers and before is not None
    if dropped and before is not None and before.kind == "factor" and before.id != MEDICATION:
        return [Request(before, "help")]  # "400 mg of caffeine a scoop. Should I bin it?"
    last = faq.topics.get(known.factor or "")
    cut_down = aspect == "foods_low" and not clause.names_something and not known.nutrient
    if cut_down and last is not None and last.id != MEDICATION:
        return [Request(last, "help")]  # "do I have to quit, or just cut down"
    if factors:
        # "so less coffee?", "same with energy drinks?"
        return [Request(topic, "help" if aspect == "foods_low" else "link") for topic in factors]
    topic_id, stand_in = _STAND_INS[aspect]
    return [Request(faq.topics[topic_id], stand_in)]


def _told_with(faq: Faq, request: Request) -> Request:
    """Return the request on the topic that tells of it, where its own has no answer."""
    elsewhere = _TOLD_WITH.get((request.topic.id, request.aspect))
    return request if elsewhere is None else replace(request, topic=faq.topics[elsewhere])


def _drained_by(
    faq: Faq,
    clause: Clause,
    topics: Sequence[Topic],
    nutrients: Sequence[Topic],
    before: Topic | None,
) -> list[Request]:
    """Return what a factor takes from the body: "what does drinking strip out of you"."""
    factors = [t for t in topics if t.kind == "factor" and t.id != MEDICATION]
    if not topics and clause.refers and before is not None and before.kind == "factor":
        factors = [before]
    if nutrients and clause.refers and before is not None and before.kind == "factor":
        why = "medicines" if before.id == MEDICATION else "causes"
        return [*(Request(topic, why) for topic in nutrients), Request(before, "link")]
    if nutrients and any(t.id == MEDICATION for t in topics):
        return []
    if nutrients and factors:
        # "does coffee or alcohol deplete magnesium"
        return [*(Request(topic, "causes") for topic in nutrients), Request(factors[0], "link")]
    if nutrients or not factors:
        return []
    return [Request(topic, "nutrients") for topic in factors if "nutrients" in topic.answers]


def _linked(faq: Faq, clause: Clause, topics: Sequence[Topic], known: Context) -> list[Request]:
    """Return what to say of a link that is not simply that of a topic to twitching."""
    nutrients = list(dict.fromkeys(topic for topic in topics if topic.kind == "nutrient"))
    movements = [topic for topic in topics if topic.kind == "movement"]
    strong = [topic for topic in topics if topic.kind in STRONG]
    factors = [t for t in dict.fromkeys(strong) if t.kind == "factor" and t.id not in PERSONAL]
    if nutrients and factors and not movements and not clause.body_parts:
        # "does coffee lower magnesium": why magnesium runs low, then what coffee does.
        why = "medicines" if faq.topics[MEDICATION] in factors else "causes"
        lowered = [Request(topic, why) for topic in nutrients]
        return [*lowered, *(Request(topic, "link") for topic in factors)]
    if strong and all(topic.id == MEDICATION for topic in strong):
        # "my ppi and leg cramps, what is the connection": often a mineral that it lowers.
        medicine = faq.topics[MEDICATION]
        return [Request(medicine, "link"), Request(medicine, "nutrients")]
    before = faq.topics.get(known.topic or "")
    if clause.level == "high" and _drinks(topics or ([before] if before is not None else [])):
        return [Request(faq.topics[_DEHYDRATION], "excess")]  # "can too much water do that"
    if nutrients and not factors and clause.refers and before is not None:
        # "what does it do to my magnesium", with "it" a medicine or a factor.
        if before.id == MEDICATION:
            return [Request(topic, "medicines") for topic in nutrients]
        if before.kind == "factor" and not movements:
            return [*(Request(topic, "causes") for topic in nutrients), Request(before, "link")]
    care = any(topic.kind == "care" for topic in topics)
    if not strong and not care and clause.refers and before is not None and before.kind in STRONG:
        # "can it make my leg twitch", with "it" a nutrient or a factor.
        part = first_part(faq, clause) or implied_body_part(faq, topics)
        return [Request(before, "link", part.id if part else known.body_part)]
    return []


def _drinks(topics: Sequence[Topic]) -> bool:
    return bool(topics) and all(topic.id == _DEHYDRATION for topic in topics)


def _compared(faq: Faq, topics: Sequence[Topic], level: str | None) -> list[Request]:
    """Return what to say of two things that are compared."""
    strong = list(dict.fromkeys(topic for topic in topics if topic.kind in STRONG))
    movements = [topic for topic in topics if topic.kind == "movement"]
    told = [topic for topic in strong if "difference" in topic.answers]
    if told and len(topics) > 1:
        return [Request(told[0], "difference")]
    if len(set(movements)) > 1 and not strong:
        return [Request(_told_apart_by(movements), "difference")]
    if len(strong) > 1:
        return _side_by_side(strong, movements, level)
    factors = [topic for topic in strong if topic.kind == "factor"]
    lack = [topic for topic in topics if topic.id == _DEFICIENCY]
    if factors and lack:
        # "twitches from stress or from a deficiency"
        return [Request(topic, "signs", compared=True) for topic in (*factors, lack[0])]
    if not strong and not movements and any(topic.kind == "care" for topic in topics):
        return [Request(faq.topics["supplements"], "supplements")]
    return []


def _side_by_side(
    strong: Sequence[Topic], movements: Sequence[Topic], level: str | None
) -> list[Request]:
    kinds = {topic.kind for topic in strong}
    if kinds == {"nutrient", "factor"} and any(topic.id == _DEHYDRATION for topic in strong):
        # "sports drinks or plain water"
        return [Request(topic, "help", compared=True) for topic in strong]
    aspect = "link" if movements else "signs" if level == "low" else "role"
    compared = [Request(topic, aspect, compared=True) for topic in strong]
    if kinds == {"nutrient"} and movements:
        # Which of them it is, no list can tell; what a twitch has to do with nutrients, one can.
        return [*compared, Request(movements[0], "nutrients")]
    return compared


def _told_apart_by(movements: Sequence[Topic]) -> Topic:
    """Return the movement whose "difference" tells most of the others, the first named if equal."""

    def tells(topic: Topic) -> int:
        answer = topic.answers.get("difference")
        text = " ".join((answer.text, *answer.bullets)).lower() if answer else ""
        others = [other for other in movements if other is not topic]
        return sum(any(name.lower() in text for name in other.names) for other in others)

    return max(movements, key=lambda topic: (tells(topic), topic.id != GENERAL_TOPIC))


def _unsourced(
    faq: Faq, clause: Clause, requests: Sequence[Request], aspect: str | None
) -> list[Request | Unsourced]:
    """Return the subjects named, and answers to what is named with them.

    A nutrient or factor beside the subject ("zinc or magnesium") is answered, and so is what is
    asked in general with a subject that says for whom, unless that is a child or it is about
    taking something; what was only implied is offered.
    """
    subjects = [faq.subjects[subject] for subject in clause.subjects if subject in faq.subjects]
    named = [r for r in requests if r.topic.id in clause.topics and r.topic.kind in STRONG]
    aside = all(subject.aside for subject in subjects)
    beside = tuple(requests) if aside else ()
    if clause.subjects == (NORMAL_RANGES,) and aspect in _SAYS_IF_NORMAL:
        # "Calcium was 1.9": what too little does would be taken for what the value means.
        tests = tuple(Request(r.topic, "testing") for r in named if r.topic.kind == "nutrient")
        return [Unsourced(subject, tests) for subject in subjects]
    if aside:
        # What holds for grown-ups would be false comfort to parents.
        alone = any(subject.id in _ON_THEIR_OWN for subject in subjects)
        kept = aspect is not None and aspect not in _OF_TAKING
        # What needs a doctor, parents are told in any case.
        answered = list(requests) if kept and (aspect == "see_doctor" or not alone) else []
    else:
        answered = [_with_unsourced(request) for request in named]
    return [*(Unsourced(subject, beside) for subject in subjects), *answered]


def _with_unsourced(request: Request) -> Request:
    """Return what is told of a condition that was asked to be linked to an unsourced subject.

    "Can low iron cause restless legs" asks for the causes of restless legs, not what they do.
    """
    asks_cause = request.topic.kind == "condition" and request.aspect == "link"
    return replace(request, aspect="causes") if asks_cause else request


def resolve(
    faq: Faq,
    aspect: str | None,
    topics: Sequence[Topic],
    body_part: BodyPart | None,
    context: Context,
) -> list[Request]:
    """Return what to answer, at most :data:`MAX_REQUESTS` requests.

    Args:
        faq: the FAQ.
        aspect: what is asked (None where only a topic or a body part was named).
        topics: the topics named, in order.
        body_part: the body part named.
        context: what the conversation was about; used only for what the message lacks.
    """
    body_part = body_part or implied_body_part(faq, topics)
    about = _topics_asked_about(faq, aspect, topics, body_part, context)
    part = _body_part(topics, body_part, context)
    requests = []
    for topic in about:
        wanted = aspect or _carried_aspect(faq, topic, context)
        if wanted == "nutrients" and topic.kind == "nutrient":
            wanted = "link"
        requests.append(Request(topic, wanted, part))
    return requests[:MAX_REQUESTS]


def _topics_asked_about(
    faq: Faq,
    aspect: str | None,
    topics: Sequence[Topic],
    body_part: BodyPart | None,
    context: Context,
) -> list[Topic]:
    named = list(dict.fromkeys(topics))
    if aspect == "difference":
        movements = [topic for topic in named if topic.kind == "movement"]
        if movements:
            specific = [topic for topic in movements if topic.id != GENERAL_TOPIC]
            return (specific or movements)[:1]
    order = (_STRENGTH[0], _STRENGTH[2], _STRENGTH[1], _STRENGTH[3])
    for kinds in order if aspect in _OF_MOVEMENT else _STRENGTH:
        found = [topic for topic in named if topic.kind in kinds]
        if found and kinds == ("movement",):
            return [movement_meant(faq, found, body_part, aspect)]
        if found and (kinds != ("general",) or body_part is None):
            return found
    known = faq.topics.get(context.topic or "")
    if body_part is not None and aspect is not None and known is not None and known.id in FELT:
        return [known]  # "my feet tingle. what will become of my legs"
    if body_part is not None:
        # "what about my calf" keeps the nutrient that was talked about, where it has something to
        # say of calves; a new question does not.
        if aspect is None and known is not None and known.kind != "movement":
            variant = f"{context.aspect}.{body_part.id}"
            if context.aspect in {None, "link"} or variant in known.answers:
                return [known]
        return [_moving_there(faq, body_part, context)]
    passed_on = aspect in _OF_THE_TWITCH and known is not None and aspect not in known.answers
    if passed_on and known is not None and known.kind == "factor":
        # The slot may be of a conversation that began before a topic was taken away.
        return [faq.topics.get(context.movement or "", faq.topics[GENERAL_TOPIC])]
    return [known or faq.topics[GENERAL_TOPIC]]


def _moving_there(faq: Faq, body_part: BodyPart, context: Context) -> Topic:
    """Return what a body part does that is named alone: what was talked of, or else it twitches.

    After cramps, "and in my calf?" is about a cramp.
    """
    of_parts = {part.topic for part in faq.body_parts.values()}
    before = faq.topics.get(context.movement or "")
    if before is not None and before.id not in of_parts and before.id not in WHEN:
        return before
    return faq.topics[body_part.topic]


def _body_part(topics: Sequence[Topic], body_part: BodyPart | None, context: Context) -> str | None:
    if body_part is not None:
        return body_part.id
    if any(topic.kind == "movement" for topic in topics):
        return None
    return context.body_part


def _carried_aspect(faq: Faq, topic: Topic, context: Context) -> str:
    """Return the aspect for a message that only names a topic ("and calcium?")."""
    if topic.kind == "factor" and context.aspect in _NOT_OF_A_FACTOR:
        return faq.default_aspect(topic)
    before = faq.topics.get(context.topic or "")
    same_kind = before is not None and before.kind == topic.kind
    of_somebody = before is not None and before.id in PERSONAL
    shared = context.aspect in topic.answers and (
        context.aspect in _SHARED_ASPECTS or (of_somebody and context.aspect in _OF_SOMEBODY)
    )
    if context.aspect and (same_kind or shared) and faq.has_answer(topic, context.aspect):
        return context.aspect
    if topic.id in FELT and before is None:
        return "causes"  # "tingling in legs"
    return faq.default_aspect(topic)
