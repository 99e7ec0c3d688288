"""The one HTTP channel: Rasa's ``rest`` contract, guarded, and without a shared conversation.

``POST /webhooks/rest/webhook`` with ``{"sender": …, "message": …}`` gives a list of
``{"recipient_id", "text", …}``. Without a sender the caller gets a conversation of its own, whose
id comes back as ``recipient_id``; Rasa's channel would put all such callers into one.

``POST /webhooks/rest/turn`` takes the same and gives the whole turn as one object: ``sender`` and
the fields of :class:`twitchwise.rendering.turn.Turn`.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.utils.endpoints import bool_arg
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from twitchwise.channels.guard import GuardedChannel, Handler
from twitchwise.rendering.turn import Turn
from twitchwise.settings import settings
from twitchwise.storable import storable

_LONGEST_SENDER = 255


class BadRequest(Exception):
    """A request that cannot be answered: status, and what to send instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class WithMetadata(CollectingOutputChannel):
    """Rasa's collecting channel, which also keeps a message's structure.

    A message gets ``metadata`` with ``utter_action`` (the name of the response), or ``answer``
    (see :class:`twitchwise.rendering.turn.AnswerCard`); all else is as in Rasa's contract.
    """

    _KEPT = ("utter_action", "answer")

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect one message."""
        before = len(self.messages)
        metadata = {key: message[key] for key in self._KEPT if message.get(key)}
        await super().send_response(recipient_id, message)
        for sent in self.messages[before:]:
            if metadata:
                sent["metadata"] = metadata

    def turn(self) -> Turn:
        """Return what was collected as a turn."""
        return Turn.from_messages(
            [{**message, **message.get("metadata", {})} for message in self.messages]
        )


class _RestRoutes(RestInput):
    """The routes: Rasa's, but errors are errors and no text of a person reaches the log."""

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the channel."""
        routes = Blueprint("twitchwise_http", __name__)

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> Any:
            try:
                message = self._user_message(request)
            except BadRequest as error:
                return response.json({"error": error.message}, status=error.status)
            if bool_arg(request, "stream", default=False):
                return response.stream(
                    self.stream_response(
                        on_new_message,
                        message.text,
                        message.sender_id,
                        message.input_channel,
                        message.metadata,
                    ),
                    content_type="text/event-stream",
                )
            # The guard puts itself in the place of the output channel while the turn lasts.
            collector = message.output_channel
            await on_new_message(message)
            return response.json(collector.messages)

        @routes.route("/turn", methods=["POST"])
        async def receive_turn(request: Request) -> HTTPResponse:
            try:
                message = self._user_message(request)
            except BadRequest as error:
                return response.json({"error": error.message}, status=error.status)
            collector = message.output_channel
            await on_new_message(message)
            return response.json({"sender": message.sender_id, **asdict(collector.turn())})

        return routes

    def _user_message(self, request: Request) -> UserMessage:
        body = _json_of(request)
        sender, text = read_message(body)
        metadata = body.get("metadata")
        return UserMessage(
            text,
            WithMetadata(),
            sender,
            input_channel=self._extract_input_channel(request),
            metadata=metadata if isinstance(metadata, dict) else None,
        )


class HttpChannel(GuardedChannel, _RestRoutes):
    """Answers over HTTP; its name stays ``rest`` to keep the address of Rasa's channel."""


def _json_of(request: Request) -> Any:
    try:
        return request.json
    except SanicException as error:
        raise BadRequest(400, "The body is not JSON.") from error


def read_message(body: Any) -> tuple[str, str]:
    """Return sender and message of a request's JSON body.

    Raises:
        BadRequest: the body is not as the contract says.
    """
    if not isinstance(body, dict):
        raise BadRequest(400, 'Send a JSON object such as {"sender": "me", "message": "hello"}.')
    text = body.get("message")
    if text is None:
        text = ""
    if not isinstance(text, str):
        raise BadRequest(400, '"message" must be a text.')
    if len(text) > settings().largest_message:
        raise BadRequest(
            413, f"The message is longer than {settings().largest_message} characters."
        )
    sender = body.get("sender")
    if sender is None or sender == "":
        sender = f"visitor-{secrets.token_urlsafe(16)}"
    if not isinstance(sender, (str, int)) or len(str(sender)) > _LONGEST_SENDER:
        raise BadRequest(400, f'"sender" must be a text of at most {_LONGEST_SENDER} characters.')
    return storable(str(sender)), storable(text)
