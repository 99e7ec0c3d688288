"""Somebody else's site, which embeds the widget with one line."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.live.servers import free_port

#: Rules that would spoil the widget if they reached it.
_HOSTILE_CSS = """
* { color: red !important; font-size: 3px !important; letter-spacing: 9px !important; }
button, iframe, div { display: none !important; }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A site of somebody else</title>
{style}<script src="{bot}/chat/embed.js" defer {attributes}></script>
</head><body><main><h1>A site of somebody else</h1><p>Some words.</p></main></body></html>
"""


class HostSite:
    """A web site on ``localhost``, while the bot is on 127.0.0.1: another site for a browser.

    Its content security policy allows nothing but the bot's script and frame.
    """

    def __init__(self, bot: str) -> None:
        self._port = free_port()
        self.bot = bot
        self.attributes = ""
        self.hostile = False
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind = site.file(self.path)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header(
                    "Content-Security-Policy",
                    f"default-src 'none'; script-src {bot}; frame-src {bot}; style-src 'self'",
                )
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Write nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"http://localhost:{self._port}/"

    def file(self, path: str) -> tuple[bytes, str]:
        """Return the body and the type of a file."""
        if path.endswith(".css"):
            return _HOSTILE_CSS.encode(), "text/css"
        style = '<link rel="stylesheet" href="/hostile.css">' if self.hostile else ""
        page = _PAGE.format(bot=self.bot, attributes=self.attributes, style=style)
        return page.encode(), "text/html; charset=utf-8"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
