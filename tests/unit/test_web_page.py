"""Filling the page in: no text of an operator gets out of the place it is for."""

from __future__ import annotations

import json
import random
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import CLINIC_SETTINGS
from twitchwise.about import About, Starter, about_installation
from twitchwise.errors import TwitchwiseError
from twitchwise.settings import Settings
from twitchwise.webpage.page import (
    SETTINGS_PLACE,
    TITLE_PLACE,
    fill_page,
    page_settings,
    settings_json,
)

TEMPLATE = f"""<!doctype html><html><head><title>{TITLE_PLACE}</title></head>
<body><main></main>{SETTINGS_PLACE}<script src="/chat/assets/w.js"></script></body></html>"""


class Parsed(HTMLParser):
    """What a browser would see: the tags, the title, and the block of data."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.comments: list[str] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self._inside = named.get("id") or tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.texts[self._inside] = self.texts.get(self._inside, "") + data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


TAGS = ["html", "head", "title", "body", "main", "script", "script"]


def about(**given: Any) -> About:
    return about_installation(
        Settings.parse_obj(given),
        version="1.2.3",
        starters=[Starter("Which foods?", "q:mg.foods")],
        disclaimer="General information.",
        questions=["Can it help?"],
        safety_texts={},
    )


# What the page is told.


def test_the_settings_of_an_installation() -> None:
    given = about(**CLINIC_SETTINGS)
    assert page_settings(given) == {
        "name": "Clinic helper",
        "version": "1.2.3",
        "api": "/webhooks/rest",
        "largestMessage": 1000,
        "days": 7,
        "emergencyNumber": "112",
        "emergencyPhone": "112",
        "crisisLine": "the Samaritans",
        "crisisPhone": "+44116123",
        "contact": {
            "name": "Clinic",
            "phone": "020 1234",
            "url": "https://clinic.example",
            "hours": "9 to 17",
        },
        "starters": [{"title": "Which foods?", "payload": "q:mg.foods"}],
        "disclaimer": "General information.",
        "comments": True,
        "textsRead": True,
    }


def test_what_an_installation_does_not_have_is_null() -> None:
    found = page_settings(about())
    assert (found["emergencyPhone"], found["crisisPhone"], found["contact"]) == (None, None, None)
    assert found["name"] == "Twitchwise"
    assert found["comments"] is False
    assert found["textsRead"] is False


# Where it stands.


def test_the_page_is_filled_in() -> None:
    page = fill_page(TEMPLATE, "Twitchwise & more", {"name": "ü"})
    seen = Parsed(page)
    assert seen.tags == TAGS
    assert seen.comments == []
    assert seen.texts["title"] == "Twitchwise & more"
    assert json.loads(seen.texts["settings"]) == {"name": "ü"}
    assert '<script type="application/json" id="settings">{' in page


PIECES = [
    *("</script>", "<script>", "<!--", "-->", "<!--<script>", "]]>", "</SCRIPT ", "</script\n"),
    *("<", ">", "&", "&lt;/script&gt;", '"', "'", "\\", "\\u003c", "\\\\u003c/script>", "`${x}`"),
    *("\u2028", "\u2029", "\0", "\x1b", "\r\n", "\ud83d", "\udc00", "🙂", "ü", "\ufeff", "\u202e"),
    *("<svg onload=alert(1)>", "</title>", "javascript:alert(1)", SETTINGS_PLACE, TITLE_PLACE),
    *("$&", "$1", "\\1", "{", "}", "%s", "{{", "]}", "null", "<![CDATA["),
]


def hostile() -> list[str]:
    """Return a hundred texts of which each tries to get out in another way."""
    chance = random.Random(7)
    mixed = ["".join(chance.choices(PIECES, k=chance.randint(2, 6))) for _ in range(200)]
    return sorted({*PIECES, *mixed})[:100]


@pytest.mark.parametrize("text", hostile())
def test_no_text_gets_out_of_the_block(text: str) -> None:
    content = {
        "name": text,
        text: [text, {"title": text}],
        "contact": {"hours": text},
    }
    page = fill_page(TEMPLATE, text, content)
    seen = Parsed(page)
    assert seen.tags == TAGS
    assert seen.comments == []
    assert json.loads(seen.texts["settings"]) == content
    block = page.split('id="settings">')[1].split("</script>")[0]
    assert not set(block) & set("<>&\u2028\u2029")
    assert block == settings_json(content)


def test_there_are_a_hundred_such_texts() -> None:
    assert len(hostile()) == 100


@given(st.text(alphabet=st.characters()), st.text())
def test_any_text_arrives_as_it_is(text: str, title: str) -> None:
    page = fill_page(TEMPLATE, title, {"text": text})
    seen = Parsed(page)
    assert seen.tags == TAGS
    assert json.loads(seen.texts["settings"]) == {"text": text}


@pytest.mark.parametrize(
    "template",
    [
        TEMPLATE.replace(SETTINGS_PLACE, ""),
        TEMPLATE.replace(TITLE_PLACE, ""),
        TEMPLATE + SETTINGS_PLACE,
        TEMPLATE + TITLE_PLACE,
        "",
    ],
)
def test_a_page_without_its_places_is_one_clear_line(template: str) -> None:
    with pytest.raises(TwitchwiseError, match="Mend: ") as raised:
        fill_page(template, "Twitchwise", {})
    assert "\n" not in str(raised.value)


def test_the_page_needs_no_rasa(root: Path) -> None:
    for file in (root / "twitchwise" / "webpage").glob("*.py"):
        assert "import rasa" not in (text := file.read_text("utf-8"))
        assert "from rasa" not in text
