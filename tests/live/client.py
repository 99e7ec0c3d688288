"""Talks to a running bot over HTTP, as a person's app would."""

from __future__ import annotations

import itertools
import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import httpx

#: A message of the bot: "recipient_id", "text", perhaps "buttons" and "metadata".
Message = dict[str, Any]

WEBHOOK = "/webhooks/rest/webhook"
TURN = "/webhooks/rest/turn"
HISTORY = "/webhooks/rest/history"
CONVERSATION = "/webhooks/rest/conversation"
FEEDBACK = "/webhooks/rest/feedback"
DISCLAIMER = "utter_disclaimer"
LEADS = ("utter_emergency", "utter_escalation")
SAFETY = (*LEADS, "utter_conditional_escalation", "utter_see_doctor", "utter_safety_reminder")

_numbers = itertools.count(1)


class Client:
    """A caller of one bot."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def say(self, sender: str, text: str) -> list[Message]:
        """Send a message; return the bot's messages."""
        reply = self.post({"sender": sender, "message": text})
        assert reply.status_code == 200, (reply.status_code, reply.text)
        messages: list[Message] = reply.json()
        return messages

    def ask(self, text: str) -> list[Message]:
        """Send a message that begins a conversation."""
        return self.say(new_sender(), text)

    def post(self, body: Any, **parameters: str) -> httpx.Response:
        """Send any JSON; characters that UTF-8 cannot hold travel as JSON escapes."""
        return self.post_raw(json.dumps(body).encode("ascii"), **parameters)

    def post_raw(self, body: bytes, **parameters: str) -> httpx.Response:
        """Send any bytes as the body."""
        headers = {"Content-Type": "application/json"}
        return self._http.post(WEBHOOK, content=body, headers=headers, params=parameters)

    def stream(
        self, conversation: str, text: str, message_id: str | None = None
    ) -> tuple[list[Message], dict[str, Any]]:
        """Send a message as the widget does; return the bot's messages and the stream's end."""
        body = {"message": text, "id": message_id or uuid.uuid4().hex}
        headers = {"Accept": "text/event-stream", **named(conversation)}
        reply = self._http.post(TURN, json=body, headers=headers)
        assert reply.status_code == 200, (reply.status_code, reply.text)
        events = read_events(reply.text)
        assert [name for name, _ in events][-1:] == ["end"], reply.text
        return [_as_message(data) for name, data in events if name == "message"], events[-1][1]

    def history(self, conversation: str) -> list[dict[str, Any]]:
        """Return the turns of a conversation."""
        reply = self._http.get(HISTORY, headers=named(conversation))
        assert reply.status_code == 200, (reply.status_code, reply.text)
        turns: list[dict[str, Any]] = reply.json()["turns"]
        return turns

    def rate(self, conversation: str, message_id: str, rating: str | None) -> httpx.Response:
        """Give a thumb."""
        body = {"id": message_id, "rating": rating, "comment": "thanks"}
        return self._http.post(FEEDBACK, json=body, headers=named(conversation))

    def forget(self, conversation: str) -> httpx.Response:
        """Have a conversation forgotten."""
        return self._http.delete(CONVERSATION, headers=named(conversation))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Get a page or a file; redirects are not followed."""
        return self._http.get(path, headers=headers)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def new_conversation() -> str:
    """Return an id as the widget makes one."""
    return secrets.token_urlsafe(16)


def named(conversation: str) -> dict[str, str]:
    """Return the header that names the conversation."""
    return {"X-Conversation-Id": conversation}


def read_events(stream: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a stream: name and data; comments are left out."""
    events = []
    for block in stream.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith(":")]
        fields = dict(line.split(": ", 1) for line in lines)
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def _as_message(shown: dict[str, Any]) -> Message:
    """Return a message of the stream in the form of Rasa's contract."""
    metadata = {"utter_action": shown["response"], "answer": shown["answer"]}
    return {"text": shown["text"], "buttons": shown["buttons"], "metadata": metadata}


def new_sender() -> str:
    """Return a name that no conversation has had."""
    return f"person-{next(_numbers)}"


def text(messages: Iterable[Message]) -> str:
    """Return what is read, without the disclaimer."""
    return "\n".join(m.get("text") or "" for m in messages if response_of(m) != DISCLAIMER)


def answer_ids(messages: Iterable[Message]) -> list[str]:
    """Return the ids of the answers given; a comparison has those of all its answers."""
    cards = [card for m in messages if (card := _metadata(m).get("answer"))]
    return [answer_id for card in cards for answer_id in card["answer_id"].split()]


def response_of(message: Message) -> str | None:
    """Return the name of the domain response that the message is."""
    name = _metadata(message).get("utter_action")
    return str(name) if name else None


def responses(messages: Iterable[Message]) -> list[str]:
    """Return the names of the domain responses said."""
    return [name for m in messages if (name := response_of(m))]


def shape(messages: Iterable[Message]) -> list[str]:
    """Return the turn in short: an answer's id or a response's name for each message."""
    return [
        response_of(m) or (_metadata(m).get("answer") or {}).get("answer_id") or "?"
        for m in messages
    ]


def is_one_of(name: str, wanted: Sequence[str]) -> bool:
    """Say whether ``name`` is a wanted response or a variant of it (``utter_emergency_child``)."""
    return any(name == response or name.startswith(f"{response}_") for response in wanted)


def safety_lines(messages: Iterable[Message]) -> list[str]:
    """Return the safety responses of the turn, in order."""
    return [name for name in responses(messages) if is_one_of(name, SAFETY)]


def _metadata(message: Message) -> dict[str, Any]:
    return message.get("metadata") or {}
