"""One escalation as a record: what is kept of it, its id, and its form as JSON. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from twitchwise.storable import storable

#: The outcomes that are recorded, strongest first (see docs/safety.md).
RECORDED_OUTCOMES = ("emergency", "escalate", "conditional")
PERSONS = ("self", "other", "child")
# Must never change: the same message has to give the same id after an update, too.
_NAMESPACE = uuid.UUID("6f6a2c0e-4c53-5c0b-9d53-0f8f0f1f9a77")


@dataclass(frozen=True)
class Escalation:
    """What is kept of a message that needs a human's eye.

    Attributes:
        id: the same for the same message, however often it is handled (`escalation_id`).
        at: when the message was assessed, in UTC.
        channel: the name of the input channel.
        conversation: a keyed hash of the sender (`conversation_hash`).
        outcome: one of `RECORDED_OUTCOMES`.
        signs: ids of the flags that led to the outcome.
        person: whose signs they are, one of `PERSONS`.
        rules_version: which rules decided.
        model_version: which model was loaded.
        text: the message, only where the operator turned that on.

    Raises:
        ValueError: ``at`` has no time zone, or outcome or person is none of the known ones.
    """

    id: str
    at: datetime
    channel: str
    conversation: str
    outcome: str
    signs: tuple[str, ...]
    person: str
    rules_version: str
    model_version: str
    text: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the time of an escalation needs a time zone")
        if self.outcome not in RECORDED_OUTCOMES:
            raise ValueError(f"{self.outcome!r} is no outcome that is recorded")
        if self.person not in PERSONS:
            raise ValueError(f"{self.person!r} is none of {PERSONS}")
        object.__setattr__(self, "at", self.at.astimezone(timezone.utc))
        for name in ("channel", "text"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, storable(value))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values: the time in ISO 8601, the signs as a list."""
        return {**asdict(self), "at": self.at.isoformat(), "signs": list(self.signs)}

    def as_json(self) -> str:
        """Return one line of JSON, in ASCII."""
        return json.dumps(self.as_dict())

    @classmethod
    def from_json(cls, line: str | bytes) -> Escalation:
        """Read what `as_json` wrote.

        Raises:
            ValueError: it is not that.
        """
        try:
            given = json.loads(line)
            texts = {name: _text(given[name]) for name in _TEXTS}
            at = datetime.fromisoformat(_text(given["at"]))
            signs = tuple(_text(sign) for sign in given["signs"])
            text = given.get("text")
            return cls(at=at, signs=signs, text=None if text is None else _text(text), **texts)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("this is no escalation") from error


_TEXTS = (
    "id",
    "channel",
    "conversation",
    "outcome",
    "person",
    "rules_version",
    "model_version",
)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return value


def escalation_id(channel: str, conversation: str, message_id: str) -> str:
    """Return the id of the record of a message: the same each time it is handled.

    Args:
        channel: the name of the input channel.
        conversation: `conversation_hash` of the sender. The sender itself would do too, but ids
            leave the machine, and with a short message id a phone number could be guessed from one.
        message_id: what the channel calls the message.
    """
    name = json.dumps([channel, conversation, message_id])
    return str(uuid.uuid5(_NAMESPACE, name))


def conversation_hash(sender: str, key: bytes) -> str:
    """Return the sender's keyed hash in hex: phone numbers can be guessed from a plain hash."""
    return hmac.new(key, sender.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def describe(
    *,
    key: bytes,
    keep_text: bool,
    channel: str,
    sender: str,
    message_id: str,
    outcome: str,
    signs: Iterable[str],
    person: str,
    rules_version: str,
    model_version: str,
    text: str,
    at: datetime | None = None,
) -> Escalation:
    """Return the record of a message: the one place where sender and text are let through or not.

    Raises:
        ValueError: as `Escalation`.
    """
    conversation = conversation_hash(sender, key)
    return Escalation(
        id=escalation_id(channel, conversation, message_id),
        at=at or utc_now(),
        channel=channel,
        conversation=conversation,
        outcome=outcome,
        signs=tuple(signs),
        person=person,
        rules_version=rules_version,
        model_version=model_version,
        text=text if keep_text else None,
    )


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)
