"""Messages parted into clauses, and which of them ask something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.nlu.clauses import LONGEST_TEXT, asks, split_clauses, tidy


def parts(text: str) -> list[str]:
    return [clause.text for clause in split_clauses(text)]


def asked(text: str) -> list[str]:
    return [clause.text for clause in split_clauses(text) if clause.asks]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        # Several questions in one sentence.
        ("what is it and what helps", ["what is it", "what helps"]),
        ("why does it twitch, and should i worry", ["why does it twitch", "should i worry"]),
        ("which foods have it & how much", ["which foods have it", "how much"]),
        ("my calf twitches, is it dangerous", ["my calf twitches", "is it dangerous"]),
        ("is it bad or will it stop", ["is it bad", "will it stop"]),
        # Numbered ones.
        ("1) what is it 2) will it stop", ["what is it", "will it stop"]),
        ("(1) what is it\n(2) will it stop", ["what is it", "will it stop"]),
        # Sentences.
        ("It hurts. Is it bad? Thanks.", ["It hurts", "Is it bad?", "Thanks."]),
        ("it hurts... what now", ["it hurts", "what now"]),
        ("it hurts… what now", ["it hurts", "what now"]),
        ("help!!! what is it??", ["help!", "what is it?"]),
        ("my eyelid\n\ntwitches; why", ["my eyelid", "twitches", "why"]),
        ("no space.What now", ["no space", "What now"]),
        ("50 yrs old f. do i need a test", ["50 yrs old f", "do i need a test"]),
        ("m 61 m. is it bad", ["m 61 m", "is it bad"]),
    ],
)
def test_where_a_message_is_parted(text: str, clauses: list[str]) -> None:
    assert parts(text) == clauses


@pytest.mark.parametrize(
    "text",
    [
        "cramps when i run",
        "cramps where i was hit",
        "what is the difference between a twitch and a cramp",
        "calcium or magnesium",
        "which is better, food or tablets",
        "do you know what causes cramps",
        "tell me what it is",
        "ok and what about potassium",
        "magnesium, please",
        "e.g. magnesium or calcium",
        "foods with vit. d or b12",
        "approx. three weeks",
        "how do i stream on twitch.tv now",
        "is 2.5 mg too little",
        "legs and arms",
        "causes and treatment of cramps",
    ],
)
def test_what_stays_together(text: str) -> None:
    assert parts(text) == [text]


def test_a_post_keeps_its_story_and_its_questions_apart() -> None:
    post = (
        "Hi all, new here. My eyelid has been twitching for three weeks and I sleep badly. I drink "
        "a lot of coffee. Is it the coffee, or am I low on something? What helps? Thanks"
    )
    assert asked(post) == ["Is it the coffee", "am I low on something?", "What helps?"]
    assert "I drink a lot of coffee" in parts(post)


@pytest.mark.parametrize(
    "text",
    [
        "magnesium?",
        "why does it twitch",
        "is it bad",
        "can low calcium do this",
        "hello, what helps",
        "tell me about magnesium",
        "i would like to know what it is",
        "i wonder if it is the coffee",
        "not sure whether i should worry",
        "looking for some good advice",
        "any ideas why",
        "has anyone tried magnesium",
        "i need a list of foods",
        "please advise me on magnesium",
        "low in magnesium what foods",
        "and which is better",
        "magnesium or potassium, which is better",
        "no idea which one to take",
        "WHAT HELPS",
    ],
)
def test_what_has_the_form_of_a_question(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "my leg twitches",
        "cramps when i run",
        "i take magnesium",
        "the doctor is kind",
        "thanks in advance",
        "",
        "low potassium",
        # "Which" that only joins.
        "he said fine which is no answer",
        "on a waiting list, which is eleven months",
        "the test was clean, which was a relief",
        # The form of a question, and none: the question itself stands elsewhere.
        "does anyone know?",
        "anybody else?",
        "has anyone had this",
        "any advice please",
        "please help",
    ],
)
def test_what_asks_nothing(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize("text", ["", "  \n", "?!", "…", "😀", "- - -"])
def test_without_a_word_there_is_no_clause(text: str) -> None:
    assert split_clauses(text) == []


def test_of_a_very_long_post_the_beginning_and_the_end_are_kept() -> None:
    found = parts("\n".join(f"line {number} of it" for number in range(200)))
    assert len(found) == 40
    assert found[0] == "line 0 of it"
    assert found[-1] == "line 199 of it"
    assert len(set(found)) == 40


def test_no_more_is_looked_at_than_a_post_holds() -> None:
    (clause,) = split_clauses("a" * 100_000)
    assert clause.end == LONGEST_TEXT


PIECES = st.sampled_from(
    [
        "what is it",
        "and",
        " ",
        ", ",
        "?",
        "!",
        ". ",
        "...",
        "\n",
        "1) ",
        "is it bad",
        "vit. d",
        "e.g.",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_the_clauses_lie_in_the_text_in_order(text: str) -> None:
    place = 0
    for clause in split_clauses(text):
        assert place <= clause.start < clause.end <= len(text)
        assert text[clause.start : clause.end] == clause.text == clause.text.strip()
        assert any(character.isalnum() for character in clause.text)
        assert clause.asks == asks(clause.text)
        place = clause.end


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_no_word_is_lost_but_joints(text: str) -> None:
    joints = {"and", "or", "but", "also", "plus", "so", "n", "then", "if", "maybe"}
    found = [word for part in parts(text) for word in words(part)]
    lost = [word for word in words(text) if word not in found]
    assert {word for word in lost if not word.isdigit()} <= joints


def words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "what foods have magnesium, my hand is stiff",
            ["what foods have magnesium", "my hand is stiff"],
        ),
        # What only looks like it.
        ("i would like to know what helps", ["i would like to know what helps"]),
        ("my calf jumps, my hand is stiff", ["my calf jumps, my hand is stiff"]),
    ],
)
def test_a_statement_may_follow_a_question(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("it twitches...what is it", "it twitches... what is it"),
        ("it twitches…what is it", "it twitches… what is it"),
        ("legs,arms and feet", "legs, arms and feet"),
        ("it twitches?is it bad", "it twitches? is it bad"),
        ("1,500 mg of vit.d on twitch.tv", "1,500 mg of vit.d on twitch.tv"),
    ],
)
def test_words_that_signs_glue_together_are_parted(text: str, parted: str) -> None:
    assert tidy(text) == parted
