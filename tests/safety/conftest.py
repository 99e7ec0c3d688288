"""What the tests of safety share."""

from __future__ import annotations

import pytest

from twitchwise.safety.classifier import SignClassifier, project_classifier
from twitchwise.safety.training import build_if_needed


@pytest.fixture(scope="module")
def classifier() -> SignClassifier:
    """The project's own, trained if need be."""
    build_if_needed()
    found = project_classifier()
    assert found is not None
    return found
