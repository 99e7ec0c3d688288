"""Bearer tokens of apps whose servers talk for their users (see docs/http.md).

The header is as RFC 6750 (OAuth 2.0 Bearer Token Usage) has it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence

from twitchwise.channels.incoming import Refused
from twitchwise.errors import TwitchwiseError
from twitchwise.settings import settings

TOKENS_VARIABLE = "TWITCHWISE_HTTP_TOKENS"
#: In characters; such as "openssl rand -hex 16" makes are twice as long.
SHORTEST_TOKEN = 16
_SCHEME = "bearer"
# RFC 6750, section 2.1: what a token may be made of.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class BearerTokens:
    """The tokens that count; where there are none, none is valid."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._digests = [_digest(token) for token in tokens]

    @classmethod
    def of_process(cls) -> BearerTokens:
        """Return the tokens that the variable names.

        Raises:
            TwitchwiseError: one of them is too short or could not be sent.
        """
        return cls(_tokens_of(os.environ.get(TOKENS_VARIABLE, "")))

    def __bool__(self) -> bool:
        return bool(self._digests)

    def is_in(self, headers: Mapping[str, str]) -> bool:
        """Say whether a request's ``Authorization`` holds one of the tokens.

        Other schemes than ``Bearer`` are not ours: a proxy's own sign-in may use them.

        Raises:
            Refused: with status 401, where a bearer token is wrong, or more than one is there.
        """
        given = [one.strip().partition(" ") for one in _all(headers, "authorization")]
        tokens = [rest.strip() for scheme, _, rest in given if scheme.lower() == _SCHEME]
        if not tokens:
            return False
        if len(given) > 1 or not self._holds(tokens[0]):
            raise token_refused("The bearer token is wrong.", ' error="invalid_token"')
        return True

    def _holds(self, token: str) -> bool:
        digest = _digest(token)
        # All of them, each in constant time: how long it takes tells nothing of any.
        found = [hmac.compare_digest(digest, one) for one in self._digests]
        return any(found)


def token_refused(message: str, parameters: str = "") -> Refused:
    """Return a refusal that asks for a token."""
    return Refused(401, message, {"WWW-Authenticate": f"Bearer{parameters}"})


def require_tokens() -> None:
    """Check the tokens of this process, and that there are some where they are required.

    Raises:
        TwitchwiseError: one is too short or could not be sent, or there is none.
    """
    if settings().http_token_required and not BearerTokens.of_process():
        raise TwitchwiseError(
            f"http_token_required is on, but {TOKENS_VARIABLE} names no token. "
            "Mend: set it to one or more tokens, or turn the setting off."
        )
    BearerTokens.of_process()


def _tokens_of(variable: str) -> list[str]:
    tokens = [token for token in re.split(r"[\s,]+", variable) if token]
    for place, token in enumerate(tokens, start=1):
        # By its place: the token itself is a secret.
        if len(token) < SHORTEST_TOKEN:
            raise TwitchwiseError(
                f"{TOKENS_VARIABLE}: token {place} is shorter than {SHORTEST_TOKEN} characters. "
                "Mend: make a longer one, such as with 'openssl rand -hex 32'."
            )
        if not _TOKEN.fullmatch(token):
            raise TwitchwiseError(
                f"{TOKENS_VARIABLE}: token {place} holds characters that no header can carry. "
                "Mend: use letters, digits and -._~+/ only."
            )
    return tokens


def _all(headers: Mapping[str, str], name: str) -> list[str]:
    getall = getattr(headers, "getall", None)
    if getall is not None:
        return list(getall(name, []))
    return [value for key, value in headers.items() if key.lower() == name]


def _digest(token: str) -> bytes:
    # Digests are of one length; whatever bytes came in as a header, this does not raise.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
