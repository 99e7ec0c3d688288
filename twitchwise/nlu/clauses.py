"""Parts a message into clauses, and says which of them ask something. No Rasa in here."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: More of a message is not looked at: it is a story, or noise.
LONGEST_TEXT = 6000
_MOST_CLAUSES = 40
#: A part with fewer words than this is no clause of its own ("magnesium, please").
_FEWEST_WORDS = 2

_ENDS = re.compile(
    r"(?<=[?!])[\s?!.]*"  # a question or exclamation mark
    r"|\.{2,}\s*|…\s*"  # dots that trail off
    # A full stop; not in "e.g.", "vit. d" or "twitch.tv".
    r"|(?<![.\s][A-Za-z])(?<!\bvit)(?<!\bapprox)(?<!\b[Dd]r)(?<!\b[Ss]t)(?<!\bM[rs])(?<!\bMrs)(?<=[\w\"”])\.(?:\s+|(?=[A-Z]))"
    r"|(?<=[Vv]itamin [A-Za-z])\.\s+|(?<=[)\]])\.\s+"
    r"|(?:(?<=\d [FfMm])|(?<=old [FfMm]))\.\s+"  # "50 yrs old f. do i need …"
    r"|[\n\r;]+\s*"
    r"|(?:^|(?<=\s))\(?\d[).]\s+(?=[a-zA-Z])"  # "1) what is it 2) will it stop"
)
_AUXILIARY = (
    "can|could|does|do|did|is|are|will|would|should|may|might|has|have|am|was|were|must|shall|"
    "isnt|isn't|arent|aren't|doesnt|doesn't|cant|can't|dont|don't"
)
#: Without "which", which may only join ("a waiting list, which is eleven months").
_ASKING_WORD = "what|whats|what's|wat|why|how|hows|how's|who|when|where"
#: "when" and the like also join clauses ("cramps when i run"); before an auxiliary they ask.
_OPENING_WORD = (
    r"(?:what|whats|what's|wat|which|wich|why|how|hows|how's)\b|who\s+(?:gets?|lacks?|needs?)\b|"
    rf"(?:who|when|where)\s+(?:{_AUXILIARY})\b"
)
_SUBJECT = (
    "(?:i|it|this|that|there|these|those|they|you|he|she|we|my|your|his|her|our|the|a|an|any|"
    "anyone|anybody|someone|somebody|people|everyone|too|low|high|all)"
)
#: What a question may begin with; an auxiliary needs a subject after it.
_OPENING = (
    rf"(?:(?:{_OPENING_WORD})"
    rf"|(?:{_AUXILIARY})\s+{_SUBJECT}\b"
    r"|(?:can|could|does|did|would|will|should|may|might)\s+\w+\b"
    r"|(?:is|are)\s+(?!(?:on|in|at|off|up|down|out|not|now|also|still|just|very|so|really|going|"
    r"getting|having|taking|doing|feeling|coming|making|eating|drinking|sleeping|working)\b)\w+\b"
    r"|(?:any|some)\s+(?:ideas?|advice|tips|suggestions|thoughts|truth|chance|foods?|vitamins?|supplements?)\b)"
)
#: Where one sentence holds two questions: "… and what foods help", "…, is it dangerous".
_JOINT = re.compile(
    rf"(?:\s*,\s*(?:and|or|but|also|plus|so|n)?|\s+(?:and|or|but|also|plus|so|n)|\s*[&/+]|\s+-+)"
    rf"\s+(?:(?:also|then|if so|maybe)\s*,?\s+)?(?={_OPENING})",
    re.IGNORECASE,
)
#: "when" and the like after these words go on with a clause rather than begin one.
_GOES_ON = re.compile(
    r"(?:\b(?:know|wonder|wondering|sure|understand|explain|find out|ask|asked|asking|idea)"
    r"|^\W*(?:ok|okay|so|well|yes|no|hi|hello|hey|please|thanks|sorry|oh))\W*$",
    re.IGNORECASE,
)
#: A statement after a question: "what foods have magnesium, my hand tingles".
_STATES = re.compile(
    r"\s*,\s*(?=(?:my|i|i'?m|i'?ve|he|she|his|her|we|our)\s+\w+\s+\w+)", re.IGNORECASE
)
#: ", which was a relief", ", which is eleven months": goes on with what was told.
_JOINS = (
    r"which\s+(?:was|had|were|i|he|she|they|it|we)\b|which\s+(?:is|has|are|means)\s+(?!better|best|worse|"
    r"worst|it|right|the|more|most|safer|healthier|stronger|higher|preferred|true|correct)\w"
)
_ASKS = re.compile(
    rf"""\?
    | (?:^|[,:]\s*(?!{_JOINS})|\b(?:and|but|so|or|ok|okay|also|then|hi|hello|hey|please|well)\s+)
        {_OPENING}
    | \b(?:{_ASKING_WORD})\s+(?:{_AUXILIARY}|to|kind|vitamins?|minerals?|foods?|much|many|long|
        else)\b
    | (?:^|[-:.]\s*|\b(?:and|but|so|or|ok|of|in|on|for|at|from|to|say|see|idea|sure|guess)\s+)
        (?:which|wich)\s+(?:{_AUXILIARY}|to|kind|vitamins?|minerals?|foods?|one|ones)\b
    | \b(?:tell|show|give|explain|list|help|advise)\s+(?:me|us)\b
    | \b(?:i\s+(?:want|need|would\s+like|wanna)|i'?d\s+like|trying|love|like|keen)\s+to\s+(?:know|
        understand|find\s+out|hear|learn|figure)\b
    | \b(?:wonder(?:ing)?|curious|not\s+sure|no\s+idea|know|unsure|dont\s+know|asking|ask|question\s
        is|find\s+out|figure\s+out|understand|idea)\s+(?:if|whether|about|what|which|why|how|when|
        {_AUXILIARY})\b
    | \b(?:looking\s+for|searching\s+for|need|want)\s+(?:\w+\s+){{0,3}}?(?:advice|tips|help|ideas?|
        list|foods?|information|info|remed\w+|suggestions?|answers?|something)\b
    | \b(?:any|some)\s+(?:ideas?|advice|tips|suggestions|thoughts|help|info|input|one\s+know|
        recommendations?|explanation|insights?)\b
    | \b(?:anyone|anybody|someone|does\s+any)\s+(?:else\s+)?(?:know|have|had|get|got|tried|here|
        explain|tell|help)\b
    | \b(?:please|pls|plz|kindly)\s+(?:help|advise|explain|tell|reassure|suggest|recommend|guide|
        let)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


#: Has the form of a question, and asks nothing: "does anyone know?", "anybody else?"
_FILLER = re.compile(
    r"\W*(?:does\s+|has\s+|is\s+)?any\s?(?:one|body)(?:\s+(?:else|know|out there|here|got|had|"
    r"have|has|ideas?|this|experience[ds]?|similar|help|advise|please|what|that|it|same|any))*\W*"
    r"|\W*(?:any\s+)?(?:advice|help|ideas?|thoughts|tips|input)(?:\s+(?:please|pls|appreciated|is|"
    r"would be|welcome|great|gratefully received|much|really|folks|guys|anyone|from anyone))*\W*"
    r"|\W*(?:please|pls|plz)\s+(?:help|advise|guide|reply|answer)(?:\s+(?:me|us|asap))*\W*",
    re.IGNORECASE,
)


_RUNS = re.compile(r"([^\w\n])\1{3,}|(\n)\n+|[^\S\n]+")
_GLUED = re.compile(r"(?<=[^\W\d_])(\.{2,3}|…|[,;!]|\?{1,3})(?=[^\W\d_])")


def tidy(text: str) -> str:
    """Return the part of a text that is looked at, with runs of blanks and signs shortened.

    Words that signs glue together are parted ("is twitching...what is it", "legs,arms").

    The patterns here would take time by the square of such a run.
    """
    short = _RUNS.sub(lambda run: (run[1] or "") * 3 or run[2] or " ", text[:LONGEST_TEXT])
    return _GLUED.sub(r"\1 ", short)


@dataclass(frozen=True)
class Clause:
    """A part of a message: characters ``start`` to ``end``, and whether it asks something."""

    text: str
    start: int
    end: int
    asks: bool


def split_clauses(text: str) -> list[Clause]:
    """Return the clauses of a message, in order; at least one unless the text is blank."""
    text = text[:LONGEST_TEXT]
    clauses: list[Clause] = []
    for start, end in _sentences(text):
        clauses += [_clause(text, *span) for span in _questions(text, start, end)]
    whole = [clause for clause in clauses if any(c.isalnum() for c in clause.text)]
    if len(whole) > _MOST_CLAUSES:
        # The end of a long post, where people ask, matters more than its middle.
        whole = whole[: _MOST_CLAUSES // 2] + whole[-_MOST_CLAUSES // 2 :]
    return whole


def asks(text: str) -> bool:
    """Say whether a text has the form of a question or of a request to be told something."""
    return bool(_ASKS.search(text)) and not _FILLER.fullmatch(text)


def _clause(text: str, start: int, end: int) -> Clause:
    part = text[start:end]
    inner_start = start + len(part) - len(part.lstrip())
    part = part.strip()
    return Clause(part, inner_start, inner_start + len(part), asks(part))


def _sentences(text: str) -> list[tuple[int, int]]:
    return _cut(text, 0, len(text), [(m.start(), m.end()) for m in _ENDS.finditer(text)])


def _questions(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of a sentence, parted before each further question in it."""
    cuts: list[tuple[int, int]] = []
    begin = start
    joints = list(_JOINT.finditer(text, start, end))
    joints += [s for s in _STATES.finditer(text, start, end) if asks(text[start : s.start()])]
    for joint in sorted(joints, key=lambda found: found.start()):
        before = text[begin : joint.start()]
        if len(before.split()) >= _FEWEST_WORDS and not _GOES_ON.search(before):
            cuts.append((joint.start(), joint.end()))
            begin = joint.end()
    return _cut(text, start, end, cuts)


def _cut(text: str, start: int, end: int, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    spans = []
    for cut_start, cut_end in cuts:
        # A mark that ends a question belongs to it; what else is cut away belongs to nobody.
        spans.append((start, cut_start))
        start = cut_end
    spans.append((start, end))
    return [(a, b) for a, b in spans if text[a:b].strip()]
