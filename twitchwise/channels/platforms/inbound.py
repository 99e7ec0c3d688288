"""What comes in from a messaging platform, told apart from the platform's own form."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

#: Where replies go, in the platform's own terms; plain JSON.
Address = dict[str, Any]


class Event(str, Enum):
    """What happened on the platform."""

    #: Words: a message, a caption, a command's text, or a button's payload.
    MESSAGE = "message"
    #: Something without words: a picture, a voice message, a sticker, a place.
    MEDIA = "media"
    #: Somebody begins: the bot was added or started, or asked for help.
    JOIN = "join"
    #: Somebody wants no more messages (STOP): nothing may be sent.
    STOP = "stop"
    #: HELP by SMS: who this is, and how to end it.
    HELP = "help"


@dataclass(frozen=True)
class Inbound:
    """One message from one person.

    Attributes:
        id: the platform's id of the message, unique in the channel: what comes again is known by
            it. It is kept only as a hash.
        person: the platform's stable id of who wrote it, never a display name.
        place: the chat, channel or thread. Person and place name a conversation: two people in a
            group have one each.
        address: where replies go.
        text: the words, or a button's payload. In a group without the mention of the bot.
        said: what stood on the button, where it was one.
        event: what happened.
        edits: where it is an edited message, the id under which the message came before.
    """

    id: str
    person: str
    place: str
    address: Address = field(default_factory=dict)
    text: str = ""
    said: str | None = None
    event: Event = Event.MESSAGE
    edits: str | None = None

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Inbound:
        """Read what `as_json` wrote."""
        given = json.loads(line)
        return cls(**{**given, "event": Event(given["event"])})


def words_or_media(text: str | None, *, has_media: bool) -> tuple[str, Event]:
    """Return text and event of a message that may have a caption, words, or neither."""
    words = (text or "").strip()
    return words, Event.MEDIA if has_media and not words else Event.MESSAGE
