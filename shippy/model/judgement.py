"""The new release held against the old one, over the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shippy.model.traffic import Share, Slot


@dataclass(frozen=True, slots=True)
class Counts:
    """What one balancer has counted of one slot since it started.

    Attributes:
        requests: answers given to visitors, whatever their status.
        errors: those of them with a status of 500 and above.
        unreachable: connections to a container that failed, and answers that broke off.
        response_ms: the average time of an answer, in milliseconds, over the last 1,024 of them; None without any.
    """

    requests: int = 0
    errors: int = 0
    unreachable: int = 0
    response_ms: float | None = None


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

    `trouble` is why it cannot be told at all, where it cannot.
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

    `more_seconds` is about how much longer it takes to tell, where that is undecided and can be reckoned.
    """

    opinion: Opinion
    measures: tuple[Measure, ...]
    seconds: float
    share: Share
    more_seconds: float | None = None
