"""What a case of ``cases.yml`` or ``rules.yml`` says was before its message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twitchwise.safety import Memory, Outcome, Urged


def memory_of(case: Mapping[str, Any]) -> Memory:
    """Return the memory of ``memory: {asked: …, mentioned: […], urged: …, just_now: …}``."""
    before = case.get("memory", {})
    urged = before.get("urged")
    return Memory(
        before.get("asked", False),
        tuple(before.get("mentioned", ())),
        Urged(Outcome(urged), just_now=before.get("just_now", True)) if urged else None,
    )
