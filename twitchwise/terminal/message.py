"""A message on its way to the server."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """What is sent for a line that was typed.

    Attributes:
        line: what was typed.
        text: what is sent: the line, or the payload of the choice that it numbers.
        title: what stood on the choice.
        id: by which the server knows the message when it comes again.
    """

    line: str
    text: str
    title: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
