"""What the form of a clause says by itself, whatever the classifier makes of its words.

Counts, pronouns that point back, suppositions ("is it the coffee?"), doubts ("is she right?"),
turns ("no, too little"). Plain patterns; no Rasa in here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set

from twitchwise.nlu.aspect_model import Prediction

LINK = "ask_link"
_DIFFERENCE = "ask_difference"
_REFERS = re.compile(
    r"\b(?:it|its|it's|that|thats|that's|this|these|those|they|them|there)\b", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:both|each of them|all (?:of )?(?:them|these|those|three)|the two)\b", re.IGNORECASE
)
_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
}  # fmt: skip
_COUNT = re.compile(
    rf"\b(?:top\s+)?(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?:\w+\s+){{0,2}}?"
    r"(?:causes?|reasons?|foods?|signs?|symptoms?|things|ways|tips|vitamins?|minerals?|nutrients?|"
    r"sources?|remed(?:y|ies)|triggers?|examples?|facts|steps|drinks|fruits|vegetables|snacks)\b",
    re.IGNORECASE,
)
_FEWEST_COUNTED, _MOST_COUNTED = 2, 20
#: "no i mean too little": the same topic, the other way round.
_TURNS_ROUND = re.compile(
    r"\W*(?:(?:no|nope|not|sorry|oops|actually|i|mean|meant|what|about|how|and|or|if|its|it's|it|"
    r"is|was|but|ok|when|the|other|way|round)\W+)*"
    r"(?:(?P<less>too (?:little|low)|not enough|low|lacking|(?:a )?(?:lack|shortage)|deficien\w+)"
    r"|(?P<more>too (?:much|high)|high|an? excess))(?:\s+of)?(?:\s+(?:it|that))?\W*",
    re.IGNORECASE,
)
#: Without one of these words, two names side by side ("thyroid twitching") compare nothing.
_COMPARES = re.compile(
    r"\b(?:or|vs|versus|v|than|between|which|whichever|both|either|like|same|similar|differ\w*|"
    r"compar\w*|distinguish\w*|tell|apart|confus\w*|mix\w*|instead|better|worse|more|less|just|"
    r"kind|sort|type|one|form|equal|identical|unlike)\b|/|=",
    re.IGNORECASE,
)
#: "is it the coffee", "could that just be stress": a link is asked, whatever the words remind of.
_SUPPOSES = re.compile(
    r"\W*(?:(?:so|and|but|or|then|now|well|hmm|ok|maybe)\W+)*"
    r"(?:is|are|could|can|might|may|would|was|do you think|you think|reckon|suppose)\s+"
    r"(?:it|its|it's|that|thats|this|these|they|those|all this)\s+"
    r"(?:(?:just|really|only|maybe|all|possibly|perhaps|simply|be|is|are|from|because|of|due|down|"
    r"to|caused|by|related|linked|a|an|the|my|some|sort|kind|too|much|not|enough|lack)\s+)*"
    r"(?:nutrientname|factorname|medicinename|personname|conditionname)\b"
    r"(?:\s+(?:low|deficiency))?"
    r"(?:\s+(?:thing|related|issue|problem|then|or|maybe|only|doing|causing|this|that|it|at|all|"
    r"what|something|else))*\W*",
    re.IGNORECASE,
)
#: "is she right?", "any truth in that?": whether what was said before it is so.
_DOUBTS = re.compile(
    r"\W*(?:(?:so|but|and)\s+)?(?:(?:is|was|are|were)\s+(?:s?he|they|that|this|it|who)\s+"
    r"(?:right|true|so|correct|wrong|really it|possible|likely|the case|even true|for real|"
    r"onto something)"
    r"|(?:is|could|might|can)\s+(?:it|that|this)(?:\s+be)?|any truth (?:in|to) (?:that|it|this)"
    r"|who(?:'?s| is) right|true|surely not|really|is that (?:so|a thing|even possible|true)"
    r"|(?:is|are) (?:it|they|these|the two) (?:linked|related|connected)"
    r"|(?:linked|related|connected|coincidence)(?:,?\s*surely)?)\b\W*",
    re.IGNORECASE,
)


_TOO_LITTLE = re.compile(
    r"\b(?:too (?:little|low)|not enough|deficien\w+|shortage|lack(?:ing)? of)\b", re.IGNORECASE
)
_TOO_MUCH = re.compile(r"\b(?:too (?:much|high|many)|excess\w*|overdos\w+)\b", re.IGNORECASE)
_STOPS = re.compile(
    r"\b(?:stop|stopping|come off|coming off|quit|quitting|give up|drop|skip|bin|ditch)\b"
    r"(?:\s+\w+){0,2}?\s+(?:it|them|these|those|this|that|mine|taking|my|the|his|her|tablets?|pills?|"
    r"medicines?|medication|meds|medicinename)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:else|other\s+(?:causes?|reasons?|things?|triggers?)|another\s+(?:cause|reason)|"
    r"apart from|if not)\b",
    re.IGNORECASE,
)


def level_said(text: str) -> str | None:
    """Return ``low`` or ``high`` where a clause says too little or too much of something."""
    if _TOO_LITTLE.search(text) or ((turn := _TURNS_ROUND.fullmatch(text)) and turn["less"]):
        return "low"
    return "high" if _TOO_MUCH.search(text) else None


def stops_taking(text: str) -> bool:
    """Say whether a clause is about stopping to take something."""
    return bool(_STOPS.search(text))


def asks_for_others(text: str) -> bool:
    """Say whether a clause asks for something besides what was talked of ("what else")."""
    return bool(_ELSE.search(text))


def refers_back(text: str) -> bool:
    """Say whether a pronoun points to something named elsewhere."""
    return bool(_REFERS.search(text))


def asks_together(text: str) -> bool:
    """Say whether a clause asks of several things talked of ("foods for both")."""
    return bool(_TOGETHER.search(text))


def count_asked(text: str) -> int | None:
    """Return how many things a clause asks for ("5 causes of"), None where it does not say."""
    match = _COUNT.search(text)
    if match is None:
        return None
    number = match[1].lower()
    count = _NUMBERS.get(number) or int(number)
    return count if _FEWEST_COUNTED <= count <= _MOST_COUNTED else None


def doubts(text: str) -> bool:
    """Say whether a clause asks if what was said before it is so."""
    return bool(_DOUBTS.fullmatch(text))


def plausible(text: str, seen: str, ranking: list[Prediction]) -> list[Prediction]:
    """Return the ranking of a clause as its form allows it.

    Args:
        text: the clause.
        seen: the clause with its names replaced.
        ranking: what the classifier says, likeliest first.
    """
    if _SUPPOSES.fullmatch(seen):
        return [Prediction(LINK, 1.0)]
    turn = _TURNS_ROUND.fullmatch(seen)
    if turn is not None:
        return [Prediction("ask_signs" if turn["less"] else "ask_excess", 1.0)]
    return ranking if _COMPARES.search(text) else without(ranking, {_DIFFERENCE})


def without(ranking: Sequence[Prediction], labels: Set[str]) -> list[Prediction]:
    """Return the ranking without some labels, the other probabilities adding up to one."""
    kept = [prediction for prediction in ranking if prediction.label not in labels]
    total = sum(prediction.confidence for prediction in kept) or 1.0
    return [Prediction(p.label, p.confidence / total) for p in kept]


def is_foreign_script(text: str) -> bool:
    """Say whether most letters are of a script that English is not written in."""
    letters = [character for character in text if character.isalpha()]
    foreign = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return foreign * 2 > len(letters)
