"""Finds signs, look-alikes, raising words and cue words in a normalised message."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from twitchwise.safety.normalise import HARD_BREAKS, LINE_BREAK, SOFT_BREAK, Text
from twitchwise.safety.rules import Mask, Raise, Rules, Sign

__all__ = ["Findings", "Hit", "Mention", "RaisingWord", "find"]

Hit = tuple[int, int]
"""First token, and the token after the last."""
# A sentence that never ends is looked at in a window round the sign, so the cost of a mention is
# bounded.
_BEFORE, _AFTER = 45, 30
# The longest frame spans fewer words.
_FRAME_REACH = 30
_BREAKS = HARD_BREAKS | {SOFT_BREAK}
_NEGATIVE = frozenset(
    {
        "no", "not", "cant", "couldnt", "dont", "doesnt", "didnt", "wont", "wouldnt", "without",
        "isnt", "arent", "nothing", "barely", "hardly", "scarcely", "never", "longer",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """A sign that the message names, whatever it says about it."""

    sign: Sign
    start: int
    end: int
    # The sign holds a negative word itself ("no feeling"); it must not be read as a denial.
    negative: bool


@dataclass(frozen=True)
class RaisingWord:
    """A word that can turn weakness or numbness into an emergency."""

    start: int
    end: int
    label: Raise


class Findings:
    """What was found in one message, with look-ups by place."""

    def __init__(
        self,
        rules: Rules,
        text: Text,
        mentions: list[Mention],
        soft: list[Mention],
        raising: list[RaisingWord],
        cues: Mapping[str, list[Hit]],
        masked: Set[int],
        set_aside: frozenset[str],
    ) -> None:
        self.rules = rules
        self.text = text
        self.tokens = text.tokens
        self.mentions = mentions
        self.soft = soft
        # Tokens of look-alikes, and the entries of those found.
        self.masked = masked
        self.set_aside = set_aside
        self.raising = raising
        self._raising_starts = [word.start for word in raising]
        self._cues = cues
        words = rules.words
        asking = words["wh"] | words["wh_when"] | words["aux"] | {"if", "whether"}
        # Looked up once for all mentions, so that a mention's cost does not grow with the message.
        self._breaks = [place for place, token in enumerate(text.tokens) if token in HARD_BREAKS]
        self._persons = [place for place, token in enumerate(text.tokens) if token in rules.persons]
        self._asking = [place for place, token in enumerate(text.tokens) if token in asking]
        self._cue_starts = {kind: [hit[0] for hit in hits] for kind, hits in cues.items()}

    def cues(self, kind: str, start: int, end: int) -> list[Hit]:
        """Cues of a kind that begin at or after ``start`` and end at or before ``end``."""
        hits = self._cues.get(kind)
        if not hits or start >= end:
            return []
        found = []
        for index in range(bisect_left(self._cue_starts[kind], start), len(hits)):
            if hits[index][0] >= end:
                break
            if hits[index][1] <= end:
                found.append(hits[index])
        return found

    def raising_between(self, start: int, end: int) -> list[RaisingWord]:
        """Raising words that begin between two tokens."""
        first = bisect_left(self._raising_starts, start)
        last = bisect_left(self._raising_starts, end)
        return self.raising[first:last]

    def sentence(self, mention: Mention) -> Hit:
        """The sentence round a mention, or a window of it where it is very long."""
        index = bisect_left(self._breaks, mention.start)
        start = self._breaks[index - 1] + 1 if index else 0
        index = bisect_left(self._breaks, mention.end)
        end = self._breaks[index] if index < len(self._breaks) else len(self.tokens)
        return max(start, mention.start - _BEFORE), min(end, mention.end + _AFTER)

    def persons(self, start: int, end: int) -> list[int]:
        """Places of words for a particular person ("I", "my", "she", "dad") between two tokens."""
        return self._persons[bisect_left(self._persons, start) : bisect_left(self._persons, end)]

    def asking(self, start: int, end: int) -> list[int]:
        """Places of words that can open a question between two tokens."""
        return self._asking[bisect_left(self._asking, start) : bisect_left(self._asking, end)]


def find(text: Text, rules: Rules) -> Findings:
    """Search a message with all rules."""
    stream, places = _stream(text, rules)
    look_alikes = _look_alikes(text, rules, stream, places)
    masked = {place for first, after, _ in look_alikes for place in range(first, after)}
    soft = [
        Mention(Sign(mask.soft), first, after, negative=False)
        for first, after, mask in look_alikes
        if mask.soft
    ]
    mentions = [
        m
        for m in _mentions(text, rules, stream, places, masked)
        if not masked.issuperset(range(m.start, m.end))
    ]
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    cues: dict[str, list[Hit]] = {}
    for start, end, kind in rules.cues.scan(text.tokens):
        cues.setdefault(kind, []).append((start, end))
    raising = [
        word
        for word in _raising(text, rules, stream, places)
        if not masked.issuperset(range(word.start, word.end))
    ]
    set_aside = frozenset(mask.rule for _, _, mask in look_alikes)
    return Findings(rules, text, mentions, soft, raising, cues, masked, set_aside)


def _stream(text: Text, rules: Rules) -> tuple[list[str], list[int]]:
    """The words that phrases are matched against, and their places.

    Small words are left out, misspelt stems mended.
    """
    fillers, spell = rules.words["filler"], rules.speller
    words: list[str] = []
    places: list[int] = []
    for place, token in enumerate(text.tokens):
        if token in fillers or token == "to" or token == LINE_BREAK:
            continue
        words.append(token if token in _BREAKS else spell(token))
        places.append(place)
    return words, places


def _look_alikes(
    text: Text, rules: Rules, stream: list[str], places: list[int]
) -> list[tuple[int, int, Mask]]:
    """The look-alikes, with the first token of each and the token after its last."""
    found = [
        (places[start], places[end - 1] + 1, mask)
        for start, end, mask in rules.masks.scan(stream)
        if mask.rule not in rules.disabled
    ]
    held = frozenset(piece for piece in rules.mask_pieces if piece in text.text)
    for each in rules.mask_patterns:
        missing = each.needed is not None and each.needed.isdisjoint(held)
        if missing or each.mask.rule in rules.disabled:
            continue
        for match in each.pattern.finditer(text.text):
            found.append((*_token_range(text, match.start(), match.end()), each.mask))
    return found


def _token_range(text: Text, start: int, end: int) -> Hit:
    first = bisect_left(text.starts, start)
    return first, max(first + 1, bisect_left(text.starts, end))


def _mentions(
    text: Text, rules: Rules, stream: list[str], places: list[int], masked: set[int]
) -> Iterator[Mention]:
    for start, end, sign in rules.signs.scan(stream):
        if sign.rule in rules.disabled:
            continue
        first, after = places[start], places[end - 1] + 1
        # A phrase of which a part is set aside is not the phrase ("dead tired legs").
        if end - start > 1 and any(place in masked for place in places[start:end]):
            continue
        yield from _mention(text, sign, first, after)
    yield from _framed(text, rules, masked)


def _framed(text: Text, rules: Rules, masked: set[int]) -> Iterator[Mention]:
    """Signs found by frames."""
    searched = _blank_out(text, masked) if masked else text.text
    # By the words that a frame can reach: a message may repeat itself thousands of times.
    known: dict[tuple[str, ...], list[tuple[Sign, int]]] = {}
    for place, token in enumerate(text.tokens):
        frames = rules.frames.get(token)
        if frames is None or place in masked:
            continue
        reach = text.tokens[place : place + _FRAME_REACH]
        clear = not masked or masked.isdisjoint(range(place, place + _FRAME_REACH))
        if not clear or reach not in known:
            hits = []
            for frame in frames:
                if frame.sign.rule in rules.disabled:
                    continue
                match = frame.pattern.match(searched, text.starts[place] + len(token))
                if match:
                    _, after = _token_range(text, text.starts[place], match.end())
                    hits.append((frame.sign, after - place))
            if clear:
                known[reach] = hits
        else:
            hits = known[reach]
        for sign, length in hits:
            yield from _mention(text, sign, place, place + length)


def _mention(text: Text, sign: Sign, first: int, after: int) -> Iterator[Mention]:
    tokens = text.tokens
    if sign.not_with and not sign.not_with.isdisjoint(_clause_words(tokens, first, after)):
        return
    negative = not _NEGATIVE.isdisjoint(tokens[first:after])
    yield Mention(sign, first, after, negative)


def _clause_words(tokens: tuple[str, ...], first: int, after: int) -> tuple[str, ...]:
    start, end = first, after
    while start > max(0, first - 12) and tokens[start - 1] not in _BREAKS:
        start -= 1
    while end < min(len(tokens), after + 12) and tokens[end] not in _BREAKS:
        end += 1
    return tokens[start:end]


def _blank_out(text: Text, masked: set[int]) -> str:
    """The text with set-aside tokens replaced by a sign that no frame can cross."""
    return " ".join(
        "~" * len(token) if place in masked else token for place, token in enumerate(text.tokens)
    )


def _raising(text: Text, rules: Rules, stream: list[str], places: list[int]) -> list[RaisingWord]:
    found = [
        RaisingWord(places[start], places[end - 1] + 1, label)
        for start, end, label in rules.raising.scan(stream)
        if label.rule not in rules.disabled
    ]
    if found and rules.raising_lookalikes is not None:
        harmless: set[int] = set()
        for match in rules.raising_lookalikes.finditer(text.text):
            harmless.update(range(*_token_range(text, match.start(), match.end())))
        found = [word for word in found if word.start not in harmless]
    return sorted(found, key=lambda word: (word.start, word.end))
