"""What somebody leaves out of their food: "calcium without dairy", "I can't stand fish"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from twitchwise.faq.models import Diet, FoodGroup

#: What may stand between what rules a food out and the food.
_BETWEEN = (
    r"(?:\s+(?:a|an|any|eating|drinking|having|to eat|to have|the|my|all|much|many|more|of|from|"
    r"it|in|with|taste of|sight of|such as|like)){0,4}\s+"
)
_CANNOT = r"(?:can\s?no|ca|do|did|does|wo|will no|would|do no|does no|should)(?:n'?t|t)"
_EAT = r"(?:eat|have|drink|do|like|touch|want|stand|abide|stomach|tolerate|take|digest|go near|use)"
_RULED_OUT = (
    r"(?:without|w/o|no|not|non|minus|avoid(?:s|ing)?|skip(?:s|ping)?|hates?|hating|dislikes?|"
    r"(?:that|which) (?:isn'?t|aren'?t|is not|are not)|besides|apart from|other than|"
    r"aside from|except|except for|instead of|anything but|"
    r"replac(?:e|ing)|substitutes? for|alternatives? to|"
    r"allerg(?:y|ic) to|intoleran(?:t|ce) (?:to|of)|reacts? (?:badly )?to|sensitive to|"
    rf"{_CANNOT}\s+{_EAT}|(?:never|hardly ever) (?:eats?|drinks?|touch(?:es)?)|"
    r"(?:not|no) (?:a )?(?:big |huge |great )?(?:fan of|keen on|fond of)|"
    r"(?:sick|tired) of|fed up (?:with|of)|bored of|(?:gave|given|giving) up|"
    r"(?:cut|cuts|cutting) (?:out|down on)|"
    r"(?:went|am|i'?m|been|going|is|he'?s|she'?s) off|"
    r"(?:stay|keep)(?:ing)? (?:away from|off)|steer clear of|free (?:of|from))"
)
#: What rules a food out that stands before it: "nut free", "a dairy allergy", "eggs make me ill".
_ILL = r"(?:sick|ill|queasy|gag|throw up|heave|bloated|a rash|the runs|hives|cramps)"
_AFTER = (
    r"(?:[\s-]+(?:free|allergy|allergies|allergic|intoleran(?:t|ce))\b"
    rf"|\s+(?:makes?|gives?) (?:me|him|her|us|my \w+)\s+{_ILL}\b"
    r"|\s+(?:is|are|isn'?t|aren'?t) (?:out|off the menu|(?:not )?an option|a no(?:[\s-]go)?|"
    r"(?:not )?for (?:me|him|her|us))\b"
    r"|\s+(?:doesn'?t|don'?t|does not|do not|disagrees?)\s*(?:agree )?with (?:me|him|her|us)\b"
    r"|\s+upsets? (?:my|his|her)\b)"
)
_JOINT = r"\s*(?:,|/|&|\+|\band\b|\bor\b|\bnor\b){1,3}\s*(?:(?:no|any|the|even|to)\s+){0,2}"
#: "I do eat fish", "dairy is fine": it is left out no more.
_EATEN = (
    r"\b(?:i|we|she|he|they)\s+(?:can|do|still|could)\s+(?:still\s+)?(?:eat|have|drink|do)"
    + _BETWEEN
)
_IS_FINE = r"\s+(?:(?:is|are)\s+(?:ok|okay|fine|alright|all right|allowed)|yes)\b"
#: What denies a way of eating: "I'm not vegan".
_NOT_ONE = re.compile(r"(?:\bnot|n'?t|\bno longer|\bnever|\bused to be|\bwas)\W+(?:\w+\W+)?$", re.I)
_NEAR = 25
_MOST_IN_A_LIST = 8


class LeftOut:
    """Finds the groups of foods that a text leaves out, and those it takes up again."""

    def __init__(self, groups: Iterable[FoodGroup] = (), diets: Sequence[Diet] = ()) -> None:
        """Take the groups and ways of eating of the FAQ."""
        self._group_of: Mapping[str, str] = {
            _key(name): group.id for group in groups for name in group.names
        }
        self._left_out_by = {_key(name): diet.leaves_out for diet in diets for name in diet.names}
        foods = _any_of(self._group_of)
        # No group repeats without limit: a list of hundreds must not take time by its square.
        listed = rf"{foods}(?:{_JOINT}{foods}){{0,{_MOST_IN_A_LIST}}}"
        self._before = re.compile(rf"(?<![\w'’]){_RULED_OUT}(?:-|{_BETWEEN})({listed})", re.I)
        self._after = re.compile(rf"({listed}){_AFTER}", re.I)
        self._taken_up = re.compile(rf"{_EATEN}({listed})|({listed}){_IS_FINE}", re.I)
        self._food = re.compile(foods, re.I)
        self._diet = re.compile(_any_of(self._left_out_by), re.I)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return ids of the groups that ``text`` leaves out, in order, each once."""
        found = [
            group for pattern in (self._before, self._after) for group in self._in(pattern, text)
        ]
        for match in self._diet.finditer(text):
            if not _NOT_ONE.search(text[max(0, match.start() - _NEAR) : match.start()]):
                found += self._left_out_by[_key(match[0])]
        return tuple(dict.fromkeys(found))

    def without_them(self, text: str) -> str:
        """Return ``text`` without the foods that it leaves out."""
        return self._after.sub(" ", self._before.sub(" ", text))

    def taken_up_in(self, text: str) -> tuple[str, ...]:
        """Return ids of the groups that ``text`` says are eaten after all."""
        return tuple(dict.fromkeys(self._in(self._taken_up, text)))

    def _in(self, pattern: re.Pattern[str], text: str) -> Iterable[str]:
        for match in pattern.finditer(text):
            told = next(group for group in match.groups() if group)
            for food in self._food.finditer(told):
                yield self._group_of[_key(food[0])]


def _any_of(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    joined = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest_first)
    return rf"(?<![\w'’])(?:{joined})(?![\w'’])" if joined else r"(?!)"


def _key(text: str) -> str:
    return " ".join(re.split(r"[\s-]+", text.lower()))
