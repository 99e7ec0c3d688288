"""Requests as docs/openapi.yml describes them, and replies checked against it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from sanic import Sanic
from schemathesis.internal.result import Ok
from schemathesis.models import APIOperation, Case
from schemathesis.schemas import BaseSchema

from tests.unit.http_tools import PREFIX, start
from twitchwise.channels.http import OPENAPI

Operation = APIOperation[Any, Any]

#: Always the same requests, however long they take.
SEEDED = hypothesis_settings(
    derandomize=True,
    database=None,
    max_examples=25,
    # Without making a failing request small: printing one takes long.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def described(url: str = "http://bot") -> BaseSchema:
    """Return the description; it is checked against that of OpenAPI itself.

    Without the security schemes: made-up tokens would be all that is ever tried.
    """
    raw = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    del raw["security"]
    return schemathesis.from_dict(raw, base_url=f"{url}{PREFIX}", validate_schema=True)


def operations(schema: BaseSchema) -> dict[str, Operation]:
    """Return what can be asked for, by its id."""
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def case_of(
    operation: Operation, body: Any = None, headers: Mapping[str, str] | None = None
) -> Case:
    """Return a request with this JSON and these headers."""
    given = {} if body is None else {"body": body, "media_type": "application/json"}
    case: Case = operation.make_case(headers=dict(headers or {}), **given)
    return case


class InProcess:
    """Sends requests to an app in this process, all in one event loop."""

    def __init__(self, app: Sanic) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(start(app))
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://bot"
        )

    def routes(self) -> set[tuple[str, str]]:
        """Return paths and methods of the channel."""
        return {
            (f"/{route.path}".removeprefix(PREFIX) or "/", method)
            for route in self._app.router.routes
            for method in route.methods
        }

    def send(self, case: Case, **more: str) -> requests.Response:
        """Send a case, with more headers; return what schemathesis can check."""
        asked = requests.Request(**case.as_requests_kwargs()).prepare()
        asked.headers.update(more)
        headers = [(_bytes(name), _bytes(value)) for name, value in asked.headers.items()]
        body = asked.body.encode() if isinstance(asked.body, str) else asked.body
        assert body is None or isinstance(body, bytes)
        got = self._loop.run_until_complete(
            self._http.request(str(asked.method), str(asked.url), content=body, headers=headers)
        )
        return _as_of_requests(got, asked)

    def close(self) -> None:
        """End the event loop."""
        self._loop.run_until_complete(self._http.aclose())
        self._loop.close()


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _as_of_requests(got: httpx.Response, asked: requests.PreparedRequest) -> requests.Response:
    reply = requests.Response()
    reply.status_code = got.status_code
    reply.headers.update(got.headers)
    reply._content = got.content
    reply.request = asked
    reply.url = str(got.url)
    reply.encoding = "utf-8"
    reply.elapsed = timedelta()
    return reply
