"""What the HTTP channel sends, as the terminal reads it (docs/http.md). No Rasa, no FAQ in here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, validator

UrgentKind = Literal["emergency", "escalation"]
URGENT = ("emergency", "escalate")
#: The words that say of an urgent message what it is; never a colour alone.
LABELS: Mapping[str, str] = {"emergency": "EMERGENCY", "escalation": "SEE A DOCTOR"}


class _Received(BaseModel):
    """Something received; what a newer server adds to it is left aside."""

    class Config:
        frozen = True


class Button(_Received):
    """A suggested reply (``payload``), or a link (``url``)."""

    title: str
    payload: str = ""
    url: str | None = None


class Source(_Received):
    """Where an answer comes from."""

    title: str
    publisher: str = ""
    url: str | None = None


class Card(_Received):
    """The structure of an answer."""

    text: str = ""
    bullets: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    reviewed: str = ""
    confidence: str = ""


class Said(_Received):
    """One message of the assistant; its text is complete without the card."""

    kind: str
    response: str | None = None
    text: str
    buttons: tuple[Button, ...] = ()
    answer: Card | None = None


class Turn(_Received):
    """A message and all that was said to it."""

    id: str
    at: datetime
    message: str
    messages: tuple[Said, ...]
    outcome: str
    rating: Literal["up", "down"] | None = None
    texts: tuple[str, ...]
    bullets: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    buttons: tuple[Button, ...] = ()
    answer_ids: tuple[str, ...] = ()
    disclaimer: str

    @property
    def is_urgent(self) -> bool:
        """Say whether the person was told to see a doctor, or to call for help."""
        return self.outcome in URGENT

    @property
    def choices(self) -> tuple[Button, ...]:
        """Return the replies that can be chosen by their number, the first of which is 1."""
        return tuple(button for _, numbered, _ in self.numbered_parts() for _, button in numbered)

    def parts(self) -> tuple[Said, ...]:
        """Return what was said before the disclaimer."""
        return tuple(said for said in self.messages if said.kind != "disclaimer")

    def numbered_parts(self) -> Iterator[tuple[Said, list[tuple[int, Button]], list[Button]]]:
        """Give each part with its numbered choices, and its links."""
        number = 0
        for said in self.parts():
            choices = []
            for button in said.buttons:
                if is_choice(button):
                    number += 1
                    choices.append((number, button))
            yield said, choices, [button for button in said.buttons if button.url]


class Urgent(_Received):
    """What somebody is told who wrote of weakness, numbness or an emergency into a comment."""

    kind: UrgentKind
    text: str

    @validator("kind", pre=True)
    def _what_is_no_emergency_is_an_escalation(cls, given: object) -> object:
        return given if given == "emergency" else "escalation"


class Rated(_Received):
    """The reply to feedback."""

    rating: str | None
    urgent: Urgent | None = None


class Refusal(_Received):
    """Why something was not done."""

    error: str
    urgent: Urgent | None = None

    @validator("error")
    def _it_is_one_line(cls, given: str) -> str:
        return " ".join(given.split())


class Starter(_Received):
    """A question that is offered at the start."""

    title: str
    payload: str


class Contact(_Received):
    """Whom people can reach at the organisation that runs the server."""

    name: str
    phone: str = ""
    url: str = ""
    hours: str = ""


class About(_Received):
    """What a server says of itself."""

    name: str
    version: str
    disclaimer: str
    starters: tuple[Starter, ...] = ()
    questions: tuple[str, ...] = ()
    days: int
    emergency_number: str
    crisis_line: str = ""
    crisis_phone: str | None = None
    contact: Contact | None = None
    comments: bool = False
    texts_read: bool = False
    safety_texts: dict[str, str] = Field(default_factory=dict)


class History(_Received):
    """What was said in a conversation, oldest turn first."""

    turns: tuple[Turn, ...] = Field(...)


def is_choice(button: Button) -> bool:
    """Say whether a button is a reply to choose, not a link to open."""
    return bool(button.payload) and not button.url


def as_json(turn: Turn) -> dict[str, Any]:
    """Return what a script gets of a turn."""
    shown = {"message", "texts", "bullets", "sources", "buttons", "outcome", "answer_ids"}
    given = turn.dict(include=shown | {"disclaimer"})
    return {name: given[name] for name in turn.__fields__ if name in given}
