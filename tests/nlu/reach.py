"""Sentences that ask for every answer of the FAQ, made from reach_templates.yml."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from twitchwise.faq import Faq
from twitchwise.faq.models import Answer, Topic
from twitchwise.nlu.aspect_model import level_of

TEMPLATES = Path(__file__).with_name("reach_templates.yml")

NOUN, TOLD, ALONE = "noun", "told", "alone"
#: Kinds of topics some of whose names say that there is too little or too much of it.
_WITH_LEVELS = {"nutrient", "general"}
#: The key under which a nutrient's sentences about a part of the body stand.
_PART = "link.part"
_ARTICLE = re.compile(r"^(?:a|an|the)\s+", re.IGNORECASE)
_AN = re.compile(r"(?:[aeio]|u(?!ni|s)|8|ssri|nsaid|h2)", re.IGNORECASE)
#: Shorter words have too many neighbours: nobody could say which was meant.
_LONG_WORD = re.compile(r"[a-z]{6,}")


@dataclass(frozen=True)
class Asked:
    """A sentence, and the answer that it asks for."""

    sentence: str
    topic: str
    key: str
    answer: str
    name: str
    template: str
    mistyped: bool = False

    @property
    def cell(self) -> tuple[str, str]:
        """The topic and what is asked of it: ``("magnesium", "link.foot")``."""
        return self.topic, self.key


@dataclass(frozen=True)
class Templates:
    """The file's content; see its comments."""

    sentences: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
    form_of: Mapping[str, str]
    like: Mapping[str, str]
    articles: Collection[str]
    told: Mapping[str, str]
    parts: Mapping[str, Sequence[str]]
    main: Mapping[str, str]

    def form(self, name: str, kind: str) -> str:
        """Return the form of a topic's name."""
        default = (level_of(name) if kind in _WITH_LEVELS else None) or NOUN
        return self.form_of.get(name, default)

    def of(self, topic: Topic, key: str, form: str) -> Sequence[str]:
        """Return the sentences with gaps that ask a topic's ``key`` for a name of this form."""
        forms = [TOLD] if form in self.told else list(self._like(form))
        cells = self.sentences.get(key, {})
        for cell in (cells.get(topic.id, {}), cells.get(topic.kind, {})):
            for known in forms:
                if known in cell:
                    return cell[known]
        return ()

    def fill(self, template: str, name: str, form: str, part: str = "") -> str:
        """Return a sentence with the name in its gap."""
        article = "an" if _AN.match(name) else "a"
        with_article = f"{article} {name}" if form in self.articles else name
        told = self.told.get(form, "{name}").format(name=name, a=with_article)
        return template.format(name=name, a=with_article, told=told, part=part)

    def _like(self, form: str | None) -> Iterator[str]:
        while form:
            yield form
            form = self.like.get(form)


def load_templates(path: Path = TEMPLATES) -> Templates:
    """Return the sentences of the file."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    form_of: dict[str, str] = {}
    for form, lines in data["forms"].items():
        for name in itertools.chain.from_iterable(lines):
            assert name not in form_of, f"{name!r} has two forms"
            form_of[name] = form
    return Templates(
        sentences=data["templates"],
        form_of=form_of,
        like=data["like"],
        articles=frozenset(data["articles"]),
        told=data["told"],
        parts=data["parts"],
        main=data["main"],
    )


def main_name(topic: Topic, templates: Templates) -> str:
    """Return the name that gets every sentence."""
    name = templates.main.get(topic.id) or _ARTICLE.sub("", topic.name).lower()
    assert name in topic.names, f"{topic.id} is never called {name!r}: see `main`"
    return name


def every_sentence(faq: Faq, templates: Templates) -> list[Asked]:
    """Return the sentences for every answer, by every name that the topic has.

    The main name gets every sentence, right and with a typing error; every other name one sentence
    for each answer, taken in turn, so that all are used, and one of them with a typing error.
    """
    mistype = Mistyping(faq)
    found: list[Asked] = []
    for topic in faq.topics.values():
        main = main_name(topic, templates)
        for number, (key, answer) in enumerate(topic.answers.items()):
            asked = list(_asked(templates, topic, key, answer, main))
            found += asked
            found += mistype.some(asked[number % len(asked) :][:1] if asked else [])
        others = [name for name in topic.names if name != main]
        for place, name in enumerate(others):
            one_each: list[Asked] = []
            for number, (key, answer) in enumerate(topic.answers.items()):
                asked = list(_asked(templates, topic, key, answer, name))
                if asked:
                    one_each.append(asked[(place + number) % len(asked)])
            found += one_each
            found += mistype.some(one_each[place % len(one_each) :][:1] if one_each else [])
    return found


def _asked(
    templates: Templates, topic: Topic, key: str, answer: Answer, name: str
) -> Iterator[Asked]:
    form = templates.form(name, topic.kind)
    parts = itertools.cycle(templates.parts.get(answer.body_part or "", [""]))
    for template in templates.of(topic, _PART if answer.body_part else key, form):
        sentence = templates.fill(template, name, form, next(parts))
        yield Asked(sentence, topic.id, key, answer.id, name, template)


class Mistyping:
    """Makes one typing error in a name, always the same one."""

    def __init__(self, faq: Faq) -> None:
        # Imported where it is needed: its lists take a second to load.
        from wordfreq import zipf_frequency

        self._frequency = zipf_frequency
        names = [name for topic in faq.topics.values() for name in topic.names]
        names += [name for subject in faq.subjects.values() for name in subject.names]
        names += [name for part in faq.body_parts.values() for name in part.names]
        self._words = {word for name in names for word in re.findall(r"[a-z]+", name)}

    def some(self, asked: Iterable[Asked]) -> list[Asked]:
        """Return those of the sentences in whose name an error can be made, with that error."""
        wrong = []
        for each in asked:
            name = self.of(each.name)
            if name and each.name in each.sentence:
                sentence = each.sentence.replace(each.name, name)
                wrong.append(replace(each, sentence=sentence, mistyped=True))
        return wrong

    def of(self, name: str) -> str | None:
        """Return the name with two letters swapped, or one missing or doubled, inside a word."""
        words = list(_LONG_WORD.finditer(name))
        # The name is the seed: a failure must come back in the next run.
        choice = random.Random(name)
        choice.shuffle(words)
        for word in words:
            variants = sorted(set(_variants(word[0])))
            choice.shuffle(variants)
            for variant in variants:
                if not self._is_word(variant):
                    return name[: word.start()] + variant + name[word.end() :]
        return None

    def _is_word(self, variant: str) -> bool:
        # 2.2 is where the spelling repair, too, takes a word for one that was meant.
        return variant in self._words or self._frequency(variant, "en") >= 2.2


def _variants(word: str) -> Iterator[str]:
    for place in range(1, len(word) - 1):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + word[place] + word[place:]
        if place + 2 < len(word) and word[place] != word[place + 1]:
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
