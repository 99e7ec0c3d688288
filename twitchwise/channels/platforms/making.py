"""Makes the platforms that are on, each on its own: one that fails leaves the others running."""

from __future__ import annotations

import importlib

from twitchwise.channels.platforms.configuration import Configured
from twitchwise.channels.platforms.platform import Desk, Platform
from twitchwise.errors import TwitchwiseError


def make_platform(configured: Configured, desk: Desk) -> Platform:
    """Return the platform.

    Raises:
        TwitchwiseError: something is not set, or cannot be used; names the platform.
    """
    row = configured.row
    if problem := configured.problem():
        raise TwitchwiseError(f"{row.title} is off: {problem}")
    try:
        module, _, name = row.target.partition(":")
        made: Platform = getattr(importlib.import_module(module), name)(configured.values, desk)
    except TwitchwiseError as error:
        raise TwitchwiseError(f"{row.title} is off: {error}") from error
    except Exception as error:
        # The type alone: the text could hold a secret.
        raise TwitchwiseError(
            f"{row.title} is off: it failed ({type(error).__name__}). "
            f"Mend: check its variables against {row.page}."
        ) from None
    return made
