"""What the form of a clause says by itself, whatever the classifier makes of its words.

Counts, pronouns that point back, suppositions ("is it the coffee?"), doubts ("is she right?"),
turns ("no, too little"). Plain patterns; no Rasa in here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set

from twitchwise.faq.understood import MENTION, OTHER_ONE, TALKED_OF_FIRST
from twitchwise.nlu.aspect_model import Prediction

LINK = "ask_link"
_DIFFERENCE = "ask_difference"
_FOODS, _FOODS_LOW, _HELP = "ask_foods", "ask_foods_low", "ask_help"
_CAUSES = "ask_causes"
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_MORE = "ask_more"
#: What "anything else that helps" may ask rather than for more of the same, and how sure it is.
_RATHER_ASKED = frozenset({"ask_help", "ask_foods", "ask_causes"})
_SURELY_MORE, _RATHER = 0.7, 0.2
#: "and calcium", "an the stress": whatever was asked is asked of it as well.
_ADDS = re.compile(
    r"\W*(?:and|an|n|nd)\s+(?:(?:the|my|a)\s+)?"
    r"(?:nutrientname|factorname|movementname|conditionname|bodyname)(?:\s+then)?\W*"
)
#: "potassium the same?", "and b12 same idea": whatever was asked is asked of it as well; but not
#: "is it the same as a cramp", nor "is a cramp the same thing".
_ASKS_THE_SAME = re.compile(
    r"(?!.*\b(?:as|than|or|differ\w*|not)\b|.*\w\s+(?:and|&)\s"
    r"|\W*(?:so\s+)?(?:is|are)\b.*\b(?:movement|condition)name\b.*\bsame\s+thing\b).*\bsame(?:\s+(?:thing|idea|way|story|deal|rules?|goes|"
    r"again|question|here|then|with|for|nutrientname|factorname|medicinename|that|one|too))*\W*",
    re.IGNORECASE,
)
#: "what should I drink": no food is asked for.
_DRINKS = re.compile(r"^(?!.*\b(?:eat|eating|foods?|diet)\b).*\bdrinks?\b", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:it|its|it's|that|thats|that's|this|these|those|they|them|there)\b", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:both|of them|each(?: of them)?|all (?:of )?(?:them|these|those|three)|the two)\b",
    re.IGNORECASE,
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
#: Without one of these words, "which foods have magnesium" is no question of what to avoid.
_AVOIDS = re.compile(
    r"\b(?:low\w*|less|least|little|few\w*|avoid\w*|without|free|cut\w*|reduc\w*|limit\w*|not?|never|"
    r"\w+n'?t|too|away|off|skip\w*|bad|worse|worst|unsalted|instead|stop\w*|exclud\w*|restrict\w*|"
    r"hardly|poor|safe|okay?|allowed|can i|may i|deplet\w*|rob\w*|drain\w*|steal\w*|block\w*)\b",
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
    r"|who(?:'?s| is| was) right(?:,? (?:then|you|him|her|me|my|he|she|or|and|the|mum|mom|doctor|"
    r"gp|wife|husband|sister|brother|friend|i|am|was))*"
    r"|true|surely not|really|is that (?:so|a thing|even possible|true)"
    r"|(?:is|are) (?:it|they|these|the two) (?:linked|related|connected)"
    r"|(?:linked|related|connected|coincidence)(?:,?\s*surely)?)\b\W*",
    re.IGNORECASE,
)


_TOO_LITTLE = re.compile(
    r"\b(?:too (?:little|low)|not enough|deficien\w+|shortage|lack(?:ing)? of"
    r"|why (?:am i|is it|is mine|is my \w+|was it|was mine) (?:so |this |that )?low"
    r"|when (?:it'?s|it is|you'?re|you are|they'?re) (?:too |very )?low"
    r"|(?:end(?:ed|s|ing)? up|am i|wind up) (?:so |this |that )?low)\b",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(r"\b(?:too (?:much|high|many)|excess\w*|overdos\w+)\b", re.IGNORECASE)
#: "I took three by mistake", "had a double dose": of what was talked of, too much.
_TOOK_TOO_MUCH = re.compile(
    r"\b(?:took|taken|takes|taking|had|swallowed|ate|eaten|given|gave)\b(?:\W+\w+){0,8}?\W+"
    r"(?:by mistake|by accident|in error|twice over|double|too many)\b"
    r"|\b(?:accidentally|mistakenly)\W+(?:took|taken|had|swallowed|ate|gave|given)\b"
    r"|\bdouble dos(?:e|ed)\b|\bdoubled up\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W*(?:and|now|also|or|plus|then|what about|how about|same (?:for|with))\b", re.IGNORECASE
)
_FEW_WORDS_ON = 7
_STOPS = re.compile(
    r"\b(?:stop|stopping|come off|coming off|quit|quitting|give up|drop|skip|bin|ditch)\b"
    r"(?:\s+\w+){0,2}?\s+(?:it|them|these|those|this|that|mine|taking|my|the|his|her|tablets?|pills?|"
    r"medicines?|medication|meds|medicinename)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:else|other\s+(?:causes?|reasons?|things?|triggers?)|another\s+(?:cause|reason)|"
    r"apart from|besides|other than|aside from|if not)\b",
    re.IGNORECASE,
)
#: "which fish has it", "what is it in": asks what holds the thing, not what is good for it.
_CONTAINS = re.compile(
    r"\b(?:ha(?:s|ve|d|ving)|got|contains?|containing|gives?|provides?|supplies|full of|rich in|"
    r"high in|sources? of|with|lots of|plenty of|loads of|enough)\s+(?:it|that|them|those|this)\b"
    r"(?!\s+\w+ing)"
    r"|\b(?:it|that)(?:'?s| is)?\s+(?:found\s+)?in\b(?=\W*(?:\?|$|then|food))",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "latter": 1,
           "third": 2, "3rd": 2, "other": OTHER_ONE}  # fmt: skip
_PLACE = re.compile(
    rf"\b(?:the\s+)?({'|'.join(_PLACES)})\s+(?:one|of (?:them|those|these))\b"
    # "the 3rd one this week" counts.
    r"(?!\s+(?:this|today|tonight|in|since|already|so far|now)\b)",
    re.I,
)
_GOES_BACK = re.compile(r"\bback\s+to\s*$", re.IGNORECASE)
#: "will this ever go away": asked of what one has, not of an illness one fears.
_ENDS = re.compile(
    r"\b(?:go(?:es|ne|ing)?|stop(?:s|ped)?|pass(?:es)?|disappear\w*|settle\w*|calm\w*|clear\w*|ease\w*|fade\w*|"
    r"permanent|forever|for good|rid of)\b",
    re.IGNORECASE,
)
#: "or what its called" asks nothing.
_BY_THE_WAY = re.compile(
    r",?\s*\bor (?:what|how)(?:ever|soever)? (?:it|they|that|this|the thing)(?:'?s|'?re| is| are)?"
    r"(?: all)?(?: (?:called|named))?\b",
    re.IGNORECASE,
)
#: Words around "the first one" that ask nothing of it.
_ROUND_A_CHOICE = re.compile(
    r"\b(?:and|no|yes|yeah|ok|okay|please|pls|thanks|then|so|but|just|maybe|go|with|on|for|tell|me|"
    r"about|more|what|how|i|meant|mean|want|need|like|would|id|i'd|pick|choose|take|ill|i'll|the|"
    r"lets|let's|do|try|answer|question|option|show|give|see|hmm|um|actually|sorry)\b|\W",
    re.IGNORECASE,
)
_FEW_WORDS_POINTING = 14


#: "googled it at 3 am", "convinced it is the worst": a statement that wants to hear how bad it is.
_FEARS = re.compile(
    r"\b(?:terrif\w+|scared|scares|scaring|frighten\w*|petrified|panick?\w*|freak\w*|dread\w*|"
    r"afraid|fear\w*|convinced|spiral\w*|obsess\w*|paranoid|hypochondriac|dying|die|"
    r"(?:dr|doctor)\W*google|googl\w+|worst case|worried sick|worr(?:y|ied|ying)\s+(?:myself|me)|"
    r"out of my mind|months left|years left|"
    r"check(?:ing)?\s+(?:it|them|my \w+)\s+(?:every|all|over|constantly|\d+)|"
    r"(?:keep|kept|can'?t stop|stop)\s+(?:\w+\s+)?(?:check|star|look|feel|test|watch)ing|"
    r"(?:calm|reassure)\s+me|talk me down|put my mind at)\b",
    re.IGNORECASE,
)
#: "I drink six litres of water a day", "nothing but water, gallons of it".
_DRINKS_MUCH = re.compile(
    r"(?<![\w.,])(?:[3-9]|1\d|three|four|five|six|seven|eight|ten)\s*(?:\+\s*)?"
    r"(?:l|litres?|liters?|ltrs?|bottles)\b"
    r"|\bgallons?\b",
    re.IGNORECASE,
)
#: "10000 iu", "5,000 IU": as much vitamin D as is told of where it may be too much.
_MUCH = re.compile(
    r"\b(?:\d{2},?\d{3}|[4-9],?\d{3})\s*(?:i\.?u\.?|units)\b"
    r"|\b[1-9]\d,?000\b(?=\s*(?:of\s+)?(?:vit|d\b|d3))"
    r"|\b(?:vit(?:amin)?\s*d3?|d3)\W+(?:\w+\W+){0,2}?[1-9]\d(?:,?000|\s?k)\b"
    r"|\b[1-9]\d\s?k\s*(?:i\.?u\.?|units|(?:of\s+)?(?:vit\w*\s*)?d3?)\b",
    re.IGNORECASE,
)
#: "I don't drink coffee", "I sleep fine": a cause that is ruled out.
_NEAR = 80
_RULES_OUT_BEFORE = re.compile(
    r"\b(?:don'?t|do not|doesn'?t|didn'?t|never|no|not|hardly|rarely|without|gave up|given up|"
    r"quit|cut out|isn'?t|it'?s not)\s+(?!know|think|believe|sure|see|understand)(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)
#: "i have no weakness": a "no" to the question about it, whatever else it may tell.
_NO_SIGN = re.compile(
    r"\b(?:no|not|none|any|never|without|nothing|\w+n'?t)\b(?:\W+\w+){0,4}?\W+"
    r"(?:weak\w*|numb\w*|pains?|tingl\w*|symptoms?|sign|signs|trouble|problems?|illness\w*|conditions?)\b",
    re.IGNORECASE,
)
_HIM_OR_HER = re.compile(r"\b(?:he|she|his|her|hers|him|he'?s|she'?s)\b", re.IGNORECASE)
_ONESELF = re.compile(r"\b(?:i|i'?m|i'?ve|me|mine|myself)\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:giv(?:e|ing)|gave|he|him|his|she|hers?|they|them|their|kids?|child|children|son|daughter|bab(?:y|ies)|"
    r"toddler|teen\w*)\b",
    re.IGNORECASE,
)
_NOT_I = re.compile(
    r"\W*(?:no+|nope|nah)\W+i(?:'?m|\s+am)?\s+(?:do\s+not|don'?t|never|haven'?t|not)\b"
    r"(?!\s+(?:mean|know|want|think|understand|get|care|see|need|believe)\b)",
    re.IGNORECASE,
)
_RULES_OUT_AFTER = re.compile(
    r"^\W*(?:\w+\W+){0,2}(?:fine|ok|okay|well|plenty|enough|loads|perfectly|normal(?:ly)?|great)\b",
    re.IGNORECASE,
)
#: What comes before what is really asked: "no I meant …", "I asked …".
_INSISTS = re.compile(
    r"\W*(?:(?:no|nope|nah|sorry|oops|but|hey|um|er)\b\W*)*"
    r"(?:(?:i|what i|that'?s not what i)\s+(?:meant|mean|asked|said|wanted|was asking)"
    r"(?:\s+(?:for|about|to know))?"
    r"|(?:no|nope|nah)\b)\W+(?=\w)",
    re.IGNORECASE,
)


#: Somebody tells of themselves or of others.
_TELLS_OF_PEOPLE = re.compile(
    r"\b(?:i|i'?m|i'?ve|i'?d|i'?ll|im|ive|id|my|mine|myself|we|we'?re|we'?ve|our|he|he'?s|hes|she|"
    r"she'?s|shes|his|her|hers|him|they|they'?re|their|us|me)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\b(?:thank\w*|thx|tx|ty|tysm|thnx|thnks|tanks|ta|cheers|appreciat\w*|grateful|great|helpful|"
    r"helps|helped|perfect|brilliant|lovely)\b",
    re.IGNORECASE,
)
_THANKS_OUTRIGHT = re.compile(
    r"\b(?:thanks|thank (?:you|u|ya|ye)|thankyou|thx|tysm|cheers|ta|much appreciated|most kind|"
    r"so kind)\b",
    re.IGNORECASE,
)
#: At the end only: "good night all", "night x", but not "a good night's sleep".
_GOODBYE = re.compile(
    r"(?:\b(?:good\s?bye|bye(?: bye)?|good\s?night|night night|g'?night|take care|"
    r"see (?:ya|you|u)(?: around| later)?|so long|ciao|ttyl)"
    r"|(?:^|[,.!]\s*|\b(?:ok|right)\s+)ni(?:ght|te))"
    r"(?:\s+(?:all|now|then|pal|mate|love|friend|x+|everyone))*\W*$",
    re.IGNORECASE,
)
_FEW_WORDS_CLOSING = 14
_YES = re.compile(
    r"\W*(?:ok(?:ay)?\W+)?(?:y(?:es|eah|ep|ea|up)?|aye|sure|please|pls|go on|go ahead|do)\b", re.I
)
#: Somebody wants something done: "write a poem about my cat".
_DEMANDS = re.compile(
    r"\W*(?:(?:ok|okay|so|now|and|then|please|pls|just|can you|could you|hey|bot)\W+)*"
    r"(?:act|add|answer|book|buy|calculate|call|compute|convert|draw|explain|find|forget|get|give|"
    r"google|help|ignore|imagine|let'?s|list|make|open|order|play|pretend|print|read|recite|"
    r"recommend|remind|repeat|search|send|set|show|sing|solve|speak|stop|suggest|talk|tell|"
    r"translate|turn|use|write)\b",
    re.IGNORECASE,
)


def remarks(text: str) -> bool:
    """Say whether a text without a question tells something of people, and demands nothing."""
    return bool(_TELLS_OF_PEOPLE.search(text)) and not demands(text)


def demands(text: str) -> bool:
    """Say whether a text wants the bot to do something ("write a poem about it")."""
    return bool(_DEMANDS.match(text))


def drinks_much(text: str) -> bool:
    """Say whether somebody tells of litres."""
    return bool(_DRINKS_MUCH.search(text))


def thanks(text: str) -> bool:
    """Say whether a text has a word of thanks."""
    return bool(_THANKS.search(text))


def agrees(text: str) -> bool:
    """Say whether a text begins with a yes."""
    return bool(_YES.match(text))


def closes(text: str) -> str | None:
    """Return ``thank`` or ``goodbye`` where a few words end in one; None for other texts."""
    if "?" in text or len(text.split()) > _FEW_WORDS_CLOSING:
        return None
    if _GOODBYE.search(text):
        return "goodbye"
    return "thank" if _THANKS_OUTRIGHT.search(text) else None


def fears(text: str) -> bool:
    """Say whether a statement tells of fear, so that it asks how bad something is."""
    return bool(_FEARS.search(text))


def rules_out(text: str, start: int, end: int) -> bool:
    """Say whether the name at ``start`` to ``end`` is told not to be the cause."""
    # Near it only: the work would grow with the square of a long list of triggers.
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    return bool(_RULES_OUT_BEFORE.search(before) or _RULES_OUT_AFTER.search(after))


def denies_a_sign(text: str) -> bool:
    """Say whether somebody tells that a sign of illness is not there."""
    return bool(_NO_SIGN.search(text))


def is_about_another(text: str) -> bool:
    """Say whether a clause is about him or her, and not about who writes."""
    return bool(_HIM_OR_HER.search(text)) and not _ONESELF.search(text)


def is_about_oneself(text: str) -> bool:
    """Say whether a clause is about who writes, and names nobody else."""
    return bool(_ONESELF.search(text)) and not _SOMEBODY.search(text)


def denies_of_oneself(text: str) -> bool:
    """Say whether somebody answers no, of themselves ("no i don't smoke")."""
    return bool(_NOT_I.match(text))


def says_so(text: str) -> bool:
    """Say whether somebody says outright what was meant ("I asked …"), rather than just "no"."""
    return bool(re.search(r"\b(?:meant|mean|asked|said|wanted|asking)\b", text, re.IGNORECASE))


def insisted_on(text: str) -> str | None:
    """Return what somebody says they asked ("no, in food"); None where they say no such thing."""
    match = _INSISTS.match(text)
    return text[match.end() :] if match else None


def asks_if_it_ends(text: str) -> bool:
    """Say whether a clause asks if something goes away ("will this ever stop")."""
    return bool(_ENDS.search(text))


def without_asides(text: str) -> str:
    """Return the text without "or whatever it is called", which is no question."""
    return _BY_THE_WAY.sub(" ", text)


def points_to_the_other(text: str) -> bool:
    """Say whether a text is just "the other one"."""
    return bool(re.fullmatch(r"\W*(?:the\s+)?other(?:\s+one)?\W*", text, re.IGNORECASE))


def level_said(text: str) -> str | None:
    """Return ``low`` or ``high`` where a clause says too little or too much of something."""
    if _TOO_LITTLE.search(text) or ((turn := _TURNS_ROUND.fullmatch(text)) and turn["less"]):
        return "low"
    much = _TOO_MUCH.search(text) or _MUCH.search(text) or drinks_much(text)
    return "high" if much else None


def took_too_much(text: str) -> bool:
    """Say whether a statement tells of too much that was taken, perhaps by mistake."""
    return bool(_TOOK_TOO_MUCH.search(text))


def stops_taking(text: str) -> bool:
    """Say whether a clause is about stopping to take something."""
    return bool(_STOPS.search(text))


def goes_on(text: str) -> bool:
    """Say whether a few words go on with what was talked of ("and beer haha")."""
    return len(text.split()) <= _FEW_WORDS_ON and bool(_GOES_ON.match(text))


def asks_what_contains(text: str) -> bool:
    """Say whether a clause asks what holds the thing that a pronoun points to."""
    return bool(_CONTAINS.search(text))


def place_pointed(text: str) -> tuple[str, int | None]:
    """Return a short text with "the first one" as "it", and its place.

    The place is -1 for "the other one", and -2 for "back to the first one": what was talked of
    first.

    The text comes back as it is, without a place, where it only picks one ("the first one please").
    """
    match = _PLACE.search(text)
    if match is None or len(text.split()) > _FEW_WORDS_POINTING:
        return text, None
    before, after = text[: match.start()], text[match.end() :]
    if not _ROUND_A_CHOICE.sub("", before + " " + after):
        return text, None
    place = _PLACES[match[1].lower()]
    if place == 0 and _GOES_BACK.search(before):
        place = TALKED_OF_FIRST
    return f"{before}it{after}", place


def asks_for_others(text: str) -> bool:
    """Say whether a clause asks for something besides what was talked of ("what else")."""
    return bool(_ELSE.search(text))


def asks_for_a_nutrient(text: str) -> bool:
    """Say whether a clause asks of some vitamin or mineral, whichever it is."""
    return bool(re.search(r"\b(?:vitamins?|minerals?|nutrients?)\b", text, re.IGNORECASE))


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
    if _ADDS.fullmatch(seen) or (_named_once(seen) and _ASKS_THE_SAME.fullmatch(seen)):
        return [Prediction(MENTION, 1.0)]
    turn = _TURNS_ROUND.fullmatch(seen)
    if turn is not None:
        return [Prediction("ask_signs" if turn["less"] else "ask_excess", 1.0)]
    if ranking and ranking[0].label == _FOODS and "factorname" in seen and _DRINKS.search(text):
        return [Prediction(_HELP, ranking[0].confidence), *without(ranking, {_FOODS, _HELP})]
    if ranking and ranking[0].label == _MORE and ranking[0].confidence < _SURELY_MORE:
        # "anything else that helps", "something with more of it"
        second = ranking[1] if len(ranking) > 1 else None
        if second is not None and second.confidence >= _RATHER and second.label in _RATHER_ASKED:
            ranking = without(ranking, {_MORE})
    if ranking and ranking[0].label == _FOODS and _WHERE.search(text):
        ranking = without(ranking, {_CAUSES})  # "where else can she get it"
    if ranking and ranking[0].label == _FOODS and not _AVOIDS.search(text):
        ranking = without(ranking, {_FOODS_LOW})
    return ranking if _COMPARES.search(text) else without(ranking, {_DIFFERENCE})


def _named_once(seen: str) -> bool:
    """Say whether a clause names one thing that can be asked about, and has few words."""
    names = re.findall(r"\b(?:nutrient|factor|medicine|movement|condition|body)name\b", seen)
    return len(names) == 1 and len(seen.split()) <= _FEW_WORDS_ON


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
