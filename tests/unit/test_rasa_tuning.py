"""What makes Rasa quicker does the same as Rasa."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from twitchwise.dialogue import action_calls
from twitchwise.serving.rasa_tuning import ActionServerEndpoint, SequentialGraphRunner

# A graph runner.


class Sum(GraphComponent):
    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Sum:
        return cls()

    def double(self, one: int) -> int:
        return 2 * one

    def add(self, one: int, two: int) -> int:
        return one + two


def node(fn: str, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Sum, constructor_name="create", fn=fn, config={}, eager=True
    )


SCHEMA = GraphSchema(
    {
        # Named so that neither the order of writing nor that of the alphabet is right.
        "last": node("add", one="a", two="z"),
        "z": node("double", one="a"),
        "a": node("double", one="given"),
        "unasked": node("add", one="z", two="nobody"),
    }
)


@pytest.fixture(params=[DaskGraphRunner, SequentialGraphRunner])
def runner(request: pytest.FixtureRequest, tmp_path: Any) -> DaskGraphRunner:
    made: DaskGraphRunner = request.param(
        SCHEMA, LocalModelStorage(tmp_path), ExecutionContext(SCHEMA)
    )
    return made


@pytest.mark.parametrize("target", [["last"], ["z"], ["z", "last"]])
def test_both_runners_give_the_same(runner: DaskGraphRunner, target: list[str]) -> None:
    everything = {"last": 42, "z": 28}
    for _ in range(2):
        given = runner.run(inputs={"given": 7}, targets=target)
        assert given == {name: everything[name] for name in target}


# The connection to the action server.


@pytest.fixture
async def connections() -> AsyncIterator[tuple[str, list[Any]]]:
    """A server that tells from which connection each call came; it can hang up once."""
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        seen.append(request.transport.get_extra_info("peername"))
        if (await request.json()).get("hang_up") and len(seen) == 1:
            request.transport.close()
        return web.json_response({"events": [], "responses": []})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    serving = web.AppRunner(app)
    await serving.setup()
    site = web.TCPSite(serving, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    yield f"http://127.0.0.1:{port}/webhook", seen
    await serving.cleanup()


async def test_the_connection_is_kept(connections: tuple[str, list[Any]]) -> None:
    url, seen = connections
    endpoint = ActionServerEndpoint(url)
    for _ in range(3):
        assert await endpoint.request(json={}) == {"events": [], "responses": []}
    await endpoint.close()
    assert len(seen) == 3
    assert len(set(seen)) == 1


async def test_a_connection_that_was_closed_is_made_again(
    connections: tuple[str, list[Any]],
) -> None:
    url, seen = connections
    endpoint = ActionServerEndpoint(url)
    assert await endpoint.request(json={"hang_up": True}) is not None
    await endpoint.close()
    assert await endpoint.request(json={}) is not None
    await endpoint.close()
    assert len(set(seen)) == 3


async def test_a_server_that_is_not_there_is_an_error() -> None:
    endpoint = ActionServerEndpoint("http://127.0.0.1:9/webhook")
    with pytest.raises(aiohttp.ClientConnectionError):
        await asyncio.wait_for(endpoint.request(json={}), 30)
    await endpoint.close()


def test_what_is_configured_is_kept() -> None:
    endpoint = ActionServerEndpoint("http://127.0.0.1:9/webhook", enable_selective_domain=True)
    assert endpoint.kwargs == {"enable_selective_domain": True}


# The calls.


@pytest.fixture
def tracker() -> DialogueStateTracker:
    domain = Domain.from_dict(
        {"slots": {"topic": {"type": "text", "mappings": [{"type": "custom"}]}}}
    )
    return DialogueStateTracker.from_events(
        "me",
        [
            UserUttered("an earlier question", {"name": "greet"}),
            SlotSet("topic", "magnesium"),
            ActionExecuted("action_listen"),
            UserUttered("this question", {"name": "ask_foods"}),
            ActionExecuted("utter_escalation"),
        ],
        domain.slots,
        domain=domain,
    )


def test_a_call_has_the_slots_the_message_and_this_turn(tracker: DialogueStateTracker) -> None:
    body = action_calls._call_format(RemoteAction("action_answer", None), tracker, Domain.empty())
    assert body["next_action"] == "action_answer"
    assert body["tracker"]["slots"]["topic"] == "magnesium"
    assert body["tracker"]["latest_message"]["text"] == "this question"
    assert [event["event"] for event in body["tracker"]["events"]] == ["user", "action"]
    assert "domain" not in body


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "topic", "value": 1}], "responses": [{"text": "x"}]},
    ],
)
def test_a_good_reply_is_taken(reply: dict[str, Any]) -> None:
    assert action_calls._validate(None, reply)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        "events",
        {"events": {}},
        {"events": [{}]},
        {"events": ["slot"]},
        {"responses": {}},
        {"responses": ["text"]},
    ],
)
def test_a_reply_of_another_form_is_refused(reply: Any) -> None:
    with pytest.raises(RasaException, match="not of the form"):
        action_calls._validate(None, reply)
