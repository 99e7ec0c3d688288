"""Understands button payloads (``q:mg.foods``), past the classifier."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from twitchwise.faq import Faq, project_faq
from twitchwise.faq.payloads import PREFIX, parse_payload
from twitchwise.faq.understood import CLAUSES, SIMILAR_QUESTIONS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PayloadParser(IntentClassifier, GraphComponent):
    """Sets intent and entities of a payload; a payload of nothing known becomes a fallback."""

    def __init__(self, faq: Faq) -> None:
        self._faq = faq

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PayloadParser:
        """Return the component with the project's FAQ."""
        return cls(project_faq())

    def process(self, messages: list[Message]) -> list[Message]:
        """Handle the messages that are payloads; leave the others alone."""
        for message in messages:
            text = (message.get(TEXT) or "").strip()
            if text.startswith(PREFIX):
                self._set(message, text)
        return messages

    def _set(self, message: Message, text: str) -> None:
        payload = parse_payload(text)
        topic = self._faq.topic_with_code(payload.code) if payload else None
        entities: list[dict[str, Any]] = []
        intent = DEFAULT_NLU_FALLBACK_INTENT_NAME
        if payload and topic and payload.aspect in self._faq.aspects:
            intent = f"ask_{payload.aspect}"
            entities.append(_entity("topic", topic.id, text))
            if payload.body_part in self._faq.body_parts:
                entities.append(_entity("body_part", payload.body_part, text))
        best = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}
        message.set(INTENT, best, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [best], add_to_output=True)
        message.set(ENTITIES, entities, add_to_output=True)
        # What was read in the letters of a payload means nothing.
        message.set(CLAUSES, [], add_to_output=True)
        message.set(SIMILAR_QUESTIONS, [], add_to_output=True)


def _entity(label: str, value: str | None, text: str) -> dict[str, Any]:
    return {
        "entity": label,
        "value": value,
        "start": 0,
        "end": len(text),
        "extractor": PayloadParser.__name__,
    }
