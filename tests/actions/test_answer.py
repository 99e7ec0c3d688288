"""The action that answers from the FAQ."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from actions.answer import ActionAnswer
from tests.actions.running import Ask, Said, make_tracker, run_action
from twitchwise.faq import Faq
from twitchwise.faq.understood import Clause
from twitchwise.paths import project_root

#: What to mind with an illness; it was told before.
KIDNEYS = "medical_conditions.cautions"


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (project_root() / "domain.yml").read_text(encoding="utf-8")
    )
    return loaded


def answer_ids_of(ask: Ask, intent: str, **message) -> list[str]:
    return ask(ActionAnswer(), intent, **message).answer_ids


def test_its_name_is_the_one_in_the_rules():
    assert ActionAnswer().name() == "action_answer"


@pytest.mark.parametrize(
    ("intent", "topic", "answer"),
    [
        ("ask_foods", "magnesium", "magnesium.foods"),
        ("ask_link", "low calcium", "calcium.link"),
        ("ask_deficiency_name", "low potassium", "potassium.deficiency_name"),
        ("ask_help", "leg cramps", "cramp.help"),
        ("ask_causes", "calf twitching", "calf_twitch.causes"),
        ("mention_topic", "stress", "stress.link"),
    ],
)
def test_one_topic_gets_one_answer(ask: Ask, intent: str, topic: str, answer: str):
    said = ask(ActionAnswer(), intent, topics=[topic])

    assert said.answer_ids == [answer]
    assert said.slots["answered"] == answer


def test_names_may_be_misspelt_and_in_capitals(ask: Ask):
    assert answer_ids_of(ask, "ask_foods", topics=["MAGNESUIM"]) == ["magnesium.foods"]


def test_two_nutrients_get_two_answers_with_buttons_after_the_last(ask: Ask):
    said = ask(ActionAnswer(), "ask_foods", topics=["magnesium", "calcium"])

    assert said.answer_ids == ["magnesium.foods", "calcium.foods"]
    assert said.slots["answered"] == "magnesium.foods calcium.foods"
    assert said.messages[0]["buttons"] == []
    assert said.messages[1]["buttons"]


def test_many_topics_get_three_answers(ask: Ask):
    said = ask(
        ActionAnswer(), "ask_foods", topics=["sodium", "calcium", "magnesium", "b12", "potassium"]
    )

    assert said.answer_ids == ["sodium.foods", "calcium.foods", "magnesium.foods"]


def test_a_topic_named_twice_is_answered_once(ask: Ask):
    ids = answer_ids_of(ask, "ask_foods", topics=["magnesium", "low magnesium"])

    assert ids == ["magnesium.foods"]


def test_topics_that_share_an_answer_hear_it_once(ask: Ask):
    said = ask(ActionAnswer(), "ask_see_doctor", topics=["calcium", "magnesium"])

    assert said.answer_ids == ["deficiency.see_doctor"]


@pytest.mark.parametrize("aspect", ["see_doctor", "outlook"])
def test_a_nutrient_has_the_answer_for_nutrients_in_general(ask: Ask, aspect: str):
    # Rather than the nutrient's answer to another question.
    said = ask(ActionAnswer(), f"ask_{aspect}", topics=["calcium"])

    assert said.answer_ids == [f"deficiency.{aspect}"]


def test_a_nutrient_is_stronger_than_the_movement_named_with_it(ask: Ask):
    ids = answer_ids_of(ask, "ask_link", topics=["twitching", "low potassium"])

    assert ids == ["potassium.link"]


def test_the_body_part_chooses_its_own_answer(ask: Ask):
    ids = answer_ids_of(ask, "ask_link", topics=["magnesium"], body_part="feet")

    assert ids == ["magnesium.link.foot"]


def test_twitch_and_body_part_make_the_twitch_of_that_part(ask: Ask):
    ids = answer_ids_of(ask, "ask_causes", topics=["twitching"], body_part="calf")

    assert ids == ["calf_twitch.causes"]


def test_nothing_named_is_about_twitching(ask: Ask):
    assert answer_ids_of(ask, "ask_causes") == ["twitch.causes"]


def test_a_pronoun_is_about_the_topic_before(ask: Ask):
    ids = answer_ids_of(ask, "ask_foods", slots={"topic": "calcium", "aspect": "link"})

    assert ids == ["calcium.foods"]


def test_a_topic_alone_keeps_the_question_before(ask: Ask):
    ids = answer_ids_of(
        ask, "mention_topic", topics=["calcium"], slots={"topic": "magnesium", "aspect": "foods"}
    )

    assert ids == ["calcium.foods"]


def test_a_topic_of_another_kind_does_not_keep_the_question_before(ask: Ask):
    ids = answer_ids_of(
        ask,
        "mention_topic",
        topics=["stress"],
        slots={"topic": "magnesium", "aspect": "deficiency_name"},
    )

    assert ids == ["stress.link"]


def test_a_body_part_alone_keeps_the_nutrient_before(ask: Ask):
    ids = answer_ids_of(
        ask, "mention_topic", body_part="calf", slots={"topic": "magnesium", "aspect": "link"}
    )

    assert ids == ["magnesium.link.calf"]


def test_what_it_was_about_is_kept_for_the_next_turn(ask: Ask):
    slots = ask(ActionAnswer(), "ask_link", topics=["magnesium"], body_part="feet").slots

    kept = {name: slots[name] for name in ("topic", "aspect", "body_part")}
    assert kept == {"topic": "magnesium", "aspect": "link", "body_part": "foot"}


@pytest.mark.parametrize("slot", ["a topic that is gone", "", None])
def test_a_context_that_is_no_longer_there_does_no_harm(ask: Ask, slot: str | None):
    said = ask(
        ActionAnswer(), "ask_foods", slots={"topic": slot, "aspect": slot, "body_part": slot}
    )

    assert said.answer_ids == ["twitch.foods"]


def test_unknown_names_do_no_harm(ask: Ask):
    said = ask(ActionAnswer(), "ask_causes", topics=["unobtainium"], body_part="antenna")

    assert said.answer_ids == ["twitch.causes"]


def test_a_statement_that_names_nothing_is_asked_about(ask: Ask):
    said = ask(ActionAnswer(), "describe")

    assert said.responses == ["utter_ask_what"]
    assert said.texts == []
    assert said.slots == {"answered": "nothing", "answer_names_red_flag": False}


def test_a_post_about_something_else_is_declined(ask: Ask):
    post = "i broke my shin in spring and sleep badly and " + "still walk with a limp and " * 3
    said = ask(ActionAnswer(), "ask_outlook", topics=["sleep"], text=post, foreign=True)

    assert said.responses == ["utter_out_of_scope"]
    assert said.slots == {"answered": "declined", "answer_names_red_flag": False}
    # Unusual words alone decline nothing.
    said = ask(ActionAnswer(), "ask_outlook", topics=["twitch"], text=post, foreign=True)
    assert said.answer_ids == ["twitch.outlook"]
    said = ask(ActionAnswer(), "ask_outlook", topics=["sleep"], text=post)
    assert said.answer_ids == ["sleep.outlook"]


def test_it_keeps_what_the_conversation_was_about(ask: Ask):
    said = ask(ActionAnswer(), "describe", slots={"topic": "calcium"})

    assert "topic" not in said.slots


@pytest.mark.parametrize(
    ("intent", "message", "answered"),
    [
        ("ask_link", {"subjects": ["statins"]}, "no_source.statins"),
        ("ask_foods_low", {"topics": ["potassium"]}, "no_source.potassium.foods_low"),
    ],
)
def test_what_no_source_covers_is_said_as_such(ask: Ask, intent: str, message, answered: str):
    said = ask(ActionAnswer(), intent, **message)
    (reply,) = said.messages

    assert said.responses == ["utter_no_source"]
    assert said.answer_ids == [answered]
    assert said.slots["answered"] == answered
    assert said.texts == []
    # The words of the response, and what can be had instead.
    assert reply["about"]
    assert reply["ask"]
    assert said.slots["offered"] == [button["payload"] for button in said.buttons] != []


def test_it_is_said_briefly_where_a_follow_up_is_still_about_it(ask: Ask):
    why = [Clause("ask_why").as_data()]
    said = ask(ActionAnswer(), "ask_why", clauses=why, slots={"unsourced_subject": "zinc"})
    assert said.responses == ["utter_no_source_again"]
    assert said.answer_ids == ["no_source.zinc"]
    assert said.messages[0]["about"] == "zinc"


def test_the_last_answer_is_pointed_to_where_a_follow_up_asks_for_it(ask: Ask):
    slots = {"topic": "magnesium", "aspect": "excess", "last_answers": ["magnesium.excess"]}
    bad = [Clause("ask_harmless", refers=True).as_data()]
    said = ask(ActionAnswer(), "ask_harmless", clauses=bad, slots=slots)
    assert said.responses == ["utter_told_before"]
    assert said.texts == []
    assert said.answer_ids == ["magnesium.excess"]
    assert said.buttons


def test_who_it_is_for_is_minded(ask: Ask):
    slots = {"topic": "magnesium", "for_whom": "kidney_disease", "recent_answers": [KIDNEYS]}
    foods = [Clause("ask_foods", topics=("potassium",)).as_data()]
    said = ask(ActionAnswer(), "ask_foods", clauses=foods, slots=slots)
    assert said.responses == ["utter_mind_kidneys"]
    assert said.answer_ids == ["potassium.foods"]


def test_what_only_holds_in_general_is_said_as_such(ask: Ask, domain: dict[str, Any]):
    said = ask(ActionAnswer(), "ask_link", topics=["multiple sclerosis"])

    assert said.responses == ["utter_in_general"]
    assert said.answer_ids == ["medical_conditions.link"]
    assert said.messages[0]["about"] == "multiple sclerosis"
    (response,) = domain["responses"]["utter_in_general"]
    assert "{about}" in response["text"]
    assert ask(ActionAnswer(), "ask_link", topics=["medical_conditions"]).responses == []


def test_the_response_says_what_and_whom_to_ask(ask: Ask, domain: dict[str, Any]):
    (reply,) = ask(ActionAnswer(), "ask_link", subjects=["statins"]).messages
    (response,) = domain["responses"]["utter_no_source"]

    assert (
        response["text"]
        .format(about=reply["about"], ask=reply["ask"])
        .startswith(
            "I do not have a reliable source on statins, so I would rather not guess. "
            "Please ask the doctor who prescribed them or a pharmacist."
        )
    )


def test_what_has_no_source_is_no_answer_to_repeat(ask: Ask):
    before = {"recent_answers": ["calcium.foods"], "last_answers": ["calcium.foods"]}
    said = ask(ActionAnswer(), "ask_link", subjects=["statins"], slots=before)

    assert not {"recent_answers", "last_answers"} & set(said.slots)


def test_an_answer_stands_beside_what_has_no_source(ask: Ask):
    said = ask(ActionAnswer(), "ask_link", topics=["magnesium"], subjects=["zinc"])

    assert said.answer_ids == ["no_source.zinc", "magnesium.link"]
    assert said.messages[0]["buttons"] == []
    assert said.slots["last_answers"] == ["magnesium.link"]


def test_two_that_are_compared_are_one_message(ask: Ask):
    said = ask(ActionAnswer(), "ask_difference", topics=["magnesium", "calcium"])

    assert said.answer_ids == ["magnesium.role calcium.role"]
    assert said.slots["answered"] == "magnesium.role calcium.role"
    assert said.slots["last_answers"] == ["magnesium.role", "calcium.role"]
    assert said.texts[0].startswith("Side by side:\n• magnesium: ")
    assert "\n• calcium: " in said.texts[0]
    assert said.buttons


def test_of_a_list_that_is_compared_its_first_things_are_told(ask: Ask, faq: Faq):
    said = ask(
        ActionAnswer(),
        "ask_signs",
        clauses=[Clause("ask_difference", topics=("caffeine", "sleep"), level="low").as_data()],
    )
    (text,) = said.texts
    listed = faq.topics["caffeine"].answers["signs"]
    assert f"• caffeine: {listed.text} {listed.bullets[0]}; " in text


def test_the_clauses_of_the_pipeline_are_answered_in_order(ask: Ask):
    clauses = [
        {"intent": "describe", "asked": False, "topics": ["twitch"], "body_parts": ["calf"]},
        {"intent": "ask_harmless", "asked": True, "refers": True},
        {"intent": "ask_foods", "asked": True, "topics": ["magnesium"]},
    ]
    said = ask(ActionAnswer(), "ask_harmless", clauses=clauses)

    assert said.answer_ids == ["calf_twitch.harmless", "magnesium.foods"]
    assert said.slots["topic"] == "magnesium"
    # The movement is remembered while a nutrient is talked of.
    assert said.slots["movement"] == "calf_twitch"


def test_the_movement_is_asked_of_again(ask: Ask):
    slots = {"topic": "magnesium", "aspect": "foods", "movement": "leg_twitch"}
    said = ask(ActionAnswer(), "ask_nutrients", slots=slots)

    assert said.answer_ids == ["leg_twitch.nutrients"]


def test_both_are_those_of_the_last_turn(ask: Ask):
    first = ask(ActionAnswer(), "ask_link", topics=["magnesium", "calcium"])
    both = [{"intent": "ask_foods", "asked": True, "together": True}]
    said = ask(ActionAnswer(), "ask_foods", clauses=both, slots=first.slots)

    assert said.answer_ids == ["magnesium.foods", "calcium.foods"]


def test_only_slots_that_change_are_set(ask: Ask):
    first = ask(ActionAnswer(), "ask_foods", topics=["magnesium"])
    again = ask(ActionAnswer(), "ask_foods", topics=["magnesium"], slots=first.slots)

    assert set(again.slots) == {"answered", "answer_names_red_flag"}


@pytest.mark.parametrize(("topic", "red_flag"), [("calcium", True), ("dehydration", False)])
def test_an_answer_that_names_weakness_is_reported(ask: Ask, topic: str, red_flag: bool):
    said = ask(ActionAnswer(), "ask_signs", topics=[topic])

    assert said.slots["answer_names_red_flag"] is red_flag


def test_one_answer_of_two_that_names_weakness_is_enough(ask: Ask, faq: Faq):
    said = ask(ActionAnswer(), "ask_signs", topics=["calcium", "b vitamins"])

    flags = [faq.answer_with_id(i).names_red_flag for i in said.answer_ids]  # type: ignore[union-attr]
    assert flags == [True, False]
    assert said.slots["answer_names_red_flag"] is True


def test_the_buttons_are_what_is_offered(ask: Ask):
    said = ask(ActionAnswer(), "ask_foods", topics=["magnesium"])

    assert said.slots["offered"] == [button["payload"] for button in said.buttons]
    assert 1 <= len(said.buttons) <= 3
    assert all(button["title"] for button in said.buttons)


def test_what_was_answered_lately_is_not_offered(ask: Ask):
    first = ask(ActionAnswer(), "ask_foods", topics=["magnesium"])
    recent = ["magnesium.supplements", "magnesium.link", "magnesium.signs"]
    later = ask(ActionAnswer(), "ask_foods", topics=["magnesium"], slots={"recent_answers": recent})

    assert first.slots["offered"] == ["q:mg.supplements", "q:mg.link", "q:mg.signs"]
    assert not set(later.slots["offered"]) & set(first.slots["offered"])


def test_the_latest_answers_are_remembered_and_older_ones_forgotten(ask: Ask):
    recent = [
        f"calcium.{aspect}" for aspect in ("link", "role", "signs", "causes", "help", "foods")
    ]
    slots = ask(
        ActionAnswer(), "ask_foods", topics=["magnesium"], slots={"recent_answers": recent}
    ).slots

    assert slots["recent_answers"] == [*recent[1:], "magnesium.foods"]


def test_the_text_is_complete_without_the_card(ask: Ask, faq: Faq):
    said = ask(ActionAnswer(), "ask_foods", topics=["magnesium"])
    answer = faq.topics["magnesium"].answers["foods"]

    assert said.texts[0].startswith(answer.text)
    assert all(bullet in said.texts[0] for bullet in answer.bullets)
    assert all(source.title in said.texts[0] for source in answer.sources)
    assert "\n\n" not in said.texts[0]


def test_the_card_holds_the_answer_and_its_sources(ask: Ask, faq: Faq):
    card = ask(ActionAnswer(), "ask_foods", topics=["magnesium"]).messages[0]["answer"]
    answer = faq.topics["magnesium"].answers["foods"]

    assert card["text"] == answer.text
    assert tuple(card["bullets"]) == answer.bullets
    assert [source["title"] for source in card["sources"]] == [s.title for s in answer.sources]
    assert card["reviewed"] == answer.reviewed.isoformat()


@pytest.mark.parametrize("message", [{}, {"intent": None, "entities": None}])
def test_a_message_without_parse_data_is_about_twitching(message: dict[str, object]):
    tracker = make_tracker()
    tracker.latest_message = message

    assert run_action(ActionAnswer(), tracker).answer_ids == ["twitch.causes"]


def test_every_topic_answers_every_question_or_says_that_it_cannot(ask: Ask, faq: Faq):
    action = ActionAnswer()
    talking = {"topic": "twitch"}  # Before anything of ours, other illnesses are declined.
    for topic in faq.topics.values():
        for aspect in faq.aspects:
            said = ask(action, f"ask_{aspect}", topics=[topic.name], slots=talking)
            assert said.texts or said.responses == ["utter_no_source"], (topic.id, aspect)
            assert said.slots["answered"], (topic.id, aspect)
            assert said.slots["answered"] != "nothing", (topic.id, aspect)


def test_what_is_left_out_and_not_named_is_said_before_the_list(ask: Ask, domain: dict[str, Any]):
    def said_of(intent: str, topic: str, **more: Any) -> Said:
        clause = Clause(intent, topics=(topic,), **more)
        return ask(ActionAnswer(), intent, clauses=[clause.as_data()])

    said = said_of("ask_foods", "potassium", left_out=("bananas",), foods=("dates",))
    assert said.responses == ["utter_leaves_out", "utter_not_listed"]
    assert said.answer_ids == ["potassium.foods"]
    assert said.slots["leaves_out"] == ["bananas"]
    for response in (*said.responses, "utter_leaves_out_check_label", "utter_no_figure"):
        assert "{foods}" in domain["responses"][response][0]["text"]
    allergic = said_of("ask_foods", "calcium", left_out=("dairy",))
    assert allergic.responses == ["utter_leaves_out_check_label"]
    without_figure = said_of("ask_food_amounts", "potassium", foods=("avocado",))
    assert without_figure.responses == ["utter_no_figure"]
