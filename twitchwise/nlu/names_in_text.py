"""The FAQ's names found in a text: topics, body parts, and subjects without a source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Doc

from twitchwise.nlu.aspect_model import Span
from twitchwise.nlu.blood_values import is_value_after, value_of_a_test
from twitchwise.nlu.forms import refers_back
from twitchwise.nlu.other_organs import is_of_another_organ
from twitchwise.nlu.spacy_pipeline import ALONE, BESIDE, BODY_PART, EXAMPLE, SUBJECT, TOPIC

#: "the eyelid, not the leg": what stands after "not" is not what is meant.
_NOT_MEANT = re.compile(
    r"\b(?:not|isnt|isn't|rather than|instead of|apart from|other than|besides)\s+"
    r"(?:(?:the|my|a|about|in|on|from)\s+)*$",
    re.IGNORECASE,
)


#: "besides calcium", "apart from the coffee".
_EXCEPTED = re.compile(
    r"\b(?:besides|apart from|other than|aside from|except(?: for)?)\s+(?:(?:the|my|a)\s+)?$",
    re.IGNORECASE,
)


#: "my 5 yr old", "8 months old".
_AGE = re.compile(
    r"\b(?P<age>\d{1,2})\s*-?\s*(?P<unit>y(?:ea)?rs?|y/?o\b|months?|weeks?|days?)[\s.-]*"
    r"(?:(?<=o)|olds?\b)",
    re.IGNORECASE,
)
_CHILDREN = "children"
#: "my daughter says", "with a newborn": a child that is told of, and has nothing.
_CHILD_SAYS = re.compile(
    r"^(?:\s+(?!twitch|cramp|jerk|has|gets)\w+){0,2}?\s+(?:says?|said|tells|told|thinks?|"
    r"reckons?|swears?|insists?|asks?|asked|bought|gave|sent|showed|wants me|can drive|drove|"
    r"(?:keeps?|kept|had|has)\s+me|w[ao]kes?\s+(?:me|us)|"
    r"is \d+\s+(?:weeks|months)\b(?=.*\b(?:i|my)\b))\b"
    # "She told me that her leg twitches", "wakes me with his jerks": then it is the child's.
    r"(?!(?:\W+\w+){0,6}?\W+(?:his|her|hers|their|he|hes|she|shes|it|its|they)\b)",
    re.IGNORECASE,
)
#: "im not pregnant", "no longer on statins": nothing is asked of what is not there.
_DENIED = re.compile(
    r"(?:(?<!why )\bnot|\b(?:i|we|he|she|they|it|that)\s+\w+n['’]t|\bnever been|\bno longer)\s+"
    r"(?:(?:even|actually|currently|yet|a|an|on|in|the|taking|had)\s+){0,2}$",
    re.IGNORECASE,
)
_DENIED_NEAR = 40
#: "145 over 90": a blood pressure, and nobody's age.
_PRESSURE = re.compile(r"\b\d{2,3}\s*$")
_OLDER_AGE = "older_age"
#: "newborn at home, no sleep": it is not the child that is asked about.
_AT_HOME = re.compile(
    r"^\s+(?:at home|in the house|(?:so|and|means) (?:no|little|zero) sleep)\b", re.IGNORECASE
)
_WITH_A_CHILD = re.compile(
    r"\b(?:with|since|having|like)\s+(?:(?:a|the|new|two|three)\s+)+$", re.IGNORECASE
)
#: "my 53-year-old daughter", "my son, 22, has": a child of somebody, and none.
_GROWN_UP_BEFORE = re.compile(
    r"\b(?:(?:1[89]|[2-9]\d)\s*-?\s*(?:y(?:ea)?rs?\b|y/?o\b)[\s-]*(?:old\b)?|grown[\s-]?up|adult)\W*$",
    re.IGNORECASE,
)
_GROWN_UP_AFTER = re.compile(
    r"^\W{0,3}(?:(?:who|whos|who's|he|she|he's|she's|is|aged?|now)\s+)*(?:1[89]|[2-9]\d)\b"
    r"(?!\s*(?:weeks?|months?|days?|kg|pounds?|lbs|percent|mg))",
    re.IGNORECASE,
)
#: "my kid's coach": somebody else.
_OF_ANOTHER = re.compile(
    r"^['’]?s?\s+(?:\w+\s+)?(?:coach|teachers?|school|team|class|club|doctor|friends?|party|birthday|room|"
    r"bike|phone|tablet|games?|match|clothes|toys?)\b",
    re.IGNORECASE,
)
#: "when I carry my son".
_CARRIED = re.compile(
    r"\b(?:carry|carried|carrying|lift|lifting|lifted|chase|chasing|hold|holding|rock|rocking|cuddle|"
    r"cuddling|hug|hugging|feed|feeding|fed|nurse|nursing|breastfeed|breastfeeding|drive|driving|"
    r"(?:look|looking) after|(?:play|playing) with|(?:wake|wakes|woke|waking|scare|scares|scared|"
    r"frightened)(?: up)?|"
    r"grow(?:ing)? up)\s+(?:(?:my|the|our|a|two|three|both|his|her)\s+)*$",
    re.IGNORECASE,
)
_OF_THE_CHILD = re.compile(r"^\s+(?:who|whose|that|with)\b", re.IGNORECASE)
NORMAL_RANGES = "normal_ranges"
#: "nine hours on my feet": no part of the body is told of.
_ON_ONES_FEET = re.compile(
    r"\b(?:hours?|hrs?|\d+\s?h|days?|shifts?|nights?|long|stand\w*|always|constantly|ward|work)\s+"
    r"(?:\w+\s+){0,3}?on\s+(?:my|his|her|their|our|your)\s+$",
    re.IGNORECASE,
)
_FEET_NEAR = 60
_GROWN_UP = 18
#: So many characters before a child's name are looked at for an age.
_AGE_NEAR = 25
#: "im 15 btw": in a longer message, an age is told by the way.
_OWN_AGE = re.compile(
    r"\W*(?:and\s+|but\s+)?(?:i'?m|i am)\s+(?:only\s+|just\s+)?1[0-7]\b"
    r"(?:\W+(?!weeks?|months?|days?|stone|kilos?|kg)\w+){0,2}\W*",
    re.IGNORECASE,
)
#: So many characters between a part of the body and what it does ("hops", "seizes").
_BESIDE = 30


class Name(NamedTuple):
    """A name: characters ``start`` to ``end``, its label, the kind of what it names, and its id.

    ``example`` is the id of the example of a topic that it names, if it names one.
    """

    start: int
    end: int
    label: str
    kind: str
    id: str
    example: str = ""

    @property
    def span(self) -> Span:
        """The name as the classifier replaces it."""
        return Span(self.start, self.end, self.kind)


def names_in(doc: Doc) -> list[Name]:
    """Return the names that the ruler found, in order, and children named by their age."""
    found = [
        Name(match.start(), match.end(), SUBJECT, SUBJECT, _CHILDREN)
        for match in _AGE.finditer(doc.text)
        if match["unit"][0] in "mwd" or int(match["age"]) < _GROWN_UP
    ]
    if _OWN_AGE.fullmatch(doc.text):
        found.append(Name(0, len(doc.text), SUBJECT, SUBJECT, _CHILDREN))
    parts = [(e.start_char, e.end_char) for e in doc.ents if e.label_ == BODY_PART]
    for entity in doc.ents:
        kind, identity, *only = entity.ent_id_.split("/")
        if BESIDE in only and not _is_beside(parts, entity.start_char, entity.end_char):
            continue
        if ALONE in only and not _is_alone(doc, entity.start_char):
            continue
        if kind == "movement" and is_of_another_organ(
            doc.text, entity.start_char, entity.end_char, identity
        ):
            continue
        if entity.text.lower() == "feet" and _stands_on_them(doc.text, entity.start_char):
            continue
        if entity.label_ == SUBJECT and _is_denied(doc.text, entity.start_char):
            continue
        if identity == _OLDER_AGE and _PRESSURE.search(doc.text[: entity.start_char]):
            continue
        if identity == _CHILDREN and _only_told_of(doc.text, entity.start_char, entity.end_char):
            continue
        example = only[-1] if EXAMPLE in only else ""
        found.append(
            Name(entity.start_char, entity.end_char, entity.label_, kind, identity, example)
        )
    return with_values(doc.text, found)


def with_values(text: str, names: Sequence[Name]) -> list[Name]:
    """Return the names, in order, with the values of blood tests given for the nutrients named."""
    nutrients = [name for name in names if name.kind == "nutrient"]
    ends = {is_value_after(text, name.end) for name in nutrients} - {None}
    if not ends and len({name.id for name in nutrients}) == 1:
        ends = {value_of_a_test(text)} - {None}
    values = {Name(end - 1, end, SUBJECT, SUBJECT, NORMAL_RANGES) for end in ends if end}
    return sorted({*names, *values})


def _stands_on_them(text: str, start: int) -> bool:
    """Say whether the feet named at ``start`` are those that somebody stood on all day."""
    return bool(_ON_ONES_FEET.search(text[max(0, start - _FEET_NEAR) : start]))


def _is_denied(text: str, start: int) -> bool:
    """Say whether what is named at ``start`` is said not to be there."""
    return bool(_DENIED.search(text[max(0, start - _DENIED_NEAR) : start]))


def _only_told_of(text: str, start: int, end: int) -> bool:
    """Say whether the child named between two places is not the one who is asked about."""
    before, after = text[:start], text[end:]
    if _GROWN_UP_BEFORE.search(before[-_AGE_NEAR:]) or _GROWN_UP_AFTER.match(after):
        return True
    if _AT_HOME.match(after) or _OF_ANOTHER.match(after) or _CARRIED.search(before[-_AGE_NEAR:]):
        return True
    with_a_child = _WITH_A_CHILD.search(before) and not _OF_THE_CHILD.match(after)
    return bool(_CHILD_SAYS.search(after) or with_a_child)


def _is_alone(doc: Doc, start: int) -> bool:
    """Say whether nothing else of ours is meant: neither named, nor pointed to before a name.

    A vitamin or a deficiency without its name is nothing else ("which vitamin for tingling").
    """
    named = (entity.ent_id_ for entity in doc.ents if entity.label_ in (TOPIC, SUBJECT))
    nothing_else = all(name.endswith(ALONE) or name.startswith("deficiency/") for name in named)
    return nothing_else and not refers_back(doc.text[:start])


def _is_beside(parts: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(start - _BESIDE <= after and before <= end + _BESIDE for before, after in parts)


def names_within(names: Sequence[Name], start: int, end: int) -> list[Name]:
    """Return the names between two places of the text."""
    return [name for name in names if start <= name.start and name.end <= end]


def meant(names: Sequence[Name], text: str) -> list[Name]:
    """Return the names without those that are ruled out, unless all of them are."""
    kept = [name for name in names if not _NOT_MEANT.search(text[: name.start])]
    return kept or list(names)


def not_excepted(names: Sequence[Name], text: str) -> list[Name]:
    """Return the names without those set aside ("what else besides calcium")."""
    return [name for name in names if not _EXCEPTED.search(text[: name.start])]


def ids(names: Sequence[Name], label: str) -> tuple[str, ...]:
    """Return the ids of the names with a label (topic, body part or subject), each once."""
    return tuple(dict.fromkeys(name.id for name in names if name.label == label))


def examples(names: Sequence[Name]) -> tuple[str, ...]:
    """Return the ids of the examples of topics named, each once."""
    return tuple(dict.fromkeys(name.example for name in names if name.example))


__all__ = ["BODY_PART", "SUBJECT", "TOPIC", "Name", "ids", "meant", "names_in", "names_within"]
