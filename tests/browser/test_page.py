"""The full page: what people see and can do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.watching import Watch
from tests.browser.widget import PATIENCE, Widget, downloaded
from tests.live.servers import Server

DISCLAIMER = "This is general information. It is no substitute for professional medical advice."


def test_before_the_first_message(widget: Widget, shoot: Callable[[Page, str], None]) -> None:
    log = widget.log
    expect(log).to_contain_text("It is not for emergencies")
    expect(log).to_contain_text("kept on this server for 30 days")
    expect(widget.root.locator("header")).to_contain_text("Not for emergencies")
    shoot(widget.page, "notice")
    answer = widget.press("Why do muscles twitch?")
    expect(answer.locator(".source").first).to_be_visible()
    expect(widget.root.locator("header")).to_contain_text("Not for emergencies")


def test_an_answer(widget: Widget, shoot: Callable[[Page, str], None]) -> None:
    answer = widget.say("wat vitamin for foot twiching")
    expect(answer.locator("ul > li").first).to_contain_text("magnesium")
    expect(answer.locator(".sources")).to_contain_text("Checked on")
    expect(answer.locator(".disclaimer")).to_have_text(DISCLAIMER)
    size = answer.locator(".disclaimer").evaluate("(e) => getComputedStyle(e).fontSize")
    assert float(size.removesuffix("px")) >= 12
    expect(widget.field).to_have_text("")
    shoot(widget.page, "desktop")


def test_at_night(
    context: BrowserContext, server: Server, shoot: Callable[[Page, str], None]
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 420, "height": 760})
    widget = Widget.opened(page, f"{server.client.url}/chat")
    widget.say("can stress make my eyelid twitch")
    background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    levels = [int(level) for level in re.findall(r"\d+", background)[:3]]
    assert max(levels) < 80, background
    shoot(page, "dark")


def test_links_open_apart(widget: Widget) -> None:
    answer = widget.say("how much magnesium a day")
    links = answer.locator(".sources a")
    expect(links.first).to_be_visible()
    for link in links.all():
        assert (link.get_attribute("href") or "").startswith(("http://", "https://"))
        assert "noopener" in (link.get_attribute("rel") or "")
        assert link.get_attribute("target") == "_blank"


@pytest.mark.parametrize(
    ("said", "kind", "word"),
    [
        ("my foot is numb", "escalation", "See a doctor"),
        ("my left arm is suddenly weak and my face droops", "emergency", "Emergency"),
        ("what is tetany, could it be weakness", "conditional", "When to see a doctor"),
    ],
)
def test_signs_are_set_apart_by_word_icon_and_border(
    widget: Widget, said: str, kind: str, word: str, shoot: Callable[[Page, str], None]
) -> None:
    card = widget.say(said).locator(f".card.{kind}")
    expect(card.get_by_role("heading", name=word)).to_be_visible()
    expect(card.locator("h3 svg")).to_be_visible()
    assert float(card.evaluate("(e) => parseFloat(getComputedStyle(e).borderInlineStartWidth)")) > 2
    if kind != "conditional":
        shoot(widget.page, kind)


def test_thumbs(widget: Widget, server: Server) -> None:
    answer = widget.say("foods with calcium")
    up = answer.get_by_role("button", name="This answer helped", exact=True)
    down = answer.get_by_role("button", name="This answer did not help", exact=True)

    def stored() -> str | None:
        turns = server.client.history(widget.conversation())
        rating: str | None = turns[0]["rating"]
        return rating

    for thumb, expected in ((up, "up"), (down, "down"), (down, None)):
        thumb.click()
        pressed = "true" if expected else "false"
        expect(thumb).to_have_attribute("aria-pressed", pressed)
        expect(answer.locator(".thanks")).to_have_text("Thank you." if expected else "")
        assert stored() == expected


def test_downloads_hold_everything(widget: Widget, tmp_path: Path) -> None:
    widget.say("which foods have magnesium")
    widget.say("my foot is numb")
    text = downloaded(widget.page, lambda: widget.menu("Download as text"), tmp_path)
    for part in ("which foods have magnesium", "pumpkin seeds", "Source", "my foot is numb"):
        assert part in text
    assert text.count(DISCLAIMER) == 2
    written = downloaded(widget.page, lambda: widget.menu("Download as JSON"), tmp_path)
    turns = json.loads(written)["turns"]
    assert [turn["message"] for turn in turns] == ["which foods have magnesium", "my foot is numb"]
    assert DISCLAIMER in json.dumps(turns)
    assert "sources" in json.dumps(turns)


def test_copying(context: BrowserContext, widget: Widget) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    widget.say("which foods have magnesium")
    widget.menu("Copy conversation")
    expect(widget.status).to_have_text("Copied.")
    assert "pumpkin seeds" in widget.page.evaluate("() => navigator.clipboard.readText()")


def test_about(widget: Widget, server: Server) -> None:
    widget.menu("About and help by phone")
    dialog = widget.root.get_by_role("dialog", name="About and help by phone")
    expect(dialog).to_contain_text("a crisis line of your country")
    expect(dialog.get_by_role("heading", name="About and help by phone")).to_be_focused()
    licences = dialog.get_by_role("link", name="Licences").get_attribute("href")
    assert "deep-chat 2.4.2 (MIT)" in server.client.get(licences or "").text
    widget.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(widget.button("Menu")).to_be_focused()


def test_start_again(widget: Widget) -> None:
    widget.say("which foods have magnesium")
    before = widget.replies.count()
    widget.menu("Start again")
    expect(widget.replies).to_have_count(before + 1)
    expect(widget.questions.last).to_contain_text("Start again")
    expect(widget.replies.last).to_contain_text("we start afresh")
    expect(widget.replies.last.locator(".disclaimer")).to_be_visible()


def test_the_conversation_survives_a_reload(widget: Widget) -> None:
    widget.say("wat vitamin for foot twiching")
    widget.page.reload()
    expect(widget.ready().replies).to_have_count(1)
    expect(widget.say("and which foods have it?")).to_contain_text("leafy greens")


def test_two_tabs_are_one_conversation(
    context: BrowserContext, widget: Widget, server: Server
) -> None:
    widget.say("which foods have magnesium")
    other = Widget.opened(context.new_page(), f"{server.client.url}/chat")
    expect(other.replies).to_have_count(1)
    other.say("and calcium?")
    expect(widget.replies).to_have_count(2)
    expect(widget.questions.last).to_contain_text("and calcium?")
    widget.forget()
    expect(other.replies).to_have_count(0)
    other.say("hello")
    expect(widget.replies).to_have_count(1)


def test_forgetting_really_deletes(widget: Widget, server: Server) -> None:
    widget.say("which foods have magnesium")
    conversation = widget.conversation()
    assert len(server.client.history(conversation)) == 1
    widget.menu("Forget this conversation")
    widget.button("Keep it").click()
    expect(widget.replies).to_have_count(1)
    widget.forget()
    expect(widget.field).to_be_focused()
    expect(widget.log).to_contain_text("Before you ask")
    assert server.client.history(conversation) == []
    assert widget.conversation() != conversation


def test_the_conversations_id_is_in_no_address(widget: Widget, watch: Watch) -> None:
    widget.say("which foods have magnesium")
    conversation = widget.conversation()
    assert len(conversation) == 24
    addresses = [request.url for request in watch.requests]
    assert addresses
    assert not any(conversation in address for address in addresses)


def test_keyboard_alone(widget: Widget) -> None:
    page = widget.page
    page.keyboard.press("Tab")
    seen = []
    for _ in range(12):
        name = _focused(page)
        seen.append(name)
        if name == "Your message":
            break
        page.keyboard.press("Tab")
    assert "Menu" in seen
    assert seen[-1] == "Your message"
    page.keyboard.type("which foods have magnesium")
    page.keyboard.press("Enter")
    expect(widget.replies).to_have_count(1)
    expect(widget.field).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if _focused(page) == "Signs of low magnesium":
            break
    page.keyboard.press("Enter")
    expect(widget.replies).to_have_count(2)
    for _ in range(40):
        if _focused(page) == "Menu":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert _focused(page) == "Start again"
    page.keyboard.press("Escape")
    assert _focused(page) == "Menu"


def _focused(page: Page) -> str:
    """Return the name of what has the focus, in the shadow tree, too."""
    script = """() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute("aria-label") || element?.textContent.trim() || "";
    }"""
    return str(page.evaluate(script))


def test_screen_readers_hear_what_is_new_and_not_the_history(widget: Widget) -> None:
    expect(widget.log).to_have_attribute("aria-live", "polite")
    widget.say("which foods have magnesium")
    widget.page.add_init_script(
        """window.__live = [];
        new MutationObserver(() => {
          const log = document.querySelector("deep-chat")?.shadowRoot?.querySelector("#messages");
          const turns = log?.querySelectorAll(".turn").length ?? 0;
          if (turns) window.__live.push(log.getAttribute("aria-live"));
        }).observe(document, {childList: true, subtree: true});
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (options) {
          const root = attach.call(this, options);
          new MutationObserver(() => {
            const log = root.querySelector("#messages");
            if (log?.querySelector(".turn")) window.__live.push(log.getAttribute("aria-live"));
          }).observe(root, {childList: true, subtree: true});
          return root;
        };"""
    )
    widget.page.reload()
    expect(widget.ready().replies).to_have_count(1)
    first = widget.page.evaluate("() => window.__live")
    assert first and set(first) == {"off"}
    expect(widget.log).to_have_attribute("aria-live", "polite")


def test_large_type_needs_no_sideways_scrolling(context: BrowserContext, server: Server) -> None:
    """A window of 640 by 400 has the room of one of 1280 by 800 at 200 %; 320 is 400 %."""
    page = context.new_page()
    widget = Widget.opened(page, f"{server.client.url}/chat")
    widget.say("wat vitamin for foot twiching")
    widget.say("my foot is numb")
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 400})
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert _fits(widget.log)
        expect(widget.field).to_be_in_viewport()


def _fits(log: Locator) -> bool:
    return bool(log.evaluate("(e) => e.scrollWidth <= e.clientWidth"))


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (360, 640, "I have been worried for weeks and slept badly. " * 12 + "i can't breathe"),
        (320, 256, "i can't breathe and my chest hurts"),
        (1100, 760, "my foot twitches and it keeps me awake. " * 300 + "i can't breathe"),
    ],
    ids=["a phone", "400 %", "a very long message"],
)
def test_an_emergency_is_in_sight(
    context: BrowserContext, server: Server, width: int, height: int, said: str
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    widget = Widget.opened(page, f"{server.client.url}/chat")
    card = widget.say(said).locator(".card.emergency")
    expect(card.get_by_role("heading", name="Emergency")).to_be_in_viewport()
    # The list of messages scrolls a moment after the reply is there.
    page.wait_for_function(
        """([log, card]) => {
          const [around, shown] = [log, card].map((e) => e.getBoundingClientRect());
          return shown.top < around.top + around.height * 0.6;
        }""",
        arg=[widget.log.element_handle(), card.element_handle()],
        timeout=PATIENCE,
    )


def test_right_to_left_text(widget: Widget) -> None:
    widget.say("عضلاتي ترتعش")
    direction = widget.questions.last.locator("p").evaluate("(e) => getComputedStyle(e).direction")
    assert direction == "rtl"
    expect(widget.replies.last).to_contain_text("I only understand English")


def test_motion_is_reduced_where_people_ask_for_it(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    widget = Widget.opened(page, f"{server.client.url}/chat")
    widget.say("hello")
    moving = page.evaluate(
        "() => document.getAnimations().filter((a) => a.playState === 'running').length"
    )
    assert moving == 0


def test_health_text_stays_and_browsers_are_sent_to_the_page(server: Server) -> None:
    assert server.client.get("/").text.startswith("Hello from Rasa")
    sent = server.client.get("/", Accept="text/html,application/xhtml+xml")
    assert (sent.status_code, sent.headers["location"]) == (302, "/chat")
