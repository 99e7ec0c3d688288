"""From what was understood to what is said: answers, follow-up buttons, and the new context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twitchwise.faq.index import Faq
from twitchwise.faq.models import Answer
from twitchwise.faq.payloads import Payload, parse_payload
from twitchwise.faq.query import Context, Request, resolve

#: A question of the FAQ this near in wording is taken to be what was asked.
SAME_QUESTION = 0.7
#: So many answers are remembered, so that they are not offered again.
_REMEMBERED = 6
_ASPECT_INTENT = "ask_"


@dataclass(frozen=True)
class Suggestion:
    """A button: its title, and the payload that is sent when it is chosen."""

    title: str
    payload: str

    def as_button(self) -> dict[str, str]:
        """Return it as Rasa writes buttons."""
        return {"title": self.title, "payload": self.payload}


@dataclass(frozen=True)
class Reply:
    """What to say: answers in order, then suggestions; ``context`` is for the next message."""

    answers: tuple[Answer, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    context: Context = field(default_factory=Context)
    recent: tuple[str, ...] = ()

    @property
    def answered(self) -> str:
        """The ids of the answers, or ``suggestions``, or ``nothing``; never empty."""
        ids = " ".join(answer.id for answer in self.answers)
        return ids or ("suggestions" if self.suggestions else "nothing")

    @property
    def names_red_flag(self) -> bool:
        """Whether an answer names weakness or numbness."""
        return any(answer.names_red_flag for answer in self.answers)


def reply_to_message(
    faq: Faq, parse_data: Mapping[str, Any], context: Context, recent: Sequence[str] = ()
) -> Reply:
    """Return the reply to a message.

    Args:
        faq: the FAQ.
        parse_data: ``intent`` and ``entities`` as Rasa's pipeline found them.
        context: what the conversation was about.
        recent: ids (``topic.aspect``) of the answers given lately.
    """
    intent = str((parse_data.get("intent") or {}).get("name") or "")
    aspect = intent[len(_ASPECT_INTENT) :] if intent.startswith(_ASPECT_INTENT) else None
    entities = parse_data.get("entities") or []
    topics = [topic for value in _values(entities, "topic") if (topic := faq.topic_named(value))]
    parts = [
        part for value in _values(entities, "body_part") if (part := faq.body_part_named(value))
    ]
    requests = resolve(faq, aspect, topics, parts[0] if parts else None, context)
    return reply_to_requests(faq, requests, recent)


def reply_to_requests(faq: Faq, requests: Sequence[Request], recent: Sequence[str] = ()) -> Reply:
    """Return the answers to ``requests``, each said once, with what to ask next."""
    given: dict[str, tuple[Request, Answer]] = {}
    for request in requests:
        answer = faq.find_answer(request.topic, request.aspect, request.body_part)
        if answer is not None:
            given.setdefault(answer.id, (request, answer))
    if not requests:
        return Reply(recent=tuple(recent))
    last = requests[-1]
    context = Context(last.topic.id, last.aspect, last.body_part)
    known = _remember(recent, given.values())
    suggestions: list[Suggestion] = []
    if given:
        request, answer = list(given.values())[-1]
        suggestions = _follow_ups(faq, request, answer, known)
    answers = tuple(answer for _, answer in given.values())
    return Reply(answers, tuple(suggestions), context, known)


def reply_to_payload(faq: Faq, payload: str, recent: Sequence[str] = ()) -> Reply:
    """Return the reply to a button payload; an empty reply where it points to nothing."""
    parsed = parse_payload(payload)
    topic = faq.topic_with_code(parsed.code) if parsed else None
    if not parsed or not topic or parsed.aspect not in faq.aspects:
        return Reply(recent=tuple(recent))
    return reply_to_requests(faq, [Request(topic, parsed.aspect, parsed.body_part)], recent)


def reply_by_similarity(
    faq: Faq, similar: Sequence[Mapping[str, Any]], recent: Sequence[str] = ()
) -> Reply:
    """Return the reply to a message that was not understood.

    Args:
        faq: the FAQ.
        similar: ``{"id", "score"}`` of the FAQ's nearest questions, nearest first.
        recent: ids of the answers given lately.
    """
    questions = {question.id: question for question in faq.questions}
    known = [(questions[m["id"]], float(m["score"])) for m in similar if m["id"] in questions]
    if known and known[0][1] >= SAME_QUESTION:
        requests = [_request_for(faq, answer_id) for answer_id in known[0][0].answers]
        return reply_to_requests(faq, requests, recent)
    suggestions = [
        Suggestion(question.ask, _payload(_request_for(faq, question.answers[0])))
        for question, _ in known
    ]
    return Reply(suggestions=tuple(suggestions), recent=tuple(recent))


def _values(entities: Iterable[Mapping[str, Any]], label: str) -> list[str]:
    found = [e for e in entities if e.get("entity") == label]
    return [str(e.get("value")) for e in sorted(found, key=lambda e: e.get("start") or 0)]


def _request_for(faq: Faq, answer_id: str) -> Request:
    topic_id, aspect, *part = answer_id.split(".")
    return Request(faq.topics[topic_id], aspect, part[0] if part else None)


def _remember(recent: Sequence[str], given: Iterable[tuple[Request, Answer]]) -> tuple[str, ...]:
    ids = [f"{request.topic.id}.{request.aspect}" for request, _ in given]
    return tuple([*(known for known in recent if known not in ids), *ids][-_REMEMBERED:])


def _follow_ups(
    faq: Faq, request: Request, answer: Answer, known: Sequence[str]
) -> list[Suggestion]:
    offered = faq.follow_ups(request.topic, answer, known)
    return [
        Suggestion(aspect.button_title(topic), _payload(Request(topic, aspect.id)))
        for topic, aspect in offered
    ]


def _payload(request: Request) -> str:
    return str(Payload(request.topic.code, request.aspect, request.body_part))
