"""``twitchwise channels``: which messaging platforms are on, where they call, what is missing."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import requests

from twitchwise.channels.platforms.configuration import Configured, all_configured
from twitchwise.channels.platforms.env_example import env_example
from twitchwise.channels.platforms.inbound import Inbound
from twitchwise.channels.platforms.making import make_platform
from twitchwise.channels.platforms.platform import Platform
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part
from twitchwise.serving.running import running_server
from twitchwise.settings import settings

_ADDRESS_OF_NOBODY = "https://<public_url>"
#: How long the running server may take to tell how a platform is, in seconds.
_SECONDS = 3.0


@dataclass(frozen=True)
class Listed:
    """A platform as it is listed.

    Attributes:
        name: of the registry.
        title: how people call it.
        state: ``on``, ``off``, ``half set``, ``wrong``, or where the server runs ``ready`` or
            ``not ready``.
        urls: where the platform calls.
        detail: what is missing or wrong; empty where nothing is.
        page: how to set it up.
    """

    name: str
    title: str
    state: str
    urls: tuple[str, ...]
    detail: str
    page: str


def run(options: argparse.Namespace) -> int:
    """List the platforms; 1 where one is half set, wrong, or not ready."""
    if options.env_example:
        print(env_example(), end="")
        return 0
    listed = list_platforms()
    if options.format == "json":
        print(json.dumps([asdict(one) for one in listed], indent=2))
    else:
        print("\n".join(_as_lines(listed)))
    return int(any(one.detail for one in listed))


def list_platforms() -> list[Listed]:
    """Return all platforms of the registry, as they are set up here."""
    server = running_server()
    return [_listed(one, server.url if server else None) for one in all_configured(os.environ)]


def _listed(one: Configured, server_url: str | None) -> Listed:
    def listed(state: str, urls: Sequence[str] = (), detail: str = "") -> Listed:
        return Listed(one.row.name, one.row.title, state, tuple(urls), detail, one.row.page)

    if one.is_half_set:
        return listed("half set", detail=f"not set: {', '.join(one.missing)}")
    if not one.is_on:
        return listed("off")
    try:
        platform = make_platform(one, _Nobody())
    except TwitchwiseError as error:
        return listed("wrong", detail=str(error))
    state, detail = _state(one.row.name, server_url)
    return listed(state, list(_urls(platform)), detail)


def _urls(platform: Platform) -> Iterator[str]:
    base = settings().public_url.rstrip("/") or _ADDRESS_OF_NOBODY
    for path in dict.fromkeys(route.path for route in platform.routes()):
        yield f"{base}/webhooks/{platform.name}{path}"


def _state(name: str, server_url: str | None) -> tuple[str, str]:
    """Return how the platform is in the running server, and what is wrong there."""
    if server_url is None:
        return "on", ""
    try:
        with requests.Session() as session:
            # On this machine: a proxy of the environment must not be asked.
            session.trust_env = False
            answer = session.get(f"{server_url}/webhooks/{name}/", timeout=_SECONDS)
        said: Any = answer.json()
    except (requests.RequestException, ValueError):
        return "on", ""
    if answer.status_code == 404:
        return "not ready", "the running server does not know it: start it again"
    return ("ready", "") if answer.ok else ("not ready", str(said.get("status", "")))


def _as_lines(listed: Sequence[Listed]) -> Iterator[str]:
    width = max(len(one.name) for one in listed)
    for one in listed:
        first = one.urls[0] if one.urls else _without_url(one)
        yield f"{one.name:<{width}}  {one.state:<9}  {first}".rstrip()
        for url in one.urls[1:]:
            yield f"{'':<{width}}  {'':<9}  {url}"
        if one.detail:
            yield f"{'':<{width}}  {'':<9}  {one.detail}"
    if any(_ADDRESS_OF_NOBODY in url for one in listed for url in one.urls):
        yield "Set public_url in settings.yml to the address at which platforms reach this server."
    yield "How to set one up: docs/channels/README.md"


def _without_url(one: Listed) -> str:
    return "no address needed" if one.state in ("on", "ready", "not ready") else ""


class _Nobody:
    """Takes nothing: platforms are only made to see whether their variables can be used."""

    async def take(self, platform: Platform, inbounds: Sequence[Inbound]) -> None:
        """Take nothing."""

    async def answer(self, platform: Platform, inbound: Inbound) -> tuple[Part, ...]:
        """Return nothing."""
        return ()
