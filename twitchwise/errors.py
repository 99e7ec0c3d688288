"""The one error type that a person is meant to read."""

from __future__ import annotations


class TwitchwiseError(Exception):
    """Something a person can mend: one line that says what is wrong, where, and how to mend it."""

    #: What the command line ends with.
    exit_code: int = 1

    @property
    def without_mend(self) -> str:
        """Return what is wrong, without how to mend it."""
        return str(self).partition(" Mend: ")[0]
