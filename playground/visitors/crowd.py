"""The crowd: visitors who come in turn at a steady rate for a limited time, and new ones who come once, on request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle

from playground.visitors.asking import Kind, Site, Visitor
from playground.visitors.counting import Tally

SAMPLE_AT_ONCE = 16
MIXED: Sequence[Kind] = (
    *[Kind.PAGE, Kind.KEPT] * 3,
    Kind.UPLOAD,
    *[Kind.PAGE, Kind.KEPT] * 3,
    Kind.STREAM,
    *[Kind.PAGE, Kind.KEPT] * 3,
    Kind.SOCKET,
    *[Kind.PAGE, Kind.KEPT] * 3,
    Kind.SLOW,
)
"""Most ask for a page, and now and then somebody for what takes longer."""


class Crowd:
    """Visitors of one site and what they have seen: in all, and since the last `mark`."""

    def __init__(self, site: Site, visitors: int, rate: float, kinds: Sequence[Kind] = (Kind.PAGE,)) -> None:
        self.total = Tally()
        self.window = Tally()
        self.window_begun = time.monotonic()
        self.running = False
        self._site = site
        self._rate = rate
        self._kinds = cycle(kinds)
        self._visitors = [Visitor(number) for number in range(visitors)]
        self._under_way: set[asyncio.Task[None]] = set()

    def mark(self) -> None:
        """Begin a new window. What is asked after this is counted in it, and what is under way is not."""
        self.window = Tally()
        self.window_begun = time.monotonic()

    async def come(self, seconds: float) -> None:
        """Let visitors come, so many a second, until the seconds are over."""
        self.running = True
        begun = time.monotonic()
        next_visit = begun
        try:
            for visitor in cycle(self._visitors):
                await asyncio.sleep(next_visit - time.monotonic())
                # After a pause of the whole machine nobody hurries to catch up.
                next_visit = max(next_visit, time.monotonic() - 1) + 1 / self._rate
                if time.monotonic() - begun > seconds:
                    break
                if not visitor.waiting:
                    self._send(visitor)
        finally:
            self.running = False

    async def sample(self, count: int) -> Tally:
        """Send so many new visitors once each, a few at a time; they are counted here and nowhere else."""
        tally = Tally()
        numbers = iter(range(count))

        async def one_after_another() -> None:
            for number in numbers:
                tally.add(await self._site.visit(Visitor(number)))

        await asyncio.gather(*(one_after_another() for _ in range(SAMPLE_AT_ONCE)))
        return tally

    def _send(self, visitor: Visitor) -> None:
        visit = asyncio.create_task(self._visit(visitor, next(self._kinds)))
        self._under_way.add(visit)
        visit.add_done_callback(self._under_way.discard)

    async def _visit(self, visitor: Visitor, kind: Kind) -> None:
        visitor.waiting = True
        window = self.window
        try:
            answer = await self._site.visit(visitor, kind)
        finally:
            visitor.waiting = False
        self.total.add(answer, visitor.number)
        window.add(answer, visitor.number)
