"""Rasa glue round :mod:`twitchwise.nlu.reading`: the one component that understands messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from twitchwise.errors import TwitchwiseError
from twitchwise.faq import Faq, project_faq
from twitchwise.faq.remark_phrases import read_remarks
from twitchwise.faq.retrieval import QuestionIndex
from twitchwise.faq.understood import CLAUSES, FOREIGN, GOES_ON, SIMILAR_QUESTIONS
from twitchwise.nlu.aspect_model import AspectModel
from twitchwise.nlu.left_out import LeftOut
from twitchwise.nlu.names_in_text import Name
from twitchwise.nlu.plain_names import PlainNames
from twitchwise.nlu.reading import MessageReader, Reading
from twitchwise.nlu.remarks import RemarkModel
from twitchwise.nlu.spacy_pipeline import saved_fingerprint
from twitchwise.nlu.spelling import Lexicon, SpellingRepair, Spellings, build_lexicon
from twitchwise.paths import faq_folder

#: A longer text is a story; no question of the FAQ is near to all of it.
_LONGEST_SIMILAR = 300
_FINGERPRINT_FILE = "spacy_fingerprint.txt"
_LEXICON_FILE = "lexicon.json"
#: Words that are no typing errors, though no dictionary has them.
_OWN_WORDS = ("twitchwise", "rasa", "covid", "chatgpt")
#: Each message is stored with its ranking.
_RANKING_LENGTH = 3
_REMARKS_FOLDER = "remarks"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER,
    is_trainable=True,
    model_from=SpacyNLP.__name__,
)
class QuestionReader(IntentClassifier, GraphComponent):
    """Sets intent, entities and ``clauses`` of a message, and the nearest questions of the FAQ.

    One component, since a component of Rasa's graph cannot call another: the clauses of a
    message have to be found before each is classified.
    """

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[AspectModel] = None,
        spelling: Optional[SpellingRepair] = None,
        remarks: Optional[RemarkModel] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model or self._new_model()
        self._spelling = spelling
        self._remarks = remarks
        self._faq = project_faq()
        self._index: Optional[QuestionIndex] = None
        self._reader: Optional[MessageReader] = None

    @classmethod
    def required_components(cls) -> List[type]:
        """Return the components that must come before this one."""
        return [SpacyNLP]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings.

        ``answer_confidence`` is the threshold of docs/evaluation.md; the others are those of
        scikit-learn's ``LogisticRegression`` and ``TfidfVectorizer``.
        """
        return {
            "answer_confidence": 0.35,
            "max_iter": 300,
            "c": 50.0,
            "random_state": 42,
            "min_df": 2,
        }

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionReader:
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Learn the vocabulary and the classifier from the phrases, and save both."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        texts = [e.get(TEXT) for e in examples]
        self._spelling = SpellingRepair(lexicon_of(self._faq, texts))
        reader = self._message_reader(model)
        self._model.train(
            [reader.training_text(text) for text in texts], [e.get(INTENT) for e in examples]
        )
        self._remarks = self._trained_remarks(reader)
        with self._model_storage.write_to(self._resource) as folder:
            self._save(folder)
        return self._resource

    def _trained_remarks(self, reader: MessageReader) -> RemarkModel:
        """Return the classifier of remarks, which sees them as the reader will."""
        remarks = RemarkModel(self._new_model())
        phrases = read_remarks(faq_folder(), self._faq.topics)
        remarks.train((reader.training_text(each.text), each.about) for each in phrases)
        return remarks

    def _new_model(self) -> AspectModel:
        config = self._config
        return AspectModel(
            config["max_iter"], config["c"], config["random_state"], config["min_df"]
        )

    def _save(self, folder: Path) -> None:
        assert self._spelling is not None
        assert self._remarks is not None
        self._model.save(folder)
        self._remarks.save(folder / _REMARKS_FOLDER)
        lexicon = json.dumps(self._spelling.lexicon.as_data())
        (folder / _LEXICON_FILE).write_text(lexicon, encoding="utf-8")
        (folder / _FINGERPRINT_FILE).write_text(saved_fingerprint(), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QuestionReader:
        """Return the trained component.

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
            lexicon = Lexicon.from_data(
                json.loads((folder / _LEXICON_FILE).read_text(encoding="utf-8"))
            )
            model = AspectModel.load(folder)
            remarks = RemarkModel.load(folder / _REMARKS_FOLDER)
        return cls(config, model_storage, resource, model, SpellingRepair(lexicon), remarks)

    def process(self, messages: List[Message], model: SpacyModel) -> List[Message]:
        """Read each message."""
        reader = self._message_reader(model)
        for message in messages:
            text = message.get(TEXT) or ""
            reading = reader.read(text)
            _set_reading(message, reading)
            if reading.foreign:
                message.set(FOREIGN, True, add_to_output=True)
            if reading.goes_on:
                message.set(GOES_ON, True, add_to_output=True)
            similar = self._similar(reading.text)
            if similar:
                message.set(SIMILAR_QUESTIONS, similar, add_to_output=True)
        return messages

    def _similar(self, text: str) -> List[Dict[str, Any]]:
        if len(text) > _LONGEST_SIMILAR or not text.strip():
            return []
        if self._index is None:
            self._index = QuestionIndex(self._faq.questions)
        matches = self._index.nearest(text)
        return [{"id": m.question.id, "score": round(m.score, 3)} for m in matches]

    def _message_reader(self, spacy_model: SpacyModel) -> MessageReader:
        if self._reader is None:
            assert self._spelling is not None
            self._reader = MessageReader(
                spacy_model.model,
                self._spelling,
                self._model,
                aspect_heads(self._faq),
                self._faq.abbreviations,
                PlainNames(self._faq.foods.values()),
                self._config["answer_confidence"],
                self._remarks,
                LeftOut(self._faq.food_groups.values(), self._faq.diets),
                PlainNames(self._faq.unmentioned.values()),
            )
        return self._reader


def lexicon_of(faq: Faq, phrases: List[str]) -> Lexicon:
    """Return the lexicon of the FAQ's names and of the training phrases."""
    spellings: List[Spellings] = [(_OWN_WORDS, ())]
    spellings += [(part.names, ()) for part in faq.body_parts.values()]
    spellings += [(topic.names, topic.misspellings) for topic in faq.topics.values()]
    spellings += [(food.names, ()) for food in faq.foods.values()]
    spellings += [(subject.names, subject.misspellings) for subject in faq.subjects.values()]
    return build_lexicon(spellings, phrases)


def aspect_heads(faq: Faq) -> Dict[str, str]:
    """Return the nouns that name an aspect by themselves, with the aspect's id."""
    return {head: aspect.id for aspect in faq.aspects.values() for head in aspect.heads}


def _set_reading(message: Message, reading: Reading) -> None:
    ranking = [
        {INTENT_NAME_KEY: label, PREDICTED_CONFIDENCE_KEY: confidence}
        for label, confidence in reading.ranking[:_RANKING_LENGTH]
    ]
    best = {INTENT_NAME_KEY: reading.intent, PREDICTED_CONFIDENCE_KEY: reading.confidence}
    message.set(INTENT, best, add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    message.set(ENTITIES, [_entity(name) for name in reading.names], add_to_output=True)
    message.set(CLAUSES, [clause.as_data() for clause in reading.clauses], add_to_output=True)


def _entity(name: Name) -> Dict[str, Any]:
    return {
        "entity": name.label,
        "value": name.id,
        "start": name.start,
        "end": name.end,
        "extractor": QuestionReader.__name__,
    }
