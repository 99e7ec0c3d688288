"""What is said to what was understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.asking import any_clause, clause, told
from twitchwise.faq import Faq
from twitchwise.faq.comparison import Comparison
from twitchwise.faq.context import Context
from twitchwise.faq.query import MAX_REQUESTS, Request
from twitchwise.faq.reply import (
    SAME_QUESTION,
    NoSource,
    Reply,
    Suggestion,
    reply_again,
    reply_by_similarity,
    reply_to_asked,
    reply_to_message,
    reply_to_payloads,
    reply_to_requests,
)
from twitchwise.faq.retrieval import QuestionIndex
from twitchwise.faq.understood import CLAUSES, Clause


def understood(intent: str | None, *entities: tuple[str, str]) -> dict[str, Any]:
    return {
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [
            {"entity": label, "value": value, "start": 10 * place}
            for place, (label, value) in enumerate(entities)
        ],
    }


def reply(
    faq: Faq,
    intent: str | None,
    *entities: tuple[str, str],
    context: Context | None = None,
    recent: Sequence[str] = (),
) -> Reply:
    return reply_to_message(faq, understood(intent, *entities), context or Context(), recent)


def reply_to(
    faq: Faq, *clauses: Clause, context: Context | None = None, recent: Sequence[str] = ()
) -> Reply:
    message = {CLAUSES: [each.as_data() for each in clauses]}
    return reply_to_message(faq, message, context or Context(), recent)


def ids(said: Reply) -> list[str]:
    return [answer.id for answer in said.answers]


def now_about(said: Reply) -> tuple[str | None, str | None, str | None]:
    """Return topic, aspect and body part that the next message may take up."""
    return said.context.topic, said.context.aspect, said.context.body_part


def offered(said: Reply) -> list[str]:
    return [suggestion.payload for suggestion in said.suggestions]


def test_a_question_is_answered_and_leads_on(faq: Faq) -> None:
    said = reply(faq, "ask_foods", ("topic", "Magnesium"))
    assert ids(said) == ["magnesium.foods"]
    assert said.answered == "magnesium.foods"
    assert now_about(said) == ("magnesium", "foods", None)
    assert said.recent == ("magnesium.foods",)
    assert 1 <= len(said.suggestions) <= 3
    assert all(suggestion.payload.startswith("q:") for suggestion in said.suggestions)


def test_a_body_part_chooses_the_answer(faq: Faq) -> None:
    said = reply(
        faq, "ask_link", ("topic", "low magnesium"), ("body_part", "toes"), ("topic", "twitch")
    )
    assert ids(said) == ["magnesium.link.foot"]
    assert now_about(said) == ("magnesium", "link", "foot")
    assert said.context.movement == "foot_twitch"
    assert said.recent == ("magnesium.link",)


def test_entities_count_in_the_order_of_the_message(faq: Faq) -> None:
    message = understood("ask_foods", ("topic", "calcium"), ("topic", "magnesium"))
    message["entities"].reverse()
    said = reply_to_message(faq, message, Context())
    assert ids(said) == ["calcium.foods", "magnesium.foods"]
    assert said.answered == "calcium.foods magnesium.foods"
    assert now_about(said) == ("magnesium", "foods", None)


def test_for_whom_it_is_asked_is_not_what_is_talked_of(faq: Faq) -> None:
    # "how much calcium at sixty" – "dairy free sources?"
    amount = Clause("ask_amount", topics=("calcium", "older_age"))
    said = reply_to(faq, amount)
    assert ids(said) == ["calcium.amount", "older_age.amount"]
    assert now_about(said) == ("calcium", "amount", None)
    then = reply_to(faq, Clause("ask_foods", topics=("diet",)), context=said.context)
    assert ids(then) == ["calcium.foods"]


def test_an_answer_that_two_topics_share_is_said_once(faq: Faq) -> None:
    topics = [faq.topics[topic] for topic in ("calcium", "potassium")]
    shared = [faq.find_answer(topic, "see_doctor") for topic in topics]
    assert shared[0] is shared[1]
    said = reply(faq, "ask_see_doctor", ("topic", "calcium"), ("topic", "potassium"))
    assert len(said.answers) == 1


def test_a_topic_alone_goes_on_with_what_was_asked(faq: Faq) -> None:
    said = reply(faq, "mention_topic", ("topic", "calcium"), context=Context("magnesium", "foods"))
    assert ids(said) == ["calcium.foods"]


@pytest.mark.parametrize("message", [{}, {"intent": None}, {"intent": {"name": None}}])
def test_a_message_without_anything_is_about_twitching(faq: Faq, message: dict[str, Any]) -> None:
    assert ids(reply_to_message(faq, message, Context())) == ["twitch.causes"]


def test_names_that_nobody_knows_are_passed_over(faq: Faq) -> None:
    said = reply(
        faq, "ask_foods", ("topic", "unobtainium"), ("body_part", "tail"), ("topic", "calcium")
    )
    assert ids(said) == ["calcium.foods"]


def test_an_answer_that_names_a_red_flag_is_reported(faq: Faq) -> None:
    assert reply(faq, "ask_signs", ("topic", "magnesium")).names_red_flag
    assert not reply(faq, "ask_foods", ("topic", "magnesium")).names_red_flag


def test_what_was_answered_lately_is_not_offered_again(faq: Faq) -> None:
    first = reply(faq, "ask_foods", ("topic", "magnesium"))
    taken = offered(first)[0]
    then = reply_to_payloads(faq, [taken], first.recent)
    assert not {taken, "q:mg.foods"} & set(offered(then))


def test_only_the_last_few_answers_are_remembered(faq: Faq) -> None:
    recent: tuple[str, ...] = ()
    aspects = ["foods", "signs", "causes", "link", "role", "testing", "cautions", "signs"]
    for aspect in aspects:
        recent = reply(faq, f"ask_{aspect}", ("topic", "magnesium"), recent=recent).recent
    assert recent == tuple(
        f"magnesium.{aspect}"
        for aspect in ("causes", "link", "role", "testing", "cautions", "signs")
    )


def test_no_requests_give_an_empty_reply(faq: Faq) -> None:
    said = reply_to_requests(faq, [], ["magnesium.foods"])
    assert (said.answers, said.suggestions, said.answered) == ((), (), "nothing")
    assert said.recent == ("magnesium.foods",)


def test_a_payload_is_answered(faq: Faq) -> None:
    assert ids(reply_to_payloads(faq, ["q:mg.foods"])) == ["magnesium.foods"]
    said = reply_to_payloads(faq, ["q:mg.link.foot"])
    assert ids(said) == ["magnesium.link.foot"]
    assert said.context.body_part == "foot"


def test_several_payloads_are_answered_in_order(faq: Faq) -> None:
    said = reply_to_payloads(faq, ["q:ca.foods", "q:zz.foods", "q:mg.foods"])
    assert ids(said) == ["calcium.foods", "magnesium.foods"]


@pytest.mark.parametrize("payload", ["", "hello", "q:zz.foods", "q:mg.nothing", "q:mg"])
def test_a_payload_of_nothing_is_an_empty_reply(faq: Faq, payload: str) -> None:
    said = reply_to_payloads(faq, [payload], ["magnesium.foods"])
    assert (said.parts, said.suggestions) == ((), ())
    assert said.recent == ("magnesium.foods",)
    assert reply_to_payloads(faq, []).parts == ()


def test_every_button_of_every_answer_is_answered(faq: Faq) -> None:
    for answer in faq.answers():
        request = Request(faq.topics[answer.topic], answer.aspect, answer.body_part)
        for suggestion in reply_to_requests(faq, [request]).suggestions:
            assert reply_to_payloads(faq, [suggestion.payload]).answers, suggestion


# More than is answered at once.


def test_what_is_left_of_many_questions_is_offered_first(faq: Faq) -> None:
    many = [clause("ask_foods", topic) for topic in ("magnesium", "calcium", "sodium")]
    left = [clause("ask_foods", "potassium"), clause("ask_causes", "cramp")]
    said = reply_to(faq, *many, *left)
    assert ids(said) == ["magnesium.foods", "calcium.foods", "sodium.foods"]
    assert offered(said)[:2] == ["q:kp.foods", "q:cr.causes"]
    assert said.context.topic == "sodium"


def test_a_subject_without_source_counts_as_one_of_three(faq: Faq) -> None:
    many = [clause("ask_foods", topic) for topic in ("magnesium", "calcium", "sodium")]
    said = reply_to(faq, Clause("ask_foods", subjects=("zinc",)), *many)
    assert said.answered == "no_source.zinc magnesium.foods calcium.foods"
    assert offered(said)[0] == "q:na.foods"


# What no source covers.


def test_a_subject_without_source_is_named_with_whom_to_ask(faq: Faq) -> None:
    said = reply_to(faq, Clause("ask_link", topics=("twitch",), subjects=("statins",)))
    statins = faq.subjects["statins"]
    assert said.parts == (NoSource("statins", statins.name, statins.ask),)
    assert said.answered == "no_source.statins"
    assert said.answers == ()
    assert not said.names_red_flag
    # What is near to it is offered, and can be had.
    taken = [reply_to_payloads(faq, [payload]) for payload in offered(said)]
    assert [ids(each) for each in taken] == [[target] for target in statins.nearest]


def test_for_whom_it_is_asked_has_the_general_answer_offered_first(faq: Faq) -> None:
    said = reply_to(faq, Clause("ask_amount", topics=("magnesium",), subjects=("pregnancy",)))
    assert said.answered == "no_source.pregnancy"
    assert offered(said)[0] == "q:mg.amount"
    assert now_about(said) == ("magnesium", None, None)


def test_what_is_named_beside_a_subject_is_answered_too(faq: Faq) -> None:
    said = reply_to(faq, Clause("ask_link", topics=("magnesium",), subjects=("zinc",)))
    assert said.answered == "no_source.zinc magnesium.link"
    assert ids(said) == ["magnesium.link"]
    assert said.recent == ("magnesium.link",)


def test_a_nutrient_near_to_a_subject_is_what_it_is_about_now(faq: Faq) -> None:
    form = reply_to(faq, Clause("ask_role", subjects=("magnesium_forms",)))
    assert form.context.topic == "magnesium"
    other = reply_to(faq, Clause("ask_link", subjects=("covid",)))
    assert other.context.topic is None


@pytest.mark.parametrize(
    ("topic", "aspect", "about"),
    [
        ("magnesium", "foods_low", "foods low in magnesium"),
        ("vitamin_d", "foods_low", "foods low in vitamin D"),
        ("vitamin_b1", "medicines", "vitamin B1 and medicines"),
    ],
)
def test_an_aspect_without_source_is_said_in_the_middle_of_a_sentence(
    faq: Faq, topic: str, aspect: str, about: str
) -> None:
    said = reply_to(faq, clause(f"ask_{aspect}", topic))
    (part,) = said.parts
    assert isinstance(part, NoSource)
    assert (part.id, part.about) == (f"{topic}.{aspect}", about)
    assert now_about(said) == (topic, aspect, None)
    # Something on the topic is offered, and can be had.
    assert ids(reply_to_payloads(faq, offered(said)[:1])) == [f"{topic}.link"]


def test_a_request_for_what_nobody_knows_is_no_answer(faq: Faq) -> None:
    said = reply_to_message(faq, understood("ask_foods_low", ("topic", "magnesium")), Context())
    assert said.answers == ()
    assert said.recent == ()


# How many were asked for.


def bullets(said: Reply) -> tuple[str, ...]:
    (answer,) = said.answers
    return answer.bullets


@pytest.mark.parametrize("count", [2, 3])
def test_a_list_is_as_long_as_was_asked_for(faq: Faq, count: int) -> None:
    whole = faq.topics["twitch"].answers["causes"].bullets
    said = reply_to(faq, clause("ask_causes", "twitch", count=count))
    assert len(whole) > 3
    assert bullets(said) == whole[:count]
    # It is the same answer: it keeps its id, and its source.
    assert ids(said) == ["twitch.causes"]


def test_there_is_no_more_than_there_is(faq: Faq) -> None:
    whole = faq.topics["twitch"].answers["causes"].bullets
    assert bullets(reply_to(faq, clause("ask_causes", "twitch", count=20))) == whole
    assert bullets(reply_to(faq, clause("ask_causes", "twitch"))) == whole


@pytest.mark.parametrize("aspect", ["see_doctor", "cautions", "amount"])
def test_warnings_and_limits_are_told_whole(faq: Faq, aspect: str) -> None:
    topic = "magnesium" if aspect == "amount" else "twitch"
    whole = faq.topics[topic].answers[aspect].bullets
    assert len(whole) > 2
    assert bullets(reply_to(faq, clause(f"ask_{aspect}", topic, count=2))) == whole


def test_a_list_that_is_cut_keeps_its_warnings(faq: Faq) -> None:
    urgent = re.compile(r"doctor|medical help|emergency|right away", re.IGNORECASE)
    for answer in faq.answers():
        request = Request(faq.topics[answer.topic], answer.aspect, answer.body_part, count=2)
        (said,) = reply_to_requests(faq, [request]).answers
        assert set(filter(urgent.search, answer.bullets)) <= set(said.bullets), answer.id


# Side by side.


def test_two_that_are_compared_are_one_part(faq: Faq) -> None:
    said = reply_to(faq, clause("ask_difference", "magnesium potassium"))
    (part,) = said.parts
    assert isinstance(part, Comparison)
    assert said.answered == "magnesium.role potassium.role"
    assert ids(said) == ["magnesium.role", "potassium.role"]
    assert said.recent == ("magnesium.role", "potassium.role")
    assert said.context.topic == "potassium"


def test_what_is_missing_on_one_side_is_said_as_such(faq: Faq) -> None:
    requests = [
        Request(faq.topics[topic], "foods_low", compared=True) for topic in ("sodium", "potassium")
    ]
    said = reply_to_asked(faq, requests)
    assert said.answered == "sodium.foods_low no_source.potassium.foods_low"


def test_a_comparison_warns_where_one_of_its_answers_does(faq: Faq) -> None:
    signs = clause("ask_difference", "magnesium potassium", level="low")
    said = reply_to(faq, signs)
    assert ids(said) == ["magnesium.signs", "potassium.signs"]
    assert said.names_red_flag


# The words of a question of the FAQ.


def with_nearest(faq: Faq, text: str, *clauses: Clause, context: Context | None = None) -> Reply:
    near = QuestionIndex(faq.questions).nearest(text)
    message = {
        CLAUSES: [each.as_data() for each in clauses],
        "similar_questions": [{"id": m.question.id, "score": m.score} for m in near],
    }
    return reply_to_message(faq, message, context or Context())


def test_the_very_words_of_a_question_have_its_answers(faq: Faq) -> None:
    question = next(q for q in faq.questions if "vitamin B12 cause twitching in the feet" in q.ask)
    # Whatever the classifier made of it.
    taken = clause("ask_amount", "vitamin_b12 twitch", "foot")
    assert ids(with_nearest(faq, question.ask, taken)) == list(question.answers)


@pytest.mark.parametrize(
    ("text", "asked", "answer"),
    [
        (
            "Can a shortage of vitamin D cause twitching in the feet?",
            clause("ask_link", "vitamin_d twitch", "foot"),
            "vitamin_d.link",
        ),
        (
            "Can a lack of vitamin B12 cause muscle jerks?",
            clause("ask_link", "vitamin_b12 muscle_jerk"),
            "vitamin_b12.link",
        ),
    ],
)
def test_nearly_those_words_about_something_else_have_its_own_answer(
    faq: Faq, text: str, asked: Clause, answer: str
) -> None:
    (nearest,) = QuestionIndex(faq.questions).nearest(text, limit=1)
    assert nearest.score > 0.9
    assert not any(each.startswith(answer.split(".")[0]) for each in nearest.question.answers)
    (said,) = ids(with_nearest(faq, text, asked))
    assert said.startswith(answer)


def test_the_words_of_a_question_that_names_nothing_are_about_what_is_talked_of(faq: Faq) -> None:
    said = with_nearest(
        faq, "Is twitching dangerous?", clause("ask_harmless"), context=Context("tremor", "signs")
    )
    assert ids(said) == ["tremor.harmless"]


# The movement that was talked of.


def test_the_movement_is_kept_while_nutrients_are_talked_of(faq: Faq) -> None:
    first = reply_to(faq, clause("ask_causes", "twitch", "calf"))
    assert first.context.movement == "calf_twitch"
    then = reply_to(faq, clause("ask_foods", "magnesium"), context=first.context)
    assert then.context.movement == "calf_twitch"
    last = reply_to(faq, clause("ask_outlook"), context=then.context)
    assert ids(last) == ["twitch.outlook"]
    assert last.context.topic == "calf_twitch"


def test_a_movement_told_beside_a_question_is_kept_too(faq: Faq) -> None:
    said = reply_to(faq, told("twitch", "eyelid"), clause("ask_foods", "magnesium"))
    assert ids(said) == ["magnesium.foods"]
    assert said.context.movement == "eyelid_twitch"


# Once more.


def test_answers_are_said_again(faq: Faq) -> None:
    said = reply_again(faq, ["magnesium.link.foot", "gone.foods", "calcium.foods"])
    assert ids(said) == ["magnesium.link.foot", "calcium.foods"]
    assert said.suggestions


@pytest.mark.parametrize("given", [[], ["gone.foods"], ["magnesium"]])
def test_there_may_be_nothing_to_say_again(faq: Faq, given: list[str]) -> None:
    said = reply_again(faq, given, ["magnesium.foods"])
    assert (said.parts, said.suggestions) == ((), ())
    assert said.recent == ("magnesium.foods",)


# What was not understood.


def near(faq: Faq, *scores: float) -> dict[str, Any]:
    """Return the first questions of the FAQ as the nearest ones, with these scores."""
    pairs = zip(faq.questions, scores, strict=False)
    return {"similar_questions": [{"id": q.id, "score": score} for q, score in pairs]}


def test_nearly_the_same_question_is_answered(faq: Faq) -> None:
    question = faq.questions[0]
    said = reply_by_similarity(faq, near(faq, SAME_QUESTION, 0.5))
    assert ids(said) == list(question.answers)
    assert said.suggestions


def test_questions_less_near_are_offered(faq: Faq) -> None:
    message = near(faq, SAME_QUESTION - 0.01, 0.5, 0.3)
    said = reply_by_similarity(faq, message, recent=["magnesium.foods"])
    assert said.parts == ()
    assert said.answered == "suggestions"
    assert [s.title for s in said.suggestions] == [q.ask for q in faq.questions[:3]]
    assert said.recent == ("magnesium.foods",)


def test_what_is_offered_leads_to_the_questions_answer(faq: Faq) -> None:
    for question in faq.questions:
        message = {"similar_questions": [{"id": question.id, "score": 0.4}]}
        said = reply_by_similarity(faq, message)
        assert ids(reply_to_payloads(faq, offered(said))) == [question.answers[0]]


def test_nothing_similar_gives_an_empty_reply(faq: Faq) -> None:
    assert reply_by_similarity(faq, {}).answered == "nothing"
    gone = {"similar_questions": [{"id": "gone", "score": 0.9}]}
    assert reply_by_similarity(faq, gone).answered == "nothing"


def unsure(faq: Faq, asked: Clause, *labels: tuple[str, float], **more: Any) -> Reply:
    ranking = [{"name": label, "confidence": confidence} for label, confidence in labels]
    message = {CLAUSES: [asked.as_data()], "intent_ranking": ranking, **more}
    return reply_by_similarity(faq, message)


def test_the_likeliest_questions_about_what_is_named_are_offered_first(faq: Faq) -> None:
    said = unsure(
        faq,
        clause("nlu_fallback", "magnesium"),
        ("ask_foods", 0.19),
        ("greet", 0.15),
        ("ask_signs", 0.1),
        ("ask_role", 0.01),
        **near(faq, 0.5, 0.4),
    )
    assert said.parts == ()
    assert offered(said)[:2] == ["q:mg.foods", "q:mg.signs"]
    assert said.suggestions[2].title == faq.questions[0].ask
    assert len(said.suggestions) == 3


def test_the_likeliest_question_about_what_is_named_is_answered_as_a_guess(faq: Faq) -> None:
    said = unsure(faq, clause("nlu_fallback", "magnesium"), ("ask_foods", 0.2), ("ask_signs", 0.1))
    assert ids(said) == ["magnesium.foods"]
    assert said.best_guess == "Foods with magnesium"
    assert offered(said)[0] == "q:mg.signs"


def test_nothing_is_guessed_where_nothing_is_named(faq: Faq) -> None:
    said = unsure(faq, clause("nlu_fallback"), ("ask_foods", 0.25))
    assert said.answered == "nothing"


def test_only_what_has_an_answer_is_offered(faq: Faq) -> None:
    asked = clause("nlu_fallback", "magnesium", subjects=("statins",))
    said = unsure(faq, asked, ("ask_foods_low", 0.19), ("ask_foods", 0.19))
    assert offered(said) == ["q:mg.foods"]


def test_the_same_is_offered_once(faq: Faq) -> None:
    # A nutrient has no nutrients: both labels ask for the link.
    said = unsure(
        faq, clause("nlu_fallback", "magnesium"), ("ask_link", 0.19), ("ask_nutrients", 0.19)
    )
    assert offered(said) == ["q:mg.link"]


def guessed(faq: Faq, *clauses: Clause, context: Context | None = None, **more: Any) -> Reply:
    message = {CLAUSES: [each.as_data() for each in clauses], "text": "wht fods", **more}
    return reply_to_message(faq, message, context or Context())


@pytest.mark.parametrize(
    ("asked", "in_general"),
    [
        (clause("ask_link", "medical_conditions", examples=("lupus",)), "lupus"),
        (clause("ask_link", "medical_conditions eyelid_twitch", examples=("lupus",)), "lupus"),
        # The answer tells of it, by its name or by another word.
        (clause("ask_link", "medical_conditions", examples=("thyroid",)), None),
        (clause("ask_causes", "medication", examples=("stimulants",)), None),
        (clause("ask_link", "medication", examples=("stimulants",)), None),
        (clause("ask_link", "medication", examples=("lithium",)), "lithium"),
        # It holds for any illness, or is about something else.
        (clause("ask_see_doctor", "medical_conditions", examples=("lupus",)), None),
        (clause("ask_foods", "magnesium", examples=("lupus",)), None),
        (clause("ask_link", "medical_conditions"), None),
        (clause("ask_link", "medical_conditions", examples=("gone",)), None),
    ],
)
def test_an_answer_that_does_not_tell_of_the_illness_named_says_so(
    faq: Faq, asked: Clause, in_general: str | None
) -> None:
    said = reply_to(faq, asked).in_general
    assert said is in_general is None or (in_general or "none") in (said or "")


def test_several_illnesses_that_no_answer_tells_of(faq: Faq) -> None:
    asked = clause("ask_link", "medical_conditions", examples=("lupus", "epilepsy", "lupus"))
    assert reply_to(faq, asked).in_general == "lupus or epilepsy"


def test_an_unsure_answer_is_a_best_guess_with_what_else_may_be_meant(faq: Faq) -> None:
    asked = Clause("ask_foods", topics=("magnesium",), confidence=0.8)
    ranking = [
        {"name": "ask_foods", "confidence": 0.8},
        {"name": "ask_signs", "confidence": 0.15},
    ]
    said = guessed(faq, asked, intent_ranking=ranking)

    assert ids(said) == ["magnesium.foods"]
    assert said.best_guess == "Foods with magnesium"
    assert offered(said)[0] == "q:mg.signs"
    assert "q:mg.foods" not in offered(said)
    assert len(offered(said)) == 3


@pytest.mark.parametrize(
    ("first", "second", "answered"),
    [
        # Torn between two, both are answered, the likelier one first …
        (0.79, 0.13, ["magnesium.foods", "magnesium.signs"]),
        # … but not where one of them is much likelier, or the other one is hardly likely.
        (0.8, 0.15, ["magnesium.foods"]),
        (0.6, 0.11, ["magnesium.foods"]),
    ],
)
def test_torn_between_two_things_both_are_answered(
    faq: Faq, first: float, second: float, answered: list[str]
) -> None:
    ranking = [
        {"name": "ask_foods", "confidence": first},
        {"name": "ask_signs", "confidence": second},
    ]
    said = guessed(
        faq, Clause("ask_foods", topics=("magnesium",), confidence=first), intent_ranking=ranking
    )
    assert ids(said) == answered
    assert said.context.aspect == "foods"
    assert ("q:mg.signs" in offered(said)) == (len(answered) == 1)


def test_two_guesses_are_both_read_back(faq: Faq) -> None:
    ranking = [{"name": "ask_foods", "confidence": 0.5}, {"name": "ask_signs", "confidence": 0.3}]
    clause = Clause("ask_foods", topics=("magnesium",), confidence=0.5)
    said = guessed(faq, clause, intent_ranking=ranking)
    assert said.best_guess == "Foods with magnesium” or “Signs of low magnesium"


def test_an_answer_is_not_said_twice_as_two_guesses(faq: Faq) -> None:
    # Nothing tells cramps of the calf from cramps: both labels have the same answer.
    ranking = [{"name": "ask_causes", "confidence": 0.5}, {"name": "ask_causes", "confidence": 0.3}]
    said = guessed(
        faq, Clause("ask_causes", topics=("cramp",), confidence=0.5), intent_ranking=ranking
    )
    assert ids(said) == ["cramp.causes"]


def test_what_else_may_be_meant_is_about_what_was_talked_of(faq: Faq) -> None:
    ranking = [
        {"name": "ask_foods", "confidence": 0.8},
        {"name": "ask_signs", "confidence": 0.15},
    ]
    said = guessed(
        faq,
        Clause("ask_foods", confidence=0.8),
        context=Context("potassium", "link"),
        intent_ranking=ranking,
    )

    assert ids(said) == ["potassium.foods"]
    assert offered(said)[0] == "q:kp.signs"


def test_a_sure_answer_is_no_guess(faq: Faq) -> None:
    said = guessed(faq, Clause("ask_foods", topics=("magnesium",), confidence=0.95))

    assert said.best_guess is None
    assert said == reply_to(faq, clause("ask_foods", "magnesium"))


def test_a_guess_reads_back_all_that_it_answers(faq: Faq) -> None:
    said = guessed(
        faq,
        Clause("ask_signs", topics=("magnesium",), confidence=0.9),
        Clause("ask_link", subjects=("zinc",), confidence=0.4),
    )

    assert said.best_guess == "Signs of low magnesium” and “What about zinc?"


def test_an_honest_gap_is_no_guess(faq: Faq) -> None:
    said = guessed(faq, Clause("ask_link", subjects=("zinc",), confidence=0.4))
    assert (said.answered, said.best_guess) == ("no_source.zinc", None)


def test_what_has_no_answer_is_no_guess(faq: Faq) -> None:
    assert guessed(faq, Clause("describe", confidence=0.4)).best_guess is None


def test_no_two_buttons_read_the_same(faq: Faq) -> None:
    ranking = [{"name": "ask_link", "confidence": 0.4}, {"name": "ask_causes", "confidence": 0.3}]
    asked = Clause("ask_harmless", topics=("sleep",), body_parts=("calf",), confidence=0.5)
    said = guessed(faq, asked, intent_ranking=ranking)
    titles = [suggestion.title for suggestion in said.suggestions]
    assert len(set(titles)) == len(titles) == 3


def test_what_was_answered_lately_is_not_what_else_was_meant(faq: Faq) -> None:
    # "twitching" – "why": the causes were told just before.
    ranking = [{"name": "ask_help", "confidence": 0.8}, {"name": "ask_causes", "confidence": 0.15}]
    why = Clause("ask_nutrients", confidence=0.5)
    message = {CLAUSES: [why.as_data()], "text": "why", "intent_ranking": ranking}
    said = reply_to_message(faq, message, Context("twitch", "causes"), ["twitch.causes"])
    assert ids(said) == ["twitch.nutrients"]
    assert offered(said)[0] == "q:tw.help"
    assert "q:tw.causes" not in offered(said)


def test_a_similar_question_on_something_else_is_not_what_was_meant(faq: Faq) -> None:
    def similar_to(topic: str) -> dict[str, Any]:
        found = next(q for q in faq.questions if q.answers[0].startswith(f"{topic}.help"))
        return {"id": found.id, "score": 0.5}

    both = [similar_to("calf_twitch"), similar_to("eyelid_twitch")]
    asked = Clause("ask_causes", body_parts=("eyelid",), confidence=0.5)
    named = guessed(faq, asked, similar_questions=both)
    assert offered(named)[0] == "q:et.help"
    assert "q:ct.help" not in offered(named)
    # Where nothing near is on the same, what comes next to the guess is better.
    elsewhere = offered(guessed(faq, asked, similar_questions=both[:1]))
    assert elsewhere
    assert "q:ct.help" not in elsewhere


@given(st.lists(any_clause(), max_size=4))
def test_whatever_is_understood_is_reported(faq: Faq, clauses: list[Clause]) -> None:
    said = reply_to(faq, *clauses)
    assert said.answered
    assert len(said.parts) <= MAX_REQUESTS
    assert len(set(offered(said))) == len(offered(said)) <= 3
    for payload in offered(said):
        assert reply_to_payloads(faq, [payload]).parts, payload


def test_a_suggestion_as_rasa_writes_buttons() -> None:
    assert Suggestion("Foods", "q:mg.foods").as_button() == {
        "title": "Foods",
        "payload": "q:mg.foods",
    }


@pytest.mark.parametrize(
    ("said", "about"),
    [
        # "Is that the same as a spasm?" goes on about "that", …
        (Clause("ask_difference", topics=("spasm",), refers=True), {"fasciculation"}),
        # … "what is the difference between cramps and spasms" about these.
        (Clause("ask_difference", topics=("spasm", "cramp")), {"spasm", "cramp"}),
    ],
)
def test_what_a_comparison_leaves_to_be_talked_of(faq: Faq, said: Clause, about: set[str]) -> None:
    context = Context("fasciculation", "definition", movement="fasciculation")
    assert reply_to(faq, said, context=context).context.topic in about


def test_a_follow_up_that_may_be_of_another_thing_is_read_back(faq: Faq) -> None:
    known = Context("magnesium", "foods", movement="calf_twitch", nutrient="magnesium")
    found = reply_to(faq, clause("ask_help"), context=known)
    assert found.best_guess is not None
    (given,) = found.answers
    offered = " ".join(suggestion.payload for suggestion in found.suggestions)
    other = {"magnesium.help": "q:ct.help", "calf_twitch.help": "q:mg.help"}[given.id]
    assert other in offered
    # Both say of what: that is what may have been misunderstood.
    assert faq.topics[given.topic].name in found.best_guess.lower()
    titles = [s.title for s in found.suggestions if s.payload.startswith(other)]
    assert all("calf" in title or "magnesium" in title for title in titles)


def test_a_follow_up_that_names_its_topic_is_sure(faq: Faq) -> None:
    known = Context("magnesium", "foods", movement="calf_twitch", nutrient="magnesium")
    assert reply_to(faq, clause("ask_help", "magnesium"), context=known).best_guess is None
    assert reply_to(faq, clause("ask_help"), context=Context("calf_twitch")).best_guess is None


# Values of blood tests, for whom is asked, and the same answer again.


@pytest.mark.parametrize(
    ("context", "answered", "offered_payloads"),
    [
        (Context("magnesium", "link"), "no_source.normal_ranges", ["q:mg.testing"]),
        (
            Context("cramp", "help", nutrient="potassium"),
            "no_source.normal_ranges",
            ["q:kp.testing"],
        ),
        (Context("twitch", "testing"), "no_source.normal_ranges", []),
    ],
)
def test_a_value_is_not_judged(
    faq: Faq, context: Context, answered: str, offered_payloads: list[str]
) -> None:
    said = reply_to(faq, clause("describe", value=True), context=context)
    assert said.answered == answered
    assert offered(said)[: len(offered_payloads)] == offered_payloads
    bad = clause("ask_harmless", refers=True)
    assert reply_to(faq, bad, context=said.context).answered == answered
    # What it does is asked of the nutrient again.
    role = clause("ask_role", "magnesium", refers=True)
    assert reply_to(faq, role, context=said.context).answered == "magnesium.role"


def test_a_number_of_nothing_that_is_measured(faq: Faq) -> None:
    said = reply_to(faq, clause("describe", value=True), context=Context("stress", "link"))
    assert not said.answered.startswith("no_source")


def test_a_value_of_a_nutrient_that_is_named(faq: Faq) -> None:
    told_value = clause("describe", "calcium", subjects=("normal_ranges",))
    said = reply_to(faq, told_value)
    assert said.answered == "no_source.normal_ranges"
    assert now_about(said)[0] == "calcium"
    both = clause("ask_foods", "calcium", subjects=("normal_ranges",))
    assert reply_to(faq, both).answered == "no_source.normal_ranges calcium.foods"


@pytest.mark.parametrize(
    ("whom", "asked", "remembered"),
    [
        ("children", clause("ask_supplements", "magnesium"), True),
        ("children", clause("ask_supplements", "magnesium", oneself=True), False),
        ("children", clause("ask_foods", "magnesium"), False),
        ("pregnancy", clause("ask_cautions", "magnesium"), True),
        ("pregnancy", clause("ask_cautions", "magnesium", confidence=0.5), False),
        ("pregnancy", clause("ask_amount", "magnesium"), False),
        ("dialysis", clause("ask_foods", "potassium"), True),
        ("dialysis", clause("ask_see_doctor", "cramp"), False),
    ],
)
def test_for_whom_was_asked_matters_later(
    faq: Faq, whom: str, asked: Clause, remembered: bool
) -> None:
    before = reply_to(faq, clause("ask_link", "cramp calf_twitch", "calf", subjects=(whom,)))
    assert before.context.for_whom == whom
    said = reply_to(faq, asked, context=before.context)
    assert said.answered.startswith(f"no_source.{whom}") is remembered
    assert said.context.for_whom == whom


def test_a_baby_that_is_on_its_way_is_no_patient(faq: Faq) -> None:
    asked = clause("ask_supplements", subjects=("children",))
    said = reply_to(faq, asked, context=Context("leg_twitch", "link", for_whom="pregnancy"))
    assert said.answered.startswith("no_source.pregnancy")


def test_a_remark_does_not_get_the_same_words_again(faq: Faq) -> None:
    remark = clause("describe", "alcohol")
    first = reply_to(faq, remark)
    assert ids(first) == ["alcohol.link"]
    again = reply_to(faq, remark, context=first.context, recent=first.recent)
    assert ids(again)
    assert ids(again) != ids(first)
    # Of another part of the body, or of another medicine, the same may be asked.
    added = clause("describe", "alcohol", "foot")
    assert ids(reply_to(faq, added, context=first.context, recent=first.recent)) == ids(first)


@pytest.mark.parametrize("aspect", ["amount", "foods"])
def test_amounts_and_foods_are_told_again(faq: Faq, aspect: str) -> None:
    first = reply_to(faq, clause(f"ask_{aspect}", "magnesium"))
    remark = clause("mention_topic", "magnesium")
    again = reply_to(faq, remark, context=first.context, recent=first.recent)
    assert ids(again) == ids(first)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (clause("mention_topic", "medication", examples=("metformin",)), ["medication.nutrients"]),
        (
            clause("ask_link", "medication", examples=("metformin",)),
            ["medication.link", "medication.nutrients"],
        ),
        (clause("mention_topic", "medication", examples=("stimulants",)), ["medication.causes"]),
        # Told by the answer itself, or by none.
        (clause("mention_topic", "medication", examples=("diuretics",)), ["medication.link"]),
        (clause("mention_topic", "medication", examples=("lithium",)), ["medication.link"]),
        (clause("ask_help", "medication", examples=("metformin",)), ["medication.help"]),
        (clause("mention_topic", "medication", examples=("gone",)), ["medication.link"]),
    ],
)
def test_of_an_example_is_said_what_tells_of_it(
    faq: Faq, asked: Clause, answered: list[str]
) -> None:
    assert ids(reply_to(faq, asked))[: len(answered)] == answered


def test_a_medicine_named_after_what_is_known_of_it_gets_something_else(faq: Faq) -> None:
    named = clause("describe", "medication", examples=("diuretics",))
    first = reply_to(faq, named)
    assert ids(first) == ["medication.link"]
    again = reply_to(faq, named, context=first.context, recent=first.recent)
    assert ids(again) == ["medication.nutrients"]


def test_the_same_part_of_the_body_adds_nothing(faq: Faq) -> None:
    named = clause("describe", "eyelid_twitch", "eyelid")
    first = reply_to(faq, named)
    again = reply_to(faq, named, context=first.context, recent=first.recent)
    assert ids(again) != ids(first)


def test_lists_are_told_without_what_somebody_leaves_out(faq: Faq) -> None:
    asks = clause("ask_foods", "calcium", left_out=("dairy",))
    said = reply_to(faq, asks)
    assert said.answered == "calcium.foods"
    assert not any("milk" in bullet for bullet in said.answers[0].bullets)
    assert said.left_out is not None
    assert said.leaves_out == ("dairy",)

    # Later ones, too, whatever asks for them.
    before = Context("calcium", "foods", leaves_out=("dairy",))
    later = reply_to(faq, clause("mention_topic", "vitamin_b12"), context=before)
    assert (later.answered, later.leaves_out) == ("vitamin_b12.foods", ("dairy",))
    assert not any("milk" in bullet for bullet in later.answers[0].bullets)
    button = reply_to_payloads(faq, ["q:ca.foods"], context=before)
    assert button.left_out is not None
    again = reply_again(faq, ["calcium.foods"], leaves_out=("dairy",))
    assert again.left_out is not None
    # Where nothing had to go, nothing is said of it.
    greens = reply_to(faq, clause("mention_topic", "potassium"), context=before)
    assert (greens.answered, greens.left_out) == ("potassium.foods", None)
    # Unless that very food is asked about.
    milk = clause("ask_food_amounts", "calcium", foods=("milk",))
    assert reply_to(faq, milk, context=before).left_out is None


def test_where_nothing_is_left_of_the_amounts_the_foods_are_told(faq: Faq) -> None:
    vegan = ("meat", "fish", "eggs", "dairy")
    said = reply_to(faq, clause("ask_food_amounts", "vitamin_b12", left_out=vegan))
    assert said.answered == "vitamin_b12.foods"


def test_a_food_that_no_source_names_is_told_of(faq: Faq) -> None:
    said = reply_to(faq, clause("ask_foods", "potassium", foods=("dates",)))
    assert said.unlisted is not None
    assert said.unlisted.foods == "dates"
    # After a nutrient, a food that nothing is known of asks for what has it.
    known = Context("vitamin_b12", "link", nutrient="vitamin_b12")
    later = reply_to(faq, clause("describe", foods=("nutritional yeast",)), context=known)
    assert later.answered == "vitamin_b12.foods"
    assert later.unlisted is not None


def test_a_remark_is_thanked_for(faq: Faq) -> None:
    known = Context("calf_twitch", "causes")
    assert guessed(faq, Clause("describe", confidence=0.4), context=known).to_remark
    place = Clause("mention_topic", body_parts=("calf",), confidence=0.4)
    assert guessed(faq, place, context=known).to_remark
    assert not guessed(faq, Clause("ask_help", confidence=0.4), context=known).to_remark
    told_of = Clause("describe", topics=("magnesium",), confidence=0.4)
    assert not guessed(faq, told_of, context=known).to_remark


def test_what_is_read_back_is_what_is_answered(faq: Faq) -> None:
    # Nothing is told of what causes alcohol, but of what it does.
    said = guessed(faq, Clause("ask_causes", topics=("alcohol",), confidence=0.4))
    assert said.best_guess is not None
    assert "causes alcohol" not in said.best_guess


def test_to_quit_or_cut_down_is_asked_of_the_trigger_talked_of(faq: Faq) -> None:
    known = Context("eyelid_twitch", "causes", factor="caffeine")
    said = reply_to(faq, clause("ask_foods_low"), context=known)
    assert said.answered == "caffeine.help"


def test_age_of_a_child_is_no_older_age(faq: Faq) -> None:
    known = Context("vitamin_d", "supplements", for_whom="children")
    asks = clause("ask_cautions", "older_age")
    assert "older_age" not in reply_to(faq, asks, context=known).answered


def test_a_cramp_in_a_race_gets_the_causes_of_cramps(faq: Faq) -> None:
    assert reply_to(faq, clause("ask_causes", "cramp overexertion")).answered == "cramp.causes"
    told_of = clause("describe", "cramp overexertion", "foot")
    assert reply_to(faq, told_of).answered.startswith("cramp.causes")
