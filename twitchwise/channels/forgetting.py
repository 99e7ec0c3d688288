"""Forgets a conversation everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from twitchwise.channels.database_thread import DatabaseUnavailable
from twitchwise.channels.feedback import project_feedback
from twitchwise.channels.memory import ConversationMemory
from twitchwise.channels.turns import Turns
from twitchwise.dialogue.tracker_store import drop_cached
from twitchwise.escalations.recorder import project_recorder


async def forget_conversation(
    sender: str, on_their_way: Sequence[str], turns: Turns, memory: ConversationMemory
) -> None:
    """Delete what was said, and take the person out of what is counted.

    Records of escalations stay, without their texts: who runs the bot may have to show that
    people were told.

    Args:
        sender: what Rasa calls the conversation.
        on_their_way: ids of messages that were sent before and may come later.
        turns: of the channel.
        memory: the guard's.

    Raises:
        DatabaseUnavailable: something was not deleted. It can be tried again.
        TwitchwiseError: the hash key, or a setting, cannot be used.
    """
    # Taken first: where one cannot be had, nothing is deleted by half.
    feedback, recorder = project_feedback(), project_recorder()
    async with turns.forgetting(sender, on_their_way):
        memory.forget(sender)
        drop_cached(sender)
        await feedback.forget(sender)
        error = await recorder.forget_texts(sender)
    if error:
        raise DatabaseUnavailable(error)
