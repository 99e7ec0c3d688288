"""Fills the page in: title, and the settings that its script reads."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from twitchwise.about import About
from twitchwise.errors import TwitchwiseError

SETTINGS_PLACE = "<!--settings-->"
TITLE_PLACE = "<!--title-->"
#: Where the page sends messages.
API = "/webhooks/rest"
#: Text cannot end the block of data, nor begin a comment in it.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}


def page_settings(about: About) -> dict[str, Any]:
    """Return what the page is told, by the names that its script reads."""
    return {
        "name": about.name,
        "version": about.version,
        "api": API,
        "largestMessage": about.largest_message,
        "days": about.days,
        "emergencyNumber": about.emergency_number,
        "emergencyPhone": about.emergency_phone,
        "crisisLine": about.crisis_line,
        "crisisPhone": about.crisis_phone,
        "contact": asdict(about.contact) if about.contact else None,
        "starters": [asdict(starter) for starter in about.starters],
        "disclaimer": about.disclaimer,
        "comments": about.comments,
        "textsRead": about.texts_read,
    }


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
