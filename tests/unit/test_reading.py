"""Whole messages read: spelling, names, clauses and what each asks, with a small classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spacy.language import Language

from twitchwise.faq import Faq
from twitchwise.faq.understood import Clause
from twitchwise.nlu.aspect_model import AspectModel, Prediction
from twitchwise.nlu.clauses import LONGEST_TEXT
from twitchwise.nlu.plain_names import PlainNames
from twitchwise.nlu.question_reader import aspect_heads
from twitchwise.nlu.read_clause import FALLBACK
from twitchwise.nlu.reading import MessageReader, Reading
from twitchwise.nlu.remarks import RemarkModel
from twitchwise.nlu.spelling import SpellingRepair

#: Few and plain: what these tests ask about is what is done with a classifier.
PHRASES: Mapping[str, tuple[str, ...]] = {
    "ask_causes": (
        "why does my leg twitch",
        "what causes cramps",
        "causes of twitching",
        "what makes my eyelid twitch",
        "reasons for muscle cramps",
        "what is the cause of it",
        "muscle twitch cause",
    ),
    "ask_help": (
        "what helps against cramps",
        "how do i stop twitching",
        "remedies for leg cramps",
        "treatment of twitching",
        "what can i do about it",
        "what helps",
    ),
    "ask_foods": (
        "which foods have magnesium",
        "foods with calcium",
        "what should i eat",
        "foods rich in potassium",
        "food sources of b12",
        "foods for cramps",
    ),
    "ask_link": (
        "can low magnesium cause twitching",
        "does stress cause cramps",
        "is coffee linked to twitching",
        "can calcium cause this",
    ),
    "ask_harmless": (
        "is it dangerous",
        "is twitching harmless",
        "should i worry about it",
        "are cramps serious",
        "should i be worried",
        "do i need to worry about my leg",
    ),
    "ask_difference": (
        "what is the difference between a twitch and a cramp",
        "how do tremor and twitch differ",
        "thyroid or twitching",
        "is magnesium better than calcium",
        "magnesium or potassium",
    ),
    "ask_definition": ("what is myoclonus", "define tetany", "what does tremor mean"),
    "ask_signs": ("signs of low magnesium", "symptoms of low calcium", "what are the symptoms"),
    "mention_topic": ("and calcium", "what about my calf", "magnesium", "not the leg the eyelid"),
    "describe": (
        "my calf twitches",
        "i take magnesium",
        "i have had cramps for weeks",
        "my eyelid has been twitching",
        "i drink a lot of coffee",
        "i am pregnant",
    ),
    "ask_why": ("why", "why is that", "how come"),
    "greet": ("hello", "hi there", "hi all", "good morning"),
    "thank": ("thanks", "thank you", "thanks a lot", "thanks in advance"),
    "out_of_scope": (
        "who won the match",
        "how do i stream games",
        "what is the weather tomorrow",
        "write me a poem",
        "sell me a car",
        "book a flight to rome",
    ),
    "other_language": ("ich habe einen krampf", "warum zuckt mein bein", "me duele la pierna"),
}


@pytest.fixture(scope="module")
def reader(faq: Faq, pipeline: Language, spelling: SpellingRepair) -> MessageReader:
    return trained(faq, pipeline, spelling)


def trained(
    faq: Faq, pipeline: Language, spelling: SpellingRepair, remarks: RemarkModel | None = None
) -> MessageReader:
    model = AspectModel()
    reader = MessageReader(
        nlp=pipeline,
        spelling=spelling,
        model=model,
        heads=aspect_heads(faq),
        abbreviations=faq.abbreviations,
        foods=PlainNames(faq.foods.values()),
        answer_confidence=0.3,
        remarks=remarks,
    )
    pairs = [(intent, phrase) for intent, phrases in PHRASES.items() for phrase in phrases]
    model.train(
        [reader.training_text(phrase) for _, phrase in pairs], [intent for intent, _ in pairs]
    )
    return reader


def asked(reading: Reading) -> list[Clause]:
    return [clause for clause in reading.clauses if clause.asked]


def told(reading: Reading) -> list[Clause]:
    return [clause for clause in reading.clauses if not clause.asked]


def intents(reading: Reading) -> list[str | None]:
    return [clause.intent for clause in asked(reading)]


# One question.


def test_a_question_and_what_it_names(reader: MessageReader) -> None:
    reading = reader.read("Which foods have magnesium?")
    assert reading.intent == "ask_foods"
    assert reading.confidence == reading.ranking[0].confidence > 0.3
    assert reading.ranking[0].label == "ask_foods"
    assert reading.clauses == (Clause("ask_foods", topics=("magnesium",)),)
    assert [name.id for name in reading.names] == ["magnesium"]


def test_typing_errors_are_put_right_before_anything_else(reader: MessageReader) -> None:
    reading = reader.read("which foods have pottasium")
    assert reading.text == "which foods have potassium"
    assert asked(reading) == [Clause("ask_foods", topics=("potassium",))]
    # The places of names are those in the repaired text.
    (name,) = reading.names
    assert reading.text[name.start : name.end] == "potassium"


def test_a_training_phrase_is_seen_as_a_message_is(reader: MessageReader) -> None:
    assert reader.training_text("Which foods have pottasium") == "which foods have nutrientname"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("5 causes of twitching", {"topics": ("twitch",), "count": 5}),
        ("what causes it", {"refers": True}),
        ("what causes both", {"together": True}),
        ("reasons for cramps in my calf", {"topics": ("cramp",), "body_parts": ("calf",)}),
    ],
)
def test_what_the_form_of_a_question_says(
    reader: MessageReader, text: str, more: dict[str, Any]
) -> None:
    assert reader.read(text).clauses == (Clause("ask_causes", **more),)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("symptoms of low potassium", "low"),
        ("symptoms of hypokalemia", "low"),
        ("symptoms of hyperkalemia", "high"),
        ("symptoms of potassium", None),
    ],
)
def test_a_name_may_say_how_much(reader: MessageReader, text: str, level: str | None) -> None:
    (clause,) = reader.read(text).clauses
    assert (clause.intent, clause.topics, clause.level) == ("ask_signs", ("potassium",), level)


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("causes and treatment of cramps", ("causes", "help")),
        ("causes, symptoms and treatment of cramps", ("causes", "signs", "help")),
        ("causes & remedies", ("causes", "help")),
        # One thing in two words is one thing.
        ("treatment and remedies for cramps", ()),
        ("causes of cramps and twitches", ()),
    ],
)
def test_joined_nouns_ask_several_things(
    reader: MessageReader, text: str, aspects: tuple[str, ...]
) -> None:
    (clause,) = reader.read(text).clauses
    assert clause.aspects == aspects


def test_names_side_by_side_compare_nothing_without_a_word_that_does(
    reader: MessageReader,
) -> None:
    assert reader.read("thyroid or twitching").intent == "ask_difference"
    reading = reader.read("thyroid twitching")
    assert reading.intent != "ask_difference"
    assert "ask_difference" not in {prediction.label for prediction in reading.ranking}
    assert sum(prediction.confidence for prediction in reading.ranking) == pytest.approx(1)


@pytest.mark.parametrize("text", ["is it the coffee?", "could that just be the coffee"])
def test_a_supposition_asks_for_a_link(reader: MessageReader, text: str) -> None:
    assert asked(reader.read(text)) == [Clause("ask_link", topics=("caffeine",), refers=True)]


def test_an_abbreviation_counts_where_nothing_else_is_named(reader: MessageReader) -> None:
    assert reader.read("what about d").clauses == (Clause("mention_topic", topics=("vitamin_d",)),)
    # In a sentence it may be anything.
    assert reader.read("i got a d in maths and was so very sad").names == ()
    assert [name.id for name in reader.read("calcium d").names] == ["calcium"]


def test_what_is_ruled_out_is_not_mentioned(reader: MessageReader) -> None:
    reading = reader.read("not the leg, the eyelid")
    assert asked(reading) == [Clause("mention_topic", body_parts=("eyelid",))]


# Several questions, and posts.


def test_two_questions_are_asked_in_order(reader: MessageReader) -> None:
    reading = reader.read("what causes cramps and which foods have magnesium")
    assert asked(reading) == [
        Clause("ask_causes", topics=("cramp",)),
        Clause("ask_foods", topics=("magnesium",)),
    ]
    assert reading.intent == "ask_causes"


def test_the_questions_in_a_post_are_found_and_its_story_is_told(reader: MessageReader) -> None:
    reading = reader.read(
        "Hi all. My calf has been twitching for weeks. I take magnesium. Is it dangerous? "
        "What helps? Thanks in advance."
    )
    assert intents(reading) == ["ask_harmless", "ask_help"]
    assert [(c.topics, c.body_parts) for c in told(reading)] == [
        (("twitch",), ("calf",)),
        (("magnesium",), ()),
    ]
    assert reading.intent == "ask_harmless"


def test_a_post_without_a_question_is_what_it_tells(reader: MessageReader) -> None:
    reading = reader.read("Hello. My eyelid has been twitching. Thanks.")
    assert reading.intent == "describe"
    (clause,) = asked(reading)
    assert (clause.topics, clause.body_parts) == (("twitch",), ("eyelid",))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hello, which foods have calcium", "ask_foods"),
        ("thanks! which foods have calcium?", "ask_foods"),
        ("which foods have calcium? thanks", "ask_foods"),
        ("hello. thanks a lot", "greet"),
    ],
)
def test_what_people_say_around_a_question_asks_nothing(
    reader: MessageReader, text: str, intent: str
) -> None:
    reading = reader.read(text)
    assert reading.intent == intent
    assert intents(reading) == [intent]


def test_nobody_talks_to_the_bot_in_the_middle_of_a_post(reader: MessageReader) -> None:
    reading = reader.read(
        "My calf twitches. Who won the match, I asked my son. I take magnesium. Is it dangerous?"
    )
    assert intents(reading) == ["ask_harmless"]
    assert not {"out_of_scope", "greet"} & {clause.intent for clause in reading.clauses}


def test_a_doubt_is_about_what_was_said_before_it(reader: MessageReader) -> None:
    reading = reader.read("My doctor says it is the coffee. Is she right?")
    assert asked(reading) == [Clause("ask_link", topics=("caffeine",), another=True)]


def test_a_child_in_a_post(reader: MessageReader) -> None:
    reading = reader.read("My 5 year old has cramps. Should I be worried?")
    assert [clause.subjects for clause in told(reading)] == [("children",)]
    assert intents(reading) == ["ask_harmless"]


def test_of_many_questions_the_first_ones_are_kept(reader: MessageReader) -> None:
    nutrients = ["calcium", "sodium", "potassium", *["magnesium"] * 20]
    reading = reader.read(" ".join(f"Which foods have {name}?" for name in nutrients))
    assert [clause.topics for clause in asked(reading)][:3] == [
        ("calcium",),
        ("sodium",),
        ("potassium",),
    ]
    # Each message is stored with its clauses.
    assert len(reading.clauses) <= 12


# What is not ours, and what is not understood.


@pytest.mark.parametrize("text", ["我的脚麻了", "у меня дёргается глаз", "عضلاتي ترتعش"])
def test_another_script_is_another_language(reader: MessageReader, text: str) -> None:
    reading = reader.read(text)
    assert (reading.intent, reading.confidence) == ("other_language", 1.0)
    assert reading.clauses == ()


@pytest.mark.parametrize("text", ["warum zuckt mein auge", "foods naïve café", "b12 für Δ"])
def test_most_letters_decide_on_the_script(reader: MessageReader, text: str) -> None:
    assert reader.read(text).ranking


@pytest.mark.parametrize("text", ["", "  \n", "?!", "😀", "…", "\u200b", "\x00"])
def test_without_a_word_nothing_is_understood(reader: MessageReader, text: str) -> None:
    assert reader.read(text) == Reading(text, FALLBACK, 0.0)


def test_a_question_that_is_not_ours_is_none_of_ours(reader: MessageReader) -> None:
    assert reader.read("who won the match").intent == "out_of_scope"
    # Even with a name of ours in it, where it is surely foreign.
    assert reader.read("how do i stream games with twitching").intent == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("who won the match", True),
        ("my calf twitches. who won the match", True),
        ("my calf twitches when zorbing quixotic flumps under wibbling gallops", True),
        ("which foods have magnesium", False),
        ("my calf twitches. which foods have magnesium", False),
    ],
)
def test_what_seems_to_be_about_something_else(
    reader: MessageReader, text: str, expected: bool
) -> None:
    assert reader.read(text).foreign is expected


class Convinced(AspectModel):
    """A classifier that ranks every text alike; small labels take what is left of 1."""

    def __init__(self, **ranking: float) -> None:
        super().__init__()
        left = (1 - sum(ranking.values())) / 10
        labels = {**ranking, **{f"small_{number}": left for number in range(10)}} if ranking else {}
        self._ranking = [Prediction(label, confidence) for label, confidence in labels.items()]

    def predict_all(self, texts: Sequence[str]) -> list[list[Prediction]]:
        return [list(self._ranking) for _ in texts]


def reading_of(
    text: str, pipeline: Language, spelling: SpellingRepair, **ranking: float
) -> Reading:
    reader = MessageReader(
        nlp=pipeline,
        spelling=spelling,
        model=Convinced(**ranking),
        heads={},
        abbreviations={},
        foods=PlainNames(),
        answer_confidence=0.3,
    )
    return reader.read(text)


def read_as(
    text: str, pipeline: Language, spelling: SpellingRepair, **ranking: float
) -> tuple[str, float]:
    reading = reading_of(text, pipeline, spelling, **ranking)
    return reading.intent, round(reading.confidence, 2)


@pytest.mark.parametrize(
    ("text", "ranking", "expected"),
    [
        # Not sure enough.
        ("magnesium then", {"ask_foods": 0.29, "greet": 0.1}, (FALLBACK, 0.29)),
        ("magnesium then", {"ask_foods": 0.31, "greet": 0.1}, ("ask_foods", 0.31)),
        # Hardly foreign where something of ours is named, unless it is quite sure.
        ("magnesium then", {"out_of_scope": 0.5, "ask_foods": 0.3}, ("ask_foods", 0.6)),
        ("magnesium then", {"out_of_scope": 0.61, "ask_foods": 0.3}, ("out_of_scope", 0.61)),
        # A subject that no source covers is one that people ask about.
        ("statins then", {"out_of_scope": 0.5, "ask_foods": 0.3}, ("mention_topic", 1.0)),
        ("statins then", {"ask_foods": 0.2}, ("mention_topic", 1.0)),
        ("statins then", {"ask_foods": 0.4}, ("ask_foods", 0.4)),
        ("statins then", {"out_of_scope": 0.61}, ("out_of_scope", 0.61)),
        ("magnesium oxide then", {"out_of_scope": 0.61}, ("mention_topic", 1.0)),
        ("magnesium oxide then", {"out_of_scope": 0.91}, ("out_of_scope", 0.91)),
        ("statins or magnesium then", {"out_of_scope": 0.95}, ("mention_topic", 1.0)),
        # A few words that go on with what was talked of.
        ("and my foot haha", {"out_of_scope": 0.95}, ("mention_topic", 1.0)),
        ("and the tent haha", {"out_of_scope": 0.95}, ("out_of_scope", 0.95)),
        # What tells of people, or points back, may go on with what was talked of …
        ("and my tent haha", {"out_of_scope": 0.95}, ("describe", 0.5)),
        ("can they go with breakfast", {"out_of_scope": 0.6, "ask_help": 0.3}, ("ask_help", 0.5)),
        ("is a yogurt near to that", {"out_of_scope": 0.6, "ask_help": 0.3}, ("ask_help", 0.5)),
        # … unless it is surely foreign, or wants the bot to do something.
        ("can they go to mars", {"out_of_scope": 0.95}, ("out_of_scope", 0.95)),
        ("write a poem about my cat", {"out_of_scope": 0.6}, ("out_of_scope", 0.6)),
        # Nothing of it is known.
        ("zzzz then", {}, (FALLBACK, 0.0)),
    ],
)
def test_how_sure_it_must_be(
    pipeline: Language,
    spelling: SpellingRepair,
    text: str,
    ranking: dict[str, float],
    expected: tuple[str, float],
) -> None:
    assert read_as(text, pipeline, spelling, **ranking) == expected


def test_a_body_part_with_words_that_are_not_ours_is_not_understood(
    pipeline: Language, spelling: SpellingRepair
) -> None:
    # "my ears are ringing": what they do is no movement that we know.
    assert read_as("my ears are ringing", pipeline, spelling, ask_causes=0.9)[0] == FALLBACK
    # Nothing but a place is told of what was talked of.
    assert read_as("my ears", pipeline, spelling, ask_cautions=0.9) == ("mention_topic", 0.6)
    assert read_as("my ears are twitching", pipeline, spelling, ask_causes=0.9) == (
        "ask_causes",
        0.9,
    )


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("no wait, both", "mention_topic"),
        ("i meant both", "mention_topic"),
        ("both please", "choose"),  # of the buttons
        ("no, the second one", "choose"),
    ],
)
def test_both_after_a_correction_is_what_was_talked_of(
    pipeline: Language, spelling: SpellingRepair, text: str, intent: str
) -> None:
    assert read_as(text, pipeline, spelling, choose=0.9)[0] == intent


def test_a_body_part_itself_is_no_such_word(reader: MessageReader) -> None:
    reading = reader.read("should i worry about my eyelid")
    assert asked(reading) == [Clause("ask_harmless", body_parts=("eyelid",), oneself=True)]
    assert reading.intent == "ask_harmless"


# Whatever is typed.


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "what helps. " * 8_000,
        "magnesium calcium foot " * 4_000,
        "?!" * 50_000,
        "?!" * LONGEST_TEXT + "hello",
        "\n" * LONGEST_TEXT + "hello",
        "🦶" * 25_000,
        "日" * 25_000,
    ],
    ids=lambda text: f"{text[:12]!r} and so on",
)
def test_long_texts_are_read(reader: MessageReader, text: str) -> None:
    reading = reader.read(text)
    assert reading.intent
    assert len(reading.clauses) <= 12


WORDS = st.sampled_from(
    [
        *("what", "which", "helps", "foods", "causes", "treatment", "why", "is", "it", "dangerous"),
        *("my", "calf", "eyelid", "twitches", "magnesium", "hypokalemia", "statins", "d", "both"),
        *("and", "or", "not", "the", "hello", "thanks", "5", "year", "old", "?", ".", ",", "\n"),
    ]
)


@given(text=st.lists(WORDS | st.text(max_size=5), max_size=25).map(" ".join))
@example(text="NIGT")
def test_any_text_can_be_read(reader: MessageReader, faq: Faq, text: str) -> None:
    reading = reader.read(text)
    # A few words that close a chat are told by their form.
    assert reading.intent in {*PHRASES, FALLBACK, "goodbye", "thank"}
    assert 0 <= reading.confidence <= 1.000001
    for clause in reading.clauses:
        assert set(clause.topics) <= set(faq.topics)
        assert set(clause.body_parts) <= set(faq.body_parts)
        assert set(clause.subjects) <= set(faq.subjects)
    # Something is to be answered, unless nothing is said.
    assert asked(reading) or reading.intent in {FALLBACK, "other_language"}
    for name in reading.names:
        assert reading.text[name.start : name.end].strip()


# Statements that want to hear something.


def test_a_statement_of_fear_asks_how_bad_it_is(reader: MessageReader) -> None:
    reading = reader.read("my calf twitches and i am convinced it is the worst")
    assert asked(reading)[0].intent == "ask_harmless"


def test_much_of_a_nutrient_asks_what_too_much_does(reader: MessageReader) -> None:
    [clause] = asked(reader.read("i take 10000 iu of vitamin d"))
    assert (clause.intent, clause.topics) == ("ask_excess", ("vitamin_d",))


def test_too_much_taken_by_mistake_asks_what_it_does(reader: MessageReader) -> None:
    [clause] = asked(reader.read("i have had three of the 400 by mistake"))
    assert clause.intent == "ask_excess"


def test_what_is_no_cause_asks_for_others(reader: MessageReader) -> None:
    [clause] = asked(reader.read("i do not drink a lot of coffee"))
    assert (clause.intent, clause.topics, clause.others) == ("ask_causes", (), True)


def test_thanks_after_a_remark_are_thanks(reader: MessageReader) -> None:
    assert reader.read("i take it easy now. thank you").intent == "thank"


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("what about d and b12", ("vitamin_d", "vitamin_b12")),
        ("b12 & d?", ("vitamin_b12", "vitamin_d")),
        ("magnesium or k", ("magnesium", "potassium")),
        # Only what is joined to a nutrient stands for one.
        ("option d has b12", ("vitamin_b12",)),
        ("it'd and b12", ("vitamin_b12",)),
        ("vitamin b12 don't know", ("vitamin_b12",)),
    ],
)
def test_a_nutrient_abbreviated_beside_another(
    reader: MessageReader, text: str, topics: tuple[str, ...]
) -> None:
    assert reader.read(text).clauses[0].topics == topics


def test_a_list_of_abbreviations_takes_no_time_by_its_square(reader: MessageReader) -> None:
    many = "d, b12 " * 800
    assert "vitamin_d" in reader.read(many).clauses[0].topics


def test_more_of_what_is_named_is_about_that(pipeline: Language, spelling: SpellingRepair) -> None:
    assert (
        read_as("tell me more about calcium", pipeline, spelling, ask_more=0.9)[0]
        == "mention_topic"
    )
    assert read_as("tell me more", pipeline, spelling, ask_more=0.9)[0] == "ask_more"


@pytest.mark.parametrize(
    ("text", "ranking", "intent"),
    [
        # What a part of the body does is ours, whatever else it reminds of …
        ("hand cramps while sketching", {"out_of_scope": 0.9, "describe": 0.1}, "describe"),
        ("my thumb twitches on stage", {"out_of_scope": 0.9, "describe": 0.1}, "describe"),
        # … unless it is surely foreign, or names no part of the body.
        ("thumb twitching on stage", {"out_of_scope": 0.98}, "out_of_scope"),
        ("jerk chicken", {"out_of_scope": 0.9, "describe": 0.1}, "out_of_scope"),
        # What is said politely may say more.
        ("yes i am stressed, obviously", {"affirm": 0.9}, "describe"),
        ("ok magnesium then", {"affirm": 0.9}, "mention_topic"),
        ("phew, toe cramps is what i get", {"thank": 0.8}, "describe"),
        ("thanks, i will get some magnesium", {"thank": 0.8}, "thank"),
        ("the calcium foods again", {"repeat": 0.9, "ask_foods": 0.05}, "ask_foods"),
        ("say that again", {"repeat": 0.9, "ask_foods": 0.05}, "repeat"),
        ("ok", {"affirm": 0.9}, "affirm"),
        ("no i meant the other one", {"deny": 0.9}, "choose"),
        ("right, i will ring him then, ta", {"affirm": 0.8}, "thank"),
        ("yes please, thanks", {"affirm": 0.8}, "affirm"),
        ("right, all noted. cheers", {"out_of_scope": 0.6, "describe": 0.2}, "thank"),
    ],
)
def test_what_more_is_said_than_it_seems(
    pipeline: Language,
    spelling: SpellingRepair,
    text: str,
    ranking: dict[str, float],
    intent: str,
) -> None:
    assert read_as(text, pipeline, spelling, **ranking)[0] == intent


def test_the_part_that_stands_next_to_what_it_does_comes_first(reader: MessageReader) -> None:
    (clause,) = reader.read("my feet are tired while my calf hops").clauses
    assert clause.body_parts == ("calf", "foot")


def test_all_that_was_told_may_be_doubted(reader: MessageReader) -> None:
    reading = reader.read("I have coeliac disease. My leg twitches. Linked?")
    (doubt,) = asked(reading)
    assert doubt.intent == "ask_link"
    assert set(doubt.topics) == {"medical_conditions", "leg_twitch"}


def test_what_is_told_to_be_no_cause_is_not_told(reader: MessageReader) -> None:
    reading = reader.read("My eyelid twitches. I never drink a lot of coffee. What causes it?")
    assert [topic for clause in told(reading) for topic in clause.topics] == ["eyelid_twitch"]


def test_a_question_that_names_nothing_of_ours_goes_on_or_is_declined(
    pipeline: Language, spelling: SpellingRepair
) -> None:
    ranking = {"ask_testing": 0.8, "out_of_scope": 0.2}
    assert reading_of("how do they test for asthma", pipeline, spelling, **ranking).goes_on
    assert not reading_of("how do they test magnesium", pipeline, spelling, **ranking).goes_on
    assert not reading_of("how do they test", pipeline, spelling, ask_testing=1.0).goes_on


def test_a_remark_points_to_what_it_does_not_name(
    faq: Faq, pipeline: Language, spelling: SpellingRepair, reader: MessageReader
) -> None:
    remarks = RemarkModel(AspectModel())
    remarks.train(
        [
            ("it was boiling on the roof all day", "dehydration"),
            ("a boiling day on that roof", "dehydration"),
            ("only the left one", "nothing"),
            ("just the outside of it", "nothing"),
        ]
    )
    reader_of_remarks = trained(faq, pipeline, spelling, remarks)
    (remark,) = reader_of_remarks.read("i have been on that boiling roof for weeks").clauses
    assert remark.implies == "dehydration"
    # What names something says it itself, and a question asks something else.
    for text in ("my calf twitches on that boiling roof", "which foods have magnesium"):
        assert all(c.implies is None for c in reader_of_remarks.read(text).clauses)
    alone = reader.read("i have been on that boiling roof for weeks")
    assert all(c.implies is None for c in alone.clauses)


def test_doubt_after_doubt_lends_no_name_twice(reader: MessageReader) -> None:
    # The names doubled with each doubt, so that forty of them never came to an end.
    reading = reader.read("My calf twitches. " + "Linked? " * 38)
    doubting = [clause for clause in asked(reading) if clause.intent == "ask_link"]
    assert doubting
    assert {clause.topics for clause in doubting} == {("calf_twitch",)}


def test_a_greeting_does_not_swallow_what_stands_beside_it(reader: MessageReader) -> None:
    reading = reader.read("hello! my eyelid zorbles since the quibble, maybe wubbly")
    assert reading.intent != "greet"
    assert any(clause.asked and clause.body_parts for clause in reading.clauses)


@pytest.mark.parametrize(
    ("text", "place_only"),
    [
        ("the lower lid, right side", True),
        ("left calf", True),
        ("both my feet", True),
        ("left calf?", False),
        ("what about my calf", False),
        ("my calf hops", False),
    ],
)
def test_a_place_alone_is_no_question(
    text: str, place_only: bool, pipeline: Language, spelling: SpellingRepair
) -> None:
    found = read_as(text, pipeline, spelling, ask_cautions=0.9)
    assert (found == ("mention_topic", 0.6)) is place_only


@pytest.mark.parametrize("text", ["ok", "hm", "Oh, right."])
def test_what_only_says_that_it_was_heard_is_no_remark(reader: MessageReader, text: str) -> None:
    assert reader.read(text).intent == "affirm"
