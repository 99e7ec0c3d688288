"""Text is text: typed, in answers, and in settings."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hostile import HOSTILE
from tests.browser.watching import Watch
from tests.browser.widget import Widget
from tests.live.servers import Server
from twitchwise.channels.incoming import sender_of
from twitchwise.conversations.store import ConversationStore, KeptTurn

_DISCLAIMER = {"text": "General.", "metadata": {"utter_action": "utter_disclaimer"}}
#: Elements and attributes that our own code never makes from a text.
_FOREIGN = """(log) => [...log.querySelectorAll(".turn, .question")].flatMap((part) =>
  [...part.querySelectorAll("*")].filter((element) =>
    ["SCRIPT", "IMG", "IFRAME", "OBJECT", "EMBED", "VIDEO", "AUDIO", "STYLE", "LINK", "META",
     "BASE", "FORM", "INPUT", "DETAILS", "MARQUEE", "TEMPLATE", "MATH", "BODY"].includes(
       element.tagName.toUpperCase()) ||
    element.getAttributeNames().some((name) => name.startsWith("on") || name === "srcdoc")
  ).map((element) => element.outerHTML))"""
_BAD_LINKS = """(log) => [...log.querySelectorAll("a")].map((a) => a.getAttribute("href"))
  .filter((href) => !/^(https?|tel):/i.test(href ?? ""))"""


def test_a_hundred_hostile_texts_that_are_typed(widget: Widget, watch: Watch) -> None:
    for number, text in enumerate(HOSTILE):
        widget.send(text)
        expect(widget.replies).to_have_count(number + 1)
        shown = widget.questions.nth(number).inner_text()
        assert _letters(text) in _letters(shown), (text, shown)
    _nothing_happened(widget, watch)
    widget.page.reload()
    expect(widget.ready().replies).to_have_count(len(HOSTILE))
    assert _letters(HOSTILE[0]) in _letters(widget.questions.nth(0).inner_text())
    _nothing_happened(widget, watch)


def test_a_hundred_hostile_texts_in_content(
    context: BrowserContext, server: Server, watch: Watch
) -> None:
    """Each is an answer's text, bullet, source, address, button and plain text."""
    page = context.new_page()
    widget = Widget.opened(page, f"{server.client.url}/chat")
    widget.say("hello")
    store = ConversationStore(f"sqlite:///{server.store}")
    for number, text in enumerate(HOSTILE):
        store.keep(_hostile_turn(widget.conversation(), number, text))
    store.close()
    page.reload()
    expect(widget.ready().replies).to_have_count(len(HOSTILE) + 1)
    for number, text in enumerate(HOSTILE, start=1):
        shown = _letters(widget.replies.nth(number).inner_text())
        # Text, bullet, title, publisher, button, link, and the plain message.
        assert shown.count(_letters(text)) >= 6, (text, shown)
    _nothing_happened(widget, watch)
    # What looks like a button is one, and sends what it holds as a text.
    widget.replies.nth(1).get_by_role("button").first.click()
    expect(widget.replies).to_have_count(len(HOSTILE) + 2)
    _nothing_happened(widget, watch)


def _hostile_turn(conversation: str, number: int, text: str) -> KeptTurn:
    answer = {
        "answer_id": "x.y",
        "text": text,
        "bullets": [text],
        "sources": [{"title": text, "publisher": text, "url": text}],
        "reviewed": text,
        "confidence": "high",
    }
    messages = (
        {
            "text": text,
            "buttons": [
                {"title": text, "payload": text},
                {"title": text, "type": "web_url", "url": text},
            ],
            "metadata": {"answer": answer},
        },
        {"text": text, "metadata": {"utter_action": "utter_escalation"}},
        _DISCLAIMER,
    )
    at = datetime.now(timezone.utc)
    return KeptTurn(sender_of(conversation), f"hostile-{number}", at, text, messages)


def _letters(text: str) -> str:
    """Return a text without blanks and control characters, which browsers may fold."""
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace())


def _nothing_happened(widget: Widget, watch: Watch) -> None:
    assert widget.log.evaluate(_FOREIGN) == []
    assert widget.log.evaluate(_BAD_LINKS) == []
    watch.collect()
    watch.check()


@pytest.mark.parametrize("fragment", ["title=<img src=x onerror=alert(1)>", "color=red;x:y"])
def test_hostile_options_of_a_host(context: BrowserContext, server: Server, fragment: str) -> None:
    page: Page = context.new_page()
    widget = Widget.opened(page, f"{server.client.url}/chat#embed&{fragment}")
    expect(widget.root.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("header img").count() == 0
