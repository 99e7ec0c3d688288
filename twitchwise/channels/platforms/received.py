"""A message that was taken in, and how far its reply has come."""

from __future__ import annotations

from dataclasses import dataclass

from twitchwise.channels.platforms.inbound import Inbound
from twitchwise.channels.platforms.platform import Platform
from twitchwise.rendering.parts import Part


@dataclass
class Received:
    """A message on its way.

    Attributes:
        platform: where it came from.
        sender: what Rasa calls the conversation.
        inbound: the message, its id hashed: some platforms' hold the number of a telephone.
        delivered: how many parts of the reply were delivered.
        is_counted: whether it was counted among the person's messages.
        parts: the reply, once it is made. What is tried again is not made again: by then, a number
            stands for another choice, and "forget me" would delete what was said since.
        tries: how often it was tried to deliver the rest.
    """

    platform: Platform
    sender: str
    inbound: Inbound
    delivered: int = 0
    is_counted: bool = False
    parts: tuple[Part, ...] | None = None
    tries: int = 0
