"""Project folders of other bots: a copy of the project's, with one thing changed, and trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from tests.live.servers import ROOT, run_command
from twitchwise.paths import safety_classifier_file

_COPIED = (
    "config.yml",
    "credentials.yml",
    "domain.yml",
    "endpoints.yml",
    "requirements.lock",
    "settings.yml",
)
_UNDERSTANDING = ("QuestionReader", "PayloadParser")
BLIND = "tests.live.blind_classifier.BlindClassifier"
ZINC = Path(__file__).parent / "zinc.yml"


def blind_home(folder: Path) -> Path:
    """Return the folder of a bot that takes everything for a greeting."""
    _copy_project(folder)
    config = yaml.safe_load((folder / "config.yml").read_text(encoding="utf-8"))
    kept = [c for c in config["pipeline"] if not str(c["name"]).endswith(_UNDERSTANDING)]
    assert len(kept) == len(config["pipeline"]) - len(_UNDERSTANDING)
    config["pipeline"] = [*kept, {"name": BLIND}]
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return trained(folder)


def zinc_home(folder: Path) -> Path:
    """Return the folder of a bot whose FAQ has one more file, and nothing else changed."""
    _copy_project(folder)
    target = folder / "data" / "faq" / ZINC.name
    assert not target.exists()
    shutil.copy(ZINC, target)
    return trained(folder)


def _copy_project(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in _COPIED:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data", folder / "data")
    # As in the folder of whoever edits the content: what did not change is not built anew.
    built = safety_classifier_file()
    if built.is_file():
        (folder / "build").mkdir()
        shutil.copy(built, folder / "build" / built.name)


def trained(folder: Path) -> Path:
    """Train the bot of the folder if its sources changed; return the folder."""
    finished = run_command(folder, "train")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder
