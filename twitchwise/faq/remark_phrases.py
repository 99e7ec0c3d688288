"""The phrases of ``data/remarks.yml``: what people tell of their lives, and what it points to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from twitchwise.errors import TwitchwiseError
from twitchwise.faq.models import AFRAID, CHECKED, LASTING
from twitchwise.paths import project_root

#: What points to nothing.
NOTHING = "nothing"
#: What a remark can point to besides a topic.
_NO_TOPICS = frozenset({LASTING, CHECKED, AFRAID, NOTHING})
_FORM = {"about", "phrases"}


@dataclass(frozen=True)
class Remark:
    """A phrase, and the id of the topic that it points to (or one of ``lasting`` …)."""

    text: str
    about: str


def remarks_file() -> Path:
    """Return the file of the phrases."""
    return project_root() / "data" / "remarks.yml"


def read_remarks(file: Path, topics: Collection[str]) -> list[Remark]:
    """Return the phrases of a file.

    Args:
        file: a YAML file with a list ``remarks`` of ``about`` and ``phrases``.
        topics: ids of the FAQ's topics.

    Raises:
        TwitchwiseError: the file is missing, or not as it should be.
    """
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_SAFE_LOADER)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise TwitchwiseError(
            f"{file.name}: cannot be read ({' '.join(str(error).split())}). "
            "Mend: correct it there, or restore it from version control."
        ) from error
    entries = data.get("remarks") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not entries:
        raise TwitchwiseError(f"{file.name}: has no list 'remarks'. Mend: restore it.")
    found = [remark for entry in entries for remark in _remarks(file.name, entry, topics)]
    double = [text for text, count in Counter(remark.text for remark in found).items() if count > 1]
    if double:
        raise TwitchwiseError(
            f"{file.name}: {double[0]!r} stands there twice. Mend: keep it in one place."
        )
    return found


#: libyaml's where it is there: some thousand phrases are read at each check.
_SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _remarks(name: str, entry: Any, topics: Collection[str]) -> Iterable[Remark]:
    if not isinstance(entry, dict) or set(entry) != _FORM:
        raise TwitchwiseError(
            f"{name}: an entry has other keys than 'about' and 'phrases'. Mend: use these."
        )
    about, phrases = entry["about"], entry["phrases"]
    if about not in _NO_TOPICS and about not in topics:
        others = ", ".join(sorted(_NO_TOPICS))
        raise TwitchwiseError(
            f"{name}: there is no topic {about!r}. "
            f"Mend: name one that has a file, or one of {others}."
        )
    if not isinstance(phrases, list) or not all(isinstance(p, str) and p.strip() for p in phrases):
        raise TwitchwiseError(f"{name}: a phrase of {about!r} is no text. Mend: put it in quotes.")
    return [Remark(phrase, about) for phrase in phrases]
