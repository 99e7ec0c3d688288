"""What the content files must look like (pydantic); an unknown key is an error."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import BaseModel, Extra, Field, HttpUrl, constr

from twitchwise.faq.models import Confidence

Kind = Literal["nutrient", "factor", "movement", "condition", "care", "general"]
if TYPE_CHECKING:
    Identifier: TypeAlias = str
    SourceId: TypeAlias = str
    Code: TypeAlias = str
    Words: TypeAlias = str
else:
    Identifier = constr(regex=r"^[a-z][a-z0-9_]*$")
    SourceId = constr(regex=r"^[a-z][a-z0-9-]*$")
    Code = constr(regex=r"^[a-z][a-z0-9]{1,4}$")
    Words = constr(strip_whitespace=True, min_length=1)


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class SourceFile(_Strict):
    """An entry of ``sources.yml`` or of a topic's own ``sources``."""

    id: SourceId
    title: Words
    publisher: Words
    url: HttpUrl | None = None
    confidence: Confidence


class AnswerFile(_Strict):
    """An answer as it stands in a topic file."""

    text: Words
    bullets: list[Words] = []
    facts: list[str] = Field(min_items=1)
    sources: list[str] = Field(min_items=1)
    reviewed: datetime.date
    confidence: Confidence
    names_red_flag: bool = False
    follow_ups: list[str] = []


class AnswerWithVariants(AnswerFile):
    """An answer with, where wanted, another one for single body parts."""

    body_parts: dict[Identifier, AnswerFile] = {}


class ExampleEntry(_Strict):
    """One kind of what a topic is about, under ``examples`` of its file."""

    id: Identifier
    name: Words
    names: list[Words] = Field(min_items=1)
    told_as: list[Words] = []


class TopicFile(_Strict):
    """One topic file of ``data/faq``."""

    id: Identifier
    code: Code
    name: Words
    kind: Kind
    parent: str | None = None
    names: list[Words] = Field(min_items=1)
    misspellings: list[Words] = []
    abbreviations: list[Words] = []
    beside_body_part: list[Words] = []
    names_alone: list[Words] = []
    examples: list[ExampleEntry] = []
    buttons: dict[str, Words] = {}
    answers: dict[str, AnswerWithVariants]
    sources: list[SourceFile] = []


class AspectEntry(_Strict):
    """An entry of ``aspects.yml``."""

    id: Identifier
    about: Words
    button: dict[str, Words]
    instead: list[str]
    parent_first: bool = False
    heads: list[Words] = []


class AspectsFile(_Strict):
    """``aspects.yml``."""

    aspects: list[AspectEntry]
    defaults: dict[Kind, str]
    follow_ups: dict[Kind, list[str]]


class BodyPartEntry(_Strict):
    """An entry of ``body_parts.yml``."""

    id: Identifier
    topic: str
    names: list[Words] = Field(min_items=1)


class BodyPartsFile(_Strict):
    """``body_parts.yml``."""

    body_parts: list[BodyPartEntry]


class SourcesFile(_Strict):
    """``sources.yml``."""

    sources: list[SourceFile]


class QuestionEntry(_Strict):
    """An entry of ``questions.yml``."""

    id: str
    ask: Words
    also: list[Words] = []
    answers: list[str] = Field(min_items=1)
    key_terms: list[Words] = []
    restored: bool = False


class QuestionsFile(_Strict):
    """``questions.yml``."""

    questions: list[QuestionEntry]


class UnsourcedEntry(_Strict):
    """An entry of ``unsourced.yml``."""

    id: Identifier
    name: Words
    names: list[Words] = Field(min_items=1)
    misspellings: list[Words] = []
    ask: Words
    nearest: list[str] = Field(min_items=1, max_items=3)
    aside: bool = False


class UnsourcedFile(_Strict):
    """``unsourced.yml``."""

    subjects: list[UnsourcedEntry]


class FoodEntry(_Strict):
    """An entry of ``foods.yml``."""

    names: list[Words] = Field(min_items=1)
    nutrients: list[Identifier] = Field(min_items=1)


class UnlistedFoodEntry(_Strict):
    """A food that no answer names: an entry of ``unlisted`` in ``foods.yml``."""

    names: list[Words] = Field(min_items=1)


class FoodGroupEntry(_Strict):
    """What people leave out of their food: an entry of ``groups`` in ``foods.yml``."""

    id: Identifier
    name: Words
    names: list[Words] = Field(min_items=1)
    listed_as: list[Words] = Field(min_items=1)
    check_label: bool = False


class DietEntry(_Strict):
    """A way of eating that leaves groups out: an entry of ``diets`` in ``foods.yml``."""

    names: list[Words] = Field(min_items=1)
    leaves_out: list[Identifier] = Field(min_items=1)


class FoodsFile(_Strict):
    """``foods.yml``."""

    foods: list[FoodEntry]
    unlisted: list[UnlistedFoodEntry] = []
    groups: list[FoodGroupEntry] = []
    diets: list[DietEntry] = []


class UnmentionedEntry(_Strict):
    """An entry of ``unmentioned.yml``."""

    name: Words
    names: list[Words] = Field(min_items=1)
    told_as: list[Words] = []


class UnmentionedFile(_Strict):
    """``unmentioned.yml``."""

    unmentioned: list[UnmentionedEntry]


class RemarksEntry(_Strict):
    """An entry of ``remarks.yml``."""

    about: Identifier
    phrases: list[Words] = Field(min_items=1)


class RemarksFile(_Strict):
    """``remarks.yml``."""

    remarks: list[RemarksEntry] = Field(min_items=1)


class UnusedFactEntry(_Strict):
    """An entry of ``unused_facts.yml``."""

    fact: str
    reason: Words


class UnusedFactsFile(_Strict):
    """``unused_facts.yml``."""

    unused: list[UnusedFactEntry]
