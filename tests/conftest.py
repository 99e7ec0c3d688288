"""What many tests share: the project's real content, and fresh settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from twitchwise.dialogue import assessing
from twitchwise.faq import Faq, load_faq
from twitchwise.faq.loader import Content, read_content
from twitchwise.settings import settings

ROOT = Path(__file__).resolve().parent.parent

# How fast a machine is, or how busy, is nothing that a test may fail for.
hypothesis.settings.register_profile(
    "unhurried",
    hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def content() -> Content:
    """The project's content files, as they are read."""
    return read_content(ROOT / "data" / "faq")


@pytest.fixture(scope="session")
def faq() -> Faq:
    """The project's FAQ."""
    return load_faq(ROOT / "data" / "faq")


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    """Settings are read anew in this test, and again after it."""
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def forget_assessments() -> None:
    """Let each test assess anew: a turn's assessment is remembered for the rest of the turn."""
    assessing._assess.cache_clear()
