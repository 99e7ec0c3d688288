"""Decides what a message says about a sign.

Somebody has it, had it, asks about it, fears it or denies it. Where the reading is unclear, the
stronger one is taken: a wrong escalation costs little, a missed one may cost a lot.
"""

from __future__ import annotations

from enum import Enum

from twitchwise.safety.matching import Findings, Hit, Mention
from twitchwise.safety.normalise import HARD_BREAKS, SOFT_BREAK

__all__ = ["Context", "Person", "clause", "classify", "person_of"]

_ALL_BREAKS = HARD_BREAKS | {SOFT_BREAK}
_BEING = frozenset({"is", "are", "am", "im", "feel", "feels", "keeps", "gets", "hes", "shes"})
_DETERMINERS = frozenset({"my", "his", "her", "our", "the", "this", "these"})
_DEICTIC = frozenset({"it", "this", "that", "these"})
_BARE_VERBS = frozenset({"be", "have", "has", "feel", "get", "cause", "been"})
_STATES = frozenset(
    {"numb", "weak", "paralysed", "paralyzed", "floppy", "limp", "weaker", "asleep", "slurred"}
)
# A piece of so many words after a comma can only say when.
_ONLY_WHEN = 3
_WITHIN = frozenset(
    {
        "in", "on", "of", "down", "up", "across", "around", "under", "along", "to", "from",
        "through", "over",
    }
)  # fmt: skip


class Context(str, Enum):
    """How the message speaks of the sign."""

    AFFIRMED = "affirmed"
    UNCERTAIN = "uncertain"
    THIRD_PERSON = "third-person"
    CHILD = "child"
    QUESTION = "question"
    HYPOTHETICAL = "hypothetical"
    HISTORY = "history"
    NEGATED = "negated"
    TOLD_BEFORE = "told-before"
    NONE = "none"


class Person(str, Enum):
    """Whose sign it is."""

    SELF = "self"
    OTHER = "other"
    CHILD = "child"


def classify(found: Findings, mention: Mention, strict: bool) -> Context:
    """The context of one mention.

    Args:
        found: What was found in the message.
        mention: The sign to judge.
        strict: For emergency signs. A question is then about a person only where the sign is
            tied to one ("is my son having a seizure"); a bare "I" elsewhere in it ("can I take
            magnesium for seizures") is not enough.
    """
    start, end = found.sentence(mention)
    if _negated(found, mention, start, end):
        return Context.NEGATED
    if _long_past(found, mention, start, end):
        return Context.HISTORY
    tied = _tied(found, mention, start, end)
    if _hypothetical(found, mention, start, tied):
        return Context.HYPOTHETICAL
    scope = _question_start(found, mention, start)
    if scope is not None and not tied and not _statement_after_comma(found, mention, scope):
        if _deictic(found, mention, scope):
            return Context.QUESTION if mention.sign.needs_person else Context.UNCERTAIN
        if strict or not _names_person(found, scope, end):
            return Context.QUESTION
        return Context.UNCERTAIN
    if not tied and _general_statement(found, mention, start, end):
        return Context.QUESTION
    if mention.sign.needs_person and not tied and not _names_person(found, start, end):
        return Context.QUESTION
    if found.cues("uncertain", max(start, mention.start - 6), min(end, mention.end + 4)):
        return Context.UNCERTAIN
    return Context.AFFIRMED


def person_of(found: Findings, mention: Mention) -> Person:
    """Whose sign it is: the person named last before it, else after it."""
    words = found.rules.words
    start, end = found.sentence(mention)
    order = [*range(mention.start - 1, start - 1, -1), *range(mention.start, end)]
    for index in order:
        token = found.tokens[index]
        following = found.tokens[index + 1] if index + 1 < len(found.tokens) else ""
        if token in words["child"] or _without_s(token) in words["child"]:
            return Person.CHILD
        if token in words["relative"] or _without_s(token) in words["relative"]:
            return Person.OTHER
        if token in words["third_person"]:
            return _earlier_person(found, start)
        if token == "mine":
            continue  # "a friend of mine"
        if (
            token in words["first_person"]
            and _without_s(following) not in words["relative"] | words["child"]
        ):
            return Person.SELF
    return Person.SELF


def clause(found: Findings, mention: Mention) -> Hit:
    """The clause round a mention: raising words count only inside it."""
    start, end = found.sentence(mention)
    first = mention.start
    while first > start and not _breaks_before(found, first, start, end):
        first -= 1
    after = mention.end
    while after < end and not _breaks_before(found, after, start, end):
        after += 1
    return first, after


def _without_s(word: str) -> str:
    return word[:-1] if word.endswith("s") else word


def _earlier_person(found: Findings, start: int) -> Person:
    """For "he" and "she": a child named earlier in the message is meant."""
    child = found.rules.words["child"]
    for token in found.tokens[max(0, start - 60) : start + 30]:
        if token in child:
            return Person.CHILD
    return Person.OTHER


def _breaks_before(found: Findings, index: int, start: int, end: int) -> bool:
    """Whether a new clause begins between the token before ``index`` and ``index``."""
    words, tokens = found.rules.words, found.tokens
    before, here = tokens[index - 1], tokens[index]
    if before == SOFT_BREAK:
        return not (_is_fragment(found, index, end) or _fragment_before(found, index - 1, start))
    if here == SOFT_BREAK:
        return False  # decided at the token after the comma
    if here in words["clause_break"]:
        return True
    following = tokens[index + 1] if index + 1 < end else ""
    if here in words["clause_join"] and following in words["subject"]:
        # "since I fell" says when it began and belongs to the sign.
        return here not in ("since", "because", "as")
    return False


def _is_fragment(found: Findings, start: int, end: int) -> bool:
    """A short piece without a subject of its own after a comma ("numb hand, face and arm")."""
    subject = found.rules.words["subject"]
    for count, index in enumerate(range(start, end)):
        token = found.tokens[index]
        if token == SOFT_BREAK:
            return True
        if count >= 5 or token in subject or token in found.rules.words["clause_break"]:
            return False
    return True


def _fragment_before(found: Findings, comma: int, start: int) -> bool:
    """A short piece without a subject before a comma ("suddenly, my arm is numb")."""
    subject = found.rules.words["subject"]
    index = comma - 1
    while index >= start and found.tokens[index] != SOFT_BREAK:
        if comma - index > 4 or found.tokens[index] in subject:
            return False
        index -= 1
    return True


# Denied


def _negated(found: Findings, mention: Mention, start: int, end: int) -> bool:
    if mention.negative:
        return False
    if _denied_after(found, mention, end):
        return True
    if (
        found.tokens[mention.start - 1 : mention.start]
        and found.tokens[mention.start - 1] in _DETERMINERS
    ):
        # "not helping my numb foot", "neither has the numbness": the sign is taken for granted.
        return False
    if not _reaches_negator(found, mention, start, end):
        return False
    return not _contrast_after(found, mention, end)


def _contrast_after(found: Findings, mention: Mention, end: int) -> bool:
    """As in "no weakness before", "no numbness anymore"."""
    after = found.tokens[mention.end : min(end, mention.end + 3)]
    if SOFT_BREAK in after:
        after = after[: after.index(SOFT_BREAK)]
    return not found.rules.words["contrast"].isdisjoint(after) or after[:2] == ("any", "more")


def _denied_after(found: Findings, mention: Mention, end: int) -> bool:
    """As in "numbness was ruled out", "weakness: none", "numb? no"."""
    if any(hit[0] <= mention.end + 2 for hit in found.cues("denied_after", mention.end, end)):
        return True
    after = found.tokens[mention.end : mention.end + 3]
    if after[:1] and after[0] in (SOFT_BREAK, "?"):
        after = after[1:]
    return (
        bool(after)
        and after[0] in ("no", "none", "nope")
        and (len(after) == 1 or after[1] in _ALL_BREAKS)
    )


def _reaches_negator(found: Findings, mention: Mention, start: int, end: int) -> bool:
    """Walk back from the sign over words a negation can cross, and over a list of complaints."""
    words, tokens = found.rules.words, found.tokens
    negator_ends = {
        hit[1] - 1: hit[0]
        for hit in found.cues("negators", max(start, mention.start - 20), mention.start)
    }
    if not negator_ends:
        return False
    crossable = words["reach"] | words["part"]
    own_words = True  # no joiner crossed yet
    joiner_right = False
    index = mention.start - 1
    while index >= max(start, mention.start - 20):
        token = tokens[index]
        if index in negator_ends:
            return _is_negator(found, negator_ends[index], index + 1, mention)
        if token in ("or", "nor", "and", SOFT_BREAK):
            if own_words and not _is_listed(found, mention, index, end, token):
                return False
            own_words, joiner_right = False, True
        elif token in words["complaints"] and not joiner_right:
            if tokens[index + 1] not in ("of", "with", "like", "from"):
                return False
        elif token in words["complaints"] or token in crossable:
            # Only the item next to a joiner may be a complaint: "no pain foot numb" is not a list.
            joiner_right = joiner_right and token not in words["part"]
        else:
            return False
        index -= 1
    return False


def _is_listed(found: Findings, mention: Mention, joiner: int, end: int, token: str) -> bool:
    """Whether the sign is an item of a list, not the start of a new statement."""
    between = found.tokens[joiner + 1 : mention.start]
    if not found.rules.words["first_person"].isdisjoint(between) or not _BEING.isdisjoint(between):
        return False
    if token in ("or", "nor"):
        return True
    after = found.tokens[mention.end : mention.end + 4]
    if token == SOFT_BREAK and (
        "or" in after[:2] or "nor" in after[:2] or after[:2] == (SOFT_BREAK, "or")
    ):
        return True
    # With a comma or "and", only a bare noun goes on with the list: "no pain, numb foot" is a
    # complaint.
    noun = (
        found.tokens[mention.end - 1].endswith("ness")
        or "of" in found.tokens[mention.start : mention.end]
    )
    bare = not between or set(between) <= {"muscle", "any", "or"}
    ends = mention.end >= end or found.tokens[mention.end] in _ALL_BREAKS | {
        "or",
        "and",
        "nor",
        "but",
    }
    return noun and bare and ends


def _is_negator(found: Findings, first: int, after: int, mention: Mention) -> bool:
    tokens, words = found.tokens, found.rules.words
    if any(
        hit[0] <= first < hit[1] for hit in found.cues("not_negators", max(0, first - 3), after + 4)
    ):
        return False
    following = tokens[after] if after < len(tokens) else ""
    if tokens[first] in ("no", "nope") and (
        following in words["subject"] or following in words["first_person"]
    ):
        return False  # "no it is numb"
    if tokens[first] in ("neither", "nor") and following in words["aux"]:
        # "the twitching has not stopped and neither has numbness"
        earlier = tokens[max(0, first - 8) : first]
        return words["neither_inverts"].isdisjoint(earlier)
    return True


# Long past


def _long_past(found: Findings, mention: Mention, start: int, end: int) -> bool:
    if not found.cues("history_old", start, end) and not _names_past_year(found.tokens[start:end]):
        return False
    first, after = clause(found, mention)
    # "When I was a child, I had numb hands": the piece before the comma sets the time.
    if first > start and found.tokens[first - 1] == SOFT_BREAK:
        opening = first - 1
        while opening > start and found.tokens[opening - 1] != SOFT_BREAK:
            opening -= 1
        times = found.cues("history_old", opening, first)
        if any(hit[0] <= opening + 1 and found.tokens[hit[0]] != "used" for hit in times):
            first = opening
    hits = found.cues("history_old", first, _own_statement(found, mention, after))
    excluded = found.cues("history_not", first, min(end, after + 2))
    hits = [hit for hit in hits if not any(no[0] <= hit[0] < no[1] for no in excluded)]
    # "Best if I died": what is part of the sign dates nothing.
    hits = [hit for hit in hits if hit[1] <= mention.start or hit[0] >= mention.end]
    if not hits and not _names_past_year(found.tokens[first:after]):
        return False
    if not _BEING.isdisjoint(found.tokens[max(start, mention.start - 2) : mention.start]):
        return False  # "my foot is numb from an accident years ago"
    # "It is back" may come in the next sentence.
    later = min(len(found.tokens), end + 20)
    done = found.cues("history_done", start, later)
    for cue in found.cues("history_unless", start, later):
        if not any(hit[0] <= cue[0] < hit[1] for hit in done):
            return False
    return True


def _own_statement(found: Findings, mention: Mention, after: int) -> int:
    """Where the statement of the sign ends: "numb foot, I used to run" dates the running.

    A piece after a comma that only says when ("numb foot, five years ago") belongs to it.
    """
    for place in range(mention.end, after):
        if found.tokens[place] == SOFT_BREAK:
            piece = after - place - 1
            return after if piece <= _ONLY_WHEN else place
    return after


def _names_past_year(tokens: tuple[str, ...]) -> bool:
    for word, year in zip(tokens, tokens[1:], strict=False):
        if word == "in" and len(year) == 4 and year[:2] in ("19", "20") and year.isdigit():
            return True
    return False


# Tied to a person


def _tied(found: Findings, mention: Mention, start: int, end: int) -> bool:
    """Whether the sign is said of a particular person.

    "my numb foot", "why am I weak", "numbness in his hand".
    """
    words, tokens = found.rules.words, found.tokens
    index = mention.start - 1
    lowest = max(start, mention.start - 7)
    while index >= lowest:
        token = tokens[index]
        if token in words["blockers"] or token in _ALL_BREAKS:
            break
        if token in words["possessive"] or _is_relation(found, token):
            return True
        if token in ("i", "im", "ive", "he", "she", "hes", "shes", "we", "me", "him", "us"):
            # "should I", "can I take magnesium for": a person, but not the one next to the sign.
            return _subject_has_sign(found, index, mention)
        index -= 1
    own = tokens[mention.start : mention.end]
    if not words["possessive"].isdisjoint(own) or not {"i", "im", "he", "she"}.isdisjoint(own):
        return not _hit_before(found, "you", mention, start)
    return _tied_after(found, mention, end)


def _hit_before(found: Findings, word: str, mention: Mention, start: int) -> bool:
    return word in found.tokens[max(start, mention.start - 3) : mention.start]


def _is_relation(found: Findings, token: str) -> bool:
    words = found.rules.words
    return token in found.rules.persons and not (
        token in words["first_person"] or token in words["third_person"]
    )


def _subject_has_sign(found: Findings, index: int, mention: Mention) -> bool:
    """As in "I feel weak" yes, "I take magnesium for weakness" no."""
    between = found.tokens[index + 1 : mention.start]
    if found.tokens[index] in ("me", "him", "us") and not between:
        return True
    return {"for", "against", "to"}.isdisjoint(between)


def _tied_after(found: Findings, mention: Mention, end: int) -> bool:
    words = found.rules.words
    after = found.tokens[mention.end : min(end, mention.end + 5)]
    for index, token in enumerate(after):
        if token in _ALL_BREAKS or token in words["blockers"]:
            return False
        if token in words["possessive"] and index and after[index - 1] in _WITHIN:
            return True
        if token in words["possessive"] and index == 0:
            return True
    return False


def _names_person(found: Findings, start: int, end: int) -> bool:
    """Whether a particular person is named, besides phrases such as "I want to know"."""
    if found.cues("self_hint", start, end):
        return True
    persons = found.persons(start, end)
    if not persons:
        return False
    begin = max(0, start - 5)
    lead_ins = found.cues("lead_in", begin, end) + found.cues("should", begin, end)
    return any(not any(hit[0] <= place < hit[1] for hit in lead_ins) for place in persons)


# Asked about


def _question_start(found: Findings, mention: Mention, start: int) -> int | None:
    """Where the question that holds the sign begins, if it stands in one."""
    words, tokens = found.rules.words, found.tokens
    for index in found.asking(start, mention.start):
        token = tokens[index]
        following = tokens[index + 1]
        if token in words["wh"]:
            if _is_relative(found, index, start):
                continue
            return index
        if token in ("if", "whether"):
            if any(hit[1] == index for hit in found.cues("lead_in", start, index)):
                return index  # "I want to know if ..."
            continue
        if token in words["wh_when"] and (following in words["aux"] or following == "to"):
            return index
        if token in words["aux"] and _opens_question(found, index, start, mention):
            return index
    return None


def _is_relative(found: Findings, index: int, start: int) -> bool:
    """Whether "which" or "who" tells more of what stands before it ("my toe, which is numb")."""
    tokens = found.tokens
    before = tokens[index - 2 : index] if index - 2 >= start else ()
    about = found.rules.words["part"] | found.rules.words["relative"] | found.rules.words["child"]
    return (
        tokens[index] in ("which", "who")
        and before[1:] == (SOFT_BREAK,)
        and before[0] in about
        and tokens[index + 1] in found.rules.words["aux"]
    )


def _opens_question(found: Findings, index: int, start: int, mention: Mention) -> bool:
    """Whether the verb at ``index`` stands before its subject."""
    words, following = found.rules.words, found.tokens[index + 1]
    if (
        following not in _BARE_VERBS  # "could be numb" has no subject
        and _begins_clause(found, index, start)
        and not _sign_follows(found, index + 1, mention)
    ):
        return True
    inside = following in words["aux_subject"] and following not in ("a", "my", "the")
    return inside and _inverted(found, index, start)


def _begins_clause(found: Findings, index: int, start: int) -> bool:
    """Whether only a greeting or small words stand between the last break and ``index``."""
    words = found.rules.words
    for place in range(index - 1, start - 1, -1):
        token = found.tokens[place]
        if token in _ALL_BREAKS or token in words["greeting"]:
            return True
        if token not in words["filler"]:
            return False
    return True


def _inverted(found: Findings, index: int, start: int) -> bool:
    """Verb before subject in the middle of a text without points ("low b12 can it cause ...")."""
    before = found.tokens[index - 1] if index > start else ""
    return before not in ("i", "he", "she", "we", "they", "it", "that", "which", "who", "this")


def _sign_follows(found: Findings, index: int, mention: Mention) -> bool:
    """Whether the verb lacks a subject.

    "Is numb all the time" states a sign; "is numbness a sign of" and "are weak legs bad" ask.
    """
    if mention.start != index:
        return False
    if found.tokens[mention.end - 1] not in _STATES:
        return False
    after = found.tokens[mention.end : mention.end + 6]
    serious = {
        "serious", "dangerous", "normal", "bad", "common", "sign", "symptom", "symptoms",
        "caused", "related", "linked", "a",
    }  # fmt: skip
    return serious.isdisjoint(after)


def _statement_after_comma(found: Findings, mention: Mention, scope: int) -> bool:
    """As in "what helps twitching, foot numb": the piece after the comma states the sign."""
    index = mention.start - 1
    while index > scope and found.tokens[index] != SOFT_BREAK:
        index -= 1
    if index <= scope:
        return False
    return not found.rules.words["part"].isdisjoint(found.tokens[index + 1 : mention.start])


def _deictic(found: Findings, mention: Mention, scope: int) -> bool:
    """As in "is this numbness", "am I weak", "could it be weakness"."""
    tokens = found.tokens
    if tokens[scope] == "am":
        return True
    following = tokens[scope + 1] if scope + 1 < len(tokens) else ""
    if following not in _DEICTIC or mention.start - scope > 5:
        return False
    between = set(tokens[scope + 2 : mention.start])
    return between <= {
        "be", "a", "the", "muscle", "real", "just", "from", "really", "called", "some", "an",
        "sort", "kind", "of",
    }  # fmt: skip


def _general_statement(found: Findings, mention: Mention, start: int, end: int) -> bool:
    """As in "low potassium causes weakness" or "people with neuropathy get numb"."""
    tokens = found.tokens
    first, after = max(start, mention.start - 12), min(end, mention.end + 8)
    for hit in found.cues("define", first, after):
        near = hit[1] <= mention.start and mention.start - hit[1] <= 3
        behind = mention.end <= hit[0] <= mention.end + 2 and tokens[hit[0]] != "about"
        if (near or behind) and not _names_person(found, hit[1] if near else mention.end, end):
            return True
    if _names_person(found, start, end):
        return False
    opening = tokens[start]
    if found.cues("cause", first, after) and opening not in _DEICTIC and opening != "they":
        return True
    generic = found.cues("generic_people", start, mention.start)
    if generic and not found.cues("not_generic", max(0, start - 1), after):
        return True
    return not {"you", "your", "youre", "yours"}.isdisjoint(tokens[first : mention.start])


# Feared, supposed, to come


def _hypothetical(found: Findings, mention: Mention, start: int, tied: bool) -> bool:
    if not tied and found.cues("should", start, mention.start):
        return True
    if _supposed(found, mention, start):
        return True
    near = max(start, mention.start - 9)
    if _feared(found, mention, near, tied):
        return True
    if not tied and found.cues("prevent", near, mention.start):
        return True
    return _to_come(found, mention, near)


def _supposed(found: Findings, mention: Mention, start: int) -> bool:
    """As in "what if I get numb".

    Not "not sure if it is numb", nor the main clause of "if I sit, my leg goes numb".
    """
    words, tokens = found.rules.words, found.tokens
    hits = found.cues("hypothetical_if", max(start, mention.start - 20), mention.start)
    if not hits:
        return False
    first, after = hits[-1]
    if any(
        hit[0] <= first < hit[1]
        for hit in found.cues("not_hypothetical", max(0, first - 3), mention.start)
    ):
        return False
    for index in range(after + 2, mention.start):
        token, before = tokens[index], tokens[index - 1]
        starts_clause = token in ("i", "im", "my", "he", "she", "it", "its", "his", "her", "they")
        if starts_clause and before not in (
            "and", "or", "in", "on", "of", "with", "that", "like", "when",
        ):  # fmt: skip
            return False
    between = set(tokens[after : mention.start])
    state_of_person = not words["possessive"].isdisjoint(between) and words["change"].isdisjoint(
        between
    )
    asked_as_fact = (
        "is" in tokens[max(start, first - 6) : first]
        and "it" in tokens[max(start, first - 6) : first]
    )
    return not (state_of_person and asked_as_fact)


def _feared(found: Findings, mention: Mention, near: int, tied: bool) -> bool:
    hits = found.cues("fear", near, mention.start)
    if not hits or tied:
        return False
    before = found.tokens[mention.start - 1]
    return (
        before not in ("the", "this", "that", "these")
        and SOFT_BREAK not in found.tokens[hits[-1][1] : mention.start]
    )


def _to_come(found: Findings, mention: Mention, near: int) -> bool:
    """As in "I might become weak", "it could lead to a seizure".

    Not the habit "my leg will go numb when I sit".
    """
    tokens, parts = found.tokens, found.rules.words["part"]
    for first, after in found.cues("future", near, mention.end):
        if first >= mention.start:
            break
        if SOFT_BREAK in tokens[after : mention.start]:
            continue
        habit = tokens[first] == "will" and not parts.isdisjoint(tokens[max(0, first - 3) : first])
        if not habit:
            return True
    return False
