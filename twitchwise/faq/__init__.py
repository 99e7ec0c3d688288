"""The structured FAQ: loading, look-up, and what to answer."""

from twitchwise.faq.index import Faq
from twitchwise.faq.loader import load_faq, project_faq
from twitchwise.faq.models import (
    Answer,
    Aspect,
    BodyPart,
    Confidence,
    Question,
    Source,
    Topic,
    UnsourcedSubject,
)
from twitchwise.faq.problems import ContentError, Problem

__all__ = [
    "Answer",
    "Aspect",
    "BodyPart",
    "Confidence",
    "ContentError",
    "Faq",
    "Problem",
    "Question",
    "Source",
    "Topic",
    "UnsourcedSubject",
    "load_faq",
    "project_faq",
]
