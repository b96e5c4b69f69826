"""A climb: its next step with the time, and those after it."""

from __future__ import annotations

from shippy.chat.card.scene import Scene
from shippy.chat.card.times import TIME, TO_THE_SECOND, clock
from shippy.sentences.phrases import first_of, listed

MOST_STEPS = 10
QUICK_SECONDS = 120.0
"""Steps that follow each other faster than this have times to the second."""


def climb(scene: Scene) -> list[str]:
    """A line, where there are steps to come."""
    ramp = scene.deploy.ramp
    if ramp is None or not ramp.shares:
        return []
    shares = first_of([str(share) for share in ramp.shares], MOST_STEPS)
    following, *later = shares
    up = ramp.shares[0] > scene.deploy.share
    if ramp.due is None:
        return [f"⏸️ *{'The climb' if up else 'The way down'} is paused:* {listed(shares)} still to come"]
    pattern = TO_THE_SECOND if ramp.every < QUICK_SECONDS else TIME
    when = f"at {clock(ramp.due, scene.now, pattern)}" if ramp.due > scene.now else "now"
    then = f", then {listed(later)}" if later else ""
    return [f"{'⏫ *Climbing' if up else '⏬ *Going down'}:* next {following} {when}{then}"]
