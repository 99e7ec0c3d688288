"""What the trained model makes of messages, in this process: intents, names, and how sure it is."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evaluation.held_out import FOLDER
from evaluation.results import Share, Sureness, Understanding
from evaluation.scoring import Delivered, Replies, is_right
from evaluation.thresholds import Thresholds, length_of
from twitchwise.faq import Faq
from twitchwise.faq.context import Context
from twitchwise.faq.reply import reply_to_message
from twitchwise.faq.retrieval import QuestionIndex
from twitchwise.faq.understood import clauses_of
from twitchwise.paths import models_folder, project_root

MESSAGES = FOLDER / "held_out.yml"
RULES = project_root() / "data" / "rules"
FALLBACK_INTENT = "nlu_fallback"
_BODY_PART = "body_part"

#: A message's text as the server gets it, to its parse data.
Parse = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Marked:
    """A message with its intent and the names that are marked in it, by meaning."""

    text: str
    intent: str
    named: frozenset[str]


@dataclass(frozen=True)
class Understood:
    """What a message was understood as."""

    intent: str
    found: frozenset[str]


def load_parser() -> Parse:
    """Return a function that parses a text with the trained model, as the server does.

    Raises:
        FileNotFoundError: there is no trained model.
    """
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    model = models_folder() / "twitchwise.tar.gz"
    if not model.is_file():
        raise FileNotFoundError(2, "There is no model: run 'make train'", str(model))
    # config.yml names the spaCy pipeline by a path from the project's folder.
    os.chdir(project_root())
    processor = Agent.load(str(model)).processor
    assert processor is not None
    return lambda text: dict(asyncio.run(processor.parse_message(UserMessage(text))))


def load_marked(faq: Faq, path: Path = MESSAGES) -> list[Marked]:
    """Return the marked messages of an NLU file."""
    from rasa.shared.nlu.training_data.entities_parser import (
        find_entities_in_training_example,
        replace_entities,
    )

    return [
        Marked(
            text=replace_entities(line),
            intent=intent,
            named=meanings(faq, find_entities_in_training_example(line)),
        )
        for line, intent in marked_lines(path)
    ]


def marked_lines(*files: Path) -> list[tuple[str, str]]:
    """Return the messages of NLU files as they are marked, with their intents."""
    found = []
    for file in files:
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = str(block.get("examples") or "").splitlines()
            found += [(re.sub(r"^- ", "", line.strip()), str(block["intent"])) for line in lines]
    return found


#: Topics that came after the marks in the file, as the subjects without a source did.
_UNMARKED = frozenset({"plant_diet", "older_age", "night_twitch"})


def meanings(faq: Faq, entities: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return what is named, by meaning: ids of topics, body parts and subjects.

    "Foot twitching" is a foot and a twitch, whether marked as one name or as two. "Vitamin" and
    "deficiency" add nothing where another topic is named ("calcium shortage"). A marked name that
    the FAQ lacks counts as the name inside it ("low potasium"), or else stays as it is.
    """
    topics: set[str] = set()
    others: set[str] = set()
    entities = [
        e for e in entities if e["entity"] != "subject" and str(e["value"]) not in _UNMARKED
    ]
    of_part = {part.topic: part.id for part in faq.body_parts.values() if part.topic != "twitch"}
    for entity in entities:
        name = str(entity["value"])
        topic = next((t for words in _inside(name) if (t := faq.topic_named(words))), None)
        if entity["entity"] == _BODY_PART:
            part = faq.body_part_named(name)
            others.add(f"body part {part.id if part else name}")
        elif topic is None:
            others.add(_subject(faq, name))
        elif topic.id in of_part:
            others.add(f"body part {of_part[topic.id]}")
            topics.add("twitch")
        else:
            topics.add(topic.id)
    if topics - {"deficiency"}:
        topics.discard("deficiency")
    return frozenset({f"topic {topic}" for topic in topics} | others)


def understand(parse: Parse, faq: Faq, marked: Sequence[Marked]) -> list[Understood]:
    """Parse each message."""
    found = []
    for message in marked:
        data = parse(message.text)
        intent = str(data["intent"]["name"])
        found.append(Understood(intent, meanings(faq, data.get("entities") or [])))
    return found


def measure_understanding(
    marked: Sequence[Marked], understood: Sequence[Understood]
) -> Understanding:
    """Return how well intents and names were recognised."""
    pairs = list(zip(marked, understood, strict=True))
    expected = Counter(m.intent for m in marked)
    predicted = Counter(u.intent for u in understood)
    agreed = Counter(m.intent for m, u in pairs if m.intent == u.intent)
    f1 = {
        intent: round(2 * agreed[intent] / (count + predicted[intent]), 4)
        for intent, count in sorted(expected.items())
    }
    both = sum(len(m.named & u.found) for m, u in pairs)
    found, named = sum(len(u.found) for _, u in pairs), sum(len(m.named) for m, _ in pairs)
    return Understanding(
        intents=Share.of(m.intent == u.intent for m, u in pairs),
        macro_f1=sum(f1.values()) / len(f1),
        weighted_f1=sum(f1[intent] * count for intent, count in expected.items()) / len(pairs),
        f1_by_intent=f1,
        entity_precision=Share(hits=both, out_of=found),
        entity_recall=Share(hits=both, out_of=named),
        entity_f1=2 * both / (found + named) if found + named else 0.0,
        confusion={
            intent: dict(Counter(u.intent for m, u in pairs if m.intent == intent))
            for intent in sorted(expected)
        },
    )


def measure_sureness(parse: Parse, faq: Faq, thresholds: Thresholds, replies: Replies) -> Sureness:
    """Return how sure the bot is of each question, and what came of it."""
    responses = responses_of_intents(RULES)
    index = QuestionIndex(faq.questions)
    found = Sureness(
        threshold=thresholds.answer_confidence,
        same_question=thresholds.same_question,
        sure=dict(thresholds.sure),
    )
    for question, came in zip(replies.questions, replies.delivered, strict=True):
        data = parse(question.ask)
        held_back = came.suggests or came.falls_back
        judged = Delivered(first_guess(faq, data, responses)) if held_back else came
        found.confidence.append(round(_least_sure(data, faq), 3))
        found.length.append(length_of(question.ask))
        found.right.append(is_right(judged, question))
        nearest = index.nearest(question.ask, limit=1, at_least=0.0)
        found.similarity.append(round(nearest[0].score, 3) if nearest else 0.0)
        answers = nearest[0].question.answers if nearest else ()
        found.similar_right.append(is_right(Delivered(tuple(answers)), question))
    return found


def _least_sure(data: Mapping[str, Any], faq: Faq) -> float:
    """Return the confidence that decides whether an answer is a guess."""
    asked = [clause.confidence for clause in clauses_of(data, faq) if clause.asked]
    return min([surest(data)[1], *asked])


def surest(data: Mapping[str, Any]) -> tuple[str, float]:
    """Return the most probable intent that is not the fallback, with its confidence."""
    best = data.get("intent") or {}
    if best.get("name") != FALLBACK_INTENT:
        return str(best.get("name")), float(best.get("confidence") or 0.0)
    ranking = data.get("intent_ranking") or []
    guesses = [guess for guess in ranking if guess.get("name") != FALLBACK_INTENT]
    if not guesses:
        return FALLBACK_INTENT, 0.0
    return str(guesses[0]["name"]), float(guesses[0]["confidence"])


def first_guess(faq: Faq, data: Mapping[str, Any], responses: Mapping[str, str]) -> tuple[str, ...]:
    """Return what would be delivered if the surest intent were taken, however unsure it is."""
    intent, confidence = surest(data)
    if intent in responses:
        return (responses[intent],)
    taken = {**data, "intent": {"name": intent, "confidence": confidence}}
    said = reply_to_message(faq, taken, Context()).answered.split()
    return tuple(given for given in said if "." in given)


def responses_of_intents(folder: Path) -> dict[str, str]:
    """Return the intents that the rules answer with a response, and that response."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8")).get("rules") or []:
            steps = rule["steps"]
            intent = next((step["intent"] for step in steps if "intent" in step), None)
            actions = [str(step["action"]) for step in steps if "action" in step]
            if isinstance(intent, str) and actions and actions[0].startswith("utter_"):
                found.setdefault(intent, actions[0])
    return found


def _inside(name: str) -> Iterable[str]:
    """Yield the name and the runs of words in it, longest first."""
    words = name.split()
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _subject(faq: Faq, name: str) -> str:
    subject = faq.subjects.get(name) or faq.subject_named(name)
    return f"subject {subject.id}" if subject else f"topic {name}"
