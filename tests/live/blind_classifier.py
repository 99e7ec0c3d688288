"""A classifier that understands nothing: whatever is said, it is sure of a greeting."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class BlindClassifier(IntentClassifier, GraphComponent):
    """Always says ``greet`` with a confidence of 1."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BlindClassifier:
        """Return the component."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent."""
        for message in messages:
            best = {"name": "greet", "confidence": 1.0}
            message.set("intent", best, add_to_output=True)
            message.set("intent_ranking", [best], add_to_output=True)
        return messages
