"""What a remark points to: "it was 36 on that roof" to dehydration, "three weeks now" to how long.

People tell of their lives without naming what may matter in them. A classifier of its own learns
from ``data/faq/remarks.yml`` which remark points to which topic. No Rasa in here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from twitchwise.faq.remark_phrases import NOTHING
from twitchwise.nlu.aspect_model import AspectModel

#: From here on, a remark is taken to point to something (docs/architecture.md).
_LEAST = 0.6
_FEWEST_WORDS = 3


class RemarkModel:
    """Says what a remark points to."""

    def __init__(self, model: AspectModel) -> None:
        """Take the classifier; untrained, it points to nothing."""
        self._model = model

    def train(self, remarks: Iterable[tuple[str, str]]) -> None:
        """Fit on pairs of a phrase as the reader sees it and what it points to."""
        texts, labels = zip(*remarks, strict=True)
        self._model.train(texts, labels)

    def about(self, text: str) -> str | None:
        """Return what a remark points to; None where that is nothing, or not sure enough.

        Args:
            text: the remark, repaired, with its names replaced.
        """
        if len(text.split()) < _FEWEST_WORDS:
            return None
        best = next(iter(self._model.predict(text)), None)
        if best is None or best.label == NOTHING or best.confidence < _LEAST:
            return None
        return best.label

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self._model.save(folder)

    @classmethod
    def load(cls, folder: Path) -> RemarkModel:
        """Read what :meth:`save` wrote."""
        return cls(AspectModel.load(folder))
