"""Small FAQs, and settings, for tests that need others than the project's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from twitchwise.faq import (
    Answer,
    Aspect,
    BodyPart,
    Confidence,
    Faq,
    Question,
    Source,
    Topic,
    UnsourcedSubject,
)

#: Of an installation that has set everything that people are told.
CLINIC_SETTINGS: Mapping[str, Any] = {
    "assistant_name": "Clinic helper",
    "emergency_number": "112",
    "crisis_line": "the Samaritans",
    "crisis_phone": "+44 116 123",
    "contact_name": "Clinic",
    "contact_phone": "020 1234",
    "contact_url": "https://clinic.example",
    "contact_hours": "9 to 17",
    "largest_message": 1000,
    "conversation_days": 7,
    "feedback_texts": True,
}
ARTICLE = Source("article", "About twitching", "A publisher", "medium")
PAGE = Source("page", "More about it", "Another publisher", "high", "https://example.org/more")


def make_answer(
    answer_id: str,
    text: str = "Some text.",
    *,
    bullets: Sequence[str] = (),
    sources: Sequence[Source] = (ARTICLE,),
    follow_ups: Sequence[str] = (),
    names_red_flag: bool = False,
    reviewed: str = "2026-11-22",
    confidence: Confidence = "medium",
) -> Answer:
    topic, aspect, *part = answer_id.split(".")
    return Answer(
        id=answer_id,
        topic=topic,
        aspect=aspect,
        text=text,
        bullets=tuple(bullets),
        facts=("fact-01",),
        sources=tuple(sources),
        reviewed=datetime.date.fromisoformat(reviewed),
        confidence=confidence,
        names_red_flag=names_red_flag,
        body_part=part[0] if part else None,
        follow_ups=tuple(follow_ups),
    )


def make_topic(
    topic_id: str,
    kind: str,
    answers: Sequence[Answer] = (),
    *,
    parent: str | None = None,
    names: Sequence[str] = (),
    misspellings: Sequence[str] = (),
) -> Topic:
    return Topic(
        id=topic_id,
        code=topic_id[:2],
        name=topic_id.replace("_", " "),
        kind=kind,
        parent=parent,
        names=tuple(names or [topic_id.replace("_", " ")]),
        misspellings=tuple(misspellings),
        answers={answer.id.partition(".")[2]: answer for answer in answers},
    )


def make_question(question_id: str, ask: str, *also: str, answer: str = "zinc.link") -> Question:
    return Question(question_id, ask, tuple(also), (answer,), (), False)


def make_subject(
    subject_id: str,
    *,
    names: Sequence[str] = (),
    misspellings: Sequence[str] = (),
    nearest: Sequence[str] = (),
    aside: bool = False,
) -> UnsourcedSubject:
    return UnsourcedSubject(
        id=subject_id,
        name=subject_id,
        names=tuple(names or [subject_id]),
        misspellings=tuple(misspellings),
        ask="a doctor",
        nearest=tuple(nearest),
        aside=aside,
    )


def make_faq(
    topics: Sequence[Topic],
    *,
    subjects: Sequence[UnsourcedSubject] = (),
    instead: Mapping[str, Sequence[str]] | None = None,
    questions: Sequence[Question] = (),
    follow_ups: Mapping[str, Sequence[str]] | None = None,
) -> Faq:
    substitutes = {"definition": (), "link": (), "signs": (), "foods": (), **(instead or {})}
    aspects = [
        Aspect(aspect, f"about {aspect}", {"default": f"{aspect}: {{name}}"}, tuple(others))
        for aspect, others in substitutes.items()
    ]
    kinds = ("nutrient", "factor", "movement", "condition", "care", "general")
    offered = follow_ups or {}
    return Faq(
        topics=topics,
        aspects=aspects,
        body_parts=[BodyPart("foot", topics[0].id, ("foot", "feet"))],
        questions=questions,
        default_aspects=dict.fromkeys(kinds, "link"),
        follow_ups={kind: tuple(offered.get(kind, ())) for kind in kinds},
        subjects={subject.id: subject for subject in subjects},
    )
