"""The promises that every turn keeps, over generated messages, and whatever part fails."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.live.client import (
    DISCLAIMER,
    LEADS,
    Client,
    Message,
    is_one_of,
    new_sender,
    responses,
    shape,
)
from tests.live.inputs import LONG_TEXTS, Input, messages

#: So many different messages at least go to each bot.
WANTED = 1000
_BLANK_LINE = re.compile(r"\n\s*\n")
#: The same messages in every run, so that a failure can be repeated; a failing message is told as
#: it is, since making it shorter would take hundreds of turns.
_REPEATABLE = settings(
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def assert_promises(said: list[Message], mentions: bool) -> None:
    """Never silent; safety first; the disclaimer last, and once; no blank line."""
    names = shape(said)
    assert len(said) >= 2, "nothing but the disclaimer"
    assert names[-1] == DISCLAIMER
    assert responses(said).count(DISCLAIMER) == 1
    for message in said:
        assert message["text"].strip()
        assert not _BLANK_LINE.search(message["text"])
    if mentions:
        assert is_one_of(names[0], LEADS), f"a mention was passed over: {names}"


def test_every_turn_keeps_the_promises(any_bot: Client) -> None:
    sent: set[str] = set()

    @settings(_REPEATABLE, max_examples=1050)
    @given(message=messages)
    def turn(message: Input) -> None:
        sent.add(message.text)
        assert_promises(any_bot.ask(message.text), message.mentions)

    turn()
    assert len(sent) >= WANTED


def test_turns_of_whole_conversations_keep_the_promises(bot: Client) -> None:
    @settings(_REPEATABLE, max_examples=15)
    @given(conversation=st.lists(messages, min_size=6, max_size=15))
    def talk(conversation: list[Input]) -> None:
        sender = new_sender()
        for message in conversation:
            assert_promises(bot.say(sender, message.text), message.mentions)

    talk()


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_long_texts_keep_the_promises(any_bot: Client, name: str) -> None:
    assert_promises(any_bot.ask(LONG_TEXTS[name]), mentions=False)


@pytest.mark.parametrize("name", ["words", "four-byte characters"])
def test_a_mention_at_the_end_of_a_long_text_is_seen(any_bot: Client, name: str) -> None:
    assert_promises(any_bot.ask(f"{LONG_TEXTS[name]}\nmy foot is numb."), mentions=True)
