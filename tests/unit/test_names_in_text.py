"""The FAQ's names found in a text, as people spell them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from twitchwise.faq import BodyPart, Faq, Topic, UnsourcedSubject
from twitchwise.nlu.aspect_model import Span
from twitchwise.nlu.names_in_text import (
    BODY_PART,
    SUBJECT,
    TOPIC,
    Name,
    examples,
    ids,
    meant,
    names_in,
    names_within,
    not_excepted,
)
from twitchwise.nlu.spelling import SpellingRepair


def found(pipeline: Language, text: str) -> list[str]:
    return [name.id for name in names_in(pipeline(text))]


def test_a_name_has_its_place_its_label_its_kind_and_its_id(pipeline: Language) -> None:
    text = "Low magnesium and statins in my toe"
    assert names_in(pipeline(text)) == [
        Name(0, 13, TOPIC, "nutrient", "magnesium"),
        Name(18, 25, SUBJECT, SUBJECT, "statins"),
        Name(32, 35, BODY_PART, BODY_PART, "foot"),
    ]
    assert names_in(pipeline("nothing of ours")) == []


def test_a_name_as_the_classifier_sees_it() -> None:
    assert Name(3, 7, TOPIC, "nutrient", "zinc").span == Span(3, 7, "nutrient")


def test_an_example_of_a_topic_is_told_by_any_form_of_its_names(pipeline: Language) -> None:
    (found,) = names_in(pipeline("do inhalers cause it"))
    assert (found.id, found.kind, found.example) == ("medication", "medicine", "inhalers")
    assert examples([found, found]) == ("inhalers",)
    (general,) = names_in(pipeline("do medicines cause it"))
    assert (general.id, general.example) == ("medication", "")
    assert examples([general]) == ()


# Children, named by their age.


@pytest.mark.parametrize(
    "text",
    [
        "my 5 year old",
        "my 5-year-old",
        "a 12 yr old",
        "he is 3 yrs old",
        "my 17yo",
        "8 months old",
        "she is 6 weeks old",
        "10 days old",
        "my 4 y/o",
    ],
)
def test_a_child_may_be_named_by_its_age(pipeline: Language, text: str) -> None:
    (name,) = names_in(pipeline(text))
    assert (name.label, name.id) == (SUBJECT, "children")
    assert any(character.isdigit() for character in text[name.start : name.end])


@pytest.mark.parametrize(
    "text",
    [
        "i am 34 years old",
        "a 18 year old",
        "62yo",
        "for 3 weeks",
        "5 days ago",
        "twice in 10 years",
        "for 3 mo now",
        "it began 6 months ago. old habits",
        "vitamin b12 yo",
        "b12",
    ],
)
def test_other_numbers_are_no_children(pipeline: Language, text: str) -> None:
    assert "children" not in found(pipeline, text)


# Values of blood tests, which no source judges.


@pytest.mark.parametrize(
    "text",
    [
        "potassium 3.4, is that low",
        "my calcium level was 2.1 is this normal",
        "b12 of 250, low?",
        "magnesium came back at 0.7. should be fine?",
        "potassium 3.4",
        "did my calcium in A&E, 2.35",
    ],
)
def test_a_value_that_is_to_be_judged(pipeline: Language, text: str) -> None:
    assert found(pipeline, text)[1:] == ["normal_ranges"]


@pytest.mark.parametrize(
    "text",
    [
        "magnesium 400 mg, is that too high",
        "potassium 34",
        "calcium: 5 foods that are good",
        "b12 is low",
        "twitch 3.4 is that low",
        "potassium 3 times a day, is that bad",
    ],
)
def test_other_numbers_are_no_values(pipeline: Language, text: str) -> None:
    assert "normal_ranges" not in found(pipeline, text)


# Where the names are, and which of them are meant.


def name_at(start: int, identity: str, label: str = TOPIC) -> Name:
    return Name(start, start + len(identity), label, "nutrient", identity)


def test_names_of_a_part_of_the_text() -> None:
    zinc, iron = name_at(0, "zinc"), name_at(9, "iron")
    assert names_within([zinc, iron], 0, 13) == [zinc, iron]
    assert names_within([zinc, iron], 0, 12) == [zinc]
    assert names_within([zinc, iron], 1, 13) == [iron]


def test_ids_are_those_of_a_label_and_stand_once() -> None:
    names = [name_at(0, "zinc"), name_at(5, "toe", BODY_PART), name_at(9, "zinc")]
    assert ids(names, TOPIC) == ("zinc",)
    assert ids(names, BODY_PART) == ("toe",)
    assert ids(names, SUBJECT) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not the leg, the eyelid", ["eyelid"]),
        ("the eyelid, not my leg", ["eyelid"]),
        ("i meant potassium not magnesium", ["potassium"]),
        ("potassium rather than magnesium", ["potassium"]),
        ("calcium instead of the magnesium", ["calcium"]),
        ("what about stress apart from coffee", ["stress"]),
        ("magnesium and calcium", ["magnesium", "calcium"]),
        # Where all are ruled out, they are all there is.
        ("not magnesium", ["magnesium"]),
        # "not" belongs to something else.
        ("not sure about magnesium", ["magnesium"]),
        ("why not, magnesium or calcium", ["magnesium", "calcium"]),
    ],
)
def test_what_is_ruled_out_is_not_meant(pipeline: Language, text: str, expected: list[str]) -> None:
    assert [name.id for name in meant(names_in(pipeline(text)), text)] == expected


# As people spell them.


def test_every_spelling_error_that_the_faq_lists_is_its_topic(
    pipeline: Language, spelling: SpellingRepair, faq: Faq
) -> None:
    named: list[Topic | UnsourcedSubject] = [*faq.topics.values(), *faq.subjects.values()]
    wrong = {
        (misspelling, repaired): found(pipeline, repaired)
        for each in named
        for misspelling in each.misspellings
        if found(pipeline, repaired := spelling.repair(misspelling)) != [each.id]
    }
    assert wrong == {}


def test_the_repair_leaves_every_name_as_it_is(
    pipeline: Language, spelling: SpellingRepair, faq: Faq
) -> None:
    named: list[Topic | UnsourcedSubject | BodyPart] = [
        *faq.topics.values(),
        *faq.subjects.values(),
        *faq.body_parts.values(),
    ]
    changed = [
        name
        for each in named
        for name in each.names
        if found(pipeline, spelling.repair(name)) != [each.id]
    ]
    assert changed == []


def slips(word: str) -> Iterator[str]:
    """Yield the word with a letter missing, doubled, or swapped with the next one."""
    for place in range(1, len(word) - 1):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + word[place] + word[place:]
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


@pytest.mark.parametrize(
    "name",
    [
        *("magnesium", "calcium", "potassium", "sodium", "thiamine", "vitamin", "electrolytes"),
        *("twitching", "cramps", "spasm", "tremor", "fasciculations", "myoclonus", "eyelid"),
        *("dehydration", "caffeine", "alcohol", "supplements", "medication"),
    ],
)
def test_every_slip_in_the_names_that_matter_most(
    pipeline: Language, spelling: SpellingRepair, name: str
) -> None:
    # A slip may make another word ("camps"), which stays.
    made = {slip for slip in slips(name) if slip != name and not spelling.is_known(slip)}
    assert len(made) > len(name)
    repaired = {slip: spelling.repair(slip) for slip in made}
    topic = found(pipeline, name)
    wrong = {slip: r for slip, r in repaired.items() if found(pipeline, r) != topic}
    assert wrong == {}


@given(text=st.text(max_size=80))
def test_names_are_looked_for_in_any_text(pipeline: Language, text: str) -> None:
    for name in names_in(pipeline(text)):
        assert 0 <= name.start < name.end <= len(text)


def test_some_words_count_beside_a_part_of_the_body_only(pipeline: Language) -> None:
    assert found(pipeline, "my thigh keeps hopping") == ["leg", "twitch"]
    assert found(pipeline, "my foot seizes in bed") == ["foot", "cramp"]
    assert found(pipeline, "i hop on the bus every day") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what causes tingling", ["peripheral_neuropathy"]),
        ("numbness and tingling in my hand", ["peripheral_neuropathy", "hand"]),
        ("my calf twitches and tingles", ["calf_twitch"]),
        ("does low b12 bring on tingling", ["vitamin_b12"]),
        ("can it bring on tingling", []),
        ("do statins bring on tingling", ["statins"]),
    ],
)
def test_some_words_count_where_nothing_else_is_named(
    pipeline: Language, text: str, expected: list[str]
) -> None:
    assert set(found(pipeline, text)) >= set(expected)
    assert ("peripheral_neuropathy" in found(pipeline, text)) is (
        "peripheral_neuropathy" in expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what else besides calcium", []),
        ("any cause other than the magnesium", []),
        ("calcium apart from food", ["calcium"]),
    ],
)
def test_what_is_set_aside_is_not_asked_about(
    pipeline: Language, text: str, expected: list[str]
) -> None:
    assert [name.id for name in not_excepted(names_in(pipeline(text)), text)] == expected


@pytest.mark.parametrize(
    ("text", "told_only"),
    [
        ("my daughter in canada says old people lack b12", True),
        ("baby had me up every hour, my eye twitches", True),
        ("baby is 6 weeks, i sleep four hours", True),
        ("up all night with a newborn", True),
        ("a flutter like a baby kicking", True),
        # Whose muscles they are.
        ("my 5 year old son said his leg hurts", False),
        ("my daughter told me that her leg twitches", False),
        ("my toddler wakes me at night with his jerks", False),
        ("my son says he's twitching", False),
        ("my baby is 6 weeks and her leg jerks", False),
        ("my son gets cramps after football", False),
        ("help for a parent with a toddler who twitches", False),
        ("is magnesium safe for kids", False),
    ],
)
def test_a_child_that_is_only_told_of(pipeline: Language, text: str, told_only: bool) -> None:
    named = {name.id for name in names_in(pipeline(text)) if name.label != "topic"}
    assert ("children" not in named) is told_only


@pytest.mark.parametrize(
    "text",
    [
        "my 53-year-old daughter has twitches",
        "my son, 22, got a jumpy arm",
        "daughter is 30 and has cramps",
        "my kid's coach says drink more, my calf twitches",
        "my arm twitches when I carry my son",
        "holding my baby makes my thumb twitch",
    ],
)
def test_a_child_that_is_none_or_only_told_of(pipeline: Language, text: str) -> None:
    assert "children" not in found(pipeline, text)


@pytest.mark.parametrize(
    "text",
    ["im 15 btw", "and i'm only 16", "my 7 year old son", "my son, 9, has it", "i am 12"],
)
def test_a_child_by_its_age(pipeline: Language, text: str) -> None:
    assert "children" in found(pipeline, text)


@pytest.mark.parametrize("text", ["im 15 weeks along", "i am 16 stone", "im 45 btw"])
def test_other_numbers_are_no_childs_age(pipeline: Language, text: str) -> None:
    assert "children" not in found(pipeline, text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nine hours on my feet and both calves hop", False),
        ("12h on the ward on my feet", False),
        ("cramps on my feet at night", True),
        ("my feet hop after nine hours", True),
    ],
)
def test_who_stands_on_their_feet_tells_of_no_foot(
    pipeline: Language, text: str, part: bool
) -> None:
    assert ("foot" in found(pipeline, text)) is part


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my belly flutters but i'm not pregnant", False),
        ("she isn't on statins", False),
        ("no longer taking quinine", False),
        ("i am pregnant", True),
        ("why not quinine", True),
        ("isn't quinine good for cramps", True),
        ("not only statins", True),
    ],
)
def test_a_subject_that_is_denied_is_not_asked_about(
    pipeline: Language, text: str, expected: bool
) -> None:
    assert bool({"pregnancy", "statins", "quinine"} & set(found(pipeline, text))) is expected


def test_a_blood_pressure_is_nobodys_age(pipeline: Language) -> None:
    assert "older_age" not in found(pipeline, "it was 145 over 90 this morning")
    assert "older_age" in found(pipeline, "people over 90")


def test_a_newborn_at_home_is_not_who_twitches(pipeline: Language) -> None:
    assert "children" not in found(pipeline, "eyelid spasm, newborn at home, send help")
    assert "children" in found(pipeline, "our newborn twitches")


def test_a_child_that_was_woken_is_not_who_twitches(pipeline: Language) -> None:
    assert "children" not in found(pipeline, "cramps so bad that i woke my toddler")
    assert "children" in found(pipeline, "my toddler woke with a cramp")
