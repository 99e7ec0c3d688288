"""Turns what a person typed into plain lower-case tokens for the rules.

Nothing here decides anything. The person's text itself is never rewritten; the result is used
for matching only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

__all__ = ["HARD_BREAKS", "LINE_BREAK", "SOFT_BREAK", "Text", "normalise"]

HARD_BREAKS = frozenset({".", "?", "!", ";", "|"})
"""Tokens that end a sentence. ``|`` stands for a line break."""
LINE_BREAK = "|"
SOFT_BREAK = ","

# Longer tokens are never words; cutting them keeps every pattern's cost bounded.
_LONGEST_TOKEN = 40

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]+"
)
_COMBINING = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
# Ligatures of which one unfolds into up to 18 letters; nothing in them is matched by the rules.
_ARABIC_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’‚‛′ʼʹ`´՚ꞌ", "'"))
# Letters of other scripts that look like Latin ones.
_LOOK_ALIKE_LETTERS = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0455\u0458\u03bf\u03b1\u03bd\u03c5\u0131",
    "abekmhopctyxisjoavui",
)
_LEET = str.maketrans("013457@$", "oieastas")
# A digit counts as a letter only between letters, so "b12" and "d3" stay as they are.
_LEET_TOKEN = re.compile(r"(?<![a-z0-9@$])[a-z]{1,20}(?:[013457@$]{1,3}[a-z]{1,20})+(?![a-z0-9@$])")

_SPACED_LETTERS = re.compile(r"(?<![a-z0-9'])(?:[a-z][ ._*\-]){2,}[a-z](?![a-z0-9'])")
_NO_LETTER = re.compile(r"[^a-z]+")
_STEM_IN_RUN = re.compile(r"(numb(?:ness)?(?!er)|weak(?:ness)?)")
# The two words that must never be missed, broken up ("nu mb", "w.e.a.k").
_BROKEN_STEM = re.compile(
    r"(?<![a-z0-9'])(?:n[ ._*\-]?u[ ._*\-]?m[ ._*\-]?b|w[ ._*\-]?e[ ._*\-]?a[ ._*\-]?k)"
    r"(?:[ ._*\-]?n[ ._*\-]?e[ ._*\-]?s[ ._*\-]?s)?"
    r"(?![a-z0-9'])"
)
_STRETCHED = re.compile(r"([a-z])\1{2,}")

_TOKEN = re.compile(
    r"(?P<word>[^\W_]+(?:'[^\W_]+)*)"
    r"|(?P<line>[\n\r\u2028\u2029\x0b\x0c\x85]+)"
    r"|(?P<hard>[.!?;\u3002\uff61\u2026]+)"
    r"|(?P<soft>[,:()\[\]{}<>\u2013\u2014\u3001\u2022\u00b7]+|(?<=\s)-+(?=\s))"
    r"|(?P<or>/)|(?P<and>[&+])"
)
_NEGATED_VERBS = {
    "can": "cant", "could": "couldnt", "do": "dont", "does": "doesnt", "did": "didnt",
    "is": "isnt", "are": "arent", "was": "wasnt", "were": "werent", "will": "wont",
    "would": "wouldnt", "has": "hasnt", "have": "havent", "had": "hadnt",
}  # fmt: skip
# "not only", "not just" deny nothing, so their "not" must stay visible.
_AFTER_NOT_KEEP = frozenset({"only", "just", "merely", "simply", "sure", "certain"})
_SPELLINGS = {
    "cannot": "cant", "carnt": "cant", "cannt": "cant", "canot": "cant", "cnt": "cant",
    "cantt": "cant", "canno": "cant", "coudnt": "couldnt", "dosent": "doesnt",
    "doesent": "doesnt", "dosnt": "doesnt", "dnt": "dont", "havnt": "havent", "ppl": "people",
    "u": "you", "ur": "your", "cuz": "because", "bc": "because", "coz": "because",
    "cos": "because", "becuase": "because", "w": "with", "thats": "that",
}  # fmt: skip
# Words that say nothing and may stand anywhere ("I can't actually breathe").
_EMPTY = frozenset(
    {"actually", "literally", "honestly", "basically", "seriously", "genuinely", "truly"}
)
_HARDLY = frozenset({"barely", "hardly", "scarcely"})
_UNABLE = frozenset({"unable", "inability", "incapable"})


@dataclass(frozen=True)
class Text:
    """A message as lower-case tokens.

    Attributes:
        tokens: Words without apostrophes, and the breaks ``. ? ! ; | ,``.
        text: The tokens joined by single spaces. Evidence spans point into this string.
        starts: Where each token begins in ``text``.
    """

    tokens: tuple[str, ...]
    text: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the tokens ``start`` to ``end`` (exclusive)."""
        last = end - 1
        return self.starts[start], self.starts[last] + len(self.tokens[last])


def normalise(text: str, known: AbstractSet[str] = frozenset()) -> Text:
    """Fold, repair and split a message.

    Args:
        text: Anything a person or a program may send, of any length.
        known: Words of the rules; they decide how far stretched letters ("feeet", "nuuumb")
            are squeezed.
    """
    tokens = _tokens(_join_letters(_fold(text)), known)
    joined = _contract(tokens)
    starts: list[int] = []
    position = 0
    for token in joined:
        starts.append(position)
        position += len(token) + 1
    return Text(tuple(joined), " ".join(joined), tuple(starts))


def _fold(text: str) -> str:
    """Lower case without accents, full-width forms, invisible characters and look-alikes."""
    if not text.isascii():
        text = _ARABIC_FORMS.sub(" ", _INVISIBLE.sub("", text)).translate(_APOSTROPHES)
        text = _COMBINING.sub("", unicodedata.normalize("NFKD", text))
        text = text.lower().translate(_LOOK_ALIKE_LETTERS)
        # Lower-casing and decomposition can bring new marks ("İ").
        text = _COMBINING.sub("", text).translate(_APOSTROPHES)
    else:
        text = text.replace("`", "'").lower()
    return _LEET_TOKEN.sub(lambda match: match[0].translate(_LEET), text)


def _join_letters(text: str) -> str:
    text = _SPACED_LETTERS.sub(_joined_run, text)
    return _BROKEN_STEM.sub(lambda match: _NO_LETTER.sub("", match[0]), text)


def _joined_run(match: re.Match[str]) -> str:
    """Joins "n u m b" to "numb", and "i a m n u m b" to "iam numb": the stem stands alone."""
    return _STEM_IN_RUN.sub(r" \1 ", _NO_LETTER.sub("", match[0]))


def _tokens(text: str, known: AbstractSet[str]) -> list[str]:
    tokens: list[str] = []
    for match in _TOKEN.finditer(text):
        kind, found = match.lastgroup, match[0]
        if kind == "word":
            tokens.append(_word(found, known))
        elif kind == "line":
            tokens.append(LINE_BREAK)
        elif kind == "hard":
            if not _inside_number(text, match.start(), match.end()):
                tokens.append("?" if "?" in found else found[0] if found[0] in "!;" else ".")
        elif kind == "soft":
            tokens.append(SOFT_BREAK)
        elif kind == "and":
            tokens.append("and")
        elif not _inside_number(text, match.start(), match.end()):
            tokens.append("or")
    return tokens


def _inside_number(text: str, start: int, end: int) -> bool:
    """Whether a point or a slash stands between digits ("1.5", "24/7")."""
    return end - start == 1 and text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()


def _word(word: str, known: AbstractSet[str]) -> str:
    word = word.replace("'", "")[:_LONGEST_TOKEN]
    if _STRETCHED.search(word):
        double = _STRETCHED.sub(r"\1\1", word)
        word = double if double in known else _STRETCHED.sub(r"\1", word)
    return _SPELLINGS.get(word, word)


def _contract(tokens: list[str]) -> list[str]:
    """Write "can not", "not able to" and "unable to" as "cant", "do not" as "dont", and so on."""
    result: list[str] = []
    index, count = 0, len(tokens)
    while index < count:
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < count else ""
        if (
            following == "not"
            and token in _NEGATED_VERBS
            and tokens[index + 2 : index + 3] != ["able"]
        ):
            after = tokens[index + 2] if index + 2 < count else ""
            if after not in _AFTER_NOT_KEEP:
                result.append(_NEGATED_VERBS[token])
                index += 2
                continue
        if token in _EMPTY:
            index += 1
            continue
        if token in ("can", "could") and following in _HARDLY:
            index += 1  # "can barely move" asks nothing
            continue
        if token in ("not", "isnt", "arent", "wasnt", "werent") and following == "able":
            result.append("cant")
            index += 3 if tokens[index + 2 : index + 3] == ["to"] else 2
            continue
        if token in _UNABLE:
            result.append("cant")
            index += 2 if following in ("to", "of") else 1
            continue
        result.append(token)
        index += 1
    return result
