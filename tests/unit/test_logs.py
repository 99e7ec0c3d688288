"""Nothing that people typed reaches the logs."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from twitchwise.serving.environment import process_environment
from twitchwise.serving.logs import PrivateFormatter, configure_logs, without_private_keys

SECRET = "Zebulon has a twitch"


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("tests.private")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


def fail() -> None:
    raise ValueError(SECRET)


def test_an_error_is_shown_by_type_and_place_alone(
    written: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, stream = written
    try:
        fail()
    except ValueError:
        logger.exception("It failed.")
    first, second = stream.getvalue().splitlines()
    assert first == "ERROR It failed."
    assert second.startswith(f"  ValueError at {__file__}:")
    assert "Zebulon" not in stream.getvalue()


def test_the_whole_chain_is_shown(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    try:
        try:
            fail()
        except ValueError:
            try:
                _ = dict[str, str]()[SECRET]
            except KeyError as error:
                raise RuntimeError(SECRET) from error
    except RuntimeError:
        logger.exception("It failed.")
    types = [line.split()[0] for line in stream.getvalue().splitlines()[1:]]
    assert types == ["RuntimeError", "KeyError", "ValueError"]
    assert "Zebulon" not in stream.getvalue()


def test_an_error_that_was_never_raised_has_no_place() -> None:
    error = ValueError(SECRET)
    shown = PrivateFormatter().formatException((ValueError, error, None))
    assert shown == "  ValueError"


PRIVATE_EVENT = {
    "event": "processor.message.parse",
    "text": SECRET,
    "user_text": SECRET,
    "parse_data_text": SECRET,
    "parse_data_entities": [SECRET],
    "rasa_events": [SECRET],
    "prediction_events": [SECRET],
    "current_states": [SECRET],
    "slot_values": SECRET,
    "json_message": {"message": SECRET},
    "parse_data_intent": "ask_foods",
}


@pytest.mark.parametrize("level", ["info", "warning", "error", "critical", "exception"])
def test_private_keys_are_taken_out(level: str) -> None:
    event = without_private_keys(None, level, dict(PRIVATE_EVENT))
    assert event == {"event": "processor.message.parse", "parse_data_intent": "ask_foods"}


def test_for_finding_errors_there_is_debug() -> None:
    assert without_private_keys(None, "debug", dict(PRIVATE_EVENT)) == PRIVATE_EVENT


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logging.captureWarnings(False)
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("variable", "level"), [(None, logging.ERROR), ("warning", logging.WARNING)]
)
def test_logs_are_private_and_as_detailed_as_wanted(
    root_logger: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    level: int,
) -> None:
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    if variable:
        monkeypatch.setenv("LOG_LEVEL", variable)
    configure_logs()
    assert root_logger.level == level
    (handler,) = root_logger.handlers
    assert isinstance(handler.formatter, PrivateFormatter)


def test_our_processes_are_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    environment: dict[str, Any] = dict(process_environment(EXTRA="1"))
    assert environment["LOG_LEVEL"] == "ERROR"
    assert environment["EXTRA"] == "1"


def test_the_caller_may_ask_for_more_but_not_for_telemetry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    environment = process_environment()
    assert environment["LOG_LEVEL"] == "INFO"
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
