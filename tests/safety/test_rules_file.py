"""The rules file: what it must hold, and how errors in it are reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from twitchwise.safety import Outcome, RulesError, assess, default_rules, load_rules

FILE = Path(__file__).resolve().parents[2] / "data" / "faq" / "red_flags.yml"


@pytest.fixture
def data() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def write(tmp_path: Path, data: object) -> Path:
    path = tmp_path / "red_flags.yml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def test_rasa_does_not_take_the_file_for_training_data() -> None:
    starts = ("nlu:", "rules:", "stories:", "responses:", "version:")
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.strip().startswith(starts)]


def test_default_rules_are_loaded_once() -> None:
    assert default_rules() is default_rules()


def test_rules_are_found_through_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: dict[str, Any]
) -> None:
    data["flags"][0]["phrases"].append("wonkyleg")
    folder = tmp_path / "data" / "faq"
    folder.mkdir(parents=True)
    write(folder, data)
    monkeypatch.setenv("TWITCHWISE_HOME", str(tmp_path))
    assert assess("I have a wonkyleg").outcome is Outcome.ESCALATE


def test_a_new_red_flag_needs_no_code(tmp_path: Path, data: dict[str, Any]) -> None:
    data["flags"].append(
        {"id": "hiccups", "tier": "see-a-doctor-soon", "phrases": ["glowing green"]}
    )
    rules = load_rules(write(tmp_path, data))
    assert assess("my toe is glowing green", rules=rules).signs == ("hiccups",)
    assert assess("can a toe be glowing green?", rules=rules).outcome is Outcome.NONE


def _remove_numbness(data: dict[str, Any]) -> None:
    data["flags"] = [flag for flag in data["flags"] if flag["id"] != "numbness"]


def _set(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        for key in path[:-2]:
            data = data[key]
        data[path[-2]] = path[-1]

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_remove_numbness, ["numbness", "restore"]),
        (_set("flags", 0, "tier", "soon"), ["flags[weakness].tier", "use one of emergency-now"]),
        (_set("flags", 0, "phrases", 0, False), ["flags[weakness].phrases[1]", "put it in quotes"]),
        (_set("flags", 0, "phrases", 0, {"phrase": "x", "nt_with": "y"}), ["nt_with", "not_with"]),
        (_set("flags", 0, "phrases", "weak"), ["flags[weakness].phrases", "is not a list"]),
        (_set("flags", 0, "phrases", 0, "my"), ["no word besides small ones"]),
        (_set("flags", 0, "raise_with", ["suden"]), ["'suden'", "raising"]),
        (_set("flags", 0, "supposed", "yes"), ["flags[weakness].supposed", "counts"]),
        (_set("flags", 0, "required", "yes"), ["flags[weakness].required", "true or false"]),
        (_set("flags", 1, "id", "weakness"), ["stands twice"]),
        (_set("flags", 3, "only_with", ["weekness"]), ["'weekness'"]),
        (_set("frames", 0, "regex", "(a"), ["frames[lost-feeling].regex", "regular expression"]),
        (_set("frames", 0, "regex", "(?:a|b)*"), ["frames[lost-feeling].regex", "{0,6}"]),
        (_set("frames", 0, "regex", " {prt}"), ["'prt'", "words"]),
        (_set("frames", 0, "flag", "numb"), ["frames[lost-feeling].flag", "'numb'"]),
        (_set("lookalikes", 0, "outcome", "none"), ["lookalikes[numb-idiom]", "conditional"]),
        (_set("words", "part", []), ["words.part", "add the list"]),
        (_set("context", "negators", ["no", False]), ["context.negators[2]", "quotes"]),
        (_set("raising", "sudden", ["now"]), ["raising.sudden", "not a mapping"]),
        (lambda data: data.pop("frames"), ["frames", "is missing"]),
    ],
)
def test_errors_name_the_file_the_entry_and_the_mend(
    tmp_path: Path, data: dict[str, Any], change: Callable[[dict[str, Any]], None], words: list[str]
) -> None:
    change(data)
    path = write(tmp_path, data)
    with pytest.raises(RulesError) as error:
        load_rules(path)
    for word in [str(path), *words]:
        assert word in str(error.value)


@pytest.mark.parametrize("content", ["flags: [", "- a", "", "\xff"])
def test_a_broken_file_is_reported(tmp_path: Path, content: str) -> None:
    path = tmp_path / "red_flags.yml"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(RulesError, match=r"red_flags\.yml"):
        load_rules(path)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="not found"):
        load_rules(tmp_path / "none.yml")
