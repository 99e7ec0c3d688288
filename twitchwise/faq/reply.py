"""From what was understood to what is said: answers, follow-up buttons, and the new context."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from twitchwise.faq.choosing import chosen, chosen_topic
from twitchwise.faq.comparison import Comparison, compare
from twitchwise.faq.context import FELT, FOR_WHOM, STRONG, Context, movement_named, nutrient_named
from twitchwise.faq.examples import (
    about_what_is_eaten,
    minded,
    not_told_of,
    telling_anew,
    with_causes_of_movements,
    with_caution,
    with_illnesses_told,
    with_what_tells,
)
from twitchwise.faq.index import Faq
from twitchwise.faq.left_out import (
    FOODS,
    LeftOutNote,
    asked_about_all_the_same,
    fitting,
    left_out_after,
    note_on,
    with_foods_asked,
)
from twitchwise.faq.models import GENERAL_TOPIC, PERSONAL, Answer, Question
from twitchwise.faq.payloads import Payload, parse_payload
from twitchwise.faq.query import (
    KIDNEY_DISEASE,
    MAX_REQUESTS,
    NORMAL_RANGES,
    TOLD_AGAIN,
    Request,
    Unsourced,
    resolve_message,
    resolve_remark,
)
from twitchwise.faq.scope import is_of_another_illness, is_ours
from twitchwise.faq.sureness import WORTH_SAYING, is_post, is_sure, is_torn
from twitchwise.faq.told_before import ToldBefore, leans_on_the_last_turn, told_before
from twitchwise.faq.understood import (
    DESCRIBE,
    FOREIGN,
    GOES_ON,
    MENTION,
    SIMILAR_QUESTIONS,
    Clause,
    aspect_of,
    clauses_of,
)
from twitchwise.faq.unlisted import UnlistedNote, not_listed, with_amounts_that_name

#: A question of the FAQ this near in wording is taken to be what was asked (docs/evaluation.md).
SAME_QUESTION = 0.7
#: This near, it is what was asked, whatever else the words were taken for.
VERY_QUESTION = 0.9
#: A label less likely than this is not offered as what may have been meant.
_WORTH_OFFERING = 0.08
#: From here on, a label is answered as a best guess where something of ours is named.
_WORTH_GUESSING = 0.2
_MOST_SUGGESTIONS = 3
#: So many answers are remembered, so that they are not offered again.
_REMEMBERED = 6
#: So many of the answers given last are not given again to a remark: a turn may have had two.
_JUST_TOLD = 2
#: Lists that may be cut to the number asked for ("5 causes"); warnings are never cut.
_COUNTED = {"causes", "foods", "food_amounts", "nutrients", "signs", "help", "risk_groups"}
_WARNS = re.compile(
    r"\b(?:doctor|clinician|emergency|medical help|urgent|weak|numb)", re.IGNORECASE
)
_SEE_DOCTOR = "see_doctor"
_WHO_TO_ASK = "a doctor, pharmacist or dietitian"


@dataclass(frozen=True)
class Suggestion:
    """A button: its title, and the payload that is sent when it is chosen."""

    title: str
    payload: str

    def as_button(self) -> dict[str, str]:
        """Return it as Rasa writes buttons."""
        return {"title": self.title, "payload": self.payload}


@dataclass(frozen=True)
class NoSource:
    """Said in place of an answer where no reliable source covers what was asked.

    ``id`` is the subject's id or ``topic.aspect``; ``about`` stands in the middle of a sentence;
    ``again`` is true where the last turn said so already.
    """

    id: str
    about: str
    ask: str
    again: bool = False


Part = Answer | Comparison | NoSource | ToldBefore


@dataclass(frozen=True)
class Reply:
    """What to say: parts in order, then suggestions; ``context`` is for the next message.

    ``best_guess`` is the question that was answered, where the message was perhaps meant
    otherwise; the suggestions then begin with what else may have been meant. ``to_remark`` is true
    where somebody only told something that names nothing of ours. ``is_declined`` is
    true where the message is about something else. ``in_general`` names the illness or medicine
    that was asked about where the answers only hold for others of its kind, too. ``left_out`` says
    what lists of foods were told without, and ``leaves_out`` are the groups to leave out from now
    on (None where nothing was said of that). ``unlisted`` are foods asked about that what is said
    does not name. ``minds`` is what was told of before and matters to it: ``kidney_disease``,
    ``pregnancy`` or ``children``.
    """

    parts: tuple[Part, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    context: Context = field(default_factory=Context)
    recent: tuple[str, ...] = ()
    best_guess: str | None = None
    to_remark: bool = False
    is_declined: bool = False
    in_general: str | None = None
    left_out: LeftOutNote | None = None
    leaves_out: tuple[str, ...] | None = None
    unlisted: UnlistedNote | None = None
    minds: str | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers of the FAQ in it, those compared and those told before included."""
        return _answers_in(self.parts)

    @property
    def new_answers(self) -> tuple[Answer, ...]:
        """The answers without those that only were told before."""
        return _answers_in(part for part in self.parts if not isinstance(part, ToldBefore))

    @property
    def answered(self) -> str:
        """The ids of what is said, or ``declined``, ``suggestions``, ``nothing``; never empty."""
        if self.is_declined:
            return "declined"
        ids = [f"no_source.{p.id}" if isinstance(p, NoSource) else p.id for p in self.parts]
        return " ".join(ids) or ("suggestions" if self.suggestions else "nothing")

    @property
    def names_red_flag(self) -> bool:
        """Whether an answer that is told now names weakness or numbness."""
        return any(answer.names_red_flag for answer in self.new_answers)


def _answers_in(parts: Iterable[Part]) -> tuple[Answer, ...]:
    found: list[Answer] = []
    for part in parts:
        if isinstance(part, Comparison | ToldBefore):
            found += part.answers
        elif isinstance(part, Answer):
            found.append(part)
    return tuple(found)


def reply_to_message(
    faq: Faq, parse_data: Mapping[str, Any], context: Context, recent: Sequence[str] = ()
) -> Reply:
    """Return the reply to a message.

    Args:
        faq: the FAQ.
        parse_data: what Rasa's pipeline found: ``clauses``, or else ``intent`` and ``entities``.
        context: what the conversation was about.
        recent: ids (``topic.aspect``) of the answers given lately.
    """
    text = str(parse_data.get("text") or "")
    if parse_payload(text):
        # A button means exactly what it says, whatever was talked of.
        return reply_to_payloads(faq, [text], recent, context)
    clauses = about_what_is_eaten(clauses_of(parse_data, faq))
    clauses = with_foods_asked(faq, clauses, context)
    leaves_out = left_out_after(clauses, context)
    strange = bool(parse_data.get(FOREIGN)) and not is_ours(faq, clauses, text, context)
    strange = strange or bool(parse_data.get(GOES_ON)) and context.topic is None
    if strange or is_of_another_illness(clauses, context):
        return Reply(context=context, recent=tuple(recent), is_declined=True)
    question = nearest_question(faq, parse_data, VERY_QUESTION)
    asked: Sequence[Request | Unsourced]
    others: list[Request] = []
    if question is not None and _asks_it(faq, question, clauses):
        asked = [request_for(faq, answer_id) for answer_id in question.answers]
        sure = True
    else:
        asked = with_what_tells(faq, resolve_message(faq, clauses, context), clauses)
        asked = with_illnesses_told(faq, asked, clauses)
        asked = with_caution(faq, asked, clauses, context, recent)
        asked = with_amounts_that_name(faq, asked, clauses)
        asked = with_causes_of_movements(faq, asked, clauses)
        others = _asked_of_others(faq, asked, clauses, context)
        sure = bool(asked) and is_sure(clauses, text) and not others
        asked = asked or resolve_remark(faq, clauses, context, recent)
        asked = _not_again(faq, asked, clauses, context, recent)
    reply = _in_context(faq, reply_to_asked(faq, asked, recent), clauses, context)
    reply = replace(
        reply, context=replace(reply.context, for_whom=_for_whom(asked, clauses, context))
    )
    if not sure and (not _is_honest_gap(reply) or is_post(text)):
        reply = _as_best_guess(faq, reply, asked, others, parse_data, context)
    # Of all that is said: the other of two readings may tell of it.
    reply = replace(reply, in_general=not_told_of(faq, asked, clauses, reply.answers))
    wanted = asked_about_all_the_same(faq, clauses)
    told = any(clause.left_out for clause in clauses)
    fitted = _fitting(faq, reply, [group for group in leaves_out if group not in wanted], told)
    unlisted = not_listed(faq, clauses, reply.answers)
    reply = replace(fitted, leaves_out=leaves_out, unlisted=unlisted)
    return _minding(faq, _not_told_twice(reply, clauses, context), context)


def _not_told_twice(reply: Reply, clauses: Sequence[Clause], context: Context) -> Reply:
    """Return the reply with what the last turn said named as that, where a follow-up gets it."""
    gaps = any(isinstance(part, NoSource) for part in reply.parts)
    if gaps or reply.left_out or not leans_on_the_last_turn(clauses):
        return reply
    told = told_before(reply.answers, context.told)
    return reply if told is None else replace(reply, parts=(told,))


def _minding(faq: Faq, reply: Reply, context: Context) -> Reply:
    """Return the reply with ill kidneys, a pregnancy or a child that was told of before minded."""
    said_so = any(isinstance(p, NoSource) and p.id == context.for_whom for p in reply.parts)
    minds = None if said_so else minded(faq, reply.new_answers, context)
    return replace(reply, minds=minds)


def _fitting(faq: Faq, reply: Reply, leaves_out: Sequence[str], told: bool = False) -> Reply:
    """Return the reply with its lists of foods told without what somebody does not eat.

    That they are is said where it was just told, and otherwise where something was taken off.
    """
    if not leaves_out:
        return reply
    parts = [_fitting_part(faq, part, leaves_out) for part in reply.parts]
    # A list of amounts of which nothing is left gives way to that of the foods.
    fitted = replace(reply, parts=tuple(dict.fromkeys(parts)))
    if not told and fitted.parts == reply.parts:
        return reply
    return replace(fitted, left_out=note_on(faq, fitted.answers, leaves_out))


def _fitting_part(faq: Faq, part: Part, leaves_out: Sequence[str]) -> Part:
    if not isinstance(part, Answer):
        return part
    topic = faq.topics[part.topic]
    foods = topic.answers.get(FOODS)
    for answer in (part, foods):
        fitted = fitting(faq, answer, leaves_out) if answer is not None else None
        if fitted is not None:
            return fitted
    return _no_source(faq, Request(topic, FOODS))


def _for_whom(
    asked: Sequence[Request | Unsourced], clauses: Sequence[Clause], context: Context
) -> str | None:
    """Return for whom is asked, now or before: a child, who is pregnant, has ill kidneys."""
    if any(KIDNEY_DISEASE in clause.examples for clause in clauses):
        return KIDNEY_DISEASE
    named = (item.subject.id for item in asked if isinstance(item, Unsourced))
    return next((subject for subject in named if subject in FOR_WHOM), context.for_whom)


def _not_again(
    faq: Faq,
    asked: Sequence[Request | Unsourced],
    clauses: Sequence[Clause],
    context: Context,
    recent: Sequence[str],
) -> Sequence[Request | Unsourced]:
    """Return what comes next where a remark would get the very answer that was given last.

    "A bottle of wine a night", after what alcohol does: the same words again say nothing new.
    """
    told = [clause for clause in clauses if clause.asked]
    remarks = all(clause.intent in {DESCRIBE, MENTION} for clause in told)
    # Of another part of the body, the same may be meant.
    adds = any(part != context.body_part for clause in told for part in clause.body_parts)
    item = asked[0] if len(asked) == 1 else None
    if not remarks or adds or not isinstance(item, Request) or item.aspect in TOLD_AGAIN:
        return asked
    answer = faq.find_answer(item.topic, item.aspect, item.body_part)
    if answer is None or f"{item.topic.id}.{item.aspect}" not in recent[-_JUST_TOLD:]:
        return asked
    if any(clause.examples for clause in told):
        tells = telling_anew(faq, item, told, recent)
        return asked if tells is None else [tells]
    next_ones = faq.follow_ups(item.topic, answer, recent, limit=1)
    return [Request(topic, aspect.id, item.body_part) for topic, aspect in next_ones] or asked


def _is_honest_gap(reply: Reply) -> bool:
    """Say whether all that is said is that no source covers the subjects named.

    Whatever is asked of such a subject gets the same reply.
    """
    return all(isinstance(part, NoSource) and "." not in part.id for part in reply.parts)


def _asks_it(faq: Faq, question: Question, clauses: Sequence[Clause]) -> bool:
    """Say whether a message with nearly the words of ``question`` is about the same, by itself.

    "Is it dangerous" is about what was talked of, and "vitamin D" differs little from "vitamin E",
    nor "a spasm and a cramp" from "a twitch and a cramp".
    """
    if len(clauses) != 1 or not clauses[0].topics:
        return False
    about = {answer_id.partition(".")[0] for answer_id in question.answers}
    kinds = {*STRONG, "movement"}
    named = {topic for topic in clauses[0].topics if faq.topics[topic].kind in kinds}
    return named - {GENERAL_TOPIC} <= about


def _asked_of_others(
    faq: Faq,
    asked: Sequence[Request | Unsourced],
    clauses: Sequence[Clause],
    context: Context,
) -> list[Request]:
    """Return the same question of other things talked of, where a follow-up names none of them.

    After a calf and magnesium, "how long does it take" may be asked of either: what was answered is
    read back then, and the other one is offered.
    """
    named = any(clause.topics or clause.body_parts or clause.subjects for clause in clauses)
    if named or len(asked) != 1 or not isinstance(asked[0], Request):
        return []
    request = asked[0]
    talked_of = dict.fromkeys((context.topic, context.movement, context.nutrient))
    topics = [faq.topics[str(topic)] for topic in talked_of if topic in faq.topics]
    return [
        Request(topic, request.aspect)
        for topic in topics
        if topic != request.topic and request.aspect in topic.answers
    ]


def _as_best_guess(
    faq: Faq,
    reply: Reply,
    asked: Sequence[Request | Unsourced],
    others: Sequence[Request],
    parse_data: Mapping[str, Any],
    context: Context,
) -> Reply:
    """Return the reply as what may have been meant, with what else it may have been.

    ``others`` are the same question of other things talked of. Torn between two things, it
    answers both: a short answer too many is read in a moment, and a wrong one helps nobody.
    """
    asked = list(asked[:MAX_REQUESTS])
    second = _second_guess(faq, reply, asked, parse_data, context)
    leans = leans_on_the_last_turn(clauses_of(parse_data, faq))
    if second is not None and leans and told_before(reply.answers, context.told):
        # "should i stop it", after what too much does: what to mind is new.
        asked, second = [second], None
        other = reply_to_asked(faq, asked, reply.recent)
        reply = replace(reply, parts=other.parts, recent=other.recent)
    elif second is not None:
        both = reply_to_asked(faq, [*asked, second], reply.recent)
        # Whatever is asked next is asked of the likelier one.
        reply = replace(reply, parts=both.parts, recent=both.recent)
    # Where it may be of others, what it was taken to be about is what may be wrong.
    titles = dict.fromkeys(_question_asked(faq, item, by_name=bool(others)) for item in asked)
    read_back = "” and “".join(titles)
    if second is not None:
        read_back += f"” or “{_question_asked(faq, second)}"
    instead = [_suggestion_by_name(faq, each) for each in others]
    instead += _perhaps_meant(faq, parse_data, context, elsewhere=False)
    new = [each for each in instead if not _given_lately(faq, each, reply.recent)]
    offered = [each for each in reply.suggestions if not _given_lately(faq, each, reply.recent)]
    told = [clause for clause in clauses_of(parse_data, faq) if clause.asked]
    return replace(
        reply,
        best_guess=read_back,
        to_remark=all(_is_remark(clause) for clause in told),
        suggestions=_first_few([*new, *offered]),
    )


def _is_remark(clause: Clause) -> bool:
    """Say whether a clause only tells something, at most of where it is."""
    names = clause.topics or clause.subjects or clause.foods
    bare = clause.intent == DESCRIBE and not clause.body_parts
    return not names and (bare or (clause.intent == MENTION and bool(clause.body_parts)))


def _second_guess(
    faq: Faq,
    reply: Reply,
    asked: Sequence[Request | Unsourced],
    parse_data: Mapping[str, Any],
    context: Context,
) -> Request | None:
    """Return the other thing that may have been asked, if it is nearly as likely."""
    if len(asked) != 1 or not is_torn(parse_data.get("intent_ranking") or []):
        return None
    given = {answer.id for answer in reply.answers}
    for request in _likely_requests(faq, parse_data, context, at_least=WORTH_SAYING):
        answer = faq.find_answer(request.topic, request.aspect, request.body_part)
        # Two lists of when to see a doctor say nearly the same.
        told = asked[0] if isinstance(asked[0], Request) else None
        alike = told is not None and told.aspect == request.aspect == _SEE_DOCTOR
        if answer is not None and answer.id not in given and not alike:
            return request
    return None


def _given_lately(faq: Faq, suggestion: Suggestion, recent: Sequence[str]) -> bool:
    request = _request_of(faq, suggestion.payload)
    return request is not None and f"{request.topic.id}.{request.aspect}" in recent


def _question_asked(faq: Faq, item: Request | Unsourced, by_name: bool = False) -> str:
    """Return the words in which a question that was answered is read back.

    Args:
        faq: the FAQ.
        item: what was answered.
        by_name: whether its topic is named in any case.
    """
    if isinstance(item, Unsourced):
        return f"What about {item.subject.name}?"
    answer = faq.find_answer(item.topic, item.aspect, item.body_part)
    if answer is not None and answer.topic == item.topic.id:
        # "What causes alcohol?" is answered by what alcohol does.
        item = replace(item, aspect=answer.aspect)
    return (_suggestion_by_name if by_name else _suggestion)(faq, item).title


def _in_context(faq: Faq, reply: Reply, clauses: Sequence[Clause], context: Context) -> Reply:
    """Return the reply with what the conversation is about after it."""
    movement = movement_named(faq, clauses) or context.movement
    nutrient = nutrient_named(faq, clauses) or context.nutrient
    last = faq.topics.get(reply.context.topic or "")
    if last is not None and (last.kind == "movement" or last.id in FELT):
        movement = last.id
    if last is not None and last.kind == "nutrient":
        nutrient = last.id
    before = faq.topics.get(context.topic or "")
    alike = before is not None and last is not None and before.kind == last.kind
    points = any(clause.asked and clause.refers for clause in clauses)
    if reply.context.aspect == "difference" and alike and points:
        # "Is that the same as a spasm?" goes on about "that".
        movement, topic = context.movement, context.topic
        after = replace(reply.context, topic=topic, movement=movement, nutrient=nutrient)
        return replace(reply, context=after)
    # After a subject without a source, "what does work?" is about the movement told with it.
    topic = reply.context.topic or (movement_named(faq, clauses) if reply.parts else None)
    after = replace(reply.context, topic=topic, movement=movement, nutrient=nutrient)
    return replace(reply, context=after)


def nearest_question(faq: Faq, parse_data: Mapping[str, Any], at_least: float) -> Question | None:
    """Return the FAQ's question that has nearly the words of a message, if one has."""
    nearest = next(iter(parse_data.get(SIMILAR_QUESTIONS) or []), None)
    if nearest is None or float(nearest["score"]) < at_least:
        return None
    return next((question for question in faq.questions if question.id == nearest["id"]), None)


def reply_to_asked(
    faq: Faq, asked: Sequence[Request | Unsourced], recent: Sequence[str] = ()
) -> Reply:
    """Return what is said to each thing asked, once, with what to ask next."""
    parts: dict[str, Part] = {}
    given: list[tuple[Request, Answer]] = []
    offered: list[Request] = []
    for item in asked[:MAX_REQUESTS]:
        if isinstance(item, Unsourced):
            subject = item.subject
            parts.setdefault(
                subject.id, NoSource(subject.id, subject.name, subject.ask, item.again)
            )
            offered += [*item.beside, *(request_for(faq, target) for target in subject.nearest)]
            continue
        answer = faq.find_answer(item.topic, item.aspect, item.body_part)
        if answer is None:
            missing = _no_source(faq, item)
            parts.setdefault(missing.id, missing)
            offered.append(Request(item.topic, faq.default_aspect(item.topic)))
        elif answer.id not in parts:
            parts[answer.id] = _counted(answer, item.count)
            given.append((item, answer))
    left = [item for item in asked[MAX_REQUESTS:] if isinstance(item, Request)]
    offered = [*left, *offered]
    known = _remember(recent, given)
    said = tuple(parts.values())
    compared = compare(faq, [request for request, _ in given if request.compared])
    if compared is not None:
        said = (compared, *(part for part in said if part not in compared.answers))
    return Reply(
        parts=said,
        suggestions=_suggestions(faq, offered, given, known),
        context=_context_after(faq, asked[:MAX_REQUESTS]),
        recent=known,
    )


def reply_to_requests(faq: Faq, requests: Sequence[Request], recent: Sequence[str] = ()) -> Reply:
    """Return the answers to ``requests``, each said once, with what to ask next."""
    return reply_to_asked(faq, requests, recent)


def reply_to_payloads(
    faq: Faq,
    payloads: Sequence[str],
    recent: Sequence[str] = (),
    context: Context | None = None,
) -> Reply:
    """Return the reply to button payloads; an empty reply where they point to nothing."""
    found = [request for payload in payloads if (request := _request_of(faq, payload))]
    if not found:
        return Reply(recent=tuple(recent))
    context = context or Context()
    reply = _in_context(faq, reply_to_requests(faq, found, recent), [], context)
    return _minding(faq, _fitting(faq, reply, context.leaves_out), context)


def suggestions_of(faq: Faq, payloads: Sequence[str]) -> list[Suggestion]:
    """Return buttons for payloads offered before, without those that point to nothing."""
    requests = (_request_of(faq, payload) for payload in payloads)
    return [_suggestion(faq, request) for request in requests if request is not None]


def reply_to_choice(
    faq: Faq,
    text: str,
    offered: Sequence[str],
    context: Context,
    recent: Sequence[str] = (),
) -> Reply:
    """Return the reply to "the second one" or "and the other one"; empty where it picks nothing.

    Args:
        faq: the FAQ.
        text: what was said.
        offered: the payloads of the buttons that were offered last.
        context: what the conversation was about.
        recent: ids of the answers given lately.
    """
    topic = chosen_topic(text, context)
    if topic in faq.topics:
        clauses = [Clause(intent=None, topics=(str(topic),))]
        asked = resolve_message(faq, clauses, context)
        reply = _in_context(faq, reply_to_asked(faq, asked, recent), clauses, context)
        return _fitting(faq, reply, context.leaves_out)
    picked = [offered[place] for place in chosen(text, len(offered))]
    return reply_to_payloads(faq, picked, recent, context)


def reply_again(
    faq: Faq,
    answer_ids: Sequence[str],
    recent: Sequence[str] = (),
    leaves_out: Sequence[str] = (),
) -> Reply:
    """Return the answers with these ids once more; an empty reply where there are none.

    What the conversation is about stays as it was, so its context is empty.
    """
    known = [answer_id for answer_id in answer_ids if faq.answer_with_id(answer_id)]
    reply = reply_to_requests(faq, [request_for(faq, each) for each in known], recent)
    return _fitting(faq, replace(reply, context=Context()), leaves_out)


def reply_by_similarity(
    faq: Faq,
    parse_data: Mapping[str, Any],
    context: Context | None = None,
    recent: Sequence[str] = (),
) -> Reply:
    """Return the reply to a message that was not understood: an answer, or what may be meant.

    Args:
        faq: the FAQ.
        parse_data: ``similar_questions`` (``{"id", "score"}`` of the FAQ's nearest questions,
            nearest first), and the ``intent_ranking`` with the ``clauses`` as the pipeline left
            them.
        context: what the conversation was about.
        recent: ids of the answers given lately.
    """
    same = nearest_question(faq, parse_data, SAME_QUESTION)
    if same is not None:
        requests = [request_for(faq, answer_id) for answer_id in same.answers]
        return reply_to_requests(faq, requests, recent)
    context = context or Context()
    clauses = with_foods_asked(faq, clauses_of(parse_data, faq), context)
    leaves_out = left_out_after(clauses, context)
    guess = _guess(faq, parse_data, clauses, context)
    if guess:
        reply = _in_context(faq, reply_to_asked(faq, guess, recent), clauses, context)
        others = _asked_of_others(faq, guess, clauses, context)
        reply = _as_best_guess(faq, reply, guess, others, parse_data, context)
        reply = replace(reply, in_general=not_told_of(faq, guess, clauses, reply.answers))
        reply = replace(reply, unlisted=not_listed(faq, clauses, reply.answers))
        reply = replace(_fitting(faq, reply, leaves_out), leaves_out=leaves_out)
        return _minding(faq, _not_told_twice(reply, clauses, context), context)
    meant = _perhaps_meant(faq, parse_data, context)
    return Reply(suggestions=_first_few(meant), recent=tuple(recent))


def _guess(
    faq: Faq, parse_data: Mapping[str, Any], clauses: Sequence[Clause], context: Context
) -> list[Request | Unsourced]:
    """Return what the likeliest intent asks of what is named; nothing where neither is told."""
    best: Mapping[str, Any] = next(iter(parse_data.get("intent_ranking") or []), {})
    intent = str(best.get("name"))
    ours = aspect_of(intent) in faq.aspects or intent == DESCRIBE
    first = next((c for c in clauses if c.asked), None)
    known = context.topic or (first is not None and (first.topics or first.body_parts))
    if (
        first is None
        or not known
        or not ours
        or float(best.get("confidence") or 0) < _WORTH_GUESSING
    ):
        return []
    around = [c for c in clauses if c is not first]
    return resolve_message(faq, [replace(first, intent=intent), *around], context)


def _perhaps_meant(
    faq: Faq, parse_data: Mapping[str, Any], context: Context, elsewhere: bool = True
) -> list[Suggestion]:
    """Return what a message may have meant: by its likeliest intents, then by its words.

    Args:
        faq: the FAQ.
        parse_data: as for :func:`reply_by_similarity`.
        context: what the conversation was about.
        elsewhere: whether questions about other things than those talked of are offered where
            none about these is near in its words.
    """
    questions = {question.id: question for question in faq.questions}
    similar = parse_data.get(SIMILAR_QUESTIONS) or []
    known = [questions[each["id"]] for each in similar if each["id"] in questions]
    requests = [(question.ask, request_for(faq, question.answers[0])) for question in known]
    about = _topics_talked_of(faq, clauses_of(parse_data, faq), context)
    # The words of a bare "why" are as near to questions on calves as on eyelids.
    near = [(ask, request) for ask, request in requests if request.topic.id in about]
    likely = [_suggestion(faq, each) for each in _likely_requests(faq, parse_data, context)]
    offered = near if about and not elsewhere else near or requests
    return likely + [Suggestion(ask, _payload(request)) for ask, request in offered]


def _topics_talked_of(faq: Faq, clauses: Sequence[Clause], context: Context) -> set[str]:
    """Return ids of the topics that a message names, or else of that talked of before."""
    parts = {part for clause in clauses for part in clause.body_parts}
    named = {topic for clause in clauses for topic in clause.topics}
    named |= {faq.body_parts[part].topic for part in parts if part in faq.body_parts}
    return named or ({context.topic} if context.topic else set())


def request_for(faq: Faq, answer_id: str) -> Request:
    """Return the request that an answer's id stands for."""
    topic_id, aspect, *part = answer_id.split(".")
    return Request(faq.topics[topic_id], aspect, part[0] if part else None)


def _likely_requests(
    faq: Faq,
    parse_data: Mapping[str, Any],
    context: Context,
    at_least: float = _WORTH_OFFERING,
) -> list[Request]:
    """Return what the likeliest intents of the first clause asked would answer.

    Nothing where neither the message nor the conversation names a topic.
    """
    clauses = clauses_of(parse_data, faq)
    first = next((clause for clause in clauses if clause.asked), None)
    names_something = any(clause.topics or clause.body_parts for clause in clauses)
    if first is None or not (names_something or context.topic):
        return []
    told = [replace(clause, asked=False, subjects=()) for clause in clauses if clause is not first]
    ranking = parse_data.get("intent_ranking") or []
    found: list[Request] = []
    for entry in ranking:
        aspect = aspect_of(entry.get("name"))
        if aspect in faq.aspects and float(entry.get("confidence") or 0) >= at_least:
            clause = replace(first, intent=entry["name"], subjects=(), aspects=())
            found += [
                request
                for request in resolve_message(faq, [clause, *told], context)
                if isinstance(request, Request)
                and faq.find_answer(request.topic, request.aspect, request.body_part)
            ]
    return found


def _no_source(faq: Faq, request: Request) -> NoSource:
    title = faq.aspects[request.aspect].button_title(request.topic)
    about = title if title.startswith(request.topic.name) else title[:1].lower() + title[1:]
    return NoSource(f"{request.topic.id}.{request.aspect}", about.rstrip("?"), _WHO_TO_ASK)


def _counted(answer: Answer, count: int | None) -> Answer:
    """Return the answer with so many bullets; what sends people to a doctor always stays."""
    if count is None or answer.aspect not in _COUNTED or count >= len(answer.bullets):
        return answer
    warnings = [bullet for bullet in answer.bullets[count:] if _WARNS.search(bullet)]
    return replace(answer, bullets=(*answer.bullets[:count], *warnings))


def _context_after(faq: Faq, asked: Sequence[Request | Unsourced]) -> Context:
    """Return what the conversation is about now: the last topic, answered or not."""
    if not asked:
        return Context()
    last = _last_talked_of(asked)
    if isinstance(last, Request):
        return Context(last.topic.id, last.aspect, last.body_part)
    if last.beside:
        # "Is that bad", after the value of a test, is about the value.
        subject = last.subject.id if last.subject.id == NORMAL_RANGES else None
        about = last.beside[-1]
        return Context(about.topic.id, None, about.body_part, subject=subject)
    only = all(isinstance(item, Unsourced) for item in asked)
    near = [request_for(faq, target).topic for target in last.subject.nearest]
    # After a form of magnesium, "which foods" is about magnesium; after a blood level, about
    # whatever was talked of before.
    subject = last.subject.id if only else None
    strong = near and near[0].kind in {"nutrient", "factor", "condition"}
    return Context(near[0].id if strong else None, subject=subject)


def _last_talked_of(asked: Sequence[Request | Unsourced]) -> Request | Unsourced:
    """Return the last thing asked; not the person in "how much calcium at sixty"."""
    last = asked[-1]
    if isinstance(last, Request) and last.topic.id in PERSONAL:
        nutrients = [a for a in asked if isinstance(a, Request) and a.topic.kind == "nutrient"]
        return (nutrients or [last])[-1]
    return last


def _request_of(faq: Faq, payload: str) -> Request | None:
    parsed = parse_payload(payload)
    topic = faq.topic_with_code(parsed.code) if parsed else None
    if not parsed or not topic or parsed.aspect not in faq.aspects:
        return None
    return Request(topic, parsed.aspect, parsed.body_part)


def _remember(recent: Sequence[str], given: Iterable[tuple[Request, Answer]]) -> tuple[str, ...]:
    ids = [f"{request.topic.id}.{request.aspect}" for request, _ in given]
    return tuple([*(known for known in recent if known not in ids), *ids][-_REMEMBERED:])


def _suggestions(
    faq: Faq,
    offered: Sequence[Request],
    given: Sequence[tuple[Request, Answer]],
    known: Sequence[str],
) -> tuple[Suggestion, ...]:
    """Return what to offer: what was asked but not answered yet, then the follow-ups."""
    found = [_suggestion(faq, request) for request in offered]
    if given:
        request, answer = given[-1]
        found += [
            _suggestion(faq, Request(topic, aspect.id))
            for topic, aspect in faq.follow_ups(request.topic, answer, known)
        ]
    return _first_few(found)


def _first_few(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    distinct: list[Suggestion] = []
    for suggestion in suggestions:
        # By title, too: the same question of one part of the body reads the same.
        if all(suggestion.payload != d.payload and suggestion.title != d.title for d in distinct):
            distinct.append(suggestion)
    return tuple(distinct[:_MOST_SUGGESTIONS])


def _suggestion(faq: Faq, request: Request) -> Suggestion:
    title = faq.aspects[request.aspect].button_title(request.topic)
    return Suggestion(title[:1].upper() + title[1:], _payload(request))


def _suggestion_by_name(faq: Faq, request: Request) -> Suggestion:
    """Return the suggestion with its topic named: "What helps (calf twitching)?"."""
    suggestion = _suggestion(faq, request)
    name = request.topic.name
    if name.lower() in suggestion.title.lower():
        return suggestion
    return replace(suggestion, title=f"{suggestion.title.rstrip('?')} ({name})?")


def _payload(request: Request) -> str:
    return str(Payload(request.topic.code, request.aspect, request.body_part))
