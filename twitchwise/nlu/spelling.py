"""Spelling repair against the assistant's own vocabulary. No Rasa in here.

Only understanding works on repaired text. The safety assessment reads what was typed.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

#: A word is a run of letters; numbers ("b12"), what holds them, and addresses are left alone.
_WORD = re.compile(r"(?<![\w@#])[^\W\d_]+(?:['’][^\W\d_]+)?(?![\w@]|\.\w)|\b\d[^\W\d_]+\b")
#: Shorter words have too many neighbours.
_SHORTEST = 4
_LONGEST = 24
#: A message has few words that nobody knows; noise has many.
_MOST_REPAIRS = 60
#: How words are shortened on phones; each is an ordinary word or too short to be repaired.
_SHORTHAND = {
    "wat": "what", "wot": "what", "wut": "what", "waht": "what", "wats": "whats", "wots": "whats",
    "wich": "which", "y": "why", "u": "you", "ur": "your", "r": "are", "n": "and", "nd": "and",
    "pls": "please", "plz": "please", "gud": "good", "gve": "give", "hav": "have", "av": "have",
    "cuz": "because", "coz": "because", "cos": "because", "bcoz": "because", "bc": "because",
    "abt": "about", "thx": "thanks", "ty": "thanks", "nite": "night", "alot": "a lot",
    "summat": "something", "sumthing": "something", "smth": "something", "dnt": "dont",
    "doin": "doing", "b4": "before", "2nite": "tonight",
}  # fmt: skip
#: Both halves of words that were run together ("legcramps").
_SHORTEST_HALF = 3
_LONG_HALF = 6


@dataclass(frozen=True)
class Lexicon:
    """What repair knows; plain data that is kept with the model.

    Attributes:
        names: words of the FAQ's names, as ``magnesium``: what repair is for; commonest first.
        words: other words of the training phrases, as ``symptoms``.
        common: ordinary English words, which are never taken for typing errors.
        kept: wrong words that are names in their own right ("vitd").
    """

    names: tuple[str, ...]
    words: frozenset[str]
    common: frozenset[str]
    kept: frozenset[str] = frozenset()

    def as_data(self) -> dict[str, list[str]]:
        """Return lists that JSON can hold."""
        return {
            "names": list(self.names),
            "words": sorted(self.words),
            "common": sorted(self.common),
            "kept": sorted(self.kept),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Iterable[str]]) -> Lexicon:
        """Return the lexicon that :meth:`as_data` wrote."""
        sets = (frozenset(data[key]) for key in ("words", "common", "kept"))
        return cls(tuple(data["names"]), *sets)


#: The names of one thing, and typing errors in them that the FAQ lists.
Spellings = tuple[Sequence[str], Sequence[str]]


def build_lexicon(spellings: Sequence[Spellings], phrases: Iterable[str]) -> Lexicon:
    """Return the lexicon of the FAQ's names and the training phrases.

    Args:
        spellings: the names of each thing in the FAQ with the typing errors that it lists. No
            word of those is a word to repair to.
        phrases: training phrases; their words count where they are ordinary English, as
            training phrases hold typing errors on purpose.
    """
    # Imported where it is needed: only training asks how common a word is.
    from wordfreq import get_frequency_dict

    frequencies = get_frequency_dict("en", wordlist="large")
    # 2.2 on the Zipf scale is two uses in ten million words: below it are mostly typing errors.
    common = {
        word
        for word, frequency in frequencies.items()
        if frequency >= 10**-6.8 and len(word) >= _SHORTEST and word.isalpha()
    }
    names = set(_words(name for right, _ in spellings for name in right))
    wrong = set(_words(slip for _, listed in spellings for slip in listed)) - names
    used = Counter(_words(phrases))
    ordinary = {word for word, uses in used.items() if uses >= 2 and word in common}
    # Of names that are equally near to a word, the commoner one is meant.
    own = sorted(names - wrong, key=lambda word: (-frequencies.get(word, 0.0), word))
    lexicon = Lexicon(tuple(own), frozenset(ordinary - names), frozenset(common))
    return replace(lexicon, kept=_better_left_alone(lexicon, spellings))


def _better_left_alone(lexicon: Lexicon, spellings: Sequence[Spellings]) -> frozenset[str]:
    """Return the words of listed typing errors that repair would take for something else.

    The FAQ finds "brest feeding" by itself, and nothing once it has become "best feeding".
    """
    spelling = SpellingRepair(lexicon)
    return frozenset(
        word
        for right, listed in spellings
        for slip in listed
        if not any(name.lower() in spelling.repair(slip).lower() for name in right)
        for word in _words([slip])
        if not spelling.is_known(word)
    )


def _words(texts: Iterable[str]) -> Iterable[str]:
    return (word for text in texts for word in _WORD.findall(text.lower()))


class SpellingRepair:
    """Repairs words that are in no vocabulary and near to one that is."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._own = frozenset(lexicon.names)
        self._known: Collection[str] = self._own | lexicon.words | lexicon.common | lexicon.kept
        self._names = [word for word in lexicon.names if len(word) >= _SHORTEST]
        self._words = sorted(word for word in lexicon.words if len(word) >= _SHORTEST)
        self._repaired = functools.lru_cache(maxsize=4096)(self._look_up)

    def repair(self, text: str) -> str:
        """Return ``text`` with the words put right that can be; all else stays as it is."""
        left = _MOST_REPAIRS

        def put_right(match: re.Match[str]) -> str:
            nonlocal left
            word = match[0].lower()
            if word in _SHORTHAND:
                return _SHORTHAND[word]
            if not _SHORTEST <= len(word) <= _LONGEST or self.is_known(word) or left <= 0:
                return match[0]
            left -= 1
            return self._repaired(word) or match[0]

        return _WORD.sub(put_right, text)

    def is_known(self, word: str) -> bool:
        """Say whether ``word`` (lower case) is a word, apart from a possessive ending."""
        first, *rest = re.split("['’]", word)
        return (
            word in self._known or bool(rest) and (len(first) < _SHORTEST or first in self._known)
        )

    def _look_up(self, word: str) -> str | None:
        name = self._nearest(word, self._names, allowed_edits(word))
        other = self._nearest(word, self._words, min(allowed_edits(word), 2))
        if name and (other is None or name[1] <= other[1]):
            return name[0]
        if other is not None:
            return other[0]
        return self._parted(word)

    def _nearest(self, word: str, vocabulary: list[str], edits: int) -> tuple[str, int] | None:
        found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=edits, limit=5)
        # People seldom get a word's first letter wrong.
        # A letter is forgotten more often than mistaken: "temor" is a tremor, not a tumor.
        near = [
            (
                int(d) + (match[0] != word[0]),
                -round(JaroWinkler.similarity(word, match), 1),
                place,
                match,
            )
            for match, d, place in found
        ]
        distance, _, _, best = min(near, default=(edits + 1, 0.0, 0, ""))
        return (best, distance) if distance <= edits else None

    def _parted(self, word: str) -> str | None:
        """Return the two words that were run together, at least one of them a name."""
        known = self._own | self.lexicon.words
        cuts = range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)
        halves = [(word[:cut], word[cut:]) for cut in cuts]
        for left, right in halves:
            if left in known and right in known and {left, right} & self._own:
                return f"{left} {right}"
        for left, right in halves:
            # One half may be misspelt besides ("potasiumdeficiency").
            if right in self._own and (near := self._name_like(left)):
                return f"{near} {right}"
            if left in self._own and (near := self._name_like(right)):
                return f"{left} {near}"
        return None

    def _name_like(self, word: str) -> str | None:
        found = self._nearest(word, self._names, 1) if len(word) >= _LONG_HALF else None
        return found[0] if found else None


def allowed_edits(word: str) -> int:
    """Return how many letters may be wrong, missing, doubled or swapped in a word."""
    if len(word) < 6:
        return 1
    return 2 if len(word) < 10 else 3
