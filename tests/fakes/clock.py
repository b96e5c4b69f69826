"""A clock that stands still until it is told, and for which sleeping takes no time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import gevent

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Implements `shippy.ports.Clock`. `slept` holds every sleep asked for, in seconds."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        """Move the time on by so many seconds, and let the other greenlets run, as a real sleep would."""
        self.slept.append(seconds)
        self.advance(seconds)
        gevent.sleep(0)


class WallClock(FakeClock):
    """The real time, where a fake's place is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        gevent.sleep(seconds)
