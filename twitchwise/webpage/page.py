"""Fills the page in: title, and the settings that its script reads."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twitchwise.errors import TwitchwiseError
from twitchwise.settings import PHONE, Settings

SETTINGS_PLACE = "<!--settings-->"
TITLE_PLACE = "<!--title-->"
#: Where the page sends messages.
API = "/webhooks/rest"
#: Text cannot end the block of data, nor begin a comment in it.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}


@dataclass(frozen=True)
class Starter:
    """A question that the page offers at the start: what stands on it, and what it sends."""

    title: str
    payload: str


def page_settings(
    given: Settings,
    *,
    version: str,
    starters: Sequence[Starter],
    disclaimer: str,
) -> dict[str, Any]:
    """Return what the page is told.

    Args:
        given: the settings of the installation.
        version: the version of Twitchwise.
        starters: the questions that are offered at the start.
        disclaimer: the text that stands under every turn.
    """
    return {
        "name": given.assistant_name,
        "version": version,
        "api": API,
        "largestMessage": given.largest_message,
        "days": given.conversation_days,
        "emergencyNumber": given.emergency_number,
        "emergencyPhone": phone_number(given.emergency_number),
        "crisisLine": given.crisis_line,
        "crisisPhone": phone_number(given.crisis_phone),
        "contact": _contact(given),
        "starters": [{"title": one.title, "payload": one.payload} for one in starters],
        "disclaimer": disclaimer,
        "comments": given.feedback_texts,
        # People are told where texts of theirs may be read.
        "textsRead": given.feedback_texts or given.escalation_texts,
    }


def phone_number(text: str) -> str | None:
    """Return the digits to call, or nothing where the text is not just a number."""
    return re.sub(r"[^\d+]", "", text) if text and re.fullmatch(PHONE, text) else None


def fill_page(template: str, title: str, told: Mapping[str, Any]) -> str:
    """Return the page with its title and settings.

    Args:
        template: the built page.
        title: its title.
        told: what its script reads, see :func:`page_settings`.

    Raises:
        TwitchwiseError: the page has no place for them.
    """
    for place in (TITLE_PLACE, SETTINGS_PLACE):
        if template.count(place) != 1:
            raise TwitchwiseError(
                f"The built web page does not have {place} once. "
                "Mend: correct web/src/widget/chat.html, and run 'twitchwise build-web'."
            )
    block = f'<script type="application/json" id="settings">{settings_json(told)}</script>'
    # The title first: its brackets are escaped, so that it cannot hold the other place.
    return template.replace(TITLE_PLACE, html.escape(title)).replace(SETTINGS_PLACE, block)


def settings_json(told: Mapping[str, Any]) -> str:
    """Return JSON that can stand in a ``<script>``: no text in it ends the block."""
    # ASCII: U+2028 and U+2029 end lines in old scripts, and a lone surrogate has no UTF-8.
    written = json.dumps(told, ensure_ascii=True, separators=(",", ":"))
    # Only the texts in it hold these letters.
    return written.translate(_ESCAPES)


def _contact(given: Settings) -> dict[str, str] | None:
    if not given.contact_name:
        return None
    return {
        "name": given.contact_name,
        "phone": given.contact_phone,
        "url": given.contact_url,
        "hours": given.contact_hours,
    }
