"""Where the project's files are."""

from __future__ import annotations

import os
from pathlib import Path

import twitchwise

HOME_VARIABLE = "TWITCHWISE_HOME"


def project_root() -> Path:
    """Return the folder that holds ``config.yml`` and ``data/``.

    ``TWITCHWISE_HOME`` wins; it lets tests and operators point at another set of content.
    """
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).resolve() if home else Path(__file__).resolve().parent.parent


def faq_folder() -> Path:
    """Return the folder of the structured FAQ."""
    return project_root() / "data" / "faq"


def spacy_folder() -> Path:
    """Return the one fixed place of the spaCy pipeline that is built from the FAQ."""
    return project_root() / "build" / "spacy_en_twitchwise"


def safety_classifier_file() -> Path:
    """Return the place of the classifier that is trained from ``data/safety``."""
    return project_root() / "build" / "safety_classifier.npz"


def models_folder() -> Path:
    """Return the folder of trained models."""
    return project_root() / "models"


def code_root() -> Path:
    """Return the folder that holds the package, wherever ``TWITCHWISE_HOME`` points."""
    return Path(twitchwise.__file__).resolve().parents[1]


def web_folder() -> Path:
    """Return the folder of the web page's sources, which belong to the code."""
    return code_root() / "web"


def built_web_folder() -> Path:
    """Return the folder that the web page is built into."""
    return code_root() / "build" / "web"
