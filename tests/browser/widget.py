"""The widget as a person uses it: by the names of what is on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.live.servers import ROOT

#: An answer takes milliseconds; the rest is patience with a busy machine, in milliseconds.
PATIENCE = 20_000
_AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
#: Ends when no part of the embedding element moves any more.
_STAND_STILL = """(frame) => Promise.allSettled(
  frame.getRootNode().getAnimations().map((animation) => animation.finished)
).then(() => undefined)"""

expect.set_options(timeout=PATIENCE)


class Widget:
    """The chat, in a page of its own or in a frame of another one."""

    def __init__(self, page: Page, root: Page | FrameLocator) -> None:
        self.page = page
        self.root = root

    @classmethod
    def opened(cls, page: Page, url: str) -> Widget:
        """Open the full page and wait until one can type."""
        page.goto(url)
        return cls(page, page).ready()

    @classmethod
    def embedded(cls, page: Page, url: str) -> Widget:
        """Open somebody else's page, press the launcher, and wait until one can type."""
        page.goto(url)
        page.get_by_role("button", name="Open chat").click()
        widget = cls(page, page.frame_locator("twitchwise-chat iframe")).ready()
        # The panel rises for a moment; until then nothing stands where it belongs.
        page.locator("twitchwise-chat iframe").evaluate(_STAND_STILL)
        return widget

    def ready(self) -> Widget:
        """Wait until one can type."""
        expect(self.field).to_be_visible()
        return self

    @property
    def field(self) -> Locator:
        """Where one types."""
        return self.root.get_by_role("textbox", name="Your message")

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.root.get_by_role("log")

    @property
    def replies(self) -> Locator:
        """The assistant's turns that are complete."""
        return self.log.locator(".turn").filter(has=self.root.locator(".disclaimer"))

    @property
    def questions(self) -> Locator:
        """What the person said."""
        return self.log.locator(".question")

    @property
    def status(self) -> Locator:
        """The line that says how things stand."""
        return self.root.locator(".status")

    def button(self, name: str, exact: bool = True) -> Locator:
        """Return a button by its name."""
        return self.root.get_by_role("button", name=name, exact=exact)

    def say(self, text: str) -> Locator:
        """Type a message, press Enter, and wait for the whole reply; return it."""
        before = self.replies.count()
        self.send(text)
        expect(self.replies).to_have_count(before + 1)
        return self.replies.nth(before)

    def send(self, text: str) -> None:
        """Type a message and press Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def press(self, name: str) -> Locator:
        """Press a button that asks something; wait for the whole reply and return it."""
        before = self.replies.count()
        self.button(name).last.click()
        expect(self.replies).to_have_count(before + 1)
        return self.replies.nth(before)

    def menu(self, name: str) -> None:
        """Choose from the menu."""
        self.button("Menu").click()
        self.button(name).click()

    def forget(self) -> None:
        """Have the conversation forgotten."""
        self.menu("Forget this conversation")
        self.button("Delete it").click()
        expect(self.replies).to_have_count(0)

    def conversation(self) -> str:
        """Return the id of the conversation."""
        script = "() => Object.values(localStorage).find((value) => /^[\\w-]{24}$/.test(value))"
        return str(self.field.evaluate(script))


def downloaded(page: Page, act: Callable[[], None], folder: Path) -> str:
    """Do something that downloads a file; return its text."""
    with page.expect_download() as download:
        act()
    path = folder / "downloaded"
    download.value.save_as(path)
    return path.read_text(encoding="utf-8")


def violations_of(page: Page) -> list[str]:
    """Return what axe finds in a page and its frames, under WCAG 2.2 AA and good practice.

    The page needs a context with ``bypass_csp=True``.
    """
    script = _AXE.read_text(encoding="utf-8")
    found: list[str] = []
    for frame in page.frames:
        frame.evaluate(script)
    for frame in page.frames:
        results: dict[str, Any] = frame.evaluate(
            "() => axe.run(document, {iframes: false, resultTypes: ['violations']})"
        )
        found += [
            f"{one['id']}: {json.dumps([node['html'][:120] for node in one['nodes']])}"
            for one in results["violations"]
        ]
    return found


def without_policy(browser: Browser, **options: Any) -> Page:
    """Return a page into which axe can be put."""
    return browser.new_context(bypass_csp=True, **options).new_page()
