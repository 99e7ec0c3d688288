"""What holds for every message, and what an assessment carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from twitchwise.safety import Memory, Outcome, Person, assess, default_rules, normalise

ROOT = Path(__file__).resolve().parents[2]
RED_FLAGS = yaml.safe_load((ROOT / "data" / "faq" / "red_flags.yml").read_text(encoding="utf-8"))


def phrases(flag: dict[str, Any]) -> list[Any]:
    return [
        entry["phrase"] if isinstance(entry, dict) else entry
        for entry in [*flag["phrases"], *flag.get("misspellings", [])]
    ]


def every_phrase(tier: str | None = None, required: bool = False) -> list[str]:
    return [
        phrase
        for flag in RED_FLAGS["flags"]
        if (flag["tier"] == tier and not flag.get("only_with"))
        or (required and flag.get("required"))
        for phrase in phrases(flag)
    ]


@pytest.mark.parametrize("phrase", every_phrase(required=True))
@pytest.mark.parametrize("frame", ["{}", "I have this: {}", "Hello. {} since Monday"])
def test_every_phrase_for_weakness_or_numbness_escalates(phrase: str, frame: str) -> None:
    assert assess(frame.format(phrase)).outcome >= Outcome.ESCALATE


@pytest.mark.parametrize("phrase", every_phrase(tier="emergency-now"))
def test_every_emergency_phrase_is_one_when_somebody_has_it(phrase: str) -> None:
    assert assess(f"I have this: {phrase}").outcome is Outcome.EMERGENCY


@pytest.mark.parametrize("word", ["weak", "weakness", "numb", "numbness"])
@pytest.mark.parametrize(
    "frame",
    [
        "{}", "what is {}?", "no {}", "I had {} years ago", "what if I get {}", "my dad has {}",
        "{} maybe", "I'm afraid of {}", "can potassium cause {}", "is it {}", "not {}",
        "so {} today",
    ],
)  # fmt: skip
def test_a_mention_is_never_passed_over(word: str, frame: str) -> None:
    assert assess(frame.format(word)).outcome is not Outcome.NONE


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=200)
def test_any_string_is_assessed(text: str) -> None:
    found = assess(text, Memory(asked_about_required=True, mentioned=("numbness", "nonsense")))
    length = len(normalise(text, default_rules().vocabulary).text)
    assert all(0 <= start < end <= length for start, end in found.evidence)


@given(
    st.lists(st.sampled_from([*every_phrase(), "no", "not", "if", ",", ".", "?", "my", "I", "\n"]))
)
@settings(max_examples=200)
def test_any_mixture_of_rule_words_is_assessed(words: list[str]) -> None:
    assess(" ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\x00\x01\x1b",
        "\u202enumb",
        "a\u0301" * 50,
        "\ufdfa",
        "'" * 9,
        "İ",
        "🦶",
        " \t\n ",
    ],
)
def test_odd_characters_are_no_problem(text: str) -> None:
    assert isinstance(assess(text).outcome, Outcome)


@given(
    st.text(st.characters(blacklist_characters="\"'`?", blacklist_categories=["Cs"]), max_size=80),
    st.text(st.characters(blacklist_characters="\"'`?", blacklist_categories=["Cs"]), max_size=80),
)
@settings(max_examples=200)
def test_a_plain_statement_is_found_in_any_text(before: str, after: str) -> None:
    assert assess(f"{before}. My foot is numb. {after}").outcome >= Outcome.ESCALATE


@given(
    st.sampled_from(
        [
            "I take magnesium weekly",
            "what is tetany",
            "no numbness",
            "my foot is numb",
            "I can't see",
        ]
    ),
    st.data(),
)
@settings(max_examples=100)
def test_case_and_spacing_do_not_matter(text: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from([c.lower(), c.upper()])) for c in text]
    spaced = "".join(letters).replace(" ", data.draw(st.sampled_from([" ", "  ", "\t", " \u00a0"])))
    assert assess(f" {spaced} ").outcome is assess(text).outcome


def test_outcomes_are_ordered_by_strength() -> None:
    order = [
        Outcome.NONE,
        Outcome.REMINDER,
        Outcome.ADVISE,
        Outcome.CONDITIONAL,
        Outcome.ESCALATE,
        Outcome.EMERGENCY,
    ]
    assert sorted(Outcome) == order
    assert [outcome.rank for outcome in order] == [0, 1, 2, 3, 4, 5]
    assert max(Outcome) is Outcome.EMERGENCY
    assert Outcome.NONE < "reminder"


def test_evidence_points_at_the_sign() -> None:
    text = "Calf twitches, and my FOOT is nuuumb"
    found = assess(text)
    normal = normalise(text, default_rules().vocabulary).text
    assert [normal[start:end] for start, end in found.evidence] == ["numb"]


def test_all_outcomes_of_a_message_are_listed() -> None:
    found = assess("no numbness, but my calf hurts")
    assert found.outcomes == (Outcome.ADVISE, Outcome.REMINDER)
    assert found.signs == ("pain",)


def test_affirmed_signs_go_into_the_memory() -> None:
    first = assess("my hand is numb")
    assert first.affirmed == ("numbness",)
    later = assess("now it is my whole left side", Memory(mentioned=first.affirmed))
    assert later.outcome is Outcome.EMERGENCY
    assert "numbness" in later.signs


def test_asked_or_denied_signs_do_not_go_into_the_memory() -> None:
    assert assess("what is numbness?").affirmed == ()
    assert assess("no numbness").affirmed == ()


def test_an_earlier_head_injury_counts_with_numbness() -> None:
    assert assess("I hit my head").outcome is Outcome.NONE
    assert assess("I hit my head", Memory(mentioned=("numbness",))).outcome is Outcome.EMERGENCY


def test_the_person_is_the_one_who_has_the_sign() -> None:
    assert assess("my son plays. my own foot is numb").person is Person.SELF
    assert assess("I worry: my son has a numb foot").person is Person.CHILD
