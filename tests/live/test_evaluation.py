"""The floors of understanding, on the held-out questions and dialogues, over HTTP."""

from __future__ import annotations

import pytest

from evaluation.bot import put_to
from evaluation.floors import FLOORS, Floor
from evaluation.held_out import load_dialogues, load_questions
from evaluation.report import shown
from evaluation.scoring import Replies
from tests.live.servers import Stage


@pytest.fixture(scope="module")
def replies(stage: Stage) -> Replies:
    """What the bot replies to everything that is held out."""
    return put_to(stage.running("bot").client, load_questions(), load_dialogues())


@pytest.mark.usefixtures("bot")  # for the order of the live tests
@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.label)
def test_a_floor_is_reached(replies: Replies, floor: Floor):
    metrics = replies.metrics

    # The misses are not told: whoever mends after them makes the set worthless. Those of the
    # development set are there to be read (python -m evaluation --development).
    kinds = ", ".join(f"{kind} {shown(share)}" for kind, share in metrics.by_kind.items())
    assert floor.holds(metrics), (
        f"{floor.label}: {shown(floor.share(metrics))}, asked for {floor.demand} ({kinds})"
    )
