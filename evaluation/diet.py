"""Rasa's default pipeline, trained on our phrases: ``python -m evaluation.diet``.

A process of its own: it imports TensorFlow, and holds what a training needs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language

from evaluation.peers import key_of
from evaluation.understanding import FALLBACK_INTENT, RULES, marked_lines, responses_of_intents
from twitchwise.faq import Faq, project_faq
from twitchwise.faq.context import Context
from twitchwise.faq.models import Topic
from twitchwise.faq.query import Request, resolve
from twitchwise.nlu.spacy_pipeline import BODY_PART, TOPIC, build_pipeline
from twitchwise.paths import project_root

CONFIG = Path(__file__).with_name("diet.yml")
_MODEL = "diet"
_NOTE = "training.json"
_SUBJECT = "subject"
#: Intents that name a topic and leave it open what is asked.
_OPEN = ("mention_topic", "describe")


def main(folder: Path, questions: Path, replies: Path) -> None:
    """Train if need be, ask ``questions`` (a JSON list of texts), and write the replies."""
    faq = project_faq()
    model, note = trained_model(faq, folder)
    texts = json.loads(questions.read_text(encoding="utf-8"))
    delivered = [delivered_for(faq, data) for data in parsed(model, texts)]
    replies.write_text(json.dumps({**note, "delivered": delivered}), encoding="utf-8")


def trained_model(faq: Faq, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return the model for the phrases as they are now, and how its training went."""
    from rasa.model_training import train_nlu

    training_data, phrases = marked_phrases(faq, folder / "spacy")
    config = CONFIG.read_text(encoding="utf-8")
    home = folder / f"diet-{key_of(training_data, config)}"
    model, note = home / f"{_MODEL}.tar.gz", home / _NOTE
    if not (model.is_file() and note.is_file()):
        home.mkdir(parents=True, exist_ok=True)
        nlu = home / "nlu.yml"
        nlu.write_text(training_data, encoding="utf-8")
        begun = time.monotonic()
        train_nlu(str(CONFIG), str(nlu), str(home), fixed_model_name=_MODEL)
        took = {
            "training_seconds": round(time.monotonic() - begun, 1),
            "phrases": phrases,
            "epochs": _epochs(),
        }
        note.write_text(json.dumps(took), encoding="utf-8")
    return model, json.loads(note.read_text(encoding="utf-8"))


def _epochs() -> int:
    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"]
    return next(int(each["epochs"]) for each in pipeline if "epochs" in each)


def marked_phrases(faq: Faq, spacy_folder: Path) -> tuple[str, int]:
    """Return our training phrases with every name of the FAQ marked, and how many they are.

    Names are marked by the ruler that our own pipeline uses, so that both know the same names;
    each is given the id of what it names, which trains Rasa's synonyms.
    """
    from rasa.shared.nlu.training_data.entities_parser import replace_entities
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    build_pipeline(faq, spacy_folder)
    nlp = spacy.load(spacy_folder)
    lines = marked_lines(*sorted((project_root() / "data" / "nlu").glob("*.yml")))
    examples = []
    for line, intent in lines:
        text = replace_entities(line)
        examples.append(Message.build(text=text, intent=intent, entities=marks(nlp, text)))
    data = TrainingData(examples, entity_synonyms=synonyms(faq))
    return data.nlu_as_yaml(), len(examples)


def marks(nlp: Language, text: str) -> list[dict[str, Any]]:
    """Return the names in ``text`` as Rasa writes entities."""
    return [
        {
            "start": entity.start_char,
            "end": entity.end_char,
            "entity": entity.label_,
            # kind/id, or kind/id/when it counts (see `entity_patterns`)
            "value": entity.ent_id_.split("/")[1],
        }
        for entity in nlp(text).ents
    ]


def synonyms(faq: Faq) -> dict[str, str]:
    """Return every name of the FAQ with the id of what it names."""
    found = {
        name: topic.id
        for topic in faq.topics.values()
        for name in (*topic.names, *topic.misspellings)
    }
    found |= {
        name: subject.id
        for subject in faq.subjects.values()
        for name in (*subject.names, *subject.misspellings)
    }
    return {name: identity for name, identity in found.items() if name != identity}


def parsed(model: Path, texts: Sequence[str]) -> Iterable[dict[str, Any]]:
    """Yield what the model makes of each text."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    processor = Agent.load(str(model)).processor
    assert processor is not None
    for text in texts:
        yield dict(asyncio.run(processor.parse_message(UserMessage(text))))


def delivered_for(faq: Faq, data: Mapping[str, Any]) -> list[str]:
    """Return the ids of the reply to a message: one thing is asked, as in our first version."""
    intent = str((data.get("intent") or {}).get("name"))
    response = _RESPONSES.get(intent)
    if response:
        return [response]
    if intent == FALLBACK_INTENT:
        return ["utter_fallback"]
    aspect = intent[len("ask_") :] if intent.startswith("ask_") else None
    if aspect not in faq.aspects and intent not in _OPEN:
        return ["utter_ask_what"]
    return _answers(faq, aspect if aspect in faq.aspects else None, data.get("entities") or [])


_RESPONSES = responses_of_intents(RULES)


def _answers(faq: Faq, aspect: str | None, entities: Sequence[Mapping[str, Any]]) -> list[str]:
    topics = [topic for name in _named(entities, TOPIC) if (topic := _topic(faq, name))]
    parts = [p for name in _named(entities, BODY_PART) if (p := faq.body_part_named(name))]
    subjects = [s for name in _named(entities, _SUBJECT) if (s := _subject(faq, name))]
    if subjects and not topics:
        return [f"no_source.{subject}" for subject in subjects]
    requests = resolve(faq, aspect, topics, parts[0] if parts else None, Context())
    answers = [_answer(faq, request) for request in requests]
    return list(dict.fromkeys([*(f"no_source.{subject}" for subject in subjects), *answers]))


def _answer(faq: Faq, request: Request) -> str:
    answer = faq.find_answer(request.topic, request.aspect, request.body_part)
    # Our bot says honestly that it has no source; so may this one.
    return answer.id if answer else f"no_source.{request.topic.id}.{request.aspect}"


def _named(entities: Sequence[Mapping[str, Any]], label: str) -> list[str]:
    return [str(entity["value"]) for entity in entities if entity["entity"] == label]


def _topic(faq: Faq, name: str) -> Topic | None:
    return faq.topics.get(name) or faq.topic_named(name)


def _subject(faq: Faq, name: str) -> str | None:
    subject = faq.subjects.get(name) or faq.subject_named(name)
    return subject.id if subject else None


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
