"""Actions stay thin: read the tracker, ask the FAQ, say it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
import yaml

import actions
from tests.actions.running import ACTIONS
from twitchwise.paths import project_root

LONGEST_RUN = 25
FOLDER = Path(inspect.getfile(actions)).parent
MODULES = sorted(FOLDER.glob("*.py"))


def run_methods(module: Path) -> list[ast.AsyncFunctionDef | ast.FunctionDef]:
    return [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef)) and node.name == "run"
    ]


def test_the_check_sees_the_run_methods():
    assert sum(len(run_methods(module)) for module in MODULES) == len(ACTIONS)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_run_is_long(module: Path):
    lengths = {m.lineno: (m.end_lineno or 0) - m.lineno + 1 for m in run_methods(module)}

    assert {line: n for line, n in lengths.items() if n > LONGEST_RUN} == {}


def test_the_domain_names_exactly_these_actions():
    domain = yaml.safe_load((project_root() / "domain.yml").read_text(encoding="utf-8"))

    assert set(domain["actions"]) == set(ACTIONS)
    assert all(action.name() == name for name, action in ACTIONS.items())


def test_every_action_stands_in_a_rule():
    rules = (project_root() / "data" / "rules" / "answers.yml").read_text(encoding="utf-8")
    steps = [step for rule in yaml.safe_load(rules)["rules"] for step in rule["steps"]]

    assert {step["action"] for step in steps if "action" in step} == set(ACTIONS)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_the_action_server_needs_neither_rasa_nor_scikit_learn(module: Path):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    assert not {name.partition(".")[0] for name in imported} & {"rasa", "sklearn", "spacy"}
