"""From the clauses of a message to what has to be answered: :func:`resolve_message`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.asking import any_clause, asked_of, clause, shown, told
from twitchwise.faq import Faq
from twitchwise.faq.context import Context, movement_named
from twitchwise.faq.query import Request, Unsourced, resolve_message, resolve_remark
from twitchwise.faq.understood import Clause

MAGNESIUM = Context("magnesium", "foods")


def test_each_thing_asked_is_answered_once_and_in_order(faq: Faq) -> None:
    found = asked_of(
        faq,
        clause("ask_foods", "calcium"),
        clause("ask_causes", "cramp"),
        clause("ask_foods", "calcium"),
    )
    assert found == ["calcium.foods", "cramp.causes"]


def test_what_nobody_knows_is_passed_over(faq: Faq) -> None:
    odd = clause("ask_foods", "unobtainium calcium", "tail", subjects=("dilithium",))
    assert asked_of(faq, odd) == ["calcium.foods"]
    assert asked_of(faq, clause("ask_horoscope", "calcium")) == ["calcium.link"]


def test_no_clauses_ask_nothing(faq: Faq) -> None:
    assert asked_of(faq) == []
    assert asked_of(faq, told("twitch", "leg")) == []


# What a clause lacks comes from the rest of the message.


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        # "my calf jumps. I take magnesium. …"
        ("ask_harmless", "calf_twitch.harmless.calf"),
        ("ask_causes", "calf_twitch.causes.calf"),
        ("ask_outlook", "calf_twitch.outlook.calf"),
        ("ask_help", "calf_twitch.help.calf"),
        ("ask_amount", "magnesium.amount.calf"),
        ("ask_signs", "magnesium.signs.calf"),
        ("ask_foods", "magnesium.foods.calf"),
        ("ask_link", "magnesium.link.calf"),
    ],
)
def test_the_aspect_says_which_of_the_things_told_is_meant(
    faq: Faq, intent: str, expected: str
) -> None:
    asked = clause(intent, refers=True)
    assert asked_of(faq, told("twitch", "calf"), told("magnesium"), asked) == [expected]


def test_food_and_tests_are_no_questions_about_somebodys_illness(faq: Faq) -> None:
    post = [told("twitch", "eyelid"), told("medical_conditions")]
    assert asked_of(faq, *post, clause("ask_foods")) == ["eyelid_twitch.foods.eyelid"]
    assert asked_of(faq, *post, clause("ask_signs")) == ["medical_conditions.signs.eyelid"]


def test_what_was_named_last_is_what_is_to_be_explained(faq: Faq) -> None:
    # "I have twitches. The letter says myoclonus. What does it mean?"
    asked = clause("ask_definition", refers=True)
    assert asked_of(faq, told("twitch"), told("myoclonus"), asked) == ["myoclonus.definition"]


def test_the_nearest_clause_counts_most(faq: Faq) -> None:
    post = [told("magnesium"), told("potassium")]
    assert asked_of(faq, *post, clause("ask_foods")) == ["potassium.foods"]
    # What is told after the question counts, too, but less than what is told before it.
    assert asked_of(faq, clause("ask_foods"), *post) == ["magnesium.foods"]
    assert asked_of(faq, post[0], clause("ask_foods"), post[1]) == ["magnesium.foods"]


def test_too_much_water_is_no_question_on_too_little(faq: Faq) -> None:
    too_much = clause("ask_link", level="high", refers=True)
    assert asked_of(faq, too_much, context=Context("dehydration", "link")) == ["dehydration.excess"]
    assert asked_of(faq, clause("ask_link", "dehydration")) == ["dehydration.link"]


def test_what_is_felt_stays_what_a_part_of_the_body_is_asked_about(faq: Faq) -> None:
    asked = clause("ask_outlook", parts="leg")
    assert asked_of(faq, told("peripheral_neuropathy", "foot"), asked) == [
        "peripheral_neuropathy.outlook.leg"
    ]
    assert asked_of(faq, told("magnesium"), asked) == ["leg_twitch.outlook.leg"]


def test_a_movement_goes_with_the_body_part_that_it_was_told_with(faq: Faq) -> None:
    # "I had a cramp last week. Now my calf twitches. Is it dangerous?"
    asked = clause("ask_harmless", refers=True)
    found = asked_of(faq, told("cramp"), told("twitch", "calf"), asked)
    assert found == ["calf_twitch.harmless.calf"]


def test_the_message_wins_over_the_conversation(faq: Faq) -> None:
    found = asked_of(faq, told("calcium"), clause("ask_foods"), context=Context("magnesium"))
    assert found == ["calcium.foods"]


def test_a_clause_that_names_its_topic_needs_no_other(faq: Faq) -> None:
    assert asked_of(faq, told("magnesium"), clause("ask_foods", "calcium")) == ["calcium.foods"]


def test_a_body_part_alone_tells_of_a_twitch_there(faq: Faq) -> None:
    assert asked_of(faq, told(parts="eyelid"), clause("ask_causes")) == [
        "eyelid_twitch.causes.eyelid"
    ]


# What the message lacks comes from the conversation, and only then.


def test_an_aspect_alone_keeps_the_topic(faq: Faq) -> None:
    assert asked_of(faq, clause("ask_signs"), context=MAGNESIUM) == ["magnesium.signs"]


def test_a_correction_keeps_the_aspect(faq: Faq) -> None:
    # "no, I meant potassium"
    corrected = clause("mention_topic", "potassium")
    assert asked_of(faq, corrected, context=MAGNESIUM) == ["potassium.foods"]


def test_a_change_of_topic_drops_the_old_one(faq: Faq) -> None:
    context = Context("magnesium", "foods", "calf", "calf_twitch")
    assert asked_of(faq, clause("ask_causes", "cramp"), context=context) == ["cramp.causes"]
    assert asked_of(faq, clause("ask_causes", parts="foot"), context=context) == [
        "foot_twitch.causes.foot"
    ]


@pytest.mark.parametrize("intent", ["ask_nutrients", "ask_harmless", "ask_outlook"])
def test_some_aspects_go_back_to_the_movement_that_was_talked_of(faq: Faq, intent: str) -> None:
    # "my leg twitches" … "foods with magnesium" … "how long will it last"
    context = Context("magnesium", "foods", movement="leg_twitch")
    aspect = intent.removeprefix("ask_")
    assert asked_of(faq, clause(intent), context=context) == [f"leg_twitch.{aspect}"]


def test_the_others_stay_with_the_nutrient(faq: Faq) -> None:
    context = Context("magnesium", "foods", movement="leg_twitch")
    assert asked_of(faq, clause("ask_help"), context=context) == ["magnesium.help"]


def test_vitamin_points_to_what_was_talked_of(faq: Faq) -> None:
    # "which vitamin is it" after "why does my leg twitch", and on its own.
    asked = clause("ask_nutrients", "deficiency")
    context = Context("leg_twitch", "causes", "leg")
    assert asked_of(faq, asked, context=context) == ["leg_twitch.nutrients.leg"]
    assert asked_of(faq, asked) == ["deficiency.nutrients"]


def test_both_are_those_of_the_last_turn(faq: Faq) -> None:
    context = Context("calcium", "link", together=("magnesium", "calcium"))
    both = clause("ask_foods", together=True)
    assert asked_of(faq, both, context=context) == ["magnesium.foods", "calcium.foods"]
    assert asked_of(faq, clause("ask_foods"), context=context) == ["calcium.foods"]


def test_both_may_be_told_in_the_message(faq: Faq) -> None:
    both = clause("ask_foods", together=True)
    found = asked_of(faq, told("magnesium"), told("potassium"), both)
    assert found == ["magnesium.foods", "potassium.foods"]


# "Why?", and statements.


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (Context(), "twitch.causes"),
        (Context("leg_twitch", "nutrients"), "leg_twitch.causes"),
        (Context("leg_twitch", "causes"), "leg_twitch.nutrients"),
        (Context("magnesium", "foods"), "magnesium.role"),
        (Context("magnesium", "role"), "magnesium.link"),
    ],
)
def test_why_asks_the_next_deeper_thing(faq: Faq, context: Context, expected: str) -> None:
    assert asked_of(faq, clause("ask_why"), context=context) == [expected]


def test_why_after_something_told_asks_for_its_causes(faq: Faq) -> None:
    context = Context("leg_twitch", "causes")
    assert asked_of(faq, clause("ask_why", "cramp"), context=context) == ["cramp.causes"]
    assert asked_of(faq, told("tremor"), clause("ask_why"), context=context) == ["tremor.causes"]


def test_what_is_told_is_no_follow_up(faq: Faq) -> None:
    # "my calf twitches" after "foods with magnesium"
    described = clause("describe", "twitch", "calf")
    assert asked_of(faq, described, context=MAGNESIUM) == ["calf_twitch.causes.calf"]
    assert asked_of(faq, clause("describe", "calcium"), context=MAGNESIUM) == ["calcium.link"]


def test_a_statement_that_names_nothing_asks_nothing(faq: Faq) -> None:
    assert asked_of(faq, clause("describe"), context=MAGNESIUM) == []


# Several aspects, and how many.


def test_joined_nouns_ask_two_things(faq: Faq) -> None:
    asked = clause("ask_causes", "cramp", aspects=("causes", "help", "no_such_aspect"))
    assert asked_of(faq, asked) == ["cramp.causes", "cramp.help"]


def test_a_count_goes_with_what_is_asked(faq: Faq) -> None:
    (request,) = resolve_message(faq, [clause("ask_causes", "cramp", count=5)], Context())
    assert isinstance(request, Request)
    assert request.count == 5


# Low and high.


@pytest.mark.parametrize(
    ("intent", "level", "expected"),
    [
        ("ask_definition", "low", "deficiency_name"),  # "what is hypokalemia"
        ("ask_definition", None, "definition"),
        ("ask_signs", "low", "signs"),
        ("ask_signs", "high", "excess"),  # "signs of hyperkalemia"
        ("ask_causes", "high", "excess"),
        ("ask_link", "high", "excess"),
        ("ask_foods", "high", "foods"),
        ("ask_testing", "high", "testing"),
    ],
)
def test_a_level_in_the_name_changes_the_aspect(
    faq: Faq, intent: str, level: str | None, expected: str
) -> None:
    asked = clause(intent, "potassium", level=level)
    assert asked_of(faq, asked) == [f"potassium.{expected}"]


# Links.


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        # "does coffee lower magnesium": why it runs low, then what coffee does.
        ("caffeine magnesium", ["magnesium.causes", "caffeine.link"]),
        ("medication potassium", ["potassium.medicines", "medication.link"]),
        # A movement makes it a question about twitching.
        ("caffeine magnesium twitch", ["caffeine.link", "magnesium.link"]),
        ("plant_diet vitamin_b12", ["plant_diet.link", "vitamin_b12.link"]),
    ],
)
def test_a_link_between_a_factor_and_a_nutrient(faq: Faq, topics: str, expected: list[str]) -> None:
    assert asked_of(faq, clause("ask_link", topics)) == expected


def test_it_makes_my_leg_twitch(faq: Faq) -> None:
    asked = clause("ask_link", "twitch", "leg", refers=True)
    assert asked_of(faq, asked, context=MAGNESIUM) == ["magnesium.link.leg"]
    assert asked_of(faq, clause("ask_link", "leg_twitch", refers=True), context=MAGNESIUM) == [
        "magnesium.link.leg"
    ]
    # Without "it", the leg is what is asked about.
    asked = clause("ask_link", "twitch", "leg")
    assert asked_of(faq, asked, context=MAGNESIUM) == ["leg_twitch.link.leg"]


# Aspects that the kinds of what is named put right.


@pytest.mark.parametrize(
    ("intent", "topics", "expected"),
    [
        # "would a lack of calcium explain my twitch"
        ("ask_causes", "calcium twitch", "calcium.link"),
        ("ask_causes", "calcium", "calcium.causes"),
        # "nutritional causes of twitching"
        ("ask_causes", "deficiency twitch", "twitch.nutrients"),
        # "myoclonus diet", "cramp supplements"
        ("mention_topic", "myoclonus diet", "myoclonus.foods"),
        ("mention_topic", "cramp supplements", "cramp.supplements"),
        # "what is a twitch called"
        ("ask_deficiency_name", "twitch", "twitch.definition"),
        ("ask_deficiency_name", "magnesium", "magnesium.deficiency_name"),
    ],
)
def test_an_aspect_that_the_words_alone_get_wrong(
    faq: Faq, intent: str, topics: str, expected: str
) -> None:
    assert asked_of(faq, clause(intent, topics)) == [expected]


def test_what_it_is_called_depends_on_what_was_talked_of(faq: Faq) -> None:
    asked = clause("ask_deficiency_name")
    for context, expected in [
        (MAGNESIUM, "magnesium.deficiency_name"),
        (Context("twitch", "causes"), "twitch.definition"),
    ]:
        assert asked_of(faq, asked, context=context) == [expected]


def test_who_somebody_is_comes_after_what_they_feel(faq: Faq) -> None:
    # "vegan and my eyelid twitches, is it dangerous"
    asked = clause("ask_harmless", "plant_diet twitch", "eyelid")
    assert asked_of(faq, asked) == ["eyelid_twitch.harmless.eyelid", "plant_diet.link"]
    # Twitching in general answers how long it lasts; that is no reason to leave it out.
    asked = clause("ask_outlook", "plant_diet twitch", "calf")
    assert asked_of(faq, asked) == ["calf_twitch.outlook.calf", "plant_diet.link"]


def test_what_is_known_of_such_people_is_said(faq: Faq) -> None:
    asked = clause("ask_nutrients", "plant_diet twitch", "eyelid")
    assert asked_of(faq, asked) == ["plant_diet.nutrients"]


def test_only_what_is_to_the_point_is_answered(faq: Faq) -> None:
    # Of stress, no more is known here than of twitching in general.
    stress = faq.find_answer(faq.topics["stress"], "risk_groups")
    assert stress is not None
    assert stress.topic == "twitch"
    asked = clause("ask_risk_groups", "stress magnesium")
    assert asked_of(faq, asked) == ["magnesium.risk_groups"]
    assert asked_of(faq, clause("ask_risk_groups", "stress")) == ["stress.risk_groups"]


def test_nobody_is_told_to_stop_a_medicine(faq: Faq) -> None:
    asked = clause("ask_help", "medication", stops=True)
    assert asked_of(faq, asked) == ["medication.cautions"]
    stop = clause("ask_help", stops=True)
    assert asked_of(faq, stop, context=Context("medication", "link")) == ["medication.cautions"]
    assert asked_of(faq, stop, context=Context("caffeine", "link")) == ["caffeine.help"]


def test_what_else_asks_for_other_causes_of_what_is_felt(faq: Faq) -> None:
    others = clause("ask_causes", others=True)
    context = Context("magnesium", "link", movement="leg_twitch")
    assert asked_of(faq, others, context=context) == ["leg_twitch.causes"]
    assert asked_of(faq, others, context=Context("magnesium", "link")) == ["twitch.causes"]
    assert asked_of(faq, clause("ask_causes"), context=context) == ["magnesium.causes"]


def test_it_may_still_be_the_nutrient_after_something_else(faq: Faq) -> None:
    # "foods with b12" … "i am a vegetarian" … "do eggs have it"
    context = Context("plant_diet", "link", nutrient="vitamin_b12")
    found = asked_of(faq, clause("ask_foods", refers=True), context=context)
    assert found == ["vitamin_b12.foods"]
    assert asked_of(faq, clause("ask_foods"), context=context) == ["plant_diet.foods"]


def test_too_much_of_it_stays_too_much(faq: Faq) -> None:
    context = Context("potassium", "excess")
    for intent in ("ask_signs", "ask_help", "ask_causes"):
        assert asked_of(faq, clause(intent), context=context) == ["potassium.excess"]
    assert asked_of(faq, clause("ask_foods"), context=context) == ["potassium.foods"]
    assert asked_of(faq, clause("ask_signs", "calcium"), context=context) == ["calcium.signs"]


def test_whether_a_shortage_is_harmless_its_signs_tell(faq: Faq) -> None:
    assert asked_of(faq, clause("ask_harmless", "potassium", level="low")) == ["potassium.signs"]
    found = asked_of(faq, clause("ask_harmless", "potassium twitch"))
    assert found == ["potassium.harmless"]


# Comparisons.


@pytest.mark.parametrize(
    ("topics", "level", "expected"),
    [
        ("magnesium potassium", None, ["magnesium.role", "potassium.role"]),
        ("magnesium potassium", "low", ["magnesium.signs", "potassium.signs"]),
        ("magnesium caffeine", None, ["magnesium.role", "caffeine.role"]),
    ],
)
def test_two_nutrients_are_compared(
    faq: Faq, topics: str, level: str | None, expected: list[str]
) -> None:
    asked = resolve_message(faq, [clause("ask_difference", topics, level=level)], Context())
    assert [shown(request) for request in asked] == expected
    assert all(isinstance(request, Request) and request.compared for request in asked)


def test_nutrients_compared_for_a_twitch_come_with_what_all_have_to_do_with_it(faq: Faq) -> None:
    found = asked_of(faq, clause("ask_difference", "magnesium potassium twitch"))

    assert found == ["magnesium.link", "potassium.link", "twitch.nutrients"]


def test_drinks_are_compared_by_what_they_help(faq: Faq) -> None:
    found = asked_of(faq, clause("ask_difference", "electrolytes dehydration cramp"))

    assert found == ["electrolytes.help", "dehydration.help"]


def test_a_trigger_and_a_shortage_are_compared_by_their_signs(faq: Faq) -> None:
    found = asked_of(faq, clause("ask_difference", "stress deficiency twitch"))

    assert found == ["stress.signs", "deficiency.signs"]


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        ("twitch cramp", "cramp.difference"),
        # A condition that has something to say of the difference says it.
        ("twitch motor_neurone_disease", "motor_neurone_disease.difference"),
        ("benign_fasciculation motor_neurone_disease", "benign_fasciculation.difference"),
        # "food or tablets"
        ("diet supplements", "supplements.supplements"),
    ],
)
def test_a_difference_that_one_answer_tells(faq: Faq, topics: str, expected: str) -> None:
    (request,) = resolve_message(faq, [clause("ask_difference", topics)], Context())
    assert shown(request) == expected
    assert isinstance(request, Request)
    assert not request.compared


def test_how_it_differs_is_asked_of_the_condition_before(faq: Faq) -> None:
    asked = clause("ask_difference", "twitch", refers=True)
    found = asked_of(faq, asked, context=Context("motor_neurone_disease", "signs"))
    assert found == ["motor_neurone_disease.difference"]


# Aspects that only say something of nutrients.


@pytest.mark.parametrize(
    ("intent", "topics", "context", "expected"),
    [
        ("ask_foods_low", "sodium", Context(), "sodium.foods_low"),
        # No source covers it: the reply says so, rather than naming foods with much of it.
        ("ask_foods_low", "potassium", Context(), "potassium.foods_low"),
        ("ask_foods_low", "", Context("sodium", "foods"), "sodium.foods_low"),
        ("ask_foods_low", "twitch", Context(), "diet.cautions"),
        ("ask_foods_low", "", Context(), "diet.cautions"),
        ("ask_medicines", "magnesium", Context(), "magnesium.medicines"),
        ("ask_medicines", "magnesium twitch", Context(), "magnesium.medicines"),
        ("ask_medicines", "", Context("calcium", "foods"), "calcium.medicines"),
        ("ask_medicines", "deficiency", Context(), "medication.nutrients"),
        ("ask_medicines", "cramp", Context(), "medication.link"),
        ("ask_medicines", "medication", Context("stress", "link"), "medication.link"),
    ],
)
def test_foods_with_little_of_it_and_medicines(
    faq: Faq, intent: str, topics: str, context: Context, expected: str
) -> None:
    assert asked_of(faq, clause(intent, topics), context=context) == [expected]


# Subjects without a source.


def subject(intent: str, *subjects: str, topics: str = "", parts: str = "") -> Clause:
    return clause(intent, topics, parts, subjects=subjects)


def test_a_subject_is_no_topic(faq: Faq) -> None:
    assert asked_of(faq, subject("ask_link", "statins")) == ["no_source.statins"]
    found = asked_of(faq, subject("ask_link", "statins", topics="twitch"))
    assert found == ["no_source.statins"]


def test_what_is_named_beside_a_subject_is_answered(faq: Faq) -> None:
    # "zinc or magnesium for cramps"
    found = asked_of(faq, subject("ask_link", "zinc", topics="magnesium cramp"))
    assert found == ["no_source.zinc", "magnesium.link"]


def test_the_topic_of_before_is_not_dragged_to_a_subject(faq: Faq) -> None:
    assert asked_of(faq, subject("ask_foods", "zinc"), context=MAGNESIUM) == ["no_source.zinc"]


def beside(faq: Faq, *clauses: Clause) -> dict[str, list[str]]:
    asked = resolve_message(faq, clauses, Context())
    assert all(isinstance(each, Unsourced) for each in asked)
    return {
        each.subject.id: [shown(request) for request in each.beside]
        for each in asked
        if isinstance(each, Unsourced)
    }


def test_for_whom_it_is_asked_has_a_general_answer_beside_it(faq: Faq) -> None:
    # "how much magnesium in pregnancy"
    found = beside(faq, subject("ask_amount", "pregnancy", topics="magnesium"))
    assert found == {"pregnancy": ["magnesium.amount"]}
    # Of anything else, nothing is known that a general answer could stand for.
    assert beside(faq, subject("ask_amount", "statins", topics="twitch")) == {"statins": []}


def test_for_whom_may_be_told_before_the_question(faq: Faq) -> None:
    pregnant = told(subjects=("pregnancy",))
    found = beside(faq, pregnant, clause("ask_amount", "magnesium"))
    assert found == {"pregnancy": ["magnesium.amount"]}


def test_in_pregnancy_a_general_answer_stands_beside_the_honest_gap(faq: Faq) -> None:
    found = asked_of(faq, subject("ask_help", "pregnancy", topics="cramp"))
    assert found == ["no_source.pregnancy", "cramp.help"]
    # Never on what to take, and never for a child.
    assert asked_of(faq, subject("ask_cautions", "pregnancy", topics="magnesium")) == [
        "no_source.pregnancy"
    ]
    assert asked_of(faq, subject("ask_harmless", "children", topics="twitch")) == [
        "no_source.children"
    ]
    assert asked_of(faq, subject("ask_help", "pregnancy", "children", topics="cramp")) == [
        "no_source.pregnancy",
        "cramp.help",
    ]


def test_a_child_counts_where_its_muscles_are_told_of(faq: Faq) -> None:
    twitching = told("twitch", "leg", subjects=("children",))
    assert beside(faq, twitching, clause("ask_harmless", refers=True)) == {
        "children": ["leg_twitch.harmless.leg"]
    }
    # "I carry a toddler all day. What helps against cramps?"
    carried = told(subjects=("children",))
    assert asked_of(faq, carried, clause("ask_help", "cramp")) == ["cramp.help"]


def test_it_may_be_a_subject(faq: Faq) -> None:
    # "I have sciatica. Could it be that?"
    sciatica = told(subjects=("pinched_nerve",))
    asked = clause("ask_link", refers=True)
    assert asked_of(faq, sciatica, asked) == ["no_source.pinched_nerve"]
    # What the question names itself is meant.
    asked = clause("ask_link", "magnesium", refers=True)
    assert asked_of(faq, sciatica, asked) == ["magnesium.link"]
    # "I take statins. Which foods have magnesium?"
    assert asked_of(faq, sciatica, clause("ask_foods", "magnesium")) == ["magnesium.foods"]


# The movement that is talked of.


def test_the_movement_named_last_is_remembered(faq: Faq) -> None:
    assert movement_named(faq, [clause("ask_causes", "cramp"), told("twitch", "calf")]) == (
        "calf_twitch"
    )
    assert movement_named(faq, [told(parts="eyelid")]) == "eyelid_twitch"
    assert movement_named(faq, [clause("ask_foods", "magnesium")]) is None
    assert movement_named(faq, []) is None


def test_a_movement_that_the_faq_no_longer_knows_is_the_twitch(faq: Faq) -> None:
    context = Context("stress", None, None, "gone")

    assert asked_of(faq, clause("ask_foods"), context=context) == ["twitch.foods"]


# Whatever is understood.


CONTEXTS = st.builds(
    Context,
    st.sampled_from([None, "magnesium", "leg_twitch", "stress", "gone"]),
    st.sampled_from([None, "foods", "link", "gone"]),
    st.sampled_from([None, "leg"]),
    st.sampled_from([None, "leg_twitch", "gone"]),
    st.sampled_from([(), ("magnesium", "calcium"), ("gone",)]),
    st.sampled_from([None, "vitamin_b12", "gone"]),
)


@given(clauses=st.lists(any_clause(), max_size=4), context=CONTEXTS)
def test_each_thing_asked_is_something_that_the_faq_knows(
    faq: Faq, clauses: list[Clause], context: Context
) -> None:
    asked = resolve_message(faq, clauses, context)
    assert len(set(asked)) == len(asked)
    for each in asked:
        if isinstance(each, Unsourced):
            assert each.subject.id in faq.subjects
        else:
            assert each.aspect in faq.aspects
            assert each.body_part is None or each.body_part in faq.body_parts


@given(clauses=st.lists(any_clause(), min_size=1, max_size=4), context=CONTEXTS)
def test_every_question_gets_something(faq: Faq, clauses: list[Clause], context: Context) -> None:
    questions = [c for c in clauses if c.asked and c.intent != "describe"]
    if questions:
        assert resolve_message(faq, clauses, context)


# What people go on with.


@pytest.mark.parametrize(
    ("aspect", "expected"),
    [
        ("amount", "magnesium.amount"),
        ("foods", "magnesium.food_amounts"),
        ("link", "magnesium.help"),
        (None, "magnesium.help"),
    ],
)
def test_a_remark_is_about_what_was_talked_of(faq: Faq, aspect: str | None, expected: str) -> None:
    remark = clause("describe")
    context = Context("magnesium", aspect)

    assert [shown(r) for r in resolve_remark(faq, [remark], context)] == [expected]
    assert resolve_remark(faq, [remark], Context()) == []
    assert resolve_remark(faq, [clause("greet")], context) == []


@pytest.mark.parametrize(
    ("asked", "context", "expected"),
    [
        # "anything I can eat for it", after coffee and an eyelid
        (
            clause("ask_foods", refers=True),
            Context("caffeine", "link", movement="eyelid_twitch"),
            "eyelid_twitch.foods",
        ),
        (clause("ask_foods"), Context("medication", "link", movement="cramp"), "cramp.foods"),
        # "can you have too much", with magnesium before a leg
        (
            clause("ask_excess"),
            Context("leg_twitch", "nutrients", nutrient="magnesium"),
            "magnesium.excess",
        ),
        (
            clause("ask_cautions", refers=True),
            Context("twitch", "help", nutrient="magnesium"),
            "magnesium.cautions",
        ),
        # "how much is too much", "does a lack of it cause cramps", after "I am on thyroid pills"
        (clause("ask_excess"), Context("medication", "link", nutrient="calcium"), "calcium.excess"),
        (
            clause("ask_link", refers=True, level="low"),
            Context("medication", "link", nutrient="calcium"),
            "calcium.link",
        ),
        # "how long before they work"
        (
            clause("ask_outlook", refers=True),
            Context("twitch", "supplements"),
            "supplements.outlook",
        ),
        # "what else should they test"
        (
            clause("ask_testing", others=True),
            Context("magnesium", "testing", movement="leg_twitch"),
            "leg_twitch.testing",
        ),
        # "is it bad for you", of a jerk
        (
            clause("ask_cautions", refers=True),
            Context("myoclonus", "definition"),
            "myoclonus.harmless",
        ),
        # "what does it lower", of a tablet; "what does drinking strip out of you"
        (
            clause("ask_medicines", refers=True),
            Context("medication", "link"),
            "medication.nutrients",
        ),
        (clause("ask_medicines", "alcohol"), Context(), "alcohol.nutrients"),
        # "dehydration?", after the causes of a twitch
        (clause("mention_topic", "dehydration"), Context("stress", "causes"), "dehydration.link"),
        # "dairy free sources?", of calcium
        (clause("ask_foods", "diet"), Context("calcium", "link"), "calcium.foods"),
    ],
)
def test_what_a_follow_up_is_about(
    faq: Faq, asked: Clause, context: Context, expected: str
) -> None:
    [found] = asked_of(faq, asked, context=context)
    own = faq.find_answer(faq.topics[expected.split(".")[0]], expected.split(".")[1], None)
    given = faq.find_answer(faq.topics[found.split(".")[0]], found.split(".")[1], None)
    assert given is own


def test_what_a_trigger_takes_from_a_nutrient(faq: Faq) -> None:
    found = asked_of(
        faq,
        clause("ask_medicines", "magnesium", refers=True),
        context=Context("alcohol", "link"),
    )
    assert found == ["magnesium.causes", "alcohol.link"]


def test_how_long_a_diagnosis_lasts(faq: Faq) -> None:
    # "he called it benign fasciculations. My calf jumps. Will they go?"
    diagnosis, calf = told("benign_fasciculation"), told("twitch", "calf")
    found = asked_of(faq, diagnosis, calf, clause("ask_outlook", refers=True))
    assert found == ["benign_fasciculation.outlook.calf"]


def test_a_statement_of_when_is_about_the_movement(faq: Faq) -> None:
    # "a jolt goes through me as I fall asleep"
    assert asked_of(faq, clause("describe", "muscle_jerk sleep")) == ["muscle_jerk.causes"]
    # "he fears Parkinson's, his hand shakes"
    assert asked_of(faq, clause("describe", "medical_conditions twitch")) == ["twitch.causes"]
    assert asked_of(faq, clause("describe", "tremor")) == ["tremor.causes"]


def test_a_form_of_a_nutrient_tells_of_the_nutrient(faq: Faq) -> None:
    # "I take 500 mg magnesium oxide. Too much?"
    oxide = told(subjects=("magnesium_forms",))
    assert asked_of(faq, oxide, clause("ask_excess")) == ["magnesium.excess"]


def test_foods_to_avoid_after_too_much_are_what_too_much_does(faq: Faq) -> None:
    found = asked_of(faq, clause("ask_foods_low", "potassium", level="high"))
    assert found == ["potassium.excess"]


def test_vegans_worry_about_b12(faq: Faq) -> None:
    found = asked_of(faq, clause("ask_harmless", "plant_diet vitamin_b12"))
    assert found[0].endswith(".risk_groups")


def test_the_difference_that_tells_of_both_is_told(faq: Faq) -> None:
    assert asked_of(faq, clause("ask_difference", "twitch muscle_jerk")) == [
        "muscle_jerk.difference"
    ]
    assert asked_of(faq, clause("ask_difference", "spasm muscle_jerk")) == ["spasm.difference"]


def test_whether_to_stop_is_asked_of_the_medicine(faq: Faq) -> None:
    # "which medicines lower magnesium" – "metformin" – "can i just stop taking it"
    context = Context("medication", "link", nutrient="magnesium")
    stop = clause("ask_cautions", refers=True, stops=True)
    assert asked_of(faq, stop, context=context) == ["medication.cautions"]
    # "my water pill drains my potassium. can i just stop it?"
    assert asked_of(faq, told("medication potassium"), stop) == ["medication.cautions"]
    # "i take magnesium. can i just stop it?"
    assert asked_of(faq, told("magnesium"), stop) == ["magnesium.cautions"]


@pytest.mark.parametrize("aspect", ["causes", "nutrients", "foods"])
@pytest.mark.parametrize("feared", ["medical_conditions", "motor_neurone_disease"])
def test_what_may_be_behind_it_is_asked_of_the_twitch_not_of_a_feared_illness(
    faq: Faq, aspect: str, feared: str
) -> None:
    # "could this be ms" – "what could it be then", "could it just be a vitamin thing"
    context = Context(feared, "harmless", movement="leg_twitch")
    found = asked_of(faq, clause(f"ask_{aspect}", refers=True), context=context)
    assert found == [f"leg_twitch.{aspect}"]


def test_who_twitches_more_is_asked_of_those_people(faq: Faq) -> None:
    # "do old people twitch more"
    assert asked_of(faq, clause("ask_risk_groups", "older_age twitch")) == ["older_age.link"]
    assert asked_of(faq, clause("ask_risk_groups", "twitch")) == ["twitch.risk_groups"]


def test_worry_about_a_nutrient_is_that_of_the_person_told_of(faq: Faq) -> None:
    # "im vegan, should i worry about b12"
    found = asked_of(faq, told("plant_diet"), clause("ask_harmless", "vitamin_b12"))
    assert found == ["vitamin_b12.risk_groups"]


def test_why_it_twitches_after_something_is_how_that_is_linked(faq: Faq) -> None:
    # "out in the heat all day and now my calf twitches, why"
    heat = clause("ask_causes", "dehydration twitch", "calf")
    assert [part.rpartition(".")[0] for part in asked_of(faq, heat)] == ["dehydration.link"]
    # "what else than stress makes it twitch" does not ask of stress.
    other = clause("ask_causes", "stress twitch", others=True)
    assert "stress.link" not in asked_of(faq, other)
    # "which medication are known causes of twitching"
    assert asked_of(faq, clause("ask_causes", "medication twitch")) == ["medication.causes"]


# What points to one of several things.


@pytest.mark.parametrize(
    ("place", "context", "expected"),
    [
        (0, Context("leg_twitch", "nutrients", listed=("magnesium", "calcium")), "magnesium.foods"),
        (1, Context("leg_twitch", "nutrients", listed=("magnesium", "calcium")), "calcium.foods"),
        (0, Context("calcium", "link", together=("potassium", "calcium")), "potassium.foods"),
        (-1, Context("calcium", "link", together=("potassium", "calcium")), "potassium.foods"),
        # There is none at that place.
        (2, Context("leg_twitch", "nutrients", listed=("magnesium",)), "leg_twitch.foods"),
        (-1, Context("calcium", "link", together=("calcium",)), "calcium.foods"),
    ],
)
def test_which_of_them_is_meant(faq: Faq, place: int, context: Context, expected: str) -> None:
    asked = clause("ask_foods", refers=True, place=place)
    assert asked_of(faq, asked, context=context) == [expected]


@pytest.mark.parametrize(
    ("contains", "expected"), [(True, "vitamin_d.foods"), (False, "leg_twitch.foods")]
)
def test_what_has_it_is_asked_of_the_nutrient(faq: Faq, contains: bool, expected: str) -> None:
    context = Context("leg_twitch", "causes", movement="leg_twitch", nutrient="vitamin_d")
    asked = clause("ask_foods", refers=True, contains=contains)
    assert asked_of(faq, asked, context=context) == [expected]


# Remarks that ask more than they say.


@pytest.mark.parametrize(
    ("message", "context", "expected"),
    [
        # "I'm on thyroid pills too", after calcium.
        (["describe medication"], Context("calcium", "cautions"), ["calcium.medicines"]),
        (["describe medication"], Context("vitamin_b1", "foods"), ["vitamin_b1.cautions"]),
        # It is about the medicine after anything else, or with anything else.
        (["describe medication"], Context("twitch", "causes"), ["medication.link"]),
        (["describe medication,cramp"], Context("calcium", "link"), ["medication.link"]),
    ],
)
def test_a_medicine_beside_a_nutrient(
    faq: Faq, message: list[str], context: Context, expected: list[str]
) -> None:
    intent, topics = message[0].split(" ")
    said = clause(intent, topics.replace(",", " "))
    assert asked_of(faq, said, context=context)[: len(expected)] == expected


def test_a_medicine_told_before_the_question(faq: Faq) -> None:
    # "I take thyroxine, does that matter with it"
    context = Context("calcium", "foods", nutrient="calcium")
    asked = clause("ask_link", refers=True)
    assert asked_of(faq, told("medication"), asked, context=context) == ["calcium.medicines"]


def test_the_link_of_a_medicine_tells_what_it_lowers(faq: Faq) -> None:
    # "my ppi and leg cramps, what is the connection"
    asked = clause("ask_link", "medication cramp")
    assert asked_of(faq, asked) == ["medication.link", "medication.nutrients"]


@pytest.mark.parametrize(("aspect", "expected"), [("difference", "harmless"), ("harmless", "link")])
def test_who_fears_als_tells_of_twitches_in_fear(faq: Faq, aspect: str, expected: str) -> None:
    said = clause("describe", "twitch", "calf")
    context = Context("motor_neurone_disease", aspect)
    found = asked_of(faq, said, context=context)
    assert found == [f"motor_neurone_disease.{expected}.calf"]


def test_another_subject_ends_the_talk_of_als(faq: Faq) -> None:
    said = clause("describe", "caffeine")
    context = Context("motor_neurone_disease", "difference")
    assert asked_of(faq, said, context=context) == ["caffeine.link"]


# Foods.


@pytest.mark.parametrize(
    ("said", "context", "expected"),
    [
        (clause("ask_foods", foods=("banana",)), Context(), "potassium.foods"),
        (clause("ask_food_amounts", foods=("banana",)), Context(), "potassium.food_amounts"),
        (clause("ask_amount", foods=("banana",)), Context(), "potassium.food_amounts"),
        # The nutrient talked of, where the food has it.
        (clause("ask_foods", foods=("spinach",)), MAGNESIUM, "magnesium.foods"),
        (
            clause("ask_foods", foods=("spinach",)),
            Context("calcium", "foods", nutrient="calcium"),
            "calcium.foods",
        ),
        (
            clause("ask_foods", foods=("banana",)),
            Context("calcium", "foods", nutrient="calcium"),
            "potassium.foods",
        ),
        # A nutrient that is named counts more, and what is asked of a food otherwise does not.
        (clause("ask_foods", "calcium", foods=("banana",)), Context(), "calcium.foods"),
        (clause("ask_foods", "cramp", foods=("banana",)), Context(), "cramp.foods"),
        (clause("ask_outlook", foods=("banana",)), Context("cramp", "help"), "cramp.outlook"),
        (clause("ask_foods", foods=("unobtainium",)), Context("cramp", "help"), "cramp.foods"),
    ],
)
def test_a_food_is_asked_about(faq: Faq, said: Clause, context: Context, expected: str) -> None:
    assert asked_of(faq, said, context=context) == [expected]


def test_food_for_a_twitch_is_more_than_the_food_named(faq: Faq) -> None:
    # "my calf jumps. do bananas help"
    asked = clause("ask_help", foods=("banana",))
    assert asked_of(faq, told("twitch", "calf"), asked) == ["calf_twitch.help.calf"]


def test_what_somebody_eats_is_a_remark_on_the_nutrient_talked_of(faq: Faq) -> None:
    eats = clause("describe", foods=("milk",))
    assert asked_of(faq, eats, context=Context("vitamin_d", "link", nutrient="vitamin_d")) == [
        "vitamin_d.foods"
    ]
    assert asked_of(faq, eats, context=Context("cramp", "help")) == []


# Subjects without a source that were only told of.


@pytest.mark.parametrize("more", ["others", "together"])
def test_what_else_is_not_asked_of_the_subject_told(faq: Faq, more: str) -> None:
    # "After the covid jab my arm jumped. … So what other causes are there?"
    story = told("twitch", subjects=("covid",))
    asked = clause("ask_causes", refers=True, others=more == "others", together=more == "together")
    assert asked_of(faq, story, asked) == ["twitch.causes"]
    assert asked_of(faq, story, clause("ask_causes", refers=True)) == ["no_source.covid"]


@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        ([], "stress.help"),
        (["stress.help"], "stress.see_doctor"),
        (["stress.help", "stress.see_doctor", "stress.outlook", "stress.causes"], "stress.help"),
    ],
)
def test_a_remark_does_not_repeat_what_was_just_said(
    faq: Faq, recent: list[str], expected: str
) -> None:
    known = [r for r in recent if r.partition(".")[2] in faq.topics["stress"].answers]
    found = resolve_remark(faq, [clause("describe")], Context("stress", "link"), known)
    answers = faq.topics["stress"].answers
    order = ("help", "see_doctor", "outlook", "causes")
    left = [a for a in order if a in answers and f"stress.{a}" not in known]
    assert shown(found[0]) == f"stress.{left[0] if left else 'help'}"
    assert expected.startswith("stress.")


@pytest.mark.parametrize(
    ("movement", "expected"),
    [
        # "I get spasms." – "in my back, I mean": a spasm there, too …
        ("spasm", "spasm.causes.back"),
        ("cramp", "cramp.causes.back"),
        # … while one part after another twitches.
        ("leg_twitch", "twitch.causes.back"),
        ("night_twitch", "twitch.causes.back"),
        (None, "twitch.causes.back"),
    ],
)
def test_what_another_part_of_the_body_does(faq: Faq, movement: str | None, expected: str) -> None:
    context = Context("diet", "nutrients", movement=movement)
    assert asked_of(faq, clause("ask_causes", parts="back"), context=context) == [expected]


def test_what_is_told_aside_does_not_change_the_subject(faq: Faq) -> None:
    # "can you get too much of it, my multivit has loads"
    asked = clause("ask_excess", refers=True)
    context = Context("vitamin_b12", "signs", nutrient="vitamin_b12")
    assert asked_of(faq, asked, told("supplements"), context=context) == ["vitamin_b12.excess"]
    assert asked_of(faq, asked, told("supplements")) == ["supplements.excess"]


def test_when_it_jumps_is_not_what_jumps(faq: Faq) -> None:
    # "when i want to sleep my whole body jumps. what is it"
    story, asked = told("sleep muscle_jerk"), clause("ask_definition", refers=True)
    assert asked_of(faq, story, asked) == ["muscle_jerk.definition"]


@pytest.mark.parametrize("intent", ["ask_foods_low", "ask_cautions"])
def test_whether_a_food_is_all_right(faq: Faq, intent: str) -> None:
    assert asked_of(faq, clause(intent, foods=("banana",))) == ["potassium.cautions"]


# What is told of a nutrient elsewhere, what is taken, and fear.


def test_medicines_that_upset_sodium_are_told_with_the_electrolytes(faq: Faq) -> None:
    assert asked_of(faq, clause("ask_medicines", "sodium")) == ["electrolytes.medicines"]
    known = Context("sodium", "foods", nutrient="sodium")
    assert asked_of(faq, clause("ask_medicines"), context=known) == ["electrolytes.medicines"]


def test_whether_a_nutrient_does_harm_asks_for_cautions(faq: Faq) -> None:
    assert asked_of(faq, clause("ask_harmless", "magnesium")) == ["magnesium.cautions"]
    low = clause("ask_harmless", "magnesium", level="low")
    assert asked_of(faq, low) == ["magnesium.signs"]


def test_the_disease_that_als_is_does_not_ask_of_others(faq: Faq) -> None:
    both = clause("ask_harmless", "medical_conditions motor_neurone_disease")
    assert asked_of(faq, both) == ["motor_neurone_disease.harmless"]


def test_who_fears_als_asks_of_the_own_twitch(faq: Faq) -> None:
    fear = Context("motor_neurone_disease", "harmless", movement="calf_twitch")
    assert asked_of(faq, clause("ask_help"), context=fear) == ["calf_twitch.help"]
    ends = clause("ask_outlook", refers=True, ends=True)
    assert asked_of(faq, ends, context=fear) == ["calf_twitch.outlook"]
    lives = clause("ask_outlook", refers=True)
    assert asked_of(faq, lives, context=fear) == ["motor_neurone_disease.outlook"]


def test_a_jerk_has_the_name_that_is_asked_after_coffee(faq: Faq) -> None:
    known = Context("caffeine", "link", movement="muscle_jerk")
    assert asked_of(faq, clause("ask_deficiency_name", refers=True), context=known) == [
        "muscle_jerk.definition"
    ]


def test_what_is_to_be_left_out_is_the_factor_talked_of(faq: Faq) -> None:
    post = [told("caffeine"), clause("ask_foods_low", refers=True)]
    assert asked_of(faq, *post) == ["caffeine.help"]


def test_sleep_only_tells_when_it_jerks(faq: Faq) -> None:
    post = [told("muscle_jerk"), told("sleep")]
    assert asked_of(faq, *post, clause("ask_definition", refers=True)) == ["muscle_jerk.definition"]
    assert asked_of(faq, *post, clause("ask_outlook", refers=True)) == ["muscle_jerk.outlook"]


def test_a_spasm_of_the_eyelid_is_a_twitching_eyelid(faq: Faq) -> None:
    assert asked_of(faq, clause("ask_causes", "spasm", "eyelid")) == ["eyelid_twitch.causes.eyelid"]
    assert asked_of(faq, clause("ask_causes", "spasm", "back")) == ["spasm.causes.back"]


def test_a_feeling_that_is_only_named_asks_where_it_comes_from(faq: Faq) -> None:
    assert asked_of(faq, clause("mention_topic", "peripheral_neuropathy", "leg")) == [
        "peripheral_neuropathy.causes.leg"
    ]


# Remarks that point to something without naming it.


def test_a_remark_brings_up_what_it_points_to(faq: Faq) -> None:
    hot = clause("describe", implies="dehydration")
    known = Context("cramp", "causes", movement="cramp")
    assert [shown(r) for r in resolve_remark(faq, [hot], known)] == ["dehydration.link"]
    told_before = ["dehydration.link"]
    assert [shown(r) for r in resolve_remark(faq, [hot], known, told_before)] == [
        "dehydration.help"
    ]
    assert asked_of(faq, hot, context=known) == []
    assert resolve_remark(faq, [hot], Context()) == []


def test_of_the_topic_talked_of_a_remark_brings_up_nothing_new(faq: Faq) -> None:
    hot = clause("describe", implies="dehydration")
    known = Context("dehydration", "link", movement="cramp")
    assert [shown(r) for r in resolve_remark(faq, [hot], known)] == ["dehydration.help"]


@pytest.mark.parametrize(
    ("implied", "recent", "expected"),
    [
        ("lasting", [], "calf_twitch.see_doctor"),
        ("lasting", ["calf_twitch.see_doctor"], "calf_twitch.outlook"),
        ("checked", [], "calf_twitch.harmless"),
        ("afraid", [], "calf_twitch.harmless"),
        # All of it was told: from the beginning.
        (
            "afraid",
            ["calf_twitch.harmless", "calf_twitch.outlook", "calf_twitch.help"],
            "calf_twitch.harmless",
        ),
    ],
)
def test_a_remark_on_how_it_goes_is_of_the_movement(
    faq: Faq, implied: str, recent: list[str], expected: str
) -> None:
    remark = clause("describe", implies=implied)
    known = Context("magnesium", "foods", movement="calf_twitch")
    assert [shown(r) for r in resolve_remark(faq, [remark], known, recent)] == [expected]


def test_fear_of_als_is_answered_as_that(faq: Faq) -> None:
    known = Context("motor_neurone_disease", "harmless", movement="calf_twitch")
    remark = clause("describe", implies="afraid")
    recent = ["motor_neurone_disease.harmless"]
    assert [shown(r) for r in resolve_remark(faq, [remark], known, recent)] == [
        "motor_neurone_disease.help"
    ]


def test_a_link_may_be_asked_of_what_is_not_named(faq: Faq) -> None:
    asked = clause("ask_link", implies="stress")
    assert asked_of(faq, asked, context=Context("twitch", "causes")) == ["stress.link"]
    assert asked_of(faq, asked) == ["twitch.link"]


def test_a_diet_that_was_begun_may_be_the_cause(faq: Faq) -> None:
    assert asked_of(faq, clause("describe", "diet twitch")) == ["diet.link"]
    assert asked_of(faq, clause("mention_topic", "diet twitch")) == ["twitch.foods"]


def test_whether_litres_do_harm_asks_what_too_much_does(faq: Faq) -> None:
    litres = clause("ask_harmless", "dehydration", level="high")
    assert asked_of(faq, litres) == ["dehydration.excess"]
    assert asked_of(faq, clause("ask_harmless", "dehydration")) == ["dehydration.harmless"]


# What an outsider's reading of answers found.


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        # "does coffee deplete magnesium"
        ([clause("ask_medicines", "caffeine magnesium")], ["magnesium.causes", "caffeine.link"]),
        # "how many bananas a day is too much potassium"
        (
            [clause("ask_excess", "potassium", foods=("banana",))],
            ["potassium.excess", "potassium.food_amounts"],
        ),
        # "My potassium was low, my legs twitch. Why am I low?"
        (
            [told("potassium leg_twitch"), clause("ask_causes", level="low")],
            ["potassium.causes.leg"],
        ),
        # "My legs are cold and my toes go numb. What causes it?"
        (
            [told("peripheral_neuropathy", "leg"), clause("ask_causes")],
            ["peripheral_neuropathy.causes.leg"],
        ),
        # "Could this be down to my diet?", of pins and needles
        ([told("peripheral_neuropathy"), clause("ask_link", "diet", refers=True)], ["diet.link"]),
        # "can low iron cause restless legs"
        (
            [clause("ask_link", "restless_legs", subjects=("iron",))],
            ["no_source.iron", "restless_legs.causes"],
        ),
        # "My sister swears by citrate. Swap over?"
        (
            [told(subjects=("magnesium_forms",)), clause("ask_supplements")],
            ["no_source.magnesium_forms"],
        ),
    ],
)
def test_what_is_told_says_what_is_meant(
    faq: Faq, clauses: list[Clause], expected: list[str]
) -> None:
    assert asked_of(faq, *clauses) == expected


@pytest.mark.parametrize(
    ("asked", "context", "expected"),
    [
        # "what else can I do"
        (
            clause("ask_help", others=True),
            Context("magnesium", "help", movement="leg_twitch", nutrient="magnesium"),
            ["leg_twitch.help"],
        ),
        # "when should he see someone", after "would vitamins help" with a tremor
        (
            clause("ask_see_doctor"),
            Context("deficiency", "supplements", movement="tremor"),
            ["tremor.see_doctor"],
        ),
        # "and b12?", after how much somebody of eighty needs
        (
            clause("mention_topic", "vitamin_b12"),
            Context("older_age", "amount"),
            ["vitamin_b12.amount"],
        ),
        # "why should I not?"
        (clause("ask_why"), Context("potassium", "supplements"), ["potassium.cautions"]),
    ],
)
def test_a_follow_up_goes_on_with_what_fits(
    faq: Faq, asked: Clause, context: Context, expected: list[str]
) -> None:
    assert asked_of(faq, asked, context=context) == expected


# Subjects that no source covers, in the rest of a message and in what follows.


def test_a_subject_told_by_the_way_declines_nothing_else(faq: Faq) -> None:
    # "I have heavy periods. Is it worth asking for iron tablets?"
    by_the_way = told(subjects=("periods",))
    assert asked_of(faq, by_the_way, subject("ask_supplements", "iron")) == ["no_source.iron"]
    assert asked_of(faq, by_the_way, clause("ask_link", "magnesium")) == ["magnesium.link"]
    # Where nothing else is asked about, it is what is meant.
    assert "no_source.periods" in asked_of(faq, by_the_way, clause("ask_help"))


def test_whoever_asks_for_a_child_is_not_told_of_breastfeeding(faq: Faq) -> None:
    child = told("cramp", "hand", subjects=("children",))
    fed = told(subjects=("pregnancy",))
    assert asked_of(faq, child, fed, clause("ask_help")) == ["no_source.children"]
    # "my wife is breastfeeding our twins, and her legs cramp"
    mother = told("cramp", "leg", subjects=("pregnancy", "children"))
    assert asked_of(faq, mother, clause("ask_help"))[0] == "no_source.pregnancy"


@pytest.mark.parametrize("whom", ["children", "dialysis"])
def test_for_some_only_what_needs_a_doctor_holds(faq: Faq, whom: str) -> None:
    about = told("cramp", "leg", subjects=(whom,))
    assert asked_of(faq, about, clause("ask_help")) == [f"no_source.{whom}"]
    found = asked_of(faq, about, clause("ask_see_doctor"))
    assert found[0] == f"no_source.{whom}"
    assert found[1].split(".")[1] == "see_doctor"


@pytest.mark.parametrize(
    "asked",
    [clause("ask_why"), clause("ask_link", refers=True), clause("ask_amount")],
    ids=["why", "refers", "amount"],
)
def test_a_follow_up_stays_with_a_subject_without_a_source(faq: Faq, asked: Clause) -> None:
    context = Context("cramp", "help", subject="pickle_juice")
    assert asked_of(faq, asked, context=context) == ["no_source.pickle_juice"]


def test_it_is_said_once_at_length(faq: Faq) -> None:
    why = clause("ask_why")
    (later,) = resolve_message(faq, [why], Context("cramp", "help", subject="pickle_juice"))
    (first,) = resolve_message(faq, [clause("ask_help", subjects=("pickle_juice",))], Context())
    assert isinstance(later, Unsourced)
    assert isinstance(first, Unsourced)
    assert (first.again, later.again) == (False, True)


def test_of_forms_of_a_mineral_only_which_is_better_is_asked(faq: Faq) -> None:
    context = Context("magnesium", subject="magnesium_forms")
    assert asked_of(faq, clause("ask_difference"), context=context) == ["no_source.magnesium_forms"]
    assert asked_of(faq, clause("ask_foods"), context=context) == ["magnesium.foods"]


def test_whether_to_stop_a_medicine_is_answered_whatever_its_name(faq: Faq) -> None:
    context = Context("medication", subject="statins")
    stops = clause("ask_cautions", refers=True, stops=True)
    assert asked_of(faq, stops, context=context) == ["medication.cautions"]
    safe = clause("ask_harmless", refers=True)
    assert asked_of(faq, safe, context=context) == ["no_source.statins"]


def test_how_to_tell_is_asked_of_what_was_compared(faq: Faq) -> None:
    context = Context("vitamin_b12", "role", together=("stress", "vitamin_b12"))
    assert asked_of(faq, clause("ask_difference"), context=context) == [
        "stress.signs",
        "vitamin_b12.signs",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        clause("ask_help"),
        clause("ask_help", refers=True, others=True),
        clause("ask_link", "magnesium", refers=True),
        clause("thank"),
    ],
    ids=["help", "others", "named", "thanks"],
)
def test_what_asks_for_something_else_leaves_it(faq: Faq, asked: Clause) -> None:
    context = Context("cramp", "help", subject="pickle_juice")
    assert "no_source.pickle_juice" not in asked_of(faq, asked, context=context)


def test_a_subject_that_was_taken_away_is_not_gone_on_with(faq: Faq) -> None:
    context = Context("cramp", "help", subject="dilithium")
    assert asked_of(faq, clause("ask_why"), context=context) == ["cramp.causes"]


def test_what_is_only_named_after_a_question_is_asked_likewise(faq: Faq) -> None:
    # "Is it my sleep? Magnesium?"
    found = asked_of(faq, clause("ask_link", "sleep"), clause("mention_topic", "magnesium"))
    assert found == ["sleep.link", "magnesium.link"]


@pytest.mark.parametrize(
    ("asked", "context", "expected"),
    [
        # Too much water was talked of, not too little.
        (clause("ask_signs"), Context("dehydration", "excess"), "dehydration.excess"),
        (
            clause("ask_harmless", refers=True),
            Context("dehydration", "excess", nutrient="sodium"),
            "dehydration.excess",
        ),
        (clause("ask_signs"), Context("dehydration", "link"), "dehydration.signs"),
        # "magnesium too?"
        (clause("mention_topic", "magnesium"), Context("cramp", "testing"), "magnesium.testing"),
        # "does it do anything for cramps"
        (clause("ask_role", "cramp", refers=True), Context("vitamin_d", "amount"), "cramp.link"),
        # "can I just take it every other day"
        (
            clause("ask_supplements", refers=True),
            Context("medication", "link"),
            "medication.cautions",
        ),
    ],
)
def test_a_follow_up_is_of_what_was_talked_of(
    faq: Faq, asked: Clause, context: Context, expected: str
) -> None:
    assert asked_of(faq, asked, context=context)[0] == expected


def test_an_amount_told_after_too_much_of_something_is_measured_by_it(faq: Faq) -> None:
    remark = clause("describe")
    found = resolve_remark(faq, [remark], Context("vitamin_d", "excess"))
    assert [shown(each) for each in found] == ["vitamin_d.excess"]


def test_what_is_asked_for_her_after_a_daughter_is_asked_for_a_child(faq: Faq) -> None:
    daughter = told(subjects=("children",))
    asks = clause("ask_amount", "calcium older_age", another=True)
    assert asked_of(faq, daughter, asks) == ["no_source.children"]
    # Nobody else is meant: the daughter was only told of.
    own = clause("ask_amount", "calcium", oneself=True)
    assert asked_of(faq, daughter, own) == ["calcium.amount"]


def test_harm_is_asked_of_the_subject_told_just_before(faq: Faq) -> None:
    # "B6 for a year for PMS. Too much B6 does that. Have I damaged myself?"
    periods = told(subjects=("b6", "periods"))
    b6 = clause("ask_link", subjects=("b6",), asked=False)
    assert asked_of(faq, periods, b6, clause("ask_harmless")) == ["no_source.b6"]
