"""What the guard remembers of conversations, apart from Rasa's tracker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from twitchwise.dialogue.assessing import memory_after
from twitchwise.safety import Assessment, Memory

#: The conversations that were quiet for longest are forgotten first.
LIMIT = 10_000


class ConversationMemory:
    """Signs mentioned so far, and whether the last turn asked about some, by conversation."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._known: OrderedDict[str, Memory] = OrderedDict()

    def of(self, sender: str) -> Memory:
        """Return what is known of a conversation; an empty memory for a new one."""
        return self._known.get(sender, Memory())

    def keep(self, sender: str, assessment: Assessment, said: Collection[str]) -> None:
        """Remember a turn.

        Args:
            sender: the conversation.
            assessment: of the message.
            said: names of the responses of the turn.
        """
        memory = memory_after(self.of(sender), assessment, said)
        self._known.pop(sender, None)
        if memory != Memory():
            self._known[sender] = memory
        while len(self._known) > self._limit:
            self._known.popitem(last=False)

    def forget(self, sender: str) -> None:
        """Forget a conversation."""
        self._known.pop(sender, None)
