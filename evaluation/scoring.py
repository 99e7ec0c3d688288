"""Judges what was delivered. Nothing in here talks to a bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.held_out import (
    Dialogue,
    Question,
    Turn,
    any_accepted,
    is_accepted,
    is_response,
)
from evaluation.results import Metrics, Share

SUGGESTIONS = "utter_suggestions"
BEST_GUESS = "utter_best_guess"
#: Replies that own up to not having understood, or to having nothing to say.
FALLBACKS = (
    "utter_fallback",
    "utter_ask_what",
    "utter_no_answer",
    "utter_answer_unavailable",
)
#: Replies that decline a message as none of ours.
DECLINING = ("utter_out_of_scope", "utter_other_language")
#: Outcomes of messages that are to be declined or not answered.
NOT_OURS = ("out_of_scope", "other_language", "fallback")


@dataclass(frozen=True)
class Delivered:
    """What came in a turn.

    Attributes:
        ids: ids of answers and names of responses, in order, without the disclaimer.
        suggested: the ids that the buttons of a "did you mean" stand for.
    """

    ids: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """The ids of answers; an honest "no source" is one, too."""
        return tuple(given for given in self.ids if not is_response(given))

    @property
    def suggests(self) -> bool:
        """Whether it asks "did you mean …"."""
        return any_accepted(self.ids, [SUGGESTIONS])

    @property
    def guesses(self) -> bool:
        """Whether it says that the answer is a guess, and asks "did you mean something else"."""
        return any_accepted(self.ids, [BEST_GUESS])

    @property
    def falls_back(self) -> bool:
        """Whether it says that the message was not understood."""
        return any_accepted(self.ids, FALLBACKS)

    @property
    def declines(self) -> bool:
        """Whether it sends the message away, answering nothing."""
        return not self.answers and any_accepted(self.ids, DECLINING)


def is_right(delivered: Delivered, asked: Question | Turn) -> bool:
    """Say whether every asked part got an accepted id, and nothing came that is rejected.

    Whatever safety text stands beside the answer makes no difference.
    """
    answered = all(any_accepted(delivered.ids, part) for part in asked.accept)
    rejected = asked.reject if isinstance(asked, Turn) else ()
    return answered and not any_accepted(delivered.ids, rejected)


def is_wrong_and_confident(delivered: Delivered, asked: Question | Turn) -> bool:
    """Say whether an answer was given as if it were right, and it is not."""
    doubtful = delivered.suggests or delivered.guesses or delivered.falls_back
    return bool(delivered.answers) and not doubtful and not is_right(delivered, asked)


def says_more_than_asked(delivered: Delivered, asked: Question | Turn) -> bool:
    """Say whether an answer was given that none of the asked parts accepts."""
    accepted = [one for part in asked.accept for one in part]
    return any(not any(is_accepted(given, one) for one in accepted) for given in delivered.answers)


def is_among_suggestions(delivered: Delivered, question: Question) -> bool:
    """Say whether a button leads to what was asked, or to a part of it."""
    return any(any_accepted(delivered.suggested, part) for part in question.accept)


def is_real(question: Question) -> bool:
    """Say whether a question is one that the assistant is there for, small talk included."""
    return question.outcome not in NOT_OURS


def is_properly_declined(delivered: Delivered, question: Question) -> bool:
    """Say whether a message that is none of ours got the right reply, and no answer."""
    return is_right(delivered, question) and not delivered.answers


def measure(
    questions: Sequence[Question],
    delivered: Sequence[Delivered],
    dialogues: Sequence[Dialogue] = (),
    turns: Sequence[Sequence[Delivered]] = (),
) -> Metrics:
    """Return the figures of a run.

    Args:
        questions: what was asked.
        delivered: what came, for each question.
        dialogues: the dialogues led; none where only questions were asked.
        turns: what came, for each turn of each dialogue.
    """
    asked = list(zip(questions, delivered, strict=True))
    real = [(q, d) for q, d in asked if is_real(q)]
    strange = [(q, d) for q, d in asked if not is_real(q)]
    led = [
        list(zip(dialogue.turns, came, strict=True))
        for dialogue, came in zip(dialogues, turns, strict=True)
    ]
    said = [pair for pairs in led for pair in pairs]
    kinds = dict.fromkeys(question.kind for question in questions)
    return Metrics(
        accuracy=Share.of(is_right(d, q) for q, d in asked),
        by_kind={
            kind: Share.of(is_right(d, q) for q, d in asked if q.kind == kind) for kind in kinds
        },
        real_accuracy=Share.of(is_right(d, q) for q, d in real),
        wrong_and_confident=Share.of(is_wrong_and_confident(d, q) for q, d in asked),
        says_more=Share.of(says_more_than_asked(d, q) for q, d in asked if d.answers),
        suggests=Share.of(d.suggests for _, d in real),
        guesses=Share.of(d.guesses for _, d in real),
        right_among_guesses=Share.of(is_right(d, q) for q, d in real if d.guesses),
        right_among_suggestions=Share.of(is_among_suggestions(d, q) for q, d in real if d.suggests),
        falls_back=Share.of(d.falls_back for _, d in real),
        real_declined=Share.of(d.declines for _, d in real),
        out_of_scope_recall=Share.of(is_properly_declined(d, q) for q, d in strange),
        out_of_scope_precision=Share.of(not is_real(q) for q, d in asked if d.declines),
        dialogue_turns=Share.of(is_right(d, t) for t, d in said),
        dialogues=Share.of(all(is_right(d, t) for t, d in pairs) for pairs in led),
        dialogue_guesses=Share.of(d.guesses for _, d in said),
        dialogue_wrong_and_confident=Share.of(is_wrong_and_confident(d, t) for t, d in said),
    )


@dataclass(frozen=True)
class Miss:
    """A question or turn that did not get what it asked for; ``kind`` says where it stands."""

    kind: str
    asked: Question | Turn
    delivered: Delivered

    @property
    def text(self) -> str:
        """What was said."""
        return self.asked.ask if isinstance(self.asked, Question) else self.asked.say

    @property
    def line(self) -> str:
        """What went wrong, in one line."""
        accepted = " + ".join("|".join(part) for part in self.asked.accept)
        confident = " CONFIDENT" if is_wrong_and_confident(self.delivered, self.asked) else ""
        given = ", ".join(self.delivered.ids) or "nothing"
        suggested = f" (suggested {', '.join(self.delivered.suggested)})" * self.delivered.suggests
        return f"[{self.kind}]{confident} {self.text!r}: {given}{suggested}; accepted {accepted}"


@dataclass(frozen=True)
class Replies:
    """Held-out questions and dialogues, and what a bot replied to them, in the same order."""

    questions: Sequence[Question]
    delivered: Sequence[Delivered]
    dialogues: Sequence[Dialogue] = ()
    turns: Sequence[Sequence[Delivered]] = ()

    @property
    def metrics(self) -> Metrics:
        """The figures."""
        return measure(self.questions, self.delivered, self.dialogues, self.turns)

    def misses(self) -> list[Miss]:
        """Return whatever was not right, questions first."""
        found = [
            Miss(question.kind, question, came)
            for question, came in zip(self.questions, self.delivered, strict=True)
            if not is_right(came, question)
        ]
        for dialogue, came_in in zip(self.dialogues, self.turns, strict=True):
            found += [
                Miss(f"turn {number} of {dialogue.name!r}", turn, came)
                for number, (turn, came) in enumerate(
                    zip(dialogue.turns, came_in, strict=True), start=1
                )
                if not is_right(came, turn)
            ]
        return found
