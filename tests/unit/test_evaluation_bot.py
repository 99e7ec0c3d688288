"""From a bot's messages to what was delivered."""

from __future__ import annotations

from typing import Any

from evaluation.bot import delivered_in, put_to
from evaluation.held_out import Dialogue, Question, Turn
from tests.live.client import Client, Message
from twitchwise.faq import Faq


def message(**metadata: Any) -> Message:
    return {"text": "…", "metadata": metadata}


def answer(answer_id: str) -> Message:
    return message(answer={"answer_id": answer_id})


def response(name: str, **more: Any) -> Message:
    return {**message(utter_action=name), **more}


def test_answers_and_responses_are_counted_in_order(faq: Faq):
    said = [response("utter_escalation"), answer("twitch.causes"), response("utter_disclaimer")]

    assert delivered_in(said, faq).ids == ("utter_escalation", "twitch.causes")


def test_no_source_has_two_ids(faq: Faq):
    said = [message(utter_action="utter_no_source", answer={"answer_id": "no_source.statins"})]

    assert delivered_in(said, faq).ids == ("utter_no_source", "no_source.statins")
    said[0]["metadata"]["utter_action"] = "utter_no_source_again"
    assert delivered_in(said, faq).ids == ("utter_no_source", "no_source.statins")
    assert delivered_in(said, faq).answers == ("no_source.statins",)


def test_a_comparison_has_all_its_ids(faq: Faq):
    said = [answer("magnesium.link potassium.link")]

    assert delivered_in(said, faq).answers == ("magnesium.link", "potassium.link")


def test_what_is_suggested_is_what_the_buttons_ask(faq: Faq):
    code, calf = faq.topics["magnesium"].code, faq.topics["calf_twitch"].code
    buttons = [{"payload": f"q:{code}.foods"}, {"payload": f"q:{calf}.outlook"}, {"payload": "/x"}]
    said = [response("utter_suggestions", buttons=buttons)]
    outlook = faq.find_answer(faq.topics["calf_twitch"], "outlook")
    assert outlook is not None

    suggested = delivered_in(said, faq).suggested

    assert suggested == ("magnesium.foods", "calf_twitch.outlook", outlook.id)


def test_follow_ups_of_an_answer_are_no_suggestions(faq: Faq):
    code = faq.topics["magnesium"].code
    said = [{**answer("magnesium.link"), "buttons": [{"payload": f"q:{code}.foods"}]}]

    assert delivered_in(said, faq).suggested == ()


def test_messages_without_metadata_deliver_nothing(faq: Faq):
    assert delivered_in([{"text": "hm"}], faq).ids == ()


class Echo(Client):
    """A bot that answers every message with its sender's number of messages."""

    def __init__(self) -> None:
        self.said: dict[str, int] = {}

    def say(self, sender: str, text: str) -> list[Message]:
        self.said[sender] = self.said.get(sender, 0) + 1
        return [answer(f"{text}.{self.said[sender]}")]


def test_a_question_is_alone_and_a_dialogue_goes_on():
    questions = [Question(text, "search", "answer", (("x",),)) for text in ("a", "b")]
    dialogue = Dialogue("c", tuple(Turn(text, (("x",),)) for text in ("c", "d")))

    replies = put_to(Echo(), questions, [dialogue])

    assert [came.ids for came in replies.delivered] == [("a.1",), ("b.1",)]
    assert [[came.ids for came in turns] for turns in replies.turns] == [[("c.1",), ("d.2",)]]
