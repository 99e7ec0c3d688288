"""The history of what was typed, over runs: for its owner alone, and never a reason to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from prompt_toolkit.history import FileHistory

from twitchwise.terminal.files import make_state_folder, open_private


class PrivateHistory(FileHistory):
    """A history file with mode 0600; where it cannot be used, the conversation goes on."""

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        """Take the file, and whom to tell that it cannot be used."""
        super().__init__(str(path))
        self._path = path
        self._tell = tell
        self._is_told = False

    def load_history_strings(self) -> Iterable[str]:
        """Return what was typed before, the newest first."""
        try:
            if not self._path.exists():
                return []
            # Whether it can be read at all: a pipe would never end.
            with open(self._path, "rb", opener=open_private):
                return list(super().load_history_strings())
        except OSError as error:
            self._say(error)
            return []

    def store_string(self, string: str) -> None:
        """Add a line."""
        lines = "".join(f"+{line}\n" for line in string.split("\n"))
        try:
            make_state_folder()
            with open(self._path, "a", encoding="utf-8", opener=open_private) as file:
                file.write(f"\n# {datetime.now()}\n{lines}")
        except (OSError, UnicodeEncodeError) as error:
            self._say(error)

    def forget(self) -> None:
        """Leave aside what was loaded; the file is deleted by whoever knows all that is kept."""
        self._loaded_strings.clear()

    def _say(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = True
            self._tell(f"The history cannot be kept in {self._path} ({error}).")
