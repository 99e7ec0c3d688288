"""What the content files must look like (pydantic); an unknown key is an error."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, Extra, Field, HttpUrl, constr

Kind = Literal["nutrient", "factor", "movement", "condition", "care", "general"]
Identifier = constr(regex=r"^[a-z][a-z0-9_]*$")
SourceId = constr(regex=r"^[a-z][a-z0-9-]*$")
Words = constr(strip_whitespace=True, min_length=1)


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class SourceFile(_Strict):
    """An entry of ``sources.yml`` or of a topic's own ``sources``."""

    id: SourceId  # type: ignore[valid-type]
    title: Words  # type: ignore[valid-type]
    publisher: Words  # type: ignore[valid-type]
    url: HttpUrl | None = None


class AnswerFile(_Strict):
    """An answer as it stands in a topic file."""

    text: Words  # type: ignore[valid-type]
    bullets: list[Words] = []  # type: ignore[valid-type]
    facts: list[str] = Field(min_items=1)
    sources: list[str] = Field(min_items=1)
    reviewed: datetime.date
    names_red_flag: bool = False
    follow_ups: list[str] = []


class AnswerWithVariants(AnswerFile):
    """An answer with, where wanted, another one for single body parts."""

    body_parts: dict[Identifier, AnswerFile] = {}  # type: ignore[valid-type]


class TopicFile(_Strict):
    """One topic file of ``data/faq``."""

    id: Identifier  # type: ignore[valid-type]
    code: constr(regex=r"^[a-z][a-z0-9]{1,4}$")  # type: ignore[valid-type]
    name: Words  # type: ignore[valid-type]
    kind: Kind
    parent: str | None = None
    names: list[Words] = Field(min_items=1)  # type: ignore[valid-type]
    misspellings: list[Words] = []  # type: ignore[valid-type]
    answers: dict[str, AnswerWithVariants]
    sources: list[SourceFile] = []


class AspectEntry(_Strict):
    """An entry of ``aspects.yml``."""

    id: Identifier  # type: ignore[valid-type]
    about: Words  # type: ignore[valid-type]
    button: dict[str, Words]  # type: ignore[valid-type]
    instead: list[str]


class AspectsFile(_Strict):
    """``aspects.yml``."""

    aspects: list[AspectEntry]
    defaults: dict[Kind, str]
    follow_ups: dict[Kind, list[str]]


class BodyPartEntry(_Strict):
    """An entry of ``body_parts.yml``."""

    id: Identifier  # type: ignore[valid-type]
    topic: str
    names: list[Words] = Field(min_items=1)  # type: ignore[valid-type]


class BodyPartsFile(_Strict):
    """``body_parts.yml``."""

    body_parts: list[BodyPartEntry]


class SourcesFile(_Strict):
    """``sources.yml``."""

    sources: list[SourceFile]


class QuestionEntry(_Strict):
    """An entry of ``questions.yml``."""

    id: str
    ask: Words  # type: ignore[valid-type]
    also: list[Words] = []  # type: ignore[valid-type]
    answers: list[str] = Field(min_items=1)
    key_terms: list[Words] = []  # type: ignore[valid-type]
    restored: bool = False


class QuestionsFile(_Strict):
    """``questions.yml``."""

    questions: list[QuestionEntry]


class UnusedFactEntry(_Strict):
    """An entry of ``unused_facts.yml``."""

    fact: str
    reason: Words  # type: ignore[valid-type]


class UnusedFactsFile(_Strict):
    """``unused_facts.yml``."""

    unused: list[UnusedFactEntry]
