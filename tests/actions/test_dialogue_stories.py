"""The slots in tests/dialogue are what the actions really set; ``rasa test`` believes any."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Action

from tests.actions.running import ACTIONS, Said, make_tracker, run_action

FOLDER = Path(__file__).resolve().parent.parent / "dialogue"
#: What it says depends on the nearest questions, which a story does not tell.
UNTOLD = {"action_suggest_questions"}
ENTITY = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<label>\w+)\)|(?P<details>\{[^}]+\}))")


def stories() -> Iterator[Any]:
    for file in sorted(FOLDER.rglob("test_*.yml")):
        for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]:
            yield pytest.param(story["steps"], id=f"{file.stem}: {story['story']}")


def named(text: str, label: str) -> list[str]:
    found = []
    for match in ENTITY.finditer(text):
        details = json.loads(match["details"]) if match["details"] else {}
        if (match["label"] or details["entity"]) == label:
            found.append(details.get("value") or match["text"])
    return found


def reported(steps: list[dict[str, Any]], position: int) -> dict[str, Any]:
    """Return the slots that the story sets right after the action at ``position``."""
    following = steps[position + 1] if position + 1 < len(steps) else {}
    return {
        name: value for slot in following.get("slot_was_set", []) for name, value in slot.items()
    }


@pytest.mark.parametrize("steps", stories())
def test_a_story_tells_what_the_actions_do(steps: list[dict[str, Any]]):
    slots: dict[str, Any] = {}
    message: dict[str, Any] = {}
    for position, step in enumerate(steps):
        message = step if "user" in step else message
        wanted = reported(steps, position)
        # Without slots, the story is about an action that failed.
        if step.get("action") in set(ACTIONS) - UNTOLD and wanted:
            said = answer(message, ACTIONS[step["action"]], slots)
            assert {name: said.slots[name] for name in wanted} == wanted, message["user"]
            slots.update(said.slots)


def answer(message: dict[str, Any], action: Action, slots: dict[str, Any]) -> Said:
    parts = named(message["user"], "body_part")
    tracker = make_tracker(
        message["intent"],
        topics=named(message["user"], "topic"),
        body_part=parts[0] if parts else None,
        subjects=named(message["user"], "subject"),
        text=ENTITY.sub(r"\g<text>", message["user"]),
        slots=slots,
    )
    return run_action(action, tracker)


def test_every_intent_of_the_domain_stands_in_a_story():
    domain = yaml.safe_load((FOLDER.parents[1] / "domain.yml").read_text(encoding="utf-8"))
    used = {step.get("intent") for story in stories() for step in story.values[0]}

    assert set(domain["intents"]) - used == set()


def test_every_message_of_a_story_has_its_words():
    without = [
        step
        for story in stories()
        for step in story.values[0]
        if "intent" in step and not str(step.get("user", "")).strip()
    ]

    assert without == []
