"""The log of the API's calls, and the budget that GitHub gives for them."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import asdict, dataclass, field

KEPT = 10_000
WINDOW_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API, with the JSON that it had. No status: it was cut off without an answer."""

    number: int
    at: float
    method: str
    path: str
    query: str
    status: int | None
    seconds: float
    login: str | None
    conditional: bool
    body: object = None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class CallLog:
    """The last calls; older ones are forgotten."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._count = 0

    def add(
        self,
        started: float,
        method: str,
        path: str,
        query: str,
        *,
        status: int | None,
        login: str | None,
        conditional: bool,
        body: object = None,
    ) -> None:
        self._count += 1
        took = time.time() - started
        self._calls.append(Call(self._count, started, method, path, query, status, took, login, conditional, body))

    def after(self, number: int) -> list[Call]:
        return [call for call in self._calls if call.number > number]


@dataclass(slots=True)
class Budget:
    """How many calls are left in this hour. Answers of 304 cost nothing."""

    limit: int = 5000
    used: int = 0
    resets: float = field(default_factory=lambda: time.time() + WINDOW_SECONDS)

    def spend(self) -> bool:
        """Take one call off; False if there is none left."""
        if time.time() >= self.resets:
            self.used, self.resets = 0, time.time() + WINDOW_SECONDS
        if self.used >= self.limit:
            return False
        self.used += 1
        return True

    def refund(self) -> None:
        self.used -= 1

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)
