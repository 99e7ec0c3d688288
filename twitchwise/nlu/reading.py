"""Reads a message: spelling, names, clauses, what each clause asks. No Rasa in here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.language import Language

from twitchwise.faq.choosing import acknowledges
from twitchwise.faq.understood import MENTION, Clause, aspect_of
from twitchwise.nlu import names_in_text
from twitchwise.nlu.aspect_model import AspectModel, Prediction, level_of, replace_names
from twitchwise.nlu.blood_values import tells_a_value
from twitchwise.nlu.clauses import LONGEST_TEXT, split_clauses, tidy
from twitchwise.nlu.clauses import Clause as TextClause
from twitchwise.nlu.forms import (
    LINK,
    agrees,
    asks_for_a_nutrient,
    asks_for_others,
    asks_if_it_ends,
    asks_together,
    asks_what_contains,
    closes,
    count_asked,
    demands,
    denies_a_sign,
    denies_of_oneself,
    doubts,
    goes_on,
    insisted_on,
    is_about_another,
    is_about_oneself,
    is_foreign_script,
    level_said,
    place_pointed,
    plausible,
    points_to_the_other,
    refers_back,
    remarks,
    says_so,
    stops_taking,
    thanks,
    without,
    without_asides,
)
from twitchwise.nlu.left_out import LeftOut
from twitchwise.nlu.names_in_text import (
    BODY_PART,
    NORMAL_RANGES,
    SUBJECT,
    TOPIC,
    Name,
    names_within,
)
from twitchwise.nlu.plain_names import PlainNames
from twitchwise.nlu.read_clause import (
    DESCRIBE,
    FALLBACK,
    OUT_OF_SCOPE,
    SURE,
    ReadClause,
    is_mostly_a_name,
    moves,
    nearest_first,
    not_ruled_out,
    takes_away,
    tells_of_a_part,
    tells_only_a_place,
)
from twitchwise.nlu.remarks import RemarkModel
from twitchwise.nlu.spelling import SpellingRepair
from twitchwise.nlu.statements import as_meant

NUTRIENTS = "ask_nutrients"
HARMLESS = "ask_harmless"
OTHER_LANGUAGE = "other_language"
#: Intents that are answered in a message beside others; the rest is what people say around.
_FOLLOW_UPS = frozenset({MENTION, "ask_why"})
#: What may point to something that it does not name.
_POINTS = frozenset({DESCRIBE, LINK})
#: Small talk that may stand before anything else and asks nothing.
_AROUND = frozenset({"greet", "thank", "goodbye", "affirm", DESCRIBE, MENTION})
#: What a doubt after it is about, where it is as sure as this, and not whether it twitches by it.
_TOLD_AS_A_DOUBT = frozenset({"ask_testing", "ask_amount", "ask_food_amounts"})
_SURELY_TOLD = 0.9
#: Of intents that are no question about a topic though their name begins so.
_NO_ASPECT = frozenset(
    {"ask_more", "ask_sources", "ask_human", "ask_bot_identity", "ask_capabilities"}
)
#: What a clause among others about our subject hardly is.
_FOREIGN = frozenset({OUT_OF_SCOPE, OTHER_LANGUAGE, "complain", "ask_capabilities"})
#: What a clause in the middle of a patient's post never is.
_NOT_IN_A_POST = _FOREIGN | {
    *("ask_bot_identity", "ask_human", "ask_more", "ask_sources", "repeat", "choose"),
    *("greet", "goodbye", "thank", "affirm", "deny"),
}
_REPEAT, _THANK, _AFFIRM, _CHOOSE = "repeat", "thank", "affirm", "choose"
#: What is said round something that is named ("ok, toe cramps is what I get").
_POLITE = frozenset({_REPEAT, _THANK, _AFFIRM})
_GREETINGS = frozenset({"greet", "goodbye", "thank"})
_CLOSINGS = frozenset({"goodbye", "thank"})
#: What a message that names something of ours hardly asks ("i had covid, is there a link").
_OF_THE_BOT = frozenset({"ask_sources", "ask_capabilities", "ask_bot_identity", "ask_human"})
_SURELY_OF_THE_BOT = 0.8
#: Intents that may stand for what follows them ("no, in food").
_OBJECTS = frozenset({"deny", "complain"})
#: Kinds of names of which more can be told, whatever was offered.
_MORE_OF = frozenset({"nutrient", "factor", "condition", "medicine", "movement"})
#: Subjects without a source that name a nutrient of ours.
_FORMS_OF_NUTRIENTS = frozenset({"magnesium_forms", "mineral_forms", "magnesium_spray"})
_SURELY_OURS = frozenset({"nutrient", "movement"})
#: As sure as this, a clause that names something of ours is foreign all the same (twitch.tv).
_SURELY_FOREIGN = 0.6
#: The same of a clause that names what a part of the body does ("hand cramps into a fist").
_FOREIGN_ALL_THE_SAME = 0.97
#: From here on, a clause is a sign that a post is about something else; so are so many words that
#: no phrase of ours holds.
_LIKELY_FOREIGN = 0.5
_MANY_FOREIGN_WORDS = 4
#: A clause that names nothing of ours, and has unknown words, is foreign from here on.
_PERHAPS_FOREIGN = 0.25
#: Kinds of names that make a message ours.
_OURS = frozenset({"nutrient", "movement", "condition", "factor", "medicine", "person"})
#: A clause in the form of a question is answered from here on, where others are answered too.
_LEAST_IN_A_POST = 0.2
#: How a statement begins that stands beside a question ("no other symptoms", "she is vegan").
_TELLS = re.compile(r"\W*(?:i|i'?m|i'?ve|my|we|he|she|they|it|no|not|just|only)\b", re.IGNORECASE)
#: From here on, what seems foreign is so, whatever it points back to.
_HARDLY_OURS = 0.9
#: The same where it points back to nothing.
_PROBABLY_FOREIGN = 0.75
#: From here on, a question that names nothing of ours is none, unless it goes on with something.
_A_LITTLE_FOREIGN = 0.12
#: How sure a remark is to be about what was talked of.
_A_REMARK = 0.5
#: How sure it is that nothing but a place asks what comes next ("the lower lid").
_A_PLACE = 0.6
#: Each message is stored with its clauses: the first ones asked, the last ones told.
_MOST_ASKED, _MOST_TOLD = 6, 6
_FEW_WORDS = 5
#: A message of fewer words that points to nothing says nothing ("lol").
_FEWEST_WORDS = 3
#: A "no" of so many words tells something, unless it is as sure as this to be nothing but a "no".
_FEWEST_WORDS_TELLING, _SURELY_NO = 4, 0.7
#: What only gives a value has no more words.
_WORDS_WITH_A_VALUE = 10
#: What a tag such as "na?" stands after, and no nutrient does.
_TAGGED = frozenset({"ok", "okay", "good", "fine", "safe", "bad", "right", "there", "it", "that"})
#: So many characters hold an abbreviation and what joins it to a nutrient ("d versus b12").
_BESIDE = 16


@dataclass(frozen=True)
class Reading:
    """What a message was understood to be.

    ``ranking`` is that of the clause that decided ``intent``. ``text`` is the repaired text,
    to which the places of ``names`` refer. ``foreign`` is true where a clause is likely about
    something else, or several words are in no phrase about our subject; that alone decides nothing.
    ``goes_on`` is true where all of it is about something else, unless it goes on with what was
    talked of.
    """

    text: str
    intent: str
    confidence: float
    ranking: tuple[Prediction, ...] = ()
    clauses: tuple[Clause, ...] = ()
    names: tuple[Name, ...] = ()
    foreign: bool = False
    goes_on: bool = False


def _with_more_named(
    asked: Sequence[ReadClause], clauses: Sequence[ReadClause]
) -> list[ReadClause]:
    """Return the clauses asked, with what is only named after one: "Is it hormones? Magnesium?"."""
    found: list[ReadClause] = []
    for before, clause in zip([None, *clauses], clauses, strict=False):
        named = clause.asks and clause.intent == MENTION and bool(clause.names)
        after = bool(found) and found[-1] is before
        if any(clause is each for each in asked) or (named and after):
            found.append(clause)
    return found


class MessageReader:
    """Reads messages with the trained classifier."""

    def __init__(
        self,
        nlp: Language,
        spelling: SpellingRepair,
        model: AspectModel,
        heads: Mapping[str, str],
        abbreviations: Mapping[str, str],
        foods: PlainNames,
        answer_confidence: float,
        remarks: RemarkModel | None = None,
        left_out: LeftOut | None = None,
        unmentioned: PlainNames | None = None,
    ) -> None:
        """Keep the parts.

        Args:
            nlp: the spaCy pipeline made from the FAQ's names.
            spelling: repairs the text before anything else.
            model: says what a clause asks.
            heads: nouns that name an aspect by themselves ("causes", "treatment").
            abbreviations: what only stands for a nutrient where nothing else is named ("d?"),
                with the nutrient's id.
            foods: finds the foods named.
            answer_confidence: below it, a clause counts as not understood.
            remarks: says what a remark points to.
            left_out: finds the groups of foods that somebody does not eat.
            unmentioned: finds what is brought up and no source tells of.
        """
        self._nlp = nlp
        self._spelling = spelling
        self._model = model
        self._heads = heads
        self._abbreviations = abbreviations
        self._foods = foods
        self._answer_confidence = answer_confidence
        self._remarks = remarks
        self._left_out = left_out or LeftOut()
        self._unmentioned = unmentioned or PlainNames()
        short = "|".join(sorted(map(re.escape, abbreviations), key=len, reverse=True)) or r"(?!)"
        joint = r"\s*(?:\b(?:and|or|plus|vs|versus|n)\b|[&/+,])\s*"
        self._short_before = re.compile(rf"(?<![\w'’])({short}){joint}$", re.IGNORECASE)
        self._short_after = re.compile(rf"{joint}({short})(?![\w'’])", re.IGNORECASE)
        self._short_with_value = re.compile(
            rf"(?<![\w'’.,])({short})(?:\W{{0,3}}(?=\d+[.,]\d)|(?= (?:was|came back) (?:at )?\d))",
            re.IGNORECASE,
        )
        nouns = "|".join(sorted(map(re.escape, heads), key=len, reverse=True)) or r"(?!)"
        self._joined_heads = re.compile(
            rf"\b({nouns})\b\s*(?:,|and|or|&|/|\+)+\s*(?:the\s+|its\s+|a\s+)?({nouns})\b"
            rf"(?:\s*(?:,|and|&|/|\+)+\s*(?:the\s+|its\s+)?({nouns})\b)?",
            re.IGNORECASE,
        )

    def read(self, text: str) -> Reading:
        """Return what ``text`` is understood to be; never fails on any text."""
        if not any(character.isalnum() for character in text):
            return Reading(text, FALLBACK, 0.0)
        if is_foreign_script(text[:LONGEST_TEXT]):
            return Reading(text, OTHER_LANGUAGE, 1.0)
        if acknowledges(text):
            return Reading(text, _AFFIRM, 1.0)
        repaired, place = place_pointed(self._spelling.repair(without_asides(tidy(text))))
        names = names_in_text.names_in(self._nlp(repaired))
        names = self._abbreviated_beside(repaired, names) if names else self._abbreviated(repaired)
        names = names_in_text.with_values(
            repaired, self._abbreviated_before_values(repaired, names)
        )
        if _is_only_a_value(repaired, names):
            return _as_value(repaired, names)
        clauses = self._classified_clauses(repaired, names)
        if not clauses:
            return Reading(repaired, FALLBACK, 0.0)
        foreign = self._seems_foreign(clauses)
        clauses = as_meant(self._understood(clauses))
        reading = self._reading(repaired, names, clauses, self._asked(clauses))
        closing = _closing(reading)
        if closing is not None:
            told = tuple(replace(clause, intent=closing) for clause in reading.clauses)
            return replace(reading, intent=closing, clauses=told, ranking=())
        if reading.intent == OUT_OF_SCOPE and _is_remark(repaired, clauses):
            return self._pointing(_as_remark(reading))
        if reading.intent == OUT_OF_SCOPE and self._may_go_on(reading):
            return _as_question_that_goes_on(reading)
        pointing = tuple(replace(c, place=place) if c.asked else c for c in reading.clauses)
        names_nothing = not reading.names and not any(c.foods for c in reading.clauses)
        perhaps = names_nothing and self._is_perhaps_foreign(reading)
        return self._pointing(replace(reading, foreign=foreign, clauses=pointing, goes_on=perhaps))

    def _pointing(self, reading: Reading) -> Reading:
        """Return the reading of a remark with what it points to and does not name.

        So with "is that the heat up there": a link is asked to something that is not named.
        """
        named = any(name.label != BODY_PART for name in reading.names)
        asked = [clause for clause in reading.clauses if clause.asked]
        if self._remarks is None or named or len(asked) != 1 or asked[0].intent not in _POINTS:
            return reading
        seen = replace_names(reading.text, [name.span for name in reading.names])
        implied = self._remarks.about(seen)
        clauses = tuple(replace(c, implies=implied) if c.asked else c for c in reading.clauses)
        return replace(reading, clauses=clauses)

    def _is_perhaps_foreign(self, reading: Reading) -> bool:
        """Say whether a question that names nothing of ours is likely one on something else.

        "How do they test for asthma" goes on with what was talked of, or else is none of ours.
        """
        asks = aspect_of(reading.intent) is not None and reading.intent not in _NO_ASPECT
        asks = asks or reading.intent == DESCRIBE
        foreign = sum(p.confidence for p in reading.ranking if p.label == OUT_OF_SCOPE)
        return asks and foreign >= _A_LITTLE_FOREIGN

    def _may_go_on(self, reading: Reading) -> bool:
        """Say whether what seems foreign may go on with what was talked of.

        What points back, or names a food, is hardly foreign in a conversation; another question of
        a few words may be none of ours for all that ("what goes on my plate till then").
        """
        others = without(reading.ranking, _NOT_IN_A_POST)
        if not others or reading.names or demands(reading.text):
            return False
        points = refers_back(reading.text) or self._foods.named_in(reading.text)
        if not points and len(reading.text.split()) < _FEWEST_WORDS:
            return False
        least = _HARDLY_OURS if points else _PROBABLY_FOREIGN
        return reading.confidence < least

    def _abbreviated(self, text: str) -> list[Name]:
        """Return the nutrient that a message of a few words abbreviates ("what about d")."""
        words = list(re.finditer(r"\w+", text))
        if len(words) > _FEW_WORDS or (len(words) == 1 and "?" not in text):
            return []
        before = words[-2][0].lower() if len(words) > 1 else ""
        if before.isdigit() or before in _TAGGED:
            return []  # "50 mg", "with milk is ok na?"
        return [
            Name(word.start(), word.end(), TOPIC, "nutrient", self._abbreviations[word[0].lower()])
            for word in words[-1:]
            if word[0].lower() in self._abbreviations
        ]

    def _abbreviated_before_values(self, text: str, names: list[Name]) -> list[Name]:
        """Return the names with nutrients abbreviated before a value ("K 3.2 what now")."""
        found = [
            Name(m.start(1), m.end(1), TOPIC, "nutrient", self._abbreviations[m[1].lower()])
            for m in self._short_with_value.finditer(text)
        ]
        return sorted({*names, *found}) if found else names

    def _abbreviated_beside(self, text: str, names: list[Name]) -> list[Name]:
        """Return the names with nutrients abbreviated beside another one ("d and b12")."""
        nutrients = [name for name in names if name.kind == "nutrient"]
        found = [
            Name(
                match.start(1),
                match.end(1),
                TOPIC,
                "nutrient",
                self._abbreviations[match[1].lower()],
            )
            for nutrient in nutrients
            for match in (
                # No further back than the longest joint: a list must not take time by its square.
                self._short_before.search(text, max(0, nutrient.start - _BESIDE), nutrient.start),
                self._short_after.match(text, nutrient.end),
            )
            if match is not None
        ]
        return sorted({*names, *found}) if found else names

    def training_text(self, text: str) -> str:
        """Return a training phrase as the classifier sees it: repaired, names replaced."""
        repaired = self._spelling.repair(text)
        names = names_in_text.names_in(self._nlp(repaired))
        return replace_names(repaired, [name.span for name in names])

    def _seems_foreign(self, clauses: Sequence[ReadClause]) -> bool:
        whole, parts = clauses[0], clauses[1:] or clauses
        likely = any(
            prediction.label == OUT_OF_SCOPE and prediction.confidence >= _LIKELY_FOREIGN
            for part in parts
            for prediction in part.ranking
        )
        return likely or self._model.foreign_words(whole.seen) >= _MANY_FOREIGN_WORDS

    def _classified_clauses(self, text: str, names: Sequence[Name]) -> list[ReadClause]:
        """Return the clauses of a text with what each asks; first the whole, if it has several."""
        parts = split_clauses(text)
        if len(parts) > 1:
            # The whole is ranked as well: its clauses may be too short to be understood.
            parts = [TextClause(text, 0, len(text), any(p.asks for p in parts)), *parts]
        classified = [_classified(text, names, part) for part in parts]
        rankings = self._model.predict_all(classified)
        return [
            ReadClause(
                part.text,
                part.start,
                seen,
                part.asks,
                plausible(part.text, seen, ranking),
                names_within(names, part.start, part.end),
            )
            for part, seen, ranking in zip(parts, classified, rankings, strict=True)
        ]

    def _understood(self, read: list[ReadClause]) -> list[ReadClause]:
        """Return the clauses to go by: of the whole and its clauses, those that are understood."""
        if len(read) <= 1:
            return [self._sober(self._about_us(self._insisted(clause))) for clause in read]
        whole, *clauses = read
        if all(clause.confidence < self._answer_confidence for clause in clauses):
            return [self._about_us(whole)]
        told: list[Name] = []
        for before, clause in itertools.pairwise(clauses):
            told += (name for name in before.names if name.label in (TOPIC, BODY_PART))
            if doubts(clause.text) and not clause.names:
                # "Coeliac since May. My legs jump. Linked?": of all that was told. A second doubt
                # is of the same: names that were lent before are not told again.
                told = list(dict.fromkeys(told))
                clause.names = list(before.names if takes_away(before) else told)
                # "They say the blood test is useless. True?" asks of the test.
                sure = before.confidence >= _SURELY_TOLD and before.intent in _TOLD_AS_A_DOUBT
                clause.ranking = before.ranking if sure else [Prediction(LINK, 1.0)]
                if sure:
                    clause.names = list(before.names)
        if any(name.kind in _OURS for name in whole.names):
            clauses = [self._about_us(clause, within=len(clauses) > 2) for clause in clauses]
        tells = any(name.kind in _SURELY_OURS for name in whole.names)
        of_a_part = any(moves(clause) for clause in clauses)
        for clause in clauses:
            if clause.asks and "?" in clause.text:
                clause.ranking = without(clause.ranking, {DESCRIBE})
            foreign = clause.intent == OUT_OF_SCOPE and clause.confidence < _HARDLY_OURS
            if foreign and of_a_part:
                # "My eyelid is twitching ... what's wrong with me???"
                clause.ranking = without(clause.ranking, _FOREIGN)
            if tells and clause.intent == _REPEAT and not clause.names:
                # "My thigh seized in the race. What was that?"
                clause.ranking = without(clause.ranking, {_REPEAT})
            if tells and clause.intent in _OF_THE_BOT and clause.confidence < _SURELY_OF_THE_BOT:
                # "jerk in sleep and a fit, where is the line"
                clause.ranking = without(clause.ranking, _OF_THE_BOT)
        return clauses

    def _insisted(self, clause: ReadClause) -> ReadClause:
        """Return an objection as what it says instead ("no i meant in food"), if it does."""
        rest = insisted_on(clause.text) if clause.intent in _OBJECTS else None
        if rest is None and clause.intent == "deny" and _tells_more_than_no(clause):
            # "never had it tested, no", "tried that for a month, nope"
            others = without(clause.ranking, _OBJECTS | {_AFFIRM, _THANK})
            # "nothing wrong with me otherwise" is near to "is it harmless", and still a "no".
            tells = bool(others) and others[0].label != HARMLESS
            return replace(clause, ranking=others) if tells else clause
        if rest is None:
            return clause
        if points_to_the_other(rest):
            return replace(clause, ranking=[Prediction(_CHOOSE, 1.0)])
        # What is named stands at the end, too, so that the end of the text seen is that of "rest".
        words = len(rest.split())
        ranking = without(self._model.predict(" ".join(clause.seen.split()[-words:])), _OBJECTS)
        best = ranking[0] if ranking else Prediction(FALLBACK, 0.0)
        asks = aspect_of(best.label) is not None and best.label not in _NO_ASPECT
        # "no, forget it": a bare "no" may be all there is to it.
        least = self._answer_confidence if says_so(clause.text) else SURE
        if not (asks or best.label == MENTION) or best.confidence < least:
            return clause
        return replace(clause, ranking=ranking)

    def _about_us(self, clause: ReadClause, within: bool = False) -> ReadClause:
        """Return a clause with its likeliest intent about our subject, where it names a part of it.

        Args:
            clause: the clause.
            within: whether it stands in a post that names a part of our subject; there, nobody
                talks to the bot.
        """
        together = asks_together(clause.text)
        if tells_only_a_place(clause):
            return replace(clause, ranking=[Prediction(MENTION, _A_PLACE)])
        if clause.intent == "ask_more" and any(n.kind in _MORE_OF for n in clause.names):
            # "tell me more about the second one, calcium"
            return replace(clause, ranking=[Prediction(MENTION, clause.confidence)])
        picks_both = clause.intent == _CHOOSE and together and insisted_on(clause.text)
        if clause.intent == "deny" and denies_of_oneself(clause.text):
            return clause
        if picks_both or (clause.intent == "deny" and (clause.names or together)):
            # "no wait, both" takes up what was talked of, not the buttons; "no, the calf"
            return replace(clause, ranking=[Prediction(MENTION, 1.0)])
        if clause.intent in _POLITE and any(name.kind in _MORE_OF for name in clause.names):
            return self._not_only_polite(clause)
        is_named = moves(clause) or is_mostly_a_name(clause)
        hardly = clause.intent == OUT_OF_SCOPE and is_named
        least = _FOREIGN_ALL_THE_SAME if hardly else _SURELY_FOREIGN
        foreign = clause.intent in _FOREIGN and clause.confidence < least
        if clause.intent == OUT_OF_SCOPE and clause.names and goes_on(clause.text):
            return replace(clause, ranking=[Prediction(MENTION, 1.0)])
        with_ours = any(name.kind in _SURELY_OURS for name in clause.names)
        unclear = foreign or clause.confidence < self._answer_confidence
        forms = any(name.id in _FORMS_OF_NUTRIENTS for name in clause.names)
        # "magnesium oxide, a waste of cash?"
        hardly_foreign = forms and clause.confidence < _HARDLY_OURS
        if any(name.label == SUBJECT for name in clause.names) and (
            # "quinine against leg cramps", however foreign the rest of it sounds
            unclear or hardly_foreign or (with_ours and clause.intent == OUT_OF_SCOPE)
        ):
            return replace(clause, ranking=[Prediction(MENTION, 1.0)])
        unsure = clause.confidence < _SURELY_OF_THE_BOT
        if clause.intent == LINK and not clause.names and asks_for_a_nutrient(clause.text):
            # "can a vitamin cause it"
            return replace(clause, ranking=[Prediction(NUTRIENTS, clause.confidence)])
        if clause.names and unsure and clause.intent in _OF_THE_BOT:
            return replace(clause, ranking=without(clause.ranking, _OF_THE_BOT))
        if within and clause.intent in _GREETINGS:
            return replace(clause, ranking=[Prediction(DESCRIBE, 1.0)])
        if within:
            return replace(clause, ranking=without(clause.ranking, _NOT_IN_A_POST))
        if foreign and any(name.kind in _OURS for name in clause.names):
            return replace(clause, ranking=without(clause.ranking, _FOREIGN))
        return clause

    def _not_only_polite(self, clause: ReadClause) -> ReadClause:
        """Return "yes I am stressed" and "the calf foods again please" as what they tell or ask."""
        if clause.intent == _REPEAT:
            return replace(clause, ranking=without(clause.ranking, {_REPEAT, DESCRIBE}))
        if clause.intent == _THANK and thanks(clause.text):
            return clause
        intent = DESCRIBE if remarks(clause.text) else MENTION
        return replace(clause, ranking=[Prediction(intent, clause.confidence)])

    def _sober(self, clause: ReadClause) -> ReadClause:
        """Return a message of one clause as it is seen once its unknown words are weighed.

        "My ears are ringing" names a part of the body, and what it does is no movement we know;
        "foods to avoid with gout" names nothing of ours; "can sugar cause twitching" asks of
        something that the FAQ does not hold.
        """
        if clause.intent in _FOREIGN | {MENTION} or not self._model.has_foreign_words(clause.seen):
            return clause
        labels = {name.label for name in clause.names}
        if labels <= {BODY_PART} and not refers_back(clause.text):
            foreign = sum(p.confidence for p in clause.ranking if p.label == OUT_OF_SCOPE)
            if foreign >= _PERHAPS_FOREIGN:
                return replace(clause, ranking=[Prediction(OUT_OF_SCOPE, 1.0)])
        strong = {name.kind for name in clause.names} - {"movement", "body_part"}
        unknown = labels == {BODY_PART} or (clause.intent == LINK and not strong)
        if clause.names and unknown and not refers_back(clause.text):
            return replace(clause, ranking=_unsure(clause.ranking, self._answer_confidence))
        return clause

    def _asked(self, clauses: Sequence[ReadClause]) -> list[ReadClause]:
        """Return the clauses that are to be answered."""
        if len(clauses) <= 1:
            return list(clauses)
        if not any(
            name.kind in _OURS or name.label == SUBJECT for c in clauses for name in c.names
        ):
            foreign = [c for c in clauses if c.intent == OUT_OF_SCOPE]
            tells = [c for c in clauses if tells_of_a_part(c)]
            if tells:
                # "Had an EMG today. Clean. So what is it, my calves are still at it."
                clauses = [c for c in clauses if c.intent != OUT_OF_SCOPE]
            elif any(c.confidence >= _SURELY_FOREIGN for c in foreign):
                # "What are gallstones, and how are they treated?"
                return foreign[:1]
        known = [c for c in clauses if self._is_question(c)]
        asking = [c for c in known if c.asks or self._tells_enough(c)]
        formed = [c for c in asking if c.asks and c.intent != MENTION]
        if formed and len(clauses) > 3:
            # A post: what has the form of a question is what it asks.
            return _with_more_named(formed, clauses)
        if formed:
            return [c for c in asking if c in formed or not _TELLS.match(c.text)]
        return asking or self._rest(clauses)

    def _tells_enough(self, clause: ReadClause) -> bool:
        """Say whether a clause without the form of a question asks one all the same."""
        return bool(clause.names) and clause.intent != MENTION and clause.confidence >= SURE

    def _is_question(self, clause: ReadClause) -> bool:
        asks = aspect_of(clause.intent) is not None and clause.intent not in _NO_ASPECT
        least = _LEAST_IN_A_POST if clause.asks else self._answer_confidence
        return (asks or clause.intent in _FOLLOW_UPS) and clause.confidence >= least

    def _rest(self, clauses: Sequence[ReadClause]) -> list[ReadClause]:
        """Return the clause to go by in a message without a question about a topic."""
        polite = [c for c in clauses if c.intent in _CLOSINGS]
        remarks = any(c.intent == DESCRIBE for c in clauses)
        if polite and remarks and not any(c.names or c.asks for c in clauses):
            return polite[:1]  # "ok that helps a bit. thank you"
        sure = [c for c in clauses if c.confidence >= self._answer_confidence] or list(clauses)
        named = [c for c in clauses if any(n.kind in _OURS for n in c.names)]
        if named and all(c.intent in _GREETINGS for c in sure):
            # "hi! my eye shakes since I moved here, maybe the food?"
            named[0].ranking = [Prediction(DESCRIBE, named[0].confidence)]
            return named[:1]
        telling = [c for c in sure if c.intent not in _AROUND]
        described = [c for c in sure if c.intent in {DESCRIBE, MENTION} and c.names]
        if described and all(c.intent in _FOREIGN for c in telling):
            return described
        return (telling or described or sure)[:1]

    def _reading(
        self,
        text: str,
        names: Sequence[Name],
        clauses: Sequence[ReadClause],
        chosen: Sequence[ReadClause],
    ) -> Reading:
        first = chosen[0]
        least = self._answer_confidence if len(clauses) == 1 else _LEAST_IN_A_POST
        intent = first.intent if first.confidence >= least else FALLBACK
        answered = {id(clause) for clause in chosen[:_MOST_ASKED]}
        told = [c for c in clauses if not any(c is each for each in chosen) and self._tells(c)]
        useful = answered | {id(clause) for clause in told[-_MOST_TOLD:]}
        return Reading(
            text=text,
            intent=intent,
            confidence=first.confidence,
            ranking=tuple(first.ranking),
            clauses=tuple(
                self._clause(text, c, asked=id(c) in answered) for c in clauses if id(c) in useful
            ),
            names=tuple(names),
        )

    def _tells(self, clause: ReadClause) -> bool:
        """Say whether a clause that asks nothing matters to what is asked beside it."""
        return bool(clause.names or self._left_out.named_in(clause.text))

    def _clause(self, text: str, clause: ReadClause, asked: bool) -> Clause:
        names = clause.names
        if clause.intent == DESCRIBE and not asked:
            names = not_ruled_out(clause)  # "I sleep fine, I gave up coffee"
        if clause.intent == MENTION:
            names = names_in_text.meant(names, text)
        else:
            names = names_in_text.not_excepted(names, text)
        levels = [
            level
            for name in names
            if name.kind == "nutrient" and (level := level_of(text[name.start : name.end]))
        ]
        return Clause(
            intent=clause.intent,
            asked=asked,
            topics=names_in_text.ids(names, TOPIC),
            body_parts=names_in_text.ids(nearest_first(names), BODY_PART),
            subjects=names_in_text.ids(names, SUBJECT),
            foods=self._foods.named_in(self._left_out.without_them(clause.text)),
            left_out=self._left_out.named_in(clause.text),
            taken_up=self._left_out.taken_up_in(clause.text),
            examples=names_in_text.examples(names),
            unmentioned=self._unmentioned.named_in(clause.text),
            refers=refers_back(clause.text),
            together=asks_together(clause.text),
            aspects=self._further_aspects(clause.text) if asked else (),
            count=count_asked(clause.text) if asked else None,
            level=levels[0] if levels else level_said(clause.text),
            stops=stops_taking(clause.text),
            others=clause.others or asks_for_others(clause.text),
            contains=asks_what_contains(clause.text),
            ends=asks_if_it_ends(clause.text),
            oneself=is_about_oneself(clause.text),
            another=is_about_another(clause.text),
            confidence=round(clause.confidence, 3),
        )

    def _further_aspects(self, text: str) -> tuple[str, ...]:
        """Return the aspects of nouns that are joined ("causes and treatment of cramps")."""
        match = self._joined_heads.search(text)
        if match is None:
            return ()
        found = [self._heads[noun.lower()] for noun in match.groups() if noun]
        return tuple(dict.fromkeys(found)) if len(set(found)) > 1 else ()


def _is_only_a_value(text: str, names: Sequence[Name]) -> bool:
    """Say whether a few words only give the value of a test, of what was talked of."""
    named = any(name.label != BODY_PART and name.id != NORMAL_RANGES for name in names)
    return not named and len(text.split()) <= _WORDS_WITH_A_VALUE and tells_a_value(text)


def _as_value(text: str, names: Sequence[Name]) -> Reading:
    told = Clause(DESCRIBE, value=True)
    return Reading(text, DESCRIBE, 1.0, clauses=(told,), names=tuple(names), goes_on=True)


def _closing(reading: Reading) -> str | None:
    """Return what a few words are that close a chat ("Noted and reconciled. Thanks.").

    None where they name something, are surely something else, or were taken for small talk: "yes
    please, thanks" is a yes, and "right, I will ring him, ta" is none.
    """
    understood = reading.intent in _GREETINGS | {_REPEAT}
    agreed = reading.intent == _AFFIRM and agrees(reading.text)
    if reading.names or reading.confidence >= _HARDLY_OURS or understood or agreed:
        return None
    return closes(reading.text)


def _tells_more_than_no(clause: ReadClause) -> bool:
    few = len(clause.text.split()) < _FEWEST_WORDS_TELLING
    return clause.confidence < _SURELY_NO and not few and not denies_a_sign(clause.text)


def _is_remark(text: str, clauses: Sequence[ReadClause]) -> bool:
    return not any(clause.asks for clause in clauses) and remarks(text)


def _as_question_that_goes_on(reading: Reading) -> Reading:
    """Return a question that seems foreign, and points back, as what it asks of what was talked of.

    "Can they go down together with my breakfast": where nothing was talked of, it is declined.
    """
    ranking = without(reading.ranking, _NOT_IN_A_POST)
    asked = tuple(
        replace(clause, intent=ranking[0].label, confidence=_A_REMARK) if clause.asked else clause
        for clause in reading.clauses
    )
    return replace(
        reading,
        intent=ranking[0].label,
        confidence=_A_REMARK,
        ranking=tuple(ranking),
        clauses=asked,
        goes_on=True,
    )


def _as_remark(reading: Reading) -> Reading:
    """Return what seems to be about something else as a remark that names nothing.

    In a conversation, "the wife blames my pipe" goes on with what was talked of; where nothing
    was, it is declined, as ``goes_on`` says.
    """
    told = Clause(DESCRIBE, confidence=_A_REMARK)
    return replace(
        reading, intent=DESCRIBE, confidence=_A_REMARK, ranking=(), clauses=(told,), goes_on=True
    )


def _unsure(ranking: Sequence[Prediction], below: float) -> list[Prediction]:
    """Return the ranking scaled so that its first stays just ``below`` a threshold."""
    scale = min(1.0, 0.99 * below / ranking[0].confidence) if ranking else 1.0
    return [Prediction(p.label, p.confidence * scale) for p in ranking]


def _classified(text: str, names: Sequence[Name], part: TextClause) -> str:
    inside = names_within(names, part.start, part.end)
    moved = [n.span._replace(start=n.start - part.start, end=n.end - part.start) for n in inside]
    return replace_names(part.text, moved)
