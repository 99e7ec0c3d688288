"""What an installation tells its clients about itself: its names, numbers, limits and starters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from twitchwise.settings import PHONE, Settings


@dataclass(frozen=True)
class Starter:
    """A question that is offered at the start: what stands on it, and what it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Contact:
    """Whom people can reach at the organisation; what it does not have is empty."""

    name: str
    phone: str
    url: str
    hours: str


@dataclass(frozen=True)
class About:
    """All of it, as ``GET /webhooks/rest/about`` gives it (see docs/http.md).

    Attributes:
        name: of the assistant.
        version: of Twitchwise.
        disclaimer: the text that closes every turn.
        starters: the questions that are offered at the start.
        questions: common questions, to complete what is typed.
        days: after how many days without a message a conversation is deleted; 0 for never.
        largest_message: the longest message accepted, in characters.
        emergency_number: how the emergency number is named.
        emergency_phone: the digits to call, or None where that is no plain number.
        crisis_line: how the crisis line is named.
        crisis_phone: the digits to call, or None.
        contact: whom people can reach, or None.
        comments: whether comments are kept with feedback.
        texts_read: whether texts of people may be read by somebody later.
        safety_texts: what is said of an emergency, and of weakness or numbness, by the name of the
            response: a client shows it where it cannot reach the server.
    """

    name: str
    version: str
    disclaimer: str
    starters: tuple[Starter, ...]
    questions: tuple[str, ...]
    days: int
    largest_message: int
    emergency_number: str
    emergency_phone: str | None
    crisis_line: str
    crisis_phone: str | None
    contact: Contact | None
    comments: bool
    texts_read: bool
    safety_texts: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def about_installation(
    given: Settings,
    *,
    version: str,
    starters: Iterable[Starter],
    disclaimer: str,
    questions: Iterable[str],
    safety_texts: Mapping[str, str],
) -> About:
    """Return what an installation tells of itself.

    Args:
        given: its settings.
        version: the version of Twitchwise.
        starters: the questions that are offered at the start.
        disclaimer: the text that closes every turn.
        questions: common questions.
        safety_texts: texts of urgent responses, by their names.
    """
    return About(
        name=given.assistant_name,
        version=version,
        disclaimer=disclaimer,
        starters=tuple(starters),
        questions=tuple(questions),
        days=given.conversation_days,
        largest_message=given.largest_message,
        emergency_number=given.emergency_number,
        emergency_phone=phone_number(given.emergency_number),
        crisis_line=given.crisis_line,
        crisis_phone=phone_number(given.crisis_phone),
        contact=_contact(given),
        comments=given.feedback_texts,
        # People are told where texts of theirs may be read.
        texts_read=given.feedback_texts or given.escalation_texts,
        safety_texts=dict(safety_texts),
    )


def phone_number(text: str) -> str | None:
    """Return the digits to call, or nothing where the text is not just a number."""
    return re.sub(r"[^\d+]", "", text) if text and re.fullmatch(PHONE, text) else None


def _contact(given: Settings) -> Contact | None:
    if not given.contact_name:
        return None
    return Contact(given.contact_name, given.contact_phone, given.contact_url, given.contact_hours)
