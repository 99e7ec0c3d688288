"""Who calls: a stranger, an app with a token, or who runs the server."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from twitchwise.channels.bearer import BearerTokens
from twitchwise.channels.operators import OperatorToken


class Caller(enum.Enum):
    """Who sent a request."""

    STRANGER = "stranger"
    #: A server that talks for its users.
    APP = "app"
    OPERATOR = "operator"


class Callers:
    """Tells callers apart by what only they know."""

    def __init__(self, operator: OperatorToken, apps: BearerTokens) -> None:
        self._operator = operator
        self._apps = apps

    @classmethod
    def of_process(cls) -> Callers:
        """Return what knows the tokens of this process.

        Raises:
            TwitchwiseError: a token of the process cannot be used.
        """
        return cls(OperatorToken.of_process(), BearerTokens.of_process())

    def of(self, headers: Mapping[str, str]) -> Caller:
        """Return who sent these headers.

        Raises:
            Refused: with status 401, where a bearer token is wrong, whatever else is there.
        """
        is_app = self._apps.is_in(headers)
        if self._operator.is_in(headers):
            return Caller.OPERATOR
        return Caller.APP if is_app else Caller.STRANGER
