"""One line in somebody else's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.sites import HostSite
from tests.browser.watching import Watch
from tests.browser.widget import Widget
from tests.live.servers import Server


@pytest.fixture
def site(host_site: HostSite) -> Iterator[HostSite]:
    yield host_site
    host_site.attributes, host_site.hostile = "", False


def test_a_conversation_on_another_site(
    context: BrowserContext, site: HostSite, shoot: Callable[[Page, str], None]
) -> None:
    """Question, follow-up by button, "my foot is numb", thumbs, reload, forget."""
    page = context.new_page()
    widget = Widget.embedded(page, site.url)
    expect(widget.log).to_contain_text("It is not for emergencies")
    answer = widget.say("which foods have magnesium")
    expect(answer).to_contain_text("pumpkin seeds")
    shoot(page, "embedded")
    follow_up = widget.press("Signs of low magnesium")
    expect(widget.questions.last).to_contain_text("Signs of low magnesium")
    expect(follow_up.locator(".source").first).to_be_visible()
    escalation = widget.say("my foot is numb")
    expect(escalation.locator(".card").first).to_contain_text("See a doctor")
    thumb = follow_up.get_by_role("button", name="This answer helped", exact=True)
    thumb.click()
    expect(thumb).to_have_attribute("aria-pressed", "true")

    page.reload()
    page.get_by_role("button", name="Open chat").click()
    expect(widget.ready().replies).to_have_count(3)
    expect(widget.questions.nth(1)).to_contain_text("Signs of low magnesium")
    expect(
        widget.replies.nth(1).get_by_role("button", name="This answer helped", exact=True)
    ).to_have_attribute("aria-pressed", "true")

    widget.forget()
    page.reload()
    page.get_by_role("button", name="Open chat").click()
    expect(widget.ready().log).to_contain_text("Before you ask")
    expect(widget.questions).to_have_count(0)


def test_nothing_but_the_script_is_loaded_before_the_click(
    context: BrowserContext, site: HostSite, watch: Watch
) -> None:
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    paths = [request.url.split("/", 3)[3] for request in watch.requests]
    assert [path for path in paths if path.startswith("chat")] == ["chat/embed.js"]
    assert not page.context.cookies()


def test_the_hosts_rules_do_not_reach_in(context: BrowserContext, site: HostSite) -> None:
    site.hostile = True
    widget = Widget.embedded(context.new_page(), site.url)
    expect(widget.field).to_be_visible()
    launcher = widget.page.locator("twitchwise-chat .launcher")
    expect(launcher).to_be_visible()
    assert launcher.evaluate("(e) => getComputedStyle(e).color") != "rgb(255, 0, 0)"
    assert float(launcher.evaluate("(e) => e.getBoundingClientRect().width")) >= 44


def test_the_page_around_it_can_dress_it(context: BrowserContext, site: HostSite) -> None:
    site.attributes = (
        'data-color="#7a1f5c" data-side="left" data-title="Ask about cramps" '
        'data-greeting="Any questions?" data-language="nl"'
    )
    page = context.new_page()
    page.goto(site.url)
    launcher = page.locator("twitchwise-chat .launcher")
    assert launcher.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(122, 31, 92)"
    assert launcher.evaluate("(e) => e.getBoundingClientRect().left") < 100
    page.get_by_role("button", name="Any questions?").click()
    frame = page.frame_locator("twitchwise-chat iframe")
    expect(frame.get_by_role("heading", name="Ask about cramps")).to_be_visible()


def test_escape_closes_and_the_focus_goes_back(context: BrowserContext, site: HostSite) -> None:
    widget = Widget.embedded(context.new_page(), site.url)
    expect(widget.field).to_be_focused()
    widget.page.keyboard.press("Escape")
    launcher = widget.page.locator("twitchwise-chat .launcher")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(launcher).to_be_focused()
    widget.page.keyboard.press("Enter")
    expect(widget.field).to_be_focused()


def test_a_transformed_page_does_not_move_it(context: BrowserContext, site: HostSite) -> None:
    widget = Widget.embedded(context.new_page(), site.url)
    widget.page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("body { transform: translateZ(0); height: 5000px; }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    expect(widget.page.locator("twitchwise-chat .launcher")).to_be_in_viewport()
    expect(widget.button("Menu")).to_be_in_viewport()


def test_a_chat_that_cannot_be_shown(context: BrowserContext, site: HostSite, watch: Watch) -> None:
    watch.network_may_fail = True
    page = context.new_page()
    page.clock.install()
    page.route("**/chat", lambda route: route.abort())
    page.goto(site.url)
    page.get_by_role("button", name="Open chat").click()
    link = page.get_by_role("link", name="Open in a new tab")
    expect(link).to_have_attribute("href", f"{site.bot}/chat")
    page.clock.run_for(11_000)
    expect(page.get_by_role("status")).to_contain_text("cannot be reached right now")
    page.unroute("**/chat")
    page.get_by_role("button", name="Try again").click()
    expect(page.frame_locator("twitchwise-chat iframe").get_by_role("log")).to_be_visible()


def test_it_fills_a_phone(
    phone: BrowserContext, site: HostSite, shoot: Callable[[Page, str], None]
) -> None:
    page = phone.new_page()
    widget = Widget.embedded(page, site.url)
    box = page.locator("twitchwise-chat iframe").bounding_box()
    assert box is not None
    sides = (box["x"], box["y"], box["width"], box["height"])
    assert [round(side) for side in sides] == [0, 0, 375, 667]
    # On a phone, Enter begins a line.
    widget.field.fill("can dehydration cause leg twitching")
    widget.button("Send").tap()
    expect(widget.replies).to_have_count(1)
    shoot(page, "phone")
    inner = widget.root.locator("html")
    assert inner.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    widget.button("Close chat").tap()
    expect(page.locator("twitchwise-chat iframe")).to_be_hidden()


def test_the_demo_page(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    widget = Widget.embedded(page, f"{server.client.url}/chat/demo")
    expect(widget.say("foods with potassium")).to_contain_text("banana")
