"""Does a message ask something, besides what it mentions?"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"""\?
    | \b(?:what|which|why|how|when|where|who|wat|wich|whats|hows)\b
    | (?:^|[.,;!]\s*|\b(?:and|but|so|or)\s+)
      (?:can|could|does|do|did|is|are|will|would|should|may|might|has|have)\s+
      (?:\w+\s+){0,2}?(?:i|it|this|that|there|these|they|you|my|a|an|the|low|lack|too|\w+)\b
    | \b(?:tell|show|give|explain|list)\s+(?:me|us)?\b
    | \b(?:i\s+(?:want|need|would\s+like)|i'd\s+like)\s+to\s+know\b
    | \b(?:wonder(?:ing)?|curious|not\s+sure)\s+(?:if|whether)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASPECT_INTENT = "ask_"


def asks_something(text: str, intent: str | None) -> bool:
    """Say whether ``text`` holds a question that the FAQ can answer.

    Args:
        text: the message as typed.
        intent: the intent found; only the ``ask_…`` intents are answered from the FAQ.
    """
    if not (intent or "").startswith(_ASPECT_INTENT):
        return False
    return text.startswith(("q:", "/")) or bool(_ASKS.search(text[:4000]))
