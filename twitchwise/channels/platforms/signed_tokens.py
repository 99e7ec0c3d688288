"""Verifies the bearer tokens (JSON Web Tokens, RFC 7519) with which platforms call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt

from twitchwise.channels.incoming import Refused
from twitchwise.channels.platforms.requests import text_at
from twitchwise.channels.platforms.signing_keys import ALGORITHM, UNREADABLE, Key, SigningKeys


@dataclass(frozen=True)
class TokenRules:
    """What a token must be like.

    Attributes:
        audience: for whom it must be, and for nobody else.
        issuers: of whom one must have made it.
        claims: what it must say.
        leeway: how far clocks may differ, in seconds.
        status: of HTTP, with which any other token is refused.
    """

    audience: str
    issuers: tuple[str, ...]
    claims: tuple[str, ...]
    leeway: float
    status: int


async def verify_token(
    authorization: str, keys: SigningKeys[Key], rules: TokenRules
) -> tuple[dict[str, Any], Key]:
    """Return what a token says, and the key that has signed it.

    Args:
        authorization: the header.
        keys: of those who may sign.
        rules: for the token.

    Raises:
        Refused: 401 without a token, the rules' status with one that is not right, 503 where
            that cannot be told for now.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise Refused(401, "There is no bearer token.", {"WWW-Authenticate": "Bearer"})
    key = await keys.find(_key_id(token, rules.status))
    if key is None:
        raise Refused(rules.status, "The token is signed with an unknown key.")
    return _claims(token, key.key, rules), key


def _key_id(token: str, status: int) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except UNREADABLE:
        raise Refused(status, "The token cannot be read.") from None
    # Before anybody is asked for a key.
    if header.get("alg") != ALGORITHM:
        raise Refused(status, "The token is signed in another way.")
    return text_at(header, "kid")


def _claims(token: str, key: Any, rules: TokenRules) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=rules.audience,
            issuer=list(rules.issuers),
            leeway=rules.leeway,
            options={"require": list(rules.claims), "strict_aud": True},
        )
    except UNREADABLE as error:
        raise Refused(rules.status, f"The token is not right ({type(error).__name__}).") from None
