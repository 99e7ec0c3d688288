"""Pieces of text without which a look-alike's pattern matches nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.safety.loading import default_rules
from twitchwise.safety.needed_literals import needed_literals
from twitchwise.safety.normalise import normalise


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        (r"\b(?:tyres?|bank balance|lid) wont grip\b", {"wont grip"}),
        (r"\b(?:my|the) (?:old )?(?:laptop|phone) \w+\b", {"laptop", "phone"}),
        (r"(?<!on )\b(?:our) (?:bank\ balance|tea)\b", {"bank balance", "tea"}),
        (r"\bparaly[sz]ed by\b", {"paraly"}),
        (r"\bweak(?:er|est)? tea\b", {"weak"}),
        (r"\b(?:weak|feeble){1,2} \w", {"weak", "feeble"}),
        (r"\b(?:with|from) boredom\b", {"boredom"}),
        (r"\bsleep paralysis\b|\bnumb by linkin\b", {"sleep paralysis", "numb by linkin"}),
        (r"\bnumb inside\b(?! (?:my|the)\b)", {"numb inside"}),
    ],
)
def test_the_rarest_pieces_that_must_be_there(pattern: str, pieces: set[str]) -> None:
    assert set(needed_literals(pattern) or ()) == pieces


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(?:tea|\w+) \w+",
        r"\b(?:weak )?\w+",
        r"\b(?:very ){0,2}\w+",
        r"\b(?:tea|up) \w+",
        r"\bweak tea\b|\w+",
        r"(?=weak tea)\w",
        r"(?i)weak tea",
        "",
    ],
)
def test_patterns_that_need_nothing(pattern: str) -> None:
    assert needed_literals(pattern) is None


PIECES = st.sampled_from(["weak", "tea", "numb", " ", r"\w", r"\b", "(?:tea|numb)", "(?:weak )?"])


@given(st.lists(PIECES, min_size=1, max_size=6), st.text("weak tea numb", max_size=40))
def test_no_text_is_matched_without_them(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    needed = needed_literals(pattern)
    if needed is not None and re.search(pattern, text):
        assert any(piece in text for piece in needed)


def test_what_a_rule_matches_holds_a_piece_that_it_needs() -> None:
    cases = yaml.safe_load((Path(__file__).parent / "rules.yml").read_text(encoding="utf-8"))
    rules = default_rules()
    tried = 0
    for each in rules.mask_patterns:
        assert each.needed is not None, f"{each.mask.rule} is tried on every message"
        assert each.needed <= set(rules.mask_pieces)
        for text in (case["text"] for case in cases):
            normal = normalise(text, rules.vocabulary)
            if each.pattern.search(normal.text):
                assert any(piece in normal.text for piece in each.needed), (each.mask.rule, text)
                tried += 1
    assert tried > 100
