"""Cramps, spasms, jumps and flutters that are none of a muscle we know anything of.

"Stomach cramps", "cramping before my period" and "spasm of the oesophagus" are no muscle cramps: an
answer about those would be false comfort.
"""

from __future__ import annotations

import re

#: Topics whose names are used of other organs as well.
_CRAMPS = frozenset({"cramp", "spasm"})
_ORGANS = (
    r"stomach|tumm(?:y|ies)|bell(?:y|ies)|abdom\w+|bowels?|guts?|intestin\w+|colons?|rect(?:um|al)|"
    r"bladder|kidneys?|gall ?bladder|bil(?:e|iary)|uter(?:us|ine)|wombs?|ovar(?:y|ies|ian)|"
    r"ovulat\w+|pelvi[cs]|menstrua\w+|menses|periods?|pms|implantation|fertile|endometri\w+|"
    r"o?esopha\w+|throat|gullet|laryn\w+|vocal|bronch\w+|coronary|arter(?:y|ies|ial)|cardiac|"
    r"heart|labou?r|vagina\w*|cervi(?:x|cal)|prostate|testic\w+|anal|anus|gi|gastric"
)
_ORGAN = rf"\b(?:{_ORGANS})\b"
_HEART = r"\b(?:heart|atrial|ventricular|cardiac|valve)\b"
#: Of a muscle all the same.
_MUSCLE = re.compile(
    r"\b(?:muscles?|muscular|abs|wall|legs?|calf|calves|foot|feet|toes?|thighs?|hands?|fingers?|arms?|"
    r"back|neck|jaw|hamstrings?|shins?|shoulders?|eyelids?)\b",
    re.IGNORECASE,
)
#: So many characters before and after a name are looked at.
_NEAR = 80
_WORDS_BETWEEN = r"(?:[^\W\d_]+(?:['’-]\w+)?\s+)"
_BEFORE = re.compile(rf"{_ORGAN}[\s/-]+{_WORDS_BETWEEN}{{0,2}}$", re.IGNORECASE)
_AFTER = re.compile(
    rf"^\s*(?:[^\W\d_]+\s+){{0,2}}?(?:in|of|around|on|at|to|from|across|near|with|during|before|after|"
    rf"by|through|inside)\s+{_WORDS_BETWEEN}{{0,3}}?(?P<organ>{_ORGAN})",
    re.IGNORECASE,
)
#: "I have to jump out of bed": the whole person does.
_LEAPS_OF_ALL = re.compile(
    r"^(?:jump|hop|leap|spring)\w*\s+(?:right |straight )?(?:out of (?:bed|my (?:skin|seat|chair)|"
    r"the (?:bed|bath|car|chair|seat|shower))|off the|"
    r"on (?:a|the) (?:bus|train|bike|trampoline))\b",
    re.IGNORECASE,
)
#: "I shake salt on everything", "we shook hands".
_SHAKEN = re.compile(
    r"^sh(?:ake|akes|aking|ook|aken)\s+(?:\w+\s+){0,2}"
    r"(?:salt|lo-?salt|pepper|the bottle|hands with)\b",
    re.IGNORECASE,
)
_HEART_BEFORE = re.compile(rf"{_HEART}[\s/-]+(?:\w+\s+)?$", re.IGNORECASE)
_HEART_AFTER = re.compile(rf"^\s*(?:in|of)\s+(?:\w+\s+)?{_HEART}", re.IGNORECASE)


def is_of_another_organ(text: str, start: int, end: int, topic: str) -> bool:
    """Say whether a movement that is named in a text is one of an organ, and no muscle's.

    Args:
        text: the message.
        start: where the name begins.
        end: where it ends.
        topic: what it names.
    """
    name = text[start:end]
    told = f"{name}{text[end : end + _NEAR]}"
    if _LEAPS_OF_ALL.search(told) or _SHAKEN.search(told):
        return True
    # Near it only: the work would grow with the square of a long text full of cramps.
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _MUSCLE.search(name):
        return False
    if topic not in _CRAMPS:
        is_flutter = "flutter" in name.lower()
        return is_flutter and bool(_HEART_BEFORE.search(before) or _HEART_AFTER.search(after))
    stands_before = _BEFORE.search(before)
    if stands_before and not _MUSCLE.search(stands_before[0]):
        # "stomach cramps"; "a bad stomach and cramps in my calves" are two things.
        return not _of_a_muscle_after(after)
    found = _AFTER.search(after)
    return found is not None and not _MUSCLE.search(after[: found.start("organ")])


def _of_a_muscle_after(after: str) -> bool:
    return bool(re.match(r"\s*(?:in|of|to)\b", after) and _MUSCLE.search(after[:40]))
