"""Finds held-out messages that stand in the training data, or nearly do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from evaluation.held_out import Dialogue, Question, is_response
from evaluation.understanding import Marked
from twitchwise.faq.models import Question as FaqQuestion
from twitchwise.nlu.clauses import split_clauses

#: From this likeness on (rapidfuzz, 0 to 100, words sorted), two messages are nearly the same.
TOO_NEAR = 92
#: Shorter messages are near to many others, and cannot be put in many ways.
_LONG = 4
#: A training phrase of this many words and more must not stand inside a held-out message.
_QUOTATION = range(6, 26)
_FOLLOW_UP = 2
#: Intents whose messages have few wordings: everybody says "ok" and "who made you".
SMALL_TALK = frozenset(
    {
        "affirm", "ask_bot_identity", "ask_capabilities", "ask_human", "ask_more", "ask_sources",
        "ask_why", "choose", "complain", "deny", "goodbye", "greet", "repeat", "thank",
    }
)  # fmt: skip
_MENTIONS = frozenset({"mention_topic", "describe"})


@dataclass(frozen=True)
class Phrase:
    """A held-out message.

    Attributes:
        text: what is said.
        place: where it stands.
        small_talk: whether it may be a phrase of the training data if it is short.
        follow_up: whether it may if it is one or two words.
    """

    text: str
    place: str
    small_talk: bool = False
    follow_up: bool = False


@dataclass(frozen=True)
class Leak:
    """A held-out message and the phrase of the training data that is too near to it."""

    held_out: Phrase
    training: str
    likeness: float

    def __str__(self) -> str:
        return (
            f"{self.held_out.place}: {self.held_out.text!r} ~ {self.training!r} "
            f"({self.likeness:.0f})"
        )


def held_out_phrases(
    questions: Sequence[Question], dialogues: Sequence[Dialogue], marked: Sequence[Marked]
) -> list[Phrase]:
    """Return everything that is held out: each message, and each clause of a longer one.

    A clause of a post is what the classifier sees, so that a phrase which copies it is as much of
    a leak as one that copies the post.
    """
    asked = [
        Phrase(question.ask, f"question ({question.kind})", small_talk=question.kind == "chat")
        for question in questions
    ]
    said = [
        Phrase(
            turn.say,
            f"dialogue {dialogue.name!r}",
            small_talk=all(is_response(one) for part in turn.accept for one in part),
            follow_up=number > 0,
        )
        for dialogue in dialogues
        for number, turn in enumerate(dialogue.turns)
    ]
    messages = [
        Phrase(
            message.text,
            f"message ({message.intent})",
            small_talk=message.intent in SMALL_TALK,
            follow_up=message.intent in _MENTIONS,
        )
        for message in marked
    ]
    return [one for phrase in (*asked, *said, *messages) for one in _with_clauses(phrase)]


def _with_clauses(phrase: Phrase) -> Iterator[Phrase]:
    yield phrase
    clauses = split_clauses(phrase.text)
    if len(clauses) > 1:
        for clause in clauses:
            # Shorter ones have few wordings, as "is it serious".
            if len(words_of(clause.text)) >= _LONG:
                yield replace(phrase, text=clause.text, place=f"clause of a {phrase.place}")


def wordings(questions: Sequence[FaqQuestion]) -> list[str]:
    """Return every wording of the FAQ's own questions."""
    return [words for question in questions for words in (question.ask, *question.also)]


def find_leaks(held_out: Sequence[Phrase], training: Sequence[str]) -> list[Leak]:
    """Return each held-out message that is a training phrase, or nearly one.

    Case, punctuation and spaces make no difference, nor does the order of the words to what is
    nearly the same. Names are kept: "foods with calcium" is another question than "foods with
    iron".
    """
    phrases = [phrase for phrase in held_out if words_of(phrase.text)]
    known = {_sorted(words_of(text)): text for text in training if words_of(text)}
    exact = {" ".join(words_of(text)): text for text in training}
    leaks = [
        Leak(phrase, exact[same], 100.0)
        for phrase in phrases
        if (same := " ".join(words_of(phrase.text))) in exact and not _may_be_the_same(phrase)
    ]
    copied = {leak.held_out for leak in leaks}
    long = [p for p in phrases if len(words_of(p.text)) >= _LONG and p not in copied]
    leaks += _near(long, known)
    copied |= {leak.held_out for leak in leaks}
    return [*leaks, *_quoted([p for p in long if p not in copied], exact)]


def _quoted(phrases: Sequence[Phrase], exact: dict[str, str]) -> Iterator[Leak]:
    """Yield the messages inside which a training phrase stands, as in a post without full stops."""
    for phrase in phrases:
        words = words_of(phrase.text)
        runs = (
            " ".join(words[start : start + length])
            for length in _QUOTATION
            for start in range(len(words) - length + 1)
        )
        found = next((run for run in runs if run in exact), None)
        if found:
            yield Leak(phrase, exact[found], 100.0)


def _near(phrases: Sequence[Phrase], known: dict[str, str]) -> list[Leak]:
    if not phrases or not known:
        return []
    forms = list(known)
    # The words are sorted beforehand: the plain ratio is then the token sort ratio, in less time.
    likeness = process.cdist(
        [_sorted(words_of(phrase.text)) for phrase in phrases],
        forms,
        scorer=fuzz.ratio,
        score_cutoff=TOO_NEAR,
        dtype=np.float32,
        workers=-1,
    )
    nearest = likeness.argmax(axis=1)
    return [
        Leak(phrase, known[forms[column]], float(likeness[row, column]))
        for row, (phrase, column) in enumerate(zip(phrases, nearest, strict=True))
        if likeness[row, column] >= TOO_NEAR
    ]


def _may_be_the_same(phrase: Phrase) -> bool:
    length = len(words_of(phrase.text))
    return (phrase.small_talk and length < _LONG) or (phrase.follow_up and length <= _FOLLOW_UP)


def words_of(text: str) -> list[str]:
    """Return the words of a text, without case, punctuation and apostrophes."""
    return re.findall(r"\w+", text.casefold().replace("'", "").replace("’", ""))


def _sorted(words: Sequence[str]) -> str:
    return " ".join(sorted(words))
