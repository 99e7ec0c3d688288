"""axe finds nothing in any state, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.sites import HostSite
from tests.browser.widget import Widget, violations_of
from tests.live.servers import Server

SCHEMES = ("light", "dark")
Scheme = Literal["light", "dark"]


@pytest.fixture(params=SCHEMES)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page into which axe can be put: the policy of the site forbids it."""
    scheme: Scheme = request.param
    context = browser.new_context(bypass_csp=True, viewport=DESKTOP, color_scheme=scheme)
    yield context.new_page()
    context.close()


@pytest.fixture
def widget(page: Page, server: Server) -> Widget:
    return Widget.opened(page, f"{server.client.url}/chat")


def test_axe_sees_what_is_wrong(page: Page, server: Server) -> None:
    widget = Widget.opened(page, f"{server.client.url}/chat")
    widget.field.evaluate("(e) => e.removeAttribute('aria-label')")
    page.evaluate("() => document.body.append(document.createElement('button'))")
    assert any("button-name" in violation for violation in violations_of(page))


def test_notice(widget: Widget) -> None:
    expect(widget.log).to_contain_text("Before you ask")
    assert violations_of(widget.page) == []


def test_answer(widget: Widget) -> None:
    answer = widget.say("wat vitamin for foot twiching, and which foods have magnesium")
    answer.get_by_role("button", name="This answer helped", exact=True).click()
    assert violations_of(widget.page) == []


@pytest.mark.parametrize("said", ["my foot is numb", "i can't breathe", "what is tetany"])
def test_escalation(widget: Widget, said: str) -> None:
    widget.say(said)
    assert violations_of(widget.page) == []


def test_error(widget: Widget) -> None:
    widget.page.route("**/turn", lambda route: route.fulfill(status=400, body="{}"))
    widget.send("hello")
    expect(widget.log.locator(".trouble")).to_be_visible()
    assert violations_of(widget.page) == []


def test_on_its_way(widget: Widget) -> None:
    widget.page.route("**/turn", lambda route: None)
    widget.send("hello")
    expect(widget.log).to_contain_text("The assistant is typing")
    assert violations_of(widget.page) == []


def test_menu(widget: Widget) -> None:
    widget.button("Menu").click()
    assert violations_of(widget.page) == []


def test_dialogs(widget: Widget) -> None:
    widget.menu("Forget this conversation")
    assert violations_of(widget.page) == []
    widget.button("Keep it").click()
    widget.menu("About and help by phone")
    assert violations_of(widget.page) == []


def test_embedded(page: Page, host_site: HostSite) -> None:
    widget = Widget.embedded(page, host_site.url)
    widget.say("which foods have magnesium")
    assert violations_of(page) == []


def test_phone(page: Page, server: Server) -> None:
    page.set_viewport_size(PHONE)
    widget = Widget.opened(page, f"{server.client.url}/chat")
    widget.say("my foot is numb")
    assert violations_of(page) == []


def test_demo_page(page: Page, server: Server) -> None:
    page.goto(f"{server.client.url}/chat/demo")
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    assert violations_of(page) == []
