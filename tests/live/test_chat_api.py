"""What the widget and the terminal need of the HTTP channel, at the running bot."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.live.client import (
    DISCLAIMER,
    FEEDBACK,
    LEADS,
    TURN,
    Client,
    answer_ids,
    is_one_of,
    named,
    new_conversation,
    shape,
)
from tests.live.servers import ROOT, Plan, Server, Stage, free_port, run_command
from twitchwise.serving.running import (
    TOKEN_HEADER,
    TOKEN_VARIABLE,
    running_server,
    server_file,
)

SECRET = "quokkaberry"
_KILLED_QUESTION = "my foot is numb"


@pytest.fixture
def conversation() -> str:
    return new_conversation()


def test_a_conversation_over_the_stream(bot: Client, conversation: str) -> None:
    said, end = bot.stream(conversation, "wat vitamin for foot twiching", "message-1")
    assert answer_ids(said) == end["answer_ids"] == ["foot_twitch.nutrients"]
    assert (end["id"], end["failed"]) == ("message-1", False)
    said, _ = bot.stream(conversation, "and which foods have it?")
    assert answer_ids(said) == ["foot_twitch.foods"]
    said, end = bot.stream(conversation, "my foot is numb")
    assert is_one_of(shape(said)[0], LEADS)
    assert end["outcome"] == "escalate"
    turns = bot.history(conversation)
    assert [turn["message"] for turn in turns] == [
        "wat vitamin for foot twiching",
        "and which foods have it?",
        "my foot is numb",
    ]
    assert all(turn["messages"][-1]["kind"] == "disclaimer" for turn in turns)


def test_a_message_sent_twice_is_said_once(bot: Client, conversation: str) -> None:
    first = bot.stream(conversation, "which foods have magnesium", "message-1")
    again = bot.stream(conversation, "which foods have magnesium", "message-1")
    assert again == first
    assert len(bot.history(conversation)) == 1


def test_conversations_are_apart(bot: Client, conversation: str) -> None:
    bot.stream(conversation, f"hello {SECRET}")
    assert bot.history(new_conversation()) == []
    assert bot.history(conversation[:-1] + ("A" if conversation[-1] != "A" else "B")) == []


def test_forgetting_leaves_nothing_on_the_server(server: Server, conversation: str) -> None:
    bot, other = server.client, new_conversation()
    bot.stream(other, "which foods have zinc")
    bot.stream(conversation, f"which {SECRET}x foods have magnesium", "message-1")
    bot.stream(conversation, f"my {SECRET}x foot is numb")
    assert bot.rate(conversation, "message-1", "up").status_code == 200
    databases = server.store.parent
    assert SECRET.encode() + b"x" in b"".join(_bytes(databases))
    assert bot.forget(conversation).json() == {"forgotten": True}
    assert bot.history(conversation) == []
    assert SECRET.encode() + b"x" not in b"".join(_bytes(databases))
    assert len(bot.history(other)) == 1


def test_what_was_asked_is_forgotten_too(bot: Client, conversation: str) -> None:
    """Only right after a question about weakness and numbness is "both" a mention."""
    asked = "can low magnesium cause weakness or numbness"
    assert bot.stream(conversation, asked)[1]["outcome"] == "conditional"
    assert bot.stream(conversation, "both")[1]["outcome"] == "escalate"
    assert bot.stream(conversation, asked)[1]["outcome"] in ("conditional", "escalate")
    bot.forget(conversation)
    assert bot.stream(conversation, "both")[1]["outcome"] == "none"


def _bytes(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in sorted(folder.glob("*.sqlite3*")))


def test_the_escalation_is_brief_the_second_time_and_whole_after_forgetting(
    bot: Client, conversation: str
) -> None:
    for _ in range(2):
        assert shape(bot.stream(conversation, "my foot is numb")[0])[0] == "utter_escalation"
        again = shape(bot.stream(conversation, "my foot is still numb")[0])[0]
        assert again == "utter_escalation_again"
        bot.forget(conversation)


def test_thumbs_are_kept_and_listed(server: Server, conversation: str) -> None:
    bot = server.client
    bot.stream(conversation, "which foods have magnesium", "message-1")
    bot.stream(conversation, "flurbl grmpf", "message-2")
    assert bot.rate(conversation, "message-1", "down").status_code == 200
    assert bot.history(conversation)[0]["rating"] == "down"
    assert bot.rate(conversation, "message-7", "down").status_code == 404
    listed = run_command(
        ROOT, "feedback", variables={"TWITCHWISE_TRACKER_STORE_PATH": str(server.store)}
    )
    assert listed.returncode == 0, listed.stderr
    assert "magnesium.foods" in listed.stdout
    assert "not_understood" in listed.stdout or "Not answered" in listed.stdout
    assert "flurbl" not in listed.stdout
    assert "thanks" not in listed.stdout


def test_a_caller_that_leaves_gets_the_answer_later(bot: Client, conversation: str) -> None:
    """As on a phone whose connection drops after the message was sent."""
    body = {"message": "which foods have magnesium", "id": "message-1"}
    with (
        httpx.Client(base_url=bot.url, trust_env=False) as leaving,
        leaving.stream(
            "POST", TURN, json=body, headers={**named(conversation), "Accept": "text/event-stream"}
        ) as reply,
    ):
        next(reply.iter_bytes())
    said, end = bot.stream(conversation, body["message"], "message-1")
    assert answer_ids(said) == ["magnesium.foods"]
    assert end["failed"] is False
    assert len(bot.history(conversation)) == 1


def test_what_is_refused_says_so_in_one_line(bot: Client, conversation: str) -> None:
    reply = bot.get("/webhooks/rest/history")
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    for path, status in (("/webhooks/rest/nothing", 404), (TURN, 405)):
        reply = bot.get(path)
        assert (reply.status_code, list(reply.json())) == (status, ["error"])
    assert bot.get("/nothing").status_code == 404
    too_large = b'{"message": "' + b"x" * 3_000_000 + b'"}'
    reply = httpx.post(f"{bot.url}{TURN}", content=too_large, trust_env=False, timeout=30)
    assert (reply.status_code, list(reply.json())) == (413, ["error"])


def test_a_flood_is_refused_and_other_conversations_are_not(bot: Client, conversation: str) -> None:
    body = {"message": "hello"}
    statuses = [
        httpx.post(
            f"{bot.url}{TURN}", json=body, headers=named(conversation), trust_env=False
        ).status_code
        for _ in range(61)
    ]
    # A minute may end between two of them.
    assert statuses[0] == 200
    assert 429 in statuses
    assert 30 <= statuses.count(200) <= 60
    # What is urgent is answered, and so are others.
    assert bot.stream(conversation, "my foot is numb")[1]["outcome"] == "escalate"
    assert bot.stream(new_conversation(), "hello")[1]["outcome"] == "none"


def test_a_client_finds_what_it_has_to_know(bot: Client, conversation: str) -> None:
    reply = bot.get("/webhooks/rest/about")
    assert reply.status_code == 200
    about = reply.json()
    said, _ = bot.stream(conversation, about["starters"][0]["payload"])
    assert answer_ids(said)
    assert said[-1]["text"] == about["disclaimer"]
    assert len(about["questions"]) > 100
    page = bot.get("/chat").text
    assert about["version"] in page


def test_who_can_read_its_file_is_not_counted(server: Server, conversation: str) -> None:
    found = running_server()
    assert found is not None
    assert found.url == server.client.url
    assert server_file().stat().st_mode & 0o777 == 0o600
    actions = server.process_of("twitchwise.serving.action_process")
    assert actions is not None
    assert TOKEN_VARIABLE not in actions.environ()
    assert found.token not in server.written()

    def statuses(token: str) -> set[int]:
        headers = {**named(conversation), TOKEN_HEADER: token}
        body = {"message": "hello"}
        with httpx.Client(base_url=server.client.url, headers=headers, trust_env=False) as caller:
            return {caller.post(TURN, json=body).status_code for _ in range(61)}

    assert statuses(found.token) == {200}
    assert statuses(found.token[::-1]) == {200, 429}


def test_a_comment_that_is_urgent_gets_the_safety_text(bot: Client, conversation: str) -> None:
    said, _ = bot.stream(conversation, "my foot is numb", "message-1")
    for message_id, status in (("message-1", 200), ("message-7", 404)):
        reply = httpx.post(
            f"{bot.url}{FEEDBACK}",
            json={"id": message_id, "rating": "down", "comment": "but my foot is numb"},
            headers=named(conversation),
            trust_env=False,
        )
        assert reply.status_code == status
        assert reply.json()["urgent"] == {"kind": "escalation", "text": said[0]["text"]}


def test_no_other_site_may_ask_from_a_browser(bot: Client, conversation: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        reply = httpx.options(
            f"{bot.url}{TURN}",
            headers={
                **headers,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "x-conversation-id,content-type",
            },
            trust_env=False,
        )
        assert "access-control-allow-origin" not in reply.headers
        got = bot.get("/webhooks/rest/history", **headers, **named(conversation))
        assert "access-control-allow-origin" not in got.headers


def test_killed_while_it_answers_nothing_is_lost_and_nothing_doubled(
    stage: Stage, tmp_path: Path
) -> None:
    """The server dies at several moments of a turn; the message is sent again after a restart."""
    stage.clear()
    conversation = new_conversation()
    asked: list[str] = []
    # Each start takes seconds, and is at another moment of the turn.
    for number, wait in enumerate((0.0, 0.004, 0.008, 0.015)):
        server = Server(_rasa_alone(), tmp_path)
        try:
            for message_id in asked:
                server.client.stream(conversation, _KILLED_QUESTION, message_id)
            asked.append(f"message-{number}-{uuid.uuid4().hex[:8]}")
            _send_and_kill(server, conversation, asked[-1], wait)
        finally:
            server.stop()
    server = Server(_rasa_alone(), tmp_path)
    try:
        for message_id in asked:
            said, end = server.client.stream(conversation, _KILLED_QUESTION, message_id)
            assert end["failed"] is False
            assert shape(said)[-1] == DISCLAIMER
        turns = server.client.history(conversation)
        assert sorted(turn["id"] for turn in turns) == sorted(asked)
        assert all(turn["messages"] for turn in turns)
    finally:
        server.stop()


def _rasa_alone() -> Plan:
    actions = f"http://127.0.0.1:{free_port()}/webhook"
    module = "twitchwise.serving.rasa_process"
    return Plan(ROOT, lambda port: ["-m", module, "127.0.0.1", str(port), actions])


def _send_and_kill(server: Server, conversation: str, message_id: str, wait: float) -> None:
    def send() -> None:
        try:
            server.client.stream(conversation, _KILLED_QUESTION, message_id)
        except (httpx.HTTPError, AssertionError):
            return

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(wait)
    for process in server.processes():
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    sender.join()
