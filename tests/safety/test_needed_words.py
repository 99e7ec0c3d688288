"""Words without which a look-alike's pattern matches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from twitchwise.safety.loading import default_rules
from twitchwise.safety.needed_words import needed_words
from twitchwise.safety.normalise import normalise


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\b(?:tyres?|bank balance|lid) (?:wont|cant) grip\b", {"tyre", "tyres", "bank", "lid"}),
        (r"\b(?:my|the) (?:old )?(?:laptop|phone) (?:died)\b", {"laptop", "phone"}),
        (r"(?<!on )\b(?:our) (?:bank\ balance|tea) is weak\b", {"bank", "tea"}),
        (r"\b(?:old )?(?:weak) tea", {"weak"}),
        (r"\b(?:very ){0,2}(?:weak) tea", {"weak"}),
    ],
)
def test_the_first_group_that_must_be_there(pattern: str, words: set[str]) -> None:
    assert set(needed_words(pattern) or ()) == words


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(?:tea|coffee) weak\b|\bsleep paralysis\b",
        r"\b(?:tea|\w+) is weak",
        r"\bweak tea\b",
        r"\bweak(?:ness|nesses) for tea\b",
        r"\b(?:tea|coffee)cup weak\b",
        r"\b(?:the|a) weak tea",
        r"\b(?:paraly[sz]ed) by snow",
        r"(?:^|\b(?:my|the) )weak",
        "",
    ],
)
def test_patterns_that_spare_nothing(pattern: str) -> None:
    assert needed_words(pattern) is None


def test_what_a_pattern_matches_holds_a_word_that_it_needs() -> None:
    cases = yaml.safe_load((Path(__file__).parent / "rules.yml").read_text(encoding="utf-8"))
    tried = 0
    for each in default_rules().mask_patterns:
        for text in (case["text"] for case in cases):
            normal = normalise(text, default_rules().vocabulary)
            if each.needed is not None and each.pattern.search(normal.text):
                assert not each.needed.isdisjoint(normal.tokens), (each.mask.rule, text)
                tried += 1
    assert tried > 30
