"""What the tests keep of the ledger of facts and of the five articles, without the articles.

``tests/data/fact_ids.txt`` lists the ids of the ledger's facts, one a line.
``tests/data/article_runs.txt`` lists every run of seven words of the articles as a hash: the first
12 hexadecimal digits of SHA-256, sorted, one a line. A text shares a run with an article where one
of its own runs has a hash of the list. The words of a text are what matches ``[a-z0-9']+`` in lower
case, with curly apostrophes made straight.

``tests/data/source_confidences.txt`` has the confidence that was noted for each source when it was
read: the source's id and the confidence, one source a line.

``python -m tests.provenance`` makes these files again from ``../shared``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FACT_IDS = ROOT / "tests" / "data" / "fact_ids.txt"
ARTICLE_RUNS = ROOT / "tests" / "data" / "article_runs.txt"
SOURCE_CONFIDENCES = ROOT / "tests" / "data" / "source_confidences.txt"
RUN_WORDS = 7
HASH_DIGITS = 12

_WORD = re.compile(r"[a-z0-9']+")


def words(text: str) -> list[str]:
    """Return the words of a text in the form in which they are compared."""
    return _WORD.findall(text.lower().replace("’", "'").replace("‘", "'"))


def runs(text: str) -> Iterator[str]:
    """Yield every run of seven words."""
    found = words(text)
    for start in range(len(found) - RUN_WORDS + 1):
        yield " ".join(found[start : start + RUN_WORDS])


def run_hash(run: str) -> str:
    """Return the hash that stands for a run in the file."""
    return hashlib.sha256(run.encode()).hexdigest()[:HASH_DIGITS]


def shared_runs(text: str, known: Iterable[str]) -> list[str]:
    """Return the runs of ``text`` whose hashes are in ``known``."""
    hashes = known if isinstance(known, (set, frozenset)) else set(known)
    return [run for run in runs(text) if run_hash(run) in hashes]


def kept_article_runs() -> frozenset[str]:
    """Return the hashes that the repository keeps."""
    return frozenset(ARTICLE_RUNS.read_text(encoding="ascii").split())


def kept_fact_ids() -> list[str]:
    """Return the ids of facts that the repository keeps."""
    return FACT_IDS.read_text(encoding="ascii").split()


def kept_source_confidences() -> dict[str, str]:
    """Return the confidence noted for each source that was read, as the repository keeps it."""
    lines = SOURCE_CONFIDENCES.read_text(encoding="ascii").splitlines()
    return dict(line.split() for line in lines)


def article_runs(shared: Path) -> list[str]:
    """Return the hashes of the articles' runs, sorted."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))]
    return sorted({run_hash(run) for text in texts for run in runs(text)})


def fact_ids(shared: Path) -> list[str]:
    """Return the ids of the ledger's facts, in its order."""
    ledger = yaml.safe_load((shared / "facts" / "seed-ledger.yml").read_text(encoding="utf-8"))
    return [str(fact["id"]) for fact in ledger["facts"]]


def source_confidences(shared: Path) -> dict[str, str]:
    """Return the confidence noted for each source that was read, by the source's id."""
    noted: dict[str, str] = {}
    for name in ("beyond-seeds.yml", "reference-intakes.yml"):
        notes = yaml.safe_load((shared / "facts" / name).read_text(encoding="utf-8"))
        noted |= {id_: source["confidence"] for id_, source in notes["sources"].items()}
    return noted


def main() -> None:
    """Make the files again."""
    if not SHARED.is_dir():
        sys.exit(f"{SHARED.name} is missing beside the repository: nothing to make the files from.")
    FACT_IDS.write_text("\n".join(fact_ids(SHARED)) + "\n", encoding="ascii")
    ARTICLE_RUNS.write_text("\n".join(article_runs(SHARED)) + "\n", encoding="ascii")
    noted = source_confidences(SHARED)
    lines = [f"{source} {noted[source]}" for source in sorted(noted)]
    SOURCE_CONFIDENCES.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
