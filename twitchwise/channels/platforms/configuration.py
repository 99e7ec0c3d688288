"""Which platforms are on: those whose needed variables are all set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twitchwise.channels.platforms.registry import ROWS, Row


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
        """Return in one line what is missing and how to mend it."""
        verb = "is" if len(self.missing) == 1 else "are"
        return (
            f"{self.row.title} is off: {', '.join(self.missing)} {verb} not set. "
            f"Mend: set it in .env (see {self.row.page}), or unset what is set for it."
        )


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


def summary(environ: Mapping[str, str]) -> str:
    """Return in one line which platforms are on, and which are half set."""
    found = all_configured(environ)
    on = [one.row.title for one in found if one.is_on]
    half_set = [f"{one.row.title} is half set" for one in found if one.is_half_set]
    return "; ".join([", ".join(on) or "none", *half_set]) + " (see: twitchwise channels)"
