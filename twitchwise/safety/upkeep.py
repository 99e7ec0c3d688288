"""Keeps the rules lean and their guesses harmless: what the build refuses."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from twitchwise.safety.matching import find
from twitchwise.safety.normalise import normalise
from twitchwise.safety.rules import Rules, RulesError, Sign

__all__ = ["Redundant", "collisions", "redundant_phrases", "require_sound", "rules_fired"]


@dataclass(frozen=True)
class Redundant:
    """A phrase, and the other rule of its sign that finds it."""

    flag: str
    phrase: str
    found_by: str

    def __str__(self) -> str:
        return (
            f"flags[{self.flag}]: the phrase {self.phrase!r} adds nothing, since "
            f"{self.found_by!r} finds it already; remove it."
        )


def redundant_phrases(rules: Rules) -> Iterator[Redundant]:
    """Yield each phrase that the rules find without it (typing errors are not guessed)."""
    rules = rules.without_guesses()
    for sign in sorted(set(rules.signs.labels()), key=lambda sign: sign.rule):
        phrase = sign.rule.split(": ", 1)[1]
        text = normalise(phrase, rules.vocabulary)
        for mention in find(text, rules.without(sign.rule)).mentions:
            if mention.sign.flag == sign.flag and _is_as_wide(mention.sign, sign):
                yield Redundant(sign.flag, phrase, mention.sign.rule)
                break


def _is_as_wide(other: Sign, sign: Sign) -> bool:
    """Whether the other rule counts wherever this one does."""
    return other.not_with <= sign.not_with and other.needs_person <= sign.needs_person


def rules_fired(text: str, rules: Rules) -> frozenset[str]:
    """Return the entries that a message meets: phrases, frames, look-alikes and so on."""
    normal = normalise(text, rules.vocabulary)
    found = find(normal, rules)
    return frozenset(
        [
            *(mention.sign.rule for mention in found.mentions),
            *(word.label.rule for word in found.raising),
            *found.set_aside,
            *(each.rule for each in rules.told_again if each.pattern.search(normal.text)),
        ]
    )


#: Words from this Zipf frequency on are ordinary English (1: once in a hundred million words).
_ORDINARY = 2.5


def collisions(rules: Rules, words: Iterable[str] | None = None) -> list[str]:
    """Return ordinary English words that would be taken for a typing error of a sign.

    "Water" is two letters from "weaker". Each that is found belongs into `spelling.common_words`.

    Args:
        rules: the rules with their stems.
        words: the words to try; those of wordfreq's list where left out.
    """
    if words is None:
        from wordfreq import iter_wordlist, zipf_frequency

        words = itertools.takewhile(
            lambda word: zipf_frequency(word, "en") >= _ORDINARY, iter_wordlist("en")
        )
    stems = {stem for stem, _ in rules.stems}
    return [word for word in words if rules.speller(word) != word and word not in stems]


def require_sound(rules: Rules) -> None:
    """Make sure that no rule is idle and no guess takes an ordinary word for a sign.

    Raises:
        RulesError: one is or does; the message says which and what to do.
    """
    for found in redundant_phrases(rules):
        raise RulesError(
            f"red_flags.yml: {found}",
            f"flags[{found.flag}].phrases",
            f"holds {found.phrase!r}, which {found.found_by!r} finds already",
            "remove it",
        )
    for word in collisions(rules):
        raise RulesError(
            f"red_flags.yml: {word!r} is an ordinary word and would be taken for a typing error; "
            "add it to `spelling.common_words`.",
            "spelling.common_words",
            f"lacks {word!r}, an ordinary word that would be taken for a typing error",
            "add it",
        )
