"""Who calls, and who we are, by Microsoft's Bot Framework: signing keys, tokens, and addresses.

As in "Authenticate requests with the Bot Connector API"
(https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
The token of a call does not cover the call's body; all that it says of it is the service URL.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import PlatformClient, Undelivered
from twitchwise.channels.platforms.requests import number_at, text_at
from twitchwise.channels.platforms.signed_tokens import TokenRules, verify_token
from twitchwise.channels.platforms.signing_keys import PublicKey, SigningKeys, keys_of_set
from twitchwise.channels.platforms.verification import is_same

ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
#: "Industry-standard clock-skew is 5 minutes", in seconds.
_LEEWAY_SECONDS = 300.0
#: The documentation writes "serviceUrl"; what comes, and Microsoft's SDKs read, is this.
_NEEDED = ("exp", "iss", "aud", "serviceurl")
#: Keys are fetched while a caller waits.
_ATTEMPTS = 3
#: A token is not used in its last minutes, nor one that lives shorter in its second half.
_MARGIN_SECONDS = 300.0
_TOKEN_SECONDS = 600

#: Where Teams takes replies: everywhere, in the US government's community cloud; and what
#: belongs to Bot Framework itself. Names below trafficmanager.net are given to anybody.
SERVICE_HOSTS = (
    "smba.trafficmanager.net",
    "smba.infra.gcc.teams.microsoft.com",
    "*.botframework.com",
)
#: Strict, so that no two readers of an address can differ in what its host is.
_SERVICE_URL = re.compile(r"https://([a-z0-9.-]{1,253})(?::443)?((?:/[A-Za-z0-9._~-]+)*)/?")


@dataclass(frozen=True)
class SigningKey(PublicKey):
    """A key of the Bot Connector, and for which channels it signs."""

    endorsements: frozenset[str]


@dataclass(frozen=True)
class Caller:
    """What a verified token says: where replies go, and for which channels it may speak."""

    service_url: str
    endorsements: frozenset[str]


def connector_keys(client: PlatformClient, openid_url: str) -> SigningKeys[SigningKey]:
    """Return the Bot Connector's keys, which are where its OpenID metadata says."""

    async def fetch() -> Mapping[str, SigningKey]:
        metadata = await client.call("GET", openid_url, attempts=_ATTEMPTS)
        address = text_at(metadata.body, "jwks_uri")
        if not _is_as_safe(address, openid_url):
            raise Undelivered("the OpenID metadata names no address of keys")
        return keys_in((await client.call("GET", address, attempts=_ATTEMPTS)).body)

    return SigningKeys("the Bot Connector", fetch)


def keys_in(jwks: Any) -> dict[str, SigningKey]:
    """Return the RSA keys of a JSON Web Key Set by their ids; those that are none are left out."""
    return {key_id: SigningKey(key, _endorsements(said)) for key_id, key, said in keys_of_set(jwks)}


def _endorsements(said: Mapping[str, Any]) -> frozenset[str]:
    endorsed = said.get("endorsements")
    names = endorsed if isinstance(endorsed, list) else []
    return frozenset(name for name in names if isinstance(name, str))


async def verified(authorization: str, keys: SigningKeys[SigningKey], app_id: str) -> Caller:
    """Return who calls.

    Args:
        authorization: the header.
        keys: of the Bot Connector.
        app_id: the bot's, for which the token must be.

    Raises:
        Refused: 401 without a token, 403 with one that is not right (as Microsoft prescribes),
            503 where that cannot be told for now.
    """
    rules = TokenRules(app_id, (ISSUER,), _NEEDED, _LEEWAY_SECONDS, status=403)
    claims, key = await verify_token(authorization, keys, rules)
    return Caller(text_at(claims, "serviceurl"), key.endorsements)


def check_activity(activity: Mapping[str, Any], caller: Caller, channel: str) -> None:
    """Let pass what the caller may say.

    Args:
        activity: the body.
        caller: who sent it.
        channel: the id of the only channel that is served.

    Raises:
        Refused: 403, it names another service URL than the token, or another channel.
    """
    if not is_same(text_at(activity, "serviceUrl"), caller.service_url):
        raise Refused(403, "The service URL is not that of the token.")
    if text_at(activity, "channelId") != channel or channel not in caller.endorsements:
        raise Refused(403, "The token does not hold for this channel.")


def path_of(service_url: str, hosts: Iterable[str]) -> str | None:
    """Return the path of a service URL, without a slash at its end; None where it is not trusted.

    The bot's own token goes there: whoever could choose the address could speak as the bot.

    Args:
        service_url: of an activity.
        hosts: to which replies may go; ``*.name`` stands for all below a name.
    """
    found = _SERVICE_URL.fullmatch(service_url)
    if found is None or not any(_is_host(found[1], host) for host in hosts):
        return None
    return found[2]


def _is_host(host: str, allowed: str) -> bool:
    if allowed.startswith("*."):
        return host.endswith(allowed[1:]) and len(host) > len(allowed) - 1
    return host == allowed


def _is_as_safe(address: str, openid_url: str) -> bool:
    """Say whether keys come as safely as their address did: over TLS, but for tests."""
    return address.startswith("https://") or (
        address.startswith("http://") and openid_url.startswith("http://")
    )


class ConnectorToken:
    """What the bot proves itself with to the Bot Connector: fetched once at a time, kept."""

    def __init__(
        self, client: PlatformClient, login_url: str, tenant: str, app_id: str, password: str
    ) -> None:
        """Take a client, Microsoft's login address, and who the bot is.

        Args:
            client: the platform's.
            login_url: such as https://login.microsoftonline.com.
            tenant: the bot's own, or ``botframework.com`` where it is a multi-tenant bot.
            app_id: the bot's.
            password: the bot's client secret.
        """
        self._client = client
        self._url = f"{login_url}/{tenant}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": password,
            "scope": SCOPE,
        }
        self._token = ""
        self._until = -math.inf
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """Return a token that holds for a while.

        Raises:
            Undelivered: none could be had; never final, as secrets expire and are renewed.
        """
        async with self._lock:
            if not self._token or _now() >= self._until:
                await self._fetch()
            return self._token

    def forget(self, token: str) -> None:
        """Fetch another one next time, if this is still the one that is kept."""
        if token == self._token:
            self._token = ""

    async def _fetch(self) -> None:
        try:
            reply = await self._client.call("POST", self._url, form=self._form)
        except Undelivered as error:
            raise Undelivered(f"there is no access token: {error.reason}") from None
        token = text_at(reply.body, "access_token")
        if not token:
            raise Undelivered("there is no access token in Microsoft's reply")
        lifetime = number_at(reply.body, "expires_in") or _TOKEN_SECONDS
        self._token = token
        self._until = _now() + max(lifetime - _MARGIN_SECONDS, lifetime / 2)


def _now() -> float:
    return time.monotonic()
