"""The one message shape: what the assistant says in a turn, on whatever channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from twitchwise.dialogue import names
from twitchwise.faq.comparison import Comparison
from twitchwise.faq.models import Answer, Source
from twitchwise.faq.reply import NoSource, Part
from twitchwise.faq.told_before import ToldBefore

BULLET = "• "
_LEAST_SURE = ("high", "medium", "low")

#: What each safety response says of its turn, strongest first.
_OUTCOMES = (
    (names.EMERGENCY, "emergency"),
    (names.ESCALATION, "escalate"),
    (names.CONDITIONAL, "conditional"),
    (names.SEE_DOCTOR, "advise"),
    (names.REMINDER, "reminder"),
)


@dataclass(frozen=True)
class Button:
    """A suggested reply (what is sent when it is chosen), or a link (``tel:`` or ``https:``)."""

    title: str
    payload: str = ""
    url: str | None = None

    @classmethod
    def of(cls, button: dict[str, Any]) -> Button:
        """Return the button of a message as Rasa hands it to a channel."""
        return cls(button["title"], button.get("payload") or "", button.get("url"))


@dataclass(frozen=True)
class SourceCard:
    """A source as it is shown: title, publisher, and a link where the publisher has one."""

    title: str
    publisher: str
    url: str | None = None

    @classmethod
    def of(cls, source: Source) -> SourceCard:
        """Return the card of a source of the FAQ."""
        return cls(source.title, source.publisher, source.url)


@dataclass(frozen=True)
class AnswerCard:
    """The structure of an answer; its text is complete without it."""

    answer_id: str
    text: str
    bullets: tuple[str, ...]
    sources: tuple[SourceCard, ...]
    reviewed: str
    confidence: str

    @classmethod
    def of(cls, part: Part) -> AnswerCard:
        """Return the card of an answer, of a comparison, or of what has no text of its own.

        That is what no source covers, and what the last turn told.

        A comparison is as old as its oldest answer, and as sure as its least sure one.
        """
        if isinstance(part, NoSource):
            return cls(f"no_source.{part.id}", "", (), (), "", "")
        if isinstance(part, ToldBefore):
            return cls(part.id, "", (), (), "", "")
        answers = part.answers if isinstance(part, Comparison) else (part,)
        return cls(
            answer_id=part.id,
            text=part.text,
            bullets=part.bullets,
            sources=tuple(SourceCard.of(source) for source in part.sources),
            reviewed=min(answer.reviewed for answer in answers).isoformat(),
            confidence=max((a.confidence for a in answers), key=_LEAST_SURE.index),
        )

    def plain_text(self) -> str:
        """Return it as one plain message: text, bullets, and the source line.

        There is no blank line in it: Rasa's channels would split the message there.
        """
        lines = [self.text, *(f"{BULLET}{bullet}" for bullet in self.bullets)]
        return "\n".join([*lines, source_line(self.sources)])

    def as_metadata(self) -> dict[str, Any]:
        """Return plain JSON data, to travel as the metadata of a bot message."""
        return asdict(self)


@dataclass
class Turn:
    """Everything said in reply to one message.

    ``outcome`` is the strongest safety outcome that was spoken to (``emergency``, ``escalate``,
    ``conditional``, ``advise``, ``reminder`` or ``none``); ``disclaimer`` closes the turn.
    """

    texts: list[str] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)
    sources: list[SourceCard] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    answer_ids: list[str] = field(default_factory=list)
    outcome: str = "none"
    disclaimer: str = ""

    @classmethod
    def from_messages(cls, messages: Sequence[dict[str, Any]]) -> Turn:
        """Collect a turn from bot messages as Rasa hands them to a channel.

        Args:
            messages: dicts with ``text``, and perhaps ``buttons``, ``utter_action`` (the name
                of the domain response) and ``answer`` (an :class:`AnswerCard` as metadata).
        """
        responses = [message.get("utter_action") or "" for message in messages]
        turn = cls(outcome=outcome_of(responses))
        for message in messages:
            if message.get("utter_action") == names.DISCLAIMER:
                turn.disclaimer = message.get("text") or ""
                continue
            if message.get("text"):
                turn.texts.append(message["text"])
            for button in message.get("buttons") or []:
                turn.buttons.append(Button.of(button))
            turn._add_card(message.get("answer") or {})
        return turn

    def _add_card(self, card: dict[str, Any]) -> None:
        if not card:
            return
        # A comparison has the ids of all its answers.
        self.answer_ids += card["answer_id"].split()
        self.bullets += card["bullets"]
        for source in card["sources"]:
            shown = SourceCard(source["title"], source["publisher"], source["url"])
            if shown not in self.sources:
                self.sources.append(shown)


def outcome_of(responses: Sequence[str]) -> str:
    """Return the strongest safety outcome that the named responses speak to."""
    for name, outcome in _OUTCOMES:
        if any(names.is_response(said, name) for said in responses):
            return outcome
    return "none"


def sources_text(answers: Sequence[Answer]) -> str:
    """Return where the answers come from and when they were last checked, as one message."""
    sources = dict.fromkeys(source for answer in answers for source in answer.sources)
    reviewed = min(answer.reviewed for answer in answers)
    cards = [SourceCard.of(source) for source in sources]
    return f"{source_line(cards)}\nLast checked on {reviewed:%d %B %Y}."


def source_line(sources: Sequence[SourceCard]) -> str:
    """Return "Source: title (publisher)", with links where there are some."""
    label = "Source" if len(sources) == 1 else "Sources"
    return f"{label}: " + "; ".join(_cited(source) for source in sources)


def _cited(source: SourceCard) -> str:
    cited = f"“{source.title}” ({source.publisher})"
    return f"{cited}, {source.url}" if source.url else cited
