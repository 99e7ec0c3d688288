"""Settings of an installation: ``settings.yml``, overridden by ``TWITCHWISE_…`` variables."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseSettings, Extra, Field, ValidationError, constr, root_validator, validator

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import project_root
from twitchwise.web_address import is_base_address

#: A telephone number as people write it, or nothing.
PHONE = r"^(?:\+?[\d][\d ()/.-]*)?$"
#: A site: scheme, host (``*.`` before it for all beneath it) and port, without a path.
ORIGIN = (
    r"https?://(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::[0-9]{1,5})?"
)

# YAML reads a bare 112 as a number, so numbers are taken as texts here.
if TYPE_CHECKING:
    # One by one: mypy takes a chain for variables.
    Name = str
    OneLine = str
    Phone = str
    WebAddress = str
else:
    Name = constr(regex=r"^[^\r\n{}]+$", strip_whitespace=True)
    OneLine = constr(regex=r"^[^\r\n{}]*$", strip_whitespace=True)
    Phone = constr(regex=PHONE, strip_whitespace=True)
    WebAddress = constr(regex=r"^(?:https?://[^\s{}]+)?$", strip_whitespace=True)


class Settings(BaseSettings):
    """All settings; unknown keys are errors.

    Attributes:
        assistant_name: how the web page names the assistant.
        emergency_number: how the emergency number is named in texts; where it is a plain number,
            emergency texts have a button that calls it.
        crisis_line: how the crisis line is named in texts.
        crisis_phone: its number for a button, or nothing.
        contact_name: whom people can reach at the organisation that runs the bot, or nothing.
        contact_phone: its number, or nothing.
        contact_url: its page (https://…), or nothing.
        contact_hours: when somebody is there ("Mon to Fri, 9 to 17"), or nothing.
        tracker_store_url: an SQLAlchemy address; empty for the SQLite file below.
        tracker_store_path: the SQLite file, relative to the project's folder.
        conversation_days: after how many days without a message a conversation is deleted; 0 for
            never.
        host: the address to listen on; 0.0.0.0 for every network of the machine.
        public_url: the address at which people and messaging platforms reach the server
            (``https://bot.clinic.example``), or nothing.
        platform_seconds: how long a messaging platform may take to accept a call.
        turn_seconds: how long a turn may take before the guard completes it.
        largest_message: the longest message accepted, in characters.
        messages_per_minute: how many messages may come in one conversation; 0 for any number.
        messages_per_minute_and_address: how many may come from one address; 0 for any number.
        http_token_required: whether a request of the HTTP channel that names its conversation by a
            ``sender`` needs one of the tokens of TWITCHWISE_HTTP_TOKENS.
        proxies: how many proxies stand before the server, each of which adds to
            ``X-Forwarded-For``; 0 where people reach it directly.
        escalations_url: an SQLAlchemy address, SQLite or PostgreSQL; empty for the file below.
        escalations_path: the SQLite file of escalations, relative to the project's folder.
        escalation_texts: whether escalations are kept (and sent) with the message's text.
        escalation_days: after how many days a record that was delivered is deleted; 0 for never.
        escalation_seconds: how long a reply may wait for its escalation to be recorded.
        escalation_webhook_url: where escalations are sent; empty for nowhere.
        feedback_texts: whether comments and questions are kept with feedback.
        embed_origins: the sites that may show the web page in a frame, such as
            ``https://clinic.example``, with blanks between; ``*`` for any, empty for none.
    """

    assistant_name: Name = "Twitchwise"
    emergency_number: Name = "the emergency number of your country (such as 112, 911 or 999)"
    crisis_line: Name = "a crisis line of your country"
    crisis_phone: Phone = ""
    contact_name: OneLine = ""
    contact_phone: Phone = ""
    contact_url: WebAddress = ""
    contact_hours: OneLine = ""
    tracker_store_url: str = ""
    tracker_store_path: Path = Path("var/conversations.sqlite3")
    conversation_days: int = Field(30, ge=0, le=3650)
    host: str = "127.0.0.1"
    public_url: WebAddress = ""
    platform_seconds: float = Field(10.0, gt=0)
    turn_seconds: float = Field(10.0, gt=0)
    largest_message: int = Field(200_000, gt=0)
    messages_per_minute: int = Field(30, ge=0)
    messages_per_minute_and_address: int = Field(300, ge=0)
    http_token_required: bool = False
    proxies: int = Field(0, ge=0)
    escalations_url: str = ""
    escalations_path: Path = Path("var/escalations.sqlite3")
    escalation_texts: bool = False
    escalation_days: int = Field(0, ge=0, le=3650)
    escalation_seconds: float = Field(1.0, gt=0)
    escalation_webhook_url: str = ""
    feedback_texts: bool = False
    embed_origins: str = "*"

    @validator("public_url")
    def _public_url_takes_paths(cls, given: str) -> str:
        if given and not is_base_address(given):
            raise ValueError("it is no address such as https://bot.clinic.example")
        if "webhooks" in urlsplit(given).path.split("/"):
            # Platforms' addresses are made from it, with /webhooks/ in them.
            raise ValueError("/webhooks and what follows do not belong to it")
        return given

    @validator("embed_origins")
    def _embed_origins_are_origins(cls, given: str) -> str:
        for origin in given.split():
            if origin != "*" and not re.fullmatch(ORIGIN, origin):
                raise ValueError(f"{origin!r} is no origin such as https://clinic.example")
        return given

    @root_validator(skip_on_failure=True)
    def _contact_has_a_name(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = values["contact_phone"] or values["contact_url"] or values["contact_hours"]
        if given and not values["contact_name"]:
            raise ValueError("contact_name is empty though other contact settings are given")
        return values

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

    def escalations_database_url(self) -> str:
        """Return the address of the database of escalations."""
        if self.escalations_url:
            return self.escalations_url
        return f"sqlite:///{(project_root() / self.escalations_path).resolve()}"


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
