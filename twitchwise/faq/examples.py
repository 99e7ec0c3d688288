"""Whether what is said of a topic tells of the very illness or medicine that was named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from twitchwise.faq.context import Context
from twitchwise.faq.index import Faq
from twitchwise.faq.models import MEDICATION, Answer, Example
from twitchwise.faq.query import KIDNEY_DISEASE, Request, Unsourced
from twitchwise.faq.understood import DESCRIBE, MENTION, Clause

#: What holds for any illness and any medicine.
_HOLDS_FOR_ALL = {"see_doctor", "cautions"}
#: What may be asked of an example and is told of the whole topic.
_OF_ANY = {"link", "role", "definition"}
_MOVES = {"movement", "general"}
_ILLNESSES, _CAUTIONS, _LINK = "medical_conditions", "cautions", "link"
#: What is asked of something to take or to eat.
_OF_TAKING = {"supplements", "amount", "foods", "food_amounts", "help"}
_CHILDREN, _PREGNANCY = "children", "pregnancy"
#: What somebody's kidneys, pregnancy or age matters to.
_MINDED = {
    KIDNEY_DISEASE: {*_OF_TAKING, _CAUTIONS, "excess", "definition", "role", _LINK},
    _PREGNANCY: {*_OF_TAKING - {"foods", "food_amounts"}, _CAUTIONS, "excess"},
    _CHILDREN: {*_OF_TAKING, _CAUTIONS, "excess", "harmless", "causes"},
}
#: What is asked of a twitch that an illness told with it may be behind.
_WHY_IT_TWITCHES = {"causes", "nutrients"}
#: Answers that may tell of an example, the likeliest first.
_TELLS_OF_EXAMPLES = ("nutrients", "causes", "supplements")


def not_told_of(
    faq: Faq,
    asked: Sequence[Request | Unsourced],
    clauses: Sequence[Clause],
    answers: Sequence[Answer],
) -> str | None:
    """Return what was named and the answers do not tell of.

    That is an example of a topic ("can lupus make me twitch" gets what is known of illnesses), or a
    thing that no source mentions.

    Args:
        faq: the FAQ.
        asked: what was asked.
        clauses: the clauses of the message.
        answers: what is said.
    """
    about = {
        item.topic.id
        for item in asked
        if isinstance(item, Request) and item.aspect not in _HOLDS_FOR_ALL
    }
    if any(isinstance(item, Request) and item.aspect == "medicines" for item in asked):
        about.add(MEDICATION)
    named = dict.fromkeys(each for clause in clauses for each in clause.examples)
    known = [faq.examples[each] for each in named if each in faq.examples]
    text = " ".join(_texts(answers)).lower()
    missing = [e.name for e in known if e.topic in about and not _tells_of(text, e)]
    missing += _unmentioned(faq, clauses, text)
    return " or ".join(missing) if missing and answers else None


def _unmentioned(faq: Faq, clauses: Sequence[Clause], told: str) -> list[str]:
    """Return what a question brings up and no source tells of ("does ice help").

    What is only said by the way ("it began on a long flight. what helps?") is none of the question.
    """
    asked = [clause for clause in clauses if clause.asked]
    questions = [clause for clause in asked if clause.intent not in {DESCRIBE, MENTION}]
    named = dict.fromkeys(each for clause in questions or asked for each in clause.unmentioned)
    known = [faq.unmentioned[each] for each in named if each in faq.unmentioned]
    return [each.id for each in known if not _says(told, (*each.names, *each.told_as))]


def with_what_tells(
    faq: Faq, asked: Sequence[Request | Unsourced], clauses: Sequence[Clause]
) -> list[Request | Unsourced]:
    """Return what is asked, with the answer that tells of the example named, where one does.

    "And metformin" is told what medicines take from the body, not that some can cause twitching;
    whoever asks for a link is told both.
    """
    replaces = all(clause.intent in {DESCRIBE, MENTION} for clause in clauses if clause.asked)
    found: list[Request | Unsourced] = []
    for item in asked:
        better = _better(faq, item, clauses) if isinstance(item, Request) else None
        found += [better] if better and replaces else [item, *([better] if better else [])]
    return list(dict.fromkeys(found))


def with_illnesses_told(
    faq: Faq, asked: Sequence[Request | Unsourced], clauses: Sequence[Clause]
) -> list[Request | Unsourced]:
    """Return what is asked, with what is known of an illness that is told of as well.

    "Gastric bypass two years ago, now spasms" asks of spasms, and the bypass may be behind them; so
    in "I have Crohn's and leg spasms, what am I missing".
    """
    topic = faq.topics.get(_ILLNESSES)
    tells = [
        clause
        for clause in clauses
        if clause.asked
        and _ILLNESSES in clause.topics
        and (clause.intent == DESCRIBE or clause.aspect in _WHY_IT_TWITCHES)
    ]
    requests = [item for item in asked if isinstance(item, Request)]
    if topic is None or not tells or any(item.topic is topic for item in requests):
        return list(asked)
    told = telling_anew(faq, Request(topic, "link"), tells, ())
    return [*asked, told] if told is not None else list(asked)


def with_causes_of_movements(
    faq: Faq, asked: Sequence[Request | Unsourced], clauses: Sequence[Clause]
) -> list[Request | Unsourced]:
    """Return what is asked, with the causes of a movement instead of what a shortage does.

    "Does sugar cause twitching" must not be told "yes, a shortage can".
    """
    if not any(clause.unmentioned for clause in clauses if clause.asked):
        return list(asked)
    return [
        replace(item, aspect="causes")
        if isinstance(item, Request) and item.topic.kind in _MOVES and item.aspect == _LINK
        else item
        for item in asked
    ]


def about_what_is_eaten(clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses without ill kidneys as what they are about, where they name more.

    "What can he eat for cramps, he is on a renal diet" asks of cramps; see :func:`with_caution`.
    """
    return [
        replace(clause, topics=tuple(topic for topic in clause.topics if topic != _ILLNESSES))
        if KIDNEY_DISEASE in clause.examples
        and len(clause.topics) > 1
        and clause.aspect in {*_OF_TAKING, _CAUTIONS}
        else clause
        for clause in clauses
    ]


def with_caution(
    faq: Faq,
    asked: Sequence[Request | Unsourced],
    clauses: Sequence[Clause],
    context: Context,
    recent: Sequence[str],
) -> list[Request | Unsourced]:
    """Return what is asked, with what to mind where the kidneys are ill, now or told before.

    "My kidneys run at 35 %" gets it alone; whoever asks what to take or eat then, beside that.
    """
    topic = faq.topics.get(_ILLNESSES)
    told = any(KIDNEY_DISEASE in clause.examples for clause in clauses)
    if topic is None or not (told or context.for_whom == KIDNEY_DISEASE):
        return list(asked)
    caution = Request(topic, _CAUTIONS)
    remark = all(clause.intent in {DESCRIBE, MENTION} for clause in clauses if clause.asked)
    kept = [
        _to_mind(item) if remark else item
        for item in asked
        if not (told and remark and isinstance(item, Request) and item.topic is topic)
    ]
    takes = any(
        isinstance(item, Request)
        and item.topic is not topic
        and item.aspect in {*_OF_TAKING, _CAUTIONS}
        for item in kept
    )
    # "I bought him the potassium salt. He has kidney disease. Have I done something silly?"
    minerals = told and any(
        faq.topics[each].kind == "nutrient"
        for c in clauses
        for each in c.topics
        if each in faq.topics
    )
    new = f"{topic.id}.{_CAUTIONS}" not in recent
    if len(kept) < len(asked) or ((takes or minerals) and new):
        return list(dict.fromkeys([caution, *kept]))
    return kept


def minded(faq: Faq, answers: Sequence[Answer], context: Context) -> str | None:
    """Return what was told of before and matters now: ill kidneys, a pregnancy, a child.

    "And potassium?", some turns after "my kidneys are not great"; "what helps", after "16 weeks
    pregnant".
    """
    whom = context.for_whom
    aspects = _MINDED.get(whom or "")
    if aspects is None or any(answer.topic == _ILLNESSES for answer in answers):
        return None
    if whom == KIDNEY_DISEASE:
        matters = any(_is_of_minerals(faq, answer) for answer in answers)
    else:
        matters = any(answer.aspect in aspects for answer in answers)
        told = " ".join(_texts(answers)).lower()
        matters = matters and not (whom == _PREGNANCY and "pregnan" in told)
    return whom if matters else None


def _is_of_minerals(faq: Faq, answer: Answer) -> bool:
    of_nutrient = faq.topics[answer.topic].kind == "nutrient"
    return answer.aspect in (_MINDED[KIDNEY_DISEASE] if of_nutrient else _OF_TAKING)


def _to_mind(item: Request | Unsourced) -> Request | Unsourced:
    """Return what to mind of a nutrient instead of what too little of it does.

    "My neighbour gave me her magnesium tablets", from somebody with ill kidneys.
    """
    told = isinstance(item, Request) and item.topic.kind == "nutrient" and item.aspect == _LINK
    return replace(item, aspect=_CAUTIONS) if told and isinstance(item, Request) else item


def telling_anew(
    faq: Faq, request: Request, clauses: Sequence[Clause], recent: Sequence[str]
) -> Request | None:
    """Return the request for an answer that tells of the example named and was not given lately."""
    about = _examples_named(faq, request, clauses)
    for aspect in _TELLS_OF_EXAMPLES:
        answer = request.topic.answers.get(aspect)
        told = f"{request.topic.id}.{aspect}" in recent
        if answer is not None and not told and _tells_of_any(answer, about):
            return replace(request, aspect=aspect)
    return None


def _better(faq: Faq, request: Request, clauses: Sequence[Clause]) -> Request | None:
    """Return the request for what tells of an example, where the request's own answer does not."""
    own = faq.find_answer(request.topic, request.aspect, request.body_part)
    about = _examples_named(faq, request, clauses)
    if request.aspect not in _OF_ANY or own is None or _tells_of_any(own, about):
        return None
    return telling_anew(faq, request, clauses, ())


def _examples_named(faq: Faq, request: Request, clauses: Sequence[Clause]) -> list[Example]:
    named = dict.fromkeys(each for clause in clauses for each in clause.examples)
    known = [faq.examples[each] for each in named if each in faq.examples]
    return [example for example in known if example.topic == request.topic.id]


def _tells_of_any(answer: Answer, examples: Sequence[Example]) -> bool:
    text = " ".join(_texts([answer])).lower()
    return any(_tells_of(text, example) for example in examples)


def _texts(answers: Sequence[Answer]) -> Iterable[str]:
    for answer in answers:
        yield answer.text
        yield from answer.bullets


def _tells_of(text: str, example: Example) -> bool:
    return _says(text, (*example.names, *example.told_as))


def _says(text: str, names: Iterable[str]) -> bool:
    words = "|".join(re.escape(name.lower()) for name in names)
    return re.search(rf"\b(?:{words})(?:e?s)?\b", text) is not None
