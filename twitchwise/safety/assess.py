"""The safety decision for one message."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from twitchwise.safety.classifier import Kind, SignClassifier
from twitchwise.safety.context import Context, Person, classify, clause, person_of
from twitchwise.safety.loading import default_rules
from twitchwise.safety.matching import Findings, Mention, RaisingWord, find
from twitchwise.safety.normalise import HARD_BREAKS, SOFT_BREAK, normalise
from twitchwise.safety.rules import REQUIRED_FLAGS, Flag, Rules, Sign, Tier

__all__ = ["Assessment", "Memory", "Outcome", "assess"]


class Outcome(str, Enum):
    """What the reply must do, strongest first."""

    EMERGENCY = "emergency"
    ESCALATE = "escalate"
    CONDITIONAL = "conditional"
    ADVISE = "advise"
    REMINDER = "reminder"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for none up to 5 for emergency."""
        return _RANKS[self]

    # `str` brings its own alphabetical order, which would be wrong here.
    def __lt__(self, other: str) -> bool:
        return self.rank < Outcome(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Outcome(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Outcome(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Outcome(other).rank


_RANKS = {outcome: rank for rank, outcome in enumerate(reversed(Outcome))}
# "Not all of a sudden": how far before a raising word a negation may stand, in words.
_DENIED_WITHIN = 4
# How far a raising word may stand from the sign, in words.
_REACH = 30
# `classify` looks no further than this many words before and after a sign.
_WINDOW = 60
#: How much likelier than weakness or numbness an emergency must be where the rules saw these, in
#: log-odds: the words alone, "weak" and "numb", also stand in descriptions of emergencies.
_RAISED_FROM = 1.0
#: What the classifier's kinds are reported as.
_DESCRIBED = {
    Kind.STRENGTH: ("weakness", Outcome.ESCALATE),
    Kind.FEELING: ("numbness", Outcome.ESCALATE),
    Kind.EMERGENCY: ("described-emergency", Outcome.EMERGENCY),
    Kind.CRISIS: ("self-harm", Outcome.EMERGENCY),
}
_Place = tuple[tuple[str, ...], int, int, tuple[bool, bool, bool]]
_AS_ASKED = frozenset({Context.QUESTION, Context.HYPOTHETICAL, Context.HISTORY})


@dataclass(frozen=True)
class Urged:
    """The last emergency or escalation of the conversation.

    Attributes:
        outcome: EMERGENCY or ESCALATE.
        signs: What led to it.
        person: Whose signs they were.
        just_now: Whether it was in the last turn.
    """

    outcome: Outcome
    signs: tuple[str, ...] = ()
    person: Person = Person.SELF
    just_now: bool = True


@dataclass(frozen=True)
class Memory:
    """What earlier turns of the conversation bring along.

    Attributes:
        asked_about_required: The assistant's last message asked about weakness or
            numbness, so "yes" is a mention.
        mentioned: Ids of flags that were affirmed earlier (`Assessment.affirmed`).
        urged: The last emergency or escalation.
    """

    asked_about_required: bool = False
    mentioned: tuple[str, ...] = ()
    urged: Urged | None = None


@dataclass(frozen=True)
class Assessment:
    """The outcome for one message.

    Attributes:
        outcome: The strongest of `outcomes`.
        signs: Ids of the flags that led to the outcome.
        evidence: Where they stand, as (start, end) in the text of
            ``normalise(text, rules.vocabulary)``, not in the text as typed.
        context: How the message speaks of the deciding sign.
        person: Whose sign it is.
        affirmed: Ids of all flags that somebody is said to have, or may have. Goes into the
            next `Memory.mentioned`.
        outcomes: Everything that applies, strongest first: a message can deny numbness and
            complain of pain.
        described: The classifier alone saw the deciding signs, so they are less sure.
    """

    outcome: Outcome = Outcome.NONE
    signs: tuple[str, ...] = ()
    evidence: tuple[tuple[int, int], ...] = ()
    context: Context = Context.NONE
    person: Person = Person.SELF
    affirmed: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = (Outcome.NONE,)
    described: bool = False


@dataclass
class _Result:
    """One reason for an outcome."""

    outcome: Outcome
    flag: str
    context: Context
    person: Person
    spans: tuple[tuple[int, int], ...] = ()
    described: bool = False


@dataclass
class _Run:
    """The state of one assessment."""

    rules: Rules
    found: Findings
    memory: Memory
    results: list[_Result] = field(default_factory=list)
    # Mentions that somebody has, in order.
    present: list[tuple[Mention, Context]] = field(default_factory=list)
    affirmed: dict[str, None] = field(default_factory=dict)
    # By the words round the mention: a message may repeat itself thousands of times.
    contexts: dict[_Place, Context] = field(default_factory=dict)

    def add(
        self,
        outcome: Outcome,
        flag: str,
        context: Context,
        mentions: Iterable[tuple[int, int]],
        person: Person,
    ) -> None:
        spans = tuple(self.found.text.span(first, after) for first, after in mentions)
        self.results.append(_Result(outcome, flag, context, person, spans))


def assess(
    text: str,
    memory: Memory | None = None,
    rules: Rules | None = None,
    classifier: SignClassifier | None = None,
) -> Assessment:
    """Decide what the reply to a message must do for the person's safety.

    Takes any string and never fails on one.

    Args:
        text: The message as it came in.
        memory: What earlier turns bring along.
        rules: Other rules than the project's own, for tests.
        classifier: Adds signs that the rules did not see; without it, the rules decide alone.
    """
    rules = rules or default_rules()
    memory = memory or Memory()
    normal = normalise(text, rules.vocabulary)
    run = _Run(rules, find(normal, rules), memory)
    _read_mentions(run)
    _read_reply(run)
    _combine(run)
    if classifier is not None:
        _add_described(run, classifier)
    _tell_again(run)
    return _summary(run)


def _read_mentions(run: _Run) -> None:
    """Find the context of every mention."""
    for mention in run.found.mentions:
        flag = run.rules.flags[mention.sign.flag]
        if _adds_nothing(run, mention, flag):
            continue
        context = _context(run, mention, flag)
        if context is Context.HYPOTHETICAL and flag.counts_supposed:
            context = Context.UNCERTAIN
        if context is Context.NEGATED:
            if flag.required:
                run.add(
                    Outcome.REMINDER, flag.id, context, [(mention.start, mention.end)], Person.SELF
                )
        elif context in _AS_ASKED:
            if flag.required or (flag.tier is Tier.EMERGENCY and not flag.only_with):
                run.add(
                    Outcome.CONDITIONAL,
                    flag.id,
                    context,
                    [(mention.start, mention.end)],
                    Person.SELF,
                )
        elif not flag.needs_symptom or _about_symptom(run.found, mention):
            run.present.append((mention, context))
            run.affirmed[flag.id] = None
    for mention in run.found.soft:
        run.add(
            Outcome.CONDITIONAL,
            mention.sign.flag,
            Context.UNCERTAIN,
            [(mention.start, mention.end)],
            Person.SELF,
        )


def _adds_nothing(run: _Run, mention: Mention, flag: Flag) -> bool:
    """Whether a flag that is known to be there is only named again.

    A message may do so thousands of times.
    """
    if flag.id not in run.affirmed:
        return False
    if flag.tier is Tier.EMERGENCY:
        return True
    if not flag.raise_with.isdisjoint(REQUIRED_FLAGS) and not set(REQUIRED_FLAGS).isdisjoint(
        run.affirmed
    ):
        return False
    first, after = max(0, mention.start - _REACH), mention.end + _REACH
    return not flag.raise_with or not run.found.raising_between(first, after)


def _context(run: _Run, mention: Mention, flag: Flag) -> Context:
    strict = flag.tier is Tier.EMERGENCY
    first = max(0, mention.start - _WINDOW)
    key = (
        run.found.tokens[first : mention.end + _WINDOW],
        mention.start - first,
        mention.end - mention.start,
        (strict, mention.sign.needs_person, mention.negative),
    )
    if key not in run.contexts:
        run.contexts[key] = classify(run.found, mention, strict)
    return run.contexts[key]


def _about_symptom(found: Findings, mention: Mention) -> bool:
    """Whether a word such as "every day" speaks of the twitch.

    It does in "it twitches every day" or alone, not in "I eat bananas every day".
    """
    first, after = clause(found, mention)
    tokens = found.tokens[first:after]
    if not found.rules.words["symptom"].isdisjoint(tokens):
        return True
    alone = len(tokens) - (mention.end - mention.start) <= 2
    return alone and found.rules.words["first_person"].isdisjoint(tokens)


def _read_reply(run: _Run) -> None:
    """Read "yes" or "both" right after the assistant asked about weakness or numbness."""
    if not run.memory.asked_about_required:
        return
    tokens = [
        token for token in run.found.tokens if token not in HARD_BREAKS and token != SOFT_BREAK
    ]
    if _begins(tokens, run.rules.denials) and not any(
        token in ("yes", "both") for token in tokens[:4]
    ):
        if not run.present:
            run.add(Outcome.REMINDER, REQUIRED_FLAGS[0], Context.NEGATED, [], Person.SELF)
        return
    if _begins(tokens, run.rules.affirmations):
        raised = any(_counts_alone(run.found, word) for word in run.found.raising)
        outcome = Outcome.EMERGENCY if raised else Outcome.ESCALATE
        for flag in REQUIRED_FLAGS:
            run.affirmed[flag] = None
            run.add(outcome, flag, Context.AFFIRMED, [], Person.SELF)


def _begins(tokens: list[str], openings: tuple[tuple[str, ...], ...]) -> bool:
    return any(tuple(tokens[: len(opening)]) == opening for opening in openings)


def _combine(run: _Run) -> None:
    """Weigh each sign that somebody has, alone and with what stands beside it."""
    required = [
        mention for mention, _ in run.present if run.rules.flags[mention.sign.flag].required
    ]
    earlier = set(run.memory.mentioned) & set(REQUIRED_FLAGS)
    by_start = sorted(run.present, key=lambda item: item[0].start)
    done: set[tuple[str, Outcome]] = set()
    for position, (mention, context) in enumerate(by_start):
        flag = run.rules.flags[mention.sign.flag]
        spans = [(mention.start, mention.end)]
        outcome = _outcome_alone(flag, bool(required) or bool(earlier))
        # Once a flag has led to an outcome, repeating it a thousand times adds nothing but work.
        if outcome is not Outcome.EMERGENCY and (flag.id, Outcome.EMERGENCY) not in done:
            partner = _raised_by(run, mention, flag, by_start, position)
            if partner is not None:
                outcome, spans = Outcome.EMERGENCY, [*spans, partner]
        if (flag.id, outcome) in done:
            continue
        done.add((flag.id, outcome))
        person = person_of(run.found, mention)
        run.add(outcome, flag.id, _told_of(context, person), spans, person)
    if earlier:
        _raise_earlier(run, sorted(earlier))


def _outcome_alone(flag: Flag, with_required: bool) -> Outcome:
    if flag.tier is Tier.EMERGENCY:
        return Outcome.EMERGENCY if with_required or not flag.only_with else Outcome.NONE
    if flag.required:
        return Outcome.ESCALATE
    return Outcome.ADVISE if flag.tier is Tier.SOON else Outcome.NONE


def _told_of(context: Context, person: Person) -> Context:
    if context is Context.UNCERTAIN:
        return context
    return {Person.SELF: context, Person.OTHER: Context.THIRD_PERSON, Person.CHILD: Context.CHILD}[
        person
    ]


def _raised_by(
    run: _Run, mention: Mention, flag: Flag, present: list[tuple[Mention, Context]], position: int
) -> tuple[int, int] | None:
    """The raising word or other sign in the same clause that makes an emergency of this one."""
    near = run.found.raising_between(max(0, mention.start - _REACH), mention.end + _REACH)
    words = [word for word in near if word.label.group in flag.raise_with]
    others = [
        other
        for other, _ in present[max(0, position - 8) : position + 9]
        if other.sign.flag in flag.raise_with
    ]
    if not words and not others:
        return None
    first, after = clause(run.found, mention)
    for word in words:
        if not _not_denied(run.found, word):
            continue
        inside = first <= word.start and word.end <= after
        if not inside and not _trouble_next_door(run.found, word, first, after):
            continue
        overlaps = word.start < mention.end and mention.start < word.end
        if overlaps and not word.label.near and word.label.group != "sudden":
            continue
        if not word.label.near or _belongs_to(run.found, word, mention):
            return word.start, word.end
    for other in others:
        apart = other.end <= mention.start or mention.end <= other.start
        if apart and first <= other.start and other.end <= after:
            return other.start, other.end
    return None


def _not_denied(found: Findings, word: RaisingWord) -> bool:
    """Not "no trouble with speech", "not sudden", "my speech is fine"."""
    before = found.tokens[max(0, word.start - _DENIED_WITHIN) : word.start]
    if (
        not {"no", "not", "without", "never", "isnt", "nor"}.isdisjoint(before)
        and word.label.group != "unable-to-move"
    ):
        return False
    if found.cues("history_old", word.end, word.end + 7):
        return False  # "since an injury years ago"
    after = found.tokens[word.end : word.end + 4]
    for token in after:
        if token in HARD_BREAKS or token == SOFT_BREAK or token in ("and", "but"):
            break
        if token in found.rules.words["fine"]:
            return False
    return True


def _trouble_next_door(found: Findings, word: RaisingWord, first: int, after: int) -> bool:
    """As in "my arm is weak and my face feels funny".

    The next clause, joined by "and", names trouble there.
    """
    tokens = found.tokens
    if word.start >= after:
        joiner, zone = after, tokens[after : word.end + 4]
        joined = joiner < len(tokens) and tokens[joiner] == "and"
    else:
        joined = tokens[first : first + 1] == ("and",)
        zone = tokens[max(0, word.start - 4) : first]
    if not joined or any(token in HARD_BREAKS or token == SOFT_BREAK for token in zone):
        return False
    words = found.rules.words
    in_trouble = word.label.group in _TROUBLES or not words["trouble"].isdisjoint(zone)
    return in_trouble and words["twitch"].isdisjoint(zone)


# These are signs by themselves, while "my face" or "talk" need trouble beside them.
_TROUBLES = frozenset({"fainting", "chest-pain"})


def _belongs_to(found: Findings, word: RaisingWord, mention: Mention) -> bool:
    """Whether a place ("face", "both legs") goes with the sign, not with a twitch nearer by."""
    distance = max(0, word.start - mention.end, mention.start - word.end)
    twitch = found.rules.words["twitch"]
    tokens = found.tokens
    for gap in range(distance):
        before, after = word.start - 1 - gap, word.end + gap
        if (before >= 0 and tokens[before] in twitch) or (
            after < len(tokens) and tokens[after] in twitch
        ):
            return False
    return True


def _raise_earlier(run: _Run, earlier: list[str]) -> None:
    """Earlier numbness, and now "on my whole left side"."""
    for word in run.found.raising:
        groups = [name for name in earlier if word.label.group in run.rules.flags[name].raise_with]
        if groups and _counts_alone(run.found, word):
            for name in groups:
                run.add(
                    Outcome.EMERGENCY, name, Context.AFFIRMED, [(word.start, word.end)], Person.SELF
                )
            return


_GOES_ON = frozenset(
    {
        "now", "it", "its", "also", "too", "spread", "spreads", "spreading", "started", "since",
        "suddenly", "today", "whole", "cant", "trouble", "lost", "hard", "came", "began",
        "happened",
    }
)  # fmt: skip


def _counts_alone(found: Findings, word: RaisingWord) -> bool:
    """Whether a raising word in a later message can speak of a sign named before."""
    mention = _as_mention(word)
    if not _not_denied(found, word) or classify(found, mention, strict=True) not in (
        Context.AFFIRMED,
        Context.UNCERTAIN,
    ):
        return False
    first, after = clause(found, mention)
    tokens = found.tokens[first:after]
    if not found.rules.words["twitch"].isdisjoint(tokens):
        return False
    return (
        len(tokens) <= 6
        or not _GOES_ON.isdisjoint(tokens)
        or not found.rules.words["trouble"].isdisjoint(tokens)
    )


def _tell_again(run: _Run) -> None:
    """Tell an emergency or escalation again to who asks if it can wait, or plays it down.

    "Can it wait for Monday" must not be answered with what holds for twitches in general. What is
    played down later on may be something else.
    """
    urged = run.memory.urged
    if urged is None:
        return
    matches = (
        each.pattern.search(run.found.text.text)
        for each in run.rules.told_again
        if each.rule not in run.rules.disabled and (urged.just_now or not each.next_only)
    )
    found = next((match for match in matches if match), None)
    if found is None:
        return
    for sign in urged.signs or REQUIRED_FLAGS[:1]:
        run.results.append(
            _Result(urged.outcome, sign, Context.TOLD_BEFORE, urged.person, (found.span(),))
        )


def _add_described(run: _Run, classifier: SignClassifier) -> None:
    """Add what the classifier sees where the rules saw no sign.

    Where they saw weakness or numbness that somebody has, it can add that this is an emergency.
    """
    found = run.found
    seen = [
        mention.start for mention in found.mentions if _is_grave(run.rules.flags[mention.sign.flag])
    ]
    escalated = any(result.outcome is Outcome.ESCALATE for result in run.results)
    for hit in classifier.find(found.text, found.masked):
        is_seen = bisect_left(seen, hit.unit.start) < bisect_left(seen, hit.unit.end)
        if is_seen and not (escalated and hit.lead >= _RAISED_FROM):
            continue
        flag, outcome = _DESCRIBED[hit.kind]
        mention = Mention(Sign(flag), hit.unit.start, hit.unit.end, negative=True)
        run.affirmed[flag] = None
        run.add(outcome, flag, Context.UNCERTAIN, [hit.unit], person_of(found, mention))
        run.results[-1].described = True


def _is_grave(flag: Flag) -> bool:
    return flag.required or (flag.tier is Tier.EMERGENCY and not flag.only_with)


def _as_mention(word: RaisingWord) -> Mention:
    return Mention(Sign(word.label.group), word.start, word.end, negative=False)


def _summary(run: _Run) -> Assessment:
    results = [result for result in run.results if result.outcome is not Outcome.NONE]
    affirmed = tuple(run.affirmed)
    if not results:
        return Assessment(affirmed=affirmed)
    outcomes = tuple(
        sorted({result.outcome for result in results}, key=lambda outcome: -outcome.rank)
    )
    deciding = [result for result in results if result.outcome is outcomes[0]]
    spans = dict.fromkeys(span for result in deciding for span in result.spans)
    return Assessment(
        outcome=outcomes[0],
        signs=tuple(dict.fromkeys(result.flag for result in deciding)),
        evidence=tuple(sorted(spans)),
        context=deciding[0].context,
        person=_most_urgent_person(deciding),
        affirmed=affirmed,
        outcomes=outcomes,
        described=all(result.described for result in deciding),
    )


def _most_urgent_person(results: list[_Result]) -> Person:
    persons = {result.person for result in results}
    return next(
        (person for person in (Person.CHILD, Person.OTHER) if person in persons), Person.SELF
    )
