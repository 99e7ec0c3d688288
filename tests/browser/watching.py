"""Watches what pages ask for and complain of."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_OURS = {"127.0.0.1", "localhost"}
_REPORT = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
window.__executed = [];
window.alert = (text) => window.__executed.push(String(text));
"""


class Watch:
    """Requests to others, violations of the content security policy, scripts that ran, errors."""

    def __init__(self) -> None:
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.violations: list[str] = []
        self.requests: list[Request] = []
        self._pages: list[Page] = []
        #: Set where a test breaks the network on purpose.
        self.network_may_fail = False

    def look_at(self, context: BrowserContext) -> None:
        """Watch all pages of a browser from now on."""
        context.add_init_script(_REPORT)
        context.on("request", self._requested)
        context.on("console", self._complained)
        context.on("page", lambda page: self._pages.append(page))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _requested(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _OURS:
            self.strangers.append(request.url)

    def _complained(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def collect(self) -> None:
        """Take note of what the open pages' policies blocked, and of each script that ran."""
        for page in self._pages:
            for frame in [] if page.is_closed() else page.frames:
                self.violations += frame.evaluate("() => window.__violations ?? []")
                self.violations += frame.evaluate("() => window.__executed ?? []")

    def check(self) -> None:
        """Nobody else was asked, nothing was blocked, nothing ran, nothing failed."""
        assert not self.strangers
        assert not self.violations
        unexpected = [e for e in self.errors if not (self.network_may_fail and _is_network(e))]
        assert not unexpected, unexpected


def _is_network(error: str) -> bool:
    return "Failed to load resource" in error or "net::ERR" in error
