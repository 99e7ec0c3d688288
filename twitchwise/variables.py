"""Variables from ``.env``: secrets that stand in no file of the repository."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv.parser import parse_stream

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import project_root

#: Names another file than the project's ``.env``; empty for none.
FILE_VARIABLE = "TWITCHWISE_ENV_FILE"


def load_variables() -> None:
    """Set what the project's ``.env`` holds; what is set already stays.

    Raises:
        TwitchwiseError: a line is none of NAME=value, or the file cannot be read.
    """
    path = _file()
    if path is None:
        return
    for name, value in read_variables(path).items():
        os.environ.setdefault(name, value)


def _file() -> Path | None:
    given = os.environ.get(FILE_VARIABLE)
    if given is None:
        path = project_root() / ".env"
        return path if path.exists() else None
    return Path(given) if given else None


def read_variables(path: Path) -> dict[str, str]:
    """Return the variables in a file; names without a value are left out.

    Raises:
        TwitchwiseError: as `load_variables`. No value is shown: it may be a secret.
    """
    try:
        # Some editors put a mark before the first name.
        with path.open(encoding="utf-8-sig") as stream:
            lines = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise TwitchwiseError(
            f"{path} cannot be read ({type(error).__name__}). Mend: make it a readable text file."
        ) from error
    # No variable can hold a NUL byte.
    wrong = [line.original for line in lines if line.error or "\0" in line.original.string]
    if wrong:
        # Empty lines before it are counted with it.
        before = wrong[0].string.partition(wrong[0].string.lstrip())[0]
        number = wrong[0].line + before.count("\n")
        raise TwitchwiseError(
            f"{path.name}, line {number}: this is no variable. Mend: write NAME=value."
        )
    return {line.key: line.value for line in lines if line.key and line.value is not None}
