"""The environment of the processes we start: quiet and private."""

from __future__ import annotations

import os
from collections.abc import Mapping

from twitchwise.serving.running import TOKEN_VARIABLE

_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "MPLBACKEND": "Agg",
    # Rasa writes what people typed into warnings about messages that begin with "/".
    "LOG_LEVEL": "ERROR",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "PYTHONUNBUFFERED": "1",
    # Threads share their memory pools: less is held in all.
    "MALLOC_ARENA_MAX": "2",
    # The matrices are small: more threads would only wait for each other, and burn time.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
#: Telemetry stays off and people's words stay out of the log, whatever the caller has set.
_ENFORCED = ("RASA_TELEMETRY_ENABLED",)
#: Never inherited: a process has it only where it is given to it.
_SECRET = (TOKEN_VARIABLE,)


def process_environment(**extra: str) -> Mapping[str, str]:
    """Return the environment of a child process; what the caller has set wins.

    Args:
        extra: variables for this process alone.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in _SECRET}
    enforced = {name: _QUIET[name] for name in _ENFORCED}
    return {**_QUIET, **inherited, **extra, **enforced}
