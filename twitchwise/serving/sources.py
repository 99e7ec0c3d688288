"""Which model belongs to which sources: training happens if and only if the sources changed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

import twitchwise
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import models_folder, project_root, safety_classifier_file

#: What a model depends on, besides our own package: Rasa's cache does not see its helper modules.
#: Of the package, all counts but clients of the running server.
_SOURCES = ("config.yml", "domain.yml", "requirements.lock", "data")
_CLIENTS = ("terminal",)
_ENDINGS = {".yml", ".yaml", ".txt", ".py", ".lock"}
_MARK = "sources.sha256"
MODEL_NAME = "twitchwise"
#: So much of a hash names a version.
VERSION_LENGTH = 12


def sources_hash(root: Path | None = None) -> str:
    """Return a hash over names and contents of everything that a model depends on.

    Raises:
        TwitchwiseError: a source is missing.
    """
    digest = hashlib.sha256()
    for name, path in _source_files(root or project_root()):
        digest.update(name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[tuple[str, Path]]:
    package = Path(twitchwise.__file__).parent
    for source in (*(root / name for name in _SOURCES), package):
        if source.is_file():
            yield source.name, source
        elif source.is_dir():
            files = (p for p in source.rglob("*") if p.suffix in _ENDINGS and p.is_file())
            if source == package:
                files = (p for p in files if p.relative_to(package).parts[0] not in _CLIENTS)
            yield from ((str(p.relative_to(source.parent)), p) for p in sorted(files))
        else:
            raise TwitchwiseError(
                f"{source.name} is missing in {root}. Mend: run this from a complete checkout."
            )


def model_path() -> Path:
    """Return where the trained model is kept."""
    return models_folder() / f"{MODEL_NAME}.tar.gz"


def model_is_current() -> bool:
    """Say whether the model was trained from the sources as they are now."""
    mark = models_folder() / _MARK
    return (
        model_path().is_file()
        and safety_classifier_file().is_file()
        and mark.is_file()
        and mark.read_text(encoding="utf-8").strip() == sources_hash()
    )


@functools.lru_cache(maxsize=1)
def model_version() -> str:
    """Return the beginning of the hash of what the model in use was trained from."""
    mark = models_folder() / _MARK
    return mark.read_text(encoding="utf-8").strip()[:VERSION_LENGTH] if mark.is_file() else ""


def mark_model(trained_from: str) -> None:
    """Remember the hash of the sources that the model was trained from."""
    (models_folder() / _MARK).write_text(trained_from + "\n", encoding="utf-8")
