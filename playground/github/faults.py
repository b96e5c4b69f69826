"""Faults that somebody switches on, to see what a client of GitHub makes of them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a fault does to a request.

    slow: answered, but `seconds` later. hang: no answer for `seconds`. down: the connection is cut without an answer.
    error: `status` (a 5xx, with GitHub's page of HTML). unauthorized: 401. rate_limited: 403, nothing remaining, with
    the time at which that ends. secondary: 403 with Retry-After, GitHub's secondary rate limit.
    """

    SLOW = "slow"
    HANG = "hang"
    DOWN = "down"
    ERROR = "error"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate_limited"
    SECONDARY = "secondary"


@dataclass(slots=True)
class Fault:
    """One fault.

    It is for requests with this method (all, if empty) whose path has a match of the regular expression `path`, the
    first `times` of them (None: until it is cleared). With `after`, the request is carried out before its answer is
    spoiled. `seconds` is how long a slow or hanging answer takes, or how long the client is told to wait.
    """

    kind: Kind
    path: str = ""
    method: str = ""
    times: int | None = None
    after: bool = False
    seconds: float = 60.0
    status: int = 500

    def fits(self, method: str, path: str) -> bool:
        return self.times != 0 and self.method in {"", method} and re.search(self.path, path) is not None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Faults:
    """The faults that are switched on. All slow ones that fit apply, and then the first of the others."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def standing(self) -> list[Fault]:
        return list(self._faults)

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults that this request has; they are counted as used."""
        fitting = [fault for fault in self._faults if fault.fits(method, path)]
        slow = [fault for fault in fitting if fault.kind is Kind.SLOW]
        others = [fault for fault in fitting if fault.kind is not Kind.SLOW]
        taken = slow + others[:1]
        for fault in taken:
            if fault.times is not None:
                fault.times -= 1
        return taken
