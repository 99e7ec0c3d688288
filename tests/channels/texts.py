"""Texts of the domain, and what people read, in one form that can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from tests.channels.fakes.server import Sent
from twitchwise.dialogue.responses import project_responses

#: By SMS, typographic marks have plain equivalents.
_MARKS = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "…": "...",
    "•": "-",
    "`": "'",
}
_LEADS = ("utter_emergency", "utter_escalation")
_VARIANTS = ("", "_other", "_child", "_again", "_other_again", "_child_again", "_crisis")


def plain(text: str) -> str:
    """Return a text with single blanks and plain marks."""
    for mark, simple in _MARKS.items():
        text = text.replace(mark, simple)
    return " ".join(text.split())


def reading(sent: Sequence[Sent]) -> str:
    """Return what a person reads in these messages."""
    return plain(" ".join(one.text for one in sent))


def text_of(response: str) -> str:
    """Return a text of the domain."""
    return plain(project_responses().message_of(response)["text"])


def first_line(response: str) -> str:
    """Return the first line of a text of the domain; nothing where there is no such text."""
    lines = str(project_responses().message_of(response)["text"]).splitlines()
    return plain(lines[0]) if lines else ""


def is_complete(sent: Sequence[Sent]) -> bool:
    """Say whether a reply is over: its disclaimer has come."""
    return bool(sent) and reading(sent[-1:]).endswith(text_of("utter_disclaimer"))


def is_urgent(sent: Sequence[Sent]) -> bool:
    """Say whether an emergency or escalation stands first, and the disclaimer last."""
    leads = (first_line(lead + variant) for lead in _LEADS for variant in _VARIANTS)
    return is_complete(sent) and reading(sent).startswith(tuple(lead for lead in leads if lead))


def is_urgent_texts(texts: Sequence[str]) -> bool:
    """Say the same of plain texts."""
    return is_urgent([Sent("", text) for text in texts])
