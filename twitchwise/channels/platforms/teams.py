"""Microsoft Teams, through Bot Framework (an "Azure Bot" with the channel Microsoft Teams).

Limits are those of "Format your bot messages" and "Designing Adaptive Cards for your app", status
codes those of "Messages in bot conversations", all below
https://learn.microsoft.com/microsoftteams/platform/. Rasa's own channel believes each token that
some key of Microsoft has signed, sends its own to any address that a caller names, and blocks
while it calls.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms import client
from twitchwise.channels.platforms.bot_framework import (
    SERVICE_HOSTS,
    ConnectorToken,
    check_activity,
    connector_keys,
    path_of,
    verified,
)
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Address
from twitchwise.channels.platforms.platform import Desk, Platform, Route, Values
from twitchwise.channels.platforms.registry import variable_name
from twitchwise.channels.platforms.requests import header, object_in, text_at
from twitchwise.channels.platforms.teams_activities import PAYLOAD, TITLE, read_activity
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.dialects import TEAMS_XML
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button
from twitchwise.rendering.units import utf16

_CHANNEL = "msteams"
#: How often a reply is sent that meets another one in its chat, or a token that does not hold.
_ATTEMPTS = 3
_UNAUTHORIZED = 401
_PRECONDITION_FAILED = 412

_APP_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")

#: XML's escapes are few and sure, whereas Teams' Markdown is a subset without a grammar; and tags
#: have ends here, as in XML.
_XML = replace(TEAMS_XML, line_break="<br/>", blank_line="<br/><br/>")


class Teams(Platform):
    """A bot of Microsoft Teams."""

    name = "teams"
    # A message may have 100 KB in UTF-16 (until 2024, and in other ways to send it, 28 KB); with
    # its card, this stays below both.
    limits = Limits(_XML, 9_000, measure=utf16, buttons=6, title=60, payload=1_000, links=True)

    def __init__(self, values: Values, desk: Desk) -> None:
        super().__init__(values, desk)
        app_id = _fitting(values, "app_id", _APP_ID, "the app id, as the Azure portal has it")
        self._app_id = app_id.lower()
        self._bot_id = f"28:{self._app_id}"
        self._hosts = (*SERVICE_HOSTS, *_hosts(values))
        self._api_url = values["api_url"].rstrip("/")
        self._keys = connector_keys(self.client, values["openid_url"].rstrip("/"))
        self._token = ConnectorToken(
            self.client,
            values["login_url"].rstrip("/"),
            _fitting(values, "tenant_id", _TENANT, "the tenant's id, or its domain"),
            self._app_id,
            values["app_password"],
        )

    def routes(self) -> Sequence[Route]:
        """Return the messaging endpoint."""
        return [Route("POST", "/webhook", self._receive)]

    async def start(self) -> None:
        """Fetch the keys of those who may call, and see whether the password is right."""
        await self._keys.fetch()
        await self._token.get()

    async def stop(self) -> None:
        """Fetch no more keys. Close the client."""
        self._keys.stop()
        await super().stop()

    async def _receive(self, request: Request) -> HTTPResponse:
        caller = await verified(header(request, "Authorization"), self._keys, self._app_id)
        activity = object_in(request.body)
        check_activity(activity, caller, _CHANNEL)
        if path_of(caller.service_url, self._hosts) is None:
            raise Refused(403, "The service URL is none of Bot Framework.")
        if text_at(activity, "type") == "invoke":
            # What Bot Framework answers to what a bot does not know: dialogs, files, sign-ins.
            return response.empty(501)
        inbound = read_activity(activity, bot_id=self._bot_id)
        if inbound is not None:
            await self.desk.take(self, [inbound])
        return response.json({})

    async def deliver(self, address: Address, part: Part, number: int) -> None:
        """Send one part as a reply, in the thread where it was asked for."""
        activity: dict[str, Any] = {
            "type": "message",
            "from": {"id": address["bot"] or self._bot_id},
            "recipient": {"id": address["person"]},
            "conversation": {"id": address["conversation"]},
            "text": part.text,
            "textFormat": "xml",
        }
        if address["reply_to"]:
            activity["replyToId"] = address["reply_to"]
        if part.buttons:
            # Teams shows the card below the text, and an activity is taken whole or not at all.
            activity["attachments"] = [_card(part.buttons)]
        await self._post(self._url_of(address), activity)

    def _url_of(self, address: Address) -> str:
        service_url = address["service_url"]
        path = path_of(service_url, self._hosts)
        if path is None:
            raise Undelivered("teams: the service URL is not trusted any more", is_final=True)
        base = f"{self._api_url}{path}" if self._api_url else service_url.rstrip("/")
        url = f"{base}/v3/conversations/{quote(address['conversation'], safe='')}/activities"
        return f"{url}/{quote(address['reply_to'], safe='')}" if address["reply_to"] else url

    async def _post(self, url: str, activity: dict[str, Any]) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            token = await self._token.get()
            try:
                await self.client.call(
                    "POST", url, json_body=activity, headers={"Authorization": f"Bearer {token}"}
                )
                return
            except Undelivered as error:
                if error.status not in (_UNAUTHORIZED, _PRECONDITION_FAILED):
                    raise
                if error.status == _UNAUTHORIZED:
                    self._token.forget(token)
                if attempt == _ATTEMPTS:
                    # Both pass: what is set wrong is mended, and the chat comes to rest.
                    raise Undelivered(error.reason, status=error.status) from None
            await asyncio.sleep(client.FIRST_PAUSE_SECONDS * attempt)


def _card(buttons: Sequence[Button]) -> dict[str, Any]:
    """Return an Adaptive Card with buttons and nothing else: the text is complete without it."""
    return {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [],
            "actions": [_action(button) for button in buttons],
        },
    }


def _action(button: Button) -> dict[str, Any]:
    """Return a button: its title stands in the chat when it is pressed, its payload comes to us."""
    if button.url:
        return {"type": "Action.OpenUrl", "title": button.title, "url": button.url}
    pressed = {
        "type": "messageBack",
        "displayText": button.title,
        "text": button.title,
        "value": {PAYLOAD: button.payload, TITLE: button.title},
    }
    return {"type": "Action.Submit", "title": button.title, "data": {"msteams": pressed}}


def _hosts(values: Values) -> tuple[str, ...]:
    given = [host.strip().casefold() for host in values["service_hosts"].split(",")]
    hosts = tuple(host for host in given if host)
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise _wrong("service_hosts", "names of hosts, with commas between them")
    return hosts


def _fitting(values: Values, key: str, form: re.Pattern[str], what: str) -> str:
    if not form.fullmatch(values[key]):
        raise _wrong(key, what)
    return values[key]


def _wrong(key: str, what: str) -> TwitchwiseError:
    variable = variable_name(Teams.name, key)
    return TwitchwiseError(f"{variable} cannot be used. Mend: set it to {what}.")
