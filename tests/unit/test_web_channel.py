"""The web page over HTTP: its addresses, beside Rasa's own, in an app as Rasa makes it."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import rasa.core.run
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.touchup import TouchUp

from twitchwise import __version__
from twitchwise.channels import web
from twitchwise.channels.web import WebChannel, files_or_nothing
from twitchwise.settings import settings

pytestmark = pytest.mark.filterwarnings("ignore:You have set a listener")

SETTINGS = '<script type="application/json" id="settings">'
PAGE = "<!doctype html><title><!--title--></title><!--settings-->"


def build_page(folder: Path) -> Path:
    """Put a small built page into the folder."""
    (folder / "assets").mkdir(parents=True)
    (folder / "chat.html").write_text(PAGE, encoding="utf-8")
    (folder / "demo.html").write_text("<p>A clinic</p>", encoding="utf-8")
    script = folder / "assets" / "widget-AB12.js"
    for file in (folder / "embed.js", script):
        file.write_text(f"/* {file.name} */", encoding="utf-8")
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    return folder


class Other(InputChannel):
    """Another channel, where Rasa puts one."""

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, _: object) -> Blueprint:
        routes = Blueprint("other")

        @routes.route("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        return routes


def allow_one_more_app(patch: pytest.MonkeyPatch) -> None:
    """Let another test of this process start an app too, before this one or after it.

    A start rewrites methods of Sanic's classes, which works once.
    """
    if getattr(Sanic, "__touched__", False):
        patch.setattr(TouchUp, "run", lambda _: None)
        return
    for target, name in TouchUp._registry:
        patch.setattr(target, name, getattr(target, name))
        patch.setattr(target, "__touched__", False, raising=False)


def make_app(channel: WebChannel) -> Sanic:
    """Return an app as the Rasa server makes it, ready to answer."""
    app = rasa.core.run.configure_app([Other(), channel], enable_api=False)

    async def start() -> None:
        await app._startup()
        await app._server_event("init", "before", asyncio.get_running_loop())

    asyncio.run(start())
    return app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sanic]:
    folder = build_page(tmp_path_factory.mktemp("built") / "web")
    with pytest.MonkeyPatch.context() as patch:
        allow_one_more_app(patch)
        patch.setattr(web, "built_web_folder", lambda: folder)
        patch.setenv("TWITCHWISE_ASSISTANT_NAME", "Clinic & </script>")
        patch.setenv("TWITCHWISE_EMBED_ORIGINS", "https://clinic.example")
        settings.cache_clear()
        made = make_app(WebChannel())
        yield made
    settings.cache_clear()
    del Sanic._app_registry[made.name]


@pytest.fixture
async def browser(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as made:
        yield made


@pytest.mark.parametrize("address", ["/chat", "/chat/"])
async def test_the_page(browser: httpx.AsyncClient, address: str) -> None:
    reply = await browser.get(address)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["cache-control"] == "no-cache"
    policy = reply.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://clinic.example")
    assert "<title>Clinic &amp; &lt;/script&gt;</title>" in reply.text
    told = json.loads(reply.text.split(SETTINGS)[1].split("</script>")[0])
    assert told["name"] == "Clinic & </script>"
    assert (told["version"], told["api"]) == (__version__, "/webhooks/rest")
    assert told["largestMessage"] == 200_000


async def test_the_texts_on_the_page_are_those_of_the_domain(browser: httpx.AsyncClient) -> None:
    reply = await browser.get("/chat")
    told = json.loads(reply.text.split(SETTINGS)[1].split("</script>")[0])
    assert "professional medical advice" in told["disclaimer"]
    assert {"title": "Why do muscles twitch?", "payload": "q:tw.causes"} in told["starters"]
    assert all(set(starter) == {"title", "payload"} for starter in told["starters"])


@pytest.mark.parametrize("address", ["/chat/demo", "/chat/demo/"])
async def test_the_demo(browser: httpx.AsyncClient, address: str) -> None:
    reply = await browser.get(address)
    assert (reply.status_code, reply.text) == (200, "<p>A clinic</p>")
    assert "frame-src 'self'" in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("address", "caching"),
    [
        ("/chat/embed.js", "public, max-age=300"),
        ("/chat/assets/widget-AB12.js", "public, max-age=31536000, immutable"),
    ],
)
async def test_a_script(browser: httpx.AsyncClient, address: str, caching: str) -> None:
    reply = await browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert reply.status_code == 200
    assert reply.text == f"/* {address.rsplit('/', 1)[1]} */"
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["vary"] == "Accept-Encoding"
    assert reply.headers["cache-control"] == caching
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"

    plain = await browser.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == reply.text

    again = await browser.get(
        address,
        headers={"Accept-Encoding": "gzip", "If-None-Match": reply.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == reply.headers["etag"]


@pytest.mark.parametrize("address", ["/chat", "/chat/embed.js", "/chat/demo"])
async def test_only_the_headers(browser: httpx.AsyncClient, address: str) -> None:
    head, full = await browser.head(address), await browser.get(address)
    assert head.status_code == 200
    assert head.headers["etag"] == full.headers["etag"]
    assert head.headers["content-type"] == full.headers["content-type"]


@pytest.mark.parametrize(
    "address",
    [
        "/chat/nothing",
        "/chat/chat.html",
        "/chat/.built-from",
        "/chat/assets",
        "/chat/assets/",
        "/chat/assets/widget-AB12.js.gz",
        "/chat/assets/%2e%2e/embed.js",
        "/chat/assets/..%2f..%2fsettings.yml",
        "/chat/%2fetc%2fpasswd",
        "/chat/embed.js%00",
    ],
)
async def test_what_is_not_there(browser: httpx.AsyncClient, address: str) -> None:
    reply = await browser.get(address)
    assert (reply.status_code, reply.text) == (404, "There is no such page.")
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_nothing_can_be_sent_there(browser: httpx.AsyncClient, method: str) -> None:
    reply = await browser.request(method, "/chat", json={"sender": "me", "message": "hello"})
    assert reply.status_code == 405


# Beside Rasa's own addresses.


async def test_a_browser_is_led_to_the_page(browser: httpx.AsyncClient) -> None:
    accepted = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    reply = await browser.get("/", headers={"Accept": accepted})
    assert (reply.status_code, reply.headers["location"]) == (302, "/chat")
    assert reply.headers["vary"] == "Accept"


@pytest.mark.parametrize("accepted", ["*/*", "text/plain", "application/json", ""])
async def test_who_watches_the_server_finds_rasas_text(
    browser: httpx.AsyncClient, accepted: str
) -> None:
    reply = await browser.get("/", headers={"Accept": accepted})
    assert reply.status_code == 200
    assert reply.text.startswith("Hello from Rasa")


async def test_other_addresses_are_left_alone(browser: httpx.AsyncClient) -> None:
    reply = await browser.get("/webhooks/rest/", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
    assert (await browser.get("/nothing", headers={"Accept": "text/html"})).status_code == 404


def test_the_channel_of_credentials_yml(root: Path) -> None:
    made = rasa.core.run.create_http_input_channels(None, str(root / "credentials.yml"))
    (channel,) = [one for one in made if isinstance(one, WebChannel)]
    assert (channel.name(), channel.url_prefix()) == ("chat", "/chat")


# Not built.


@pytest.fixture
def not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "web"
    monkeypatch.setattr(web, "built_web_folder", lambda: folder)
    return folder


async def test_a_page_that_is_not_built(
    not_built: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes: dict[str, Any] = {}

    class Routes:
        """Takes the routes in the place of Sanic's blueprint: one app is enough in a process."""

        def __init__(self, *_: object) -> None:
            pass

        def route(self, address: str, **_: object) -> Any:
            return lambda handler: routes.setdefault(address, handler)

        def listener(self, _: str) -> Any:
            return lambda listener: listener

    monkeypatch.setattr(web, "Blueprint", Routes)

    async def never(_: object) -> None:
        raise AssertionError

    with caplog.at_level(logging.ERROR):
        WebChannel().blueprint(never)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "not built" in record.message
    assert "\n" not in record.message
    for name in ("", "demo", "embed.js", "assets/widget-AB12.js"):
        reply = await routes["/"](None, name)
        assert reply.status == 503
        assert b"make serve" in reply.body
        assert b"twitchwise build-web" in reply.body
        assert b"\n" not in reply.body
        assert reply.headers["cache-control"] == "no-store"


def test_a_page_without_its_places_counts_as_not_built(
    not_built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build_page(not_built)
    assert files_or_nothing() is not None
    (not_built / "chat.html").write_text("<p>no places</p>", encoding="utf-8")
    assert files_or_nothing() is None
    assert "Mend: " in caplog.text
