"""Messages that name weakness or numbness: inflections, many sentences, typing errors."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

#: Sentences in which somebody has it; each takes the words of one list.
_STATES = (
    "weak",
    "numb",
    "weaker",
    "number than before",
    "weakened",
    "numbed",
    "weakish",
    "numbish",
)
_NOUNS = ("weakness", "numbness")
_PARTS = ("foot", "left hand", "arms", "legs", "thigh", "little finger", "calf", "big toe", "face")
_OF_STATES = (
    "my {part} feels {word}",
    "MY {part} IS {word} TODAY",
    "since monday my {part} gets {word} and twitches",
    "which foods have magnesium, my {part} is {word}",
    "why is my {part} so {word}?",
    "my mother says her {part} is {word}",
    "hi, 34 m, lots of coffee. my {part} is often {word} at night. is it b12? thanks",
    "maybe my {part} is a bit {word}, not sure",
)
_OF_NOUNS = (
    "{word} in my {part}",
    "there is some {word} in the {part}, what vitamin helps",
    "i have {word} of my {part} and twitching",
    "twitching and {word} in my {part} for two weeks",
    "my son complains of {word} in his {part}",
    "the {word} in my {part} comes and goes",
)
#: The neighbours of each letter on a keyboard.
_NEAR = {
    "w": "qes", "e": "wrd", "a": "qsz", "k": "jil", "n": "bhm", "s": "awdx", "u": "yij",
    "m": "nj", "b": "vgn",
}  # fmt: skip


def mentions() -> Iterator[str]:
    """Yield messages with every word in every sentence and for every part of the body."""
    for word, part, frame in itertools.product(_STATES, _PARTS, _OF_STATES):
        yield frame.format(word=word, part=part)
    for word, part, frame in itertools.product(_NOUNS, _PARTS, _OF_NOUNS):
        yield frame.format(word=word, part=part)


def misspelt_mentions() -> Iterator[str]:
    """Yield messages with one typing error in the word."""
    for word in ("weak", "numb"):
        for wrong in typing_errors(word):
            yield f"my leg feels {wrong} today"
            yield f"my foot is {wrong}"
    for word in _NOUNS:
        for wrong in typing_errors(word):
            yield f"there is {wrong} in my leg"
            yield f"twitching and {wrong}, which foods help?"


def typing_errors(word: str) -> list[str]:
    """Return a word with one letter left out, doubled, swapped or beside the right key.

    The first letter stays, as it does in nearly all typing errors.
    """
    found = set()
    for place in range(1, len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        found.add(before + after)
        found.add(before + letter * 2 + after)
        found |= {before + near + after for near in _NEAR[letter]}
        if after:
            found.add(before + after[0] + letter + after[1:])
    return sorted(found - {word})
