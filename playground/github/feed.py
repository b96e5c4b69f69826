"""What has happened, numbered, for whoever waits for it: pushes, statuses, pull requests, deployments."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Happening:
    """`kind` is push, status, pull_request, deployment_status or issue_comment, as GitHub names its webhook events."""

    number: int
    kind: str
    data: Mapping[str, object]


class Feed:
    """The last happenings; older ones are forgotten. `last` is the number of the newest."""

    def __init__(self) -> None:
        self._kept: deque[Happening] = deque(maxlen=KEPT)
        self.last = 0
        self._news = asyncio.Event()

    def add(self, kind: str, data: Mapping[str, object]) -> None:
        self.last += 1
        self._kept.append(Happening(self.last, kind, data))
        self._news.set()
        self._news = asyncio.Event()

    async def after(self, number: int, seconds: float) -> list[Happening]:
        """All that came after a number; waits for the first one if there is none yet, so many seconds at most."""
        if number >= self.last:
            try:
                await asyncio.wait_for(self._news.wait(), seconds)
            except TimeoutError:
                return []
        return [happening for happening in self._kept if happening.number > number]
