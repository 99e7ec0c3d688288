"""Does a message ask something, besides what it mentions?"""

from __future__ import annotations

from twitchwise.faq.understood import aspect_of
from twitchwise.nlu.clauses import asks, split_clauses, tidy

#: More of a message is not looked at.
_LONGEST = 4000


def asks_something(text: str, intent: str | None) -> bool:
    """Say whether ``text`` holds a question that the FAQ can answer.

    Args:
        text: the message as typed.
        intent: the intent found; only the ``ask_…`` intents are answered from the FAQ.
    """
    if aspect_of(intent) is None:
        return False
    if text.startswith(("q:", "/")):
        return True
    text = tidy(text[:_LONGEST])
    return asks(text) or any(clause.asks for clause in split_clauses(text))
