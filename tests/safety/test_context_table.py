"""The table of contexts, row by row: what each cue makes of a mention."""

from __future__ import annotations

import pytest

from twitchwise.safety import Context, Memory, Outcome, Person, assess

ESCALATE, CONDITIONAL = Outcome.ESCALATE, Outcome.CONDITIONAL
REMINDER, EMERGENCY, NONE = Outcome.REMINDER, Outcome.EMERGENCY, Outcome.NONE

AFFIRMED = ["my foot is numb", "numbness in my hand", "arm feels weak", "twitching and weakness"]
UNCERTAIN = [
    "maybe numb", "I think it is weak", "kind of numb", "not sure if weak",
    "possibly some numbness", "it might be a bit numb", "my hand seems weak",
]  # fmt: skip
THIRD_PERSON = [
    ("my child", Person.CHILD), ("my son", Person.CHILD), ("my daughter", Person.CHILD),
    ("my baby", Person.CHILD), ("our toddler", Person.CHILD), ("my mother", Person.OTHER),
    ("my mum", Person.OTHER), ("my mom", Person.OTHER), ("my father", Person.OTHER),
    ("dad", Person.OTHER), ("grandma", Person.OTHER), ("grandpa", Person.OTHER),
    ("my wife", Person.OTHER), ("my husband", Person.OTHER), ("my partner", Person.OTHER),
    ("a friend", Person.OTHER), ("my patient", Person.OTHER),
]  # fmt: skip
RECENT = [
    "my foot was numb earlier", "my foot was numb this morning", "my foot was numb yesterday",
    "my foot was numb last night", "my foot was numb last week",
    "my foot was numb a few days ago", "my foot was numb but it went away",
    "the numbness in my foot comes and goes",
]  # fmt: skip
LONG_PAST = [
    "I had numbness years ago", "I had numbness last year", "I had numbness as a child",
    "I had numbness when I was a teenager", "I used to have numbness",
    "I had numbness in the past", "there is a history of numbness",
    "I previously had numbness",
]  # fmt: skip
LONG_PAST_UNLESS = ["again", "it is back", "still have it", "and now too", "it returned"]
QUESTIONS = [
    "can low calcium cause numbness", "could it cause weakness in people",
    "does magnesium help with numbness", "do bananas help against weakness",
    "is numbness common with low b12", "are numbness and low b12 linked",
    "which vitamin helps with numbness", "what is numbness", "why do people get numbness",
    "how is numbness treated", "when does weakness become serious",
    "would potassium help with weakness", "numbness causes", "is it a sign of weakness",
    "is numbness a symptom of low calcium", "can dehydration lead to weakness",
]  # fmt: skip
TIED_QUESTIONS = [
    "why is my hand numb", "is it normal that I am weak", "can magnesium help my numb foot",
    "is my son's weakness from low iron", "what is this numbness in my foot",
]  # fmt: skip
SUPPOSED = [
    "if numbness comes, what then", "in case of weakness what do I do",
    "what if I get numbness", "should I see a doctor for numbness if it comes",
    "suppose I get numbness", "I might get numbness later, they say", "I'm afraid of numbness",
    "I'm worried about becoming weak", "it could become weakness",
    "when should I see a doctor for numbness",
]  # fmt: skip
DENIED = [
    "no numbness", "it is not numb", "it isn't numb", "twitching without numbness",
    "never numb", "no weakness nor numbness", "neither weakness nor numbness",
    "I deny numbness", "she denies numbness", "free of numbness", "they ruled out weakness",
    "negative for weakness", "nothing is numb", "numbness: none", "absence of weakness",
    "no pain, tingling or numbness",
]  # fmt: skip
NOT_DENIED = [
    "not only twitching but numbness", "not just weak", "the numbness has not stopped",
    "the numbness won't go away", "no longer just numb", "not without numbness",
    "no pain but my hand is numb", "no numbness except in my toe, which is numb",
    "no weakness apart from my hand", "no weakness before",
    "no numbness until today, now my toe is numb", "no feeling in my foot",
    "can't grip the cup", "I cannot feel my toe", "no weakness in the arm but my leg is weak",
]  # fmt: skip
TYPING = ["my foot is NÜMB", "my foot is n u m b", "my foot is nuuuuumb", "my foot is nummb",
          "weakmess in my leg", "my foot is numb\u200b", "my foot is ｎｕｍｂ"]  # fmt: skip


@pytest.mark.parametrize("text", AFFIRMED)
def test_affirmed(text: str) -> None:
    assert assess(text).outcome is ESCALATE


@pytest.mark.parametrize("text", UNCERTAIN)
def test_uncertain(text: str) -> None:
    assert assess(text).outcome is ESCALATE


@pytest.mark.parametrize(("who", "person"), THIRD_PERSON)
def test_third_person(who: str, person: Person) -> None:
    found = assess(f"{who} has a numb foot")
    assert (found.outcome, found.person) == (ESCALATE, person)


@pytest.mark.parametrize("text", RECENT)
def test_recent_history(text: str) -> None:
    assert assess(text).outcome is ESCALATE


def test_stroke_like_signs_stay_an_emergency_though_they_passed() -> None:
    assert assess("my speech was slurred yesterday but it went away").outcome is EMERGENCY


@pytest.mark.parametrize("text", LONG_PAST)
def test_long_past(text: str) -> None:
    assert assess(text).outcome is CONDITIONAL


@pytest.mark.parametrize("unless", LONG_PAST_UNLESS)
def test_long_past_unless_it_is_back(unless: str) -> None:
    assert assess(f"I had numbness years ago, {unless}").outcome is ESCALATE


@pytest.mark.parametrize("text", QUESTIONS)
def test_asked_about(text: str) -> None:
    assert assess(text).outcome is CONDITIONAL


@pytest.mark.parametrize("text", TIED_QUESTIONS)
def test_asked_about_ones_own(text: str) -> None:
    assert assess(text).outcome is ESCALATE


@pytest.mark.parametrize("text", SUPPOSED)
def test_supposed_or_feared(text: str) -> None:
    assert assess(text).outcome is CONDITIONAL


@pytest.mark.parametrize("text", DENIED)
def test_denied(text: str) -> None:
    found = assess(text)
    assert REMINDER in found.outcomes
    assert found.outcome < CONDITIONAL


@pytest.mark.parametrize("text", NOT_DENIED)
def test_not_denied_though_there_is_a_negative_word(text: str) -> None:
    assert assess(text).outcome >= ESCALATE


@pytest.mark.parametrize("text", TYPING)
def test_typing_errors(text: str) -> None:
    assert assess(text).outcome is ESCALATE


@pytest.mark.parametrize("reply", ["both", "yes", "that too"])
def test_several_messages(reply: str) -> None:
    assert assess(reply, Memory(asked_about_required=True)).outcome is ESCALATE
    assert assess(reply).outcome is NONE


def test_what_was_mentioned_stays_in_force() -> None:
    memory = Memory(mentioned=assess("my foot is numb").affirmed)
    assert assess("now it is on my whole left side", memory).outcome is EMERGENCY
    assert assess("it is spreading fast", memory).outcome is EMERGENCY


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("can b12 cause numbness? my foot is numb", ESCALATE),
        ("no numbness, but can it come with weakness?", CONDITIONAL),
        ("no numbness, but my hand is weak", ESCALATE),
        ("what is tetany? my jaw locked", EMERGENCY),
        ("no weakness, and I can't breathe", EMERGENCY),
        ("I had weakness years ago and my foot is numb now", ESCALATE),
    ],
)
def test_of_two_contexts_the_stronger_counts(text: str, outcome: Outcome) -> None:
    assert assess(text).outcome is outcome


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("what is tetany", Context.QUESTION),
        ("can low calcium cause a seizure", Context.QUESTION),
        ("what if I get chest pain", Context.HYPOTHETICAL),
        ("I had a seizure when I was a child", Context.HISTORY),
    ],
)
def test_contexts_hold_for_all_signs(text: str, context: Context) -> None:
    found = assess(text)
    assert (found.outcome, found.context) == (CONDITIONAL, context)


@pytest.mark.parametrize(
    "text",
    [
        "my legs feel weak, can we talk",
        "I get weak in the fall",
        "my legs are weak, the air here is dry",
        "my arm is weak. I smile a lot. I speak french",
        "numb toes, I hit the gym",
    ],
)
def test_a_raising_word_counts_only_with_its_sign(text: str) -> None:
    assert assess(text).outcome is ESCALATE


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("I have double vision", EMERGENCY),  # listed as confusion-vision and other-neurological
        ("I feel emotionally numb", CONDITIONAL),  # listed as a look-alike, with the softer form
        ("tongue twitching since monday", Outcome.ADVISE),  # in two flags of one tier
    ],
)
def test_double_listings_are_settled(text: str, outcome: Outcome) -> None:
    assert assess(text).outcome is outcome
