"""The web page: ``/chat``, the script that other sites embed, and a demo of that.

It handles no message, so there is nothing to guard: the page talks to
:mod:`twitchwise.channels.http` like any other client.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.about import project_about
from twitchwise.channels.guard import Handler
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import built_web_folder
from twitchwise.settings import settings
from twitchwise.webpage.files import File, page_file, read_built_page, reply_to
from twitchwise.webpage.page import fill_page, page_settings
from twitchwise.webpage.policy import (
    demo_headers,
    page_headers,
    shared_headers,
    text_headers,
)

logger = logging.getLogger(__name__)

ADDRESS = "/chat"
NOT_BUILT = (
    "The page is not built: run 'make serve', or 'twitchwise build-web' and start the bot again."
)
_METHODS = ["GET", "HEAD"]


class WebChannel(InputChannel):
    """Serves the built web page from memory."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "chat"

    def url_prefix(self) -> str:
        """Return the page's address; as it is absolute, Rasa puts nothing before it."""
        return ADDRESS

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the page; no message comes from here."""
        routes = Blueprint("twitchwise_web", __name__)
        files = files_or_nothing()

        # One route: what is not among the files in memory is not there.
        @routes.route("/", methods=_METHODS)
        @routes.route("/<name:path>", methods=_METHODS)
        async def send(request: Request, name: str = "") -> HTTPResponse:
            if files is None:
                return _text(503, NOT_BUILT)
            file = files.get(name.rstrip("/"))
            return _text(404, "There is no such page.") if file is None else _sent(request, file)

        @routes.listener("before_server_start")
        async def lead_browsers_to_the_page(app: Sanic, _: Any) -> None:
            # Not a route: "/" is Rasa's own, and monitors that ask there are to find it as it was.
            app.register_middleware(_to_the_page, "request")

        return routes


def files_or_nothing() -> Mapping[str, File] | None:
    """Return the page's files by path; where they cannot be used, log why and return nothing."""
    try:
        return site_files()
    except TwitchwiseError as error:
        logger.error("%s", error)
        return None


def site_files() -> dict[str, File]:
    """Return all that the page's address holds, by path beneath it.

    Raises:
        TwitchwiseError: the page is not built, or not as it should be.
    """
    built = read_built_page(built_web_folder(), shared_headers())
    about = project_about()
    page = fill_page(built.page, about.name, page_settings(about))
    return {
        **built.files,
        "": page_file(page, page_headers(settings().embed_origins.split())),
        "demo": page_file(built.demo, demo_headers()),
    }


async def _to_the_page(request: Request) -> HTTPResponse | None:
    """Lead who opens the server's address in a browser to the page."""
    if request.path == "/" and request.method in _METHODS:
        accepted = ",".join(request.headers.getall("accept", []))
        if "text/html" in accepted:
            return response.redirect(ADDRESS, headers={"Vary": "Accept"})
    return None


def _sent(request: Request, file: File) -> HTTPResponse:
    reply = reply_to(
        file,
        # A header may come in several lines.
        ",".join(request.headers.getall("accept-encoding", [])),
        ",".join(request.headers.getall("if-none-match", [])),
    )
    return response.raw(reply.body, reply.status, reply.headers, reply.content_type)


def _text(status: int, line: str) -> HTTPResponse:
    headers = {**text_headers(), "Cache-Control": "no-store"}
    return response.text(line, status, headers)
