"""Reads ``data/faq`` into a :class:`~twitchwise.faq.index.Faq`, or says what is wrong with it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from twitchwise.faq import schema
from twitchwise.faq.index import Faq
from twitchwise.faq.models import (
    Answer,
    Aspect,
    BodyPart,
    Diet,
    Example,
    Food,
    FoodGroup,
    Question,
    Source,
    Topic,
    Unmentioned,
    UnsourcedSubject,
)
from twitchwise.faq.problems import ContentError, Problem
from twitchwise.faq.yaml_lines import LocatedYaml, Location, YamlProblem, load_yaml
from twitchwise.paths import faq_folder

ASPECTS = "aspects.yml"
BODY_PARTS = "body_parts.yml"
SOURCES = "sources.yml"
QUESTIONS = "questions.yml"
UNUSED_FACTS = "unused_facts.yml"
UNSOURCED = "unsourced.yml"
FOODS = "foods.yml"
UNMENTIONED = "unmentioned.yml"
#: Read by ``twitchwise.safety``.
RED_FLAGS = "red_flags.yml"
#: Read by :mod:`twitchwise.faq.remark_phrases`, for training alone.
REMARKS = "remarks.yml"
#: Files of the folder that are no topics.
NOT_TOPICS = {
    ASPECTS,
    BODY_PARTS,
    SOURCES,
    QUESTIONS,
    UNUSED_FACTS,
    UNSOURCED,
    UNMENTIONED,
    FOODS,
    RED_FLAGS,
    REMARKS,
}

FileModel = TypeVar("FileModel", bound=BaseModel)


@dataclass(frozen=True)
class ContentFile(Generic[FileModel]):
    """A valid content file: its model, and where each part of it stands."""

    name: str
    model: FileModel
    yaml: LocatedYaml

    def problem(self, at: Location, message: str, mend: str) -> Problem:
        """Return a problem with the part of this file that is at ``at``."""
        return Problem(self.name, self.yaml.line_of(at), message, mend)


@dataclass
class Content:
    """All content files that could be read, and the mistakes found while reading."""

    topics: list[ContentFile[schema.TopicFile]] = field(default_factory=list)
    aspects: ContentFile[schema.AspectsFile] | None = None
    body_parts: ContentFile[schema.BodyPartsFile] | None = None
    sources: ContentFile[schema.SourcesFile] | None = None
    questions: ContentFile[schema.QuestionsFile] | None = None
    unused_facts: ContentFile[schema.UnusedFactsFile] | None = None
    unsourced: ContentFile[schema.UnsourcedFile] | None = None
    foods: ContentFile[schema.FoodsFile] | None = None
    unmentioned: ContentFile[schema.UnmentionedFile] | None = None
    problems: list[Problem] = field(default_factory=list)


def load_faq(folder: Path | None = None) -> Faq:
    """Return the FAQ in ``folder`` (default: the project's).

    Raises:
        ContentError: a file is missing or wrong; all mistakes are listed.
    """
    content = read_content(folder or faq_folder())
    problems = [*content.problems, *reference_problems(content)]
    if problems:
        raise ContentError(problems)
    return build_faq(content)


@functools.lru_cache(maxsize=1)
def project_faq() -> Faq:
    """Return the project's FAQ, read once a process; raises as :func:`load_faq` does."""
    return load_faq()


def read_content(folder: Path) -> Content:
    """Read every file of ``folder``; mistakes go to ``problems`` of the result."""
    content = Content()
    read = content.problems
    content.aspects = read_required(folder / ASPECTS, schema.AspectsFile, read)
    content.body_parts = read_required(folder / BODY_PARTS, schema.BodyPartsFile, read)
    content.sources = read_required(folder / SOURCES, schema.SourcesFile, read)
    content.questions = read_required(folder / QUESTIONS, schema.QuestionsFile, read)
    content.unused_facts = read_required(folder / UNUSED_FACTS, schema.UnusedFactsFile, read)
    content.unsourced = read_required(folder / UNSOURCED, schema.UnsourcedFile, read)
    content.foods = read_required(folder / FOODS, schema.FoodsFile, read)
    content.unmentioned = read_required(folder / UNMENTIONED, schema.UnmentionedFile, read)
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in NOT_TOPICS:
            topic = _read(path, schema.TopicFile, read)
            if topic is not None:
                content.topics.append(topic)
    return content


def read_required(
    path: Path, model: type[FileModel], problems: list[Problem]
) -> ContentFile[FileModel] | None:
    """Return a file of the content; None, and more ``problems``, where it is missing or wrong."""
    if not path.is_file():
        problems.append(
            Problem(path.name, 1, "the file is missing.", "restore it from version control.")
        )
        return None
    return _read(path, model, problems)


def _read(
    path: Path, model: type[FileModel], problems: list[Problem]
) -> ContentFile[FileModel] | None:
    try:
        located = load_yaml(path)
    except YamlProblem as error:
        mend = "compare with the lines around it; quote texts that hold ': ' or begin with a sign."
        problems.append(Problem(path.name, error.line, f"{error.message}.", mend))
        return None
    if not isinstance(located.data, dict):
        mend = "see docs/content.md for how a file begins."
        problems.append(Problem(path.name, 1, "the file is empty or is no list of keys.", mend))
        return None
    try:
        return ContentFile(path.name, model.parse_obj(located.data), located)
    except ValidationError as error:
        problems.extend(_schema_problems(path.name, located, error))
        return None


def _schema_problems(name: str, located: LocatedYaml, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors():
        location = tuple(part for part in detail["loc"] if part != "__root__")
        where = ".".join(str(part) for part in location)
        if detail["type"] == "value_error.extra":
            message = f"unknown key {where!r}."
            mend = "check its spelling against docs/content.md, or remove it."
        elif detail["type"] == "value_error.missing":
            message = f"{where!r} is missing."
            mend = "add it; docs/content.md shows an example."
        else:
            message = f"{where!r}: {detail['msg']}."
            mend = "write it as docs/content.md shows."
        yield Problem(name, located.line_of(location), message, mend)


def reference_problems(content: Content) -> Iterator[Problem]:
    """Yield mistakes that only show when files are looked at together."""
    yield from _id_problems(content)
    yield from _name_problems(content)
    yield from _example_problems(content)
    if content.aspects is not None:
        yield from _aspects_file_problems(content.aspects)
        yield from _answer_problems(content, {a.id for a in content.aspects.model.aspects})
    yield from _source_id_problems(content)
    topic_ids = {topic.model.id for topic in content.topics}
    if content.body_parts is not None:
        for number, part in enumerate(content.body_parts.model.body_parts):
            if part.topic not in topic_ids:
                yield content.body_parts.problem(
                    ("body_parts", number, "topic"),
                    f"body part {part.id!r} points to the topic {part.topic!r}, which is missing.",
                    "name a topic that has a file.",
                )
    if content.questions is not None and content.aspects is not None:
        yield from _question_problems(content, content.questions)
    if content.unsourced is not None:
        yield from _subject_problems(content, content.unsourced)
    if content.foods is not None:
        yield from _food_problems(content, content.foods)
        yield from _left_out_problems(content, content.foods)


def _id_problems(content: Content) -> Iterator[Problem]:
    codes: dict[str, str] = {}
    topic_ids = {topic.model.id for topic in content.topics}
    for topic in content.topics:
        model = topic.model
        if f"{model.id}.yml" != topic.name:
            yield topic.problem(
                ("id",),
                f"the id {model.id!r} differs from the file's name.",
                f"name the file {model.id}.yml or change the id.",
            )
        if model.code in codes:
            yield topic.problem(
                ("code",),
                f"the code {model.code!r} is used in {codes[model.code]} too.",
                "choose another short code.",
            )
        codes.setdefault(model.code, topic.name)
        if model.parent is not None and model.parent not in topic_ids - {model.id}:
            yield topic.problem(
                ("parent",),
                f"the parent {model.parent!r} is no other topic.",
                "name a topic that has a file, or remove the line.",
            )


def _example_problems(content: Content) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for topic in content.topics:
        for number, example in enumerate(topic.model.examples):
            at: Location = ("examples", number, "id")
            if example.id in seen:
                yield topic.problem(
                    at,
                    f"the example {example.id!r} stands in {seen[example.id]} too.",
                    "choose another id, or put the names together.",
                )
            seen.setdefault(example.id, f"{topic.name}:{topic.yaml.line_of(at)}")


def _name_problems(content: Content) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for topic in content.topics:
        for key in ("names", "misspellings", "beside_body_part", "names_alone"):
            for number, name in enumerate(getattr(topic.model, key)):
                yield from _duplicate_name(topic, (key, number), name, seen)
        for number, example in enumerate(topic.model.examples):
            for position, name in enumerate(example.names):
                place: Location = ("examples", number, "names", position)
                yield from _duplicate_name(topic, place, name, seen)
    if content.body_parts is not None:
        for number, part in enumerate(content.body_parts.model.body_parts):
            for position, name in enumerate(part.names):
                at: Location = ("body_parts", number, "names", position)
                yield from _duplicate_name(content.body_parts, at, name, seen)
    if content.unsourced is not None:
        for number, subject in unsourced_subjects(content):
            for key in ("names", "misspellings"):
                for position, name in enumerate(getattr(subject, key)):
                    at = ("subjects", number, key, position)
                    yield from _duplicate_name(content.unsourced, at, name, seen)
    if content.foods is not None:
        for number, food in enumerate(content.foods.model.foods):
            for position, name in enumerate(food.names):
                at = ("foods", number, "names", position)
                yield from _duplicate_name(content.foods, at, name, seen)
        for number, unlisted in enumerate(content.foods.model.unlisted):
            for position, name in enumerate(unlisted.names):
                at = ("unlisted", number, "names", position)
                yield from _duplicate_name(content.foods, at, name, seen)
    if content.unmentioned is not None:
        for number, each in enumerate(content.unmentioned.model.unmentioned):
            for position, name in enumerate(each.names):
                at = ("unmentioned", number, "names", position)
                yield from _duplicate_name(content.unmentioned, at, name, seen)


def _duplicate_name(
    file: ContentFile[FileModel], at: Location, name: str, seen: dict[str, str]
) -> Iterator[Problem]:
    where = f"{file.name}:{file.yaml.line_of(at)}"
    key = " ".join(name.lower().split())
    if key in seen:
        yield file.problem(
            at, f"the name {name!r} stands in {seen[key]} too.", "keep it in one place only."
        )
    seen.setdefault(key, where)


def _aspects_file_problems(file: ContentFile[schema.AspectsFile]) -> Iterator[Problem]:
    ids = {aspect.id for aspect in file.model.aspects}
    named: list[tuple[Location, str]] = []
    for number, aspect in enumerate(file.model.aspects):
        if "default" not in aspect.button:
            yield file.problem(
                ("aspects", number, "button"),
                f"the aspect {aspect.id!r} has no default button title.",
                'add default: "…".',
            )
        named += [(("aspects", number, "instead", i), x) for i, x in enumerate(aspect.instead)]
    named += [(("defaults", kind), aspect) for kind, aspect in file.model.defaults.items()]
    for kind, offered in file.model.follow_ups.items():
        named += [(("follow_ups", kind, i), x) for i, x in enumerate(offered)]
    for at, aspect_id in named:
        if aspect_id not in ids:
            yield file.problem(at, f"{aspect_id!r} is no aspect.", "name one listed above.")


def _answer_problems(content: Content, aspect_ids: set[str]) -> Iterator[Problem]:
    shared = {s.id for s in content.sources.model.sources} if content.sources else None
    parts = {p.id for p in content.body_parts.model.body_parts} if content.body_parts else None
    known = answer_ids(content)
    for topic in content.topics:
        own = {source.id for source in topic.model.sources}
        for key in ("answers", "buttons"):
            for aspect in sorted(set(getattr(topic.model, key)) - aspect_ids):
                yield topic.problem(
                    (key, aspect),
                    f"{aspect!r} is no aspect.",
                    f"use one of: {', '.join(sorted(aspect_ids))}.",
                )
        for aspect, answer in topic.model.answers.items():
            for at, file in with_variants(aspect, answer):
                if shared is not None:
                    for number, source in enumerate(file.sources):
                        if source not in shared | own:
                            yield topic.problem(
                                (*at, "sources", number),
                                f"the source {source!r} is not there.",
                                f"add it to {SOURCES} or under sources: in this file.",
                            )
                for number, target in enumerate(file.follow_ups):
                    if resolved_answer(content, target) is None and target not in known:
                        yield topic.problem(
                            (*at, "follow_ups", number),
                            f"the follow-up {target!r} is no answer.",
                            "write topic.aspect of an answer that is there.",
                        )
            for part in answer.body_parts:
                if parts is not None and part not in parts:
                    yield topic.problem(
                        ("answers", aspect, "body_parts", part),
                        f"{part!r} is no body part.",
                        f"use an id of {BODY_PARTS}.",
                    )


def with_variants(
    aspect: str, answer: schema.AnswerWithVariants
) -> Iterator[tuple[Location, schema.AnswerFile]]:
    """Yield an answer and those for single body parts, each with its place in the file."""
    yield ("answers", aspect), answer
    for part, variant in answer.body_parts.items():
        yield ("answers", aspect, "body_parts", part), variant


def answer_ids(content: Content) -> set[str]:
    """Return the ids of all answers, those for single body parts included."""
    ids = set()
    for topic in content.topics:
        for aspect, answer in topic.model.answers.items():
            ids.add(f"{topic.model.id}.{aspect}")
            ids.update(f"{topic.model.id}.{aspect}.{part}" for part in answer.body_parts)
    return ids


def resolved_answer(content: Content, answer_id: str) -> str | None:
    """Return the id of the answer given for ``topic.aspect``, an inherited one included."""
    topic_id, _, aspect = answer_id.partition(".")
    models = {topic.model.id: topic.model for topic in content.topics}
    visited: set[str] = set()
    while topic_id in models and topic_id not in visited:
        visited.add(topic_id)
        if aspect in models[topic_id].answers:
            return f"{topic_id}.{aspect}"
        topic_id = models[topic_id].parent or ""
    return None


def _source_id_problems(content: Content) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    files: Iterable[ContentFile[schema.SourcesFile] | ContentFile[schema.TopicFile]] = [
        *([content.sources] if content.sources else []),
        *content.topics,
    ]
    for file in files:
        for number, source in enumerate(file.model.sources):
            if source.id in seen:
                yield file.problem(
                    ("sources", number, "id"),
                    f"the source id {source.id!r} stands in {seen[source.id]} too.",
                    "choose another id, or use the one that is there.",
                )
            seen.setdefault(source.id, file.name)


def _question_problems(
    content: Content, file: ContentFile[schema.QuestionsFile]
) -> Iterator[Problem]:
    known = answer_ids(content)
    seen: dict[str, int] = {}
    for number, question in enumerate(file.model.questions):
        line = file.yaml.line_of(("questions", number))
        if question.id in seen:
            yield file.problem(
                ("questions", number, "id"),
                f"the question id {question.id!r} stands in line {seen[question.id]} too.",
                "choose another id.",
            )
        seen.setdefault(question.id, line)
        for position, target in enumerate(question.answers):
            if target not in known:
                yield file.problem(
                    ("questions", number, "answers", position),
                    f"the answer {target!r} is not there.",
                    "write topic.aspect (or topic.aspect.body_part) of an answer that is there.",
                )


def unsourced_subjects(content: Content) -> Iterator[tuple[int, schema.UnsourcedEntry]]:
    """Yield the subjects without a source, each with its number in the file.

    A topic of the same id takes a subject's place, so that a new nutrient stays one new file.
    """
    topics = {topic.model.id for topic in content.topics}
    if content.unsourced is not None:
        for number, subject in enumerate(content.unsourced.model.subjects):
            if subject.id not in topics:
                yield number, subject


def _subject_problems(
    content: Content, file: ContentFile[schema.UnsourcedFile]
) -> Iterator[Problem]:
    known = answer_ids(content)
    seen: dict[str, int] = {}
    for number, subject in enumerate(file.model.subjects):
        at: Location = ("subjects", number, "id")
        if subject.id in seen:
            yield file.problem(
                at,
                f"the subject id {subject.id!r} stands in line {seen[subject.id]} too.",
                "choose another id, or put the names together.",
            )
        seen.setdefault(subject.id, file.yaml.line_of(at))
        for position, target in enumerate(subject.nearest):
            if target not in known:
                yield file.problem(
                    ("subjects", number, "nearest", position),
                    f"the answer {target!r} is not there.",
                    "write topic.aspect of an answer that is there.",
                )


def _food_problems(content: Content, file: ContentFile[schema.FoodsFile]) -> Iterator[Problem]:
    lists = {topic.model.id: _foods_listed(topic.model) for topic in content.topics}
    nutrients = {topic.model.id for topic in content.topics if topic.model.kind == "nutrient"}
    for number, food in enumerate(file.model.foods):
        for position, nutrient in enumerate(food.nutrients):
            at: Location = ("foods", number, "nutrients", position)
            if nutrient not in nutrients:
                yield file.problem(
                    at, f"{nutrient!r} is no nutrient.", "name a topic of that kind with a file."
                )
            elif not any(name.lower() in lists[nutrient] for name in food.names):
                yield file.problem(
                    at,
                    f"no answer on the foods of {nutrient!r} names {food.names[0]!r}.",
                    "name it in that answer, with its source, or take the nutrient out here.",
                )


def _left_out_problems(content: Content, file: ContentFile[schema.FoodsFile]) -> Iterator[Problem]:
    """Yield groups that no answer lists, ids used twice, and diets that point to nothing."""
    listed = " ".join(_foods_listed(topic.model) for topic in content.topics)
    known: set[str] = set()
    for number, group in enumerate(file.model.groups):
        at: Location = ("groups", number)
        if group.id in known:
            yield file.problem(
                (*at, "id"), f"the id {group.id!r} stands here twice.", "choose another one."
            )
        known.add(group.id)
        if not any(re.search(rf"\b{re.escape(w.lower())}", listed) for w in group.listed_as):
            yield file.problem(
                (*at, "listed_as"),
                f"no answer on foods names any of the words of {group.id!r}.",
                "write the words by which the answers name these foods.",
            )
    for number, diet in enumerate(file.model.diets):
        for position, group_id in enumerate(diet.leaves_out):
            if group_id not in known:
                yield file.problem(
                    ("diets", number, "leaves_out", position),
                    f"{group_id!r} is no group of foods.",
                    "name the id of one of the groups above.",
                )


def _foods_listed(topic: schema.TopicFile) -> str:
    answers = [topic.answers[a] for a in ("foods", "food_amounts") if a in topic.answers]
    return " ".join(" ".join((answer.text, *answer.bullets)) for answer in answers).lower()


def build_faq(content: Content) -> Faq:
    """Turn content without mistakes into the FAQ."""
    if not (
        content.aspects
        and content.body_parts
        and content.sources
        and content.questions
        and content.unsourced
        and content.foods
        and content.unmentioned
    ):
        raise ContentError(content.problems)
    shared = {source.id: _source(source) for source in content.sources.model.sources}
    aspects = content.aspects.model
    return Faq(
        topics=[_topic(file.model, shared) for file in content.topics],
        aspects=[
            Aspect(a.id, a.about, dict(a.button), tuple(a.instead), a.parent_first, tuple(a.heads))
            for a in aspects.aspects
        ],
        body_parts=[
            BodyPart(part.id, part.topic, tuple(part.names))
            for part in content.body_parts.model.body_parts
        ],
        questions=[
            Question(q.id, q.ask, tuple(q.also), tuple(q.answers), tuple(q.key_terms), q.restored)
            for q in content.questions.model.questions
        ],
        default_aspects={str(kind): aspect for kind, aspect in aspects.defaults.items()},
        follow_ups={str(kind): tuple(offered) for kind, offered in aspects.follow_ups.items()},
        subjects={entry.id: _subject(entry) for _, entry in unsourced_subjects(content)},
        foods=[
            *(
                Food(food.names[0], tuple(food.names), tuple(food.nutrients))
                for food in content.foods.model.foods
            ),
            *(Food(food.names[0], tuple(food.names), ()) for food in content.foods.model.unlisted),
        ],
        food_groups=[
            FoodGroup(
                group.id,
                group.name,
                tuple(group.names),
                tuple(group.listed_as),
                group.check_label,
            )
            for group in content.foods.model.groups
        ],
        diets=[
            Diet(tuple(diet.names), tuple(diet.leaves_out)) for diet in content.foods.model.diets
        ],
        unmentioned=[
            Unmentioned(each.name, tuple(each.names), tuple(each.told_as))
            for each in content.unmentioned.model.unmentioned
        ],
    )


def _source(file: schema.SourceFile) -> Source:
    url = str(file.url) if file.url else None
    return Source(file.id, file.title, file.publisher, file.confidence, url)


def _subject(entry: schema.UnsourcedEntry) -> UnsourcedSubject:
    return UnsourcedSubject(
        id=entry.id,
        name=entry.name,
        names=tuple(entry.names),
        misspellings=tuple(entry.misspellings),
        ask=entry.ask,
        nearest=tuple(entry.nearest),
        aside=entry.aside,
    )


def _example(topic: str, entry: schema.ExampleEntry) -> Example:
    return Example(entry.id, topic, entry.name, tuple(entry.names), tuple(entry.told_as))


def _topic(file: schema.TopicFile, shared: dict[str, Source]) -> Topic:
    sources = {**shared, **{source.id: _source(source) for source in file.sources}}
    answers: dict[str, Answer] = {}
    for aspect, answer in file.answers.items():
        for at, variant in with_variants(aspect, answer):
            part = str(at[3]) if len(at) > 2 else None
            key = f"{aspect}.{part}" if part else aspect
            answers[key] = Answer(
                id=f"{file.id}.{key}",
                topic=file.id,
                aspect=aspect,
                text=" ".join(variant.text.split()),
                bullets=tuple(" ".join(bullet.split()) for bullet in variant.bullets),
                facts=tuple(variant.facts),
                sources=tuple(sources[source] for source in variant.sources),
                reviewed=variant.reviewed,
                confidence=variant.confidence,
                names_red_flag=variant.names_red_flag,
                body_part=part,
                follow_ups=tuple(variant.follow_ups),
            )
    return Topic(
        id=file.id,
        code=file.code,
        name=file.name,
        kind=file.kind,
        parent=file.parent,
        names=(*file.names, *(name for each in file.examples for name in each.names)),
        misspellings=tuple(file.misspellings),
        examples=tuple(_example(file.id, each) for each in file.examples),
        beside_body_part=tuple(file.beside_body_part),
        names_alone=tuple(file.names_alone),
        buttons=dict(file.buttons),
        answers=answers,
        abbreviations=tuple(file.abbreviations),
    )
