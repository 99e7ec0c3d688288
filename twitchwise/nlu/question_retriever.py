"""Adds to a message that was not understood the FAQ's questions that are nearest in wording."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from twitchwise.faq import project_faq
from twitchwise.faq.retrieval import QuestionIndex

#: The key in a message's parse data: a list of {"id", "score"}, nearest first.
SIMILAR_QUESTIONS = "similar_questions"
#: A longer text is a story; no question of the FAQ is near to all of it.
_LONGEST = 2000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionRetriever(GraphComponent):
    """Runs in the Rasa server, so that the action server needs no scikit-learn."""

    def __init__(self, index: QuestionIndex) -> None:
        self._index = index

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionRetriever:
        """Return the component with the questions of the project's FAQ."""
        return cls(QuestionIndex(project_faq().questions))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``similar_questions`` of each message whose intent is the fallback."""
        for message in messages:
            intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
            text = (message.get(TEXT) or "")[:_LONGEST]
            if intent != DEFAULT_NLU_FALLBACK_INTENT_NAME or not text.strip():
                continue
            matches = self._index.nearest(text)
            similar = [{"id": m.question.id, "score": round(m.score, 3)} for m in matches]
            message.set(SIMILAR_QUESTIONS, similar, add_to_output=True)
        return messages
