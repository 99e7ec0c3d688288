"""Whether a post is about our subject at all."""

from __future__ import annotations

from collections.abc import Sequence

from twitchwise.faq.context import Context
from twitchwise.faq.index import Faq
from twitchwise.faq.models import MEDICATION
from twitchwise.faq.sureness import is_post
from twitchwise.faq.understood import DESCRIBE, Clause

#: An illness that can bring on twitching is told of in many a post about something else.
_MEDICAL_CONDITIONS = "medical_conditions"
#: What is asked of an illness or a medicine for its own sake ("how is coeliac disease found"); such
#: a message is none of ours.
_FOR_ITS_OWN_SAKE = {
    _MEDICAL_CONDITIONS: {"testing", "help", "causes", "risk_groups", "outlook", "medicines"},
    MEDICATION: {"cautions", "medicines", "outlook", "difference"},
}
_EYELID = "eyelid"
#: How sure a statement must be to be one of those that our phrases tell.
_SURELY_TOLD = 0.85
#: Kinds of topic that make a post ours; triggers and care are told of in any.
_OURS = frozenset({"movement", "nutrient", "condition", "general"})


def is_of_another_illness(clauses: Sequence[Clause], context: Context) -> bool:
    """Say whether a message only asks about an illness or a medicine, for its own sake.

    Args:
        clauses: the clauses of the message.
        context: what the conversation was about; after anything of ours, the illness is meant as a
            cause.
    """
    asked = [clause for clause in clauses if clause.asked]
    told = [clause for clause in clauses if clause.topics or clause.body_parts or clause.subjects]
    if context.topic is not None or not asked or not told:
        return False
    return all(_is_for_its_own_sake(clause) for clause in {*asked, *told})


def _is_for_its_own_sake(clause: Clause) -> bool:
    if clause.refers or clause.body_parts or clause.subjects or len(clause.topics) != 1:
        return False
    return clause.aspect in _FOR_ITS_OWN_SAKE.get(clause.topics[0], ())


def is_ours(faq: Faq, clauses: Sequence[Clause], text: str, context: Context) -> bool:
    """Say whether a message is about twitching, or a nutrient, or what was talked of.

    Only a post can be about something else here: it tells of stress, sleep, medicines or a leg, and
    asks when a fracture heals. What a short question is about, the classifier says.

    Args:
        faq: the FAQ.
        clauses: the clauses of the message.
        text: the message.
        context: what the conversation was about.
    """
    if context.topic is not None or not is_post(text):
        return True
    if any(clause.subjects or _tells_of_a_part(clause) for clause in clauses):
        return True
    named = {topic for clause in clauses for topic in clause.topics} - {_MEDICAL_CONDITIONS}
    return any(faq.topics[topic].kind in _OURS for topic in named if topic in faq.topics)


def _tells_of_a_part(clause: Clause) -> bool:
    """Say whether a post as a whole surely tells what a part of the body does."""
    # An eyelid is nobody's but ours; a leg may be broken.
    ours = clause.asked or _EYELID in clause.body_parts
    told = ours and clause.intent == DESCRIBE and bool(clause.body_parts)
    return told and clause.confidence >= _SURELY_TOLD
