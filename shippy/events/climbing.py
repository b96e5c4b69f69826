"""A share that climbs by itself."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.events.base import DeployEvent
from shippy.model import Person, Share


@dataclass(frozen=True, slots=True)
class RampSet(DeployEvent):
    """The share goes to each of these in turn: to the first at once, to the next after `every` seconds each."""

    by: Person
    shares: tuple[Share, ...]
    every: float


@dataclass(frozen=True, slots=True)
class RampPaused(DeployEvent):
    by: Person


@dataclass(frozen=True, slots=True)
class RampResumed(DeployEvent):
    """The next step comes `seconds` after this."""

    by: Person
    seconds: float


@dataclass(frozen=True, slots=True)
class RampStopped(DeployEvent):
    """The share climbs no further by itself, and stays where it is; `reason` is one line.

    `by` is who has typed something else, where that is the reason.
    """

    reason: str
    by: Person | None = None
