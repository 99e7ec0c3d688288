"""What comes in over HTTP: checked, and told in one line where it is wrong."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twitchwise.feedback.record import RATINGS
from twitchwise.settings import settings
from twitchwise.storable import storable

CONVERSATION_HEADER = "X-Conversation-Id"
LONGEST_COMMENT = 2_000
#: In characters, as JSON.
LONGEST_METADATA = 16_384
#: So many objects and lists in one another.
_DEEPEST_METADATA = 32
_LONGEST_SENDER = 255
_LONGEST_TITLE = 200
_MOST_ON_THEIR_WAY = 100
_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{22,64}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
#: Conversations with a history have senders of their own kind: "sender" in a body may be guessed.
_SENDER_PREFIX = "chat-"


class Refused(Exception):
    """A request that is not answered: status, why, and headers that go with it."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Incoming:
    """A message for a turn.

    Attributes:
        conversation: the id that the client made; None where it gave a ``sender``.
        sender: what Rasa calls the conversation.
        id: of the message.
        text: what was typed, or a button's payload.
        said: what was typed, or what stood on the button.
        metadata: what the caller adds for Rasa.
        channel: the name of the input channel, where it is not the HTTP channel.
    """

    conversation: str | None
    sender: str
    id: str
    text: str
    said: str
    metadata: dict[str, Any] | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Feedback:
    """Thumbs for a turn; a rating of None takes them back."""

    id: str
    rating: str | None
    comment: str | None


def read_message(body: Any) -> tuple[str, str]:
    """Return sender and message of a request's JSON body.

    Raises:
        Refused: the body is not as the contract says.
    """
    text = _text_of(_object(body))
    sender = body.get("sender")
    if sender is None or sender == "":
        sender = f"visitor-{new_conversation()}"
    if not _is_sender(sender):
        raise Refused(400, f'"sender" must be a text of at most {_LONGEST_SENDER} characters.')
    return storable(str(sender)), text


def names_its_sender(body: dict[str, Any]) -> bool:
    """Say whether a message of Rasa's contract names its conversation, by what may be guessed."""
    return body.get("sender") not in (None, "")


def metadata_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the caller adds for Rasa; None where it is no object, too large or too deep.

    It is kept with the message, and copied level by level on its way.
    """
    given = body.get("metadata")
    if not isinstance(given, dict) or not _is_shallow(given):
        return None
    return given if len(json.dumps(given)) <= LONGEST_METADATA else None


def _is_shallow(given: Any) -> bool:
    level = [given]
    for _ in range(_DEEPEST_METADATA):
        inner = [one.values() if isinstance(one, dict) else one for one in level]
        level = [one for values in inner for one in values if isinstance(one, (dict, list))]
        if not level:
            return True
    return False


def read_turn(body: Any, headers: Mapping[str, str]) -> Incoming:
    """Return the message of ``POST /turn``.

    A message may be urgent, so only one that cannot be read is refused: what else is wrong (title,
    id, conversation, sender) is left out, or made anew.

    Raises:
        Refused: there is no message in the body.
    """
    given = _object(body)
    text, title = _text_of(given), given.get("title")
    said = storable(title).strip()[:_LONGEST_TITLE] if isinstance(title, str) else ""
    conversation, sender = _conversation_and_sender(given, headers)
    message_id = given.get("id")
    return Incoming(
        conversation=conversation,
        sender=sender,
        id=str(message_id) if _is_message_id(message_id) else uuid.uuid4().hex,
        text=text,
        said=said or text,
        metadata=metadata_of(given),
    )


def _conversation_and_sender(
    given: dict[str, Any], headers: Mapping[str, str]
) -> tuple[str | None, str]:
    conversation = _only(headers, CONVERSATION_HEADER)
    sender = given.get("sender")
    if not _CONVERSATION.fullmatch(conversation):
        if _is_sender(sender):
            return None, storable(str(sender))
        conversation = new_conversation()
    return conversation, sender_of(conversation)


def read_conversation(headers: Mapping[str, str]) -> str:
    """Return the id of the conversation that the header names.

    Raises:
        Refused: there is none, or it could be guessed.
    """
    given = _only(headers, CONVERSATION_HEADER)
    if not _CONVERSATION.fullmatch(given):
        raise Refused(
            400,
            f"{CONVERSATION_HEADER} must hold an id of 22 to 64 letters, digits, - and _.",
        )
    return given


def sender_of(conversation: str) -> str:
    """Return what Rasa calls the conversation."""
    return f"{_SENDER_PREFIX}{conversation}"


def new_conversation() -> str:
    """Return an id that nobody can guess: 128 random bits."""
    return secrets.token_urlsafe(16)


def read_feedback(body: Any) -> Feedback:
    """Return the body of ``POST /feedback``.

    Raises:
        Refused: it is not as the contract says.
    """
    given = _object(body)
    rating, comment = given.get("rating"), given.get("comment")
    if rating is not None and rating not in RATINGS:
        raise Refused(400, '"rating" must be "up", "down" or null.')
    if comment is not None and (not isinstance(comment, str) or len(comment) > LONGEST_COMMENT):
        raise Refused(400, f'"comment" must be a text of at most {LONGEST_COMMENT} characters.')
    comment = storable(comment).strip() if comment else ""
    return Feedback(_message_id(given.get("id")), rating, comment or None)


def read_on_their_way(body: Any) -> tuple[str, ...]:
    """Return the ids of ``DELETE /conversation`` of messages that may still come."""
    given = body.get("pending") if isinstance(body, dict) else None
    ids = given if isinstance(given, list) else []
    return tuple(one for one in ids[:_MOST_ON_THEIR_WAY] if _is_message_id(one))


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refused(400, 'Send a JSON object such as {"sender": "me", "message": "hello"}.')
    return body


def _text_of(body: dict[str, Any]) -> str:
    text = body.get("message")
    if text is None:
        text = ""
    if not isinstance(text, str):
        raise Refused(400, '"message" must be a text.')
    if len(text) > settings().largest_message:
        raise Refused(413, f"The message is longer than {settings().largest_message} characters.")
    return storable(text)


def _only(headers: Mapping[str, str], name: str) -> str:
    """Return the one value of a header; nothing where there are several, or none."""
    getall = getattr(headers, "getall", None)
    values = getall(name, []) if getall else [headers.get(name) or ""]
    return values[0] if len(values) == 1 else ""


def _is_sender(given: Any) -> bool:
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return False
    return 0 < len(str(given)) <= _LONGEST_SENDER


def _is_message_id(given: Any) -> bool:
    return isinstance(given, str) and _MESSAGE_ID.fullmatch(given) is not None


def _message_id(given: Any) -> str:
    if not _is_message_id(given):
        raise Refused(400, '"id" must be a text of 8 to 64 letters, digits, - and _.')
    return str(given)
