"""A conversation: what a line stands for, and what is kept of a message that got no reply."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.terminal import replies
from tests.terminal.fake_server import FakeServer, cut_off, hang_up, refusal, running_server
from twitchwise.errors import TwitchwiseError
from twitchwise.terminal.client import ChatClient
from twitchwise.terminal.contract import Button
from twitchwise.terminal.conversation import Conversation, new_id, restart
from twitchwise.terminal.failures import ExitCode, Unreachable, WrongUse

OFFERED = (Button(title="Why?", payload="q:why"), Button(title="Which?", payload="q:which"))


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def conversation(server: FakeServer) -> Conversation:
    return Conversation(ChatClient(server.url, seconds=10), new_id())


def say(conversation: Conversation, line: str) -> None:
    conversation.send(conversation.message_for(line))


def fail_to_say(conversation: Conversation, server: FakeServer, line: str) -> str:
    """Send a line that gets no reply; return the id that it had."""
    message = conversation.message_for(line)
    server.fail(hang_up())
    with pytest.raises(Unreachable):
        conversation.send(message)
    return message.id


def ids_sent(server: FakeServer) -> list[str]:
    return [one.body["id"] for one in server.sent()]


def test_ids_are_long_enough_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(each) for each in ids} == {22}


# What a line stands for.


def test_a_line_is_a_message(conversation: Conversation) -> None:
    message = conversation.message_for(" my foot is numb ")
    assert (message.text, message.title) == (" my foot is numb ", None)


@pytest.mark.parametrize(
    ("line", "title"), [("1", "Why?"), ("2", "Which?"), (" 2 ", "Which?"), ("01", "Why?")]
)
def test_a_number_picks_a_choice(conversation: Conversation, line: str, title: str) -> None:
    conversation.offer(OFFERED)
    message = conversation.message_for(line)
    assert (message.title, message.line) == (title, line)
    assert message.text in ("q:why", "q:which")


NO_CHOICE = [
    "0",
    "00",
    "3",
    "-1",
    "+1",
    "1.",
    "1)",
    "1.0",
    "1e0",
    "0x1",
    "1_0",
    "[1]",
    "1 2",
    "one",
]
#: Digits that are none of 0 to 9, and numbers that nobody counts to.
ODD_DIGITS = ["²", "①", "１", "١", "9" * 12, "9" * 5_000]


@pytest.mark.parametrize("line", [*NO_CHOICE, *ODD_DIGITS], ids=lambda line: line[:12])
def test_what_numbers_no_choice_is_a_message(conversation: Conversation, line: str) -> None:
    conversation.offer(OFFERED)
    message = conversation.message_for(line)
    assert (message.text, message.title) == (line, None)


@pytest.mark.parametrize("line", ["1", "2"])
def test_a_number_is_a_message_where_nothing_is_offered(
    conversation: Conversation, line: str
) -> None:
    assert conversation.message_for(line).text == line


def test_the_next_answer_s_choices_take_the_place_of_the_last_one_s(
    conversation: Conversation,
) -> None:
    conversation.offer(OFFERED)
    say(conversation, "low magnesium")
    assert conversation.message_for("1").text == replies.CHOICES[0][1]
    say(conversation, "hello")
    assert conversation.message_for("1").text == "1"


def test_links_are_not_counted(conversation: Conversation, server: FakeServer) -> None:
    buttons = [replies.link("Call", "tel:112"), replies.choice("Why?", "q:why")]
    server.reply = lambda _: [{**replies.emergency(), "buttons": buttons}]
    say(conversation, "my chest hurts")
    assert conversation.message_for("1").text == "q:why"
    assert conversation.message_for("2").text == "2"


# What got no reply.


def test_each_message_has_an_id_of_its_own(conversation: Conversation, server: FakeServer) -> None:
    say(conversation, "low magnesium")
    say(conversation, "low magnesium")
    assert len(set(ids_sent(server))) == 2


def test_the_same_line_again_is_the_same_message(
    conversation: Conversation, server: FakeServer
) -> None:
    before = fail_to_say(conversation, server, "low magnesium")
    say(conversation, "low magnesium")
    assert ids_sent(server) == [before, before]


def test_a_message_whose_reply_was_lost_is_not_said_twice(
    conversation: Conversation, server: FakeServer
) -> None:
    server.fail(cut_off())
    with pytest.raises(Unreachable):
        say(conversation, "low magnesium")
    say(conversation, "low magnesium")
    assert server.handled == ["low magnesium"]
    assert len(conversation.turns) == 1


def test_another_line_is_another_message(conversation: Conversation, server: FakeServer) -> None:
    before = fail_to_say(conversation, server, "low magnesium")
    assert conversation.message_for("low calcium").id != before
    assert conversation.message_for("low magnesium ").id != before


def test_after_its_reply_the_same_line_is_another_message(
    conversation: Conversation, server: FakeServer
) -> None:
    before = fail_to_say(conversation, server, "low magnesium")
    say(conversation, "low magnesium")
    assert conversation.message_for("low magnesium").id != before


def test_choices_stay_where_there_was_no_reply(
    conversation: Conversation, server: FakeServer
) -> None:
    conversation.offer(OFFERED)
    fail_to_say(conversation, server, "low magnesium")
    assert conversation.message_for("2").text == "q:which"


def test_a_choice_that_got_no_reply_is_the_same_choice_again(
    conversation: Conversation, server: FakeServer
) -> None:
    conversation.offer(OFFERED)
    before = fail_to_say(conversation, server, "2")
    say(conversation, "2")
    assert ids_sent(server) == [before, before]
    assert server.sent()[-1].body["title"] == "Which?"


def test_a_message_that_was_refused_is_another_one_next_time(
    conversation: Conversation, server: FakeServer
) -> None:
    server.fail(refusal(413, "Too long."))
    message = conversation.message_for("low magnesium")
    with pytest.raises(WrongUse):
        conversation.send(message)
    assert conversation.unanswered is None
    assert conversation.message_for("low magnesium").id != message.id


@pytest.mark.parametrize(
    ("status", "code"), [(500, ExitCode.SERVER_ERROR), (503, ExitCode.SERVER_ERROR)]
)
def test_what_happened_to_the_last_message_is_known(
    conversation: Conversation, server: FakeServer, status: int, code: ExitCode
) -> None:
    server.fail(refusal(status))
    with pytest.raises(TwitchwiseError):
        say(conversation, "low magnesium")
    assert conversation.failure is not None
    assert conversation.failure.exit_code == code


def test_a_reply_makes_good_what_happened_before(
    conversation: Conversation, server: FakeServer
) -> None:
    fail_to_say(conversation, server, "low magnesium")
    assert conversation.failure is not None
    say(conversation, "low calcium")
    assert conversation.failure is None
    assert conversation.unanswered is None


def test_a_message_that_waits_when_ctrl_c_comes_is_kept(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ChatClient, "send", interrupt)
    message = conversation.message_for("low magnesium")
    with pytest.raises(KeyboardInterrupt):
        conversation.send(message)
    assert conversation.message_for("low magnesium") is message


# Forgetting, resuming, beginning anew.


def test_forgetting_names_what_is_on_its_way(
    conversation: Conversation, server: FakeServer
) -> None:
    say(conversation, "low magnesium")
    lost = fail_to_say(conversation, server, "low calcium")
    conversation.forget()
    (seen,) = server.seen("DELETE", "/conversation")
    assert seen.body == {"pending": [lost]}


def test_after_forgetting_a_new_conversation_begins(
    conversation: Conversation, server: FakeServer
) -> None:
    conversation.offer(OFFERED)
    fail_to_say(conversation, server, "low magnesium")
    before = conversation.id
    conversation.forget()
    assert conversation.id != before
    assert (conversation.last, conversation.unanswered, conversation.failure) == (None,) * 3
    assert conversation.message_for("1").text == "1"
    say(conversation, "hello")
    assert [one.conversation for one in server.sent()] == [before, conversation.id]


def test_what_was_not_deleted_is_still_there(
    conversation: Conversation, server: FakeServer
) -> None:
    say(conversation, "low magnesium")
    before = conversation.id
    server.fail(refusal(503), at="/conversation")
    with pytest.raises(TwitchwiseError):
        conversation.forget()
    assert conversation.id == before
    assert len(conversation.turns) == 1
    conversation.forget()
    assert server.forgotten() == [before, before]


def test_a_conversation_in_which_nothing_was_sent_needs_no_deleting(
    conversation: Conversation, server: FakeServer
) -> None:
    conversation.forget()
    assert server.forgotten() == []


def test_a_conversation_without_a_reply_is_deleted_too(
    conversation: Conversation, server: FakeServer
) -> None:
    fail_to_say(conversation, server, "low magnesium")
    before = conversation.id
    conversation.forget()
    assert server.forgotten() == [before]


def test_a_resumed_conversation_has_its_turns_and_choices(
    conversation: Conversation, server: FakeServer
) -> None:
    say(conversation, "hello")
    say(conversation, "low magnesium")
    again = Conversation(ChatClient(server.url, seconds=10), conversation.id)
    again.resume()
    assert again.turns == conversation.turns
    assert again.message_for("1").text == replies.CHOICES[0][1]


def test_a_resumed_conversation_of_which_nothing_is_left_is_empty(
    conversation: Conversation,
) -> None:
    conversation.resume()
    assert conversation.is_empty
    assert conversation.message_for("1").text == "1"


def test_to_restart_is_a_message_with_a_title(
    conversation: Conversation, server: FakeServer
) -> None:
    conversation.send(restart())
    (seen,) = server.sent()
    assert (seen.body["message"], seen.body["title"]) == ("/restart", "Start again")


def test_to_restart_twice_is_two_messages() -> None:
    assert restart().id != restart().id
