"""Finds many phrases in a stream of words in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

__all__ = ["PhraseIndex", "Surface"]

Surface = frozenset[str]
"""The forms one word of a phrase may take."""
Label = TypeVar("Label")


class PhraseIndex(Generic[Label]):
    """Phrases keyed by their first one or two words: a text costs about one look-up a word."""

    def __init__(self, entries: Iterable[tuple[Sequence[Surface], Label]]) -> None:
        self._single: dict[str, list[Label]] = {}
        self._longer: dict[str, dict[str, list[tuple[tuple[Surface, ...], Label]]]] = {}
        words: set[str] = set()
        for phrase, label in entries:
            words.update(*phrase)
            if len(phrase) == 1:
                for form in phrase[0]:
                    labels = self._single.setdefault(form, [])
                    if label not in labels:
                        labels.append(label)
                continue
            rest = tuple(phrase[2:])
            for first in phrase[0]:
                seconds = self._longer.setdefault(first, {})
                for second in phrase[1]:
                    seconds.setdefault(second, []).append((rest, label))
        self.vocabulary = frozenset(words)

    def labels(self) -> Iterator[Label]:
        """Every label, as often as phrases have it."""
        for found in self._single.values():
            yield from found
        for seconds in self._longer.values():
            for phrases in seconds.values():
                yield from (label for _, label in phrases)

    def scan(self, words: Sequence[str]) -> Iterator[tuple[int, int, Label]]:
        """Every phrase found, as first word, word after the last, and label."""
        count = len(words)
        for start, word in enumerate(words):
            for label in self._single.get(word, ()):
                yield start, start + 1, label
            seconds = self._longer.get(word)
            if seconds is None or start + 1 >= count:
                continue
            for rest, label in seconds.get(words[start + 1], ()):
                end = start + 2 + len(rest)
                if end <= count and all(
                    words[start + 2 + i] in form for i, form in enumerate(rest)
                ):
                    yield start, end, label
