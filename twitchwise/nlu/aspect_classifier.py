"""Rasa glue round :mod:`twitchwise.nlu.aspect_model`: the intent is the aspect that is asked."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from twitchwise.errors import TwitchwiseError
from twitchwise.nlu.aspect_model import AspectModel, Span, replace_names
from twitchwise.nlu.spacy_pipeline import saved_fingerprint

_FINGERPRINT_FILE = "spacy_fingerprint.txt"
#: Each message is stored with its ranking.
_RANKING_LENGTH = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AspectClassifier(IntentClassifier, GraphComponent):
    """Classifies intents with a logistic regression over words whose names are replaced.

    Rasa's ``LogisticRegressionClassifier`` is not used: its import of skops costs 2 to 15 s at
    every start, it raises on texts without features, and it cannot replace names.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model: AspectModel,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        self._config = config
        self._model = model
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components that must come before this one."""
        return [SpacyNLP]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default settings: see ``LogisticRegression`` of scikit-learn."""
        return {"max_iter": 300, "c": 20.0, "random_state": 42}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AspectClassifier:
        """Return an untrained classifier."""
        model = AspectModel(config["max_iter"], config["c"], config["random_state"])
        return cls(config, model, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the classifier and save it."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._model.train(
            [_classified_text(e) for e in examples], [e.get(INTENT) for e in examples]
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
            (folder / _FINGERPRINT_FILE).write_text(saved_fingerprint(), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AspectClassifier:
        """Return the trained classifier.

        Raises:
            TwitchwiseError: the names in the FAQ have changed since the training.
        """
        with model_storage.read_from(resource) as folder:
            trained_with = (folder / _FINGERPRINT_FILE).read_text(encoding="utf-8")
            if trained_with != saved_fingerprint():
                raise TwitchwiseError(
                    "The model was trained with other names of topics than data/faq has now. "
                    "Mend: run 'make train'."
                )
            return cls(config, AspectModel.load(folder), model_storage, resource)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking; no intent for a text without known features."""
        for message in messages:
            predictions = self._model.predict(_classified_text(message))
            ranking = [
                {INTENT_NAME_KEY: label, PREDICTED_CONFIDENCE_KEY: confidence}
                for label, confidence in predictions[:_RANKING_LENGTH]
            ]
            best = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _classified_text(message: Message) -> str:
    """Return the text as the classifier sees it, in training and later alike."""
    doc = message.get(SPACY_DOCS[TEXT])
    if doc is None:
        return (message.get(TEXT) or "").lower()
    spans = [Span(e.start_char, e.end_char, e.ent_id_.partition("/")[0]) for e in doc.ents]
    return replace_names(doc.text, spans)
