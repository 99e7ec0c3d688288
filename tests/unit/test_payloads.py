"""Button payloads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.faq import Faq
from twitchwise.faq.payloads import Payload, parse_payload

CODES = st.from_regex(r"[a-z][a-z0-9]{1,4}", fullmatch=True)
WORDS = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)


@given(st.builds(Payload, CODES, WORDS, st.none() | WORDS))
def test_what_is_written_is_read_again(payload: Payload) -> None:
    assert parse_payload(str(payload)) == payload


@given(st.text())
def test_any_text_can_be_tried(text: str) -> None:
    payload = parse_payload(text)
    assert payload is None or str(payload) == text.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q:mg.foods", Payload("mg", "foods")),
        ("q:b12.see_doctor", Payload("b12", "see_doctor")),
        ("q:mg.link.whole_body", Payload("mg", "link", "whole_body")),
        ("  q:mg.foods\n", Payload("mg", "foods")),
    ],
)
def test_payloads(text: str, expected: Payload) -> None:
    assert parse_payload(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "q:",
        "q:mg",
        "q:mg.",
        "q:MG.foods",
        "q:mg.foods.foot.more",
        "is q:mg.foods right",
        "mg.foods",
    ],
)
def test_other_texts_are_no_payloads(text: str) -> None:
    assert parse_payload(text) is None


def test_every_answer_has_a_payload_of_its_own(faq: Faq) -> None:
    written = [
        str(Payload(faq.topics[answer.topic].code, answer.aspect, answer.body_part))
        for answer in faq.answers()
    ]
    assert len(set(written)) == len(written)
    assert all(parse_payload(payload) for payload in written)
    # Some channels send at most 64 bytes with a button.
    assert max(len(payload.encode()) for payload in written) <= 64
