"""Checks of the wording of answers, for people who edit content (``twitchwise check``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from twitchwise.faq import schema
from twitchwise.faq.loader import (
    RED_FLAGS,
    Content,
    ContentFile,
    read_content,
    reference_problems,
    with_variants,
)
from twitchwise.faq.problems import ContentError, Problem
from twitchwise.faq.remark_phrases import read_remarks
from twitchwise.faq.yaml_lines import Location, YamlProblem, load_yaml
from twitchwise.safety.loading import load_rules
from twitchwise.safety.rules import RulesError
from twitchwise.safety.upkeep import require_sound

LONGEST_ANSWER_WORDS = 90
#: Aspects whose answers may state reference intakes, upper limits and what foods contain.
AMOUNT_ASPECTS = frozenset({"amount", "food_amounts", "excess"})
#: Of these, the ones whose amounts a reader could take for advice to follow.
INTAKE_ASPECTS = frozenset({"amount", "excess"})
#: Words of which one at least stands in an answer that rests on little.
HEDGES = (
    "one source",
    "by one account",
    "not certain",
    "uncertain",
    "not settled",
    "not clear",
    "unclear",
    "not proven",
    "not well studied",
    "little studied",
    "experts differ",
    "sources differ",
)
#: Words of which one at least says that an amount is no advice.
NO_ADVICE = ("no advice", "not advice", "not a dose to take")

_LEVELS = ("low", "medium", "high")
_NUMBER = r"\b\d[\d.,]*\s*"
_AMOUNT = re.compile(
    _NUMBER + r"(?:mg|mcg|µg|μg|ug|iu|i\.u\.|grams?|g|milligrams?|micrograms?|ml|"
    r"(?:international )?units?)\b",
    re.IGNORECASE,
)
_TABLETS = re.compile(_NUMBER + r"(?:tablets?|pills?|capsules?)\b", re.IGNORECASE)
_TAKE_NUMBER = re.compile(
    r"\btake (?:(?:about|around|roughly|only|just|up to|at (?:least|most)|no more than|more than|"
    r"less than|between) )?\d[\d.,]*",
    re.IGNORECASE,
)
_FOR_WHOM = re.compile(
    r"\b(?:adults?|(?:wo)?m[ae]n|people|persons?|everyone|anyone|those)\b", re.IGNORECASE
)
_DIAGNOSIS = re.compile(
    r"\byou (?:have|suffer from|are (?:deficient|low in))\b|\byour deficiency\b|"
    r"\byou (?:do not|don't) have\b|\byou['’]ve got\b",
    re.IGNORECASE,
)
_DOSE_ADVICE = re.compile(r"\btake (?:a |an |some )?(?:\w+ )?supplements?\b", re.IGNORECASE)
_NEGATED_ADVICE = re.compile(
    r"(?:n['o]t|never|before|should|whether|if|to|may|people who) (?:you |I |\w+ )?$"
)
_RED_FLAG = re.compile(r"\b(?:weak(?:er|ness|ened|ening)?|numb(?:ness|ed)?)\b", re.IGNORECASE)
# Rasa takes a YAML file for training data where any line, however indented, begins so.
_RASA_LINE = re.compile(r"^\s*(?:nlu|responses|stories|rules|version)\s*:")


def check_content(folder: Path) -> list[Problem]:
    """Return everything that is wrong with the content in ``folder``, sorted by place."""
    content = read_content(folder)
    problems = [*content.problems, *reference_problems(content)]
    problems += _rasa_line_problems(folder)
    problems += _red_flag_problems(folder / RED_FLAGS)
    problems += _remark_problems(folder, {topic.model.id for topic in content.topics})
    for topic in content.topics:
        problems += _wording_problems(topic)
        problems += _confidence_problems(topic, content)
    return sorted(set(problems))


def _rasa_line_problems(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.glob("*.y*ml")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, start=1):
            if _RASA_LINE.match(line):
                yield Problem(
                    path.name,
                    number,
                    f"a line begins with {line.split(':')[0].strip()!r}:, "
                    "so Rasa would read the file as training data.",
                    "put the word elsewhere in the sentence.",
                )


def _red_flag_problems(path: Path) -> Iterator[Problem]:
    """Yield what is wrong with the red flags; reading stops at the first mistake."""
    try:
        lines = load_yaml(path) if path.is_file() else None
        require_sound(load_rules(path))
    except YamlProblem as error:
        yield Problem(path.name, error.line, f"{error.message}.", "compare with the lines around.")
    except RulesError as error:
        line = lines.line_of(_location(error.entry, lines.data)) if lines else 1
        message = f"{error.entry} {error.problem}." if error.problem else f"{error}"
        yield Problem(path.name, line, message, f"{error.mend or 'see docs/safety.md'}.")


def _remark_problems(folder: Path, topics: Collection[str]) -> list[Problem]:
    try:
        read_remarks(folder, topics)
    except ContentError as error:
        return list(error.problems)
    return []


def _location(entry: str, data: Any) -> Location:
    """Return ``flags[weakness].phrases[3]`` as the place ("flags", 0, "phrases", 2)."""
    place: list[str | int] = []
    for key, item in re.findall(r"([\w-]+)(?=[.\[]|$)|\[([^\]]+)\]", entry):
        step: str | int = key
        if item.isdigit():
            step = int(item) - 1
        elif item:
            ids = [each.get("id") for each in data] if isinstance(data, list) else []
            step = ids.index(item) if item in ids else item
        place.append(step)
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(place)


def _wording_problems(file: ContentFile[schema.TopicFile]) -> Iterator[Problem]:
    for aspect, answer in file.model.answers.items():
        for at, variant in with_variants(aspect, answer):
            yield from _answer_wording_problems(file, at, variant)
            yield from _amount_problems(file, at, aspect, variant)


def _whole(answer: schema.AnswerFile) -> str:
    """Return an answer's text and bullets as one line."""
    return " ".join(" ".join([answer.text, *answer.bullets]).split())


def _answer_wording_problems(
    file: ContentFile[schema.TopicFile], at: Location, answer: schema.AnswerFile
) -> Iterator[Problem]:
    whole = _whole(answer)
    words = len(whole.split())
    if words > LONGEST_ANSWER_WORDS:
        yield file.problem(
            (*at, "text"),
            f"the answer has {words} words.",
            f"shorten it to {LONGEST_ANSWER_WORDS} words, bullets included.",
        )
    if "\n\n" in answer.text.strip():
        yield file.problem((*at, "text"), "there is a blank line.", "join the paragraphs.")
    if match := _DIAGNOSIS.search(whole):
        yield file.problem(
            (*at, "text"), f"{match[0]!r} is a diagnosis.", "say 'may' or 'can be linked to'."
        )
    for match in _DOSE_ADVICE.finditer(whole):
        if not _NEGATED_ADVICE.search(whole[: match.start()]):
            yield file.problem(
                (*at, "text"),
                f"{match[0]!r} is advice to take a supplement.",
                "put food first, and a talk with a clinician before any supplement.",
            )
    if _RED_FLAG.search(whole) and not answer.names_red_flag:
        yield file.problem(
            at,
            "the answer names weakness or numbness but is not marked.",
            "add 'names_red_flag: true', so that advice to see a doctor follows.",
        )


def _amount_problems(
    file: ContentFile[schema.TopicFile], at: Location, aspect: str, answer: schema.AnswerFile
) -> Iterator[Problem]:
    """Yield amounts that stand where none may, or in words that could be taken for advice."""
    whole = _whole(answer)
    text: Location = (*at, "text")
    if match := _TABLETS.search(whole):
        yield file.problem(text, f"{match[0]!r} is a dose.", "leave doses to the clinician.")
    if aspect in AMOUNT_ASPECTS and (match := _TAKE_NUMBER.search(whole)):
        yield file.problem(
            text,
            f"{match[0]!r} is advice to take an amount.",
            "say whose reference value it is: 'the reference intake of adults is …'.",
        )
    match = _AMOUNT.search(whole)
    if match and aspect not in AMOUNT_ASPECTS:
        yield file.problem(
            text,
            f"{match[0]!r} is an amount.",
            f"amounts stand in these aspects only: {', '.join(sorted(AMOUNT_ASPECTS))}.",
        )
    elif match and aspect in INTAKE_ASPECTS:
        if not _FOR_WHOM.search(whole):
            yield file.problem(
                text,
                f"it is not said for whom {match[0]!r} is meant.",
                "name them: adults, men, women, people over 70.",
            )
        if not _says_one_of(whole, NO_ADVICE):
            yield file.problem(
                text,
                f"{match[0]!r} could be taken for advice.",
                f"add words that say it is none, one of: {', '.join(NO_ADVICE)}.",
            )


def _confidence_problems(
    file: ContentFile[schema.TopicFile], content: Content
) -> Iterator[Problem]:
    """Yield answers that claim more than their sources give, or hide that they rest on little."""
    shared = content.sources.model.sources if content.sources else []
    levels = {source.id: source.confidence for source in (*shared, *file.model.sources)}
    for aspect, answer in file.model.answers.items():
        for at, variant in with_variants(aspect, answer):
            cited = [levels[source] for source in variant.sources if source in levels]
            best = max(cited, key=_LEVELS.index, default=variant.confidence)
            if _LEVELS.index(variant.confidence) > _LEVELS.index(best):
                yield file.problem(
                    (*at, "confidence"),
                    f"the confidence {variant.confidence!r} is above that of every source "
                    f"({best!r} at best).",
                    "lower it, or cite a better source.",
                )
            if variant.confidence == "low" and not _says_one_of(_whole(variant), HEDGES):
                yield file.problem(
                    (*at, "text"),
                    "the confidence is low, but the words do not say so.",
                    f"add words that do, one of: {', '.join(HEDGES)}.",
                )


def _says_one_of(text: str, wordings: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE) for words in wordings)


def content_summary(content: Content) -> str:
    """Return one line that says how much content there is."""
    answers = sum(
        1 + len(answer.body_parts)
        for topic in content.topics
        for answer in topic.model.answers.values()
    )
    questions = len(content.questions.model.questions) if content.questions else 0
    return f"{len(content.topics)} topics, {answers} answers, {questions} questions"
