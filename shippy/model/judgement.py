"""The new release compared with the old one, over the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shippy.model.traffic import Share, Slot


@dataclass(frozen=True, slots=True)
class Counts:
    """What one balancer has counted of one slot since it started.

    Attributes:
        requests: answers given to visitors, whatever their status, those that the balancer made itself among them.
        errors: those of them with a status of 500 and above.
        unreachable: requests that no container answered in time and in full. What a second try has mended is none.
        response_ms: the sliding average of the time to an answer, in milliseconds; None without any answer yet.
        window: each answer moves that average by a `window`th of the difference; of fewer answers it is the plain one.
    """

    requests: int = 0
    errors: int = 0
    unreachable: int = 0
    response_ms: float | None = None
    window: int = 512


SlotCounts = Mapping[Slot, Counts]
"""What one balancer has counted, slot by slot."""


class Opinion(StrEnum):
    """What one measure says, or all of them together, of the new release beside the old one."""

    BETTER = "better"
    AS_GOOD = "as good"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it says, and its values as they are shown ("0.4 %", "31 ms"), with of how many they are.

    `trouble` is why nothing can be said of it; empty: it can.
    """

    name: str
    opinion: Opinion
    candidate: str
    stable: str
    candidate_requests: int = 0
    stable_requests: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All measures, taken over the same `seconds` for both releases, while the candidate had this share.

    `more_seconds` is about how much longer it takes to tell, if it is undecided and that can be estimated.
    """

    opinion: Opinion
    measures: tuple[Measure, ...]
    seconds: float
    share: Share
    more_seconds: float | None = None
