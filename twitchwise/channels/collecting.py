"""Collects what is said in a turn, with its structure."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

from twitchwise.rendering.turn import Turn


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

    def without_recipient(self) -> tuple[dict[str, Any], ...]:
        """Return what was collected, as it is kept."""
        return tuple(
            {key: value for key, value in message.items() if key != "recipient_id"}
            for message in self.messages
        )


def turn_of(messages: tuple[dict[str, Any], ...]) -> Turn:
    """Return collected messages as a turn."""
    return Turn.from_messages([{**message, **message.get("metadata", {})} for message in messages])
