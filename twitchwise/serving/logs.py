"""Logs of the server processes: plain lines on standard error, with nothing that people typed."""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

#: Keys under which Rasa's structured log carries a message or what was made of it.
_PRIVATE_KEYS = {
    "text",
    "user_text",
    "parse_data_text",
    "parse_data_entities",
    "rasa_events",
    "prediction_events",
    "current_states",
    "slot_values",
    "json_message",
}


#: As `twitchwise.channels.incoming.sender_of` names one.
_CONVERSATION = re.compile(r"\bchat-[A-Za-z0-9_-]{22,64}")


class PrivateFormatter(logging.Formatter):
    """Shows where an error happened, not its message; and no conversation by its name.

    Where an action fails, Rasa puts the action server's reply into the exception, and that
    holds the whole conversation. Who knows the name of a web conversation can read it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without names of web conversations."""
        return _CONVERSATION.sub("chat-…", super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        """Return the places and the types of the chain of exceptions."""
        error: BaseException | None = ei[1]
        lines = []
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
            lines.append(f"  {type(error).__name__}{place}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def configure_logs() -> None:
    """Send logs of level ``LOG_LEVEL`` (default ERROR) and above to standard error."""
    level = logging.getLevelName(os.environ.get("LOG_LEVEL", "ERROR").upper())
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)


def configure_rasa_logs() -> None:
    """As :func:`configure_logs`, for a process that runs Rasa.

    Rasa's structured log prints everything, messages included, until it is configured.
    """
    import structlog
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logs()
    configure_logging_and_warnings()
    configure_structlog(logging.getLogger().level)
    processors = structlog.get_config()["processors"]
    structlog.configure(processors=[without_private_keys, *processors])


def without_private_keys(
    _logger: Any, level: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Take out what people typed, above DEBUG (a processor of structlog)."""
    if level != "debug":
        for key in _PRIVATE_KEYS & set(event):
            del event[key]
    return event
