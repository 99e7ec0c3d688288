"""What the guard remembers of conversations."""

from __future__ import annotations

from twitchwise.channels.memory import ConversationMemory
from twitchwise.dialogue import names
from twitchwise.safety import Assessment, Memory, Outcome, assess

NUMB = assess("my foot is numb")
NOTHING = Assessment()


def test_a_new_conversation_has_no_memory() -> None:
    assert ConversationMemory().of("a") == Memory()


def test_signs_are_kept_by_conversation_and_in_order() -> None:
    memory = ConversationMemory()
    memory.keep("a", NUMB, [names.ESCALATION])
    memory.keep("a", NOTHING, [])
    memory.keep("a", assess("now my hand is weak"), [names.ESCALATION])
    memory.keep("b", NOTHING, [])
    assert memory.of("a").mentioned == ("numbness", "weakness")
    assert memory.of("b") == Memory()


def test_a_question_counts_for_the_next_turn_only() -> None:
    memory = ConversationMemory()
    memory.keep("a", NOTHING, ["an answer", names.CONDITIONAL, names.DISCLAIMER])
    assert assess("both", memory.of("a")).outcome is Outcome.ESCALATE
    memory.keep("a", NOTHING, [names.DISCLAIMER])
    assert assess("both", memory.of("a")).outcome is Outcome.NONE


def test_a_restart_forgets() -> None:
    memory = ConversationMemory()
    memory.keep("a", NUMB, [names.ESCALATION])
    memory.keep("a", NOTHING, [names.RESTARTED])
    assert memory.of("a") == Memory()


def test_the_quietest_conversation_is_forgotten_first() -> None:
    memory = ConversationMemory(limit=2)
    for sender in ("a", "b", "a", "c"):
        memory.keep(sender, NUMB, [])
    assert memory.of("b") == Memory()
    assert memory.of("a").mentioned == memory.of("c").mentioned == ("numbness",)
