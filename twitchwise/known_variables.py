"""Which ``TWITCHWISE_…`` variables there are, so that a misspelt one does not go unseen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from twitchwise.channels.bearer import TOKENS_VARIABLE
from twitchwise.channels.platforms.registry import ROWS
from twitchwise.escalations.hash_key import HASH_KEY_VARIABLE
from twitchwise.escalations.webhook import SECRET_VARIABLE
from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving.running import TOKEN_VARIABLE
from twitchwise.settings import Settings
from twitchwise.terminal.options import URL_VARIABLE
from twitchwise.variables import FILE_VARIABLE

_PREFIX = Settings.Config.env_prefix


def known_variables() -> frozenset[str]:
    """Return the names of all variables that are read."""
    return frozenset(
        {
            *(row.variable(variable.key) for row in ROWS for variable in row.variables),
            *(f"{_PREFIX}{name}".upper() for name in Settings.__fields__),
            *(FILE_VARIABLE, HASH_KEY_VARIABLE, HOME_VARIABLE, SECRET_VARIABLE),
            *(TOKENS_VARIABLE, TOKEN_VARIABLE, URL_VARIABLE),
        }
    )


def unknown_variables(names: Iterable[str]) -> dict[str, str]:
    """Return those of ours that are not known, with the known one that looks most like each.

    Args:
        names: of variables; those of other programs are passed over.

    Returns:
        Names in the order of the alphabet; the nearest known name, or an empty text.
    """
    known = known_variables()
    # Settings are found in small letters as well.
    unknown = {name for name in names if name.upper().startswith(_PREFIX)} - known
    return {name: _nearest(name, known) for name in sorted(unknown) if not _is_setting(name)}


def _is_setting(name: str) -> bool:
    return name.lower().removeprefix(_PREFIX.lower()) in Settings.__fields__


def _nearest(name: str, known: Iterable[str]) -> str:
    # Compared without what all begin with, which makes any two look alike.
    short = [one.removeprefix(_PREFIX) for one in known]
    found = difflib.get_close_matches(name.upper().removeprefix(_PREFIX), short, n=1, cutoff=0.75)
    return f"{_PREFIX}{found[0]}" if found else ""
