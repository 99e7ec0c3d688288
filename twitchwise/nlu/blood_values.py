"""Values of blood tests in what people tell: "potassium 3.4, is that low", "mine was 0.68".

No source of ours says which values are normal, so that such a message must not be taken for a
question on amounts, or for too little of something.
"""

from __future__ import annotations

import re

#: What a number may stand for besides a value: an amount, a time, a count, a temperature.
_OTHER_UNITS = (
    r"(?!\s*(?:mg|mcg|µg|ug|iu|g|grams?|kg|%|percent|per|times|x\b|a\b|an\b|ml|l\b|litres?|liters?|pints?|"
    r"cups?|glass(?:es)?|k\b|c\b|°|degrees?|celsius|fahrenheit|years?|yrs?|months?|weeks?|days?|hours?|hrs?|"
    r"minutes?|mins?|am\b|pm\b|o'?clock|foods?|causes?|signs?|tablets?|pills?|capsules?|bananas?|eggs?|"
    r"puffs?|miles?|reps?|of\b|or\b|to\b|in\b|on\b(?! (?:mon|tues|wednes|thurs|fri|satur|sun)day)))"
)
_NUMBER = r"\d+(?:[.,]\d+)?(?![.,]?\d|[:/])"
_DECIMAL = r"\d+[.,]\d+(?![.,]?\d|[:/])"
_DAY = (
    r"(?:the\s+)?(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    r"spring|summer|autumn|fall|winter|my|\d)"
)
#: After a nutrient's name; which of them are values, ``is_value_after`` says.
_AFTER_A_NAME = re.compile(
    r"\W*(?:(?:levels?|value|result|reading|count|test)\W+)?"
    r"(?P<told>(?:(?:of|is|was|were|at|came back|back at|came in at|came out at|read|just)\W+)*)"
    rf"(?P<number>{_NUMBER}){_OTHER_UNITS}",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:low|high|bad|ok|okay|good|normal|fine|cutoff|cut off|range|enough|dangerous)\b", re.I
)
_TESTED = re.compile(
    r"\b(?:bloods?|tests?|tested|results?|levels?|labs?|labcorp|reading|came back|serum|range|gp|"
    r"doctors?|hospital|a&e|surgery|clinic)\b",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:was|were|came|read)\b", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:[mnp]mol(?:/l)?|[npm]g\s?/\s?[md]?l|meq(?:/l)?)\b", re.IGNORECASE)
_A_DECIMAL = re.compile(rf"(?<![\w.,]){_DECIMAL}{_OTHER_UNITS}", re.IGNORECASE)
#: What may stand after a value of which no name is given: "it was 36 on that roof" is none.
_ENDS = (
    r"(?=\s*(?:$|[^\w\s%°'’-]|(?:last|this|is|are|when|and|so|but|though|which|then|today|"
    r"yesterday|now|low|high|normal|whats?|if|again|apparently|according)\b"
    rf"|(?:in|on|at|from|back in)\s+{_DAY}))"
)
_RESULT = r"(?:level|number|result|reading|score|count|one|test)"
_WHOSE = (
    r"(?:mine(?:'?s)?|it(?:'?s)?|that(?:'?s)?|(?:my|his|her|the|a|our|last|latest|first|second) "
    rf"(?:(?:last|latest|first|second) )?{_RESULT})"
)
_BEFORE = (
    r"(?:(?:is|was|were|came|come|back|in|out|at|only|just|now|about|around|read|of|a|down|up|to)"
    r"\W+)*"
)
#: Without a nutrient's name: "mine's 22", "came back 214", "last reading 5.4".
_OF_ITSELF = re.compile(
    rf"\b{_WHOSE}\W+{_BEFORE}{_NUMBER}{_ENDS}"
    rf"|\b(?:came|come) (?:back|in|out)\W+(?:(?:as|at|is|was|with|a|an)\W+)*{_NUMBER}{_ENDS}"
    rf"|\b(?:last|latest) (?:reading|level|result|one|test)\W+{_BEFORE}{_NUMBER}{_ENDS}"
    rf"|\bis {_NUMBER}\W+(?:too |very |really |that )?"
    r"(?:bad|low|high|ok|okay|normal|dangerous|fine)\b"
    rf"|^\W*(?:(?:it|about|around|only|just|er|um|well|and|so|ok|was|like)\W+)*{_DECIMAL}{_ENDS}",
    re.IGNORECASE,
)


def is_value_after(text: str, end: int) -> int | None:
    """Return the place after a value that follows the name ending at ``end``; None if none does."""
    match = _AFTER_A_NAME.match(text, end)
    if match is None:
        return None
    decimal = not match["number"].isdigit()
    told = match["told"]
    measured = _WAS.search(told) or (told and _TESTED.search(text))
    if decimal or measured or _JUDGED.search(text, match.end()):
        return match.end()
    return None


def value_of_a_test(text: str) -> int | None:
    """Return the place after a value told with a test ("did my calcium in A&E, 2.35")."""
    match = _A_DECIMAL.search(text) if _TESTED.search(text) else None
    return match.end() if match else None


def tells_a_value(text: str) -> bool:
    """Say whether a message that names no nutrient gives a value of a blood test."""
    return bool(_UNIT.search(text) or _OF_ITSELF.search(text))
