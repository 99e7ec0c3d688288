"""Which platforms are on: those whose needed variables are all set."""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from twitchwise.channels.platforms.registry import ROWS, Row
from twitchwise.settings import settings
from twitchwise.web_address import is_base_address


@dataclass(frozen=True)
class Configured:
    """A platform with what is set for it.

    Attributes:
        row: of the registry.
        values: by short names, defaults filled in.
        missing: whole names of needed variables that are not set.
    """

    row: Row
    values: Mapping[str, str]
    missing: tuple[str, ...]

    @property
    def is_on(self) -> bool:
        """Whether everything needed is set."""
        return not self.missing

    @property
    def is_half_set(self) -> bool:
        """Whether something that is needed is set, and something is missing."""
        needed = [variable for variable in self.row.variables if variable.is_needed]
        return 0 < len(self.missing) < len(needed)

    def problem(self) -> str:
        """Return in one line what keeps it off and how to mend it; empty where nothing does."""
        if self.missing:
            verb = "is" if len(self.missing) == 1 else "are"
            return (
                f"{', '.join(self.missing)} {verb} not set. "
                f"Mend: set it in .env (see {self.row.page}), or unset what is set for it."
            )
        for key, value in self.values.items():
            if wanted := _wanted(key, value):
                return f"{self.row.variable(key)} cannot be used. Mend: set it to {wanted}."
        return ""

    def fingerprint(self, key: str) -> str:
        """Return what tells these values from others, and tells nobody without the key the values.

        Args:
            key: the running server's token (`twitchwise.serving.running`).
        """
        held = json.dumps([settings().public_url, sorted(self.values.items())])
        return hmac.new(key.encode(), held.encode(), "sha256").hexdigest()


def _wanted(key: str, value: str) -> str:
    """Return what a variable should hold, where what it holds fits no platform."""
    if any(unicodedata.category(character) == "Cc" for character in value):
        return "a text without line breaks and other control characters"
    if key.endswith("_url") and value and not is_base_address(value):
        return (
            "an address such as https://chat.example.org: http or https, a host, and no user, "
            "password, '?' or '#'"
        )
    return ""


def configured(row: Row, environ: Mapping[str, str]) -> Configured:
    """Return what the environment holds for a platform; blanks around a value are dropped."""
    values: dict[str, str] = {}
    missing: list[str] = []
    for variable in row.variables:
        name = row.variable(variable.key)
        given = environ.get(name, "").strip()
        values[variable.key] = given or variable.default
        if variable.is_needed and not given:
            missing.append(name)
    return Configured(row, values, tuple(missing))


def all_configured(environ: Mapping[str, str]) -> tuple[Configured, ...]:
    """Return all platforms of the registry with what is set for them."""
    return tuple(configured(row, environ) for row in ROWS)
