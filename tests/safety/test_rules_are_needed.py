"""No rule is idle: each is needed by a message, and no phrase says what another rule says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.safety.memories import memory_of
from twitchwise.safety import Assessment, Rules, assess, default_rules
from twitchwise.safety.upkeep import redundant_phrases, rules_fired

HERE = Path(__file__).parent
RULES: list[dict[str, Any]] = yaml.safe_load((HERE / "rules.yml").read_text("utf-8"))
CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "cases.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The rules alone: no typing error is guessed, no classifier asked."""
    return default_rules().without_guesses()


def told(found: Assessment) -> tuple[Any, ...]:
    return found.outcome, found.signs, frozenset(found.affirmed)


def needed_by(case: dict[str, Any], rules: Rules) -> set[str]:
    """The rules without which the message is assessed otherwise."""
    memory = memory_of(case)
    with_all = told(assess(case["text"], memory, rules))
    return {
        rule
        for rule in rules_fired(case["text"], rules)
        if told(assess(case["text"], memory, rules.without(rule))) != with_all
    }


@pytest.mark.parametrize("case", RULES, ids=lambda case: str(case["rule"]))
def test_the_message_of_a_rule_needs_it(case: dict[str, Any], rules: Rules) -> None:
    assert case["rule"] in needed_by(case, rules)
    assert assess(case["text"], memory_of(case), rules).outcome.value == case["outcome"]
    assert assess(case["text"], memory_of(case)).outcome.value == case["outcome"]


def test_without_any_one_rule_a_test_fails(rules: Rules) -> None:
    """A new rule needs a message, in cases.yml or rules.yml, that fails without it."""
    messages = [*RULES, *(case for group in CASES.values() for case in group)]
    needed = set().union(*(needed_by(case, rules) for case in messages))
    assert rules.all_entries() - needed == set()


def test_no_phrase_is_found_by_another_rule_of_its_sign(rules: Rules) -> None:
    assert [str(found) for found in redundant_phrases(rules)] == []


def test_a_phrase_that_says_nothing_new_is_told(tmp_path: Path) -> None:
    from twitchwise.safety import load_rules

    file = HERE.parents[1] / "data" / "faq" / "red_flags.yml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["flags"][0]["phrases"].append("weak left elbow")
    copy = tmp_path / "red_flags.yml"
    copy.write_text(yaml.safe_dump(data), encoding="utf-8")
    (found,) = redundant_phrases(load_rules(copy))
    assert found.phrase == "weak left elbow"
    assert "flags[weakness]" in str(found)
    assert "'weakness: weak'" in str(found)
