"""``twitchwise channels``: which messaging platforms are on, where they call, what is missing."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus

import requests

from twitchwise.channels.platforms.configuration import Configured, all_configured
from twitchwise.channels.platforms.env_example import env_example
from twitchwise.channels.platforms.inbound import Inbound
from twitchwise.channels.platforms.making import make_platform
from twitchwise.channels.platforms.platform import Platform
from twitchwise.errors import TwitchwiseError
from twitchwise.known_variables import unknown_variables
from twitchwise.output import until_the_reader_goes, write_out
from twitchwise.rendering.parts import Part
from twitchwise.serving.running import RunningServer, running_server
from twitchwise.settings import settings

_ADDRESS_OF_NOBODY = "https://<public_url>"
_OTHER = "the running server has other variables than these: start it again"
_HOW = "How to set one up: docs/channels/README.md"
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
    """List the platforms; 1 where one needs somebody, or a variable is unknown."""
    if options.env_example:
        _write(env_example())
        return 0
    listed = list_platforms()
    unknown = unknown_variables(os.environ)
    if options.format == "json":
        platforms = [asdict(one) for one in listed]
        found = {"platforms": platforms, "unknown_variables": list(unknown)}
        _write(json.dumps(found, indent=2) + "\n")
    else:
        lines = [*_as_lines(listed), *unknown_lines(unknown), _HOW]
        _write("\n".join(lines) + "\n")
    return int(any(one.detail for one in listed) or bool(unknown))


def _write(text: str) -> None:
    with until_the_reader_goes():
        write_out([text], None)


def list_platforms() -> list[Listed]:
    """Return all platforms of the registry, as they are set up here and in the running server.

    Raises:
        TwitchwiseError: the settings are wrong, whichever platforms are on.
    """
    settings()
    asked = _Asked(running_server())
    return [asked.compared(one, _listed(one)) for one in all_configured(os.environ)]


def summary() -> str:
    """Return in one line which platforms are set up here, and which are half set or wrong."""
    listed = [_listed(one) for one in all_configured(os.environ)]
    on = [one.title for one in listed if one.state == "on"]
    amiss = [f"{one.title} is {one.state}" for one in listed if one.detail]
    return "; ".join([", ".join(on) or "none", *amiss]) + " (see: twitchwise channels)"


def unknown_lines(unknown: Mapping[str, str]) -> Iterator[str]:
    """Say in one line each which variables are unknown (see `unknown_variables`)."""
    for name, nearest in unknown.items():
        hint = f"call it {nearest}" if nearest else "see .env.example for all there are"
        yield f"{name} is not a variable of Twitchwise. Mend: {hint}, or remove it."


def _listed(one: Configured) -> Listed:
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
    return listed("on", list(_urls(platform)))


def _urls(platform: Platform) -> Iterator[str]:
    base = settings().public_url.rstrip("/") or _ADDRESS_OF_NOBODY
    for path in dict.fromkeys(route.path for route in platform.routes()):
        yield f"{base}/webhooks/{platform.name}{path}"


@dataclass(frozen=True)
class _Health:
    """How a platform is in the running server.

    Attributes:
        fingerprint: of the variables it has there; empty where it is not on.
        why: why it is not ready; empty where it is.
    """

    fingerprint: str
    why: str


class _Asked:
    """The running server, asked how each platform is there."""

    def __init__(self, server: RunningServer | None) -> None:
        self._server = server

    def compared(self, one: Configured, listed: Listed) -> Listed:
        """Return a platform with how it is in the server; unchanged where none answers."""
        if self._server is None or listed.state not in ("on", "off"):
            return listed
        health = self._health(one.row.name)
        if health is None:
            return listed
        here = one.fingerprint(self._server.token) if listed.state == "on" else ""
        if health.fingerprint != here:
            state = "not ready" if listed.state == "on" else "off"
            return replace(listed, state=state, detail=_OTHER)
        if listed.state == "off":
            return listed
        return replace(listed, state="not ready" if health.why else "ready", detail=health.why)

    def _health(self, name: str) -> _Health | None:
        """Return how a platform is in the server; None where it cannot be told."""
        url = f"{self._server.url}/webhooks/{name}/" if self._server else ""
        try:
            with requests.Session() as session:
                # On this machine: a proxy of the environment must not be asked.
                session.trust_env = False
                answer = session.get(url, timeout=_SECONDS)
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return _Health("", "")
            said = answer.json()
            return _Health(said["variables"], "" if answer.ok else said["status"])
        except (requests.RequestException, ValueError, KeyError, TypeError):
            # It is not asked for the others: each time, that could take as long.
            self._server = None
            return None


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


def _without_url(one: Listed) -> str:
    return "no address needed" if one.state in ("on", "ready", "not ready") else ""


class _Nobody:
    """Takes nothing: platforms are only made to see whether their variables can be used."""

    async def take(self, platform: Platform, inbounds: Sequence[Inbound]) -> None:
        """Take nothing."""

    async def answer(self, platform: Platform, inbound: Inbound) -> tuple[Part, ...]:
        """Return nothing."""
        return ()
