"""A share that climbs, or goes down, by itself."""

from __future__ import annotations

from datetime import datetime

from shippy import events
from shippy.events import DeployEvent
from shippy.model import Deploy, Ramp, Share
from shippy.sentences.phrases import HOUR, MINUTE, duration, lasting, listed


def climb(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    """The words for an event of a climb, or None for another one. `deploy` is as it is after it."""
    match event:
        case events.RampSet(by=by, shares=shares, every=every):
            way = "climb" if shares[0] < shares[-1] else "go down"
            return (
                f"{by.name} lets the share {way} by itself: {listed(map(str, shares))}, a step every {spelled(every)}. "
                f"`{bot} pause` holds it."
            )
        case events.ShareChanged(before=before, after=share, climbing=True):
            return f"The share goes by itself to {share} (it was {before}){_afterwards(deploy.ramp)}"
        case events.RampPaused(by=by):
            return f"{by.name} pauses the climb at {deploy.share}. `{bot} resume` goes on with it."
        case events.RampResumed(by=by, seconds=seconds):
            return f"{by.name} goes on with the climb: the next step comes in {duration(seconds)}."
        case events.RampStopped(reason=reason):
            return f"The climb ends at {deploy.share}: {reason.removesuffix('.')}."
        case _:
            return None


def still_climbing(ramp: Ramp | None, now: datetime, bot: str) -> str:
    """What comes by itself, for somebody who did not set it; empty where nothing does."""
    if ramp is None:
        return ""
    if ramp.due is None:
        return f"Its climb is paused {duration(ramp.left)} before {_then(ramp.shares)}: `{bot} resume` goes on with it."
    time = f"in {lasting(now, ramp.due)}" if ramp.due > now else "now"
    return f"By itself its share goes to {_then(ramp.shares, time)}: `{bot} pause` holds it."


def spelled(seconds: float) -> str:
    """A time as somebody has typed it, exactly: "90 s", "5 min", "1 h 30 min"."""
    if seconds % MINUTE:
        return f"{seconds:g} s"
    if seconds % HOUR:
        return duration(seconds)
    return f"{seconds / HOUR:g} h"


def _afterwards(ramp: Ramp | None) -> str:
    if ramp is None:
        return ", and no further."
    if ramp.due is None:
        return ", and waits there: the climb is paused."
    time = f"in {spelled(ramp.every)}"
    return f". Next comes {_then(ramp.shares, time)}."


def _then(shares: tuple[Share, ...], time: str = "") -> str:
    """ "50 % in 5 min, then 75 % and 100 %"."""
    first, *rest = map(str, shares)
    first = f"{first} {time}" if time else first
    return f"{first}, then {listed(rest)}" if rest else first
