"""Writes what the channel tests found into docs/channels/README.md.

``python -m evaluation.channels``, after ``make test`` or the channel tests: the table of the
contract and the conversations come from their run.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from tests.channels.platforms import PLATFORMS
from twitchwise.channels.platforms.registry import ROWS
from twitchwise.paths import code_root

FOLDER = code_root() / "build" / "channels"
PAGE = code_root() / "docs" / "channels" / "README.md"
TRANSCRIPTS = code_root() / "docs" / "channels" / "conversations.md"
_BEGIN, _END = "<!-- table: python -m evaluation.channels -->", "<!-- end of table -->"
_MARKS = {True: "✓", False: "✗"}
_ABSENT = "–"
_HEAD = """# A conversation on each platform

Question, follow-up, a numb leg, goodbye: led with the trained bot and the platforms played on
loopback (`tests/live/test_platforms.py`), written by `python -m evaluation.channels`. Titles in
`[…]` are buttons; where a platform has none, or they do not fit, people answer with a number.
"""

#: A row of the table: a case, and for each platform whether it holds ("–": it cannot occur there).
Table = dict[str, tuple[str, ...]]


def main() -> None:
    """Write the table and the conversations."""
    results = read_results()
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_table(page, as_markdown(results)), encoding="utf-8")
    TRANSCRIPTS.write_text(_HEAD + "".join(_transcripts()), encoding="utf-8")
    failed = [case for case, marks in results.items() if _MARKS[False] in marks]
    print(f"{len(results)} cases × {len(PLATFORMS)} platforms; failed: {failed or 'none'}")
    sys.exit(bool(failed))


def read_results() -> Table:
    """Return what the last run of the contract found; what it did not run is missing ("✗")."""
    found = json.loads((FOLDER / "contract.json").read_text(encoding="utf-8"))
    return {
        case: tuple(
            _ABSENT if not applies else _MARKS[bool(found.get(case, {}).get(name))]
            for name, applies in zip(PLATFORMS, marks, strict=True)
        )
        for case, marks in _applicable().items()
    }


def contract_cases() -> Table:
    """Return the table as it has to be: every case holds wherever it can occur."""
    return {
        case: tuple(_MARKS[True] if applies else _ABSENT for applies in marks)
        for case, marks in _applicable().items()
    }


def _applicable() -> dict[str, tuple[bool, ...]]:
    from tests.channels import test_contract

    cases: dict[str, str] = {}
    for value in vars(test_contract).values():
        for mark in getattr(value, "pytestmark", ()):
            if mark.name == "contract":
                key, label = mark.args
                cases[label] = key
    drivers = [driver for driver, _ in PLATFORMS.values()]
    return {
        label: tuple(key not in driver.not_applicable for driver in drivers)
        for label, key in cases.items()
    }


def as_markdown(table: Table) -> str:
    """Return the table, with the reasons for what cannot occur below it."""
    titles = [row.title for row in ROWS if row.name in PLATFORMS]
    lines = [f"| case | {' | '.join(titles)} |", "| --- |" + " :-: |" * len(titles)]
    lines += [f"| {case} | {' | '.join(marks)} |" for case, marks in table.items()]
    return "\n".join([*lines, "", *_reasons()])


def _reasons() -> list[str]:
    labels = _labels()
    lines = []
    for row in ROWS:
        if row.name in PLATFORMS:
            reasons = PLATFORMS[row.name][0].not_applicable
            told = "; ".join(f"{labels[key]}: {why}" for key, why in reasons.items())
            lines.append(f"- **{row.title}**: {told}.")
    return [f"“{_ABSENT}”: it cannot occur there.", "", *lines]


def _labels() -> dict[str, str]:
    from tests.channels import test_contract

    marks = [m for v in vars(test_contract).values() for m in getattr(v, "pytestmark", ())]
    return {mark.args[0]: mark.args[1] for mark in marks if mark.name == "contract"}


def with_table(page: str, table: str) -> str:
    """Return the page with this table in the place of the one it has."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{table}\n\n{_END}{after}"


def table_in(page: str) -> Table:
    """Return the table that a page holds."""
    _, _, rest = page.partition(_BEGIN)
    table, _, _ = rest.partition(_END)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if re.match(r"\|(?! ---| case )", line)
    ]
    return {row[0]: tuple(row[1:]) for row in rows}


def _transcripts() -> list[str]:
    return [f"\n## {row.title}\n\n{_transcript(row.name)}" for row in ROWS if row.name in PLATFORMS]


def _transcript(name: str) -> str:
    path = Path(FOLDER / f"{name}.transcript.md")
    if not path.is_file():
        sys.exit(f"{path.name} is missing. Mend: run tests/live/test_platforms.py first.")
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
