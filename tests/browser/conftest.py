"""The system's Chromium, driven by Playwright, and what it looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from benchmarks.machine import chromium
from tests.browser.sites import HostSite
from tests.browser.watching import Watch
from tests.browser.widget import Widget
from tests.live.servers import ROOT, Plan, Server

_FLAGS = (
    # The tests may run as root, where Chromium has no sandbox.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Chromium's own calls home are none of the page's.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
#: Enough for a page, and a quarter of the bytes.
_COLORS = 96
DESKTOP: ViewportSize = {"width": 1100, "height": 760}
PHONE: ViewportSize = {"width": 375, "height": 667}


def _chromium() -> str:
    found = chromium()
    if not found and os.environ.get("CI"):
        pytest.fail("There is no Chromium, and in CI the browser tests must run.")
    if not found:
        pytest.skip("There is no Chromium. Install your system's chromium package.")
    return found


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return _chromium()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=list(_FLAGS))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The bot as people start it; it stays the same for all tests that do not harm it."""
    plan = Plan(
        ROOT,
        lambda port: ["-m", "twitchwise.cli", "serve", "--port", str(port)],
        ready="is ready",
        # A hundred hostile texts in a minute are no flood here; limits have tests of their own.
        variables={"TWITCHWISE_MESSAGES_PER_MINUTE": "0"},
    )
    started = Server(plan, tmp_path_factory.mktemp("browser"))
    yield started
    stopped = started.stop()
    assert not stopped.left, f"still running after Ctrl-C: {stopped.left}"


@pytest.fixture(scope="session")
def host_site(server: Server) -> Iterator[HostSite]:
    """Somebody else's site, of another origin, that embeds the widget."""
    site = HostSite(server.client.url)
    yield site
    site.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What pages asked for and complained of; each test ends with a look at it."""
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture
def context(browser: Browser, watch: Watch) -> Iterator[BrowserContext]:
    """A person's browser, with nothing in it."""
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True)
    watch.look_at(context)
    yield context
    watch.collect()
    context.close()


@pytest.fixture
def widget(context: BrowserContext, server: Server) -> Widget:
    """The full page, open."""
    return Widget.opened(context.new_page(), f"{server.client.url}/chat")


@pytest.fixture
def phone(browser: Browser, watch: Watch) -> Iterator[BrowserContext]:
    """A person's phone."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    watch.look_at(context)
    yield context
    watch.collect()
    context.close()


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[[Page, str], None]:
    """Take a picture for the documentation, where the variable asks for it."""
    for_docs = bool(os.environ.get("TWITCHWISE_SCREENSHOTS"))
    folder = ROOT / "docs" / "images" if for_docs else tmp_path

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path, scale="css", animations="disabled", caret="hide")
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(_COLORS)
        small.save(path, optimize=True)

    return take
