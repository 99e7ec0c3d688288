"""What Rasa and the action server say to each other: the webhook over HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from rasa_sdk import endpoint
from sanic import Sanic

from tests.actions.running import ACTIONS


@pytest.fixture(scope="module")
def server() -> Iterator[httpx.Client]:
    """The action server on a free port of this machine."""
    app: Any = endpoint.create_app("actions", cors_origins=[])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started = asyncio.run_coroutine_threadsafe(start(app, listening), loop).result(60)
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client
    asyncio.run_coroutine_threadsafe(stop(started), loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()
    Sanic._app_registry.pop("rasa_sdk", None)


async def start(app: Any, listening: socket.socket) -> Any:
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    return server


async def stop(server: Any) -> None:
    server.close()
    await server.wait_closed()


def call(action: str, intent: str = "", topic: str | None = None, **slots: Any) -> dict[str, Any]:
    """Return a call as Rasa sends it."""
    entities = [{"entity": "topic", "value": topic, "start": 0}] if topic else []
    message = {"intent": {"name": intent}, "entities": entities, "text": "some words of a person"}
    return {
        "next_action": action,
        "sender_id": "somebody",
        "tracker": {
            "sender_id": "somebody",
            "slots": slots,
            "latest_message": message,
            "events": [],
            "paused": False,
            "active_loop": {},
            "latest_action_name": "action_listen",
        },
        "version": "3.6.21",
    }


def test_it_is_healthy_and_has_all_actions(server: httpx.Client):
    assert server.get("/health").json() == {"status": "ok"}
    assert {action["name"] for action in server.get("/actions").json()} == set(ACTIONS)


def test_an_answer_comes_with_text_card_buttons_and_slots(server: httpx.Client):
    reply = server.post("/webhook", json=call("action_answer", "ask_foods", "magnesium")).json()

    (response,) = reply["responses"]
    slots = {event["name"]: event["value"] for event in reply["events"]}
    assert "magnesium" in response["text"]
    assert response["answer"]["answer_id"] == slots["answered"] == "magnesium.foods"
    assert slots["offered"] == [button["payload"] for button in response["buttons"]]
    assert slots["topic"] == "magnesium"


def test_replies_have_the_form_that_rasa_expects(server: httpx.Client):
    for action in ACTIONS:
        reply = server.post("/webhook", json=call(action, "ask_foods")).json()
        assert set(reply) == {"events", "responses"}
        assert {event["event"] for event in reply["events"]} == {"slot"}
        assert all("text" in r or "response" in r for r in reply["responses"]), action


def test_yes_takes_up_what_the_slot_offers(server: httpx.Client):
    body = call("action_answer_offered", "affirm", offered=["q:ca.foods"])
    (response,) = server.post("/webhook", json=body).json()["responses"]

    assert response["answer"]["answer_id"] == "calcium.foods"


def test_no_domain_is_needed(server: httpx.Client):
    body = call("action_answer", "ask_foods", "magnesium")

    assert "domain" not in body
    assert server.post("/webhook", json=body).status_code == 200


def test_conversations_do_not_mix(server: httpx.Client):
    first = server.post("/webhook", json=call("action_answer", "ask_foods", "magnesium")).json()
    other = server.post("/webhook", json=call("action_answer", "ask_foods")).json()
    again = server.post("/webhook", json=call("action_answer", "ask_foods", "magnesium")).json()

    assert first == again
    assert other["responses"][0]["answer"]["answer_id"] == "twitch.foods"


def test_an_unknown_action_is_refused(server: httpx.Client):
    assert server.post("/webhook", json=call("action_dance")).status_code == 404


def test_a_body_that_is_no_call_is_refused(server: httpx.Client):
    assert server.post("/webhook", content=b"not json").status_code >= 400
    assert server.post("/webhook", json=None).status_code >= 400


def test_what_a_person_wrote_is_not_logged(server: httpx.Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        server.post("/webhook", json=call("action_answer", "ask_foods", "magnesium"))

    assert "some words of a person" not in caplog.text
