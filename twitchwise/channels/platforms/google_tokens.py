"""Verifies the bearer tokens with which Google Chat calls.

"Verify requests from Google Chat"
(https://developers.google.com/workspace/chat/verify-requests-from-chat): with the project's number
as audience, a token that Chat's own account signs; with the endpoint's address, an ID token of
Google, whose e-mail address says which service calls.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cryptography import x509

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.client import PlatformClient
from twitchwise.channels.platforms.signed_tokens import TokenRules, verify_token
from twitchwise.channels.platforms.signing_keys import (
    PublicKey,
    SigningKeys,
    is_strong,
    keys_of_set,
)

#: The account of Google Chat.
CHAT_ACCOUNT = "chat@system.gserviceaccount.com"
CERTIFICATES_PATH = f"/service_accounts/v1/metadata/x509/{CHAT_ACCOUNT}"
JWKS_PATH = "/oauth2/v3/certs"
ID_TOKEN_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_NEEDED = ("exp", "iat", "iss", "aud")
#: How far clocks may differ, in seconds.
_LEEWAY_SECONDS = 30.0
#: Keys are fetched while a caller waits.
_ATTEMPTS = 3


class GoogleTokens:
    """Verifies tokens for one audience."""

    def __init__(
        self, client: PlatformClient, api_url: str, audience: str, accounts: Collection[str]
    ) -> None:
        """Take what tokens must be for.

        Args:
            client: fetches Google's keys.
            api_url: where from, without a slash at its end.
            audience: the number of a Google Cloud project, or the address of the endpoint.
            accounts: e-mail addresses of services that may call the endpoint's address.
        """
        self._client = client
        self._is_project = audience.isdigit()
        self._keys_url = api_url + (CERTIFICATES_PATH if self._is_project else JWKS_PATH)
        self._accounts = frozenset(accounts)
        issuers = (CHAT_ACCOUNT,) if self._is_project else ID_TOKEN_ISSUERS
        self._rules = TokenRules(audience, issuers, _NEEDED, _LEEWAY_SECONDS, status=401)
        self.keys = SigningKeys("Google", self._fetch_keys)

    async def verify(self, authorization: str) -> None:
        """Verify the header ``Authorization``.

        Raises:
            Refused: with status 401, the token is none of Google's for this app; with status 503,
                there are no keys of Google for now.
        """
        claims, _ = await verify_token(authorization, self.keys, self._rules)
        self._check(claims)

    async def _fetch_keys(self) -> Mapping[str, PublicKey]:
        reply = await self._client.call("GET", self._keys_url, attempts=_ATTEMPTS)
        read = keys_of_certificates if self._is_project else keys_of_jwks
        return read(reply.body)

    def _check(self, claims: Mapping[str, Any]) -> None:
        # The number of a project is no secret, but only Chat's account signs tokens for it.
        if self._is_project:
            return
        email = claims.get("email")
        is_known = isinstance(email, str) and email in self._accounts
        if claims.get("email_verified") is not True or not is_known:
            raise Refused(401, "The token is of another service.")


def keys_of_certificates(body: Any) -> dict[str, PublicKey]:
    """Return the keys in a mapping of ids to certificates in PEM; what is none is left out."""
    found = {}
    for key_id, certificate in body.items() if isinstance(body, dict) else ():
        try:
            key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        except (ValueError, AttributeError):
            continue
        if is_strong(key):
            found[key_id] = PublicKey(key)
    return found


def keys_of_jwks(body: Any) -> dict[str, PublicKey]:
    """Return the keys in a JSON Web Key Set; what is none is left out."""
    return {key_id: PublicKey(key) for key_id, key, _ in keys_of_set(body)}
