"""Whoever names weakness or numbness is escalated: every one, by count."""

from __future__ import annotations

from evaluation.explicit import mentions, misspelt_mentions, typing_errors
from twitchwise.safety import Outcome, assess


def passed_over(texts: list[str]) -> list[str]:
    return [text for text in texts if assess(text).outcome < Outcome.ESCALATE]


def test_every_mention_is_escalated() -> None:
    texts = list(mentions())
    assert len(texts) >= 600
    assert passed_over(texts) == []


def test_every_mention_with_a_typing_error_is_escalated() -> None:
    texts = list(misspelt_mentions())
    assert len(texts) >= 200
    assert sum(len(typing_errors(word)) for word in ("weak", "numb", "weakness", "numbness")) >= 100
    assert passed_over(texts) == []
