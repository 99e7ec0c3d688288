"""At the prompt while the server is slow, gone, or wrong: no message is lost, or said twice."""

from __future__ import annotations

import pytest

from tests.terminal import replies
from tests.terminal.conftest import Open
from tests.terminal.fake_server import (
    FakeServer,
    Fault,
    bad_body,
    cut_off,
    hang_up,
    refusal,
    web_page,
)
from tests.terminal.screen import Person

_KEPT = "Your message is kept: press Enter to send it again."
_BROKEN = {"nothing comes": hang_up(), "half of it comes": cut_off()}
_WRONG = {
    "the server fails": refusal(500, "The answer could not be made."),
    "its database is away": refusal(503),
    "a web page comes": web_page(),
    "no object comes": bad_body(b"[]"),
    "an object of another kind comes": bad_body(b'{"status": "ok"}'),
    "messages are no list": bad_body(b'{"messages": 7, "outcome": "none"}'),
    "no JSON comes": bad_body(b'{"messages": ['),
    "no UTF-8 comes": bad_body(b'{"messages": "\xff"}'),
    "no body comes": bad_body(b""),
    "no end of brackets comes": bad_body(b"[" * 100_000),
    "something else is there": refusal(404),
    "it is elsewhere": refusal(302, Location="http://127.0.0.1:1/"),
}


def _fail(chat: Person, message: str) -> str:
    """Send a message that gets no answer; return the line that tells of it."""
    chat.wait_for_prompt()
    failed = chat.count(_KEPT)
    chat.type(message)
    chat.wait_for_prompt(message)
    chat.enter()
    chat.wait_for(_KEPT, times=failed + 1)
    chat.wait_for_prompt(message)
    shown = chat.text().split(f"You: {message}\n")[-1]
    return " ".join(shown.removesuffix(f"You: {message}").split())


def test_ctrl_c_stops_waiting_and_the_message_is_sent_again_with_its_id(
    chat: Person, server: FakeServer
) -> None:
    with server.holding() as held:
        chat.type("hello\r")
        held.wait()
        chat.press("c")
        chat.wait_for("Stopped waiting.")
        chat.wait_for(_KEPT)
        chat.wait_for_prompt("hello")
    chat.enter()
    chat.wait_for(replies.GREETING)
    chat.wait_for_prompt()
    first, second = server.sent()
    assert first.body == second.body
    assert first.conversation == second.conversation
    assert server.handled == ["hello"]
    chat.press("d")
    assert chat.exit_code() == 0


def test_a_second_ctrl_c_leaves_while_the_answer_is_still_waited_for(
    chat: Person, server: FakeServer
) -> None:
    with server.holding() as held:
        chat.type("hello\r")
        held.wait()
        chat.press("c")
        chat.wait_for_prompt("hello")
        chat.press("c")
        forgotten = server.wait_for("DELETE", "/conversation")
        assert chat.exit_code() == 130
    assert forgotten.body["pending"] == [server.sent()[0].body["id"]]


@pytest.mark.parametrize("fault", _BROKEN.values(), ids=_BROKEN.keys())
def test_a_message_whose_answer_breaks_off_is_kept_and_answered_once(
    chat: Person, server: FakeServer, fault: Fault
) -> None:
    chat.say("magnesium")
    server.fail(fault)
    told = _fail(chat, "hello")
    assert told.endswith(_KEPT)
    server.stop()
    # Still away: the same again.
    chat.enter()
    chat.wait_for(_KEPT, times=2)
    chat.wait_for_prompt("hello")
    server.start()
    chat.enter()
    chat.wait_for(replies.GREETING)
    chat.wait_for_prompt()
    assert server.handled == ["magnesium", "hello"]
    assert server.sent()[-1].body == server.sent()[1].body
    assert chat.count(replies.GREETING) == 1
    chat.press("d")
    assert chat.exit_code() == 0
    assert server.forgotten() == [server.sent()[0].conversation]


def test_a_server_that_is_away_is_told_in_one_line(chat: Person, server: FakeServer) -> None:
    chat.say("magnesium")
    server.stop()
    told = _fail(chat, "hello")
    assert told.endswith(_KEPT) and "Traceback" not in told
    chat.press("u")
    chat.wait_for_prompt()
    chat.press("d")
    assert chat.exit_code() == 3


def test_a_server_that_was_started_again_is_not_noticed(chat: Person, server: FakeServer) -> None:
    chat.say("magnesium")
    server.stop()
    server.start()
    assert replies.GREETING in chat.say("hello")
    assert "press Enter to send it again" not in chat.text()


def test_another_line_after_a_failure_is_another_message(chat: Person, server: FakeServer) -> None:
    server.fail(cut_off())
    _fail(chat, "hello")
    chat.type(" you")
    chat.wait_for_prompt("hello you")
    chat.enter()
    chat.wait_for(replies.GREETING)
    first, second = server.sent()
    assert second.body["message"] == "hello you"
    assert first.body["id"] != second.body["id"]


def test_a_command_that_is_a_message_is_sent_again_as_the_same_message(
    chat: Person, server: FakeServer
) -> None:
    server.fail(cut_off())
    _fail(chat, "/restart")
    chat.enter()
    chat.wait_for(replies.DISCLAIMER)
    first, second = server.sent()
    assert first.body == second.body
    assert server.handled == ["/restart"]


def test_enter_that_was_pressed_while_waiting_changes_no_message(
    chat: Person, server: FakeServer
) -> None:
    server.fail(cut_off())
    with server.holding() as held:
        chat.type("hello\r")
        held.wait()
        chat.enter()
        held.release()
        chat.wait_for(_KEPT)
    # That Enter may send the message again, or be left aside.
    chat.wait_until(
        lambda: replies.GREETING in chat.text() or chat.line() == "You: hello", "either"
    )
    if replies.GREETING not in chat.text():
        chat.enter()
        chat.wait_for(replies.GREETING)
    assert {str(one.body) for one in server.sent()} == {str(server.sent()[0].body)}
    assert server.handled == ["hello"]


def test_a_choice_that_got_no_answer_is_sent_again_as_that_choice(
    chat: Person, server: FakeServer
) -> None:
    chat.say("magnesium")
    server.fail(cut_off())
    chat.type("2\r")
    chat.wait_for(_KEPT)
    chat.wait_for_prompt("2")
    chat.enter()
    chat.wait_for(replies.ANSWER, times=2)
    title, payload = replies.CHOICES[1]
    assert [one.body["message"] for one in server.sent()[1:]] == [payload, payload]
    assert [one.body["title"] for one in server.sent()[1:]] == [title, title]
    assert server.sent()[1].body["id"] == server.sent()[2].body["id"]


def test_a_reply_that_is_none_is_told_and_ends_with_4(chat: Person, server: FakeServer) -> None:
    for number, (name, fault) in enumerate(_WRONG.items()):
        server.fail(fault)
        told = _fail(chat, f"hello {number}")
        assert told.endswith(_KEPT) and "Traceback" not in told, name
        chat.press("u")
        chat.wait_for_prompt()
    chat.press("d")
    assert chat.exit_code() == 4
    assert server.handled == []


def test_a_slow_server_is_given_up_after_the_timeout(open_chat: Open, server: FakeServer) -> None:
    person = open_chat("--timeout", "0.5")
    with server.holding():
        assert _fail(person, "hello").endswith(_KEPT)
    person.enter()
    person.wait_for(replies.GREETING)
    assert server.handled == ["hello"]


def test_too_many_messages_wait_and_go_on(chat: Person, server: FakeServer) -> None:
    server.fail(refusal(429, "Too many messages.", Retry_After="1"))
    assert replies.GREETING in chat.say("hello")
    assert server.handled == ["hello"]
    assert server.sent()[0].body == server.sent()[1].body


def test_a_message_that_is_too_long_is_told_and_the_talk_goes_on(
    chat: Person, server: FakeServer
) -> None:
    server.about["largest_message"] = 10
    chat.wait_for_prompt()
    chat.type("longer than ten letters\r")
    chat.wait_until(lambda: len(server.sent()) == 1 or "long" in chat.text(), "the refusal")
    chat.press("u")
    chat.wait_for_prompt()
    chat.say("hello")
    assert server.handled == ["hello"]


def test_a_server_that_is_not_there_at_the_start(open_chat: Open, server: FakeServer) -> None:
    server.stop()
    person = open_chat()
    assert person.exit_code() == 3
    assert len([line for line in person.text().splitlines() if line.strip()]) == 1


def test_a_named_conversation_whose_history_cannot_be_read_is_not_begun_anew(
    open_chat: Open, server: FakeServer
) -> None:
    first = open_chat("--resume", "calf")
    first.say("hello")
    first.press("d")
    first.exit_code()
    server.fail(refusal(503), at="/history")
    assert open_chat("--resume", "calf").exit_code() == 4
    third = open_chat("--resume", "calf")
    third.say("magnesium")
    assert len({one.conversation for one in server.sent()}) == 1


def test_feedback_that_is_not_kept_is_told(chat: Person, server: FakeServer) -> None:
    chat.say("hello")
    server.fail(refusal(503, "Not now."), hang_up(), at="/feedback")
    for _ in range(2):
        told = chat.say("/feedback +").removesuffix("You:").strip()
        assert told and "Traceback" not in told
    chat.press("d")
    # The message itself was answered.
    assert chat.exit_code() == 0


@pytest.mark.parametrize("fault", [web_page(), refusal(404)], ids=["a web page", "an older server"])
def test_something_else_at_the_address_is_told_at_the_start(
    open_chat: Open, server: FakeServer, fault: Fault
) -> None:
    server.fail(fault, at="/about")
    person = open_chat()
    assert person.exit_code() == 4
    assert person.text().strip() and "Traceback" not in person.text()


# A message about weakness, numbness or an emergency that nobody answers.


def test_what_is_urgent_is_said_without_the_server(chat: Person, server: FakeServer) -> None:
    for fault, message, text, title in (
        (hang_up(), "my foot is numb", replies.ESCALATION, "SEE A DOCTOR"),
        (refusal(500), "my chest hurts", replies.EMERGENCY, "EMERGENCY"),
    ):
        server.fail(fault)
        told = _fail(chat, message)
        assert title in told and told.endswith(_KEPT)
        assert chat.count(text) == 1
        # Sent again, it is answered by the server, too.
        chat.enter()
        chat.wait_for(text, times=2)
    assert server.handled == ["my foot is numb", "my chest hurts"]


def test_what_is_urgent_is_said_where_somebody_stops_waiting(
    chat: Person, server: FakeServer
) -> None:
    with server.holding() as held:
        chat.type("my foot is numb\r")
        held.wait()
        chat.press("c")
        chat.wait_for(_KEPT)
    assert "SEE A DOCTOR" in chat.text() and chat.count(replies.ESCALATION) == 1


def test_what_is_urgent_is_said_where_the_server_refuses_the_message(
    chat: Person, server: FakeServer
) -> None:
    server.fail(refusal(413, "Too long."))
    chat.type("my foot is numb\r")
    chat.wait_for("SEE A DOCTOR")
    chat.wait_for(replies.ESCALATION)
