"""What the safety rules consist of once they are loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from rapidfuzz.distance import OSA

from twitchwise.errors import TwitchwiseError
from twitchwise.safety.phrases import PhraseIndex

__all__ = [
    "REQUIRED_FLAGS",
    "Flag",
    "Frame",
    "Mask",
    "Raise",
    "Rules",
    "RulesError",
    "Sign",
    "Tier",
]

_NEVER = re.compile("(?!)")
REQUIRED_FLAGS = ("weakness", "numbness")
"""Flags without which the assistant must not start."""


class RulesError(TwitchwiseError):
    """The rules file cannot be used. The message says where and how to mend it.

    ``entry`` names the place (``flags[3].phrases[2]``, counted from 1), empty for the whole file.
    """

    def __init__(self, message: str, entry: str = "", problem: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.entry = entry
        self.problem = problem
        self.mend = mend


class Tier(str, Enum):
    """How urgent a sign is."""

    EMERGENCY = "emergency-now"
    SOON = "see-a-doctor-soon"
    NEXT_VISIT = "mention-at-next-visit"


@dataclass(frozen=True)
class Flag:
    """A warning sign. ``counts_supposed``: "best if I died" is one, too."""

    id: str
    tier: Tier
    required: bool = False
    needs_symptom: bool = False
    raise_with: frozenset[str] = frozenset()
    only_with: frozenset[str] = frozenset()
    counts_supposed: bool = False


@dataclass(frozen=True)
class Sign:
    """What a phrase or a frame stands for, with its conditions. ``rule`` names its entry."""

    flag: str
    not_with: frozenset[str] = frozenset()
    needs_person: bool = False
    rule: str = ""


@dataclass(frozen=True)
class Frame:
    """A pattern tried where one of its first words stands."""

    id: str
    pattern: re.Pattern[str]
    sign: Sign


@dataclass(frozen=True)
class Mask:
    """A look-alike. ``soft`` names the flag whose softer form the reply keeps."""

    soft: str | None = None
    rule: str = ""


@dataclass(frozen=True)
class Raise:
    """A group of words that turn weakness or numbness into an emergency."""

    group: str
    near: bool = False
    rule: str = ""


@dataclass(frozen=True)
class MaskPattern:
    """A look-alike told by a pattern, which matches only where a ``needed`` piece of text is."""

    pattern: re.Pattern[str]
    mask: Mask
    needed: frozenset[str] | None


@dataclass(frozen=True)
class ToldAgain:
    """What asks, after an emergency or an escalation, whether it can wait, or plays it down.

    ``next_only`` is true where it counts in the next message alone.
    """

    pattern: re.Pattern[str]
    next_only: bool
    rule: str


@dataclass(frozen=True)
class Rules:
    """Everything `assess` needs, compiled."""

    flags: Mapping[str, Flag]
    signs: PhraseIndex[Sign]
    frames: Mapping[str, tuple[Frame, ...]]
    masks: PhraseIndex[Mask]
    mask_patterns: tuple[MaskPattern, ...]
    # All pieces of text that one of them or another needs.
    mask_pieces: tuple[str, ...]
    raising: PhraseIndex[Raise]
    raising_lookalikes: re.Pattern[str] | None
    cues: PhraseIndex[str]
    words: Mapping[str, frozenset[str]]
    # Words for a particular person, whoever it is.
    persons: frozenset[str]
    affirmations: tuple[tuple[str, ...], ...]
    denials: tuple[tuple[str, ...], ...]
    told_again: tuple[ToldAgain, ...]
    # Words whose misspellings are guessed, each with the number of letters that may be wrong.
    stems: tuple[tuple[str, int], ...]
    common_words: frozenset[str]
    glued: re.Pattern[str]
    vocabulary: frozenset[str]
    # Entries that are left out, by `Sign.rule` and the like: shows what a rule is good for.
    disabled: frozenset[str] = frozenset()

    def without(self, *entries: str) -> Rules:
        """The rules as if these entries were not there."""
        return replace(self, disabled=self.disabled | set(entries))

    def without_guesses(self) -> Rules:
        """The rules alone: no typing error is guessed."""
        return replace(self, stems=(), glued=_NEVER)

    def all_entries(self) -> frozenset[str]:
        """The names of all phrases, frames, look-alikes, raising words and what is told again."""
        signs = [sign.rule for sign in self.signs.labels()]
        frames = [frame.sign.rule for frames in self.frames.values() for frame in frames]
        masks = [mask.rule for mask in self.masks.labels()]
        patterns = [each.mask.rule for each in self.mask_patterns]
        raising = [word.rule for word in self.raising.labels()]
        again = [each.rule for each in self.told_again]
        return frozenset([*signs, *frames, *masks, *patterns, *raising, *again])

    def speller(self, word: str) -> str:
        """The stem that a misspelt word stands for, or the word itself."""
        return _respell(self, word)


@lru_cache(maxsize=8192)
def _respell_cached(word: str, stems: tuple[tuple[str, int], ...]) -> str:
    best, best_distance = word, 3
    for stem, allowed in stems:
        if word[0] != stem[0] or abs(len(word) - len(stem)) > allowed:
            continue
        distance = OSA.distance(word, stem, score_cutoff=allowed)
        if distance <= allowed and distance < best_distance:
            best, best_distance = stem, distance
    return best


def _respell(rules: Rules, word: str) -> str:
    if len(word) < 4 or word in rules.vocabulary or word in rules.common_words:
        return word
    if "numb" in word or "weak" in word:
        glued = rules.glued.fullmatch(word)
        if glued:
            return glued[1]
    return _respell_cached(word, rules.stems)
