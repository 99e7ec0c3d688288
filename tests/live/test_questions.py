"""The questions of the FAQ, asked over HTTP, each in a conversation of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.live.client import DISCLAIMER, Client, answer_ids, responses, text
from twitchwise.faq import load_faq
from twitchwise.faq.models import Question

FAQ = load_faq()
RESTORED = [question for question in FAQ.questions if question.restored]
#: Share of questions, and of other wordings of them, that must get the expected answer.
ENOUGH = {"ask": 0.95, "also": 0.85}
_CALLERS = 4


def test_there_are_36_restored_questions() -> None:
    assert len(RESTORED) == 36


@pytest.mark.parametrize("question", RESTORED, ids=lambda question: question.id)
def test_a_restored_question_gets_its_answer(bot: Client, question: Question) -> None:
    said = bot.ask(question.ask)
    given = answer_ids(said)
    assert set(question.answers) <= set(given), f"{question.ask!r} got {given}"
    sent = text(said)
    assert [term for term in question.key_terms if term.lower() not in sent.lower()] == []
    answers = [FAQ.answer_with_id(answer_id) for answer_id in question.answers]
    for answer in answers:
        assert answer is not None
        assert any(source.title in sent for source in answer.sources)
    assert responses(said)[-1] == DISCLAIMER
    assert responses(said[-1:]) == [DISCLAIMER]


@pytest.mark.parametrize("wording", ENOUGH)
def test_nearly_all_questions_get_their_answer(bot: Client, wording: str) -> None:
    asked = [
        (words, question.answers)
        for question in FAQ.questions
        for words in ([question.ask] if wording == "ask" else question.also)
    ]
    with ThreadPoolExecutor(_CALLERS) as pool:
        given = list(pool.map(lambda pair: answer_ids(bot.ask(pair[0])), asked))
    wrong = [
        f"{words!r}: expected {list(expected)}, got {got}"
        for (words, expected), got in zip(asked, given, strict=True)
        if not set(expected) <= set(got)
    ]
    assert len(wrong) <= (1 - ENOUGH[wording]) * len(asked), "\n".join(
        [f"{len(wrong)} of {len(asked)} wrong:", *wrong]
    )
