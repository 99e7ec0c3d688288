"""What the guard remembers of conversations."""

from __future__ import annotations

import json

from twitchwise.channels.memory import ConversationMemory
from twitchwise.dialogue import names
from twitchwise.dialogue.assessing import urged_as_data, urged_from_data
from twitchwise.safety import Assessment, Memory, Outcome, Person, Urged, assess

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


def test_what_was_urgent_is_kept_and_who_it_was_about() -> None:
    memory = ConversationMemory()
    memory.keep("a", assess("mum's face is drooping"), [names.EMERGENCY])
    again = assess("can it wait", memory.of("a"))
    assert (again.outcome, again.person.value) == (Outcome.EMERGENCY, "other")
    memory.keep("a", NOTHING, [])
    assert assess("can it wait", memory.of("a")).outcome is Outcome.EMERGENCY
    assert assess("probably just tired", memory.of("a")).outcome is Outcome.NONE


def test_what_was_urgent_can_be_a_slot() -> None:
    for urged in (None, Urged(Outcome.ESCALATE, ("weakness",), Person.CHILD, just_now=False)):
        data = json.loads(json.dumps(urged_as_data(urged)))
        assert urged_from_data(data) == urged
