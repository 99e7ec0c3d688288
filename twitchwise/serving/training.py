"""Trains the model: content checks, spaCy pipeline, Rasa, in a quiet process of its own."""

from __future__ import annotations

import subprocess
import sys

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import models_folder, project_root
from twitchwise.serving.environment import process_environment
from twitchwise.serving.progress import step
from twitchwise.serving.sources import (
    MODEL_NAME,
    mark_model,
    model_is_current,
    sources_hash,
)

_LOG = "train.log"


def train_if_needed(force: bool = False) -> bool:
    """Train where the sources changed since the last training; return whether it trained.

    Raises:
        ContentError: the content is wrong.
        TwitchwiseError: Rasa could not train.
    """
    if not force and model_is_current():
        return False
    trained_from = sources_hash()
    with step("Training the model"):
        _run_rasa_training()
    mark_model(trained_from)
    return True


def _run_rasa_training() -> None:
    models_folder().mkdir(parents=True, exist_ok=True)
    log = models_folder() / _LOG
    with log.open("w", encoding="utf-8") as output:
        # A process of its own: TensorFlow's memory goes away with it.
        finished = subprocess.run(
            [sys.executable, "-m", "twitchwise.serving.rasa_training", MODEL_NAME],
            cwd=project_root(),
            env=process_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if finished.returncode != 0:
        raise TwitchwiseError(
            f"Training failed: {_last_words(log.read_text(encoding='utf-8'))} "
            f"Mend: the whole output is in models/{_LOG}; 'twitchwise check' looks at the content."
        )


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no output."
