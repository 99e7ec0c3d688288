"""Settings of an installation: ``settings.yml``, overridden by ``TWITCHWISE_…`` variables."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseSettings, Extra, Field, ValidationError

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import project_root


class Settings(BaseSettings):
    """All settings; unknown keys are errors.

    Attributes:
        emergency_number: how the emergency number is named in texts.
        tracker_store_url: an SQLAlchemy address; empty for the SQLite file below.
        tracker_store_path: the SQLite file, relative to the project's folder.
        host: the address to listen on; 0.0.0.0 for every network of the machine.
        turn_seconds: how long a turn may take before the guard completes it.
        largest_message: the longest message accepted, in characters.
    """

    emergency_number: str = "the emergency number of your country (such as 112, 911 or 999)"
    tracker_store_url: str = ""
    tracker_store_path: Path = Path("var/conversations.sqlite3")
    host: str = "127.0.0.1"
    turn_seconds: float = Field(10.0, gt=0)
    largest_message: int = Field(200_000, gt=0)

    class Config:
        env_prefix = "TWITCHWISE_"
        extra = Extra.forbid

        @classmethod
        def customise_sources(
            cls, init_settings: Any, env_settings: Any, file_secret_settings: Any
        ) -> tuple[Any, ...]:
            """Let variables win over the file, which is passed as init settings."""
            return env_settings, init_settings

    def database_url(self) -> str:
        """Return the address of the tracker store."""
        if self.tracker_store_url:
            return self.tracker_store_url
        return f"sqlite:///{(project_root() / self.tracker_store_path).resolve()}"


def read_settings(path: Path) -> Settings:
    """Return the settings in ``path`` (defaults where the file is missing).

    Raises:
        TwitchwiseError: the file or a variable is wrong.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return Settings(**(given or {}))
    except ValidationError as error:
        detail = error.errors()[0]
        key = ".".join(str(part) for part in detail["loc"])
        raise TwitchwiseError(
            f"{path.name}: the setting {key!r} is wrong: {detail['msg']}. "
            f"Mend: correct it there or in TWITCHWISE_{key.upper()}."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise TwitchwiseError(
            f"{path.name} is no list of settings. Mend: write lines such as 'turn_seconds: 10'."
        ) from error


@functools.lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this installation, read once."""
    return read_settings(project_root() / "settings.yml")
