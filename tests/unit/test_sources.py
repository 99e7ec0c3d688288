"""Training happens if and only if the sources changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import twitchwise
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import HOME_VARIABLE, safety_classifier_file
from twitchwise.serving import sources, training
from twitchwise.serving.sources import mark_model, model_is_current, model_path, sources_hash


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with small sources, and a package of its own."""
    folder = tmp_path / "home"
    for name in ("config.yml", "domain.yml", "requirements.lock", "data/faq/zinc.yml"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n", encoding="utf-8")
    package = tmp_path / "package" / "twitchwise"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(twitchwise, "__file__", str(package / "__init__.py"))
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    return folder


def rewrite(path: Path) -> None:
    path.write_text("# changed\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "the configuration": lambda home: rewrite(home / "config.yml"),
    "the domain": lambda home: rewrite(home / "domain.yml"),
    "the versions": lambda home: rewrite(home / "requirements.lock"),
    "an answer": lambda home: rewrite(home / "data" / "faq" / "zinc.yml"),
    "a new file": lambda home: rewrite(home / "data" / "faq" / "iron.yml"),
    "a new name": lambda home: (home / "data/faq/zinc.yml").rename(home / "data/faq/zink.yml"),
    "a file less": lambda home: (home / "data" / "faq" / "zinc.yml").unlink(),
    "our code": lambda home: rewrite(home.parent / "package" / "twitchwise" / "__init__.py"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_source_shows(home: Path, change: str) -> None:
    before = sources_hash()
    CHANGES[change](home)
    assert sources_hash() != before


def test_a_client_of_the_running_server_does_not_show(home: Path) -> None:
    before = sources_hash()
    client = home.parent / "package" / "twitchwise" / "terminal" / "run.py"
    client.parent.mkdir()
    rewrite(client)
    assert sources_hash() == before


def test_what_is_no_source_does_not_show(home: Path) -> None:
    before = sources_hash()
    for name in ("README.md", "settings.yml", "data/faq/zinc.yml~", "models/twitchwise.tar.gz"):
        path = home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("something", encoding="utf-8")
    cache = home.parent / "package" / "twitchwise" / "__pycache__"
    cache.mkdir()
    (cache / "module.pyc").write_bytes(b"0")
    assert sources_hash() == before


def test_the_same_sources_elsewhere_have_the_same_hash(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    home.rename(other)
    before = sources_hash(other)
    other.rename(home)
    assert sources_hash(home) == before


@pytest.mark.parametrize("missing", ["config.yml", "domain.yml", "requirements.lock"])
def test_a_missing_source_is_one_clear_line(home: Path, missing: str) -> None:
    (home / missing).unlink()
    with pytest.raises(TwitchwiseError, match=f"{missing} is missing in .* Mend: ") as raised:
        sources_hash()
    assert "\n" not in str(raised.value)


def make_model() -> None:
    model_path().parent.mkdir(exist_ok=True)
    model_path().write_bytes(b"a model")
    safety_classifier_file().parent.mkdir(exist_ok=True)
    safety_classifier_file().write_bytes(b"a classifier")


def test_a_model_is_current_until_its_sources_change(home: Path) -> None:
    assert not model_is_current()
    make_model()
    assert not model_is_current()
    mark_model(sources_hash())
    assert model_is_current()
    rewrite(home / "domain.yml")
    assert not model_is_current()


def test_a_mark_without_a_model_counts_for_nothing(home: Path) -> None:
    make_model()
    mark_model(sources_hash())
    model_path().unlink()
    assert not model_is_current()


def test_a_model_without_its_safety_classifier_counts_for_nothing(home: Path) -> None:
    make_model()
    mark_model(sources_hash())
    safety_classifier_file().unlink()
    assert not model_is_current()


@pytest.fixture
def trainings(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count trainings instead of training."""
    ran: list[str] = []

    def train() -> None:
        make_model()
        ran.append("trained")

    monkeypatch.setattr(training, "_run_rasa_training", train)
    return ran


def test_training_only_where_needed(home: Path, trainings: list[str]) -> None:
    assert training.train_if_needed()
    assert not training.train_if_needed()
    assert training.train_if_needed(force=True)
    rewrite(home / "config.yml")
    assert training.train_if_needed()
    assert len(trainings) == 3


def test_a_source_that_changes_during_the_training_leads_to_another(
    home: Path, trainings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def train() -> None:
        make_model()
        rewrite(home / "config.yml")

    monkeypatch.setattr(training, "_run_rasa_training", train)
    assert training.train_if_needed()
    assert not model_is_current()


def test_a_training_that_fails_is_one_clear_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = home.parent / "python"
    python.write_text("#!/bin/sh\necho a long story\necho the reason.\necho\nexit 3\n", "utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(TwitchwiseError) as raised:
        training.train_if_needed()
    message = str(raised.value)
    assert message.startswith("Training failed: the reason. Mend: ")
    assert "\n" not in message
    assert not model_is_current()
    log = model_path().parent / "train.log"
    assert log.read_text(encoding="utf-8").startswith("a long story")


def test_the_model_has_one_place(home: Path) -> None:
    assert model_path() == home / "models" / f"{sources.MODEL_NAME}.tar.gz"
